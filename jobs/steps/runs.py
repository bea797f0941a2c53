"""Runs as the lake keeps them: found, numbered, pinned, and told how each step went.

A run pins everything once, each pin by the step that makes it; a step that finds its pin uses it. `pins` is one JSON object
with a key for each step. Every change is one MERGE that only takes hold if nobody changed the row since it was read, so two
processes of one run agree on every pin.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pyspark.sql import SparkSession

from jobs.errors import UsageError
from jobs.lake.published import table_rows
from jobs.lake.tables import RUNS
from jobs.lake.writing import merge

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Step = Literal["opening", "ingest", "pack", "evaluate", "publish"]

STATES: Mapping[Step, str] = {
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
    pins: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failed_sources: Mapping[str, str] = field(default_factory=dict[str, str])
    steps: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def as_of(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.as_of_us)

    @property
    def finished(self) -> bool:
        return self.state == STATES["publish"]

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two openings the same."""
        return (self.as_of_us, self.specs_hash, self.catalog_hash, self.tzdata, _json(self.lists))

    def pinned(self, step: Step) -> Mapping[str, Any]:
        """What a step pinned; `UsageError` when it has not run yet."""
        if step not in self.pins:
            raise UsageError(
                f"run {self.run_no} of {self.as_of:%Y-%m-%dT%H:%M}Z has no {step} yet. "
                f"Run `{step}` with the same --as-of first, or `run` for the whole night."
            )
        return self.pins[step]


def runs_of(lake: str) -> list[Run]:
    """Every run, by number; without Spark."""
    return sorted(map(_run, table_rows(lake, RUNS)), key=lambda run: run.run_no)


def run_numbered(lake: str, run_no: int) -> Run:
    """The run as the lake has it now."""
    found = [_run(row) for row in table_rows(lake, RUNS, filters=[("run_no", "=", run_no)])]
    assert len(found) == 1, f"{len(found)} rows of run {run_no}"
    return found[0]


def insert(spark: SparkSession, lake: str, run: Run) -> Run:
    """The run that has this number now: this one, or one that another process opened first."""
    rows = spark.createDataFrame([_row(run)], RUNS.ddl)
    merge(spark, lake, RUNS, rows, "old.run_no = new.run_no", insert=True)
    return run_numbered(lake, run.run_no)


def pin(
    spark: SparkSession,
    lake: str,
    run: Run,
    step: Step,
    pins: Mapping[str, Any],
    failed_sources: Mapping[str, str] | None = None,
) -> Run:
    """The run with this step's pin: these values, or those that another process pinned first."""
    while True:
        now = run_numbered(lake, run.run_no)
        if step in now.pins:
            return now
        changed = {
            "pins": _json({**now.pins, step: pins}),
            "state": STATES[step],
            "failed_sources": _json({**now.failed_sources, **(failed_sources or {})}),
        }
        _change(spark, lake, now, changed)


def record(spark: SparkSession, lake: str, run: Run, step: Step, *, exit_code: int, reason: str, seconds: float) -> Run:
    """The run with a note of how a step went; the night's own code and reason are those of its last step."""
    while True:
        now = run_numbered(lake, run.run_no)
        note = {"exit_code": exit_code, "reason": reason, "seconds": round(seconds, 3)}
        if now.steps.get(step) == note:
            return now
        changed = {"steps": _json({**now.steps, step: note}), "exit_code": exit_code, "reason": reason}
        _change(spark, lake, now, changed)


def _change(spark: SparkSession, lake: str, seen: Run, changed: Mapping[str, object]) -> None:
    """One conditional MERGE: it does nothing when pins or steps are no longer those that were seen."""
    row = {**_row(seen), **changed, "seen_pins": _json(seen.pins), "seen_steps": _json(seen.steps)}
    rows = spark.createDataFrame([row], f"{RUNS.ddl}, seen_pins STRING, seen_steps STRING")
    merge(
        spark,
        lake,
        RUNS,
        rows,
        "old.run_no = new.run_no",
        update={name: f"new.`{name}`" for name in changed},
        update_when="old.pins = new.seen_pins AND old.steps = new.seen_steps",
    )


def _row(run: Run) -> dict[str, object]:
    return {
        "run_no": run.run_no,
        "as_of": run.as_of,
        "state": run.state,
        "specs_hash": run.specs_hash,
        "catalog_hash": run.catalog_hash,
        "tzdata": run.tzdata,
        "lists": _json(run.lists),
        "pins": _json(run.pins),
        "failed_sources": _json(run.failed_sources),
        "exit_code": None,
        "reason": None,
        "steps": _json(run.steps),
    }


def _run(row: Mapping[str, Any]) -> Run:
    return Run(
        run_no=row["run_no"],
        as_of_us=(row["as_of"] - EPOCH) // timedelta(microseconds=1),
        state=row["state"],
        specs_hash=row["specs_hash"],
        catalog_hash=row["catalog_hash"],
        tzdata=row["tzdata"],
        **{name: json.loads(row[name] or "{}") for name in ("lists", "pins", "failed_sources", "steps")},
    )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
