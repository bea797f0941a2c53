"""Rows picked by conditions, and the index: the rows of a source sorted by the code of one column, once for all conditions.

Codes are those of words, or numbers of bands: the ends of everything that is asked of a column of numbers cut it into
bands, and no condition cuts inside one. A condition is then a few slices of the index, each still in time order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.bucket_rows import Vector
from jobs.kernel.compiled import Loops
from jobs.kernel.loops import ColumnArrays, Picked
from jobs.kernel.row_conditions import Ranges

WIDE = 1 << 16
"""Whole numbers whose edges are nearer than this find their band in a table, which searching costs ten times as much as."""

RowNumbers = NDArray[np.uint32]
"""Row numbers, or positions: without a sign, for no index of the loops counts from the end."""
Stretches = list[tuple[int, int]]
"""Stretches of an array: (start, stop)."""


def flat(picked: Picked) -> tuple[RowNumbers, RowNumbers]:
    """All picked rows in time order, and their positions."""
    ends = list(zip(picked.starts.tolist(), picked.stops.tolist(), strict=True))
    rows, position = cut(picked.rows, ends), cut(picked.position, ends)
    if len(ends) < 2:
        return rows, position
    order = np.argsort(rows, kind="stable")
    return rows[order], position[order]


def whole(rows: RowNumbers, position: RowNumbers) -> Picked:
    return Picked(rows, position, np.zeros(1, np.int64), np.array([rows.size], np.int64))


def cut(array: RowNumbers, ends: Sequence[Sequence[int]]) -> RowNumbers:
    """These stretches of an array, one behind the other."""
    if len(ends) == 1:
        return array[ends[0][0] : ends[0][1]]
    parts = [array[start:stop] for start, stop in ends]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


@dataclass(frozen=True, eq=False)
class Index:
    """Rows by code: those of code c from `begins[c + 1]` up to `begins[c + 2]`, missing ones (-1) first.

    `edges`: of numbers, the least value of each band but the first.
    """

    rows: RowNumbers
    position: RowNumbers
    begins: list[int]
    edges: NDArray[Any]

    def slices(self, codes: Iterable[int]) -> Stretches:
        """Where the rows of these codes are."""
        begins = self.begins
        bounds = [(begins[code + 1], begins[code + 2]) for code in codes]
        return [(start, stop) for start, stop in bounds if start < stop]

    def bands(self, ranges: Ranges) -> list[int]:
        """The bands that these intervals are made of."""
        ends = np.array([ranges.low, ranges.high], self.edges.dtype)
        firsts, lasts = self.edges.searchsorted(ends, "right").tolist()
        return [band for first, last in zip(firsts, lasts, strict=True) for band in range(first, last + 1)]


def word_index(column: Vector, position: RowNumbers, loops: Loops) -> Index:
    """The index by a column of words."""
    kinds = len(column.dictionary)
    rows, at, begins = loops.counting_sort(column.values, position, kinds)
    return Index(rows, at, begins.tolist(), np.zeros(0, np.int64))


def band_index(column: Vector, edges: NDArray[Any], position: RowNumbers, loops: Loops) -> Index:
    """The index by the bands between these edges."""
    rows, at, begins = loops.counting_sort(_band_codes(column, edges, loops), position, edges.size + 1)
    return Index(rows, at, begins.tolist(), edges)


def _band_codes(column: Vector, edges: NDArray[Any], loops: Loops) -> NDArray[np.int32]:
    """How many edges are at most each value; -1 where it is missing."""
    codes = np.empty(column.values.size, np.int32)
    if edges.size and edges.dtype == np.int64 and int(edges[-1]) - int(edges[0]) < WIDE:
        below = int(edges[0]) - 1
        table = edges.searchsorted(np.arange(below, int(edges[-1]) + 1), "right").astype(np.int32)
        loops.table_codes(ColumnArrays(column.values, column.known), below, table, codes)
    else:
        codes[:] = edges.searchsorted(column.values, "right")
        codes[~column.known] = -1
    return codes


def band_edges(asked: Sequence[Ranges], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Where one of the intervals begins, and the value behind the end of one."""
    low = np.array([end for ranges in asked for end in ranges.low], dtype)
    high = np.array([end for ranges in asked for end in ranges.high], dtype)
    if dtype == np.float64:
        return np.unique(np.concatenate([low, np.nextafter(high, np.inf)]))
    limits = np.iinfo(dtype)  # no band ends there
    return np.unique(np.concatenate([low[low > limits.min], high[high < limits.max] + 1]))
