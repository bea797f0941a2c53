"""How many members a run published of each segment, as it is shown: of sensitive ones by the bounds that evaluate pinned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jobs.catalog.shown_counts import ANY, Bounds, Shown, page, vague
from jobs.lake.segment_runs import SegmentRun, read_segment_runs
from jobs.runs.run import Run, runs_of
from jobs.runs.step_pins import EvaluatePin


def members_shown(rows: Iterable[SegmentRun], run: Run | None) -> dict[str, Shown]:
    """Of one run's rows those that have members, beside each other on one page. `run` None: its record is gone."""
    counted = [row for row in rows if row.members is not None and row.status == "published"]
    counts = {row.segment: row.members or 0 for row in counted}
    return page(counts, _bounds(counted, run))


def _bounds(rows: Sequence[SegmentRun], run: Run | None) -> dict[str, Bounds]:
    evaluated = None if run is None else run.pins.get("evaluate")
    pinned = evaluated.bounds if isinstance(evaluated, EvaluatePin) else {}
    sensitive = {row.segment for row in rows if row.sensitive} | pinned.keys()
    return {id_: Bounds(*pinned[id_]) if id_ in pinned else ANY for id_ in sensitive}


def every_page(lake: str, rows: Sequence[SegmentRun]) -> dict[int, dict[str, Shown]]:
    """The page of each of these rows' runs, by its number."""
    runs = {run.run_no: run for run in runs_of(lake)}
    by_run: dict[int, list[SegmentRun]] = {}
    for row in rows:
        by_run.setdefault(row.run_no, []).append(row)
    return {run_no: members_shown(together, runs.get(run_no)) for run_no, together in by_run.items()}


def change_shown(row: SegmentRun, change: int | None) -> Shown:
    """How many came or went: of a sensitive segment never exact, for the difference of both is that of its members."""
    return None if change is None else vague(change, ANY if row.sensitive else None)


def page_of(lake: str, run_no: int) -> dict[str, Shown]:
    """The page of one run."""
    return every_page(lake, read_segment_runs(lake, run_no)).get(run_no, {})
