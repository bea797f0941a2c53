"""Stored rows on their way into fragments: which files hold them, which rows of those count, and whose they are.

Runs in the workers: a task is handed pieces of files, reads the columns that tiles are made from and the number of the
contact that a row carries, looks up whoever had none, and cuts what it has by bucket. Of sources with a key, whose rows may
replace each other across buckets, it cuts by key first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.values.layout import CONTACT_ID
from jobs.lake.handed_pieces import tasks_in
from jobs.lake.moved_rows import from_bytes, to_bytes
from jobs.lake.stored_columns import placed_columns, read_names
from jobs.lake.stored_files import FilePiece, read_piece
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import CONTACT_NO, CONTACTS, DELIVERY_NO, Table
from jobs.packs.bucket_fragments import (
    ORDER,
    RowShape,
    by_bucket,
    by_key,
    last_of_each_key,
    ordered,
    people_by_bucket,
    without_deleted,
)
from jobs.packs.row_numbers import CarriedNumbers

CELL_BYTES = 16 << 20
"""Fragments of one batch on their way to the JVM."""
CUT = pa.schema([("bucket", pa.int32()), ("addition", pa.int32()), ("seq", pa.int64()), ("payload", pa.binary())])
KEY_CUT = pa.schema([("part", pa.int32()), *(CUT.field(name) for name in CUT.names[1:])])

PEOPLE = pa.schema([CONTACTS.schema.field(name) for name in ("contact_no", CONTACT_ID, "gone", "erased")])
PACK_NO = "pack_no"


@dataclass(frozen=True, eq=False)
class RowReading:
    """Rows of a table that go into an addition; goes to workers whole.

    `deliveries` count, in their order. `upto_pack`: rows set aside by packs after it do not. `since`: only those of
    contacts with this number or a greater one. `buckets`: only those of contacts in these, None: all.
    """

    addition: int
    table: Table
    stored: StoredSource | None = None
    deliveries: tuple[int, ...] = ()
    upto_pack: int | None = None
    since: int = 0
    buckets: frozenset[int] | None = None

    @property
    def by_key(self) -> bool:
        """Whether rows of different buckets may replace each other."""
        return self.stored is not None and bool(self.stored.source.key)


@dataclass(frozen=True, eq=False)
class PieceReader:
    """Reads pieces of readings in a worker."""

    lake: str
    numbers: CarriedNumbers
    readings: Sequence[RowReading]
    key_parts: int = 1

    def cut(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pieces (`PIECE`) in, fragments by bucket out."""
        for place, seq, piece in tasks_in(batches):
            reading = self.readings[place]
            for rows in self._numbered(reading, piece):
                yield from _cells(CUT, reading.addition, seq, self._by_bucket(reading, rows))

    def cut_by_key(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same by key."""
        for place, seq, piece in tasks_in(batches):
            reading = self.readings[place]
            for rows in self._numbered(reading, piece):
                yield from _cells(KEY_CUT, reading.addition, seq, by_key(rows, self.key_parts))

    def settle(self) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
        """Sorted fragments by key in, fragments by bucket of the rows that count out."""
        of_addition = {reading.addition: reading for reading in self.readings}

        def settle(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            cells = (cell for batch in batches for cell in zip(*map(_values, batch.columns), strict=True))
            for (part, addition), fragments in groupby(cells, key=lambda cell: cell[:2]):
                reading = of_addition[addition]
                assert reading.stored is not None
                rows = pa.concat_tables([from_bytes(payload) for *_, payload in fragments]).combine_chunks()
                kept = without_deleted(last_of_each_key(rows), RowShape(reading.stored.source))
                yield from _cells(CUT, addition, part, self._by_bucket(reading, kept))

        return settle

    def _numbered(self, reading: RowReading, piece: FilePiece) -> Iterator[pa.Table]:
        if reading.stored is None:
            for people in read_piece(self.lake, CONTACTS, piece, PEOPLE.names):
                yield people.select(PEOPLE.names).cast(PEOPLE)
            return
        for run, has_numbers in self.numbers.runs(self.lake, reading.table, piece):
            yield from self._run(reading, reading.stored, run, has_numbers)

    def _run(self, reading: RowReading, source: StoredSource, run: FilePiece, has_numbers: bool) -> Iterator[pa.Table]:
        shape = RowShape(source.source)
        names = dict.fromkeys([*([] if has_numbers else [CONTACT_ID]), *shape.stored])
        schema = pa.schema([source.schema.field(name) for name in names])
        told = [DELIVERY_NO] if reading.upto_pack is None else [DELIVERY_NO, PACK_NO]
        for stored in read_piece(self.lake, reading.table, run, [*told, CONTACT_NO, *read_names(schema)]):
            beside = [*told, *([CONTACT_NO] if CONTACT_NO in stored.column_names else [])]
            rows = placed_columns(stored, schema, beside)
            if reading.upto_pack is not None:
                rows = rows.filter(pc.less_equal(rows[PACK_NO], reading.upto_pack))
            rows = ordered(rows, reading.deliveries).combine_chunks()
            if rows.num_rows:
                numbers = self.numbers.of(rows)
                rows = rows.select([ORDER, *shape.stored]).append_column(CONTACT_NO, numbers)
                yield rows.filter(pc.greater_equal(numbers, reading.since)) if reading.since else rows

    def _by_bucket(self, reading: RowReading, rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
        stored = reading.stored
        fragments = people_by_bucket(rows) if stored is None else by_bucket(rows, RowShape(stored.source))
        return (cut for cut in fragments if reading.buckets is None or cut[0] in reading.buckets)


def _cells(
    schema: pa.Schema, addition: int, seq: int, cuts: Iterable[tuple[int, pa.Table]]
) -> Iterator[pa.RecordBatch]:
    """Rows of `CUT` or `KEY_CUT`, some megabytes at a time."""
    waiting: list[tuple[int, bytes]] = []
    size = 0
    for group, rows in cuts:
        payload = to_bytes(rows)
        waiting.append((group, payload))
        size += len(payload)
        if size >= CELL_BYTES:
            yield _batch(schema, addition, seq, waiting)
            waiting, size = [], 0
    if waiting:
        yield _batch(schema, addition, seq, waiting)


def _batch(schema: pa.Schema, addition: int, seq: int, cells: Sequence[tuple[int, bytes]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [
            pa.array([group for group, _ in cells], pa.int32()),
            pa.array([addition] * len(cells), pa.int32()),
            pa.array([seq] * len(cells), pa.int64()),
            pa.array([payload for _, payload in cells], pa.binary()),
        ],
        schema=schema,
    )


def _values(column: pa.Array) -> Iterable[object]:
    if pa.types.is_binary(column.type):
        return (cell.as_buffer() for cell in column)
    return column.to_pylist()
