"""Runs written: opened under a number, pinned once by each step, told how each step went.

A run pins everything once, each pin by the step that makes it; a step that finds its pin uses it. Every change is one
commit that decides on the row as it is then, so two processes of one run agree on every pin.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from jobs.errors import Unreachable, UserError
from jobs.lake.file_commits import change_rows, put_rows
from jobs.lake.reads import last_number
from jobs.lake.tables import MEMBERSHIPS, RUNS
from jobs.runs.outcome import Outcome
from jobs.runs.run import STATES, Run, as_json, read_run, run_numbered, runs_of
from jobs.runs.step_pins import Pin, StepName, pins_as_rows

EVALUATE = "evaluate"
"""Under this name evaluations commit to `memberships`, with their run's number."""

WRITER = "opening"
"""Delta keeps the last number with the commits under this name, so a number is given once."""


def insert(lake: str, run: Run) -> Run:
    """The run that has this number now: this one, or one that another process opened first."""
    put_rows(lake, RUNS, [_row(run)], once=(WRITER, run.run_no))
    return run_numbered(lake, run.run_no)


def pin(
    lake: str,
    run: Run,
    made: Pin,
    failed_sources: Mapping[str, str] | None = None,
    note: Note | None = None,
) -> Run:
    """The run with a pin of this step: this one, or the one that another process made first. `note` goes with it."""
    step = made.step

    def change(now: Run) -> Mapping[str, object] | None:
        if step in now.pins:
            return None
        failed = {**now.failed_sources, **(failed_sources or {})}
        pinned = {
            "pins": as_json(pins_as_rows({**now.pins, step: made})),
            "failed_sources": as_json(failed),
            "state": STATES[step],
        }
        return {**pinned, **(_noted(now, step, note) if note else {})}

    return _changed(lake, run, change)


@dataclass(frozen=True)
class Note:
    """How a step went."""

    exit_code: int
    reason: str
    seconds: float

    def as_row(self) -> dict[str, object]:
        return {"exit_code": self.exit_code, "reason": self.reason, "seconds": round(self.seconds, 3)}


def noted(outcome: Outcome, begun: float) -> Note:
    """The note of an outcome; `begun` as `time.monotonic()` had it."""
    return Note(outcome.exit_code, outcome.summary, time.monotonic() - begun)


def record(lake: str, run: Run, step: StepName, note: Note, unpinned: bool = False) -> Run:
    """The run with a note of how a step went; the night's own code and reason are those of its last step.

    `unpinned`: nothing is written where the step has its pin.
    """

    def change(now: Run) -> Mapping[str, object] | None:
        if (unpinned and step in now.pins) or now.steps.get(step) == note.as_row():
            return None
        return _noted(now, step, note)

    return _changed(lake, run, change)


def recorded(lake: str, run: Run, step: StepName, work: Callable[[], Outcome]) -> Outcome:
    """How the step's work went, written down in the run unless the work did so; a user's fault is written and passes on.

    Work with Spark comes with Spark's failures made ours (`reaching`). A fault is not the run's where the step has its pin:
    then another process has done it, and its note stays.
    """
    begun = time.monotonic()
    try:
        outcome = work()
    except UserError as error:
        with suppress(Unreachable):  # a lake that failed the step may fail its note: the first fault is the one to tell
            record(lake, run, step, Note(error.exit_code, error.message, time.monotonic() - begun), unpinned=True)
        raise
    note = run_numbered(lake, run.run_no).steps.get(step)
    if note is None or note["exit_code"] != outcome.exit_code:
        record(lake, run, step, noted(outcome, begun))
    return outcome


def _noted(now: Run, step: StepName, note: Note) -> Mapping[str, object]:
    steps = as_json({**now.steps, step: note.as_row()})
    return {"steps": steps, "exit_code": note.exit_code, "reason": note.reason}


def renumbered(lake: str, run: Run) -> Run:
    """The same run under the next free number, packed and not evaluated; the old number is given up."""
    pins = {step: pinned for step, pinned in run.pins.items() if step not in ("evaluate", "publish")}
    while True:
        run_no = 1 + max(last_number(lake, MEMBERSHIPS, EVALUATE), *(other.run_no for other in runs_of(lake)))
        again = insert(lake, replace(run, run_no=run_no, state=STATES["pack"], pins=pins, steps=dict[str, Any]()))
        if again.key == run.key:
            break
    given_up = {"state": "failed", "reason": f"a later run was evaluated first; run {again.run_no} took its place"}
    _changed(lake, run, lambda now: None if now.state == "failed" else given_up)
    return again


def _changed(lake: str, run: Run, change: Callable[[Run], Mapping[str, object] | None]) -> Run:
    """The run after one commit with what `change` makes of it as it is then; no commit where that is nothing."""

    def changed(rows: pa.Table) -> pa.Table | None:
        runs = rows.to_pylist()
        (row,) = (row for row in runs if row["run_no"] == run.run_no)
        values = change(read_run(row))
        if values is None:
            return None
        row.update(values)
        return pa.Table.from_pylist(runs, RUNS.schema)

    change_rows(lake, RUNS, changed)
    return run_numbered(lake, run.run_no)


def _row(run: Run) -> dict[str, object]:
    return {
        "run_no": run.run_no,
        "as_of": run.as_of,
        "state": run.state,
        "specs_hash": run.specs_hash,
        "catalog_hash": run.catalog_hash,
        "tzdata": run.tzdata,
        "lists": as_json(run.lists),
        "pins": as_json(pins_as_rows(run.pins)),
        "failed_sources": as_json(run.failed_sources),
        "exit_code": None,
        "reason": None,
        "steps": as_json(run.steps),
    }
