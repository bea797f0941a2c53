"""The rows of one source at work: columns by path, conditions on rows, selections, and the index by code.

Where several conditions test a column of words, its rows are sorted by code once; such a condition is then a few slices of
that index, each still in time order, and no condition looks at rows that it does not want.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import TIMESTAMP, WORDS
from jobs.kernel.columns import taken
from jobs.kernel.compiled import Loops
from jobs.kernel.exact import peak
from jobs.kernel.instructions import (
    Conjunct,
    KernelTest,
    Operand,
    Ranges,
    RowAll,
    RowAny,
    RowFormula,
    RowNot,
    RowPair,
    RowTest,
    Window,
)
from jobs.kernel.localtime import LocalTime
from jobs.kernel.predicates import FEW_SPANS, Bools, compare, holds, places, word_table
from jobs.kernel.program import SourceShape
from jobs.kernel.rows import RowBlock, Vector
from jobs.language.atoms import Missing, VersionSpans, Words

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
        ends = list(zip(self.starts.tolist(), self.stops.tolist(), strict=True))
        rows, position = _cut(self.rows, ends), _cut(self.position, ends)
        if len(ends) < 2:
            return rows, position
        order = np.argsort(rows, kind="stable")
        return rows[order], position[order]


def whole(rows: Rows, position: NDArray[np.int32]) -> Picked:
    return Picked(rows, position, np.zeros(1, np.int64), np.array([rows.size], np.int64))


@dataclass(frozen=True, eq=False)
class Index:
    """Rows by code: those of code c from `begins[c + 1]` up to `begins[c + 2]`, missing ones first."""

    rows: Rows
    position: NDArray[np.int32]
    begins: list[int]


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
        self._peaks: dict[str, int] = {}
        self._filled: dict[tuple[str, int | float], NDArray[Any]] = {}

    @cached_property
    def every_row(self) -> Bools:
        return np.ones(self.size, np.bool_)

    # --- columns

    def column(self, path: str) -> Vector:
        if self.shape.timed and path == self.shape.time:
            return Vector(TIMESTAMP, self.instants, self.every_row)
        return self.block.columns[path]

    @cached_property
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
        """For each window the first row in it, and the first after it; of an empty window twice the latter."""
        time = self.block.time
        low = np.array(
            [0 if w.low is None or time is None else np.searchsorted(time, w.low) for w in windows], np.int64
        )
        high = np.array(
            [self.size if w.high is None or time is None else np.searchsorted(time, w.high) for w in windows], np.int64
        )
        return np.minimum(low, high), high

    def peak(self, path: str) -> int:
        """The largest magnitude in a column of whole numbers."""
        if path not in self._peaks:
            self._peaks[path] = peak(self.column(path).values)
        return self._peaks[path]

    def worst_filled(self, path: str, worst: int | float) -> NDArray[Any]:
        """A column's values (of no path: the instants) with `worst` where they are missing."""
        if not path:
            return self.instants
        column = self.column(path)
        key = (path, worst)
        if key not in self._filled:
            self._filled[key] = np.where(column.known, column.values, np.asarray(worst, column.values.dtype))
        return self._filled[key]

    # --- selections

    def expect(self, selections: Iterable[Sequence[Conjunct]]) -> None:
        """Says what will be asked, so that columns which many conditions test get an index."""
        paths = Counter(one.path for conditions in selections for one in conditions if one.path)
        self._worth = frozenset(path for path, times in paths.items() if times >= WORTH_AN_INDEX)

    def pick(self, conditions: Sequence[Conjunct], first: int, last: int) -> Picked:
        """The rows for which all conditions are true (unknown is not true); only `first` … `last` - 1 matter."""
        indexed = [one for one in conditions if one.path in self._worth]
        if indexed:
            return self._from_index(conditions, indexed, first, last)
        rows, position = self._everything.rows[first:last], self._everything.position[first:last]
        return self._narrowed(rows, position, sorted(conditions, key=lambda one: not is_ranges(one.condition)))

    def _from_index(self, conditions: Sequence[Conjunct], indexed: Sequence[Conjunct], first: int, last: int) -> Picked:
        """The rows of the condition that has the fewest, narrowed by the others."""
        found = [(one, self._index(one.path), self._slices(one)) for one in indexed]
        best, index, slices = min(found, key=lambda one: sum(stop - start for start, stop in one[2]))
        others = [one for one in conditions if one is not best]
        if not others:
            starts, stops = [start for start, _ in slices], [stop for _, stop in slices]
            return Picked(index.rows, index.position, np.array(starts, np.int64), np.array(stops, np.int64))
        edges = np.array([first, last], np.int32)  # of the rows' own type: else every search would copy them
        ends = [(start + index.rows[start:stop].searchsorted(edges)).tolist() for start, stop in slices]
        return self._narrowed(_cut(index.rows, ends), _cut(index.position, ends), others)

    def _narrowed(self, rows: Rows, position: NDArray[np.int32], conditions: Sequence[Conjunct]) -> Picked:
        """Of these rows those for which all conditions are true, one condition after the other."""
        for one in conditions:
            kept, at = np.empty(rows.size + 1, np.int32), np.empty(rows.size + 1, np.int32)
            if one.path:
                codes = self.column(one.path).values
                found = self.loops.narrow_codes(rows, position, codes, self._table(one), kept, at)
            elif is_ranges(one.condition):
                found = self.loops.narrow_ranges(rows, position, *self._ranges(one.condition), kept, at)
            else:
                chosen = np.flatnonzero(self._truth(one.condition, rows).true)
                found, kept, at = chosen.size, rows[chosen], position[chosen]
            rows, position = kept[:found], at[:found]
        return whole(rows, position)

    def _ranges(self, condition: RowFormula) -> tuple[NDArray[Any], Bools, NDArray[Any], NDArray[Any]]:
        assert isinstance(condition, RowTest)
        assert isinstance(condition.test, Ranges)
        column = self.column(condition.operand.path)
        low, high = (np.array(ends, column.values.dtype) for ends in (condition.test.low, condition.test.high))
        return column.values, column.known, low, high

    def _table(self, one: Conjunct) -> Bools:
        """A condition on one column of words, for each code; the last is for -1, missing."""
        column, condition = self.column(one.path), one.condition
        if isinstance(condition, RowTest) and isinstance(condition.test, (Words, VersionSpans)):
            return word_table(column.dictionary, condition.test)
        codes = np.append(np.arange(len(column.dictionary), dtype=np.int32), np.int32(-1))
        sample = Vector(column.type, codes, codes >= 0, column.dictionary)
        return truth(condition, lambda _: sample, self.local).true

    def _slices(self, one: Conjunct) -> list[tuple[int, int]]:
        """Where in the index the rows are that a condition on one column of words is true for."""
        dictionary, begins = self.column(one.path).dictionary, self._index(one.path).begins
        condition = one.condition
        if isinstance(condition, RowTest) and isinstance(condition.test, Words) and condition.test.operator == "in":
            codes = places(dictionary, condition.test.literals)
        else:
            codes = np.flatnonzero(self._table(one)).tolist()
        kinds = len(dictionary)
        found = [(begins[0], begins[1]) if code == kinds else (begins[code + 1], begins[code + 2]) for code in codes]
        return [(start, stop) for start, stop in found if start < stop]

    def _index(self, path: str) -> Index:
        if path not in self._indexes:
            column = self.column(path)
            kinds = len(column.dictionary)
            rows, position, begins = self.loops.counting_sort(column.values, self.block.position, kinds)
            self._indexes[path] = Index(rows, position, begins.tolist())
        return self._indexes[path]

    def _truth(self, condition: RowFormula, rows: Rows) -> Truth:
        def value(operand: Operand) -> Vector:
            if operand.contact >= 0:
                return taken(self._contact(operand.contact), self.block.position[rows])
            column = self.column(operand.path)
            return column if rows.size == self.size else taken(column, rows)

        return truth(condition, value, self.local)


def _cut(array: NDArray[np.int32], ends: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """These stretches of an array, one behind the other."""
    if len(ends) == 1:
        return array[ends[0][0] : ends[0][1]]
    parts = [array[start:stop] for start, stop in ends]
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)


def is_ranges(condition: RowFormula) -> bool:
    """Whether a condition is about numbers of the row itself, in few enough intervals to try each."""
    return (
        isinstance(condition, RowTest)
        and condition.operand.contact < 0
        and isinstance(condition.test, Ranges)
        and 0 < len(condition.test.low) <= FEW_SPANS
    )


def dense_codes(vector: Vector) -> tuple[NDArray[np.int32], int]:
    """Codes in the order of the values, -1 where missing, and how many distinct ones there can be."""
    if vector.type.name in WORDS:
        return vector.values.astype(np.int32, copy=False), len(vector.dictionary)
    distinct, places = np.unique(vector.values[vector.known], return_inverse=True)
    codes = np.full(vector.values.size, -1, np.int32)
    codes[vector.known] = places
    return codes, distinct.size


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
