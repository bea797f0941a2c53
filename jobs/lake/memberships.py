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
from jobs.lake.tables import MEMBERSHIP_CHANGES, MEMBERSHIPS, ddl
from jobs.lake.writing import rows_of


def state_at(memberships: DataFrame, run_no: int) -> DataFrame:
    """`segment`, `bucket`, `bits` at a run; emptied buckets are left out. One shuffle on segment and bucket."""
    rows = memberships.where(col("run_no") <= run_no).groupBy("segment", "bucket")
    newest = rows.agg(max_by("bits", "run_no").alias("bits"))
    return newest.where(col("bits").isNotNull()).select("segment", "bucket", "bits")


def members_at(spark: SparkSession, lake: str, run_no: int) -> dict[str, int]:
    """How many members each segment has at a run; a segment without any row is not there. Reads no bitmap."""
    rows = rows_of(spark, lake, MEMBERSHIPS).where(col("run_no") <= run_no)
    newest = rows.groupBy("segment", "bucket").agg(max_by("members", "run_no").alias("members"))
    found = newest.groupBy("segment").agg(total("members").alias("members")).collect()
    return {row["segment"]: row["members"] for row in found}


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
    marked = rows.join(broadcast(compared), on="segment", how="inner")
    both = marked.groupBy("segment", "bucket").agg(
        _bits_at(lit(run_no)).alias("now"), _bits_at(col("since")).alias("then")
    )
    differing = both.where(~col("now").eqNullSafe(col("then"))).select("segment", "bucket", "now", "then")
    return differing.mapInArrow(_compared(run_no), ddl(MEMBERSHIP_CHANGES.schema))


def _bits_at(run_no: Column) -> Column:
    seen = col("run_no") <= run_no
    return max_by(when(seen, col("bits")), when(seen, col("run_no")))


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
