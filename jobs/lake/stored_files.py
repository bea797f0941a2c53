"""The Parquet files that a table consists of, read with pyarrow wherever they are needed: no row passes through the JVM.

The driver asks the log which files they are and hands out pieces of them, a few row groups each; workers read the columns
they need, in batches of bounded size.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from jobs.errors import Unreachable
from jobs.lake.creation import exists, location
from jobs.lake.places import filesystem, without_hadoop
from jobs.lake.tables import Table

PIECE_ROWS = 4_000_000
"""About as many rows are handed out at a time: enough to be worth a task, few enough for all cores to have some."""
BATCH_ROWS = 1 << 19
PARTITION = "partition."
"""Before the name of a partition column among the columns of the log."""


@dataclass(frozen=True)
class StoredFile:
    """One file of a table. `low` and `high` are the extremes of the column that was asked for, None where none is known;
    `partition` has its value of each partition column."""

    path: str
    rows: int
    size: int
    low: int | None = None
    high: int | None = None
    partition: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)

    def may_hold(self, numbers: Collection[int]) -> bool:
        """Whether one of these may be among its values."""
        return self.low is None or self.high is None or any(self.low <= number <= self.high for number in numbers)


@dataclass(frozen=True)
class FilePiece:
    """Some row groups of a file, from `first` up to and without `last`; of `rows` rows."""

    path: str
    first: int
    last: int
    rows: int


def files_at(lake: str, table: Table, version: int | None = None, column: str | None = None) -> list[StoredFile]:
    """The files of a table now or at a version, in order of their paths; none where it has not been made."""
    if not exists(lake, table):
        return []
    address = location(lake, table)
    try:
        actions = pa.table(DeltaTable(without_hadoop(address), version=version).get_add_actions(flatten=True))
    except (DeltaError, OSError) as error:
        raise Unreachable(
            f"{address}: cannot be read ({error}). Check MUSTER_LAKE; then run the step again."
        ) from error
    nothing = [None] * actions.num_rows
    low, high = (
        actions[name].to_pylist() if name in actions.column_names else nothing
        for name in (f"min.{column}", f"max.{column}")
    )
    split = [name for name in actions.column_names if name.startswith(PARTITION)]
    places = [{name.removeprefix(PARTITION): row[name] for name in split} for row in actions.select(split).to_pylist()]
    places = places if split else [dict[str, Any]() for _ in nothing]
    named = (actions[name].to_pylist() for name in ("path", "num_records", "size_bytes"))
    rows = zip(*named, low, high, places, strict=True)
    return sorted((StoredFile(path, count or 0, *rest) for path, count, *rest in rows), key=lambda file: file.path)


def pieces(lake: str, table: Table, files: Sequence[StoredFile], rows_at_once: int = PIECE_ROWS) -> list[FilePiece]:
    """All row groups of these files, in pieces; only of large ones is the footer read."""
    return [piece for file in files for piece in _pieces(lake, table, file, rows_at_once)]


def _pieces(lake: str, table: Table, file: StoredFile, rows_at_once: int) -> Iterator[FilePiece]:
    if file.rows <= rows_at_once:
        yield FilePiece(file.path, 0, -1, file.rows)
        return
    with opened_file(lake, table, file.path) as parquet:
        groups = [parquet.metadata.row_group(n).num_rows for n in range(parquet.num_row_groups)]
    first, rows = 0, 0
    for number, count in enumerate(groups):
        rows += count
        if rows >= rows_at_once or number == len(groups) - 1:
            yield FilePiece(file.path, first, number + 1, rows)
            first, rows = number + 1, 0


def complete_runs(
    lake: str, table: Table, piece: FilePiece, column: str, but: Sequence[int] = ()
) -> Iterator[tuple[FilePiece, bool]]:
    """The piece in runs of row groups that are alike: whether every row has a value of the column, and none of `but`. Where
    the file has no such column none has."""
    with opened_file(lake, table, piece.path) as parquet:
        last = parquet.num_row_groups if piece.last < 0 else piece.last
        if column not in parquet.schema_arrow.names:
            yield piece, False
            return
        columns = [parquet.read_row_group(n, [column], use_threads=False)[column] for n in range(piece.first, last)]
    unwanted = pa.array(but, pa.int64())
    first = piece.first
    for is_complete, run in groupby(columns, key=lambda values: _is_complete(values, unwanted)):
        groups = list(run)
        yield FilePiece(piece.path, first, first + len(groups), sum(map(len, groups))), is_complete
        first += len(groups)


def _is_complete(values: pa.ChunkedArray, unwanted: pa.Array) -> bool:
    return not values.null_count and not (len(unwanted) and pc.any(pc.is_in(values, unwanted)).as_py())


def read_piece(lake: str, table: Table, piece: FilePiece, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Its rows in tables of about `BATCH_ROWS`, with those of `columns` that the file has."""
    with opened_file(lake, table, piece.path) as parquet:
        last = parquet.num_row_groups if piece.last < 0 else piece.last
        names = [name for name in columns if name in parquet.schema_arrow.names]
        waiting: list[pa.RecordBatch] = []
        rows = 0
        for batch in parquet.iter_batches(
            BATCH_ROWS, row_groups=list(range(piece.first, last)), columns=names, use_threads=False
        ):
            waiting.append(batch)
            rows += batch.num_rows
            if rows >= BATCH_ROWS:
                yield pa.Table.from_batches(waiting)
                waiting, rows = [], 0
        if waiting:
            yield pa.Table.from_batches(waiting)


def read_file_rows(lake: str, table: Table, files: Sequence[StoredFile], columns: Sequence[str]) -> pa.Table:
    """All rows of these files; of a table whose columns have never changed."""
    schema = pa.schema([table.schema.field(name) for name in columns])
    parts = [
        rows.select(columns).cast(schema)
        for file in files
        for rows in read_piece(lake, table, FilePiece(file.path, 0, -1, file.rows), columns)
    ]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def opened_file(lake: str, table: Table, path: str) -> pq.ParquetFile:
    """A file of the table, to read; `Unreachable` where it is gone or is none."""
    system, root = filesystem(location(lake, table))
    try:
        return pq.ParquetFile(system.open_input_file(f"{root}/{path}"), pre_buffer=False)
    except (OSError, pa.ArrowInvalid) as error:
        raise Unreachable(
            f"{location(lake, table)}/{path}: cannot be read ({error}), and the table says that it holds it. Run the step "
            "again; if it ends like this again, put the file back from a copy."
        ) from error
