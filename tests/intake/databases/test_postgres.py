"""Tables of a real PostgreSQL as sources: values, one moment for all, and everything that can be wrong, by name."""

from __future__ import annotations

import threading
from collections.abc import Generator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from tests.intake.databases.relational import DatabaseCompany, ingest_meanwhile, of_one_table, of_table, read
from tests.intake.databases.servers import Postgres

CUSTOMERS = "(id bigint, country text, born_on date)"
ORDERS = "(order_id bigint, customer_id bigint, ordered_at timestamptz, amount numeric, gift boolean)"


@pytest.fixture
def company(tmp_path: Path, schema: str) -> DatabaseCompany:
    return DatabaseCompany.under(tmp_path, schema)


def test_values_of_every_type_arrive_exactly(postgres: Postgres, schema: str, company: DatabaseCompany) -> None:
    postgres.run(
        f"CREATE TYPE {schema}.mood AS ENUM ('fine', 'sad')",
        f"CREATE TABLE {schema}.t (id bigint, price numeric(12,4), free numeric, ratio float8, small real, ok boolean, "
        f"born date, local timestamp, seen timestamptz, mood {schema}.mood, token uuid, note text, stamp timestamp)",
        f"INSERT INTO {schema}.t VALUES (9007199254740993, 12.3400, 17.00, 0.1, 0.1, true, '0001-01-01', "
        "'2026-03-29 02:30:00.000001', '2026-07-01 12:00:00.5+02', 'fine', '00000000-0000-0000-0000-000000000017', "
        "E'a \"b\",\\nc;\\\\N ü', '2026-11-24 00:00:00')",
        f"INSERT INTO {schema}.t (id, note) VALUES (2, '')",
    )
    columns = (
        '{price: {type: "decimal(12,2)"}, free: {type: integer}, ratio: {type: "decimal(3,1)"}, small: {type: float}, '
        "ok: {type: boolean}, born: {type: date}, local: {type: timestamp}, seen: {type: timestamp}, "
        "mood: {type: choice, values: [fine, sad]}, token: {type: text}, note: {type: text}, stamp: {type: date}}"
    )
    thing = of_table(company, f"{schema}.t", columns)
    expected = {
        "contact_id": "9007199254740993",  # a double would have lost the last digit
        "price": Decimal("12.34"),
        "free": 17,
        "ratio": Decimal("0.1"),
        "small": 0.1,
        "ok": True,
        "born": date(1, 1, 1),
        # The account's zone is Vienna, whose clocks went from 2 to 3: ruling 21, the offset before the change.
        "local": datetime(2026, 3, 29, 1, 30, 0, 1, UTC),
        "seen": datetime(2026, 7, 1, 10, 0, 0, 500_000, UTC),
        "mood": "fine",
        "token": "00000000-0000-0000-0000-000000000017",
        "note": 'a "b",\nc;\\N ü',
        "stamp": date(2026, 11, 24),
    }
    assert {name: thing.column(name)[0] for name in expected} == expected
    assert [thing.column(name)[1] for name in expected] == ["2", *[None] * 12]


@pytest.mark.parametrize(
    ("kind", "value", "wanted", "problem"),
    [
        ("date", "'infinity'", "date", "v: not a date as YYYY-MM-DD"),
        ("date", "'0044-03-15 BC'", "date", "v: not a date as YYYY-MM-DD"),
        ("timestamptz", "'-infinity'", "timestamp", "v: outside the years 0001 to 9999 of UTC"),
        ("timestamp", "'20000-01-01'", "timestamp", "v: outside the years 0001 to 9999 of UTC"),
        ("timestamp", "'2026-11-24 00:00:01'", "date", "v: not a date as YYYY-MM-DD"),
        ("float8", "'NaN'", "float", "v: not a finite number"),
        ("numeric", "'NaN'", '"decimal(12,2)"', "v: not a decimal(12,2)"),
        ("numeric", "1.239", '"decimal(12,2)"', "v: not a decimal(12,2)"),
        ("float8", "0.1::float8 + 0.2", '"decimal(12,2)"', "v: not a decimal(12,2)"),
        ("numeric", "9223372036854775808", "integer", "v: not a whole number of 64 bits"),
        ("numeric", "17.5", "text", "v: not a text"),
        ("text", "'17x'", "integer", "v: not a whole number of 64 bits"),
        ("int", "1", "boolean", "v: not true or false"),
        ("bytea", "'\\xff'", "{type: choice, values: [a]}", "v: not one of the catalog's values"),
    ],
)
def test_what_is_no_value_of_the_columns_type_is_counted_and_not_dropped(
    postgres: Postgres, schema: str, company: DatabaseCompany, kind: str, value: str, wanted: str, problem: str
) -> None:
    postgres.run(f"CREATE TABLE {schema}.t AS SELECT 1 AS id, ({value})::{kind} AS v")
    column = wanted if wanted.startswith("{") else f"{{type: {wanted}}}"
    assert of_table(company, f"{schema}.t", f"{{v: {column}}}").problems == {problem}


def test_all_ranges_together_are_the_table_rows_without_a_number_included(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    postgres.run(
        f"CREATE TABLE {schema}.t AS SELECT i AS id, nullif(i * 7 - 40, 9) AS n FROM generate_series(1, 50) i",
    )
    for ranges in (2, 3, 60):
        thing = of_table(company, f"{schema}.t", "{n: {type: integer}}", f", partition_on: n, partitions: {ranges}")
        assert sorted(map(int, thing.column("contact_id"))) == list(range(1, 51))


def test_all_tables_of_a_connection_are_read_at_one_moment_whatever_is_written_meanwhile(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    """Each write puts a customer and an order of theirs into one transaction: an order of nobody would be another moment."""
    postgres.run(
        f"CREATE TABLE {schema}.customers {CUSTOMERS}",
        f"CREATE TABLE {schema}.orders {ORDERS}",
        f"INSERT INTO {schema}.customers VALUES (0, 'AT', NULL)",
        f"INSERT INTO {schema}.orders VALUES (0, 0, '2026-01-01', 1, NULL)",
    )

    def writes() -> Generator[int, None, None]:
        with postgres.connect() as connection:
            for number in count(1):
                with connection.transaction():
                    connection.execute(
                        f"INSERT INTO {schema}.orders VALUES ({number}, {number}, '2026-01-02', 1, NULL)"
                    )
                    connection.execute(f"INSERT INTO {schema}.customers VALUES ({number}, 'DE', NULL)")
                yield number

    report = ingest_meanwhile(company, writes())
    assert not any(entry.unknown_contacts for entry in report.accepted)


def test_a_second_ingest_of_one_as_of_reads_nothing_and_the_next_as_of_reads_what_is_there_then(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    postgres.run(
        f"CREATE TABLE {schema}.customers {CUSTOMERS}",
        f"CREATE TABLE {schema}.orders {ORDERS}",
        f"INSERT INTO {schema}.customers VALUES (1, 'AT', NULL), (2, 'DE', NULL)",
        f"INSERT INTO {schema}.orders VALUES (7, 1, '2026-01-01', 1, NULL)",
    )
    first = company.ingest("2026-11-24T00:00")
    assert [(entry.source, entry.label, entry.rows) for entry in first.accepted] == [
        ("contacts", "2026-11-24T00:00", 2),
        ("order", "2026-11-24T00:00", 1),
    ]
    postgres.run(f"DELETE FROM {schema}.customers WHERE id = 2")
    assert company.ingest("2026-11-24T00:00").accepted == ()
    again = company.ingest("2026-11-24T00:00", again=["contacts"])
    assert [(entry.source, entry.rows) for entry in again.accepted] == [("contacts", 1)]
    postgres.run(f"UPDATE {schema}.orders SET amount = 2")
    later = company.ingest("2026-11-25T00:00")
    assert [(entry.source, entry.rows) for entry in later.accepted] == [("contacts", 1), ("order", 1)]
    assert {name: state.rows for name, state in later.states.items()} == {"contacts": 1, "order": 1}


def test_a_table_that_fails_is_told_by_name_and_the_others_come_in(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    postgres.run(
        f"CREATE TABLE {schema}.customers {CUSTOMERS}",
        f"INSERT INTO {schema}.customers VALUES (1, 'AT', NULL)",
    )
    report = company.ingest()
    assert [entry.source for entry in report.accepted] == ["contacts"]
    assert report.failed_sources.keys() == {"order"}
    assert f"{schema}.orders of shop: found no such table or view (code 42P01)" in report.failed_sources["order"]
    postgres.run(
        f"CREATE TABLE {schema}.orders {ORDERS}",
        f"INSERT INTO {schema}.orders VALUES (7, 1, '2026-01-01', 1, NULL)",
    )
    assert company.ingest().failed_sources == {}


# --- what can be wrong ---------------------------------------------------------------------------------------------------


def test_a_missing_table_is_told_with_the_nearest_one(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    postgres.run(f"CREATE TABLE {schema}.customers AS SELECT 1 AS id")
    refused = of_table(company, f"{schema}.custmers", "{}").refused
    assert refused == (
        f'{schema}.custmers of shop: found no such table or view (code 42P01) — did you mean "{schema}.customers"? '
        "Put read: {jdbc: {table: …}} of the catalog right."
    )


def test_an_empty_table_is_refused_unless_the_gates_say_that_it_may_be(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    postgres.run(f"CREATE TABLE {schema}.t (id bigint)")
    thing = of_table(company, f"{schema}.t", "{}")
    assert thing.refused.startswith(f"{schema}.t of shop: the table has no row. If that is right, write gates:")
    company.texts["thing"] += "gates: {rows_at_least: 0}\n"
    assert read(company, "thing").column("contact_id") == []


def test_a_renamed_column_is_told_with_what_is_there_instead(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    postgres.run(f"CREATE TABLE {schema}.t AS SELECT 1 AS id, 'x' AS colours")
    assert of_table(company, f"{schema}.t", "{colour: {type: text}}").refused.startswith(
        f'{schema}.t of shop: the column "colour" is missing, found "colours" (was it renamed?).'
    )


def test_a_partition_column_that_is_missing_or_no_number_is_told(
    postgres: Postgres, schema: str, company: DatabaseCompany
) -> None:
    postgres.run(f"CREATE TABLE {schema}.t AS SELECT 1 AS id, 'x'::text AS colour")
    missing = of_table(company, f"{schema}.t", "{}", ", partition_on: ids, partitions: 2").refused
    assert missing.startswith(f'{schema}.t of shop: found no such column — did you mean "id"?')
    words = of_table(company, f"{schema}.t", "{}", ", partition_on: colour, partitions: 2").refused
    assert "partition_on names colour, which the server keeps as text, expected whole numbers" in words


def test_an_account_without_rights_is_told(postgres: Postgres, schema: str, company: DatabaseCompany) -> None:
    postgres.run(f"CREATE TABLE {schema}.t AS SELECT 1 AS id", f"REVOKE SELECT ON {schema}.t FROM reader")
    assert of_table(company, f"{schema}.t", "{}").refused == (
        f"{schema}.t of shop: the account may not read it (code 42501). Let somebody GRANT it SELECT on the table; "
        "then run the step again."
    )


def test_an_account_that_may_write_is_warned_of(
    postgres: Postgres, schema: str, company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.run(f"CREATE TABLE {schema}.t AS SELECT 1 AS id", f"GRANT USAGE ON SCHEMA {schema} TO writer")
    assert of_table(company, f"{schema}.t", "{}").remarks == ()
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", postgres.uri("writer"))
    assert of_table(company, f"{schema}.t", "{}").remarks == (
        "the account that reads it may also write; give the connection one that may only read",
    )


def test_a_database_that_dies_in_mid_read_is_told(postgres: Postgres, schema: str, company: DatabaseCompany) -> None:
    postgres.run(
        f"CREATE TABLE {schema}.t AS SELECT i AS id, repeat('x', 1000) AS pad FROM generate_series(1, 50000) i"
    )
    company.texts = of_one_table(f"{schema}.t", "{pad: {type: text}}")
    killed = threading.Timer(0, lambda: None)

    def kill_soon() -> None:
        nonlocal killed
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader' AND query LIKE 'COPY%'"

        def kill() -> None:
            with postgres.connect() as connection:
                while not connection.execute(ends).fetchall():
                    pass

        killed = threading.Timer(0, kill)
        killed.start()

    refused = read(company, "thing", between=kill_soon).refused
    killed.join()
    # The server's code, 57P01, is heard only if its last word arrives before the line is cut.
    assert refused.replace(" (code 57P01)", "") == (
        f"{schema}.t of shop: the connection broke off while it was read, so nothing of it counts. "
        "See whether the server was stopped or restarted; then run the step again."
    )


def test_a_moment_that_is_lost_is_told(postgres: Postgres, schema: str, company: DatabaseCompany) -> None:
    postgres.run(f"CREATE TABLE {schema}.t AS SELECT 1 AS id")
    company.texts = of_one_table(f"{schema}.t", "{}")
    ends = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'reader'"
    assert (
        "the moment that all tables of the connection are read at is gone"
        in read(company, "thing", between=lambda: postgres.run(ends)).refused
    )


def test_a_read_that_takes_too_long_is_told(
    postgres: Postgres, schema: str, company: DatabaseCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.run(f"CREATE VIEW {schema}.slow AS SELECT 1 AS id, pg_sleep(30)::text AS nap FROM generate_series(1, 3)")
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", postgres.uri(options="?read_timeout=1"))
    assert (
        "the server took longer than the connection's read_timeout (code 57014)"
        in of_table(company, f"{schema}.slow", "{nap: {type: text}}").refused
    )
