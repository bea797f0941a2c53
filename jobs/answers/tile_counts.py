"""How many contacts some meanings hold for, counted from a run's tiles at one instant: of everybody, or of a sample.

The same plan and kernel as a night. What a night has decided is taken from it: who is in a segment whose spec is still what
it was, and the thresholds of quantiles. The rest is decided here, from the buckets that are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jobs.answers.bucket_sample import BucketSample, Estimate, draw_buckets, everybody
from jobs.answers.evidence import Evidence, buckets_of
from jobs.errors import UsageError
from jobs.evaluation.work_files import Work, kernel_data
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.compiled import loops_for
from jobs.kernel.cuts import Cuts
from jobs.kernel.program import Program, compile_program
from jobs.kernel.stages import LocalBuckets, find_cuts
from jobs.language.atoms import Meaning
from jobs.language.definitions import Spec
from jobs.plan.planner import make_plan, references
from jobs.plan.run_plan import Clock, Plan
from jobs.runs.failures import bad_data, list_key


@dataclass(frozen=True, eq=False)
class AskedMeanings:
    """Meanings, and those of the segments that they refer to, as far as the run has not `decided` them."""

    meanings: tuple[Meaning, ...]
    beside: tuple[Meaning, ...]
    decided: tuple[str, ...]
    specs: tuple[Spec, ...]

    @property
    def cuts_off(self) -> bool:
        """Whether a keep decides: what it leaves of a sample is not a sample of what it leaves."""
        return any(meaning.keep is not None for meaning in (*self.meanings, *self.beside))


def asked_of(
    evidence: Evidence, meanings: Iterable[Meaning], specs: Mapping[str, Spec], anew: bool = False
) -> AskedMeanings:
    """What is to be counted. `specs`: those that the meanings may refer to. `anew`: nothing is taken as the run decided it,
    because it is asked of another instant."""
    meanings = tuple(meanings)
    beside: dict[str, Spec] = {}
    decided: set[str] = set()
    waiting = [id_ for meaning in meanings for id_ in references(meaning)]
    while waiting:
        id_ = waiting.pop()
        if id_ in beside or id_ in decided:
            continue
        if not anew and _is_unchanged(evidence, specs, id_):
            decided.add(id_)
        else:
            beside[id_] = specs[id_]
            waiting += specs[id_].depends.segments
    return AskedMeanings(
        meanings, tuple(spec.meaning() for spec in beside.values()), tuple(sorted(decided)), tuple(beside.values())
    )


def _is_unchanged(evidence: Evidence, specs: Mapping[str, Spec], id_: str) -> bool:
    kept = evidence.kept.spec(id_)
    if kept is None or kept.spec_hash != specs[id_].spec_hash or not evidence.evaluated(id_):
        return False
    return all(_is_unchanged(evidence, specs, other) for other in specs[id_].depends.segments)


def require_data(evidence: Evidence, spec: Spec, asked: AskedMeanings) -> None:
    """`UsageError` where the run could not read what a spec reaches, or did not have a list that it names."""
    for each in (spec, *asked.specs):
        if bad := bad_data(each, each.depends.sources, evidence.run):
            raise UsageError(f"run {evidence.run.run_no} has no answer: {bad.removesuffix('.')}.")
        for wanted in each.depends.lists:
            if "version" not in evidence.run.lists.get(list_key(wanted), {}):
                raise UsageError(
                    f"run {evidence.run.run_no} did not look at the list {wanted.name}: no spec of that night names it. "
                    "Run a night with this spec in the folder, or ask a folder of rows with `try`."
                )


@dataclass(frozen=True, eq=False)
class TileCounts:
    """Counts of one instant."""

    evidence: Evidence
    asked: AskedMeanings
    clock: Clock
    published: Mapping[str, int]
    """Segments whose members are compared with, each at a run."""

    @cached_property
    def plan(self) -> Plan:
        meanings = [*self.asked.meanings, *self.asked.beside]
        return make_plan(meanings, self.evidence.kept.catalog, self.clock, decided=self.asked.decided)

    @cached_property
    def program(self) -> Program:
        return compile_program(self.plan)

    @cached_property
    def work(self) -> Work:
        return self.evidence.work(self.plan, self.program, self.published)

    def sample(self, exact: bool) -> BucketSample:
        """The buckets that are asked: all of them where something cuts off."""
        buckets = self.work.cells.buckets
        if exact or self.asked.cuts_off:
            return everybody(buckets)
        return draw_buckets(buckets, self.evidence.run.run_no)

    def count(self, sample: BucketSample) -> BucketCounts:
        """What the buckets of a sample say."""
        rows = self.work.cells.rows
        # One bucket alone may not be worth compiled loops; all of them are.
        loops_for(sum(rows[bucket] for bucket in sample.buckets))
        cuts = self._cuts(sample.buckets)
        members: dict[str, dict[int, int]] = {segment: {} for segment in self.program.segments}
        changes: dict[str, tuple[dict[int, int], dict[int, int]]] = {segment: ({}, {}) for segment in self.published}
        errors: set[str] = set()
        for bucket, bits, counts, before in self._answers(sample.buckets, cuts, errors):
            for segment, count in counts.items():
                members[segment][bucket] = count
            for segment, (entered, left) in changes.items():
                then = np.frombuffer(before.get(segment, bytes(BUCKET // 8)), np.uint8)
                entered[bucket] = int(np.bitwise_count(bits[segment] & ~then).sum())
                left[bucket] = int(np.bitwise_count(then & ~bits[segment]).sum())
        return BucketCounts(sample, members, changes, frozenset(errors))

    def _answers(
        self, buckets: Sequence[int], cuts: Cuts, errors: set[str]
    ) -> Iterator[tuple[int, dict[str, np.ndarray], dict[str, int], Mapping[str, bytes]]]:
        compared = bool(self.published or self.plan.decided)
        for read in self.work.cells.read(buckets, earlier=compared):
            data = kernel_data(self.work, read, self.plan.decided)
            answers = evaluate_bucket(self.program, data, cuts, self.plan.last_stage)
            errors |= answers.errors
            bits = dict(zip(answers.segments, answers.bits, strict=True))
            counts = dict(zip(answers.segments, answers.members.tolist(), strict=True))
            yield read.bucket, bits, counts, read.earlier

    def _cuts(self, buckets: Sequence[int]) -> Cuts:
        """Of everything that is decided about everybody; what the run has pinned at this instant is taken from it."""
        known = Cuts()
        if self.clock == self.evidence.clock:
            pinned = self.evidence.quantiles(self.plan)
            numbers = {quantile: number for number, quantile in enumerate(self.program.quantiles)}
            known = Cuts({numbers[quantile]: values for quantile, values in pinned.items() if quantile in numbers})
        return find_cuts(
            self.plan,
            self.program,
            LocalBuckets(self.program, lambda: buckets_of(self.work, self.plan, buckets)),
            known,
        )


@dataclass(frozen=True, eq=False)
class BucketCounts:
    """Members of each meaning in each bucket that was asked; of those compared who is in and was not, and the reverse."""

    sample: BucketSample
    members: Mapping[str, Mapping[int, int]]
    changes: Mapping[str, tuple[Mapping[int, int], Mapping[int, int]]]
    errors: frozenset[str]

    def estimate(self, meaning: str) -> Estimate:
        return self.sample.estimate(self.members[meaning], BUCKET)

    def entered(self, meaning: str) -> Estimate:
        return self.sample.estimate(self.changes[meaning][0], BUCKET)

    def left(self, meaning: str) -> Estimate:
        return self.sample.estimate(self.changes[meaning][1], BUCKET)
