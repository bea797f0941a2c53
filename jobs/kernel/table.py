"""The rows of one source at work: columns by path, conditions on rows, selections, and the index by code.

Where several conditions test a column of words, its rows are sorted by code once; such a condition is then a few slices of
that index, each still in time order, and no condition looks at rows that it does not want.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import TIMESTAMP, WORDS
from jobs.kernel.columns import taken
from jobs.kernel.compiled import Loops
from jobs.kernel.instructions import (
    KernelTest,
    Operand,
    RowAll,
    RowAny,
    RowFormula,
    RowNot,
    RowPair,
    RowTest,
    Window,
)
from jobs.kernel.localtime import LocalTime
from jobs.kernel.predicates import Bools, compare, holds
from jobs.kernel.program import SourceShape
from jobs.kernel.rows import RowBlock, Vector
from jobs.language.atoms import Missing

WORTH_AN_INDEX = 3
"""Conditions on one column from which sorting its rows (about two looks at each) pays."""

Rows = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Picked:
    """Row numbers, ascending within each segment `starts[s]` up to `stops[s]`, and their positions."""

    rows: Rows
    position: NDArray[np.int32]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]

    def flat(self) -> tuple[Rows, NDArray[np.int32]]:
        """All rows in time order, and their positions."""
        if self.starts.size == 1:
            part = slice(int(self.starts[0]), int(self.stops[0]))
            return self.rows[part], self.position[part]
        rows = _slices(self.rows, self.starts, self.stops)
        order = np.argsort(rows, kind="stable")
        return rows[order], _slices(self.position, self.starts, self.stops)[order]


def _slices(array: NDArray[np.int32], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> NDArray[np.int32]:
    parts = [array[start:stop] for start, stop in zip(starts, stops, strict=True)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


def whole(rows: Rows, position: NDArray[np.int32]) -> Picked:
    return Picked(rows, position, np.zeros(1, np.int64), np.array([rows.size], np.int64))


@dataclass(frozen=True, eq=False)
class Index:
    """Rows by code: those of code c from `begins[c + 1]` up to `begins[c + 2]`, missing ones first."""

    rows: Rows
    position: NDArray[np.int32]
    begins: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Truth:
    """A condition over some rows."""

    true: Bools
    known: Bools


class RowTable:
    """A block of rows. `contact` gives the values of contacts by number, for conditions that compare with one."""

    def __init__(
        self, block: RowBlock, shape: SourceShape, local: LocalTime, contact: Callable[[int], Vector], loops: Loops
    ) -> None:
        self.block = block
        self.shape = shape
        self.local = local
        self.loops = loops
        self.size = block.position.size
        self._contact = contact
        self._everything = whole(np.arange(self.size, dtype=np.int32), block.position)
        self._indexes: dict[str, Index] = {}
        self._worth: frozenset[str] = frozenset()
        self._codes: dict[str, tuple[NDArray[np.int32], int]] = {}

    # --- columns

    def column(self, path: str) -> Vector:
        if self.shape.timed and path == self.shape.time:
            return Vector(TIMESTAMP, self.instants, np.ones(self.size, np.bool_))
        return self.block.columns[path]

    @property
    def instants(self) -> NDArray[np.int64]:
        """When each row happened; rows of related sources all at once."""
        return np.zeros(self.size, np.int64) if self.block.time is None else self.block.time

    def codes(self, path: str) -> tuple[NDArray[np.int32], int]:
        """A code for each row, equal where the values are, in the values' order, -1 missing; and how many there are."""
        if path not in self._codes:
            self._codes[path] = dense_codes(self.column(path))
        return self._codes[path]

    def days(self) -> tuple[NDArray[np.int32], int]:
        """A code for each local day that has rows."""
        days = self.local.days(self.instants)
        new = np.empty(self.size, np.bool_)
        new[:1] = True
        new[1:] = days[1:] != days[:-1]
        codes = np.cumsum(new, dtype=np.int32) - np.int32(1)
        return codes, int(codes[-1]) + 1 if self.size else 0

    def rows_from(self, windows: Sequence[Window]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each window the first row in it, and the first after it (never before the first)."""
        time = self.block.time
        low = np.array(
            [0 if w.low is None or time is None else np.searchsorted(time, w.low) for w in windows], np.int64
        )
        high = np.array(
            [self.size if w.high is None or time is None else np.searchsorted(time, w.high) for w in windows], np.int64
        )
        return low, np.maximum(low, high)

    # --- selections

    def expect(self, conditions: Iterable[RowFormula | None]) -> None:
        """Says what will be asked, so that columns which many conditions test get an index."""
        paths = Counter(path for where in conditions for path in map(words_path, conjuncts(where)) if path)
        self._worth = frozenset(path for path, times in paths.items() if times >= WORTH_AN_INDEX)

    def pick(self, where: RowFormula | None) -> Picked:
        """The rows for which the condition is true (unknown is not true)."""
        if where is None:
            return self._everything
        parts = conjuncts(where)
        indexed = [part for part in parts if words_path(part) in self._worth]
        if not indexed:
            return self._narrowed(self._everything, parts)
        found = [self._slice(part) for part in indexed]
        best = min(range(len(found)), key=lambda at: int((found[at].stops - found[at].starts).sum()))
        others = [part for part in parts if part is not indexed[best]]
        return self._narrowed(found[best], others) if others else found[best]

    def _narrowed(self, picked: Picked, conditions: Sequence[RowFormula]) -> Picked:
        rows, position = picked.flat()
        for condition in conditions:
            everything = rows.size == self.size
            true = self._truth(condition, None if everything else rows).true
            chosen = np.flatnonzero(true)
            rows, position = rows[chosen], position[chosen]
        return whole(rows, position)

    def _slice(self, condition: RowFormula) -> Picked:
        path = words_path(condition)
        index = self._index(path)
        column = self.column(path)
        codes = np.append(np.arange(len(column.dictionary), dtype=np.int32), np.int32(-1))
        sample = Vector(column.type, codes, codes >= 0, column.dictionary)
        wanted = codes[truth(condition, lambda _: sample, self.local).true] + 1
        starts, stops = index.begins[wanted], index.begins[wanted + 1]
        filled = starts < stops
        return Picked(index.rows, index.position, starts[filled], stops[filled])

    def _index(self, path: str) -> Index:
        if path not in self._indexes:
            column = self.column(path)
            kinds = len(column.dictionary)
            self._indexes[path] = Index(*self.loops.counting_sort(column.values, self.block.position, kinds))
        return self._indexes[path]

    def _truth(self, condition: RowFormula, rows: Rows | None) -> Truth:
        def value(operand: Operand) -> Vector:
            if operand.contact >= 0:
                position = self.block.position if rows is None else self.block.position[rows]
                return taken(self._contact(operand.contact), position)
            column = self.column(operand.path)
            return column if rows is None else taken(column, rows)

        return truth(condition, value, self.local)


def dense_codes(vector: Vector) -> tuple[NDArray[np.int32], int]:
    """Codes in the order of the values, -1 where missing, and how many distinct ones there can be."""
    if vector.type.name in WORDS:
        return vector.values.astype(np.int32, copy=False), len(vector.dictionary)
    distinct, places = np.unique(vector.values[vector.known], return_inverse=True)
    codes = np.full(vector.values.size, -1, np.int32)
    codes[vector.known] = places
    return codes, distinct.size


def conjuncts(where: RowFormula | None) -> tuple[RowFormula, ...]:
    """The conditions that must all be true."""
    match where:
        case None:
            return ()
        case RowAll(children):
            return tuple(part for child in children for part in conjuncts(child))
        case _:
            return (where,)


def words_path(condition: RowFormula) -> str:
    """The one column of words that a condition is about; "" if it is about anything else too."""
    paths = _paths(condition)
    return paths.pop() if len(paths) == 1 else ""


def _paths(condition: RowFormula) -> set[str]:
    match condition:
        case RowAll(children) | RowAny(children):
            return {path for child in children for path in _paths(child)}
        case RowNot(child):
            return _paths(child)
        case RowTest(operand) if operand.contact < 0 and operand.type.name in WORDS:
            return {operand.path}
        case RowTest() | RowPair():
            return {"", "two"}  # never one


def truth(condition: RowFormula, value: Callable[[Operand], Vector], local: LocalTime) -> Truth:
    """Kleene's tables over rows; false is known and not true."""
    match condition:
        case RowAll(children):
            parts = [truth(child, value, local) for child in children]
            true: Bools = np.logical_and.reduce([part.true for part in parts])
            false: Bools = np.logical_or.reduce([part.known & ~part.true for part in parts])
            return Truth(true, true | false)
        case RowAny(children):
            parts = [truth(child, value, local) for child in children]
            true = np.logical_or.reduce([part.true for part in parts])
            false = np.logical_and.reduce([part.known & ~part.true for part in parts])
            return Truth(true, true | false)
        case RowNot(child):
            part = truth(child, value, local)
            return Truth(part.known & ~part.true, part.known)
        case RowTest(operand, test):
            vector = value(operand)
            true = holds(vector, test, local)
            return Truth(true, np.ones(true.size, np.bool_) if never_unknown(test) else vector.known)
        case RowPair(left, comparison, right):
            one, other = value(left), value(right)
            return Truth(compare(one, comparison, other), one.known & other.known)


def never_unknown(test: KernelTest) -> bool:
    return isinstance(test, Missing)
