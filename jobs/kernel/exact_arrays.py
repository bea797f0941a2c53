"""Exact numbers over arrays: fractions, one rounding at the end, thresholds finer than any column.

A `Ratio` is numerator / denominator for each position, both whole numbers: int64 while the largest values prove that no
product can leave 62 bits, Python's own integers from then on (the same lines of code compute both).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.exact import GREATEST_WHOLE, LEAST_WHOLE, SAFE, bounds, half_up
from jobs.catalog.types import ColumnType
from jobs.kernel.bucket_rows import Vector
from jobs.language.atoms import PairOperator, Span, Spans

DOUBLE_WHOLE = 1 << 53
"""Up to here every whole number is a double, so one division by a power of ten rounds correctly."""
DOUBLE_TENS = 22
"""10^22 is the last power of ten that is a double."""

End = TypeVar("End", int, float)

Whole = Any
"""An int64 array, an array of Python integers, or one Python integer for all positions."""


@dataclass(frozen=True, eq=False)
class Ratio:
    """numerator / denominator (always above 0) where known."""

    numerator: Whole
    denominator: Whole
    known: NDArray[np.bool_]


ValueArray = Vector | Ratio
"""What a contact has: a typed value, or (averages, arithmetic, wide sums) an exact fraction."""


def peak(number: Whole) -> int:
    """The largest magnitude."""
    if isinstance(number, int):
        return abs(number)
    if not number.size:
        return 0
    return max(abs(int(number.max())), abs(int(number.min())))


def _wide(number: Whole) -> Whole:
    return number if isinstance(number, int) else number.astype(object)


def _fitting(bound: int, *numbers: Whole) -> tuple[Whole, ...]:
    """The numbers as they are if `bound` and they themselves fit 62 bits, else as Python integers."""
    if bound < SAFE and all(peak(number) < SAFE for number in numbers):
        return numbers
    return tuple(_wide(number) for number in numbers)


def times(left: Whole, right: Whole) -> Whole:
    left, right = _fitting(peak(left) * peak(right), left, right)
    return left * right


def plus(left: Whole, right: Whole) -> Whole:
    left, right = _fitting(peak(left) + peak(right), left, right)
    return left + right


def ratio_of(vector: Vector) -> Ratio:
    """An integer or decimal vector as a fraction."""
    return Ratio(vector.values, 10**vector.type.scale, vector.known)


def constant(number: Decimal | int, width: int) -> Ratio:
    fraction = Fraction(number)
    return Ratio(fraction.numerator, fraction.denominator, np.ones(width, np.bool_))


def add(left: Ratio, right: Ratio, sign: int = 1) -> Ratio:
    known = left.known & right.known
    if isinstance(left.denominator, int) and isinstance(right.denominator, int):
        shared = left.denominator * right.denominator // int(np.gcd(left.denominator, right.denominator))
        left_side = times(left.numerator, shared // left.denominator)
        right_side = times(right.numerator, sign * (shared // right.denominator))
        return Ratio(plus(left_side, right_side), shared, known)
    left_side = times(left.numerator, right.denominator)
    right_side = times(right.numerator, times(left.denominator, sign))
    return Ratio(plus(left_side, right_side), times(left.denominator, right.denominator), known)


def multiply(left: Ratio, right: Ratio) -> Ratio:
    return Ratio(
        times(left.numerator, right.numerator),
        times(left.denominator, right.denominator),
        left.known & right.known,
    )


def divide(left: Ratio, right: Ratio) -> Ratio:
    """Missing where the divisor is zero."""
    # No value rather than an error or infinity: one contact without orders must not stop a run, nor pass "at least".
    known = left.known & right.known & np.asarray(right.numerator != 0, np.bool_)
    divisor = right.numerator
    if isinstance(divisor, int):
        positive, sign = abs(divisor) or 1, -1 if divisor < 0 else 1
    else:
        sign = np.where(divisor < 0, -1, 1)
        positive = np.where(known, abs(divisor), 1)
    return Ratio(
        times(times(left.numerator, right.denominator), sign),
        times(left.denominator, positive),
        known,
    )


def rounded(ratio: Ratio, scale: int) -> Whole:
    """Whole units of 10^-scale, half away from zero."""
    numerator, denominator = times(ratio.numerator, 10**scale), ratio.denominator
    numerator, denominator = _fitting(2 * peak(numerator) + peak(denominator), numerator, denominator)
    size: Whole = half_up(abs(numerator), denominator)
    return size * np.where(np.asarray(numerator < 0, np.bool_), -1, 1)


def fitted(ratio: Ratio, kind: ColumnType) -> tuple[Vector, NDArray[np.bool_]]:
    """The fraction in an integer or decimal column, and where it does not fit (missing there)."""
    width = ratio.known.size
    units = np.broadcast_to(np.asarray(rounded(ratio, kind.scale)), (width,))
    least, greatest = bounds(kind)
    inside = np.asarray((units >= least) & (units <= greatest), np.bool_)
    known = ratio.known & inside
    values = np.where(known, units, 0).astype(np.int64)
    return Vector(kind, values, known), ratio.known & ~inside


def in_spans(ratio: Ratio, test: Spans) -> NDArray[np.bool_]:
    """Where the fraction lies in one of the spans, without a division.

    By binary search for the last span that begins at or below it: one comparison of all positions for each halving.
    """
    lows, highs = map(_columns, fraction_ends(disjoint(test)))
    spans, width = lows[0].size, ratio.known.size
    first, behind = np.zeros(width, np.int64), np.full(width, spans, np.int64)
    for _ in range(spans.bit_length()):
        middle = (first + behind) // 2
        searching = first < behind
        begun = _reaches(ratio, lows, np.minimum(middle, spans - 1), np.greater_equal, out=1)
        first = np.where(searching & begun, middle + 1, first)
        behind = np.where(searching & ~begun, middle, behind)
    if not spans:
        return np.zeros(width, np.bool_)
    return ratio.known & (first > 0) & _reaches(ratio, highs, np.maximum(first - 1, 0), np.less_equal, out=-1)


def _columns(ends: NDArray[Any]) -> tuple[Whole, Whole, Whole]:
    """q, p and out of `fraction_ends`, each as int64 where all of it fits."""
    q, p, out = (part.astype(np.int64) if peak(part) < SAFE else part for part in ends.T)
    return q, p, out


def _reaches(
    ratio: Ratio, ends: tuple[Whole, Whole, Whole], span: NDArray[np.int64], order: np.ufunc, out: int
) -> NDArray[np.bool_]:
    """Whether each fraction stands on this side of the end of the span at its place."""
    q, p, outside = (part[span] for part in ends)
    value, limit = times(ratio.numerator, q), plus(times(ratio.denominator, p), out * outside)
    return np.asarray(order(*_fitting(max(peak(value), peak(limit)), value, limit)), np.bool_)


def disjoint(test: Spans) -> Spans:
    """The same numbers as spans that ascend and have none in common; empty ones left out."""
    apart: list[Span] = []
    for span in sorted(filter(_has_any, test.spans), key=_begin):
        if apart and _meet(apart[-1], span):
            apart[-1] = replace(apart[-1], high=(end := max(apart[-1], span, key=_end)).high, high_in=end.high_in)
        else:
            apart.append(span)
    return Spans(tuple(apart))


def _has_any(span: Span) -> bool:
    if span.low is None or span.high is None:
        return True
    return span.low < span.high or (span.low == span.high and span.low_in and span.high_in)


def _begin(span: Span) -> tuple[bool, Decimal | int, bool]:
    return (span.low is not None, span.low or 0, not span.low_in)


def _end(span: Span) -> tuple[bool, Decimal | int, bool]:
    return (span.high is None, span.high or 0, span.high_in)


def _meet(earlier: Span, later: Span) -> bool:
    """Whether a span has numbers in common with one that begins later, or not earlier."""
    if earlier.high is None or later.low is None:
        return True
    return later.low < earlier.high or (later.low == earlier.high and later.low_in and earlier.high_in)


def compare_ratios(left: Ratio, comparison: PairOperator, right: Ratio) -> NDArray[np.bool_]:
    """left OP right, exactly; false where unknown."""
    left_side, right_side = times(left.numerator, right.denominator), times(right.numerator, left.denominator)
    left_side, right_side = _fitting(max(peak(left_side), peak(right_side)), left_side, right_side)
    return np.asarray(ordered(left_side, comparison, right_side), np.bool_) & left.known & right.known


def ordered(left: Any, comparison: PairOperator, right: Any) -> NDArray[np.bool_]:
    match comparison:
        case "is":
            return left == right
        case "less_than":
            return left < right
        case "at_most":
            return left <= right
        case "more_than":
            return left > right
        case "at_least":
            return left >= right


def nearest_doubles(vector: Vector) -> NDArray[np.float64]:
    """Each number as the nearest double."""
    values = vector.values
    if values.dtype == np.float64:
        return cast("NDArray[np.float64]", values)
    scale = vector.type.scale
    if scale == 0:
        return values.astype(np.float64)
    if scale <= DOUBLE_TENS and peak(values) <= DOUBLE_WHOLE:
        return values.astype(np.float64) / float(10**scale)
    tens = 10**scale
    return np.array([int(value) / tens for value in values], np.float64)  # Python's true division rounds correctly


def closed_whole(test: Spans, scale: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The spans as closed intervals of whole units of 10^-scale, cut to 64 bits; empty ones left out."""
    ends = [(_units(span, scale, low=True), _units(span, scale, low=False)) for span in test.spans]
    return _apart([(max(low, LEAST_WHOLE), min(high, GREATEST_WHOLE)) for low, high in ends])


def _apart(ends: list[tuple[End, End]]) -> tuple[tuple[End, ...], tuple[End, ...]]:
    """Closed intervals in ascending order that do not overlap: their low ends, and their high ends."""
    apart: list[tuple[End, End]] = []
    for low, high in sorted(end for end in ends if end[0] <= end[1]):
        if apart and low <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(high, apart[-1][1]))
        else:
            apart.append((low, high))
    return tuple(low for low, _ in apart), tuple(high for _, high in apart)


def _units(span: Span, scale: int, low: bool) -> int:
    end = span.low if low else span.high
    if end is None:
        return LEAST_WHOLE if low else GREATEST_WHOLE
    exact = Fraction(end) * 10**scale
    if low:
        whole = -(-exact.numerator // exact.denominator)
        return whole + 1 if whole == exact and not span.low_in else whole
    whole = exact.numerator // exact.denominator
    return whole - 1 if whole == exact and not span.high_in else whole


def closed_double(test: Spans) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The spans as closed intervals of doubles; each end becomes the nearest double first."""
    ends: list[tuple[float, float]] = []
    for span in test.spans:
        low = -np.inf if span.low is None else nearest_double(span.low)
        high = np.inf if span.high is None else nearest_double(span.high)
        low = low if span.low_in or span.low is None else float(np.nextafter(low, np.inf))
        ends.append((low, high if span.high_in or span.high is None else float(np.nextafter(high, -np.inf))))
    return _apart(ends)


def nearest_double(number: Decimal | int | float) -> float:
    return float(number)  # int and Decimal both round correctly, half to even


def fraction_ends(test: Spans, scale: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    """Low and high ends as rows (q, p, out): whole / count >= p / q is whole * q >= p * count + out; zeros: no end.

    `whole` is in units of 10^-scale.
    """
    lows, highs = np.zeros((2, len(test.spans), 3), object)
    for row, span in enumerate(test.spans):
        for ends, end, is_in in ((lows, span.low, span.low_in), (highs, span.high, span.high_in)):
            if end is not None:
                exact = Fraction(end) * 10**scale
                ends[row] = (exact.denominator, exact.numerator, 0 if is_in else 1)
    return lows, highs
