"""One test of one value, and one value against another, over whole vectors.

Answers are arrays of booleans: true only where the value is known; what is false and what is unknown is told by `known`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import WORDS, fold, version_parts
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.exact_arrays import Ratio, compare_ratios, in_spans, nearest_doubles, ordered, ratio_of
from jobs.kernel.localtime import LocalTime, in_calendar
from jobs.kernel.row_conditions import KernelTest, Ranges
from jobs.kernel.vectors import merged, words_vector
from jobs.language.atoms import Calendar, Inside, Missing, PairOperator, Radius, VersionSpan, VersionSpans, Words

EARTH_KM = 6371.0088
FEW_SPANS = 4
"""Up to here comparing a number with each span in turn is faster than a binary search."""
Bools = NDArray[np.bool_]


def holds(value: Vector | Ratio, test: KernelTest, local: LocalTime) -> Bools:
    """Where the test is true."""
    if isinstance(test, Missing):
        return ~value.known if test.wanted else value.known
    if isinstance(value, Ratio):
        assert isinstance(test, Ranges), "a fraction is only compared with numbers"
        return in_spans(value, test.exact)
    match test:
        case Ranges(low, high):
            return in_ranges(value.values, low, high) & value.known
        case Words() | VersionSpans():
            return word_table(value.dictionary, test)[value.values]
        case Calendar():
            is_instant = value.type.name == "timestamp"
            return in_calendar(value.values.astype(np.int64, copy=False), is_instant, test, local) & value.known
        case Radius():
            return within_radius(value, test) & value.known
        case Inside():
            return inside(value, test) & value.known
        case _:
            assert_never(test)


def in_ranges(values: NDArray[Any], low: tuple[int | float, ...], high: tuple[int | float, ...]) -> Bools:
    """Whether each value lies in one of the closed intervals, which ascend and do not overlap."""
    if len(low) <= FEW_SPANS:
        in_any = np.zeros(values.size, np.bool_)
        for least, most in zip(low, high, strict=True):
            in_any |= (values >= least) & (values <= most)
        return in_any
    lows, highs = np.array(low, values.dtype), np.array(high, values.dtype)
    place = np.searchsorted(lows, values, "right") - 1
    return (place >= 0) & (values <= highs[place])


def word_table(dictionary: tuple[str, ...], test: Words | VersionSpans) -> Bools:
    """The test for each code; one more at the end for -1, missing: false."""
    table = np.zeros(len(dictionary) + 1, np.bool_)
    if isinstance(test, VersionSpans):
        _mark_versions(table, dictionary, test)
    elif test.operator == "in":
        table[places(dictionary, test.literals)] = True
    else:
        table[:-1] = list(map(_word_test(test), dictionary))
    return table


def _mark_versions(table: Bools, dictionary: tuple[str, ...], test: VersionSpans) -> None:
    if len(test.spans) <= FEW_SPANS:  # searching looks at a few words only; all of them are read where it pays
        for span in test.spans:
            table[_version_codes(dictionary, span, version_parts)] = True
        return
    parts = list(map(version_parts, dictionary))
    for span in test.spans:
        table[_version_codes(parts, span, None)] = True


def _version_codes(dictionary: Sequence[Any], span: VersionSpan, key: Callable[[Any], Any] | None) -> slice:
    low, high = 0, len(dictionary)
    if span.low is not None:
        low = (bisect_left if span.low_in else bisect_right)(dictionary, span.low, key=key)
    if span.high is not None:
        high = (bisect_right if span.high_in else bisect_left)(dictionary, span.high, key=key)
    return slice(low, high)


def places(dictionary: tuple[str, ...], words: tuple[str, ...]) -> list[int]:
    """The codes of these words, as far as they are there (not of versions: those stand in another order)."""
    candidates = [(bisect_left(dictionary, word), word) for word in words]
    return [place for place, word in candidates if place < len(dictionary) and dictionary[place] == word]


def _word_test(test: Words) -> Callable[[str], bool]:
    """The test of one word; what it needs of the literals is made once for all words."""
    first, literals = test.literals[0], frozenset(test.literals)
    match test.operator:
        case "contains":
            return lambda word: first in word
        case "starts_with":
            return lambda word: word.startswith(first)
        case "ends_with":
            return lambda word: word.endswith(first)
        case "has_any":
            return lambda word: not literals.isdisjoint(word.split("|"))
        case "has_all":
            return lambda word: literals.issubset(word.split("|"))
        case "in":
            return literals.__contains__
        case _:
            assert_never(test.operator)


def compare(left: Vector, comparison: PairOperator, right: Vector) -> Bools:
    """left OP right, value by value; false where either is missing."""
    known = left.known & right.known
    if left.type.name in WORDS:
        left_codes, right_codes = comparable_words(left, right)
        return np.asarray(ordered(left_codes, comparison, right_codes), np.bool_) & known
    if "float" in (left.type.name, right.type.name):
        return np.asarray(ordered(nearest_doubles(left), comparison, nearest_doubles(right)), np.bool_) & known
    if left.type.scale == right.type.scale:
        return np.asarray(ordered(left.values, comparison, right.values), np.bool_) & known
    return compare_ratios(ratio_of(left), comparison, ratio_of(right))


def comparable_words(left: Vector, right: Vector) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Codes into one dictionary; text is folded if either side says so."""
    if left.type.fold != right.type.fold:
        left, right = (side if side.type.fold else refolded(side) for side in (left, right))
    _, (left_codes, right_codes) = merged([left.dictionary, right.dictionary], left.type)
    return left_codes[left.values], right_codes[right.values]


def refolded(vector: Vector) -> Vector:
    """A text vector with its words folded."""
    assert vector.values.dtype.kind == "i"
    return words_vector(vector.values.astype(np.int32), [fold(word) for word in vector.dictionary], vector.type)


def within_radius(points: Vector, test: Radius) -> Bools:
    """Great circle by the haversine formula, edge in."""
    assert points.longitude is not None
    latitude, longitude = np.radians(points.values.astype(np.float64)), np.radians(points.longitude)
    at_latitude, at_longitude = np.radians(test.latitude), np.radians(test.longitude)
    half = np.sin((latitude - at_latitude) / 2) ** 2
    half = half + np.cos(latitude) * np.cos(at_latitude) * np.sin((longitude - at_longitude) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(half))) <= test.km


def inside(points: Vector, test: Inside) -> Bools:
    """In one of the polygons: their edges and their holes' edges are in."""
    import shapely  # costs a tenth of a second, and few specs draw polygons

    assert points.longitude is not None
    longitude, latitude = points.longitude, points.values.astype(np.float64)
    in_any = np.zeros(latitude.size, np.bool_)
    for outer, *holes in test.polygons:
        area = shapely.Polygon(outer)
        shapely.prepare(area)
        within = shapely.intersects_xy(area, longitude, latitude)
        for ring in holes:
            hole = shapely.Polygon(ring)
            shapely.prepare(hole)
            within &= ~shapely.contains_xy(hole, longitude, latitude)  # the inside of a hole without its edge
        in_any |= within
    return in_any
