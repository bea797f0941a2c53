"""Small pieces of a statement's tree, so that the rest reads as what it says: columns, tables, comparisons, arithmetic.

Everything that is put into something bigger is copied and, where it needs them, stands in brackets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from sqlglot import exp

CONTACT = "contact_id"


class Noted(exp.Paren):
    """An expression with words about it, which are written on a line of their own above it."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "words": True}


def column(table: str, name: str) -> exp.Expr:
    return exp.column(name, table=table, quoted=True)


def table(name: str, alias: str = "") -> exp.Expr:
    plain = exp.table_(name, quoted=True)
    return exp.alias_(plain, alias, quoted=True, table=True) if alias and alias != name else plain


def subquery(query: exp.Expr, alias: str) -> exp.Expr:
    return exp.alias_(exp.Subquery(this=query), alias, quoted=True, table=True)


def named(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(expression, name, quoted=True)


def is_compound(expression: exp.Expr) -> bool:
    """Whether it needs brackets inside of a bigger one."""
    if isinstance(expression, exp.Paren | exp.Dot):
        return False
    return isinstance(expression, exp.Binary | exp.Unary | exp.Between | exp.In)


def operand(expression: exp.Expr) -> exp.Expr:
    """A copy, in brackets where it is compound."""
    return exp.paren(expression, copy=True) if is_compound(expression) else expression.copy()


def plus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Add(this=operand(left), expression=operand(right))


def minus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Sub(this=operand(left), expression=operand(right))


def times(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Mul(this=operand(left), expression=operand(right))


def modulo(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Mod(this=operand(left), expression=operand(right))


def compared(comparison: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return comparison(this=left.copy(), expression=right.copy())


def equal(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return compared(exp.EQ, left, right)


def missing(expression: exp.Expr) -> exp.Expr:
    return exp.Is(this=operand(expression), expression=exp.Null())


def known(expression: exp.Expr) -> exp.Expr:
    return exp.Is(this=operand(expression), expression=exp.Null(), negate=True)


def unknown() -> exp.Expr:
    """A boolean that is neither."""
    return exp.cast(exp.Null(), "BOOLEAN")


def never(value: exp.Expr) -> exp.Expr:
    """False where the value is known, unknown where it is missing."""
    return exp.NEQ(this=value.copy(), expression=value.copy())


def always(value: exp.Expr) -> exp.Expr:
    """True where the value is known, unknown where it is missing."""
    return equal(value, value)


OPPOSITE: dict[type[exp.Expr], type[exp.Binary]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.GTE,
    exp.GTE: exp.LT,
    exp.GT: exp.LTE,
    exp.LTE: exp.GT,
}
"""Of a comparison; unknown stays unknown."""


def negated(test: exp.Expr) -> exp.Expr:
    """Not the test; unknown stays unknown."""
    opposite = OPPOSITE.get(type(test))
    if opposite is not None:
        return opposite(this=test.this, expression=test.expression)
    return exp.not_(test, copy=False)


def all_of(tests: Iterable[exp.Expr]) -> exp.Expr:
    return exp.and_(*tests, copy=False)


def any_of(tests: Iterable[exp.Expr]) -> exp.Expr:
    return exp.or_(*tests, copy=False)


def noted(expression: exp.Expr, words: str) -> exp.Expr:
    """The expression under its words; in brackets where AND or OR beside it would take it apart."""
    if not words:
        return expression
    inner = exp.paren(expression, copy=False) if isinstance(expression, exp.Connector) else expression
    return Noted(this=inner, words=words)
