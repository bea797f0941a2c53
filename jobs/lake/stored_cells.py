"""Where the cells of a table lie: which row of which row group of which file, found by one look at the small columns.

The driver looks once, so all passes of a step read the same files; whoever needs payloads or bitmaps reads just those row
groups, and no cell goes through the JVM or a shuffle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jobs.errors import Unreachable
from jobs.lake.creation import location
from jobs.lake.stored_files import StoredFile, opened_file
from jobs.lake.tables import Table

ROWS_AT_ONCE = 16
"""Rows with cells of up to 16 MiB that are unpacked at a time."""
SMALL_ROWS = 4096
"""The same of bitmaps."""
FILE, GROUP, ROW = "@file", "@group", "@row"
PLACE = pa.schema([(FILE, pa.dictionary(pa.int32(), pa.string())), (GROUP, pa.int32()), (ROW, pa.int32())])


def cells_of(lake: str, table: Table, files: Sequence[StoredFile], keys: Sequence[str]) -> pa.Table:
    """One row for each row of these files: its keys, and where its cell lies. A file that lacks a key has none."""
    schema = pa.schema([*(table.schema.field(name).with_nullable(True) for name in keys), *PLACE])
    parts = [part for file in files for part in _cells_of_file(lake, table, file, keys, schema)]
    return pa.concat_tables(parts).unify_dictionaries() if parts else schema.empty_table()


def _cells_of_file(lake: str, table: Table, file: StoredFile, keys: Sequence[str], schema: pa.Schema) -> list[pa.Table]:
    with opened_file(lake, table, file.path) as parquet:
        stored = [name for name in keys if name in parquet.schema_arrow.names]
        parts: list[pa.Table] = []
        for group in range(parquet.num_row_groups):
            rows = parquet.read_row_group(group, columns=stored, use_threads=False)
            count = parquet.metadata.row_group(group).num_rows
            columns = [
                rows[name].cast(schema.field(name).type)
                if name in stored
                else pa.repeat(pa.scalar(file.partition.get(name)).cast(schema.field(name).type), count)
                for name in keys
            ]
            place = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), count), pa.array([file.path]))
            numbers = pa.array(range(count), pa.int32())
            parts.append(
                pa.table([*columns, place, pa.repeat(pa.scalar(group, pa.int32()), count), numbers], schema=schema)
            )
    return parts


def read_cells(lake: str, table: Table, cells: pa.Table, column: str) -> list[bytes | None]:
    """The cells of these rows, in their order; each row group is read once, a few rows at a time."""
    wanted: dict[tuple[str, int], dict[int, int]] = {}
    places = zip(*(cells[name].to_pylist() for name in (FILE, GROUP, ROW)), strict=True)
    for number, (file, group, row) in enumerate(places):
        wanted.setdefault((file, group), {})[row] = number
    read: list[bytes | None] = [None] * cells.num_rows
    by_file: dict[str, dict[int, Mapping[int, int]]] = {}
    for (file, group), rows in wanted.items():
        by_file.setdefault(file, {})[group] = rows
    for file, groups in by_file.items():
        for number, cell in _read_file(lake, table, file, groups, column):
            read[number] = cell
    return read


def _read_file(
    lake: str, table: Table, file: str, groups: Mapping[int, Mapping[int, int]], column: str
) -> list[tuple[int, bytes | None]]:
    read: list[tuple[int, bytes | None]] = []
    at_once = ROWS_AT_ONCE if table.cells == "payload" else SMALL_ROWS
    with opened_file(lake, table, file) as parquet:
        try:
            for group, rows in groups.items():
                start = 0
                for batch in parquet.iter_batches(at_once, row_groups=[group], columns=[column], use_threads=False):
                    values = batch.column(0)
                    places = range(start, start + batch.num_rows)
                    read += [(rows[place], values[place - start].as_py()) for place in places if place in rows]
                    start += batch.num_rows
        except (OSError, pa.ArrowInvalid) as error:
            raise Unreachable(
                f"{location(lake, table)}/{file}: cannot be read to its end ({error}). Run the step again; if it ends "
                "like this again, put the file back from a copy."
            ) from error
    return read


def chosen(cells: pa.Table, **values: Collection[Any]) -> pa.Table:
    """The rows whose columns have one of these values each."""
    for name, wanted in values.items():
        cells = cells.filter(pc.is_in(cells[name], pa.array(list(wanted), cells.schema.field(name).type)))
    return cells
