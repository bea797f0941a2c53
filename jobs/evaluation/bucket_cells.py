"""What a run's buckets consist of, as places in files: tiles as of its pack, bitmaps of lists, memberships before it.

Looked up once by the driver. Any process makes a bucket's data from it, hand by hand: some buckets at a time, so that each
row group is read once for all of them and memory holds no more than these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.lake.member_rows import MemberRows, read_bits, rows_at
from jobs.lake.stored_cells import FILE, cells_of, chosen, read_cells
from jobs.lake.stored_files import files_at
from jobs.lake.tables import IDENTITY, LIST_BITS, TILES, Table

HAND_ROWS = 4_000_000
"""About as many rows of tiles are in memory at a time, packed: some 60 MB."""


@dataclass(frozen=True)
class ListRows:
    """Which rows of `list_bits` a mark stands for."""

    mark: str
    name: str
    date: str
    version: int
    attempt: str | None


@dataclass(frozen=True, eq=False)
class BucketPayloads:
    """One bucket, read: payloads of each source in order of month, pack and piece; bitmaps by mark and by segment."""

    bucket: int
    tiles: Mapping[str, Sequence[bytes]]
    lists: Mapping[str, bytes]
    earlier: Mapping[str, bytes]


@dataclass(frozen=True, eq=False)
class BucketCells:
    """Places of all cells of a run; `lists` has the column `mark`. Goes to workers whole."""

    lake: str
    tiles: pa.Table
    lists: pa.Table
    earlier: MemberRows

    @cached_property
    def rows(self) -> dict[int, int]:
        """Rows of tiles by bucket: what there is to do."""
        totals = self.tiles.group_by("bucket").aggregate([("rows", "sum")])
        return dict(zip(totals["bucket"].to_pylist(), totals["rows_sum"].to_pylist(), strict=True))

    @cached_property
    def buckets(self) -> list[int]:
        """All of them, those whose tiles lie in the same files beside each other."""
        firsts = self.tiles.set_column(0, "source", self.tiles[FILE].cast(pa.string()))
        first = firsts.group_by("bucket").aggregate([("source", "min")])
        places = zip(first["source_min"].to_pylist(), first["bucket"].to_pylist(), strict=True)
        return [bucket for _, bucket in sorted(places)]

    def read(self, buckets: Sequence[int], earlier: bool) -> Iterator[BucketPayloads]:
        """These buckets, a hand at a time. `earlier`: with who was in which segment."""
        for hand in hands(buckets, self.rows, HAND_ROWS):
            yield from self._read(hand, earlier)

    def _read(self, hand: Sequence[int], earlier: bool) -> Iterator[BucketPayloads]:
        tiles: dict[int, dict[str, list[bytes]]] = {}
        for bucket, source, payload in self._cells(TILES, self.tiles, "source", "payload", hand):
            tiles.setdefault(bucket, {}).setdefault(source, []).append(payload)
        lists: dict[int, dict[str, bytes]] = {}
        for bucket, mark, cell in self._cells(LIST_BITS, self.lists, "mark", "bits", hand):
            lists.setdefault(bucket, {})[mark] = cell
        before = self._members_before(hand) if earlier else {}
        for bucket in hand:
            yield BucketPayloads(bucket, tiles.pop(bucket, {}), lists.get(bucket, {}), before.get(bucket, {}))

    def _members_before(self, hand: Sequence[int]) -> dict[int, dict[str, bytes]]:
        rows = self.earlier.taken(np.isin(self.earlier["bucket"], hand) & (self.earlier["members"] > 0))
        members: dict[int, dict[str, bytes]] = {}
        bitmaps = zip(rows["bucket"].tolist(), rows.names, read_bits(self.lake, rows), strict=True)
        for bucket, segment, words in bitmaps:
            members.setdefault(bucket, {})[segment] = words.tobytes()
        return members

    def _cells(
        self, table: Table, cells: pa.Table, name: str, column: str, hand: Sequence[int]
    ) -> Iterator[tuple[int, str, bytes]]:
        rows = chosen(cells, bucket=hand)
        read = read_cells(self.lake, table, rows, column)
        for bucket, called, cell in zip(rows["bucket"].to_pylist(), rows[name].to_pylist(), read, strict=True):
            if cell is not None:
                yield bucket, called, cell


def hands(buckets: Sequence[int], rows: Mapping[int, int], limit: int) -> Iterator[list[int]]:
    """The buckets in their order, in runs of at most `limit` rows; one that alone has more stands alone."""
    hand: list[int] = []
    held = 0
    for bucket in buckets:
        if hand and held + rows.get(bucket, 0) > limit:
            yield hand
            hand, held = [], 0
        hand.append(bucket)
        held += rows.get(bucket, 0)
    if hand:
        yield hand


def cells_at(
    lake: str, pack_no: int, sources: Iterable[str], lists: Sequence[ListRows], members: int | Mapping[str, int]
) -> BucketCells:
    """Where the tiles of these sources lie as of a pack, the lists, and who was in which segment at a run, or at one for
    each segment (`rows_at`)."""
    tiles = tile_cells(lake, pack_no, [IDENTITY, *sources])
    return BucketCells(lake, tiles, _lists(lake, lists), rows_at(lake, members))


def tile_cells(lake: str, pack_no: int, sources: Sequence[str], beside: Sequence[str] = ()) -> pa.Table:
    """Of each source, month and bucket the tiles of the newest base as of a pack and of all parts after it, in the order of
    month, pack and piece; groups without rows are left out. `beside`: more of the table's columns."""
    files = [file for file in files_at(lake, TILES) if file.partition["source"] in set(sources)]
    keys = ("source", "month", "bucket", "pack_no", "piece", "base", "rows", *beside)
    cells = cells_of(lake, TILES, files, keys)
    cells = cells.filter(pc.less_equal(cells["pack_no"], pack_no))
    group = ["source", "month", "bucket"]
    bases: dict[tuple[str, int, int], int] = {}
    newest = cells.filter(cells["base"]).group_by(group).aggregate([("pack_no", "max")])
    for row in newest.to_pylist():
        bases[row["source"], row["month"], row["bucket"]] = row["pack_no_max"]
    places = zip(*(cells[name].to_pylist() for name in group), strict=True)
    since = pa.array([bases.get(place, 0) for place in places], pa.int64())
    kept = cells.filter(pc.and_(pc.greater_equal(cells["pack_no"], since), pc.greater(cells["rows"], 0)))
    return kept.sort_by([(name, "ascending") for name in ("bucket", "source", "month", "pack_no", "piece")])


def _lists(lake: str, lists: Sequence[ListRows]) -> pa.Table:
    keys = ("name", "date", "version", "attempt", "bucket")
    cells = cells_of(lake, LIST_BITS, files_at(lake, LIST_BITS) if lists else [], keys)
    parts: list[pa.Table] = []
    for asked in lists:
        own = chosen(
            cells, name=[asked.name], date=[date.fromisoformat(asked.date)], version=[asked.version],
            attempt=[asked.attempt],
        )  # fmt: skip
        parts.append(own.append_column("mark", pa.repeat(asked.mark, own.num_rows)))
    none = cells.schema.append(pa.field("mark", pa.string())).empty_table()
    return pa.concat_tables([none, *parts])
