"""The step `ingest`: opens the night, takes in what has landed, and pins which deliveries each source consists of."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace as replace_fields
from time import monotonic

from jobs.errors import DONE, PARTLY, UsageError
from jobs.intake.acceptance import asked_sources, has_news, ingest, skip_delivery
from jobs.intake.deliveries import Entry, State, pinned_by
from jobs.intake.expectations import warm_up
from jobs.lake.file_commits import check_writable
from jobs.lake.spark import reaching
from jobs.lake.workers import workers_of
from jobs.runs.night import night_now, night_of
from jobs.runs.opening import open_run
from jobs.runs.outcome import Outcome
from jobs.runs.pins import noted, pin, recorded
from jobs.runs.run import Run, newest_of, read_clock, runs_of
from jobs.runs.step_pins import IngestPin
from jobs.settings import Settings

log = logging.getLogger(__name__)

SAID: Mapping[State, str] = {
    "refused": "was refused",
    "accepted": "was accepted, with a warning",
    "skipped": "was skipped",
}
"""How an entry's reason is introduced; of a refusal as `failure` has it, so that one is told once."""


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
    """Opens the night and takes in what has landed; 21 when a source has failed or a column is unread.

    `DataError` (20) when contacts have failed; `UsageError` where `replace` or `again` is asked of an unfinished run whose
    deliveries are pinned.
    """
    warm_up()
    workers = workers_of(settings, "ingest", settings.pack_here_rows, settings.ingest_here_bytes)
    check_writable(settings.lake)
    now = night_now(workers, settings, as_of)
    asked_sources(now.catalog, [*(sources or ()), *(again or ())])
    if skip:
        skip_delivery(now, *skip, reason)
        return Outcome(DONE, f"{skip[0]} goes on without {skip[1]}: {reason}.{_taken_up(settings, as_of)}")
    opened = open_run(settings, as_of, lambda last: has_news(now, last, replace, bool(again)))
    if "ingest" in opened.pins:
        return _pinned_before(opened, as_of, replace or bool(again))

    @reaching(settings.lake)
    def work() -> Outcome:
        begun = monotonic()
        night = night_of(workers, settings, opened)
        report = ingest(night, sources=sources or (), replacing=replace, again=again or ())
        made = IngestPin(*pinned_by(report.entries, report.states))
        taken = replace_fields(opened, failed_sources=report.failed_sources, pins={**opened.pins, "ingest": made})
        counts = f"{len(report.accepted)} deliveries accepted, {len(report.all_refused)} refused"
        outcome = outcome_of(taken, counts, [*report.all_refused, *report.accepted])
        pin(settings.lake, opened, made, report.failed_sources, noted(outcome, begun))
        rows = sum(entry.rows or 0 for entry in report.accepted)
        log.info("ingest: %s, %d rows, %.1f s", counts, rows, monotonic() - begun)
        return outcome

    return recorded(settings.lake, opened, "ingest", work)


def outcome_of(run: Run, summary: str, entries: Sequence[Entry] = ()) -> Outcome:
    """How ingest went: what it did, each source that has failed, each column that is unread, and what is said of entries."""
    failed = dict(sorted(run.failed_sources.items()))
    unread = {f"{source}.{column}": why for (source, column), why in sorted(run.unread.items()) if source not in failed}
    lines = [f"run {run.run_no}: {summary}", *(f"  {name} failed: {why}" for name, why in failed.items())]
    lines += [f"  {name} is unread: {why}" for name, why in unread.items()]
    remarks = [
        (entry.source, f"delivery {entry.label} {SAID[entry.state]}: {entry.reason}")
        for entry in entries
        if entry.reason
    ]
    remarks += [
        (entry.source, f"delivery {entry.label}: {entry.belonging.remark}")
        for entry in entries
        if entry.state == "accepted" and entry.belonging.nobodys
    ]
    lines += [f"  {source}: {remark}" for source, remark in dict.fromkeys(remarks) if failed.get(source) != remark]
    details = {"run_no": run.run_no, "failed_sources": failed, "unread_columns": unread}
    return Outcome(PARTLY if failed or unread else DONE, "\n".join(lines), details)


def _pinned_before(run: Run, as_of: str, asked: bool) -> Outcome:
    """What is said of a run whose deliveries are pinned; what was `asked` for in vain is said with what to do."""
    if run.finished:
        return outcome_of(run, "nothing new was delivered")
    if asked:
        raise UsageError(
            f"run {run.run_no} of {as_of} has pinned its deliveries and is not finished: nothing was read. {_another(as_of)}"
        )
    return outcome_of(run, f"its deliveries are pinned already. {_another(as_of)}")


def _taken_up(settings: Settings, as_of: str) -> str:
    """Which night knows of a decision: the next one that ingests."""
    last = newest_of(runs_of(settings.lake), read_clock(settings, as_of))
    if last is None or "ingest" not in last.pins:
        return ""
    if last.finished:
        return f" Run {last.run_no} of {as_of} was finished without it: `run --as-of {as_of}` opens another one."
    return f" Run {last.run_no} of {as_of} has pinned its deliveries without it. {_another(as_of)}"


def _another(as_of: str) -> str:
    return (
        f"What came since is for another run: finish this one (`run --as-of {as_of}`) and say the same again, "
        "or say it with the next night's --as-of."
    )
