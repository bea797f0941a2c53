"""Tiles in files: what a worker makes of the fragments of its buckets.

Fragments come sorted by bucket and addition. Those of one bucket are put together, encoded by month, and written as tiles
where they differ from what is packed; a file holds what one task has of one source and month. What comes back is one small
row for each file, and of additions that are compared which months and buckets have rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa

from jobs.kernel.tiles import Tile, encode_identity, encode_pieces
from jobs.lake.moved_rows import from_bytes
from jobs.lake.stored_source import StoredSource
from jobs.lake.table_files import TableFile, TableFileWriter
from jobs.lake.tables import IDENTITY, NO_MONTH, TILES
from jobs.packs.bucket_fragments import RowShape, by_month, merged

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FLUSH_BYTES = 32 << 20
"""Payloads that wait for a row group of their file, of all months of a task together."""

Place = tuple[int, int]
"""(month, bucket)."""

WRITTEN = pa.schema(
    [
        ("addition", pa.int32()),
        ("month", pa.int32()),
        ("path", pa.string()),  # null: not a file, but the buckets of this month that have rows
        ("size", pa.int64()),
        ("rows", pa.int64()),
        ("statistics", pa.string()),
        ("buckets", pa.list_(pa.int32())),
    ]
)


@dataclass(frozen=True, eq=False)
class Addition:
    """What a pack adds of one source, or of identities (`stored` None); goes to workers whole.

    `base`: its tiles replace older ones of their month and bucket. `packed`: the fingerprints of tiles that stay as they are
    where rows make the same again; None: nothing is compared. `only` and `besides` restrict the months and buckets.
    """

    stored: StoredSource | None
    encoding: str
    base: bool
    packed: Mapping[Place, str] | None = None
    only: frozenset[Place] | None = None
    besides: frozenset[Place] = frozenset()

    @property
    def name(self) -> str:
        return IDENTITY if self.stored is None else self.stored.source.name

    def wants(self, place: Place) -> bool:
        return place not in self.besides and (self.only is None or place in self.only)

    def by_month(self, fragments: Sequence[pa.Table]) -> Iterator[tuple[int, list[Tile]]]:
        """The tiles of one bucket, month by month."""
        if self.stored is None:
            people = pa.concat_tables(fragments).sort_by("position")
            yield NO_MONTH, [encode_identity(people)]
            return
        source = self.stored.source
        for month, rows in by_month(merged(fragments, RowShape(source)), source.time):
            yield month, encode_pieces(rows, source, self.stored.catalog)


def fingerprint(tiles: Sequence[Tile]) -> str:
    """Of a group's payloads. The same rows give the same one, but for those of one contact and instant that change places:
    then a tile is written once more, and answers as before."""
    digest = hashlib.blake2b(digest_size=16)
    for tile in tiles:
        digest.update(len(tile.payload).to_bytes(8, "little") + tile.payload)
    return digest.hexdigest()


def tile_writer(
    lake: str, pack_no: int, additions: Sequence[Addition]
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What a task does: sorted fragments in, files written, rows of `WRITTEN` out."""

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        files = _TaskFiles(lake, pack_no, additions)
        rows = (row for batch in batches for row in _rows(batch))
        for (bucket, number), fragments in groupby(rows, key=lambda row: row[:2]):
            files.add(number, bucket, [from_bytes(payload) for *_, payload in fragments])
        yield pa.RecordBatch.from_pylist(files.close(), WRITTEN)

    return write


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[int, int, bytes]]:
    bucket, addition, payload = (batch.column(name) for name in ("bucket", "addition", "payload"))
    for row in range(batch.num_rows):
        yield bucket[row].as_py(), addition[row].as_py(), payload[row].as_buffer()


@dataclass(eq=False)
class _TaskFiles:
    """The files of one task: one for each addition and month, tiles waiting until a row group is worth it."""

    lake: str
    pack_no: int
    additions: Sequence[Addition]
    writers: dict[Place, TableFileWriter] = field(default_factory=dict[Place, TableFileWriter])
    waiting: dict[Place, list[dict[str, Any]]] = field(default_factory=dict[Place, list[dict[str, Any]]])
    waiting_bytes: int = 0
    seen: dict[Place, list[int]] = field(default_factory=dict[Place, list[int]])

    def add(self, number: int, bucket: int, fragments: Sequence[pa.Table]) -> None:
        addition = self.additions[number]
        for month, tiles in addition.by_month(fragments):
            if not addition.wants((month, bucket)):
                continue
            print_now = fingerprint(tiles)
            if addition.packed is not None:
                self.seen.setdefault((number, month), []).append(bucket)
                if addition.packed.get((month, bucket)) == print_now:
                    continue
            rows = [self._row(addition, month, bucket, *piece, print_now) for piece in enumerate(tiles)]
            self.waiting.setdefault((number, month), []).extend(rows)
            self.waiting_bytes += sum(len(tile.payload) for tile in tiles)
        if self.waiting_bytes >= FLUSH_BYTES:
            self._flush()

    def close(self) -> list[dict[str, Any]]:
        self._flush()
        told: list[dict[str, Any]] = []
        for (number, month), writer in self.writers.items():
            file = writer.close()
            if file is not None:
                told.append(
                    {"addition": number, "month": month, "path": file.path, "size": file.size, "rows": file.rows,
                     "statistics": file.statistics}
                )  # fmt: skip
        told += [{"addition": n, "month": month, "buckets": buckets} for (n, month), buckets in self.seen.items()]
        return told

    def _flush(self) -> None:
        for (number, month), rows in self.waiting.items():
            if (number, month) not in self.writers:
                self.writers[number, month] = TableFileWriter(
                    self.lake, TILES, source=self.additions[number].name, month=month
                )
            self.writers[number, month].write(pa.RecordBatch.from_pylist(rows, TILES.schema))
            self.writers[number, month].flush()
        self.waiting, self.waiting_bytes = {}, 0

    def _row(
        self, addition: Addition, month: int, bucket: int, piece: int, tile: Tile, print_now: str
    ) -> dict[str, Any]:
        return {
            "source": addition.name,
            "month": month,
            "bucket": bucket,
            "pack_no": self.pack_no,
            "base": addition.base,
            "piece": piece,
            "rows": tile.rows,
            "first_at": _instant(tile.first_at),
            "last_at": _instant(tile.last_at),
            "encoding": addition.encoding,
            "fingerprint": print_now if piece == 0 else None,
            "payload": tile.payload,
        }


def written_files(rows: Iterable[Mapping[str, Any]], additions: Sequence[Addition]) -> list[TableFile]:
    """The files among rows of `WRITTEN`, as a commit needs them."""
    return [
        TableFile(
            row["path"], row["size"], row["rows"], row["statistics"],
            {"source": additions[row["addition"]].name, "month": str(row["month"])},
        )
        for row in rows
        if row["path"] is not None
    ]  # fmt: skip


def emptied(rows: Iterable[Mapping[str, Any]], additions: Sequence[Addition]) -> dict[int, set[Place]]:
    """By the number of a compared addition, the months and buckets that are packed and have no rows any more."""
    gone = {
        number: {place for place in addition.packed if addition.wants(place)}
        for number, addition in enumerate(additions)
        if addition.packed is not None
    }
    for row in rows:
        if row["path"] is None:
            gone[row["addition"]] -= {(row["month"], bucket) for bucket in row["buckets"]}
    return {number: places for number, places in gone.items() if places}


def empty_rows(addition: Addition, places: Iterable[Place], pack_no: int) -> pa.Table:
    """Bases without rows, for months and buckets that have none left."""
    rows = [
        {
            "source": addition.name, "month": month, "bucket": bucket, "pack_no": pack_no, "base": True, "piece": 0,
            "rows": 0, "encoding": addition.encoding, "fingerprint": "",
        }
        for month, bucket in sorted(places)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, TILES.schema)


def _instant(at: int | None) -> datetime | None:
    return None if at is None else EPOCH + timedelta(microseconds=at)
