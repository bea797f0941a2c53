"""Which conditions of a formula hang on something sensitive, and what the formula would be without knowing them.

Sensitive is a condition over a column that the catalog calls so (its own, one it is derived or computed from, one of a
lookup or on the way to it), and one over a segment or list that is made with such a column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from jobs.catalog.model import Catalog, Source
from jobs.language import atoms
from jobs.language.bound import sensitive_on
from jobs.plan.atom_parts import Atom, parts, row_parts

NOBODY = atoms.NotOf(atoms.Everyone())


@dataclass(frozen=True, eq=False)
class Sensitive:
    """What is sensitive beside the columns of the catalog: ids of segments, and lists as specs name them."""

    catalog: Catalog
    segments: frozenset[str] = frozenset()
    lists: frozenset[atoms.InList] = frozenset()

    def decides(self, formula: atoms.Formula) -> bool:
        """Whether anything in a formula is sensitive."""
        return any(self._is(part, source) for source, part in self._walk(formula))

    def without(self, formula: atoms.Formula) -> tuple[atoms.Formula, atoms.Formula]:
        """The formula if its sensitive conditions held for nobody, and if they held for everybody.

        `all` and `any` keep their children's order and `not` turns it round, so whoever the first is true for, the formula
        is true for, and whoever the formula is true for, the second is.
        """
        match formula:
            case atoms.AllOf(children):
                both = [self.without(child) for child in children]
                return atoms.AllOf(tuple(least for least, _ in both)), atoms.AllOf(tuple(most for _, most in both))
            case atoms.AnyOf(children):
                both = [self.without(child) for child in children]
                return atoms.AnyOf(tuple(least for least, _ in both)), atoms.AnyOf(tuple(most for _, most in both))
            case atoms.NotOf(child):
                least, most = self.without(child)
                return atoms.NotOf(most), atoms.NotOf(least)
            case (
                atoms.Everyone()
                | atoms.Compare()
                | atoms.Pair()
                | atoms.Chain()
                | atoms.InSegment()
                | atoms.InList()
                | atoms.Sample() as condition
            ):
                return (NOBODY, atoms.Everyone()) if self.decides(condition) else (condition, condition)
            case _:
                assert_never(formula)

    def _is(self, part: Atom, source: Source | None) -> bool:
        sources = self.catalog.sources
        match part:
            case atoms.InSegment(id_):
                return id_ in self.segments
            case atoms.InList():
                return part in self.lists
            case atoms.ContactColumn(name, path):
                return self._on(sources[name], path)
            case atoms.RowColumn(path):
                assert source is not None, "a row's column stands inside a question about rows"
                return self._on(source, path)
            case atoms.Computed(name, column) if name in sources:
                return sources[name].columns[column].sensitive
            case _:
                return False

    def _on(self, source: Source, path: str) -> bool:
        column = self.catalog.row_column(source, path)
        assert column is not None, f"{source.name}.{path} is bound and not in the catalog"
        return bool(sensitive_on(self.catalog, column))

    def _walk(self, formula: atoms.Formula) -> Iterator[tuple[Source | None, Atom]]:
        """Every part with the source over whose rows it stands; None for what is asked of the contact."""
        seen: set[tuple[str, Atom]] = set()
        waiting: list[tuple[str, Atom]] = [("", formula)]
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                name, part = place
                yield self.catalog.sources.get(name), part
                waiting += [(name, inside) for inside in parts(part)]
                waiting += row_parts(part)
