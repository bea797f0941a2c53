"""Exact arithmetic in SQL: fractions of wide whole numbers, rounded once, half away from zero.

Engines divide decimals to a double or to a scale of their own; here nothing is divided before the last step. Wide numbers
have 38 digits, so a formula whose exact fraction needs more fails in the engine instead of answering wrongly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction as Exact
from math import lcm

from sqlglot import exp

from jobs.catalog.types import ColumnType
from jobs.language.atoms import Arithmetic, Value
from jobs.plan.resolution import value_type
from jobs.sql.constants import number
from jobs.sql.expressions import compared, minus, plus, times
from jobs.sql.fragments import Engine, fill


@dataclass(frozen=True)
class Fraction:
    """top / (bottom * units): `units` are a scale's or a literal's, `bottom` (None: 1) is null where it would be zero."""

    top: exp.Expr
    units: int = 1
    bottom: exp.Expr | None = None


def wide(value: exp.Expr, engine: Engine) -> exp.Expr:
    return fill("wide", engine, x=value)


def whole(value: exp.Expr, scale: int, engine: Engine) -> exp.Expr:
    """A decimal of this scale as a whole number of its smallest units."""
    if scale == 0:
        return wide(value, engine)
    return wide(times(decimal(value, 38, scale), number(10**scale)), engine)


def decimal(value: exp.Expr, precision: int, scale: int) -> exp.Expr:
    return exp.cast(value.copy(), f"DECIMAL({precision}, {scale})")


def quotient(top: exp.Expr, bottom: exp.Expr, engine: Engine) -> exp.Expr:
    """Floor of a division of wide numbers that are not negative."""
    return fill("quotient", engine, x=top, y=bottom)


def typed(value: exp.Expr, column: ColumnType) -> exp.Expr:
    """The value cast to a computed column's number type.

    Where it does not fit the engine fails; but one that compares without the cast, as DuckDB does with a literal, answers.
    """
    match column.name:
        case "decimal":
            return decimal(value, column.precision, column.scale)
        case "integer":
            return exp.cast(value, "BIGINT")
        case _:
            return value


# --- formulas ------------------------------------------------------------------------------------------------------------


def fraction(of: Arithmetic, value: Callable[[Value], exp.Expr], engine: Engine) -> Fraction:
    """The exact fraction of an arithmetic expression."""
    result, *terms = [_term(operand, value, engine) for operand in of.operands]
    for term in terms:
        result = _combined(of.operator, result, term)
    return result


def _term(operand: Value | Decimal, value: Callable[[Value], exp.Expr], engine: Engine) -> Fraction:
    if isinstance(operand, Decimal):
        top, units = operand.as_integer_ratio()
        return Fraction(wide(number(top), engine), units)
    if isinstance(operand, Arithmetic):
        return fraction(operand, value, engine)
    scale = value_type(operand).scale
    return Fraction(whole(value(operand), scale, engine), 10**scale)


def _combined(operator: str, left: Fraction, right: Fraction) -> Fraction:
    match operator:
        case "add" | "subtract":
            units = lcm(left.units, right.units)
            left_top, right_top = (
                _over(_scaled(side.top, units // side.units), opposite.bottom)
                for side, opposite in ((left, right), (right, left))
            )
            return Fraction(
                (plus if operator == "add" else minus)(left_top, right_top), units, _both(left.bottom, right.bottom)
            )
        case "multiply":
            return Fraction(times(left.top, right.top), left.units * right.units, _both(left.bottom, right.bottom))
        case "divide":
            divisor = exp.func("NULLIF", right.top.copy(), exp.Literal.number(0))
            top = _over(_scaled(left.top, right.units), right.bottom)
            return Fraction(top, left.units, _both(left.bottom, divisor))
        case _:
            raise AssertionError(operator)


def _scaled(top: exp.Expr, factor: int) -> exp.Expr:
    return top if factor == 1 else times(top, number(factor))


def _over(top: exp.Expr, bottom: exp.Expr | None) -> exp.Expr:
    return top if bottom is None else times(top, bottom)


def _both(left: exp.Expr | None, right: exp.Expr | None) -> exp.Expr | None:
    return left if right is None else _over(right, left)


def rounded(of: Fraction, column: ColumnType, engine: Engine) -> exp.Expr:
    """The fraction at the column's scale, as `catalog.exact` rounds it.

    sign * floor((2 * |n| * 10^s + |d|) / (2 * |d|)) / 10^s
    """
    ratio = Exact(10**column.scale, of.units)
    if of.bottom is None and ratio.denominator == 1:
        return _placed(_scaled(of.top, ratio.numerator), column)
    size = _scaled(exp.Abs(this=of.top.copy()), 2 * ratio.numerator)
    if of.bottom is None:
        half: exp.Expr = wide(number(ratio.denominator), engine)
        below: exp.Expr = wide(number(2 * ratio.denominator), engine)
        negative = compared(exp.LT, of.top, number(0))
    else:
        half = _scaled(exp.Abs(this=of.bottom.copy()), ratio.denominator)
        below = times(half, number(2))
        negative = exp.NEQ(
            this=exp.paren(compared(exp.LT, of.top, number(0))),
            expression=exp.paren(compared(exp.LT, of.bottom, number(0))),
        )
    units = quotient(plus(size, half), below, engine)
    return _placed(exp.Case().when(negative, exp.Neg(this=exp.paren(units))).else_(units), column)


def _placed(units: exp.Expr, column: ColumnType) -> exp.Expr:
    """Whole units of the column's scale as its type: times the smallest unit, which is exact."""
    if column.scale == 0:
        return typed(units, column)
    unit = decimal(exp.Literal.string(format(Decimal(1).scaleb(-column.scale), "f")), column.scale + 1, column.scale)
    narrow = decimal(units, 36 - column.scale, 0)  # so that the product has at most 38 digits
    return typed(times(narrow, unit), column)
