"""Values that a contact without any data has all the same (0 rows, a case's word), and how tests judge them.

Numbers and booleans are fractions here. Where as_of or the account's zone would have to decide, both verdicts come out.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never

from jobs.catalog import exact
from jobs.catalog.types import EXACT, ColumnType
from jobs.language import atoms
from jobs.syntax.literals import Moment

Known = Fraction | str | date | Moment | tuple[str, ...] | tuple[int, ...] | None
"""None: missing."""


def tested(value: Known, test: atoms.Test) -> frozenset[bool | None]:
    """The verdicts that the test may come to."""
    if isinstance(test, atoms.Missing):
        return frozenset({(value is None) == test.wanted})
    if value is None:
        return frozenset({None})
    match test:
        case atoms.Spans(spans):
            assert isinstance(value, Fraction)
            return frozenset({any(_in_span(span, value) for span in spans)})
        case atoms.VersionSpans(spans):
            return frozenset({any(_in_span(span, value) for span in spans)})
        case atoms.Words():
            return frozenset({_words(value, test)})
        # as_of is not known when a spec is checked, and a spec must not be accepted for the day on which it happens to be.
        case atoms.TimeTest() | atoms.Calendar():
            return frozenset({True, False})
        case atoms.Radius() | atoms.Inside():
            raise AssertionError("a blank contact is nowhere")
        case _:
            assert_never(test)


def _in_span(span: atoms.Span | atoms.VersionSpan, value: Any) -> bool:
    low = Fraction(span.low) if isinstance(span.low, int | Decimal) else span.low
    high = Fraction(span.high) if isinstance(span.high, int | Decimal) else span.high
    above = low is None or low < value or (span.low_in and low == value)
    return bool(above and (high is None or value < high or (span.high_in and high == value)))


def _words(value: Known, test: atoms.Words) -> bool:
    match test.operator:
        case "has_any" | "has_all":
            assert isinstance(value, tuple)
            holds = any if test.operator == "has_any" else all
            return holds(literal in value for literal in test.literals)
        case "in":
            return value in test.literals
        case _:
            assert isinstance(value, str)
            (literal,) = test.literals
            return {"contains": value.__contains__, "starts_with": value.startswith, "ends_with": value.endswith}[
                test.operator
            ](literal)


def compare_known(left: Known, comparison: atoms.PairOperator, right: Known) -> frozenset[bool | None]:
    """The verdicts that two values against each other may come to."""
    if left is None or right is None:
        return frozenset({None})
    if isinstance(left, Moment) or isinstance(right, Moment):
        return frozenset({True, False})
    first: Any = left
    second: Any = right
    match comparison:
        case "is":
            return frozenset({first == second})
        case "less_than":
            return frozenset({first < second})
        case "at_most":
            return frozenset({first <= second})
        case "more_than":
            return frozenset({first > second})
        case "at_least":
            return frozenset({first >= second})
        case _:
            assert_never(comparison)


def rounded(value: Known, column: ColumnType) -> Known:
    """A number as its computed column holds it."""
    if not isinstance(value, Fraction) or column.name not in EXACT:
        return value
    return Fraction(exact.rounded(value, column.scale), 10**column.scale)
