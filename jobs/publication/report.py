"""What is published now, for people and programs, and the night's last word. Without Spark.

A held or failed segment shows what is in force: the members and the as_of of its last publication, beside why the newest
night did not replace it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jobs.catalog.row_rules import Belonging
from jobs.catalog.shown_counts import Shown
from jobs.errors import DONE, PARTLY
from jobs.intake.deliveries import rows_of_nobody
from jobs.intake.journal import read_entries
from jobs.lake.segment_runs import WITHDRAWN, SegmentRun, Standing, read_segment_runs, standings
from jobs.publication.shown_members import change_shown, every_page
from jobs.runs.outcome import Outcome
from jobs.runs.run import EPOCH, Run, newest_of, read_clock, runs_of
from jobs.runs.step_pins import IngestPin
from jobs.settings import Settings
from jobs.syntax.zones import Zone, zone_transitions


def rows_for_segments(settings: Settings) -> list[dict[str, Any]]:
    """One dict for each segment of the newest run, by id: id, status, members, entered, left, as_of, reason.

    Numbers that a sensitive column decides are shown as `shown_counts` says: exact, "under 50" or "50 or more".
    """
    zone = zone_transitions(settings.time_zone)
    rows = read_segment_runs(settings.lake)
    now, pages = standings(rows), every_page(settings.lake, rows)
    return [_shown(now[segment], pages, zone) for segment in sorted(now)]


def _shown(standing: Standing, pages: Mapping[int, Mapping[str, Shown]], zone: Zone) -> dict[str, Any]:
    row, in_force = standing.newest, standing.publication
    published = row.status == "published"
    return {
        "id": row.segment,
        "status": row.status,
        "members": pages[in_force.run_no][row.segment] if in_force else None,
        "entered": change_shown(row, row.entered) if published else None,
        "left": change_shown(row, row.left) if published else None,
        "as_of": local_text((in_force or row).as_of, zone),
        "reason": row.reason or "",
        "run_no": row.run_no,
        "rows_path": row.rows_path,
    }


def local_text(instant: datetime, zone: Zone) -> str:
    """The instant in the account's zone, with its offset."""
    us = (instant - EPOCH) // (instant.resolution)
    offset = zone.offset_us(us) // 60_000_000
    sign, minutes = ("-", -offset) if offset < 0 else ("+", offset)
    return f"{zone.local_time(us):%Y-%m-%dT%H:%M}{sign}{minutes // 60:02}:{minutes % 60:02}"


def run(settings: Settings, as_of: str) -> Outcome:
    """Exit 0 only when a finished run of this as_of has no failed source and nothing held or failed; else 21 with what was.

    The summary begins with how the night went, in one line; below it each source, then each segment, with its reason.
    An unread column that no segment reaches is told and fails nothing, and so are rows that name nobody.
    """
    last = newest_of(runs_of(settings.lake), read_clock(settings, as_of))
    if last is None or not last.finished:
        state = "none was opened" if last is None else f"run {last.run_no} is {last.state}: {last.told()}"
        return Outcome(
            PARTLY, f"There is no finished run of {as_of}: {state}", {"run_no": last.run_no if last else None}
        )
    night = outcome_of(last.run_no, read_segment_runs(settings.lake, last.run_no), last.broken)
    sources = dict(sorted(last.failed_sources.items()))
    headline, *lines = night.summary.splitlines()
    if sources:
        headline += f"; {len(sources)} source{'' if len(sources) == 1 else 's'} failed: {', '.join(sources)}"
    unread = [f"  column {source}.{column} is unread: {reason}" for (source, column), reason in last.unread.items()]
    nobodys = _nobodys(settings.lake, last)
    told = [f"  source {name}: {belonging.remark}" for name, belonging in nobodys.items()]
    lines = [*(f"  source {name}: {reason}" for name, reason in sources.items()), *unread, *told, *lines]
    code = PARTLY if sources else night.exit_code
    details = {
        **night.details,
        "failed_sources": [*sources],
        "rows_of_nobody": {name: belonging.nobodys for name, belonging in nobodys.items()},
    }
    return Outcome(code, "\n".join([f"as of {as_of}, {headline}", *lines]), details)


def _nobodys(lake: str, run: Run) -> dict[str, Belonging]:
    """By source: of the deliveries that the run consists of, the rows that named nobody when they came."""
    taken = run.pinned(IngestPin)
    entries = [entry for entry in read_entries(lake) if entry.entry_no <= taken.entry_no]
    return rows_of_nobody(entries, taken.deliveries)


def outcome_of(run_no: int, rows: Sequence[SegmentRun], broken: int = 0) -> Outcome:
    """How a finished run went: 21 when part of it was held or failed, or a spec is broken."""
    if withdrawn := [row for row in rows if row.status == WITHDRAWN]:
        summary = (
            f"run {run_no} was withdrawn: {withdrawn[0].withdrawn_by}. "
            "`ingest`, or `run`, with the same --as-of opens another one."
        )
        return Outcome(PARTLY, summary, {"run_no": run_no, "withdrawn": withdrawn[0].withdrawn_by})
    by_status = {
        status: [row for row in rows if row.status == status] for status in ("published", "held", "failed", "retired")
    }
    counts = [f"{len(of_status)} {status}" for status, of_status in by_status.items() if of_status]
    kept = [*by_status["held"], *by_status["failed"]]
    lines = [f"run {run_no}: {', '.join(counts) or 'no segments'}"]
    lines += [f"  {row.status} {row.segment}: {row.reason}" for row in kept]
    if broken:
        lines.append(f"  {broken} spec file{'s have' if broken > 1 else ' has'} problems; `validate` shows them")
    details = {
        "run_no": run_no,
        **{status: [row.segment for row in of_status] for status, of_status in by_status.items()},
    }
    return Outcome(PARTLY if kept or broken else DONE, "\n".join(lines), details)
