"""The rows of the Parquet files that a table consists of, read one after the other in this thread.

Not through Arrow's datasets: a process that ends soon after one was scanned is aborted by Arrow's own threads now and then,
exit 134 (apache/arrow 39862), and here that is every verb and every step. What a file or a row group cannot hold, by its
partition or its statistics, is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jobs.lake.places import filesystem

if TYPE_CHECKING:  # a Rust library to load, which verbs that look at no lake do without; no circle is behind it
    from deltalake import DeltaTable

Filter = tuple[str, str, Any]
"""(column, operator, value): `=`, `>=`, or `in` with several values."""

HOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": pc.equal,
    ">=": pc.greater_equal,
    "in": lambda column, values: pc.is_in(column, pa.array(values, column.type)),
}
MAY_HOLD: Mapping[str, Callable[[Any, Any, Any], bool]] = {
    "=": lambda low, high, value: low <= value <= high,
    ">=": lambda _, high, value: high >= value,
    "in": lambda low, high, values: any(low <= value <= high for value in values),
}


def rows_of_files(
    opened: DeltaTable, columns: Sequence[str], filters: Sequence[Filter] = (), paths: Collection[str] | None = None
) -> pa.Table:
    """These columns of the rows for which all filters hold, typed as the table says; null where a file has none. `paths`:
    of these files alone."""
    whole = pa.schema(opened.schema().to_arrow())
    names = dict.fromkeys([*columns, *(name for name, *_ in filters)])
    schema = pa.schema([whole.field(name).with_nullable(True) for name in names])
    partitions = opened.metadata().partition_columns
    files: list[dict[str, Any]] = pa.table(opened.get_add_actions(flatten=True)).to_pylist()
    parts = [
        _rows(opened.table_uri, file, schema, partitions, filters)
        for file in files
        if (paths is None or file["path"] in paths) and all(_file_may_hold(file, partitions, each) for each in filters)
    ]
    rows = pa.concat_tables(parts) if parts else schema.empty_table()
    return rows.select(list(columns))


def _rows(
    root: str, file: Mapping[str, Any], schema: pa.Schema, partitions: Sequence[str], filters: Sequence[Filter]
) -> pa.Table:
    system, place = filesystem(root.removeprefix("file://").rstrip("/"))
    with pq.ParquetFile(system.open_input_file(f"{place}/{file['path']}")) as parquet:
        meta = parquet.metadata
        stored = (
            {meta.row_group(0).column(n).path_in_schema: n for n in range(meta.num_columns)}
            if meta.num_row_groups
            else {}
        )
        inside = [each for each in filters if each[0] not in partitions]
        groups = [n for n in range(meta.num_row_groups) if _group_may_hold(meta.row_group(n), stored, inside)]
        names = [name for name in schema.names if name in parquet.schema_arrow.names]
        # One after the other: of a large file only what is asked for is ever in memory.
        parts = [
            _filtered(_typed(parquet.read_row_group(n, columns=names, use_threads=False), file, schema), inside)
            for n in groups
        ]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _typed(read: pa.Table, file: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    columns = [
        read[field.name].cast(field.type)
        if field.name in read.column_names
        else pa.repeat(pa.scalar(file.get(f"partition.{field.name}")).cast(field.type), read.num_rows)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _filtered(rows: pa.Table, filters: Sequence[Filter]) -> pa.Table:
    for name, operator, value in filters:
        rows = rows.filter(HOLDS[operator](rows[name], value))
    return rows


def _file_may_hold(file: Mapping[str, Any], partitions: Sequence[str], each: Filter) -> bool:
    """By its partition, or by the extremes that the log has of it; where it has none, it may."""
    name, operator, value = each
    if name in partitions:
        own = file[f"partition.{name}"]
        return own is not None and MAY_HOLD[operator](own, own, value)
    low, high = file.get(f"min.{name}"), file.get(f"max.{name}")
    return low is None or high is None or MAY_HOLD[operator](low, high, value)


def _group_may_hold(group: Any, stored: Mapping[str, int], filters: Sequence[Filter]) -> bool:
    for name, operator, value in filters:
        extremes = group.column(stored[name]).statistics if name in stored else None
        if extremes is None or not extremes.has_min_max:
            continue
        if not MAY_HOLD[operator](extremes.min, extremes.max, value):
            return False
    return True
