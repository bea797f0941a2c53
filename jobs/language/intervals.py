"""Numbers of specs as intervals, exact: thresholds, lists of numbers, and what lies outside them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from jobs.language.atoms import Span, Spans

Number = int | Decimal


def plain(value: Number) -> Number:
    """The same number in one form: whole ones as int, others without zeros at the end; exact whatever the digits."""
    if isinstance(value, int):
        return value
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1:
        return numerator
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    last = len(digits)
    while digits[last - 1] == 0:
        last -= 1
    return Decimal((sign, digits[:last], exponent + len(digits) - last))


def points(values: list[Number]) -> Spans:
    """Just these numbers, sorted, each once."""
    return Spans(tuple(Span(value, value) for value in sorted({plain(value) for value in values})))


def complement(spans: Spans) -> Spans:
    """Every number outside. Where a value is known, this is what `not` says."""
    ordered = sorted(spans.spans, key=lambda span: (span.low is not None, span.low or 0))
    gaps: list[Span] = []
    if ordered[0].low is not None:
        gaps.append(Span(None, ordered[0].low, high_in=not ordered[0].low_in))
    for before, after in pairwise(ordered):
        assert before.high is not None, "spans of a spec do not overlap"
        assert after.low is not None, "spans of a spec do not overlap"
        gaps.append(Span(before.high, after.low, low_in=not before.high_in, high_in=not after.low_in))
    if ordered[-1].high is not None:
        gaps.append(Span(ordered[-1].high, None, low_in=not ordered[-1].high_in))
    return Spans(tuple(gaps))


def holds(spans: Spans, value: Number) -> bool:
    """Whether a number lies in one of the spans."""
    return any(_inside(span, value) for span in spans.spans)


def _inside(span: Span, value: Number) -> bool:
    above = span.low is None or span.low < value or (span.low_in and span.low == value)
    below = span.high is None or value < span.high or (span.high_in and span.high == value)
    return above and below
