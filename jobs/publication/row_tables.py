"""`segments/<id>`: the members now as rows, for warehouses. Each is replaced whole, by itself, and carries its run.

The tables follow `segment_runs`: after a run has become visible, or was taken back, each is brought to the publication in
force. A table that says the same already is left alone; a segment that publishes rows no longer, or has no spec any more,
loses its table. Each commit carries the table's number as it was before `segment_runs` was read, so of two at once that
decided on different rows the one that knew less does not take hold, and looks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, lit

from jobs.errors import Unreachable
from jobs.lake.commits import replace, rows_of
from jobs.lake.creation import exists
from jobs.lake.identities import named
from jobs.lake.memberships import state_at, touched_since
from jobs.lake.reads import column_ranges, last_number
from jobs.lake.segment_runs import SegmentRun, counting, read_segment_runs, row_tables
from jobs.lake.small_files import remove_folder
from jobs.lake.tables import MEMBERSHIPS, segment_table
from jobs.runs.run import run_numbered
from jobs.runs.step_pins import PackPin

WRITER = "rows"
"""Under this name every commit to a segment's table is numbered."""

ATTEMPTS = 20
"""How often the tables are looked at again while others publish."""


def restore_row_tables(spark: SparkSession, lake: str) -> None:
    """Brings every `segments/<id>` to what is in force; nothing is written where that is so already."""
    for _ in range(ATTEMPTS):
        # The numbers first: a table that changes after this, and before it is written below, refuses what is written.
        numbers = {id_: last_number(lake, segment_table(id_), WRITER) for id_ in row_tables(read_segment_runs(lake))}
        rows = read_segment_runs(lake)
        tables = {id_: publication for id_, publication in row_tables(rows).items() if id_ in numbers}
        stale = _stale(spark, lake, tables, rows)
        for id_ in stale:
            _write(spark, lake, stale[id_], numbers[id_] + 1)
        gone = [id_ for id_, publication in tables.items() if publication is None and exists(lake, segment_table(id_))]
        remove_row_tables(lake, gone)
        if not stale and not gone and set(row_tables(rows)) == set(numbers):
            return
    raise Unreachable(f"{lake}/segments: others publish there without end. Run the step again alone.")


def _stale(
    spark: SparkSession, lake: str, tables: Mapping[str, SegmentRun | None], rows: Iterable[SegmentRun]
) -> dict[str, SegmentRun]:
    """The publications that their tables do not hold."""
    published = {(row.segment, row.run_no) for row in counting(rows) if row.status == "published"}
    stale: dict[str, SegmentRun] = {}
    unsure: dict[int, dict[str, int]] = {}
    for id_, publication in tables.items():
        if publication is None:
            continue
        run_no = run_of_table(lake, id_)
        if run_no == publication.run_no or (
            not publication.members and run_no is None and exists(lake, segment_table(id_))
        ):
            continue
        stale[id_] = publication
        if run_no is not None and run_no < publication.run_no and (id_, run_no) in published:
            unsure.setdefault(publication.run_no, {})[id_] = run_no
    for run_no, since in unsure.items():
        for id_ in since.keys() - touched_since(spark, lake, run_no, since):
            del stale[id_]
    return stale


def _write(spark: SparkSession, lake: str, publication: SegmentRun, number: int) -> None:
    segment, run_no = publication.segment, publication.run_no
    state = state_at(rows_of(spark, lake, MEMBERSHIPS).where(col("segment") == segment), run_no)
    pack_no = run_numbered(lake, run_no).pinned(PackPin).pack_no
    members = named(spark, lake, pack_no, state.withColumnRenamed("segment", "mark"))
    rows = members.select(
        "contact_id", lit(run_no).cast("bigint").alias("run_no"), lit(publication.as_of).alias("as_of")
    )
    replace(spark, lake, segment_table(segment), rows, once=(WRITER, number))


def run_of_table(lake: str, segment: str) -> int | None:
    """The run whose members the table holds; None where there is no table or nobody is in it. Reads the log alone."""
    return max((high for _, high in column_ranges(lake, segment_table(segment), "run_no")), default=None)


def remove_row_tables(lake: str, segments: Iterable[str]) -> None:
    """Removes the tables of these segments, where there are any."""
    for segment in segments:
        remove_folder(lake, segment_table(segment).path)
