"""Who is in which segment: one pass over the tiles of the pinned pack, and the bitmaps that changed into `memberships`.

Segments whose source failed are not evaluated. Evaluations are committed in order of run number, which Delta itself keeps:
the commit carries the number, and one that is not above the last is not written. Killed after its commit and run again,
only its failures are asked anew.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pyspark.sql import Observation, Row, SparkSession
from pyspark.sql.functions import col, collect_list, collect_set, lit, struct, when

from jobs.errors import DONE, PARTLY
from jobs.evaluation.bucket_passes import Buckets, ListRows, answers
from jobs.evaluation.cut_passes import SparkBuckets, cuts_as_pins
from jobs.evaluation.lookup_rows import read_lookups
from jobs.evaluation.sensitive_bounds import bound_meanings, bounds_as_pins
from jobs.evaluation.work_files import Work, WorkFile, forget_work, keep_work
from jobs.kernel.cuts import Cuts
from jobs.kernel.program import Program, compile_program
from jobs.kernel.stages import find_cuts
from jobs.lake.commits import append
from jobs.lake.observations import observed
from jobs.lake.reads import last_number
from jobs.lake.tables import MEMBERSHIPS
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Clock, Plan
from jobs.runs.failures import failures_before, list_key, overflowed
from jobs.runs.inputs import Kept, kept_inputs, require_valid
from jobs.runs.outcome import Outcome
from jobs.runs.pins import EVALUATE, noted, pin
from jobs.runs.run import STATES, Run, runs_of
from jobs.runs.sensitivity import sensitive_in
from jobs.runs.step_pins import EvaluatePin, IngestPin, OpeningPin, PackPin


def evaluate(spark: SparkSession, lake: str, run: Run) -> Outcome:
    """Evaluates and pins one run; 21 when a segment failed, 10 when no spec is valid."""
    begun = time.monotonic()
    kept = kept_inputs(lake, run.pinned(OpeningPin).inputs)
    require_valid(kept)
    failures = failures_before(kept.specs.valid, run)
    meanings = [spec.meaning() for id_, spec in kept.specs.valid.items() if id_ not in failures]
    pinned_cuts: dict[str, Any] = {}
    bounds: dict[str, Any] = {}
    if meanings:
        clock = Clock(run.as_of_us, kept.zone, kept.zone.local_day(run.as_of_us))
        sensitive = sensitive_in(kept.catalog, kept.specs.valid, run.lists)
        plan = make_plan([*meanings, *bound_meanings(meanings, sensitive)], kept.catalog, clock)
        program = compile_program(plan)
        buckets = buckets_of(spark, lake, run, plan)
        work = keep_work(lake, run.run_no, work_of(spark, lake, run, kept, plan, program))
        cuts = find_cuts(plan, program, SparkBuckets(buckets, work))
        errors, counts = commit(buckets, work, cuts, plan.last_stage)
        pinned_cuts = cuts_as_pins(buckets, cuts, program)
        bounds = bounds_as_pins(meanings, sensitive, counts)
        above = ((id_, column) for column in sorted(errors) for id_ in program.above(column))
        failures |= {id_: overflowed(column) for id_, column in above if id_ in kept.specs.valid}
        if last_number(lake, MEMBERSHIPS, EVALUATE) > run.run_no:
            return Outcome(DONE, "a later run was evaluated first", {"committed": False})
    evaluated = EvaluatePin(failures, round(time.monotonic() - begun, 3), pinned_cuts, bounds)
    outcome = outcome_of(replace(run, pins={**run.pins, "evaluate": evaluated}))
    pinned = pin(lake, run, evaluated, note=noted(outcome, begun))
    # Not that of a run that is packed and no more: somebody may be evaluating it at this moment.
    forget_work(lake, [old.run_no for old in runs_of(lake) if old.run_no < run.run_no and old.state != STATES["pack"]])
    return outcome_of(pinned)


def outcome_of(run: Run) -> Outcome:
    """How the evaluation of a run went, from its pin."""
    pinned = run.pinned(EvaluatePin)
    failures = pinned.failures
    valid = run.pinned(OpeningPin).valid
    summary = f"run {run.run_no}: {valid - len(failures)} segments evaluated in {pinned.seconds:.1f} s"
    lines = [summary, *(f"  {id_} failed: {reason}" for id_, reason in sorted(failures.items()))]
    if run.broken:
        lines.append(
            f"  {run.broken} spec file{'s have' if run.broken > 1 else ' has'} problems; `validate` shows them"
        )
    code = PARTLY if failures or run.broken else DONE
    return Outcome(code, "\n".join(lines), {"run_no": run.run_no, "failed": dict(failures), "committed": True})


def buckets_of(spark: SparkSession, lake: str, run: Run, plan: Plan) -> Buckets:
    """The tiles and lists this run is about."""
    lists = {asked: run.lists[list_key(asked)] for asked in plan.lists}
    rows = [
        ListRows(list_key(asked), asked.name, version["date"], version["version"], version["attempt"])
        for asked, version in lists.items()
    ]
    pack_no = run.pinned(PackPin).pack_no
    return Buckets(spark, lake, pack_no, run.run_no, tuple(sorted(plan.columns)), tuple(rows))


def work_of(spark: SparkSession, lake: str, run: Run, kept: Kept, plan: Plan, program: Program) -> Work:
    """What every worker needs, lookups flattened."""
    deliveries = run.pinned(IngestPin).deliveries
    lookups = read_lookups(spark, lake, kept.catalog, kept.zone.name, plan.columns, deliveries)
    return Work(program, kept.catalog, plan.columns, lookups, {list_key(asked): asked for asked in plan.lists})


def commit(buckets: Buckets, work: WorkFile, cuts: Cuts, stage: int) -> tuple[set[str], dict[str, int]]:
    """The last pass: what differs goes into `memberships`. Gives the computed columns that overflowed, and the counts of
    what is only counted (`sensitive_bounds`)."""
    rows = answers(buckets, work, cuts, stage)
    only_counted = col("segment").contains(" ")
    if last_number(buckets.lake, MEMBERSHIPS, EVALUATE) < buckets.run_no:
        watched = Observation()
        seen = rows.observe(
            watched,
            collect_set("error").alias("errors"),
            collect_list(when(only_counted, struct("segment", "members"))).alias("counted"),
        )
        members = seen.where(col("error").isNull() & ~only_counted)
        numbered = members.withColumn("run_no", lit(buckets.run_no).cast("bigint"))
        append(buckets.spark, buckets.lake, MEMBERSHIPS, numbered, once=(EVALUATE, buckets.run_no))
        noticed = observed(buckets.spark, watched)
        if noticed is not None:
            return set(noticed["errors"]), _totals(noticed["counted"])
    # Committed before, by this process's predecessor or by another one: the rest is asked for.
    again = rows.where(col("error").isNotNull() | only_counted).select("error", "segment", "members").collect()
    errors = {row["error"] for row in again if row["error"] is not None}
    return errors, _totals([row for row in again if row["error"] is None])


def _totals(rows: Sequence[Row]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["segment"]] = totals.get(row["segment"], 0) + row["members"]
    return totals
