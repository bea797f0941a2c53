"""Deliveries as DuckDB reads them by itself: what tests ask of made-up data goes through nothing that made it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from tests.company.delivery import LABEL
from tests.company.landing import deliveries


def rows_of(file: Path) -> str:
    """What stands behind `from` for the rows of a delivered file, packed or not; all is text in CSV."""
    match file.name.rpartition(LABEL)[2].split(".")[1]:
        case "csv":
            return f"read_csv('{file}', header=true, all_varchar=true)"
        case "jsonl":
            return f"read_json('{file}', format='newline_delimited')"
        case "parquet":
            return f"read_parquet('{file}')"
        case form:
            raise ValueError(f"{file.name} is none of csv, jsonl, parquet but {form}")


def tables_of(sources: Iterable[str], folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection, in UTC, with a table for each of these sources."""
    wanted = set(sources)
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for delivery in deliveries():
            if delivery.source in wanted:
                file = folder / delivery.path.replace("/", ".")
                file.write_bytes(delivery.content)
                con.execute(f'create table "{delivery.source}" as select * from {rows_of(file)}')
        yield con
