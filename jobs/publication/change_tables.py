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
from jobs.lake.tables import CHANGE_ROWS, MEMBERSHIP_CHANGES
from jobs.runs.run import Run


@dataclass(frozen=True)
class Change:
    """How many came and went."""

    entered: int = 0
    left: int = 0


def write_changes(spark: SparkSession, lake: str, run: Run, since: Mapping[str, int]) -> dict[str, Change]:
    """Writes the changes since the run named for each segment, and counts them."""
    if not since:
        return {}
    ours = f"run_no = {run.run_no}"
    replace(spark, lake, MEMBERSHIP_CHANGES, changes(spark, lake, run.run_no, since), where=ours)
    rows = rows_of(spark, lake, MEMBERSHIP_CHANGES).where(ours).groupBy("segment")
    found = rows.agg(total("entered_members").alias("entered"), total("left_members").alias("left")).collect()
    counts = {row["segment"]: Change(row["entered"], row["left"]) for row in found}
    return {segment: counts.get(segment, Change()) for segment in since}


def write_change_rows(spark: SparkSession, lake: str, run: Run, segments: Sequence[str]) -> None:
    """Writes the same changes of these segments as rows with the contacts' ids."""
    if not segments:
        return
    ours = rows_of(spark, lake, MEMBERSHIP_CHANGES).where(col("run_no") == run.run_no)
    rows = ours.where(col("segment").isin(list(segments)))
    marks = [
        rows.where(col(change).isNotNull()).select(
            "bucket", concat(lit(f"{change}/"), col("segment")).alias("mark"), col(change).alias("bits")
        )
        for change in ("entered", "left")
    ]
    people = named(spark, lake, run.pinned("pack")["pack_no"], marks[0].union(marks[1]))
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
    )
