"""How fast a table of a real PostgreSQL gets into a lake: read, parsed, judged, written, committed; by one range and two.

`python -m tests.bench.database_bench [--rows 1000000] [--repeat 3]` starts a server of its own and prints the least seconds
of so many lakes. Contacts are in the lake before, and what judges deliveries is imported.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.intake.databases.relational import DatabaseCompany
from tests.intake.databases.servers import Postgres

PEOPLE = 10_000
NIGHT = "2026-11-24T00:00"
CONTACTS = (
    "version: 1\nsource: contacts\nkind: contacts\ncontact: id\nread: {jdbc: {connection: shop, table: people}}\n"
)
ORDER = (
    "version: 1\nsource: order\nkind: events\ncontact: customer_id\ntime: ordered_at\n"
    "read: {jdbc: {connection: shop, table: orders, partition_on: order_id, partitions: %d}}\n"
    'columns: {order_id: {type: integer}, amount: {type: "decimal(12,2)"}, gift: {type: boolean}}\n'
)


def fill(postgres: Postgres, rows: int) -> None:
    """Orders of a year, spread over all people."""
    postgres.run(
        f"CREATE TABLE people AS SELECT g AS id FROM generate_series(1, {PEOPLE}) g",
        "CREATE TABLE orders AS SELECT g AS order_id, g % "
        f"{PEOPLE} + 1 AS customer_id, timestamptz '2026-11-23' - g % 31536000 * interval '1 second' AS ordered_at, "
        f"(g % 100000 / 100.0)::numeric(12,2) AS amount, g % 3 = 0 AS gift FROM generate_series(1, {rows}) g",
        "ALTER TABLE orders ADD PRIMARY KEY (order_id)",
        "GRANT SELECT ON people, orders TO reader",
    )


def seconds(folder: Path, ranges: int, rows: int) -> float:
    """How long the orders take into a lake of their own."""
    folder.mkdir()
    company = DatabaseCompany.under(folder)
    company.texts = {"contacts": CONTACTS + "columns: {}\n", "order": ORDER % ranges}
    company.ingest(NIGHT, sources=["contacts"])
    begun = time.perf_counter()
    report = company.ingest(NIGHT, sources=["order"])
    passed = time.perf_counter() - begun
    assert [(entry.source, entry.rows) for entry in report.accepted] == [("order", rows)], report
    return passed


def main() -> None:
    options = argparse.ArgumentParser(description="A table of PostgreSQL into a lake.")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, Postgres.started(Path(folder)) as postgres:
        os.environ["AIRFLOW_CONN_SHOP"] = postgres.uri()
        fill(postgres, chosen.rows)
        for ranges in (1, 2):
            places = [Path(folder) / f"lake-{ranges}-{number}" for number in range(chosen.repeat)]
            best = min(seconds(place, ranges, chosen.rows) for place in places)
            print(f"{chosen.rows:,} rows, ranges {ranges}: {best:.1f} s, {chosen.rows / best:,.0f} rows a second")


if __name__ == "__main__":
    main()
