"""From bitmaps to people: contact ids are taken from the identity tiles of a pack, bucket by bucket, without a join."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import lit

from jobs.kernel.tiles import decode_identity
from jobs.lake.bitmaps import positions
from jobs.lake.file_rows import Filter
from jobs.lake.pinned_tiles import pinned_tiles
from jobs.lake.reads import read_rows, table_rows
from jobs.lake.tables import IDENTITY, TILES

BUCKETS_AT_ONCE = 32
"""Identity tiles of a million contacts, some 15 MiB."""

NAMED = pa.schema([("bucket", pa.int32()), ("mark", pa.string()), ("contact_id", pa.string())])


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
        ids = pa.array(decode_identity(self._payloads.pop(bucket, [])).contact_ids(), pa.string())
        return pc.if_else(pc.equal(ids, ""), None, ids)


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


def named(spark: SparkSession, lake: str, pack_no: int, bits: DataFrame) -> DataFrame:
    """`bucket`, `mark`, `contact_id`: a row for each position set in `bits` (bucket, mark, bits), in order of position.

    An id is null once its contact was erased. One shuffle on bucket, of bitmaps and identity tiles alone.
    """
    tiles = pinned_tiles(spark, lake, pack_no, [IDENTITY]).select(
        "bucket", lit(None).cast("string").alias("mark"), "pack_no", "piece", "payload"
    )
    asked = bits.select("bucket", "mark", lit(-1).cast("bigint"), lit(0).cast("int"), "bits")
    rows = tiles.union(asked).repartition("bucket").sortWithinPartitions("bucket", "pack_no", "piece", "mark")
    return rows.groupBy("bucket").applyInArrow(_name(), "bucket INT, mark STRING, contact_id STRING")


def _name() -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def name(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = [row for batch in batches for row in batch.to_pylist()]
        bucket = rows[0]["bucket"]
        packed = sorted((row for row in rows if row["mark"] is None), key=lambda row: (row["pack_no"], row["piece"]))
        payloads = [row["payload"] for row in packed]  # what a later one says of a position holds
        asked = [(row["mark"], row["payload"]) for row in rows if row["mark"] is not None]
        ids = pa.array(decode_identity(payloads).contact_ids() if asked else [], pa.string())
        for mark, bits in asked:
            stored = ids.take(pa.array(positions(bits)))
            contact_ids = pa.compute.if_else(pa.compute.equal(stored, ""), None, stored)
            count = len(contact_ids)
            yield pa.RecordBatch.from_arrays(
                [pa.array([bucket] * count, pa.int32()), pa.array([mark] * count, pa.string()), contact_ids],
                schema=NAMED,
            )

    return name
