"""Who is in which segment, read from `memberships`: append-only, a row wherever bits differ from the newest earlier row.

The state at run r is, for each segment and bucket, the newest row not after r; never a chain of differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import broadcast, col, lit, max_by, when
from pyspark.sql.functions import max as greatest
from pyspark.sql.functions import sum as total

from jobs.lake.bitmaps import but_not, counted
from jobs.lake.commits import rows_of
from jobs.lake.tables import MEMBERSHIP_CHANGES, MEMBERSHIPS, ddl

PLACE = ("segment", "bucket")


def state_at(memberships: DataFrame, run_no: int) -> DataFrame:
    """`segment`, `bucket`, `bits` at a run; emptied buckets are left out. No bitmap is shuffled: which row is the newest
    is found from the other columns, and the bitmaps are picked by a broadcast of that."""
    rows = memberships.where(col("run_no") <= run_no)
    newest = rows.groupBy(*PLACE).agg(greatest("run_no").alias("run_no"))
    picked = rows.join(broadcast(newest), on=[*PLACE, "run_no"], how="inner")
    return picked.where(col("bits").isNotNull()).select("segment", "bucket", "bits")


def members_at(spark: SparkSession, lake: str, run_no: int) -> dict[str, int]:
    """How many members each segment has at a run; a segment without any row is not there. Reads no bitmap."""
    rows = rows_of(spark, lake, MEMBERSHIPS).where(col("run_no") <= run_no)
    newest = rows.groupBy("segment", "bucket").agg(max_by("members", "run_no").alias("members"))
    totals = newest.groupBy("segment").agg(total("members").alias("members")).collect()
    return {row["segment"]: row["members"] for row in totals}


def touched_since(spark: SparkSession, lake: str, run_no: int, since: Mapping[str, int]) -> set[str]:
    """The segments with a row later than the run named for each, up to `run_no`."""
    rows = rows_of(spark, lake, MEMBERSHIPS).where(col("run_no") <= run_no)
    last = rows.where(col("segment").isin(sorted(since))).groupBy("segment").agg(greatest("run_no").alias("run_no"))
    return {row["segment"] for row in last.collect() if row["run_no"] > since[row["segment"]]}


def changes(spark: SparkSession, lake: str, run_no: int, since: Mapping[str, int]) -> DataFrame:
    """Rows of `membership_changes` from the run named for each segment to `run_no`; untouched buckets are left out."""
    compared = spark.createDataFrame(list(since.items()), "segment STRING, since BIGINT")
    # A publication of an earlier as_of may have a greater number than an older run that was published late.
    last = max([run_no, *since.values()])
    rows = rows_of(spark, lake, MEMBERSHIPS).where(col("run_no") <= last)
    seen = rows.join(broadcast(compared), on="segment", how="inner").select(*PLACE, "run_no", "since")
    ends = seen.groupBy(*PLACE).agg(_newest(lit(run_no)).alias("now_no"), _newest(col("since")).alias("then_no"))
    touched = ends.where(~col("now_no").eqNullSafe(col("then_no")))
    both = (
        rows.join(broadcast(touched), on=list(PLACE), how="inner")
        .groupBy(*PLACE)
        .agg(
            greatest(when(col("run_no") == col("now_no"), col("bits"))).alias("now"),
            greatest(when(col("run_no") == col("then_no"), col("bits"))).alias("then"),
        )
    )
    differing = both.where(~col("now").eqNullSafe(col("then"))).select("segment", "bucket", "now", "then")
    return differing.mapInArrow(_compared(run_no), ddl(MEMBERSHIP_CHANGES.schema))


def _newest(run_no: Column) -> Column:
    return greatest(when(col("run_no") <= run_no, col("run_no")))


def _compared(run_no: int) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    schema = MEMBERSHIP_CHANGES.schema

    def compare(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            now, then = batch.column("now").to_pylist(), batch.column("then").to_pylist()
            entered = [but_not(new, old) for new, old in zip(now, then, strict=True)]
            left = [but_not(old, new) for new, old in zip(now, then, strict=True)]
            yield pa.RecordBatch.from_pydict(
                {
                    "run_no": [run_no] * len(batch),
                    "segment": batch.column("segment"),
                    "bucket": batch.column("bucket"),
                    "entered": entered,
                    "left": left,
                    "entered_members": [counted(bits) for bits in entered],
                    "left_members": [counted(bits) for bits in left],
                },
                schema,
            )

    return compare
