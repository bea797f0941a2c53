"""Parquet files of our tables, written with pyarrow wherever the rows are, and what a commit has to say of each.

A file lies in its table's folder from the moment it is written and belongs to nobody until a commit names it. Statistics are
those of the table's statistics columns alone, so no id and no value of a contact gets into a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
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
    assert set(partition) == set(table.partitions), f"{table.path}: found {sorted(partition)}, expected its partitions"
    schema = pa.schema([column for column in table.schema if column.name not in table.partitions])
    folder = "/".join(f"{name}={partition[name]}" for name in table.partitions)
    path = f"{folder}/{uuid4().hex}.parquet" if folder else f"{uuid4().hex}.parquet"
    statistics = ColumnStatistics(table)
    system, root = filesystem(f"{lake.rstrip('/')}/{table.path}")
    batches = (batch for batch in rows if batch.num_rows)
    first = next(batches, None)
    if first is None:
        return None
    with _writer(system, f"{root}/{path}", table, schema) as writer:
        for batch in chain([first], batches):
            statistics.add(batch)
            writer.write_batch(batch.select(schema.names).cast(schema), row_group_size=_group_rows(table, batch))
    size = system.get_file_info(f"{root}/{path}").size
    partition_texts = {name: None if value is None else str(value) for name, value in partition.items()}
    return TableFile(path, size, statistics.rows, statistics.to_json(), partition_texts)


def _writer(system: pa.fs.FileSystem, place: str, table: Table, schema: pa.Schema) -> pq.ParquetWriter:
    system.create_dir(place.rpartition("/")[0], recursive=True)
    return pq.ParquetWriter(
        place,
        schema,
        filesystem=system,
        compression=CODECS[table.cells],
        use_dictionary=table.cells == "thin",
        write_statistics=list(set(table.statistics) & set(schema.names)) or False,
        data_page_size=DATA_PAGE_BYTES,
        coerce_timestamps="us",
        # Every reader of ours and of others knows 2.6; Spark reads its types since 3.0.
        version="2.6",
        store_schema=False,
    )


def _group_rows(table: Table, batch: pa.RecordBatch) -> int:
    if table.cells == "payload":
        return FAT_ROWS
    return max(1, ROW_GROUP_BYTES // max(1, batch.nbytes // batch.num_rows))


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
