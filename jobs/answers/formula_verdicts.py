"""Why a contact is in or out: the verdict on each of some formulas, and the values they looked at, for one position.

A formula becomes two segments of a plan, itself and its `not`: who is in neither is unknown. What is decided about everybody
(quantile cuts, who is in the other segments) comes from outside, so that one contact's rows are enough. Counts of the
same verdicts over whole buckets are `census`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from jobs.answers.readable_values import Seen, seen_in, seen_in_rows, typed_value
from jobs.catalog.model import Catalog
from jobs.kernel.bucket import BucketData, BucketPart, Given, Identity, Pairs
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.bucket_rows import RowBlock
from jobs.kernel.cuts import Cuts, CutValue, Edge
from jobs.kernel.program import Program, compile_program
from jobs.kernel.stages import LocalBuckets, StagePairs, find_cuts
from jobs.language import atoms
from jobs.plan.atom_parts import walk
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Clock, Plan

TruthWord = Literal["true", "false", "unknown"]


@dataclass(frozen=True)
class Decided:
    """What one contact's rows do not tell: the thresholds of quantiles, and which other segments it is a member of."""

    quantiles: Mapping[atoms.Quantile, tuple[CutValue, ...]] = field(
        default_factory=dict[atoms.Quantile, tuple[CutValue, ...]]
    )
    segments: Mapping[str, bool] = field(default_factory=dict[str, bool])


@dataclass(frozen=True)
class FormulaVerdict:
    """What a formula says of a contact, and the values it compares (none where it compares none), `None` where missing."""

    verdict: TruthWord
    values: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Census:
    """How many of the contacts asked about a formula is true for, and false for; for the others it is unknown."""

    true: int
    false: int


@dataclass(frozen=True)
class Question:
    """A formula, and the segments of a plan that stand for it: who it is true for, and who it is false for."""

    formula: atoms.Formula
    true: str
    false: str


@dataclass(frozen=True, eq=False)
class Questions:
    """Formulas, and the plan that answers them; segments that they refer to are decided before.

    `values`: for each value that is counted or computed the segment whose keep orders by it, so that its pairs tell it.
    """

    plan: Plan
    asked: tuple[Question, ...]
    values: Mapping[atoms.Value, str]


def contact_questions(formulas: Sequence[atoms.Formula], catalog: Catalog, clock: Clock) -> Questions:
    """What is asked of one contact: the formulas, and the values that they compare."""
    values = dict.fromkeys(value for formula in formulas for value in compared_values(formula))
    counted = [value for value in values if not isinstance(value, atoms.ContactColumn)]
    return _questions(formulas, counted, catalog, clock, atoms.Everyone())


def census_questions(
    formulas: Sequence[atoms.Formula], catalog: Catalog, clock: Clock, base: atoms.Formula
) -> Questions:
    """What is asked of everybody in `base`: only the formulas."""
    return _questions(formulas, (), catalog, clock, base)


def _questions(
    formulas: Sequence[atoms.Formula],
    values: Sequence[atoms.Value],
    catalog: Catalog,
    clock: Clock,
    base: atoms.Formula,
) -> Questions:
    asked = tuple(Question(formula, f"true {n}", f"false {n}") for n, formula in enumerate(formulas))
    ids = {value: f"value {n}" for n, value in enumerate(values)}
    meanings = [atoms.Meaning(question.true, base, question.formula) for question in asked]
    meanings += [atoms.Meaning(question.false, base, atoms.NotOf(question.formula)) for question in asked]
    meanings += [
        atoms.Meaning(id_, atoms.Everyone(), atoms.Everyone(), atoms.Keep(1, None, typed_value(value)))
        for value, id_ in ids.items()
    ]
    referred = {part.id for part in walk([base, *formulas]) if isinstance(part, atoms.InSegment)}
    return Questions(make_plan(meanings, catalog, clock, decided=referred), asked, ids)


def compared_values(formula: atoms.Formula) -> tuple[atoms.Value, ...]:
    """The values that a formula compares itself, seen through `not`."""
    match formula:
        case atoms.NotOf(child):
            return compared_values(child)
        case atoms.Compare(value):
            return (value,)
        case atoms.Pair(left, _, right):
            return (left, right)
        case (
            atoms.AllOf()
            | atoms.AnyOf()
            | atoms.Everyone()
            | atoms.Chain()
            | atoms.InSegment()
            | atoms.InList()
            | atoms.Sample()
        ):
            return ()
        case _:
            assert_never(formula)


# --- one contact ---------------------------------------------------------------------------------------------------------


def judge(questions: Questions, part: BucketPart, position: int, decided: Decided) -> list[FormulaVerdict] | None:
    """Each formula's verdict and values for the live contact at a position; None where no live contact is there.

    `questions`: those of a contact. The part must hold all rows of the position.
    """
    if not part.identity().live[position]:
        return None
    contact, plan = _OneContact(part, position, decided.segments), questions.plan
    program = compile_program(plan)
    bucket = _ValueBucket(LocalBuckets(program, lambda: [contact]))
    cuts = find_cuts(plan, program, bucket, Cuts(_known(program, decided.quantiles)))
    answers = evaluate_bucket(program, contact, cuts, plan.last_stage)
    inside = dict(zip(answers.segments, answers.members.tolist(), strict=True))

    def seen(value: atoms.Value) -> Seen:
        if isinstance(value, atoms.ContactColumn):
            return seen_in_rows(value, contact.rows(value.source), position, plan.clock)
        return seen_in(value, bucket.keeps[questions.values[value]], contact.rows, plan.clock, answers.errors)

    return [
        FormulaVerdict(
            _truth(inside[question.true], inside[question.false]),
            tuple(map(seen, compared_values(question.formula))),
        )
        for question in questions.asked
    ]


def _truth(true: int, false: int) -> TruthWord:
    return "true" if true else "false" if false else "unknown"


def _known(
    program: Program, quantiles: Mapping[atoms.Quantile, tuple[CutValue, ...]]
) -> dict[int, tuple[CutValue, ...]]:
    return {number: quantiles[quantile] for number, quantile in enumerate(program.quantiles) if quantile in quantiles}


@dataclass(frozen=True, eq=False)
class _ValueBucket:
    """One contact's bucket, which remembers the pairs of its keeps: they are only there to tell values."""

    bucket: LocalBuckets
    keeps: dict[str, Pairs] = field(default_factory=dict[str, Pairs])

    def pairs(self, cuts: Cuts, stage: int) -> StagePairs:
        pairs = self.bucket.pairs(cuts, stage)
        self.keeps.update(pairs.keeps)
        return pairs

    def edge_ids(self, cuts: Cuts, stage: int, edges: Mapping[str, Edge]) -> Mapping[str, Iterable[Sequence[str]]]:
        return self.bucket.edge_ids(cuts, stage, edges)


@dataclass(frozen=True, eq=False)
class _OneContact:
    """A part in which only one position is live; also the bucket whose only part it is."""

    part: BucketPart
    position: int
    segments: Mapping[str, bool]

    def parts(self) -> Iterator[BucketPart]:
        yield self

    def identity(self) -> Identity:
        whole = self.part.identity()
        live = np.zeros(whole.width, np.bool_)
        live[self.position] = whole.live[self.position]
        return replace(whole, live=live)

    def rows(self, source: str) -> RowBlock:
        return self.part.rows(source)

    def given(self, asked: Given) -> NDArray[np.bool_]:
        if isinstance(asked, atoms.InSegment):
            return np.full(self.part.identity().width, self.segments[asked.id], np.bool_)
        return self.part.given(asked)


# --- everybody -----------------------------------------------------------------------------------------------------------


def census(questions: Questions, buckets: Callable[[], Iterable[BucketData]]) -> list[Census]:
    """For each formula how many contacts it is true and false for.

    `buckets` is asked once for each stage; what a computed column cannot hold counts as missing.
    """
    plan = questions.plan
    program = compile_program(plan)
    cuts = find_cuts(plan, program, LocalBuckets(program, buckets))
    totals = dict.fromkeys(program.segments, 0)
    for bucket in buckets():
        answers = evaluate_bucket(program, bucket, cuts, plan.last_stage)
        for segment, members in zip(answers.segments, answers.members.tolist(), strict=True):
            totals[segment] += members
    return [Census(totals[question.true], totals[question.false]) for question in questions.asked]
