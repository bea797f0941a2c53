"""Who came and who went since the last publication: bitmaps for every segment, rows for those that publish rows.

Both tables are replaced for this run's number only, so that a killed publish can do it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, concat, lit, substring_index
from pyspark.sql.functions import sum as total

from jobs.lake.commits import replace, rows_of
from jobs.lake.identities import named
from jobs.lake.memberships import changes
from jobs.lake.reads import may_hold
from jobs.lake.tables import CHANGE_ROWS, MEMBERSHIP_CHANGES
from jobs.runs.run import Run
from jobs.runs.step_pins import PackPin


@dataclass(frozen=True)
class Change:
    """How many came and went."""

    entered: int = 0
    left: int = 0


def write_changes(spark: SparkSession, lake: str, run: Run, since: Mapping[str, int], number: int) -> dict[str, Change]:
    """Writes the changes since the run named for each segment, and counts them. `number`: that of the publication that
    they are decided for; what was decided for a later one stays."""
    if not since and not may_hold(lake, MEMBERSHIP_CHANGES, "run_no", [run.run_no]):
        return {}
    ours, once = f"run_no = {run.run_no}", (f"changes of run {run.run_no}", number)
    replace(spark, lake, MEMBERSHIP_CHANGES, changes(spark, lake, run.run_no, since), where=ours, once=once)
    rows = rows_of(spark, lake, MEMBERSHIP_CHANGES).where(ours).groupBy("segment")
    sums = rows.agg(total("entered_members").alias("entered"), total("left_members").alias("left")).collect()
    counts = {row["segment"]: Change(row["entered"], row["left"]) for row in sums}
    return {segment: counts.get(segment, Change()) for segment in since}


def write_change_rows(spark: SparkSession, lake: str, run: Run, segments: Sequence[str], number: int) -> None:
    """Writes the same changes of these segments as rows with the contacts' ids; `number` as above."""
    if not segments and not may_hold(lake, CHANGE_ROWS, "run_no", [run.run_no]):
        return
    ours = rows_of(spark, lake, MEMBERSHIP_CHANGES).where(col("run_no") == run.run_no)
    rows = ours.where(col("segment").isin(list(segments)))
    marks = [
        rows.where(col(change).isNotNull()).select(
            "bucket", concat(lit(f"{change}/"), col("segment")).alias("mark"), col(change).alias("bits")
        )
        for change in ("entered", "left")
    ]
    people = named(spark, lake, run.pinned(PackPin).pack_no, marks[0].union(marks[1]))
    replace(
        spark,
        lake,
        CHANGE_ROWS,
        people.select(
            lit(run.run_no).cast("bigint").alias("run_no"),
            substring_index("mark", "/", -1).alias("segment"),
            substring_index("mark", "/", 1).alias("change"),
            "contact_id",
        ),
        where=f"run_no = {run.run_no}",
        once=(f"changes of run {run.run_no}", number),
    )
