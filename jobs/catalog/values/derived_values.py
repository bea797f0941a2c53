"""Derived columns of a whole batch at once, exactly: fractions as two integer arrays, one rounding at the end.

Each step knows a bound of its numbers; as long as they fit into 64 bits NumPy computes them natively, beyond that the
arrays hold Python's integers, which have no limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any, assert_never

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.catalog.arithmetic import Expression, Name, NumberLiteral, Operation
from jobs.catalog.exact import SAFE, ArithmeticOperator, bounds, half_up
from jobs.catalog.types import ColumnType
from jobs.catalog.values.layout import arrow_type
from jobs.catalog.values.parsed import Mask, Parsed, from_numbers, present, some


@dataclass(frozen=True, eq=False)
class Ratios:
    """`above` / `below` where `known`; elsewhere the numbers are harmless. Bounds are of the absolute values."""

    above: NDArray[Any]
    below: NDArray[Any]
    known: Mask
    above_bound: int
    below_bound: int


def derive(column: ColumnType, expression: Expression, values: Mapping[str, pa.Array], rows: int) -> Parsed:
    """The column's values for so many rows; wrong where the result does not fit its type."""
    ratios = _compute(expression, values, rows)
    scaled = _rounded(ratios, column.scale)
    least, greatest = bounds(column)
    fits = np.asarray((scaled >= least) & (scaled <= greatest), dtype=np.bool_)
    right = ratios.known & fits
    numbers = np.where(right, scaled, 0).astype(np.int64)
    return Parsed(unscaled(numbers, right, column), some(ratios.known & ~fits))


def _compute(expression: Expression, values: Mapping[str, pa.Array], rows: int) -> Ratios:
    match expression:
        case Name(name):
            return _column(values[name])
        case NumberLiteral(value):
            return _constant(Fraction(value), rows)
        case Operation(operator, operands):
            ratios = (_compute(operand, values, rows) for operand in operands)
            return reduce(lambda left, right: _apply(operator, left, right), ratios)
        case _:
            assert_never(expression)


def _column(array: pa.Array) -> Ratios:
    known = present(array)
    numbers = scaled_integers(array)
    below = 10**array.type.scale if pa.types.is_decimal(array.type) else 1
    bound = int(max(abs(int(numbers.min(initial=0))), int(numbers.max(initial=0))))
    return Ratios(numbers, np.full(len(array), below, dtype=np.int64), known, bound, below)


def _constant(value: Fraction, rows: int) -> Ratios:
    above, below = value.numerator, value.denominator
    return Ratios(_full(rows, above), _full(rows, below), np.ones(rows, dtype=np.bool_), abs(above), below)


def _full(rows: int, number: int) -> NDArray[Any]:
    return np.full(rows, number, dtype=np.int64 if abs(number) < SAFE else object)


def _apply(operator: ArithmeticOperator, left: Ratios, right: Ratios) -> Ratios:
    known = left.known & right.known
    match operator:
        case "add" | "subtract":
            return _sum(left, right, known, 1 if operator == "add" else -1)
        case "multiply":
            above, above_bound = _times(left.above, right.above, left.above_bound, right.above_bound)
            below, below_bound = _times(left.below, right.below, left.below_bound, right.below_bound)
            return Ratios(above, below, known, above_bound, below_bound)
        case "divide":
            known = known & np.asarray(right.above != 0, dtype=np.bool_)
            by = np.where(known, right.above, 1)  # a zero would only be divided by where nobody looks
            above, above_bound = _times(left.above, right.below, left.above_bound, right.below_bound)
            below, below_bound = _times(left.below, by, left.below_bound, max(right.above_bound, 1))
            return Ratios(above, below, known, above_bound, below_bound)
        case _:
            assert_never(operator)


def _sum(left: Ratios, right: Ratios, known: Mask, sign: int) -> Ratios:
    left_above, left_bound = _times(left.above, right.below, left.above_bound, right.below_bound)
    right_above, right_bound = _times(right.above, left.below, right.above_bound, left.below_bound)
    below, below_bound = _times(left.below, right.below, left.below_bound, right.below_bound)
    bound = left_bound + right_bound
    left_above, right_above = (
        (left_above, right_above) if bound < SAFE else (left_above.astype(object), right_above.astype(object))
    )
    return Ratios(left_above + sign * right_above, below, known, bound, below_bound)


def _times(left: NDArray[Any], right: NDArray[Any], left_bound: int, right_bound: int) -> tuple[NDArray[Any], int]:
    bound = left_bound * right_bound
    if bound >= SAFE:
        left, right = left.astype(object), right.astype(object)
    return left * right, bound


def _rounded(ratios: Ratios, scale: int) -> NDArray[Any]:
    """The ratios times 10^scale, halves away from zero."""
    above, below = ratios.above, ratios.below
    if 2 * ratios.above_bound * 10**scale + ratios.below_bound >= SAFE or 2 * ratios.below_bound >= SAFE:
        above, below = above.astype(object), below.astype(object)
    negative = np.asarray((above < 0) != (below < 0), dtype=np.bool_)
    above, below = abs(above) * 10**scale, abs(below)
    size: NDArray[Any] = half_up(above, below)
    return np.where(negative, -size, size)


# --- decimals as integers at their scale --------------------------------------------------------------------------------


def scaled_integers(array: pa.Array) -> NDArray[np.int64]:
    """An integer or decimal(p <= 18) array as int64 at its scale, 0 where null."""
    if not pa.types.is_decimal(array.type):
        return array.fill_null(0).to_numpy(zero_copy_only=False)
    filled = array.fill_null(Decimal(0)) if array.null_count else array
    words: NDArray[np.int64] = np.frombuffer(
        filled.buffers()[1], dtype=np.int64
    )  # two little-endian words a decimal, the low one first
    return words[2 * filled.offset : 2 * (filled.offset + len(filled)) : 2]


def unscaled(numbers: NDArray[np.int64], known: Mask, column: ColumnType) -> pa.Array:
    """An integer or decimal array from int64 at its scale, null where not known."""
    if column.name == "integer":
        return from_numbers(numbers, known, pa.int64())
    words = np.empty((len(numbers), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = numbers, numbers >> 63
    return from_numbers(words.reshape(-1), known, arrow_type(column), words=2)
