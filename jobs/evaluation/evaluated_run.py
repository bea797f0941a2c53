"""Who is in which segment: one pass over the tiles of the pinned pack, and the bitmaps that changed into `memberships`.

Segments whose source failed are not evaluated. Evaluations are committed in order of run number, which Delta itself keeps:
the commit carries the number, and one that is not above the last is not written. Killed after its commit and run again,
only its failures are asked anew.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from jobs.errors import DONE, PARTLY
from jobs.evaluation.bucket_passes import HandedBuckets, LastPass, hand_out, written_files
from jobs.evaluation.cut_passes import CutPasses, cuts_as_pins
from jobs.evaluation.segment_costs import SharedWork
from jobs.evaluation.sensitive_bounds import bound_meanings, bounds_as_pins
from jobs.evaluation.work_files import forget_work, work_of
from jobs.kernel.cuts import Cuts
from jobs.kernel.stages import find_cuts
from jobs.lake.file_commits import add_files
from jobs.lake.reads import last_number
from jobs.lake.tables import MEMBERSHIPS
from jobs.lake.workers import Workers
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Clock
from jobs.runs.failures import failures_before, overflowed
from jobs.runs.inputs import kept_inputs, require_valid
from jobs.runs.outcome import Outcome
from jobs.runs.pins import EVALUATE, noted, pin
from jobs.runs.run import STATES, Run, runs_of
from jobs.runs.run_costs import forget_costs, keep_costs
from jobs.runs.sensitivity import sensitive_in
from jobs.runs.step_pins import EvaluatePin, OpeningPin


def evaluate(workers: Workers, lake: str, run: Run) -> Outcome:
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
        shared = SharedWork.of(plan)
        program = shared.program
        work = work_of(lake, run, plan, program, run.run_no - 1)
        buckets = hand_out(workers.for_rows(sum(work.cells.rows.values())), run.run_no, work)
        cuts = find_cuts(plan, program, CutPasses(buckets))
        errors, counts = commit(lake, run.run_no, buckets, cuts, plan.last_stage)
        keep_costs(lake, shared.measured(run.run_no, buckets.meters, len(work.cells.buckets)))
        pinned_cuts = cuts_as_pins(lake, cuts, program)
        bounds = bounds_as_pins(meanings, sensitive, counts)
        above = ((id_, column) for column in sorted(errors) for id_ in program.above(column))
        failures |= {id_: overflowed(column) for id_, column in above if id_ in kept.specs.valid}
        if last_number(lake, MEMBERSHIPS, EVALUATE) > run.run_no:
            return Outcome(DONE, "a later run was evaluated first", {"committed": False})
    evaluated = EvaluatePin(failures, round(time.monotonic() - begun, 3), pinned_cuts, bounds)
    outcome = outcome_of(replace(run, pins={**run.pins, "evaluate": evaluated}))
    pinned = pin(lake, run, evaluated, note=noted(outcome, begun))
    # Not that of a run that is packed and no more: somebody may be evaluating it at this moment.
    earlier = [old for old in runs_of(lake) if old.run_no < run.run_no]
    forget_work(lake, [old.run_no for old in earlier if old.state != STATES["pack"]])
    forget_costs(lake, run.run_no, [old.run_no for old in earlier if not old.finished])
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


def commit(lake: str, run_no: int, buckets: HandedBuckets, cuts: Cuts, stage: int) -> tuple[set[str], dict[str, int]]:
    """The last pass: what differs goes into `memberships`, once. Gives the computed columns that overflowed, and the counts
    of what is only counted (`sensitive_bounds`)."""
    # Committed before, by this process's predecessor or by another one: the rest is asked for.
    new = last_number(lake, MEMBERSHIPS, EVALUATE) < run_no
    rows = buckets.rows(LastPass(cuts, stage, run_no, written=new))
    if new:
        add_files(lake, MEMBERSHIPS, written_files(rows), once=(EVALUATE, run_no))
    totals: dict[str, int] = {}
    for row in rows:
        if row["segment"] is not None:
            totals[row["segment"]] = totals.get(row["segment"], 0) + row["members"]
    return {row["error"] for row in rows if row["error"] is not None}, totals
