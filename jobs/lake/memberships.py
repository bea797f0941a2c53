"""Who is in which segment, read from `memberships`: append-only, a row wherever bits differ from the newest earlier row.

The state at run r is, for each segment and bucket, the newest row not after r; never a chain of differences.
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql.functions import broadcast, col
from pyspark.sql.functions import max as greatest

PLACE = ("segment", "bucket")


def state_at(memberships: DataFrame, run_no: int) -> DataFrame:
    """`segment`, `bucket`, `bits` at a run; emptied buckets are left out. No bitmap is shuffled: which row is the newest
    is found from the other columns, and the bitmaps are picked by a broadcast of that."""
    rows = memberships.where(col("run_no") <= run_no)
    newest = rows.groupBy(*PLACE).agg(greatest("run_no").alias("run_no"))
    picked = rows.join(broadcast(newest), on=[*PLACE, "run_no"], how="inner")
    return picked.where(col("bits").isNotNull()).select("segment", "bucket", "bits")
