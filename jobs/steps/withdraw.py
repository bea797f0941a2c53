"""The step `withdraw`: a run is taken back, and what was in force before it is restored. No Spark job."""

from __future__ import annotations

from jobs.errors import UsageError
from jobs.publication.withdrawal import check_published, withdraw
from jobs.runs.outcome import Outcome
from jobs.settings import Settings


def run(settings: Settings, run_no: int, reason: str) -> Outcome:
    """Takes a published run back; `UsageError` without a reason, or when the run has published nothing."""
    if not reason.strip():
        raise UsageError(f"withdraw needs --reason: say why run {run_no} is not to count")
    check_published(settings.lake, run_no)
    return withdraw(settings.lake, run_no, reason.strip())
