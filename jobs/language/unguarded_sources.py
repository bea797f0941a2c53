"""Sources whose rows keep contacts out of a segment, and whose gates do not say how many rows may name nobody.

A row that names nobody (its id was exported as a number) keeps nobody out, and is only counted: whoever it was meant for
becomes a member. So a source is asked for that gate where a contact without any row of it is a member because of that:
under `not`, counted `at_most`, in an `absent` step, `is_empty`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from jobs.catalog.model import Catalog
from jobs.language import atoms
from jobs.language.blank import TRUE, BlankVerdicts
from jobs.language.children import ConditionOfSeveral
from jobs.language.condition import Condition
from jobs.language.definitions import Spec
from jobs.language.not_of import NotCondition


class UnguardedSources:
    """Of the specs of one folder, each with the segments that it refers to."""

    def __init__(self, catalog: Catalog, specs: Mapping[str, Spec]) -> None:
        self._unguarded = {
            source.name
            for source in catalog.sources.values()
            if source.has_contacts and not source.is_contacts and source.gates.unknown_contacts_at_most is None
        }
        self._specs = specs
        self._blank = BlankVerdicts()
        self._denied: dict[str, frozenset[str]] = {}

    def of(self, spec: Spec) -> dict[str, str]:
        """The unguarded sources that keep contacts out of a segment, each with the first place where one does."""
        places: dict[str, str] = {}
        for condition, negated in _leaves(spec.where):
            for source in self._excluding(condition.lower(), negated):
                places.setdefault(source, condition.pointer)
        return places

    def _excluding(self, formula: atoms.Formula, negated: bool, settled: bool = False) -> set[str]:
        """`settled`: of a segment's members, where unknown is no. Sources by whose rows the formula, or its `not`, fails."""
        match formula:
            case atoms.AllOf(children) | atoms.AnyOf(children):
                return {name for child in children for name in self._excluding(child, negated, settled)}
            case atoms.NotOf(child):
                return self._excluding(child, not negated, settled)
            case atoms.Compare(value):
                return self._among(_sources(value)) if self._holds_without_rows(formula, negated, settled) else set()
            case atoms.Chain(steps):
                return self._among(step.source for step in steps if step.absent != negated)
            case atoms.InSegment(id_):
                return set(self._kept_out_by(id_)) if negated else set()
            case atoms.Pair() | atoms.InList() | atoms.Sample() | atoms.Everyone():
                return set()
            case _:
                assert_never(formula)

    def _among(self, sources: Iterable[str]) -> set[str]:
        return self._unguarded.intersection(sources)

    def _holds_without_rows(self, formula: atoms.Compare, negated: bool, settled: bool) -> bool:
        verdicts = self._blank.of(formula)
        if settled:
            return verdicts != TRUE if negated else True in verdicts
        return (not negated) in verdicts

    def _kept_out_by(self, id_: str) -> frozenset[str]:
        """What makes somebody a member of the segment, so that its `not` fails."""
        if id_ not in self._denied:
            meaning = self._specs[id_].meaning()
            parts = (meaning.base, meaning.where)
            self._denied[id_] = frozenset(name for part in parts for name in self._excluding(part, True, True))
        return self._denied[id_]


def _leaves(condition: Condition, negated: bool = False) -> Iterator[tuple[Condition, bool]]:
    """The conditions that stand for themselves, and whether a `not` denies each."""
    match condition:
        case ConditionOfSeveral(children=children):
            for child in children:
                yield from _leaves(child, negated)
        case NotCondition(child=child):
            yield from _leaves(child, not negated)
        case _:
            yield condition, negated


def _sources(value: atoms.Value | object) -> Iterator[str]:
    """The sources whose rows a value is made of, those under its cases' conditions as well."""
    match value:
        case atoms.ContactColumn(source=source):
            yield source
        case atoms.Aggregate(rows=rows) | atoms.GroupCount(rows=rows):
            yield rows.source
        case atoms.Arithmetic(operands=operands):
            for operand in operands:
                yield from _sources(operand)
        case atoms.Quantile(value=inner) | atoms.Computed(value=inner) | atoms.Compare(value=inner):
            yield from _sources(inner)
        case atoms.Cases(cases=cases):
            for case in cases:
                yield from _sources(case.when)
        case atoms.AllOf(children) | atoms.AnyOf(children):
            for child in children:
                yield from _sources(child)
        case atoms.NotOf(child):
            yield from _sources(child)
        case atoms.Chain(steps):
            yield from (step.source for step in steps)
        case _:
            pass
