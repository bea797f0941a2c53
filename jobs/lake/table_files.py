"""Parquet files of our tables, written with pyarrow wherever the rows are, and what a commit has to say of each.

A file lies in its table's folder from the moment it is written and belongs to nobody until a commit names it. Statistics are
those of the table's statistics columns alone, so no id and no value of a contact gets into a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jobs.lake.places import filesystem
from jobs.lake.tables import CODECS, Table

ROW_GROUP_BYTES = 64 << 20
"""Of a file's rows before they are compressed; readers hold one group at a time."""
FAT_ROWS = 64
"""Rows of a group where a cell is up to 16 MiB."""
DATA_PAGE_BYTES = 1 << 20
ARROW_CODECS = {"uncompressed": "none"}
"""What a codec of ours is called there, where it is not the same."""


@dataclass(frozen=True)
class TableFile:
    """One file that has been written. `path` is under the table's root; `partition` as text, as the log has it."""

    path: str
    size: int
    rows: int
    statistics: str
    partition: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


def write_table_file(lake: str, table: Table, rows: Iterable[pa.RecordBatch], **partition: object) -> TableFile | None:
    """Writes these rows, which have the table's columns, as one new file; None, and no file, when there are none.

    `partition` has the value of every partition column; those columns are left out of the file, as Delta has it.
    """
    writer = TableFileWriter(lake, table, "", ROW_GROUP_BYTES, **partition)
    for batch in rows:
        writer.write(batch)
    return writer.close()


def write_partitions(lake: str, table: Table, rows: pa.Table) -> list[TableFile]:
    """A few rows of ours, a file for each combination of the partition columns' values."""
    places = rows.select(list(table.partitions)).to_pylist()
    files: list[TableFile] = []
    for place in dict.fromkeys(tuple(place.items()) for place in places):
        own = rows.take([number for number, other in enumerate(places) if tuple(other.items()) == place])
        file = write_table_file(lake, table, own.to_batches(), **dict(place))
        files += [] if file is None else [file]
    return files


class TableFileWriter:
    """One new file, written batch by batch; it begins with the first row, and without one there is no file.

    `folder` is a place of its own under the table's root, so that files nobody committed can be told by it. Rows of up to
    `group_bytes` wait for their row group.
    """

    def __init__(
        self, lake: str, table: Table, folder: str = "", group_bytes: int = ROW_GROUP_BYTES, **partition: object
    ) -> None:
        assert set(partition) == set(table.partitions), (
            f"{table.path}: found {sorted(partition)}, expected its partitions"
        )
        self._table = table
        self._group_bytes = group_bytes
        self._partition = partition
        self._schema = pa.schema([column for column in table.schema if column.name not in table.partitions])
        folders = [*([folder] if folder else []), *(f"{name}={partition[name]}" for name in table.partitions)]
        self._path = "/".join([*folders, f"{uuid4().hex}.parquet"])
        self._system, root = filesystem(f"{lake.rstrip('/')}/{table.path}")
        self._place = f"{root}/{self._path}"
        self._statistics = ColumnStatistics(table)
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Adds these rows; they wait until a row group is worth it."""
        if batch.num_rows:
            self._statistics.add(batch)
            self._waiting.append(batch)
            self._waiting_bytes += batch.nbytes
            if self._waiting_bytes >= self._group_bytes:
                self.flush()

    def flush(self) -> None:
        """Writes the rows that wait, as a row group of their own or several."""
        if not self._waiting:
            return
        rows = pa.Table.from_batches(self._waiting).select(self._schema.names).cast(self._schema)
        writer = self._writer or _writer(self._system, self._place, self._table, self._schema)
        self._writer = writer
        writer.write_table(rows, row_group_size=_group_rows(self._table, rows))
        self._waiting, self._waiting_bytes = [], 0

    def close(self) -> TableFile | None:
        """What a commit has to say of the file; None when no row was written."""
        self.flush()
        if self._writer is None:
            return None
        self._writer.close()
        size = self._system.get_file_info(self._place).size
        partition = {name: None if value is None else str(value) for name, value in self._partition.items()}
        return TableFile(self._path, size, self._statistics.rows, self._statistics.to_json(), partition)


def _writer(system: pa.fs.FileSystem, place: str, table: Table, schema: pa.Schema) -> pq.ParquetWriter:
    system.create_dir(place.rpartition("/")[0], recursive=True)
    return pq.ParquetWriter(
        place,
        schema,
        filesystem=system,
        compression=ARROW_CODECS.get(CODECS[table.cells], CODECS[table.cells]),
        use_dictionary=table.cells == "thin",
        write_statistics=list(set(table.statistics) & set(schema.names)) or False,
        data_page_size=DATA_PAGE_BYTES,
        coerce_timestamps="us",
        # Every reader of ours and of others knows 2.6; Spark reads its types since 3.0.
        version="2.6",
        store_schema=False,
    )


def _group_rows(table: Table, rows: pa.Table) -> int:
    if table.cells == "payload":
        return FAT_ROWS
    return max(1, ROW_GROUP_BYTES // max(1, rows.nbytes // rows.num_rows))


class ColumnStatistics:
    """The least and the greatest value and the missing ones of a table's statistics columns, batch by batch."""

    def __init__(self, table: Table) -> None:
        self.rows = 0
        self._names = [name for name in table.statistics if name not in table.partitions]
        self._least: dict[str, Any] = {}
        self._greatest: dict[str, Any] = {}
        self._missing = dict.fromkeys(self._names, 0)

    def add(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.num_rows
        for name in self._names:
            column = batch.column(batch.schema.get_field_index(name))
            self._missing[name] += column.null_count
            low, high = (scalar.as_py() for scalar in pc.min_max(column).values())
            if low is not None:
                self._least[name] = min(low, self._least.get(name, low))
                self._greatest[name] = max(high, self._greatest.get(name, high))

    def to_json(self) -> str:
        """As Delta's log has it."""
        return json.dumps(
            {
                "numRecords": self.rows,
                "minValues": {name: _bound(value, upwards=False) for name, value in self._least.items()},
                "maxValues": {name: _bound(value, upwards=True) for name, value in self._greatest.items()},
                "nullCount": self._missing,
            },
            ensure_ascii=False,
        )


def _bound(value: object, *, upwards: bool) -> object:
    """Instants in milliseconds, because that is all a log keeps: the least rounded down, the greatest up."""
    if isinstance(value, datetime):
        whole = value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
        if upwards and whole < value:
            whole += timedelta(milliseconds=1)
        return whole.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
