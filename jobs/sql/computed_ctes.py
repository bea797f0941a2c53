"""Computed columns: what rows give is joined as it is, arithmetic and cases are CTEs of their own, one row a contact.

Of their own, because a column may use another one many times, and the text would double at each step.
"""

from __future__ import annotations

from typing import assert_never

from sqlglot import exp

from jobs.language.atoms import Aggregate, Arithmetic, Cases, Computed, GroupCount, Quantile
from jobs.sql import averages, row_aggregates
from jobs.sql.constants import literal, number
from jobs.sql.exact_sql import fraction, rounded, typed
from jobs.sql.expressions import CONTACT, column, known, minus, named, plus, subquery, times
from jobs.sql.fragments import fill
from jobs.sql.scopes import Scope


def joined(scope: Scope, value: Computed, folded: bool) -> exp.Expr:
    """The column's value for the contact of each of the scope's rows."""
    inner = value.value
    if isinstance(inner, GroupCount) or (isinstance(inner, Aggregate) and inner.function != "average"):
        text = value.type.name == "text"
        return typed(row_aggregates.joined(scope, inner, folded if text else None), value.type)
    name = scope.statement.part(
        (value, folded), f"{value.source}_{value.column}", lambda: _query(scope, value, folded),
        f"{value.source}.{value.column}",
    )  # fmt: skip
    return column(scope.joins.left(name, name, scope.contact, CONTACT), "value")


def _query(scope: Scope, value: Computed, folded: bool) -> exp.Expr:
    over = scope.over()
    inner = value.value
    match inner:
        case Quantile():
            return _quantile(over, inner)
        case Aggregate():
            result = rounded(averages.average_fraction(over, inner), value.type, scope.engine)
        case Arithmetic():
            result = rounded(fraction(inner, over.value, scope.engine), value.type, scope.engine)
        case Cases(cases):
            case_ = exp.Case()
            for case in cases:
                case_ = case_.when(over.formula(case.when), literal(case.value, value.type, folded))
            result = typed(case_, value.type)
        case GroupCount():
            raise AssertionError("a count of groups is joined as it is")
        case _:
            assert_never(inner)
    return over.select(over.contact, named(result, "value"))


def _quantile(contacts: Scope, quantile: Quantile) -> exp.Expr:
    """1 + floor(groups * s / n) for every live contact that has a value."""
    of = contacts.value(quantile.value)
    valued = contacts.select(contacts.contact, named(of, "value"), where=[known(of)])
    order = exp.Order(expressions=[exp.Ordered(this=column("valued", "value"), desc=False)])
    rank = exp.Window(this=exp.Anonymous(this="RANK"), order=order)
    smaller = times(number(quantile.groups), minus(rank, number(1)))
    everyone = exp.Window(this=exp.Count(this=exp.Star()))
    group = plus(number(1), fill("whole_quotient", contacts.engine, x=smaller, y=everyone))
    select = exp.select(column("valued", CONTACT), named(exp.cast(group, "BIGINT"), "value"))
    return select.from_(subquery(valued, "valued"))
