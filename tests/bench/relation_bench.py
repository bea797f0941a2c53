"""How fast a table of PostgreSQL comes into the lake: the server from its wheel, a folder of its own, no Spark.

`python -m tests.bench.relation_bench [--rows 1000000] [--ranges 1 2 4]` prints seconds and rows a second of `ingest`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.intake.relational import DatabaseCompany, texts
from tests.intake.servers import Postgres

TABLES = """
CREATE TABLE customers (id bigint, country text, born_on date);
INSERT INTO customers VALUES (1, 'AT', NULL);
CREATE TABLE orders (
    order_id bigint PRIMARY KEY, customer_id bigint, ordered_at timestamptz, amount numeric, gift boolean);
INSERT INTO orders
    SELECT n, 1, '2026-01-01'::timestamptz + n * interval '9 seconds', n % 100000 / 100.0, n % 7 = 0
    FROM generate_series(1, ROWS) n;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader
"""


def main() -> None:
    options = argparse.ArgumentParser(description="Rows a second from PostgreSQL into the lake.")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--ranges", type=int, nargs="+", default=[1, 2, 4])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, Postgres.started(Path(folder)) as postgres:
        postgres.run(*TABLES.replace("ROWS", str(chosen.rows)).split(";"))
        os.environ["AIRFLOW_CONN_SHOP"] = postgres.uri()
        for ranges in chosen.ranges:
            root = Path(folder) / f"by{ranges}"
            root.mkdir()
            company = DatabaseCompany.under(root)
            company.texts = {
                name: text.replace("partitions: 3", f"partitions: {ranges}") for name, text in texts("").items()
            }
            company.ingest(sources=["contacts"])
            begun = time.perf_counter()
            (accepted,) = company.ingest(sources=["order"]).accepted
            seconds = time.perf_counter() - begun
            assert accepted.rows == chosen.rows
            print(f"by {ranges} ranges: {seconds:6.1f} s {chosen.rows / seconds:12,.0f} rows/s", flush=True)


if __name__ == "__main__":
    main()
