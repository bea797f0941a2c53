"""The Spark job `ingest`: opens the night, takes in what has landed, and pins which deliveries each source consists of."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace as replace_fields
from time import monotonic

from jobs.errors import DONE, PARTLY
from jobs.intake.acceptance import asked_sources, has_news, ingest, skip_delivery
from jobs.intake.deliveries import pinned_by
from jobs.intake.expectations import warm_up
from jobs.lake.commits import check_writable
from jobs.lake.spark import session
from jobs.runs.night import night_now, night_of
from jobs.runs.opening import open_run
from jobs.runs.outcome import Outcome
from jobs.runs.pins import noted, pin, recorded
from jobs.runs.run import Run
from jobs.runs.step_pins import IngestPin
from jobs.settings import Settings

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    as_of: str,
    *,
    sources: Sequence[str] | None = None,
    replace: bool = False,
    again: Sequence[str] | None = None,
    skip: tuple[str, str] | None = None,
    reason: str = "",
) -> Outcome:
    """Opens the night and takes in what has landed; 21 when a source has failed, 20 (raised) when contacts have."""
    warm_up()
    spark = session(settings, "ingest")
    check_writable(spark, settings.lake)
    now = night_now(spark, settings, as_of)
    asked_sources(now.catalog, [*(sources or ()), *(again or ())])
    if skip:
        skip_delivery(now, *skip, reason)
        return Outcome(DONE, f"{skip[0]} goes on without {skip[1]}: {reason}")
    opened = open_run(spark, settings, as_of, lambda last: has_news(now, last, replace, bool(again)))
    if "ingest" in opened.pins:
        return outcome_of(
            opened, "nothing new was delivered" if opened.finished else "its deliveries are pinned already"
        )

    def work() -> Outcome:
        begun = monotonic()
        night = night_of(spark, settings, opened)
        report = ingest(night, sources=sources or (), replacing=replace, again=again or ())
        said = f"{len(report.accepted)} deliveries accepted, {len(report.refused)} refused"
        told = outcome_of(replace_fields(opened, failed_sources=report.failed_sources), said)
        pinned = IngestPin(*pinned_by(report.entries, report.states))
        pin(spark, settings.lake, opened, pinned, report.failed_sources, noted(told, begun))
        rows = sum(entry.rows or 0 for entry in report.accepted)
        log.info("ingest: %s, %d rows, %.1f s", said, rows, monotonic() - begun)
        return told

    return recorded(spark, settings.lake, opened, "ingest", work)


def outcome_of(run: Run, said: str) -> Outcome:
    """How ingest went: what it did, and each source that has failed with its reason."""
    failed = dict(sorted(run.failed_sources.items()))
    lines = [f"run {run.run_no}: {said}", *(f"  {name} failed: {why}" for name, why in failed.items())]
    return Outcome(PARTLY if failed else DONE, "\n".join(lines), {"run_no": run.run_no, "failed_sources": failed})
