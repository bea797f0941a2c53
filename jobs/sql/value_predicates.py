"""One test of one value as a SQL predicate: null where the value is missing, but for `Missing`."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import assert_never

from sqlglot import exp

from jobs.catalog.exact import bounds
from jobs.catalog.types import ColumnType
from jobs.language import atoms
from jobs.plan.clock import FIRST_DAY, LAST_DAY
from jobs.sql import constants
from jobs.sql.constants import FIRST_US, LAST_US
from jobs.sql.expressions import all_of, always, any_of, compared, equal, known, missing, never
from jobs.sql.fragments import Engine, fill
from jobs.sql.points import inside_polygons, within_radius
from jobs.syntax.literals import VERSION_PART_DIGITS

COMPARISONS: dict[atoms.PairOperator, type[exp.Binary]] = {
    "is": exp.EQ,
    "less_than": exp.LT,
    "at_most": exp.LTE,
    "more_than": exp.GT,
    "at_least": exp.GTE,
}
DIGITS = 38
"""Of the engines' widest numbers."""
EXACTLY = Context(prec=100)


def predicate(
    value: exp.Expr, column: ColumnType, test: atoms.Test, engine: Engine, zone: str, summed: bool = False
) -> exp.Expr:
    """The test of a value of this type, or of a sum of such; `zone` is the account's, for local days and hours."""
    match test:
        case atoms.Missing(wanted):
            return missing(value) if wanted else known(value)
        case atoms.Spans():
            return _spans(value, column, test, summed)
        case atoms.VersionSpans(spans):
            key = fill("version_key", engine, x=value)
            return _any_of([_version_span(key, span) for span in spans], value)
        case atoms.Words():
            return _words(value, test, engine)
        case atoms.Calendar(field, allowed):
            return _calendar(value, column, field, sorted(allowed), engine, zone)
        case atoms.Radius():
            return within_radius(value, test, engine)
        case atoms.Inside():
            return inside_polygons(value, test, engine)
        case atoms.TimeTest():
            raise AssertionError("a plan holds no symbolic test")
        case _:
            assert_never(test)


def _any_of(tests: list[exp.Expr], value: exp.Expr) -> exp.Expr:
    return any_of(tests) if tests else never(value)


# --- numbers, days and instants ------------------------------------------------------------------------------------------


def _spans(value: exp.Expr, column: ColumnType, test: atoms.Spans, summed: bool) -> exp.Expr:
    """In one of the spans; single values become one list."""
    spans = [ends for span in test.spans if (ends := tightened(span, column, summed)) is not None]
    if column.name == "boolean":
        return _booleans(value, spans)
    points = [span for span in spans if span.low is not None and span.low == span.high]
    tests: list[exp.Expr] = []
    if points:
        ends = [_end(span.low, column) for span in points]
        tests.append(equal(value, ends[0]) if len(ends) == 1 else value.copy().isin(*ends, copy=False))
    tests += [_bounded(value, column, span) for span in spans if span not in points]
    return _any_of(tests, value)


def _booleans(value: exp.Expr, spans: list[atoms.Span]) -> exp.Expr:
    """Booleans stand in the plan as 0 and 1."""
    wanted = {bool(span.low) for span in spans if span.low == span.high}
    assert len(wanted) == len(spans) == 1, "a boolean is asked whether it is true or whether it is false"
    return equal(value, constants.truth(wanted.pop()))


def _bounded(value: exp.Expr, column: ColumnType, span: atoms.Span) -> exp.Expr:
    tests: list[exp.Expr] = []
    if span.low is not None:
        tests.append(compared(exp.GTE if span.low_in else exp.GT, value, _end(span.low, column)))
    if span.high is not None and column.name == "timestamp" and span.high < LAST_US:
        # The last microsecond of a day is the one before midnight, which is easier to read.
        tests.append(compared(exp.LT, value, _end(span.high + 1, column)))
    elif span.high is not None:
        tests.append(compared(exp.LTE if span.high_in else exp.LT, value, _end(span.high, column)))
    return all_of(tests) if tests else always(value)


def tightened(span: atoms.Span, column: ColumnType, summed: bool = False) -> atoms.Span | None:
    """The span with ends that values of the column's type can have; None if none of them is inside.

    `more_than 2.005` of a decimal(12,2) is `at_least 2.01`: no literal has more digits or decimals than the column, or
    than an engine's widest number where the column is summed. Days and instants end where years do.
    """
    match column.name:
        case "integer" | "decimal":
            step, (least, greatest) = Decimal(1).scaleb(-column.scale), _reach(column, summed)
        case "date":
            step, least, greatest = Decimal(1), FIRST_DAY, LAST_DAY
        case "timestamp":
            step, least, greatest = Decimal(1), FIRST_US, LAST_US
        case _:
            return span
    low = None if span.low is None else _units(span.low, step, span.low_in, ROUND_CEILING)
    high = None if span.high is None else _units(span.high, step, span.high_in, ROUND_FLOOR)
    if (low is not None and low > greatest) or (high is not None and high < least):
        return None
    low = None if low is None or low < least else low
    high = None if high is None or high > greatest else high
    if low is not None and high is not None and low > high:
        return None
    return atoms.Span(_from_units(low, step, column), _from_units(high, step, column))


def _reach(column: ColumnType, summed: bool) -> tuple[int, int]:
    """The least and greatest number of smallest units."""
    return (1 - 10**DIGITS, 10**DIGITS - 1) if summed else bounds(column)


def _units(end: Decimal | int, step: Decimal, inside: bool, rounding: str) -> int:
    """The last number of steps that is still inside of an end."""
    steps = EXACTLY.divide(Decimal(end), step)
    units = int(steps.to_integral_value(rounding))
    if units == steps and not inside:
        units += 1 if rounding == ROUND_CEILING else -1
    return units


def _from_units(units: int | None, step: Decimal, column: ColumnType) -> Decimal | int | None:
    if units is None or column.name != "decimal":
        return units
    return EXACTLY.multiply(Decimal(units), step)


def _end(end: Decimal | int | None, column: ColumnType) -> exp.Expr:
    assert end is not None
    match column.name:
        case "date":
            return constants.day(int(end))
        case "timestamp":
            return constants.instant(int(end))
        case "float":
            return constants.double(end)
        case _:
            return constants.number(end)


# --- versions, words, the calendar ---------------------------------------------------------------------------------------


def _version_span(key: exp.Expr, span: atoms.VersionSpan) -> exp.Expr:
    if span.low is not None and span.low == span.high:
        return equal(key, _version(span.low))
    tests: list[exp.Expr] = []
    if span.low is not None:
        tests.append(compared(exp.GTE if span.low_in else exp.GT, key, _version(span.low)))
    if span.high is not None:
        tests.append(compared(exp.LTE if span.high_in else exp.LT, key, _version(span.high)))
    return all_of(tests) if tests else always(key)


def _version(version: tuple[int, ...]) -> exp.Expr:
    """As `version_key` writes it: parts of eighteen digits, without zeros at the end; the version 0 keeps its one."""
    return constants.text(".".join(f"{part:0{VERSION_PART_DIGITS}}" for part in version or (0,)))


def _words(value: exp.Expr, test: atoms.Words, engine: Engine) -> exp.Expr:
    words = [constants.text(word) for word in test.literals]
    match test.operator:
        case "in":
            return equal(value, words[0]) if len(words) == 1 else value.copy().isin(*words, copy=False)
        case "contains" | "starts_with" | "ends_with":
            return fill(test.operator, engine, x=value, y=words[0])
        case "has_any":
            return any_of(fill("has", engine, x=value, y=word) for word in words)
        case "has_all":
            return all_of(fill("has", engine, x=value, y=word) for word in words)
        case _:
            assert_never(test.operator)


def _calendar(
    value: exp.Expr, column: ColumnType, field: str, allowed: list[int], engine: Engine, zone: str
) -> exp.Expr:
    at = constants.text(zone)
    if field == "hour":
        part = fill("local_hour", engine, x=value, zone=at)
    else:
        local = fill("local_day", engine, x=value, zone=at) if column.name == "timestamp" else value
        part = fill(field, engine, x=local)
    return part.isin(*(constants.number(number) for number in allowed), copy=False)
