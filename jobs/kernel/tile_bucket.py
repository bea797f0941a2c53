"""A bucket of the lake as the kernel's data: its tiles, the run's lookups and lists.

Rows that would not fit a worker's memory at once are evaluated in ranges of positions: every range has all the rows of
its contacts, and tiles are unpacked one at a time for each range. One contact is never split.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.model import Catalog, Source
from jobs.catalog.types import WORDS
from jobs.kernel.bucket import Given, Identity
from jobs.kernel.bucket_rows import BUCKET, RowBlock
from jobs.kernel.lookups import Lookups
from jobs.kernel.tiles import decode_identity, decode_tiles, positions_of

PART_BYTES = 128 << 20
"""Of the decoded rows of one source in one part."""
UNPACKED_AT_MOST = 16
"""Decoded rows take at most so many times their payload's bytes, or the payload is small anyway."""


@dataclass(frozen=True, eq=False)
class TileBucket:
    """`tiles` of each source in order of month and pack, `columns` and `lookups` as the plan and the run have them.

    `given`: lists and decided segments as 4 KiB bitmaps, least significant bit first; None: nobody of this bucket.
    """

    catalog: Catalog
    columns: Mapping[str, frozenset[str]]
    identities: Sequence[bytes]
    tiles: Mapping[str, Sequence[bytes]]
    lookups: Lookups = field(default_factory=Lookups)
    given: Mapping[Given, bytes | None] = field(default_factory=dict[Given, "bytes | None"])
    part_bytes: int = PART_BYTES

    @cached_property
    def who(self) -> Identity:
        return decode_identity(self.identities)

    def parts(self) -> Iterator[TilePart]:
        """Ranges of positions, each with few enough rows of every source."""
        for low, high in self._ranges():
            yield TilePart(self, low, high)

    def _ranges(self) -> list[tuple[int, int]]:
        weights = np.zeros(BUCKET, np.float64)
        for name, payloads in self.tiles.items():
            if sum(map(len, payloads)) * UNPACKED_AT_MOST > self.part_bytes:
                rows = np.zeros(BUCKET, np.int64)
                for payload in payloads:
                    rows += np.bincount(positions_of(payload), minlength=BUCKET).astype(np.int64)
                weights = np.maximum(weights, rows * row_bytes(self.catalog.sources[name], self.columns.get(name, ())))
        return ranges(weights, self.part_bytes)


@dataclass(frozen=True, eq=False)
class TilePart:
    """The positions from `low` up to `high`."""

    bucket: TileBucket
    low: int
    high: int

    def identity(self) -> Identity:
        who = self.bucket.who
        if (self.low, self.high) == (0, BUCKET):
            return who
        live = np.zeros(BUCKET, np.bool_)
        live[self.low : self.high] = who.live[self.low : self.high]
        return Identity(live, who.contact_hash, who.contact_ids)

    def rows(self, source: str) -> RowBlock:
        bucket = self.bucket
        return decode_tiles(
            bucket.tiles.get(source, ()),
            bucket.catalog.sources[source],
            bucket.catalog,
            bucket.columns.get(source, frozenset()),
            bucket.lookups,
            (self.low, self.high),
        )

    def given(self, asked: Given) -> NDArray[np.bool_]:
        bits = self.bucket.given[asked]
        if bits is None:
            return np.zeros(BUCKET, np.bool_)
        return np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little").view(np.bool_)


def row_bytes(source: Source, columns: Iterable[str]) -> int:
    """What a decoded row takes: position, time, and each column with its mark of what is known; twice, while joining."""
    stored = 4 + (8 if source.time else 0)
    for path in columns:
        column = source.columns.get(path)
        stored += 5 if "." in path or (column is not None and column.type.name in WORDS) else 9
    return 2 * stored


def ranges(weights: NDArray[np.float64], limit: int) -> list[tuple[int, int]]:
    """Consecutive ranges of positions of at most `limit` each; a position that alone is more stands alone."""
    upto: list[float] = [0.0, *np.cumsum(weights).tolist()]
    parts: list[tuple[int, int]] = []
    low, size = 0, len(upto) - 1
    while low < size:
        high = bisect_right(upto, upto[low] + limit) - 1
        high = min(max(high, low + 1), size)
        parts.append((low, high))
        low = high
    return parts
