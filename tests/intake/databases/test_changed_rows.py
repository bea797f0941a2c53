"""Tables that are read by what has changed: on a real PostgreSQL, against the whole table read anew."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.intake.acceptance import IngestReport
from tests.intake.databases.relational import CUSTOMER, DatabaseCompany
from tests.intake.databases.servers import Postgres

TICKET = """
version: 1
source: ticket
kind: related
key: ticket_id
read: {jdbc: {connection: shop, table: SCHEMA.tickets, changed_at: touched}}
columns:
  ticket_id: {type: text}
  state: {type: text}
  touched: {type: timestamp}
"""
STATE = "SELECT ticket_id::text, contact_id::text, state FROM {}.tickets WHERE contact_id IS NOT NULL ORDER BY 1"


@pytest.fixture
def company(postgres: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[DatabaseCompany]:
    schema = f"s{uuid.uuid4().hex[:8]}"
    postgres.run(
        f"CREATE SCHEMA {schema}",
        f"GRANT USAGE ON SCHEMA {schema} TO reader",
        f"CREATE TABLE {schema}.customers AS SELECT i AS id, 'AT' AS country, NULL::date AS born_on "
        "FROM generate_series(1, 9) i",
        f"CREATE TABLE {schema}.tickets (ticket_id int PRIMARY KEY, contact_id int, state text, touched timestamptz)",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
    )
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", postgres.uri())
    made = DatabaseCompany.under(tmp_path, schema)
    contacts = CUSTOMER.replace("CUSTOMER_TABLE", f"{schema}.customers")
    made.texts = {"contacts": contacts, "ticket": TICKET.replace("SCHEMA", schema)}
    yield made
    postgres.run(f"DROP SCHEMA {schema} CASCADE")


def schema_of(company: DatabaseCompany) -> str:
    return company.texts["ticket"].partition("table: ")[2].partition(".")[0]


def change(postgres: Postgres, company: DatabaseCompany, *statements: str) -> None:
    postgres.run(*(statement.replace("tickets", f"{schema_of(company)}.tickets") for statement in statements))


def there(postgres: Postgres, company: DatabaseCompany) -> list[tuple[Any, ...]]:
    with postgres.connect() as connection:
        return connection.execute(STATE.format(schema_of(company))).fetchall()


def stands(company: DatabaseCompany, report: IngestReport) -> list[tuple[Any, ...]]:
    """What the lake holds of the tickets, worked out here: of each key the row of the last delivery, unless deleted."""
    deliveries = report.states["ticket"].deliveries
    last: dict[str, tuple[int, tuple[Any, ...]]] = {}
    for number, key, contact, state, deleted in company.stored(
        "ticket", "delivery_no", "ticket_id", "contact_id", "state", "deleted"
    ):
        if number in deliveries:
            place = deliveries.index(number)
            if key not in last or last[key][0] <= place:
                last[key] = place, (key, contact, state, deleted)
    return sorted(row[:3] for _, row in last.values() if not row[3])


def rows_of(report: IngestReport) -> dict[str, int | None]:
    return {entry.source: entry.rows for entry in report.accepted}


def test_only_what_changed_is_read_and_what_is_gone_goes(postgres: Postgres, company: DatabaseCompany) -> None:
    change(
        postgres,
        company,
        "INSERT INTO tickets SELECT i, 1 + i % 9, 'new', '2026-11-01'::timestamptz + i * interval '1 hour' "
        "FROM generate_series(1, 100) i",
        "INSERT INTO tickets VALUES (101, 1, 'undated', NULL)",
    )
    first = company.ingest("2026-11-20T00:00")
    assert rows_of(first)["ticket"] == 101
    assert stands(company, first) == there(postgres, company)
    change(
        postgres,
        company,
        "UPDATE tickets SET state = 'open', touched = '2026-11-20 10:00+01' WHERE ticket_id IN (1, 2)",
        "INSERT INTO tickets VALUES (102, 5, 'new', '2026-11-20 11:00+01')",
        "DELETE FROM tickets WHERE ticket_id IN (3, 4)",
    )
    second = company.ingest("2026-11-21T00:00")
    assert second.failed_sources == {}
    # Of the first reading the newest row is of 5 November 04:00Z: from 02:00Z on there are the last three of the hundred;
    # the undated one is read each time; then two that changed, one new, two gone.
    assert rows_of(second)["ticket"] == 3 + 1 + 2 + 1 + 2
    assert stands(company, second) == there(postgres, company)
    assert company.ingest("2026-11-21T00:00").accepted == ()


def test_a_pack_takes_gone_rows_out_of_the_tiles(postgres: Postgres, company: DatabaseCompany) -> None:
    change(postgres, company, "INSERT INTO tickets VALUES (1, 1, 'new', '2026-11-01'), (2, 2, 'new', '2026-11-02')")
    first = company.take("2026-11-20T00:00")
    change(postgres, company, "DELETE FROM tickets WHERE ticket_id = 1")
    change(postgres, company, "UPDATE tickets SET state = 'open', touched = '2026-11-20 10:00' WHERE ticket_id = 2")
    second = company.take("2026-11-21T00:00")
    states = {
        pack.pack_no: [(row[0], row[2]) for row in company.packed(pack.pack_no)["ticket"]]
        for pack in (first.pack, second.pack)
    }
    assert states == {first.pack.pack_no: [("1", "new"), ("2", "new")], second.pack.pack_no: [("2", "open")]}


def test_a_clock_far_ahead_in_one_row_hides_no_later_change(postgres: Postgres, company: DatabaseCompany) -> None:
    change(postgres, company, "INSERT INTO tickets VALUES (1, 1, 'new', '2026-11-01'), (2, 1, 'odd', '2099-01-01')")
    company.ingest("2026-11-20T00:00")
    change(postgres, company, "UPDATE tickets SET state = 'open', touched = '2026-11-20 10:00' WHERE ticket_id = 1")
    second = company.ingest("2026-11-21T00:00")
    assert stands(company, second) == there(postgres, company) == [("1", "1", "open"), ("2", "1", "odd")]


def test_a_refused_reading_is_caught_up_by_the_next(postgres: Postgres, company: DatabaseCompany) -> None:
    change(postgres, company, "INSERT INTO tickets VALUES (1, 1, 'new', '2026-11-01')")
    company.ingest("2026-11-20T00:00")
    change(
        postgres,
        company,
        "INSERT INTO tickets VALUES (2, 2, 'new', '2026-11-20 10:00')",
        "ALTER TABLE tickets RENAME COLUMN state TO status",
    )
    refused = company.ingest("2026-11-21T00:00")
    assert 'the column "state" is missing, found "status" (was it renamed?)' in refused.failed_sources["ticket"]
    change(postgres, company, "ALTER TABLE tickets RENAME COLUMN status TO state")
    third = company.ingest("2026-11-22T00:00")
    assert third.failed_sources == {}
    assert stands(company, third) == there(postgres, company)


def test_a_change_of_the_catalog_and_again_read_the_whole_table_in_the_place_of_all_before(
    postgres: Postgres, company: DatabaseCompany
) -> None:
    change(postgres, company, "INSERT INTO tickets VALUES (1, 1, 'new', '2026-11-01'), (2, 2, 'new', '2026-11-02')")
    company.ingest("2026-11-20T00:00")
    # Whoever changes a row and does not say when is not heard, until all is read anew.
    change(postgres, company, "UPDATE tickets SET state = 'silent' WHERE ticket_id = 1")
    deaf = company.ingest("2026-11-21T00:00")
    assert stands(company, deaf) == [("1", "1", "new"), ("2", "2", "new")]
    again = company.ingest("2026-11-21T00:00", again=["ticket"])
    assert stands(company, again) == there(postgres, company)
    assert len(again.states["ticket"].deliveries) == 1
    change(postgres, company, "UPDATE tickets SET state = 'silent' WHERE ticket_id = 2")
    company.texts["ticket"] = company.texts["ticket"].replace("state: {type: text}", "state: {type: text, fold: true}")
    company.texts["ticket"] += "  note: {type: text, column: state}\n"
    changed = company.ingest("2026-11-22T00:00")
    assert changed.failed_sources == {}
    assert not changed.states["ticket"].unread
    assert stands(company, changed) == there(postgres, company)


def test_a_row_of_nobody_known_yet_and_of_no_contact_change_nothing(
    postgres: Postgres, company: DatabaseCompany
) -> None:
    change(postgres, company, "INSERT INTO tickets VALUES (1, 77, 'new', '2026-11-01'), (2, NULL, 'new', '2026-11-02')")
    company.texts["ticket"] += 'gates: {unknown_contacts_at_most: "100%", missing_contact_at_most: "100%"}\n'
    company.ingest("2026-11-20T00:00")
    change(postgres, company, "DELETE FROM tickets WHERE ticket_id = 1")
    assert stands(company, company.ingest("2026-11-21T00:00")) == there(postgres, company) == []


def test_after_any_changes_the_lake_holds_what_the_table_holds(postgres: Postgres, company: DatabaseCompany) -> None:
    dice = random.Random(17)
    change(
        postgres, company, "INSERT INTO tickets SELECT i, 1 + i % 9, 'new', '2026-11-01' FROM generate_series(1, 60) i"
    )
    company.ingest("2026-11-10T00:00")
    for day in range(11, 16):
        for _ in range(12):
            ticket, at = dice.randint(1, 70), f"'2026-11-{day - 1} {dice.randint(1, 20):02d}:00'"
            change(
                postgres,
                company,
                dice.choice(
                    [
                        f"DELETE FROM tickets WHERE ticket_id = {ticket}",
                        f"UPDATE tickets SET state = 's{dice.randint(1, 9)}', touched = {at} WHERE ticket_id = {ticket}",
                        f"INSERT INTO tickets VALUES ({ticket}, {dice.randint(1, 9)}, 'back', {at}) ON CONFLICT DO NOTHING",
                    ]
                ),
            )
        assert stands(company, company.ingest(f"2026-11-{day}T00:00")) == there(postgres, company)
