"""Why a contact is in or out: the verdict on each of some formulas, and the values they looked at, for one position.

A formula becomes two pseudo-segments, itself and its `not`: who is in neither is unknown. What is decided about everybody
(quantile cuts, who is in the other segments) comes from outside, so that one contact's rows are enough. Counts of the
same verdicts over whole buckets are `census`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jobs.answers.readable_values import Seen, seen_in, seen_in_rows, typed_value
from jobs.catalog.model import Catalog
from jobs.kernel.bucket import BucketData, BucketPart, Identity, Pairs
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.bucket_rows import RowBlock
from jobs.kernel.cuts import Cuts, Edge, Number
from jobs.kernel.program import Program, compile_program
from jobs.kernel.stages import LocalBuckets, StagePairs, find_cuts
from jobs.language.atoms import (
    Compare,
    ContactColumn,
    Everyone,
    Formula,
    InList,
    InSegment,
    Keep,
    Meaning,
    NotOf,
    Pair,
    Quantile,
    Value,
)
from jobs.plan.atom_parts import walk
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Clock, Plan

Verdict = Literal["true", "false", "unknown"]

YES, NO, OF = "+", "-", "="
"""Ends of pseudo-segments' ids: no segment's id has such a sign."""


@dataclass(frozen=True)
class Decided:
    """What one contact's rows do not tell: the thresholds of quantiles, and which other segments it is a member of."""

    quantiles: Mapping[Quantile, tuple[Number, ...]] = field(default_factory=dict[Quantile, tuple[Number, ...]])
    segments: Mapping[str, bool] = field(default_factory=dict[str, bool])


@dataclass(frozen=True)
class Judged:
    """A formula's verdict, and the values it compares (none where it compares none), `None` where missing."""

    verdict: Verdict
    values: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Census:
    """How many of the contacts asked about a formula is true for, and false for; for the others it is unknown."""

    true: int
    false: int


def compared(formula: Formula) -> tuple[Value, ...]:
    """The values that a formula compares itself, seen through `not`."""
    match formula:
        case NotOf(child):
            return compared(child)
        case Compare(value):
            return (value,)
        case Pair(left, _, right):
            return (left, right)
        case _:
            return ()


def questions(formulas: Sequence[Formula], catalog: Catalog, clock: Clock, base: Formula | None = None) -> Plan:
    """The plan that answers them among the contacts of `base` (everyone without it).

    Segments that they refer to are asked for as lists (`as_list`), and values as keeps, whose pairs tell them.
    """
    base = Everyone() if base is None else base
    meanings = [
        Meaning(f"{number}{sign}", base, asked)
        for number, formula in enumerate(formulas)
        for sign, asked in ((YES, formula), (NO, NotOf(formula)))
    ]
    meanings += [
        Meaning(f"{number}{OF}", Everyone(), Everyone(), Keep(1, None, typed_value(value)))
        for number, value in enumerate(_values(formulas))
        if not isinstance(value, ContactColumn)
    ]
    referred = {part.id for part in walk([base, *formulas]) if isinstance(part, InSegment)}
    meanings += [Meaning(id_, Everyone(), as_list(id_)) for id_ in sorted(referred)]
    return make_plan(meanings, catalog, clock)


def as_list(segment: str) -> InList:
    """The members of a segment, as a list that nobody can have named so."""
    return InList(f"{OF}{segment}")


def listed_segment(asked: InList) -> str | None:
    """The segment that a list stands for; None where it is a list of its own."""
    return asked.name.removeprefix(OF) if asked.name.startswith(OF) else None


def _values(formulas: Iterable[Formula]) -> list[Value]:
    """Every value that is compared, each once."""
    return list(dict.fromkeys(value for formula in formulas for value in compared(formula)))


# --- one contact ---------------------------------------------------------------------------------------------------------


def judge(
    formulas: Sequence[Formula], plan: Plan, part: BucketPart, position: int, decided: Decided
) -> list[Judged] | None:
    """Each formula's verdict and values for the live contact at a position; None where no live contact is there.

    `plan`: that of `questions`. The part must hold all rows of the position.
    """
    if not part.identity().live[position]:
        return None
    one = _OneContact(part, position, decided.segments)
    program = compile_program(plan)
    asked = _Asked(LocalBuckets(program, lambda: [one]))
    cuts = find_cuts(plan, program, asked, Cuts(_known(program, decided.quantiles)))
    answers = evaluate_bucket(program, one, cuts, plan.last_stage)
    inside = dict(zip(answers.segments, answers.members.tolist(), strict=True))
    values: dict[Value, Seen] = {}
    for number, value in enumerate(_values(formulas)):
        values[value] = (
            seen_in_rows(value, one.rows(value.source), position, plan.clock)
            if isinstance(value, ContactColumn)
            else seen_in(value, asked.keeps[f"{number}{OF}"], one.rows, plan.clock, answers.errors)
        )
    return [
        Judged(_verdict(inside[f"{number}{YES}"], inside[f"{number}{NO}"]), tuple(values[v] for v in compared(formula)))
        for number, formula in enumerate(formulas)
    ]


def _verdict(true: int, false: int) -> Verdict:
    return "true" if true else "false" if false else "unknown"


def _known(program: Program, quantiles: Mapping[Quantile, tuple[Number, ...]]) -> dict[int, tuple[Number, ...]]:
    return {number: quantiles[quantile] for number, quantile in enumerate(program.quantiles) if quantile in quantiles}


@dataclass(frozen=True, eq=False)
class _Asked:
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

    def in_list(self, wanted: InList) -> NDArray[np.bool_]:
        segment = listed_segment(wanted)
        if segment is None:
            return self.part.in_list(wanted)
        return np.full(self.part.identity().width, self.segments[segment], np.bool_)


# --- everybody -----------------------------------------------------------------------------------------------------------


def census(plan: Plan, formulas: int, buckets: Callable[[], Iterable[BucketData]]) -> list[Census]:
    """For so many formulas of a plan of `questions` how many contacts each is true and false for.

    `buckets` is asked once for each stage; what a computed column cannot hold counts as missing.
    """
    kept = [meaning for meaning in plan.segments if not meaning.id.endswith(OF)]
    plan = make_plan(kept, plan.catalog, plan.clock)
    program = compile_program(plan)
    cuts = find_cuts(plan, program, LocalBuckets(program, buckets))
    totals = dict.fromkeys(program.segments, 0)
    for bucket in buckets():
        answers = evaluate_bucket(program, bucket, cuts, plan.last_stage)
        for segment, members in zip(answers.segments, answers.members.tolist(), strict=True):
            totals[segment] += members
    return [Census(totals[f"{number}{YES}"], totals[f"{number}{NO}"]) for number in range(formulas)]
