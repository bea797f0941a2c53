"""What a run knew about a contact or about everybody, read again without Spark: its specs, tiles, lists and memberships.

Works for runs whose pins are kept. Other segments and lists are what they were in that run, and so are quantiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jobs.answers.formula_verdicts import (
    Census,
    Decided,
    FormulaVerdict,
    census,
    census_questions,
    contact_questions,
    judge,
)
from jobs.errors import UsageError
from jobs.evaluation.work_files import Work, kernel_data, work_of
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.cuts import quantile_key
from jobs.kernel.program import Program, compile_program
from jobs.kernel.tile_bucket import TileBucket, TilePart
from jobs.lake.bitmaps import flags
from jobs.lake.contact_places import contact_number, place_of
from jobs.language.atoms import Formula, InSegment, Quantile
from jobs.plan.atom_parts import roots, walk
from jobs.plan.run_plan import Clock, Plan
from jobs.plan.sensitive_parts import Sensitive
from jobs.runs.failures import list_key
from jobs.runs.inputs import Kept, are_kept, kept_inputs
from jobs.runs.run import Run
from jobs.runs.sensitivity import sensitive_in
from jobs.runs.step_pins import EvaluatePin, OpeningPin

UNKNOWN_CONTACT = "this contact id is not known"
COUNTED_AT_MOST = 2_000_000
"""Contacts up to which counts are taken while somebody waits."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """One evaluated run of a lake."""

    lake: str
    run: Run

    @cached_property
    def kept(self) -> Kept:
        name = self.run.pinned(OpeningPin).inputs
        if not are_kept(self.lake, name):
            raise UsageError(f"run {self.run.run_no}: its specs are no longer kept. Ask a newer run, or none.")
        return kept_inputs(self.lake, name)

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.run.as_of_us, self.kept.zone, self.kept.zone.local_day(self.run.as_of_us))

    @cached_property
    def sensitive(self) -> Sensitive:
        return sensitive_in(self.kept.catalog, self.kept.specs.valid, self.run.lists)

    def judge(self, contact_id: str, segment: str, formulas: list[Formula]) -> tuple[bool, list[FormulaVerdict]]:
        """Whether the contact is a member of a segment, and what each formula says of it."""
        number = contact_number(self.lake, contact_id)
        if number is None:
            raise UsageError(f"{UNKNOWN_CONTACT} in {self.lake}. Ids are compared letter by letter.")
        bucket, position = place_of(number)
        questions = contact_questions(formulas, self.kept.catalog, self.clock)
        plan = questions.plan
        work = self.work(plan, compile_program(plan), {segment: self.run.run_no})
        (read,) = work.cells.read([bucket], earlier=True)
        data = kernel_data(work, read, plan.decided)
        if not data.identities:
            raise UsageError(f"run {self.run.run_no}: its tiles are no longer kept. Ask a newer run, or none.")
        part = TilePart(data, position, position + 1)
        segments = {id_: bool(flags(data.given[InSegment(id_)])[position]) for id_ in plan.decided}
        verdicts = judge(questions, part, position, Decided(self.quantiles(plan), segments))
        if verdicts is None:
            raise UsageError(f"{UNKNOWN_CONTACT} in run {self.run.run_no}: it was not among the contacts of that day.")
        return bool(flags(read.earlier.get(segment))[position]), verdicts

    def census(self, formulas: list[Formula], base: Formula) -> list[Census] | str:
        """How many of `base` each formula is true and false for; else why they are not counted."""
        questions = census_questions(formulas, self.kept.catalog, self.clock, base)
        plan = questions.plan
        for asked in plan.lists:
            if "version" not in self.run.lists.get(list_key(asked), {}):
                return f"run {self.run.run_no} did not have the list {asked.name}"
        for segment in plan.decided:
            if not self.evaluated(segment):
                return f"run {self.run.run_no} did not evaluate the segment {segment}"
        work = self.work(plan, compile_program(plan))
        if len(work.cells.buckets) * BUCKET > COUNTED_AT_MOST:
            return f"there are more than {COUNTED_AT_MOST:,} contacts"
        return census(questions, lambda: buckets_of(work, plan))

    def evaluated(self, segment: str) -> bool:
        """Whether the run knows who is in a segment."""
        return segment in self.kept.paths and segment not in self.run.pinned(EvaluatePin).failures

    def work(self, plan: Plan, program: Program, beside: Mapping[str, int] | None = None) -> Work:
        """A plan's tiles and lists as the run pinned them, and the members of segments: of those that the plan takes as
        decided as the run found them, of those `beside` at a run of their own."""
        return work_of(
            self.lake, self.run, plan, program, {**dict.fromkeys(plan.decided, self.run.run_no), **(beside or {})}
        )

    def quantiles(self, plan: Plan) -> dict[Quantile, tuple[int | float, ...]]:
        """The thresholds of a plan's quantiles as far as the run has found them."""
        pinned = self.run.pinned(EvaluatePin).cuts.get("quantiles", {})
        parts = walk(root for meaning in plan.segments for root in roots(meaning))
        keys = {part: quantile_key(part) for part in parts if isinstance(part, Quantile)}
        return {part: tuple(pinned[key]) for part, key in keys.items() if key in pinned}


def buckets_of(work: Work, plan: Plan, numbers: Sequence[int] | None = None) -> Iterator[TileBucket]:
    """These buckets, or all of them, with the members of the segments that the plan takes as decided."""
    cells = work.cells
    for read in cells.read(cells.buckets if numbers is None else numbers, earlier=bool(plan.decided)):
        yield kernel_data(work, read, plan.decided)
