"""The Spark job `withdraw`: a run is taken back, and what was in force before it is restored."""

from __future__ import annotations

from jobs.errors import UsageError
from jobs.lake.spark import reaching, session
from jobs.publication.withdrawal import check_published, withdraw
from jobs.runs.outcome import Outcome
from jobs.settings import Settings


def run(settings: Settings, run_no: int, reason: str) -> Outcome:
    """Takes a published run back; `UsageError` without a reason, or when the run has published nothing."""
    if not reason.strip():
        raise UsageError(f"withdraw needs --reason: say why run {run_no} is not to count")
    check_published(settings.lake, run_no)
    spark = session(settings, "withdraw")
    with reaching(settings.lake):
        return withdraw(spark, settings.lake, run_no, reason.strip())
