"""What a pile of buckets cost, as it comes back with the small rows of a pass: nanoseconds and bytes, a cell of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa

from jobs.kernel.stopwatch import Stopwatch

METER = pa.field("meter", pa.string())
"""A column beside those of every pass: null but in one row a pile."""


class Meter:
    """`watch`: the kernel's; `bytes`: those of the tiles that were read, by source."""

    def __init__(self) -> None:
        self.watch = Stopwatch()
        self.bytes: dict[str, int] = {}

    def count(self, tiles: Mapping[str, Sequence[bytes]]) -> None:
        """One bucket's tiles."""
        for source, payloads in tiles.items():
            self.bytes[source] = self.bytes.get(source, 0) + sum(map(len, payloads))

    def reading(self) -> str:
        """All of it as a text."""
        return json.dumps({"spent": [[*key, spent] for key, spent in self.watch.spent.items()], "bytes": self.bytes})

    def add(self, reading: str) -> None:
        """What another meter has read."""
        row = json.loads(reading)
        spent = self.watch.spent
        for *words, nanoseconds in row["spent"]:
            key = tuple(words)
            spent[key] = spent.get(key, 0) + nanoseconds
        for source, size in row["bytes"].items():
            self.bytes[source] = self.bytes.get(source, 0) + size
