"""Runs as the lake keeps them, read: which there are, what each has pinned, and how its steps went. Without Spark."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from jobs.errors import DONE, PARTLY, UsageError
from jobs.lake.reads import table_rows
from jobs.lake.tables import RUNS
from jobs.plan.clock import make_clock
from jobs.plan.run_plan import Clock
from jobs.runs.step_pins import IngestPin, OpeningPin, Pin, StepName, read_pins
from jobs.settings import Settings
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions

P = TypeVar("P", bound=Pin)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(us: int) -> datetime:
    """Microseconds since 1970 as an aware datetime."""
    return EPOCH + timedelta(microseconds=us)


STATES: Mapping[StepName, str] = {
    "opening": "opened",
    "ingest": "ingested",
    "pack": "packed",
    "evaluate": "evaluated",
    "publish": "published",
}
"""The state a run is in once a step has pinned."""


@dataclass(frozen=True)
class Run:
    """One run. `lists` are the versions pinned for the lists that specs name; `steps` how each step went last."""

    run_no: int
    as_of_us: int
    state: str
    specs_hash: str
    catalog_hash: str
    tzdata: str
    lists: Mapping[str, Any] = field(default_factory=dict[str, Any])
    pins: Mapping[StepName, Pin] = field(default_factory=dict[StepName, Pin])
    failed_sources: Mapping[str, str] = field(default_factory=dict[str, str])
    steps: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def as_of(self) -> datetime:
        return instant(self.as_of_us)

    @property
    def finished(self) -> bool:
        return self.state == STATES["publish"]

    @property
    def broken(self) -> int:
        """How many specs had problems at opening."""
        opening = self.pins.get("opening")
        return opening.broken if isinstance(opening, OpeningPin) else 0

    @property
    def unread(self) -> dict[tuple[str, str], str]:
        """The stored columns, as (source, column), that nobody may look at in this run, each with the reason."""
        taken = self.pins.get("ingest")
        by_source = taken.unread if isinstance(taken, IngestPin) else {}
        return {(source, name): why for source, columns in by_source.items() for name, why in columns.items()}

    def told(self) -> str:
        """What the last step that failed said, else that the next one has not run."""
        for step in reversed(list(STATES)):
            note = self.steps.get(step)
            if note is not None and note["exit_code"] not in (DONE, PARTLY):
                return f"{step} ended with {note['exit_code']}: {note['reason']}"
        return "its next step has not run"

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two openings the same."""
        return (self.as_of_us, self.specs_hash, self.catalog_hash, self.tzdata, as_json(self.lists))

    def pinned(self, kind: type[P]) -> P:
        """What a step pinned; `UsageError` when it has not run yet."""
        pin = self.pins.get(kind.step)
        if not isinstance(pin, kind):
            raise UsageError(
                f"run {self.run_no} of {self.as_of:%Y-%m-%dT%H:%M}Z has no {kind.step} yet. "
                f"Run `{kind.step}` with the same --as-of first, or `run` for the whole night."
            )
        return pin


def runs_of(lake: str) -> list[Run]:
    """Every run, by number; without Spark."""
    return sorted(map(read_run, table_rows(lake, RUNS)), key=lambda run: run.run_no)


def run_numbered(lake: str, run_no: int) -> Run:
    """The run as the lake has it now."""
    runs = [read_run(row) for row in table_rows(lake, RUNS, filters=[("run_no", "=", run_no)])]
    assert len(runs) == 1, f"{len(runs)} rows of run {run_no}"
    return runs[0]


def read_run(row: Mapping[str, Any]) -> Run:
    """The run that a row of `runs` describes."""
    return Run(
        run_no=row["run_no"],
        as_of_us=(row["as_of"] - EPOCH) // timedelta(microseconds=1),
        state=row["state"],
        specs_hash=row["specs_hash"],
        catalog_hash=row["catalog_hash"],
        tzdata=row["tzdata"],
        pins=read_pins(json.loads(row["pins"] or "{}")),
        **{name: json.loads(row[name] or "{}") for name in ("lists", "failed_sources", "steps")},
    )


def as_json(value: Mapping[str, Any]) -> str:
    """The one way a run's objects are written, so that equal ones are equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def read_clock(settings: Settings, as_of: str) -> Clock:
    """The clock of an --as-of; `UsageError` with the right spelling when it is none."""
    try:
        moment = read_moment(as_of)
    except ValueError as error:
        raise UsageError(f"--as-of: {error}") from error
    return make_clock(moment, zone_transitions(settings.time_zone))


def find_run(settings: Settings, as_of: str) -> Run:
    """The newest run of this as_of; `UsageError` when none was opened."""
    run = newest_of(runs_of(settings.lake), read_clock(settings, as_of))
    if run is None:
        raise UsageError(
            f"no run of {as_of} has been opened in {settings.lake}. "
            f"Run `ingest --as-of {as_of}` first, or `run` for the whole night."
        )
    return run


def newest_of(runs: Sequence[Run], clock: Clock) -> Run | None:
    """The run with the greatest number among those of this as_of."""
    return max((run for run in runs if run.as_of_us == clock.as_of_us), key=lambda run: run.run_no, default=None)
