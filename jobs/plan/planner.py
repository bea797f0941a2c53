"""Makes the plan of a run: resolves every meaning, orders references, finds stages, columns and lists.

A stage is one pass over the tiles. A quantile's cut needs a pass that gives the counts of its values, and so does a
keep's; what uses them waits for the next pass. Segments of one level share a pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from jobs.catalog.model import Catalog
from jobs.language import atoms
from jobs.plan.atom_parts import Atom, parts, roots, row_parts, sources_read, walk
from jobs.plan.resolution import Resolver
from jobs.plan.run_plan import AS_WRITTEN, Clock, Plan, Stage
from jobs.plan.times import keep_cut_us


def make_plan(meanings: Iterable[atoms.Meaning], catalog: Catalog, clock: Clock, decided: Iterable[str] = ()) -> Plan:
    """The plan for these segments; every segment that one refers to must be among them or `decided`, without a cycle."""
    resolver = Resolver(clock, catalog)
    decided = tuple(sorted(decided))
    segments = tuple(resolver.meaning(meaning) for meaning in in_order(list(meanings), decided))
    everything = list(walk(root for meaning in segments for root in roots(meaning)))
    return Plan(
        clock=clock,
        catalog=catalog,
        segments=segments,
        stages=_stages(segments, decided),
        columns=_columns(everything, catalog),
        keep_cut_us={s.name: keep_cut_us(s.keep, clock) for s in catalog.sources.values() if s.keep is not None},
        lists=tuple(sorted((part for part in everything if isinstance(part, atoms.InList)), key=str)),
        decided=decided,
    )


def in_order(meanings: Sequence[atoms.Meaning], decided: Collection[str] = ()) -> list[atoms.Meaning]:
    """Referenced segments first, but those `decided`; otherwise by id, so that equal inputs give equal plans."""
    by_id = {meaning.id: meaning for meaning in sorted(meanings, key=lambda meaning: meaning.id)}
    refers = {meaning.id: [id_ for id_ in references(meaning) if id_ not in decided] for meaning in meanings}
    ordered: dict[str, atoms.Meaning] = {}
    for first in by_id:
        waiting = [first]
        while waiting:
            at = waiting[-1]
            missing = [id_ for id_ in refers[at] if id_ not in ordered]
            if not missing:
                ordered[at] = by_id[at]
                waiting.pop()
            else:
                assert missing[0] not in waiting, "a cycle of segments reached the plan"
                waiting.append(missing[0])
    return list(ordered.values())


def with_references(id_: str, meanings: Mapping[str, atoms.Meaning]) -> list[atoms.Meaning]:
    """A segment and every one it refers to, directly or not."""
    reached: dict[str, atoms.Meaning] = {}
    waiting = [id_]
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached[at] = meanings[at]
            waiting += references(meanings[at])
    return list(reached.values())


def references(meaning: atoms.Meaning) -> list[str]:
    """Ids of the segments a segment refers to, sorted."""
    return sorted({part.id for part in walk(roots(meaning)) if isinstance(part, atoms.InSegment)})


class _Levels:
    """In which pass something can be answered first."""

    def __init__(self, decided: Iterable[str]) -> None:
        self.segments: dict[str, int] = {}
        self._decided = frozenset(decided)
        self._parts: dict[Atom, int] = {}

    def of(self, part: Atom) -> int:
        level = self._parts.get(part)
        if level is None:
            inner = (*parts(part), *(inner for _, inner in row_parts(part)))
            inside = max(map(self.of, inner), default=0)
            # A decided segment costs no pass: a run has said who is in it, whatever it was made of.
            if isinstance(part, atoms.InSegment) and part.id not in self._decided:
                inside = self.segments[part.id]
            level = self._parts[part] = inside + isinstance(part, atoms.Quantile)
        return level


def _stages(segments: Sequence[atoms.Meaning], decided: Iterable[str]) -> tuple[Stage, ...]:
    levels = _Levels(decided)
    keeps: dict[str, int] = {}
    for meaning in segments:
        level = max(map(levels.of, roots(meaning)))
        if meaning.keep is not None:
            keeps[meaning.id] = level
        # Who refers to a kept segment means its members after the cut, which only the next pass knows.
        levels.segments[meaning.id] = level + (meaning.keep is not None)
    quantiles = {
        part: levels.of(part) - 1
        for part in walk(root for meaning in segments for root in roots(meaning))
        if isinstance(part, atoms.Quantile)
    }
    last = max(levels.segments.values(), default=0)
    return tuple(
        Stage(
            quantiles=tuple(sorted((q for q, level in quantiles.items() if level == number), key=repr)),
            keeps=tuple(id_ for id_, level in keeps.items() if level == number),
            segments=tuple(id_ for id_, level in levels.segments.items() if level == number),
        )
        for number in range(last + 1)
    )


def _columns(everything: Iterable[Atom], catalog: Catalog) -> dict[str, frozenset[str]]:
    """Paths by source. A source that is only counted has an empty set; contacts always stand here."""
    needed: dict[str, set[str]] = {catalog.contacts.name: set()}
    for part in everything:
        for source in sources_read(part):
            needed.setdefault(source, set())
        if isinstance(part, atoms.ContactColumn):
            needed[part.source].add(part.path)
        for source, inside in row_parts(part):
            # A contact's value in a row's condition may be an aggregate: the rows inside it are another source's.
            names = (column.path for column in walk([inside], rows=False) if isinstance(column, atoms.RowColumn))
            needed[source].update(name for name in names if name != catalog.sources[source].time)
        for source, path in as_written(part):
            needed.setdefault(source, set()).add(path + AS_WRITTEN)
    return {source: frozenset(paths) for source, paths in needed.items()}


def as_written(part: Atom) -> Iterator[tuple[str, str]]:
    """(source, path) of folded text that a part compares without folding it.

    Under `same`, where the earlier step's column does not fold; and a computed column that does not fold, of the latest
    value of one that does.
    """
    match part:
        case atoms.Chain(steps):
            for step in steps:
                yield from ((step.source, at.path) for before, at in step.same if at.type.fold and not before.type.fold)
        case atoms.Computed(type=kind, value=atoms.Aggregate(rows, "latest", of)):
            if of is not None and of.type.fold and not kind.fold:
                yield rows.source, of.path
        case (
            atoms.AllOf() | atoms.AnyOf() | atoms.NotOf() | atoms.Everyone() | atoms.Compare() | atoms.Pair()
            | atoms.InSegment() | atoms.InList() | atoms.Sample() | atoms.RowColumn() | atoms.ContactColumn()
            | atoms.Aggregate() | atoms.GroupCount() | atoms.Arithmetic() | atoms.Cases() | atoms.Quantile()
            | atoms.Computed()
        ):  # fmt: skip
            pass
        case _:
            assert_never(part)
