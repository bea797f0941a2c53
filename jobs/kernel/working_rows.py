"""The rows of one source at work: columns by path, conditions on rows, selections.

Where several conditions test one column, its rows are sorted by code once (`row_index`), and no condition looks at rows
that it does not want.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import TIMESTAMP, WORDS
from jobs.kernel.bucket_rows import RowBlock, Vector
from jobs.kernel.compiled import Loops
from jobs.kernel.exact_arrays import peak
from jobs.kernel.instructions import TimeBounds
from jobs.kernel.localtime import LocalTime
from jobs.kernel.loops import ColumnArrays, Picked, Placed
from jobs.kernel.predicates import Bools, compare, holds, places, word_table
from jobs.kernel.program import SourceShape
from jobs.kernel.row_conditions import (
    Conjunct,
    KernelTest,
    Operand,
    RowAll,
    RowAny,
    RowFormula,
    RowNot,
    RowPair,
    RowTest,
)
from jobs.kernel.row_index import (
    Index,
    RowNumbers,
    Stretches,
    band_edges,
    band_index,
    cut,
    whole,
    word_index,
)
from jobs.kernel.vectors import taken
from jobs.language.atoms import Missing, VersionSpans, Words

WORTH_AN_INDEX = 3
"""Conditions on one column from which sorting its rows (about two looks at each) pays."""

MANY_SLICES = 64
"""A condition that is more slices of an index than this reads all rows instead: searching each for a window costs more."""


@dataclass(frozen=True, eq=False)
class Truth:
    """A condition over some rows."""

    true: Bools
    known: Bools


@dataclass(frozen=True, eq=False)
class WindowBounds:
    """The first row of each window and the first behind it, as arrays and as lists."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    lows: list[int]
    highs: list[int]


def window_bounds(low: NDArray[np.int64], high: NDArray[np.int64]) -> WindowBounds:
    return WindowBounds(low, high, low.tolist(), high.tolist())


@dataclass(frozen=True, eq=False)
class Filled:
    """Values with the worst of their type where they are missing; `ambiguous`: some value is as bad as that itself."""

    values: NDArray[Any]
    known: Bools
    ambiguous: bool


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
        self._everything = whole(np.arange(self.size, dtype=np.uint32), block.position.view(np.uint32))
        self._indexes: dict[str, Index] = {}
        self._expected: dict[str, list[Conjunct]] = {}
        self._codes: dict[str, tuple[NDArray[np.int32], int]] = {}
        self._peaks: dict[str, int] = {}
        self._filled: dict[tuple[str, int | float], Filled] = {}

    @cached_property
    def every_row(self) -> Bools:
        return np.ones(self.size, np.bool_)

    # --- columns

    def column(self, path: str) -> Vector:
        """A column by path; of no path, when each row happened."""
        if not path or (self.shape.timed and path == self.shape.time):
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

    def bounds(self, windows: Sequence[TimeBounds]) -> WindowBounds:
        """Where each window is; an empty one begins where it ends."""
        time = self.block.time
        high = np.array(
            [self.size if w.high is None or time is None else np.searchsorted(time, w.high) for w in windows], np.int64
        )
        low = np.array(
            [0 if w.low is None or time is None else np.searchsorted(time, w.low) for w in windows], np.int64
        )
        return window_bounds(np.minimum(low, high), high)

    def peak(self, path: str) -> int:
        """The largest magnitude in a column of whole numbers."""
        if path not in self._peaks:
            self._peaks[path] = peak(self.column(path).values)
        return self._peaks[path]

    def filled(self, path: str, worst: int | float) -> Filled:
        """A column's values with `worst` where they are missing."""
        if not path:
            return Filled(self.instants, self.every_row, ambiguous=False)
        if (path, worst) not in self._filled:
            column = self.column(path)
            values = np.empty(self.size, column.values.dtype)
            self.loops.fill_missing(ColumnArrays(column.values, column.known), values.dtype.type(worst), values)
            ambiguous = bool(((column.values == worst) & column.known).any())
            self._filled[path, worst] = Filled(values, column.known, ambiguous)
        return self._filled[path, worst]

    # --- selections

    def expect(self, selections: Iterable[Sequence[Conjunct]]) -> None:
        """Says what will be asked, so that columns which many conditions test get an index."""
        by_path: dict[str, list[Conjunct]] = {}
        for conjunct in (conjunct for conditions in selections for conjunct in conditions if conjunct.path):
            by_path.setdefault(conjunct.path, []).append(conjunct)
        self._expected = {path: asked for path, asked in by_path.items() if len(asked) >= WORTH_AN_INDEX}

    def indexed(self, conditions: Sequence[Conjunct]) -> Iterator[str]:
        """Makes the indexes that these conditions want and nobody has wanted yet; the paths of their columns."""
        for conjunct in conditions:
            if conjunct.path in self._expected and conjunct.path not in self._indexes:
                self._index(conjunct.path)
                yield conjunct.path

    def pick(self, conditions: Sequence[Conjunct], first: int, last: int) -> Picked:
        """The rows for which all conditions are true (unknown is not true); only `first` … `last` - 1 matter."""
        indexed = [(conjunct, index, self._slices(conjunct, index)) for conjunct, index in self._indexed(conditions)]
        indexed = [candidate for candidate in indexed if len(candidate[2]) <= MANY_SLICES]
        if indexed:
            return self._from_index(conditions, indexed, first, last)
        rows, position = self._everything.rows[first:last], self._everything.position[first:last]
        return self._narrowed(rows, position, sorted(conditions, key=lambda conjunct: conjunct.ranges is None))

    def _indexed(self, conditions: Sequence[Conjunct]) -> list[tuple[Conjunct, Index]]:
        return [(conjunct, self._index(conjunct.path)) for conjunct in conditions if conjunct.path in self._expected]

    def _from_index(
        self,
        conditions: Sequence[Conjunct],
        indexed: Sequence[tuple[Conjunct, Index, Stretches]],
        first: int,
        last: int,
    ) -> Picked:
        """The rows of the condition that has the fewest, narrowed by the others."""
        best, index, slices = min(indexed, key=lambda candidate: sum(stop - start for start, stop in candidate[2]))
        others = [conjunct for conjunct in conditions if conjunct is not best]
        if not others:
            starts, stops = [start for start, _ in slices], [stop for _, stop in slices]
            return Picked(index.rows, index.position, np.array(starts, np.int64), np.array(stops, np.int64))
        edges = np.array([first, last], np.uint32)  # of the rows' own type: else every search would copy them
        ends = [(start + index.rows[start:stop].searchsorted(edges)).tolist() for start, stop in slices]
        return self._narrowed(cut(index.rows, ends), cut(index.position, ends), others)

    def _narrowed(self, rows: RowNumbers, position: RowNumbers, conditions: Sequence[Conjunct]) -> Picked:
        """Of these rows those for which all conditions are true, one condition after the other."""
        for conjunct in conditions:
            out = Placed(np.empty(rows.size + 1, np.uint32), np.empty(rows.size + 1, np.uint32))
            if conjunct.ranges is not None:
                column = self.column(conjunct.path)
                low = np.array(conjunct.ranges.low, column.values.dtype)
                high = np.array(conjunct.ranges.high, column.values.dtype)
                kept = self.loops.narrow_ranges(
                    Placed(rows, position), ColumnArrays(column.values, column.known), low, high, out
                )
            elif conjunct.path:
                codes = self.column(conjunct.path).values
                kept = self.loops.narrow_codes(Placed(rows, position), codes, self._table(conjunct), out)
            else:
                chosen = np.flatnonzero(self._truth(conjunct.condition, rows).true)
                kept, out = chosen.size, Placed(rows[chosen], position[chosen])
            rows, position = out.rows[:kept], out.position[:kept]
        return whole(rows, position)

    def _table(self, conjunct: Conjunct) -> Bools:
        """A condition on one column of words, for each code; the last is for -1, missing."""
        column, condition = self.column(conjunct.path), conjunct.condition
        if isinstance(condition, RowTest) and isinstance(condition.test, (Words, VersionSpans)):
            return word_table(column.dictionary, condition.test)
        codes = np.append(np.arange(len(column.dictionary), dtype=np.int32), np.int32(-1))
        sample = Vector(column.type, codes, codes >= 0, column.dictionary)
        return truth(condition, lambda _: sample, self.local).true

    def _slices(self, conjunct: Conjunct, index: Index) -> Stretches:
        """Where in the index of its column the rows are that a condition is true for."""
        if conjunct.ranges is not None:
            return index.slices(index.bands(conjunct.ranges))
        dictionary, condition = self.column(conjunct.path).dictionary, conjunct.condition
        if isinstance(condition, RowTest) and isinstance(condition.test, Words) and condition.test.operator == "in":
            return index.slices(places(dictionary, condition.test.literals))
        codes = np.flatnonzero(self._table(conjunct)).tolist()
        return index.slices(-1 if code == len(dictionary) else code for code in codes)

    def _index(self, path: str) -> Index:
        if path not in self._indexes:
            column, position = self.column(path), self._everything.position
            ranges = [conjunct.ranges for conjunct in self._expected[path] if conjunct.ranges is not None]
            if ranges:
                index = band_index(column, band_edges(ranges, column.values.dtype), position, self.loops)
            else:
                index = word_index(column, position, self.loops)
            self._indexes[path] = index
        return self._indexes[path]

    def _truth(self, condition: RowFormula, rows: RowNumbers) -> Truth:
        def value(operand: Operand) -> Vector:
            if operand.contact >= 0:
                return taken(self._contact(operand.contact), self.block.position[rows])
            column = self.column(operand.path)
            return column if rows.size == self.size else taken(column, rows)

        return truth(condition, value, self.local)


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
            left_vector, right_vector = value(left), value(right)
            return Truth(compare(left_vector, comparison, right_vector), left_vector.known & right_vector.known)


def never_unknown(test: KernelTest) -> bool:
    return isinstance(test, Missing)
