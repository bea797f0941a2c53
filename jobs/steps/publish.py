"""The step `publish`: puts the evaluated run before its gates and makes what passes visible. No Spark job."""

from __future__ import annotations

from jobs.lake.segment_runs import read_segment_runs
from jobs.publication.published_run import publish
from jobs.publication.report import outcome_of
from jobs.runs.outcome import Outcome
from jobs.runs.pins import recorded
from jobs.runs.run import find_run
from jobs.settings import Settings


def run(settings: Settings, as_of: str) -> Outcome:
    """Publishes the evaluated run of this as_of; a finished one is left as it is."""
    evaluated = find_run(settings, as_of)
    if evaluated.finished:
        return outcome_of(evaluated.run_no, read_segment_runs(settings.lake, evaluated.run_no), evaluated.broken)
    return recorded(settings.lake, evaluated, "publish", lambda: publish(settings.lake, evaluated))
