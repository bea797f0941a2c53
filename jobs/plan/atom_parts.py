"""Everything that stands inside a formula or a value: one place that knows where atoms hold others.

`parts` gives the direct parts; `walk` all of them, the thing itself included, each distinct one once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import assert_never

from jobs.language import atoms

Atom = atoms.Formula | atoms.Value


def parts(part: Atom) -> Iterator[Atom]:
    """The formulas and values directly inside, those over a source's rows left out (see `row_parts`)."""
    match part:
        case atoms.AllOf(children) | atoms.AnyOf(children):
            yield from children
        case atoms.NotOf(child):
            yield child
        case atoms.Compare(value, _):
            yield value
        case atoms.Pair(left, _, right):
            yield left
            yield right
        case atoms.Arithmetic(_, operands):
            yield from (operand for operand in operands if not isinstance(operand, Decimal))
        case atoms.Cases(cases):
            yield from (case.when for case in cases)
        case atoms.Quantile(value, _) | atoms.Computed(value=value):
            yield value
        case (
            atoms.Everyone()
            | atoms.InSegment()
            | atoms.InList()
            | atoms.Sample()
            | atoms.Chain()
            | atoms.RowColumn()
            | atoms.ContactColumn()
            | atoms.Aggregate()
            | atoms.GroupCount()
        ):
            pass
        case _:
            assert_never(part)


def row_parts(part: Atom) -> Iterator[tuple[str, Atom]]:
    """(source, formula or column over that source's rows) for everything a part asks of rows."""
    match part:
        case atoms.Aggregate(rows, _, of):
            yield from ((rows.source, inside) for inside in (rows.where, of) if inside is not None)
        case atoms.GroupCount(rows, per, having):
            yield from ((rows.source, inside) for inside in (rows.where, *per) if inside is not None)
            if having is not None and having.of is not None:
                yield rows.source, having.of
        case atoms.Chain(steps):
            for before, step in zip((None, *steps), steps, strict=False):
                if step.where is not None:
                    yield step.source, step.where
                for earlier, later in step.same:
                    assert before is not None
                    yield before.source, earlier
                    yield step.source, later
        case (
            atoms.AllOf() | atoms.AnyOf() | atoms.NotOf() | atoms.Everyone() | atoms.Compare() | atoms.Pair()
            | atoms.InSegment() | atoms.InList() | atoms.Sample() | atoms.RowColumn() | atoms.ContactColumn()
            | atoms.Arithmetic() | atoms.Cases() | atoms.Quantile() | atoms.Computed()
        ):  # fmt: skip
            pass
        case _:
            assert_never(part)


def sources_read(part: Atom) -> Iterator[str]:
    """The sources whose rows a part reads itself."""
    match part:
        case atoms.ContactColumn(source):
            yield source
        case atoms.Aggregate(rows) | atoms.GroupCount(rows):
            yield rows.source
        case atoms.Chain(steps):
            yield from (step.source for step in steps)
        case (
            atoms.AllOf() | atoms.AnyOf() | atoms.NotOf() | atoms.Everyone() | atoms.Compare() | atoms.Pair()
            | atoms.InSegment() | atoms.InList() | atoms.Sample() | atoms.RowColumn() | atoms.Arithmetic() | atoms.Cases()
            | atoms.Quantile() | atoms.Computed()
        ):  # fmt: skip
            pass
        case _:
            assert_never(part)


def walk(starts: Iterable[Atom], rows: bool = True) -> Iterator[Atom]:
    """Every distinct part reachable, contact level and row level alike.

    `rows` False: only the level it starts at; what stands over the rows of aggregates and chains is left out.
    """
    seen: set[Atom] = set()
    waiting = list(starts)
    while waiting:
        part = waiting.pop()
        if part in seen:
            continue
        seen.add(part)
        yield part
        waiting += parts(part)
        if rows:
            waiting += (inside for _, inside in row_parts(part))


def roots(meaning: atoms.Meaning) -> list[Atom]:
    """What a segment is made of: its base, its condition, and what its keep orders by."""
    tops: list[Atom] = [meaning.base, meaning.where]
    if meaning.keep is not None and meaning.keep.by is not None:
        tops.append(meaning.keep.by)
    return tops
