"""A whole night in one Spark session: ingest, pack, evaluate, publish, each as it is alone."""

from __future__ import annotations

from jobs.runs.outcome import Outcome
from jobs.settings import Settings
from jobs.steps import evaluate, ingest, pack, publish


def run(settings: Settings, as_of: str) -> Outcome:
    """The night's outcome is that of publishing: 21 when part of it was held or failed."""
    ingest.run(settings, as_of)
    pack.run(settings, as_of)
    evaluate.run(settings, as_of)
    return publish.run(settings, as_of)
