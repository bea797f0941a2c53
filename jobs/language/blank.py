"""Nobody by accident: would a contact about whom nothing is known be a member?

The only place of this room that evaluates anything, and it does so for one contact without any data. The answer is a set
of verdicts, because two things are open when a spec is checked: how a sample falls, and when as_of will be. Every way a
sample may fall is tried (a seed's cells are independent of each other seed's); what depends on as_of may go either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod
from typing import assert_never

from jobs.catalog.exact import calculated
from jobs.language import atoms
from jobs.language.blank_values import Known, compare_known, rounded, tested

Kleene = bool | None
KleeneSet = frozenset[Kleene]
Fall = Mapping[str, Decimal]
"""For each seed one place between 0 and 100 where the blank contact falls."""

TRUE: KleeneSet = frozenset({True})
FALSE: KleeneSet = frozenset({False})
EITHER: KleeneSet = frozenset({True, False})

FALLS_TRIED = 4_096
"""Beyond it a sample is taken to fall either way at each place where it stands, which can only refuse more."""


@dataclass
class BlankContact:
    """The blank contact's verdicts over segments, which are added in dependency order."""

    meanings: dict[str, atoms.Meaning] = field(default_factory=dict[str, atoms.Meaning])
    _settled: dict[str, KleeneSet] = field(default_factory=dict[str, KleeneSet])
    """Members whatever the samples do: nothing random is below them."""
    _samples: dict[str, frozenset[atoms.Sample]] = field(default_factory=dict[str, "frozenset[atoms.Sample]"])

    def add(self, meaning: atoms.Meaning) -> bool:
        """Takes the segment in; whether its `where` may be true for the blank contact."""
        self.meanings[meaning.id] = meaning
        parts = list(formulas((meaning.base, meaning.where)))
        below = {part.id for part in parts if isinstance(part, atoms.InSegment)}
        samples = frozenset(part for part in parts if isinstance(part, atoms.Sample)).union(
            *map(self._samples_of, below)
        )
        self._samples[meaning.id] = samples
        if not samples:
            verdicts = _Fallen({}, self._settled).formula(meaning.where)
            self._settled[meaning.id] = self._member(_Fallen({}, self._settled), meaning)
            return True in verdicts
        return any(True in self._where(meaning, fall) for fall in falls(samples))

    def _samples_of(self, id_: str) -> frozenset[atoms.Sample]:
        return self._samples[id_]

    def _where(self, meaning: atoms.Meaning, fall: Fall) -> KleeneSet:
        """The verdict of `where` when samples fall so, the segments below it first."""
        below = dict(self._settled)
        fallen = _Fallen(fall, below)
        for id_ in self._unsettled_below(meaning):
            below[id_] = self._member(fallen, self.meanings[id_])
        return fallen.formula(meaning.where)

    def _unsettled_below(self, meaning: atoms.Meaning) -> list[str]:
        """The segments it reaches through which something random comes, in the order in which they were added."""
        reached: set[str] = set()
        waiting = [meaning]
        while waiting:
            at = waiting.pop()
            for part in formulas((at.base, at.where)):
                if isinstance(part, atoms.InSegment) and part.id not in reached and part.id not in self._settled:
                    reached.add(part.id)
                    waiting.append(self.meanings[part.id])
        return [id_ for id_ in self.meanings if id_ in reached]

    @staticmethod
    def _member(fallen: _Fallen, meaning: atoms.Meaning) -> KleeneSet:
        """A segment's own membership is never unknown; its keep is taken as keeping."""
        both = fallen.formula(atoms.AllOf((meaning.base, meaning.where)))
        return frozenset(verdict is True for verdict in both)


class BlankVerdicts:
    """What the blank contact's verdict on conditions may be that hold neither samples nor segments."""

    def __init__(self) -> None:
        self._fallen = _Fallen({}, {})

    def of(self, formula: atoms.Formula) -> KleeneSet:
        return self._fallen.formula(formula)


def falls(samples: Iterable[atoms.Sample]) -> Iterator[Fall]:
    """Every way to fall that makes a difference; one empty way when there are too many."""
    ends: dict[str, set[Decimal]] = {}
    for sample in samples:
        ends.setdefault(sample.seed, {Decimal(0)}).update({sample.low, sample.high})
    cells = [[(seed, low) for low in sorted(lows) if low < 100] for seed, lows in sorted(ends.items())]
    if prod(map(len, cells)) > FALLS_TRIED:
        yield {}
        return
    for chosen in product(*cells):
        yield dict(chosen)


def formulas(starts: Iterable[atoms.Formula]) -> Iterator[atoms.Formula]:
    """All formulas over contacts inside, computed columns left out: they hold neither segments nor samples."""
    waiting = list(starts)
    while waiting:
        formula = waiting.pop()
        yield formula
        match formula:
            case atoms.AllOf(children) | atoms.AnyOf(children):
                waiting += children
            case atoms.NotOf(child):
                waiting.append(child)
            case (
                atoms.Everyone()
                | atoms.Compare()
                | atoms.Pair()
                | atoms.Chain()
                | atoms.InSegment()
                | atoms.InList()
                | atoms.Sample()
            ):
                pass
            case _:
                assert_never(formula)


@dataclass
class _Fallen:
    """Verdicts and values of the blank contact when samples fall one way."""

    fall: Fall
    segments: Mapping[str, KleeneSet]
    _computed: dict[atoms.Computed, frozenset[Known]] = field(default_factory=dict[atoms.Computed, "frozenset[Known]"])

    def formula(self, formula: atoms.Formula) -> KleeneSet:
        match formula:
            case atoms.AllOf(children):
                return reduce(_and, map(self.formula, children))
            case atoms.AnyOf(children):
                return _not(reduce(_and, (_not(self.formula(child)) for child in children)))
            case atoms.NotOf(child):
                return _not(self.formula(child))
            case atoms.Everyone():
                return TRUE
            case atoms.Compare(value, test):
                return frozenset(verdict for possible in self.value(value) for verdict in tested(possible, test))
            case atoms.Pair(left, comparison, right):
                pairs = product(self.value(left), self.value(right))
                return frozenset(v for first, second in pairs for v in compare_known(first, comparison, second))
            # A contact about whom nothing is known did nothing and stands on no list, so both are known to be false.
            case atoms.Chain() | atoms.InList():
                return FALSE
            case atoms.InSegment(id_):
                return self.segments[id_]
            case atoms.Sample(low, high, seed):
                # An id is all that such a contact has, and a sample asks for nothing else: it may fall either way.
                return EITHER if seed not in self.fall else frozenset({low <= self.fall[seed] < high})
            case _:
                assert_never(formula)

    def value(self, value: atoms.Value) -> frozenset[Known]:
        match value:
            case atoms.RowColumn() | atoms.ContactColumn():
                return frozenset({None})
            case atoms.Aggregate(function=function):
                # Who has no rows bought nothing, and that is known; what an average or a first order would be is not.
                return frozenset({Fraction(0) if function in ("count", "days", "distinct", "sum") else None})
            case atoms.GroupCount():
                return frozenset({Fraction(0)})
            case atoms.Arithmetic(operator, operands):
                several = [{Fraction(o)} if isinstance(o, Decimal) else self.value(o) for o in operands]
                return frozenset(
                    calculated(operator, [_number(operand) for operand in chosen]) for chosen in product(*several)
                )
            case atoms.Cases(cases):
                return frozenset(self._cases(cases))
            case atoms.Quantile(inner):
                # A value that a contact without data has (0 orders) is taken for the lowest there is: the first group.
                return frozenset(None if possible is None else Fraction(1) for possible in self.value(inner))
            case atoms.Computed():
                if value not in self._computed:
                    self._computed[value] = frozenset(
                        rounded(possible, value.type) for possible in self.value(value.value)
                    )
                return self._computed[value]
            case _:
                assert_never(value)

    def _cases(self, cases: tuple[atoms.Case, ...]) -> Iterator[Known]:
        for case in cases:
            verdicts = self.formula(case.when)
            if True in verdicts:
                yield Fraction(case.value) if isinstance(case.value, int | Decimal | float) else case.value
            if verdicts == TRUE:
                return
        yield None


def _number(value: Known) -> Fraction | None:
    return value if isinstance(value, Fraction) else None


def _and(left_verdicts: KleeneSet, right_verdicts: KleeneSet) -> KleeneSet:
    return frozenset(_both(left, right) for left in left_verdicts for right in right_verdicts)


def _both(left: Kleene, right: Kleene) -> Kleene:
    if left is False or right is False:
        return False
    return True if left and right else None


def _not(verdicts: KleeneSet) -> KleeneSet:
    return frozenset(None if verdict is None else not verdict for verdict in verdicts)
