"""The gates, and what becomes visible: changes, row tables, and last the one commit of `segment_runs`.

Until that commit nobody sees the run. A held or failed segment keeps the state of its last publication and says why.
Killed anywhere and run again, it does the rest: every table is replaced for this run alone, and the commit carries the run's
own mark, which Delta takes once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from pyspark.sql import SparkSession

from jobs.lake.commits import append, frame
from jobs.lake.segment_runs import SegmentRun, last_published, read_segment_runs
from jobs.lake.tables import SEGMENT_RUNS, segment_table
from jobs.language.specs import Spec
from jobs.publication.change_tables import Change, write_change_rows, write_changes
from jobs.publication.gates import Verdict
from jobs.publication.report import outcome_of
from jobs.publication.row_tables import remove_row_tables, replace_row_tables
from jobs.publication.verdicts import is_newest, reach_verdicts
from jobs.runs.inputs import Kept, kept_inputs, require_valid
from jobs.runs.outcome import Outcome
from jobs.runs.pins import noted, pin
from jobs.runs.run import Run

log = logging.getLogger(__name__)


def publish(spark: SparkSession, lake: str, run: Run) -> Outcome:
    """Publishes one run; the outcome is 21 when a segment was held or failed."""
    begun = time.monotonic()
    kept = kept_inputs(lake, run.pinned("opening")["inputs"])
    require_valid(kept)
    if not read_segment_runs(lake, run.run_no):
        _publish(spark, lake, run, kept)
    outcome = outcome_of(run.run_no, read_segment_runs(lake, run.run_no), run.broken)
    pin(spark, lake, run, "publish", {}, note=noted(outcome, begun))
    return outcome


def _publish(spark: SparkSession, lake: str, run: Run, kept: Kept) -> None:
    specs = kept.specs.valid
    earlier = read_segment_runs(lake)
    verdicts = reach_verdicts(spark, lake, run, specs, kept.specs.problems, earlier)
    changes = _changes(spark, lake, run, specs, verdicts, earlier)
    _row_tables(spark, lake, run, specs, verdicts, earlier)
    _make_visible(spark, lake, run, specs, verdicts, changes)


def _changes(
    spark: SparkSession,
    lake: str,
    run: Run,
    specs: Mapping[str, Spec],
    verdicts: Mapping[str, Verdict],
    earlier: list[SegmentRun],
) -> dict[str, Change]:
    """The changes of all results that can be compared; those of segments that are not published are only counted."""
    before = last_published(earlier, run.as_of)
    compared = {id_: before[id_].run_no for id_, one in verdicts.items() if one.status == "published" and not one.reset}
    changes = write_changes(spark, lake, run, compared)
    write_change_rows(spark, lake, run, [id_ for id_ in compared if specs[id_].publish == "rows"])
    return changes


def _row_tables(
    spark: SparkSession,
    lake: str,
    run: Run,
    specs: Mapping[str, Spec],
    verdicts: Mapping[str, Verdict],
    earlier: list[SegmentRun],
) -> None:
    if not is_newest(run, earlier):
        log.info("run %d is not the newest night: segments/<id> stay as they are", run.run_no)
        return
    published = [id_ for id_, one in verdicts.items() if one.status == "published"]
    replace_row_tables(spark, lake, run, [id_ for id_ in published if specs[id_].publish == "rows"])
    had = {id_ for id_, row in last_published(earlier).items() if row.rows_path}
    gone = [id_ for id_, one in verdicts.items() if one.status == "retired"]
    remove_row_tables(lake, had & {*gone, *(id_ for id_ in published if specs[id_].publish == "counts")})


def _make_visible(
    spark: SparkSession,
    lake: str,
    run: Run,
    specs: Mapping[str, Spec],
    verdicts: Mapping[str, Verdict],
    changes: Mapping[str, Change],
) -> None:
    """The one commit that makes the run visible."""
    rows = [_row(run, id_, specs.get(id_), verdicts[id_], changes.get(id_)) for id_ in sorted(verdicts)]
    append(spark, lake, SEGMENT_RUNS, frame(spark, SEGMENT_RUNS, rows), once=(f"publish {run.run_no}", 1))


def _row(run: Run, id_: str, spec: Spec | None, verdict: Verdict, change: Change | None) -> dict[str, object]:
    has_rows = spec is not None and spec.publish == "rows" and verdict.status == "published"
    return {
        "run_no": run.run_no,
        "segment": id_,
        "as_of": run.as_of,
        "status": verdict.status,
        "reason": verdict.reason or None,
        "members": verdict.members,
        "entered": change.entered if change else None,
        "left": change.left if change else None,
        "spec_hash": spec.spec_hash if spec else None,
        "seconds": run.pinned("evaluate")["seconds"],
        "reset": verdict.reset,
        "sensitive": bool(spec.sensitive) if spec else None,
        "rows_path": segment_table(id_).path if has_rows else None,
        "released_by": None,
    }
