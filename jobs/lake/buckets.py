"""A bucket as the kernel asks for it, made of what a pack holds: tiles by source, bitmaps of lists, identity tiles.

Tiles stay compressed until the kernel asks for a source. A bucket with very many rows is given in parts, ranges of
positions, so that what is unpacked at once stays small; rows of one contact are never apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.model import Catalog
from jobs.kernel.bucket import Identity
from jobs.kernel.lookups import Lookups
from jobs.kernel.rows import BUCKET, RowBlock
from jobs.kernel.tiles import decode_identity, decode_tiles
from jobs.lake.bitmaps import flags
from jobs.language.atoms import InList

PART_BYTES = 128 << 20
"""How much of one source may be unpacked at once (decisions.md 11); a value takes 8 bytes at most."""


@dataclass(frozen=True, eq=False)
class Layout:
    """What is the same for every bucket of a run: the columns each source must supply, and the lookups, flattened."""

    catalog: Catalog
    columns: Mapping[str, frozenset[str]]
    lookups: Lookups


@dataclass(eq=False)
class Packed:
    """One bucket's payloads, in order of pack. `rows` counts those of each source."""

    identity: list[bytes] = field(default_factory=list[bytes])
    tiles: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    rows: dict[str, int] = field(default_factory=dict[str, int])
    lists: dict[InList, bytes] = field(default_factory=dict[InList, bytes])

    def add(self, source: str, rows: int, payload: bytes) -> None:
        self.tiles.setdefault(source, []).append(payload)
        self.rows[source] = self.rows.get(source, 0) + rows


@dataclass(frozen=True, eq=False)
class TileBucket:
    """`BucketData` over packed tiles."""

    layout: Layout
    packed: Packed

    def parts(self) -> Iterator[TilePart]:
        everyone = decode_identity(self.packed.identity)
        for first, end in ranges(self.part_count()):
            inside = np.zeros(everyone.live.size, np.bool_)
            inside[first:end] = True
            people = Identity(everyone.live & inside, everyone.contact_hash, everyone.contact_ids)
            yield TilePart(self.layout, self.packed, people, (first, end))

    def part_count(self) -> int:
        """How many parts keep every source under `PART_BYTES`."""
        sizes = [rows * 8 * (2 + len(self.layout.columns[source])) for source, rows in self.packed.rows.items()]
        return min(max(-(-max(sizes, default=0) // PART_BYTES), 1), BUCKET // 64)


def ranges(count: int) -> Sequence[tuple[int, int]]:
    """`count` ranges of positions that make up a bucket."""
    ends = [BUCKET * number // count for number in range(count + 1)]
    return list(pairwise(ends))


@dataclass(frozen=True, eq=False)
class TilePart:
    """`BucketPart`: some positions of a bucket."""

    layout: Layout
    packed: Packed
    people: Identity
    positions: tuple[int, int]

    def identity(self) -> Identity:
        return self.people

    def rows(self, source: str) -> RowBlock:
        return decode_tiles(
            self.packed.tiles.get(source, ()),
            self.layout.catalog.sources[source],
            self.layout.catalog,
            self.layout.columns[source],
            self.layout.lookups,
            self.positions,
        )

    def in_list(self, wanted: InList) -> NDArray[np.bool_]:
        return flags(self.packed.lists.get(wanted))
