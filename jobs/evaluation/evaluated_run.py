"""Who is in which segment: one pass over the tiles of the pinned pack, and the bitmaps that changed into `memberships`.

Segments whose source failed are not evaluated. Evaluations are committed in order of run number, which Delta itself keeps:
the commit carries the number, and one that is not above the last is not written. Killed after its commit and run again,
only its failures are asked anew.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from pyspark.sql import Observation, SparkSession
from pyspark.sql.functions import col, collect_set, lit

from jobs.errors import DONE, PARTLY
from jobs.evaluation.bucket_passes import Buckets, ListRows, answers
from jobs.evaluation.cut_passes import SparkBuckets, cuts_as_pins
from jobs.evaluation.lookup_rows import read_lookups
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
from jobs.runs.step_pins import EvaluatePin, IngestPin, OpeningPin, PackPin


def evaluate(spark: SparkSession, lake: str, run: Run) -> Outcome:
    """Evaluates and pins one run; 21 when a segment failed, 10 when no spec is valid."""
    begun = time.monotonic()
    kept = kept_inputs(lake, run.pinned(OpeningPin).inputs)
    require_valid(kept)
    failures = failures_before(kept.specs.valid, run)
    meanings = [spec.meaning() for id_, spec in kept.specs.valid.items() if id_ not in failures]
    pinned_cuts: dict[str, Any] = {}
    if meanings:
        clock = Clock(run.as_of_us, kept.zone, kept.zone.local_day(run.as_of_us))
        plan = make_plan(meanings, kept.catalog, clock)
        program = compile_program(plan)
        buckets = buckets_of(spark, lake, run, plan)
        work = keep_work(lake, run.run_no, work_of(spark, lake, run, kept, plan, program))
        cuts = find_cuts(plan, program, SparkBuckets(buckets, work))
        errors = commit(buckets, work, cuts, plan.last_stage)
        pinned_cuts = cuts_as_pins(buckets, cuts, program)
        failures |= {id_: overflowed(column) for column in sorted(errors) for id_ in program.above(column)}
        if last_number(lake, MEMBERSHIPS, EVALUATE) > run.run_no:
            return Outcome(DONE, "a later run was evaluated first", {"committed": False})
    evaluated = EvaluatePin(failures, round(time.monotonic() - begun, 3), pinned_cuts)
    outcome = outcome_of(replace(run, pins={**run.pins, "evaluate": evaluated}))
    pinned = pin(spark, lake, run, evaluated, note=noted(outcome, begun))
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
        ListRows(list_key(asked), asked.name, one["date"], one["version"], one["attempt"])
        for asked, one in lists.items()
    ]
    pack_no = run.pinned(PackPin).pack_no
    return Buckets(spark, lake, pack_no, run.run_no, tuple(sorted(plan.columns)), tuple(rows))


def work_of(spark: SparkSession, lake: str, run: Run, kept: Kept, plan: Plan, program: Program) -> Work:
    """What every worker needs, lookups flattened."""
    deliveries = run.pinned(IngestPin).deliveries
    lookups = read_lookups(spark, lake, kept.catalog, kept.zone.name, plan.columns, deliveries)
    return Work(program, kept.catalog, plan.columns, lookups, {list_key(asked): asked for asked in plan.lists})


def commit(buckets: Buckets, work: WorkFile, cuts: Cuts, stage: int) -> set[str]:
    """The last pass: what differs goes into `memberships`, and the computed columns that overflowed come back."""
    found = answers(buckets, work, cuts, stage)
    if last_number(buckets.lake, MEMBERSHIPS, EVALUATE) < buckets.run_no:
        watched = Observation()
        seen = found.observe(watched, collect_set("error").alias("errors"))
        rows = seen.where(col("error").isNull()).withColumn("run_no", lit(buckets.run_no).cast("bigint"))
        append(buckets.spark, buckets.lake, MEMBERSHIPS, rows, once=(EVALUATE, buckets.run_no))
        counts = observed(watched)
        if counts is not None:
            return set(counts["errors"])
    # Committed before, by this process's predecessor or by another one: only the failures are asked for.
    again = found.where(col("error").isNotNull()).select("error").distinct().collect()
    return {row["error"] for row in again}
