"""Small tables read without Spark, through delta-rs: what the command line shows, and what a step looks up before it works.

A table that has not been made yet has no rows. For tables of a few thousand rows; tiles and memberships are Spark's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from jobs.errors import Unreachable
from jobs.lake.file_rows import Filter, rows_of_files
from jobs.lake.places import without_hadoop
from jobs.lake.tables import Table

if TYPE_CHECKING:  # a Rust library to load, which verbs that look at no lake do without; no circle is behind it
    from deltalake import DeltaTable

T = TypeVar("T")


def table_rows(
    lake: str, table: Table, columns: Sequence[str] | None = None, filters: Sequence[Filter] | None = None
) -> list[dict[str, Any]]:
    """The rows of a table now, as dicts; timestamps are aware and in UTC. `filters`: see `file_rows`."""
    return read_rows(lake, table, columns, filters).to_pylist()


def read_rows(
    lake: str, table: Table, columns: Sequence[str] | None = None, filters: Sequence[Filter] | None = None
) -> pa.Table:
    """The same as an Arrow table; a column that was added since the table was last written has no values in it."""
    empty = table.schema.empty_table()
    if columns:
        empty = empty.select(list(columns))

    def read(opened: DeltaTable) -> pa.Table:
        stored = {field.name for field in opened.schema().fields}
        return rows_of_files(opened, [name for name in empty.column_names if name in stored], filters or ())

    return _completed(_opened(lake, table, read, empty), empty.schema)


def _completed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names)


def last_number(lake: str, table: Table, writer: str) -> int:
    """The greatest number that a writer has committed under (`once`, see `file_commits`); 0 when it has not written yet."""
    return _opened(lake, table, lambda opened: opened.transaction_version(writer) or 0, 0)


def table_schema(lake: str, table: Table) -> pa.Schema | None:
    """The columns that a table has now; None where it has not been made."""
    return _opened(lake, table, lambda opened: pa.schema(opened.schema().to_arrow()), None)


def column_ranges(lake: str, table: Table, column: str) -> list[tuple[int, int]]:
    """The least and the greatest value of a statistics column in each file of a table, from its log."""

    def read(opened: DeltaTable) -> list[tuple[int, int]]:
        files = pa.table(opened.get_add_actions(flatten=True))
        if not files.num_rows:
            return []
        ends = zip(files[f"min.{column}"].to_pylist(), files[f"max.{column}"].to_pylist(), strict=True)
        return [(low, high) for low, high in ends if low is not None]

    return _opened(lake, table, read, list[tuple[int, int]]())


def may_hold(lake: str, table: Table, column: str, numbers: Iterable[int]) -> bool:
    """Whether some file of a table may hold one of these numbers in a statistics column."""
    ranges = column_ranges(lake, table, column)
    return any(low <= number <= high for number in numbers for low, high in ranges)


def _opened(lake: str, table: Table, ask: Callable[[DeltaTable], T], otherwise: T) -> T:
    """What a table answers; `otherwise` where it has not been made."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    address = f"{without_hadoop(lake).rstrip('/')}/{table.path}"
    if "://" not in lake and not Path(address, "_delta_log").is_dir():
        return otherwise
    try:
        return ask(DeltaTable(address))
    except TableNotFoundError:
        return otherwise
    except (DeltaError, OSError) as error:
        raise Unreachable(
            f"{address}: the table cannot be read ({error}). Check MUSTER_LAKE and the credentials in the environment."
        ) from error
