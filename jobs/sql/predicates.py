"""One test of one value as a SQL predicate: null where the value is missing, but for `Missing`."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import assert_never

from sqlglot import exp

from jobs.catalog.types import ColumnType
from jobs.language.atoms import (
    Calendar,
    Comparison,
    Inside,
    Missing,
    Radius,
    Span,
    Spans,
    Test,
    TimeTest,
    VersionSpan,
    VersionSpans,
    Words,
)
from jobs.sql import literals
from jobs.sql.fragments import Engine, fill
from jobs.sql.places import inside_polygons, within_radius

COMPARISONS: dict[Comparison, type[exp.Binary]] = {
    "is": exp.EQ,
    "less_than": exp.LT,
    "at_most": exp.LTE,
    "more_than": exp.GT,
    "at_least": exp.GTE,
}


def predicate(value: exp.Expr, column: ColumnType, test: Test, engine: Engine, zone: str) -> exp.Expr:
    """The test of a value of this type; `zone` is the account's, for local days and hours."""
    match test:
        case Missing(wanted):
            null = value.copy().is_(exp.null())
            return null if wanted else null.not_()
        case Spans():
            return _spans(value, column, test)
        case VersionSpans(spans):
            parts = fill("version_parts", engine, x=value)
            return _any_of([_version_span(parts, span) for span in spans], value)
        case Words():
            return _words(value, column, test, engine)
        case Calendar(field, allowed):
            return _calendar(value, column, field, sorted(allowed), engine, zone)
        case Radius():
            return within_radius(value, test, engine)
        case Inside():
            return inside_polygons(value, test, engine)
        case TimeTest():
            raise AssertionError("a plan holds no symbolic test")
        case _:
            assert_never(test)


def _any_of(tests: list[exp.Expr], value: exp.Expr) -> exp.Expr:
    """One of the tests; none can be true: false where the value is there, null where it is missing."""
    if not tests:
        return exp.and_(value.copy().is_(exp.null()), exp.cast(exp.null(), "BOOLEAN"))
    return exp.or_(*tests) if len(tests) > 1 else tests[0]


def _bounded(low: exp.Expr | None, high: exp.Expr | None, value: exp.Expr, span: Span | VersionSpan
             ) -> exp.Expr:  # fmt: skip
    tests: list[exp.Expr] = []
    if low is not None and high is not None and low == high:
        return exp.EQ(this=value.copy(), expression=low)
    if low is not None:
        tests.append((exp.GTE if span.low_in else exp.GT)(this=value.copy(), expression=low))
    if high is not None:
        tests.append((exp.LTE if span.high_in else exp.LT)(this=value.copy(), expression=high))
    if not tests:  # every value
        return exp.EQ(this=value.copy(), expression=value.copy())
    return exp.and_(*tests)


def _spans(value: exp.Expr, column: ColumnType, test: Spans) -> exp.Expr:
    if column.name == "boolean":
        value = exp.cast(value.copy(), "INT")
    tests: list[exp.Expr] = []
    for span in test.spans:
        ends = tightened(span, column)
        if ends is not None:
            tests.append(_bounded(_end(ends.low, column), _end(ends.high, column), value, ends))
    return _any_of(tests, value)


def tightened(span: Span, column: ColumnType) -> Span | None:
    """The span with ends that the column's type can hold; None if no value of the type is inside.

    `more_than 2.005` of a decimal(12,2) is `at_least 2.01`: so no literal has more digits than the column.
    """
    if column.name not in ("integer", "decimal"):
        return span
    step = Decimal(1).scaleb(-column.scale)
    low = None if span.low is None else Decimal(span.low)
    high = None if span.high is None else Decimal(span.high)
    if low is not None:
        units = (low / step).to_integral_value(ROUND_CEILING)
        low = (units + (units * step == low and not span.low_in)) * step
    if high is not None:
        units = (high / step).to_integral_value(ROUND_FLOOR)
        high = (units - (units * step == high and not span.high_in)) * step
    if low is not None and high is not None and low > high:
        return None
    return Span(low, high)


def _end(end: Decimal | int | None, column: ColumnType) -> exp.Expr | None:
    if end is None:
        return None
    match column.name:
        case "date":
            return literals.day(int(end))
        case "timestamp":
            return literals.instant(int(end))
        case "float":
            return literals.double(end)
        case _:
            return literals.number(end)


def _version_span(parts: exp.Expr, span: VersionSpan) -> exp.Expr:
    def end(version: tuple[int, ...] | None) -> exp.Expr | None:
        if version is None:
            return None
        wide = [fill("wide", "duckdb", x=literals.number(part)) for part in version or (0,)]
        return exp.Array(expressions=wide)

    return _bounded(end(span.low), end(span.high), parts, span)


def _words(value: exp.Expr, column: ColumnType, test: Words, engine: Engine) -> exp.Expr:
    words = [literals.text(word) for word in test.literals]
    match test.operator:
        case "in":
            return value.copy().eq(words[0]) if len(words) == 1 else value.copy().isin(*words)
        case "contains" | "starts_with" | "ends_with":
            return fill(test.operator, engine, x=value.copy(), y=words[0])
        case "has_any":
            return exp.or_(*(fill("has", engine, x=value.copy(), y=word) for word in words))
        case "has_all":
            return exp.and_(*(fill("has", engine, x=value.copy(), y=word) for word in words))
        case _:
            assert_never(test.operator)


def _calendar(
    value: exp.Expr, column: ColumnType, field: str, allowed: list[int], engine: Engine, zone: str
) -> exp.Expr:
    at = literals.text(zone)
    if field == "hour":
        found = fill("local_hour", engine, x=value.copy(), zone=at)
    else:
        local = fill("local_day", engine, x=value.copy(), zone=at) if column.name == "timestamp" else value.copy()
        found = fill(field, engine, x=local)
    return found.isin(*(literals.number(number) for number in allowed))
