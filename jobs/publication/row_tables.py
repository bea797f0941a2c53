"""`segments/<id>`: the members now as rows, for warehouses. Each is replaced whole, by itself, and carries its run.

A table that says the same already is left alone. A run of an earlier day never replaces one; a segment that publishes rows
no longer, or has no spec any more, loses its table.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, lit

from jobs.lake.commits import replace, rows_of
from jobs.lake.identities import named
from jobs.lake.memberships import state_at, touched_since
from jobs.lake.reads import read_rows
from jobs.lake.small_files import remove_folder
from jobs.lake.tables import MEMBERSHIPS, segment_table
from jobs.runs.run import Run


def replace_row_tables(spark: SparkSession, lake: str, run: Run, segments: Iterable[str]) -> list[str]:
    """Writes the tables of these segments that differ from the state at this run; gives those that were written."""
    held = {segment: run_of_table(lake, segment) for segment in segments}
    comparable = {segment: at for segment, at in held.items() if at is not None and at <= run.run_no}
    touched = touched_since(spark, lake, run.run_no, comparable) if comparable else set[str]()
    stale = sorted(segment for segment in held if segment not in comparable or segment in touched)
    for segment in stale:
        _write(spark, lake, run, segment)
    return stale


def _write(spark: SparkSession, lake: str, run: Run, segment: str) -> None:
    state = state_at(rows_of(spark, lake, MEMBERSHIPS).where(col("segment") == segment), run.run_no)
    members = named(spark, lake, run.pinned("pack")["pack_no"], state.withColumnRenamed("segment", "mark"))
    rows = members.select("contact_id", lit(run.run_no).cast("bigint").alias("run_no"), lit(run.as_of).alias("as_of"))
    replace(spark, lake, segment_table(segment), rows)


def run_of_table(lake: str, segment: str) -> int | None:
    """The run whose members the table holds; None where there is no table or nobody is in it."""
    numbers = read_rows(lake, segment_table(segment), ["run_no"]).column("run_no")
    return numbers[0].as_py() if len(numbers) else None


def remove_row_tables(lake: str, segments: Iterable[str]) -> None:
    """Removes the tables of these segments, where there are any."""
    for segment in segments:
        remove_folder(lake, segment_table(segment).path)
