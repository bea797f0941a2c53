"""`describe` of a table behind a connection: drafted in its types, and read by a night as it is drafted."""

from __future__ import annotations

import json

from tests.cli.shop import Shop, run, shop
from tests.intake.databases.servers import PASSWORD, Postgres

__all__ = ["shop"]

PEOPLE = "version: 1\nsource: people\nkind: contacts\nread: {files: {path: people.csv, format: csv}}\ncolumns: {}\n"


def test_a_table_is_described_and_its_draft_is_ingested(shop: Shop, postgres: Postgres, schema: str) -> None:
    postgres.run(
        f"CREATE TABLE {schema}.bookings (booking_id bigint, customer_id text, price numeric(10,2), paid boolean, "
        "departs_on date, booked_at timestamptz, class text, seats int, details jsonb)",
        f"INSERT INTO {schema}.bookings SELECT n, 'c' || lpad((n % 7)::text, 3, '0'), n * 1.25, n % 2 = 0, "
        "date '2026-12-01' + n % 30, timestamptz '2026-11-01 10:00+01' + n * interval '1 minute', "
        "CASE WHEN n % 3 = 0 THEN 'business' ELSE 'economy' END, 1 + n % 4, NULL FROM generate_series(1, 300) n",
    )
    for file in (shop.folder / "catalog").iterdir():
        file.unlink()
    shop.write("catalog/people.yaml", PEOPLE)
    shop.write("landing/people.csv", "contact_id\n" + "".join(f"c00{number}\n" for number in range(7)))
    thing = f"jdbc:shop/{schema}.bookings"
    facts = json.loads(run("describe", thing, "--json").out)
    assert (facts["kind"], facts["contact"], facts["time"], facts["rows"]) == (
        "events",
        "customer_id",
        "booked_at",
        300,
    )
    assert facts["key_candidates"] == [["booking_id"]]
    types = {column["name"]: (column["type"], column["values"]) for column in facts["columns"]}
    assert types == {
        "booking_id": ("text", []),
        "price": ("decimal(12,2)", []),
        "paid": ("boolean", []),
        "departs_on": ("date", []),
        "booked_at": ("timestamp", []),
        "class": ("choice", ["business", "economy"]),
        "seats": ("integer", []),
        "details": ("text", []),
    }
    drafted = run("describe", thing, "--out", "catalog/bookings.yaml")
    assert (drafted.code, drafted.out) == (0, "")
    ended = run("ingest", "--as-of", "2026-11-24T00:00", "--ahead")
    assert ended.code == 0, ended.out
    rows = {row["source"]: row["rows"] for row in json.loads(run("deliveries", "--json").out)}
    assert rows == {"people": 7, "bookings": 300}


def test_what_is_wrong_with_a_table_is_told_without_a_password(shop: Shop, postgres: Postgres, schema: str) -> None:
    postgres.run(f"CREATE TABLE {schema}.bookings (customer_id text)")
    gone = run("describe", f"jdbc:shop/{schema}.booking")
    assert gone.code == 20
    assert "found no such table or view" in gone.err
    unset = run("describe", f"jdbc:nowhere/{schema}.bookings")
    assert unset.code == 12
    assert "AIRFLOW_CONN_NOWHERE" in unset.err
    assert PASSWORD not in gone.err + unset.err
