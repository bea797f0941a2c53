"""Exact arithmetic in SQL: fractions as two wide whole numbers, rounded once, half away from zero.

Engines divide decimals to a double or to a scale of their own; here nothing is divided before the last step. Wide numbers
have 38 digits, so a formula whose exact fraction needs more fails in the engine instead of answering wrongly.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlglot import exp

from jobs.catalog.types import ColumnType
from jobs.language.atoms import Arithmetic, Value
from jobs.plan.resolving import value_type
from jobs.sql.fragments import Engine, fill
from jobs.sql.literals import number

Fraction = tuple[exp.Expr, exp.Expr]
"""Numerator and denominator, wide; the denominator is null where a division by zero stood."""


def wide(value: exp.Expr, engine: Engine) -> exp.Expr:
    return fill("wide", engine, x=value.copy())


def whole(value: exp.Expr, scale: int, engine: Engine) -> exp.Expr:
    """A decimal of this scale as a whole number of its smallest units."""
    return fill("scaled", engine, x=value.copy(), s=exp.Literal.number(scale), p=exp.Literal.number(10**scale))


def quotient(top: exp.Expr, bottom: exp.Expr, engine: Engine) -> exp.Expr:
    """Floor of a division of wide numbers that are not negative."""
    return fill("quotient", engine, x=wide(exp.paren(top), engine), y=wide(exp.paren(bottom), engine))


def version_parts(value: exp.Expr, engine: Engine) -> exp.Expr:
    return fill("version_parts", engine, x=value.copy())


def typed(value: exp.Expr, column: ColumnType) -> exp.Expr:
    """The value cast to a computed column's number type; the engine fails where it does not fit."""
    match column.name:
        case "decimal":
            return exp.cast(value, f"DECIMAL({column.precision}, {column.scale})")
        case "integer":
            return exp.cast(value, "BIGINT")
        case _:
            return value


def fraction(of: Arithmetic, value: Callable[[Value], exp.Expr], engine: Engine) -> Fraction:
    """The exact fraction of an arithmetic expression."""
    terms = [_term(operand, value, engine) for operand in of.operands]
    found = terms[0]
    for term in terms[1:]:
        found = _combined(of.operator, found, term)
    return found


def _term(operand: Value | Decimal, value: Callable[[Value], exp.Expr], engine: Engine) -> Fraction:
    if isinstance(operand, Decimal):
        top, bottom = operand.as_integer_ratio()
        return wide(number(top), engine), wide(number(bottom), engine)
    if isinstance(operand, Arithmetic):
        return fraction(operand, value, engine)
    scale = value_type(operand).scale
    return whole(value(operand), scale, engine), wide(number(10**scale), engine)


def _times(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.paren(exp.Mul(this=left.copy(), expression=right.copy()))


def _combined(operator: str, left: Fraction, right: Fraction) -> Fraction:
    (a, b), (c, d) = left, right
    match operator:
        case "add":
            return exp.paren(exp.Add(this=_times(a, d), expression=_times(c, b))), _times(b, d)
        case "subtract":
            return exp.paren(exp.Sub(this=_times(a, d), expression=_times(c, b))), _times(b, d)
        case "multiply":
            return _times(a, c), _times(b, d)
        case "divide":
            return _times(a, d), _times(b, exp.func("NULLIF", c.copy(), exp.Literal.number(0)))
        case _:
            raise AssertionError(operator)


def rounded(of: Fraction, column: ColumnType, engine: Engine) -> exp.Expr:
    """The fraction at the column's scale, half away from zero: sign * floor((2 * |n| * 10^s + |d|) / (2 * |d|)) / 10^s."""
    top, bottom = of
    up, down = exp.Abs(this=top.copy()), exp.Abs(this=bottom.copy())
    twice = exp.Mul(this=exp.Mul(this=up, expression=number(2 * 10**column.scale)), expression=number(1))
    units = quotient(exp.Add(this=twice, expression=down), exp.Mul(this=down.copy(), expression=number(2)), engine)
    negative = exp.NEQ(
        this=exp.paren(exp.LT(this=top.copy(), expression=number(0))),
        expression=exp.paren(exp.LT(this=bottom.copy(), expression=number(0))),
    )
    signed = exp.Case().when(negative, exp.Neg(this=units.copy())).else_(units)
    if column.scale == 0:
        return typed(signed, column)
    # Whole units times the smallest unit, in decimals: exact.
    digits = 38 - column.scale
    unit = exp.cast(exp.Literal.string(format(Decimal(1).scaleb(-column.scale), "f")), f"DECIMAL(18, {column.scale})")
    narrow = exp.cast(signed, f"DECIMAL({min(digits, 20)}, 0)")
    return typed(exp.paren(exp.Mul(this=narrow, expression=unit)), column)
