"""Averages, which are never divided: a sum stands against a value times a count."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction as Exact

from sqlglot import exp

from jobs.catalog.exact import bounds
from jobs.catalog.types import ColumnType
from jobs.language.atoms import Aggregate, Having, RowColumn, Span, Spans, Test
from jobs.sql.constants import number
from jobs.sql.exact_sql import Fraction, decimal, whole, wide
from jobs.sql.expressions import CONTACT, all_of, always, any_of, column, compared, known, named, negated, times
from jobs.sql.fragments import Engine
from jobs.sql.scopes import Scope
from jobs.sql.value_predicates import EXACTLY


def compare_average(scope: Scope, value: Aggregate, test: Test) -> exp.Expr:
    """average OP x as total OP x * rows."""
    assert value.of is not None
    total, rows = _joined(scope, value)
    return _within(total, rows, test, value.of.type, scope.engine)


def average_fraction(scope: Scope, value: Aggregate) -> Fraction:
    """Sum and count of an average, as an exact fraction; null where no row has a value."""
    assert value.of is not None
    total, rows = _joined(scope, value)
    scale = value.of.type.scale
    return Fraction(whole(total, scale, scope.engine), 10**scale, wide(rows, scope.engine))


def having(rows: Scope, asked: Having) -> exp.Expr:
    """The same for the rows of a group."""
    assert asked.of is not None
    count = exp.Count(this=rows.value(asked.of))
    return _within(_total(rows, asked.of), count, asked.test, asked.of.type, rows.engine)


def _joined(scope: Scope, value: Aggregate) -> tuple[exp.Expr, exp.Expr]:
    name = scope.statement.part(value, f"{value.rows.source}_average", lambda: _average(scope, value))
    alias = scope.joins.left(name, name, scope.contact, CONTACT)
    return column(alias, "total"), column(alias, "values")


def _average(scope: Scope, value: Aggregate) -> exp.Expr:
    assert value.of is not None
    rows, tests = scope.over_rows(value.rows)
    total, present = _total(rows, value.of), known(rows.value(value.of))
    count = exp.Count(this=exp.Star())
    select = rows.select(rows.contact, named(total, "total"), named(count, "values"), where=[*tests, present])
    return select.group_by(rows.contact)


def _total(rows: Scope, of: RowColumn) -> exp.Expr:
    return exp.Sum(this=decimal(rows.value(of), 38, of.type.scale))


def _within(total: exp.Expr, rows: exp.Expr, test: Test, of: ColumnType, engine: Engine) -> exp.Expr:
    """Whether total / rows is in one of the spans."""
    assert isinstance(test, Spans)
    spans = [_in_span(total, rows, span, of, engine) for span in test.spans]
    return any_of(spans) if spans else negated(always(total))


def _in_span(total: exp.Expr, rows: exp.Expr, span: Span, of: ColumnType, engine: Engine) -> exp.Expr:
    tests: list[exp.Expr] = []
    if span.low is not None:
        tests.append(_against(exp.GTE if span.low_in else exp.GT, total, Decimal(span.low), rows, of, engine))
    if span.high is not None:
        tests.append(_against(exp.LTE if span.high_in else exp.LT, total, Decimal(span.high), rows, of, engine))
    return all_of(tests) if tests else always(total)


def _against(
    comparison: type[exp.Binary], total: exp.Expr, end: Decimal, rows: exp.Expr, of: ColumnType, engine: Engine
) -> exp.Expr:
    """An average lies where its column's values do; what is beyond them needs no number that no engine holds."""
    ratio = Exact(end) * 10**of.scale
    if abs(ratio) > 1 + bounds(of)[1]:
        holds = (end > 0) == (comparison in (exp.LT, exp.LTE))
        return always(total) if holds else negated(always(total))
    scale = max(of.scale, -_exponent(end))
    if scale <= NARROW and abs(end) < 10 ** (NARROW - scale):
        written = number(EXACTLY.quantize(end, Decimal(1).scaleb(-scale)))
        return compared(comparison, total if scale == of.scale else decimal(total, 38, scale), times(written, rows))
    top, bottom = (wide(number(part), engine) for part in (ratio.numerator, ratio.denominator))
    return compared(comparison, times(whole(total, of.scale, engine), bottom), times(top, wide(rows, engine)))


NARROW = 17
"""Digits of a number whose product with a count of rows (20 digits in Spark) is exact in every engine."""


def _exponent(number_: Decimal) -> int:
    exponent = number_.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent
