"""From bitmaps to people: contact ids are taken from the identity tiles of a pack, bucket by bucket, without a join."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import lit

from jobs.kernel.tiles import decode_identity
from jobs.lake.bitmaps import positions
from jobs.lake.pinned_tiles import pinned_tiles
from jobs.lake.tables import IDENTITY

NAMED = pa.schema([("bucket", pa.int32()), ("mark", pa.string()), ("contact_id", pa.string())])


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
