"""Rows that are equal in some columns: numbers for groups, `per` and `having`, and the keys of chains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import INTEGER, WORDS, fold
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.compiled import Loops
from jobs.kernel.instructions import RowsGroups, Sweep
from jobs.kernel.loops import Picked, SortedRows
from jobs.kernel.predicates import holds
from jobs.kernel.row_index import RowNumbers, flat
from jobs.kernel.source_passes import number_type
from jobs.kernel.sweeps import no_tests, over_groups
from jobs.kernel.vectors import joined, words_vector
from jobs.kernel.working_rows import RowTable, dense_codes

Codes = tuple[NDArray[np.int32], int]
"""A code for each row, and how many there can be."""


def group_numbers(
    position: RowNumbers, codes: Sequence[Codes], width: int, loops: Loops
) -> tuple[RowNumbers, RowNumbers]:
    """For each row the number of its group, rows equal in position and codes (none is -1); each group's position."""
    code, kinds = combined(codes)
    order, at, begins = loops.counting_sort(code, position, kinds)
    number, home = np.empty(code.size, np.uint32), np.empty(code.size, np.uint32)
    stamp, current = np.full(width, -1, np.int32), np.zeros(width, np.int32)
    groups = loops.number_groups(SortedRows(order, at, begins[1:]), stamp, current, number, home)
    return number, home[:groups]


def combined(codes: Sequence[Codes]) -> Codes:
    """One code for each combination, renumbered where the combinations are many more than the rows."""
    code, kinds = codes[0]
    for other, others in codes[1:]:
        wide = code.astype(np.int64) * others + other
        kinds *= others
        if kinds > 4 * code.size:
            distinct, places = np.unique(wide, return_inverse=True)
            wide, kinds = places, distinct.size
        code = wide.astype(np.int32)
    if kinds > 4 * code.size:
        distinct, places = np.unique(code, return_inverse=True)
        code, kinds = places.astype(np.int32), distinct.size
    return code, kinds


def count_groups(table: RowTable, picked: Picked, item: RowsGroups, low: int, high: int, width: int) -> Vector:
    """For each position how many groups of its rows from `low` before `high` satisfy `having`."""
    rows, position = flat(picked)
    inside = (rows >= low) & (rows < high)
    codes = [table.codes(path) for path in item.per]
    for code, _ in codes:
        inside &= code[rows] >= 0
    rows, position = rows[inside], position[inside]
    number, home = group_numbers(position, [(code[rows], kinds) for code, kinds in codes], width, table.loops)
    if item.test is not None:
        value = over_groups(table, rows, number, home.size, _single(item))
        home = home[holds(value, item.test, table.local)[: home.size]]
    counts = np.bincount(home, minlength=width).astype(np.int64)
    return Vector(INTEGER, counts, np.ones(width, np.bool_))


def _single(item: RowsGroups) -> Sweep:
    """A sweep of one window that keeps its values and tests nothing."""
    shape = (0, 3) if item.function == "average" else (0,)
    ends = np.zeros(shape, number_type(item.function, item.type))
    return Sweep(
        function=item.function,
        of=item.of,
        type=item.type,
        windows=np.zeros(1, np.int64),
        values=np.zeros(0, np.int64),
        keep=np.zeros(1, np.int64),
        kept=1,
        tests=no_tests(1, ends),
        leaves=((),),
    )


def shared_keys(
    earlier: RowNumbers, earlier_columns: Sequence[Vector], later: RowNumbers, later_columns: Sequence[Vector],
    folds: Sequence[bool], width: int, loops: Loops,
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:  # fmt: skip
    """Numbers for position and columns that are equal exactly where these are, over both sides; -1: a column is missing."""
    if not earlier_columns:
        return earlier.view(np.int32), later.view(np.int32), width
    split = earlier.size
    position = np.concatenate([earlier, later])
    both = [
        _together(left, right, fold) for left, right, fold in zip(earlier_columns, later_columns, folds, strict=True)
    ]
    known = np.logical_and.reduce([vector.known for vector in both])
    codes = [dense_codes(vector) for vector in both]
    number, home = group_numbers(position[known], [(code[known], kinds) for code, kinds in codes], width, loops)
    keys = np.full(position.size, -1, np.int32)
    keys[known] = number
    return keys[:split], keys[split:], home.size


def _together(left: Vector, right: Vector, fold: bool) -> Vector:
    """Both sides in one vector, comparable: decimals at the finer scale, text folded if the earlier step's column is."""
    if left.type.name not in WORDS:
        scale = max(left.type.scale, right.type.scale)
        kind = left.type if left.type.scale == scale else right.type
        return joined([_rescaled(side, scale) for side in (left, right)], kind)
    if fold:
        left, right = _folded(left), _folded(right)
    return joined([left, right], left.type)


def _rescaled(vector: Vector, scale: int) -> Vector:
    if vector.type.scale == scale or vector.type.name != "decimal":
        return vector
    tens = 10 ** (scale - vector.type.scale)
    return Vector(vector.type, vector.values.astype(object) * tens, vector.known)


def _folded(vector: Vector) -> Vector:
    if vector.type.fold:
        return vector
    return words_vector(vector.values.astype(np.int32), [fold(word) for word in vector.dictionary], vector.type)
