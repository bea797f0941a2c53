"""Which run a list is frozen from, and whether its launch day may be frozen at all.

Members are those of the segment's published run in the newest night, which must not be too old; a run that a person names
may be any that published the segment. Ages count from the freeze's own as_of, never from a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jobs.errors import ListRefused
from jobs.lake.segment_runs import WITHDRAWN
from jobs.lists.requests import Request
from jobs.plan.clock import date_of
from jobs.plan.run_plan import Clock
from jobs.syntax.spelling import did_you_mean

Row = Mapping[str, Any]
"""A row of `segment_runs`: run_no, segment, as_of (aware), status, reason, members, withdrawn_by."""


@dataclass(frozen=True)
class Chosen:
    """The run whose members are frozen."""

    run_no: int
    as_of: datetime
    members: int


def check_launch(request: Request, clock: Clock, late: bool) -> None:
    """Refuses a launch day that has begun or passed, unless somebody says that it is meant."""
    today = date_of(clock.day)
    if request.date <= today and not late:
        raise ListRefused(
            f"{request.name} of {request.date} cannot be frozen on {today}: its launch day "
            f"{'is today' if request.date == today else 'has passed'}. A list is frozen before its launch day; "
            "add --late if this one is meant."
        )


def choose_run(rows: Sequence[Row], request: Request, as_of: datetime, max_age_hours: int) -> Chosen:
    """The run to freeze, `ListRefused` (exit 22) with the reason where there is none."""
    segments = {row["segment"] for row in rows}
    if request.segment not in segments:
        raise ListRefused(
            f"segment {request.segment} was never part of a finished run; "
            f"`segments` shows those that were{did_you_mean(request.segment, segments)}"
        )
    night = _named(rows, request) if request.run_no is not None else _newest(rows, request, as_of, max_age_hours)
    if night["as_of"] > as_of:
        raise ListRefused(
            f"run {night['run_no']} is as of {_shown(night['as_of'])}, after the freeze's own as_of {_shown(as_of)}. "
            "Freeze with a later --as-of."
        )
    if night["status"] == WITHDRAWN:
        raise ListRefused(
            f"run {night['run_no']} was withdrawn: {night['withdrawn_by']}. {_other(rows, request.segment, as_of)}"
        )
    if night["status"] != "published":
        raise ListRefused(
            f"segment {request.segment} is {night['status']} in run {night['run_no']}: {night['reason']}. "
            f"{_other(rows, request.segment, as_of)}"
        )
    return Chosen(night["run_no"], night["as_of"], night["members"])


def _newest(rows: Sequence[Row], request: Request, as_of: datetime, max_age_hours: int) -> Row:
    """The segment's row in the newest night not after as_of."""
    standing = [row for row in rows if row["status"] != WITHDRAWN]
    nights = sorted({(row["as_of"], row["run_no"]) for row in standing if row["as_of"] <= as_of})
    if not nights:
        raise ListRefused(
            f"no run was finished by {_shown(as_of)}. Run the night first, or freeze with a later --as-of."
        )
    at, run_no = nights[-1]
    if as_of - at > timedelta(hours=max_age_hours):
        hours = int((as_of - at).total_seconds() // 3600)
        raise ListRefused(
            f"the newest night, run {run_no} as of {_shown(at)}, is {hours} hours old at {_shown(as_of)}; a list is frozen "
            f"from one at most {max_age_hours} hours old. Run the night, or name this one with --run {run_no}."
        )
    return _row_of(rows, request.segment, run_no)


def _named(rows: Sequence[Row], request: Request) -> Row:
    assert request.run_no is not None
    if all(row["run_no"] != request.run_no for row in rows):
        finished = sorted({row["run_no"] for row in rows})
        raise ListRefused(f"--run {request.run_no}: there is no such finished run; the newest is {finished[-1]}.")
    return _row_of(rows, request.segment, request.run_no)


def _row_of(rows: Sequence[Row], segment: str, run_no: int) -> Row:
    for row in rows:
        if (row["run_no"], row["segment"]) == (run_no, segment):
            return row
    raise ListRefused(
        f"segment {segment} was not part of run {run_no}. Run the night again, or name an earlier run with --run."
    )


def _other(rows: Sequence[Row], segment: str, as_of: datetime) -> str:
    good = [r for r in rows if r["segment"] == segment and r["status"] == "published" and r["as_of"] <= as_of]
    if not good:
        return "It was never published."
    last = max(good, key=lambda row: (row["as_of"], row["run_no"]))
    run_no = last["run_no"]
    return f"It was last published in run {run_no} as of {_shown(last['as_of'])}; --run {run_no} freezes that."


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%MZ}"
