"""From bitmaps to people: contact ids are taken from the identity tiles of a pack, bucket by bucket, without a join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.kernel.tiles import decode_contact_ids
from jobs.lake.file_rows import Filter
from jobs.lake.reads import read_rows, table_rows
from jobs.lake.tables import IDENTITY, TILES

BUCKETS_AT_ONCE = 32
"""Identity tiles of a million contacts, some 15 MiB."""


@dataclass(eq=False)
class NamedContacts:
    """The contacts of a pack, asked for in order of `buckets`; the tiles of a few buckets are in memory at a time."""

    lake: str
    pack_no: int
    buckets: Sequence[int]
    _payloads: dict[int, list[bytes]] = field(default_factory=dict[int, "list[bytes]"])
    _bucket: int = -1
    _ids: pa.StringArray | None = None

    def of(self, bucket: int, bits: NDArray[np.uint64]) -> pa.StringArray:
        """The id of each position set, in order; null once its contact was erased."""
        ids = self._ids if bucket == self._bucket and self._ids is not None else self._ids_of(bucket)
        self._bucket, self._ids = bucket, ids
        return ids.take(pa.array(np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little"))))

    def _ids_of(self, bucket: int) -> pa.StringArray:
        if bucket not in self._payloads:
            place = self.buckets.index(bucket)
            self._payloads = identity_payloads(self.lake, self.pack_no, self.buckets[place : place + BUCKETS_AT_ONCE])
        return decode_contact_ids(self._payloads.pop(bucket, []))


def identity_payloads(lake: str, pack_no: int, buckets: Sequence[int]) -> dict[int, list[bytes]]:
    """The identity tiles of these buckets as of a pack: of each the newest base and all parts after it, in their order."""
    where: list[Filter] = [("source", "=", IDENTITY), ("bucket", "in", list(buckets))]
    small = read_rows(lake, TILES, ["bucket", "pack_no", "base"], where).to_pylist()
    bases: dict[int, int] = {}
    for row in small:
        if row["base"] and row["pack_no"] <= pack_no:
            bases[row["bucket"]] = max(row["pack_no"], bases.get(row["bucket"], 0))
    since: Filter = ("pack_no", ">=", min((bases.get(bucket, 0) for bucket in buckets), default=0))
    rows = table_rows(lake, TILES, ["bucket", "pack_no", "piece", "rows", "payload"], [*where, since])
    payloads: dict[int, list[bytes]] = {}
    for row in sorted(rows, key=lambda row: (row["pack_no"], row["piece"])):
        if bases.get(row["bucket"], 0) <= row["pack_no"] <= pack_no and row["rows"] > 0:
            payloads.setdefault(row["bucket"], []).append(row["payload"])
    return payloads
