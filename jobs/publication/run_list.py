"""The runs of a lake, for people and programs: how far each came, what it published, and whether it was taken back.

Without Spark. Of a run that was taken back the counts are those it had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from jobs.lake.segment_runs import WITHDRAWN, SegmentRun, read_segment_runs
from jobs.publication.report import local_text
from jobs.runs.run import Run, runs_of
from jobs.settings import Settings
from jobs.syntax.zones import Zone, zone_transitions

COUNTED = ("published", "held", "failed")


def rows_for_runs(settings: Settings) -> list[dict[str, Any]]:
    """One dict for each run, by number: run_no, as_of, state, published, held, failed, seconds, withdrawn (the reason)."""
    zone = zone_transitions(settings.time_zone)
    by_run: dict[int, list[SegmentRun]] = {}
    for row in read_segment_runs(settings.lake):
        by_run.setdefault(row.run_no, []).append(row)
    return [_shown(run, by_run.get(run.run_no, []), zone) for run in runs_of(settings.lake)]


def _shown(run: Run, rows: list[SegmentRun], zone: Zone) -> dict[str, Any]:
    statuses = Counter(row.withdrawn_status or row.status for row in rows)
    withdrawn = next((row.withdrawn_by for row in rows if row.status == WITHDRAWN), None)
    counts: Mapping[str, int | None] = {status: statuses[status] if rows else None for status in COUNTED}
    return {
        "run_no": run.run_no,
        "as_of": local_text(run.as_of, zone),
        "state": WITHDRAWN if withdrawn is not None else run.state,
        **counts,
        "seconds": round(sum(note["seconds"] for note in run.steps.values()), 1),
        "withdrawn": withdrawn,
    }
