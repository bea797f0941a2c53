"""CTEs with one row a contact: counts, sums, extremes, firsts, lasts and latests, and counts of groups."""

from __future__ import annotations

from sqlglot import exp

from jobs.language.atoms import Aggregate, Function, GroupCount, Having, RowColumn
from jobs.sql import averages
from jobs.sql.constants import number, text
from jobs.sql.exact_sql import decimal
from jobs.sql.expressions import CONTACT, column, equal, known, named, subquery
from jobs.sql.fragments import fill
from jobs.sql.scopes import Scope
from jobs.sql.value_predicates import predicate

ZERO_FOR_NOBODY: frozenset[Function] = frozenset({"count", "days", "distinct", "sum"})
"""Never unknown: a contact without rows has 0."""


def joined(scope: Scope, value: Aggregate | GroupCount, folded: bool | None = None) -> exp.Expr:
    """The aggregate's value, joined to the scope's rows; `folded` is asked of a latest text only."""
    part = scope.statement.part
    if isinstance(value, GroupCount):
        name = part(value, f"{value.rows.source}_groups", lambda: _group_count(scope, value))
        function: Function = "count"
    else:
        function = value.function
        name = part((value, folded), f"{value.rows.source}_{function}", lambda: _aggregate(scope, value, folded))
    joined_value = column(scope.joins.left(name, name, scope.contact, CONTACT), "value")
    return exp.func("COALESCE", joined_value, number(0)) if function in ZERO_FOR_NOBODY else joined_value


def _aggregate(scope: Scope, value: Aggregate, folded: bool | None) -> exp.Expr:
    rows, tests = scope.over_rows(value.rows)
    if value.function == "latest":
        return _latest(rows, tests, value, folded)
    result = function_over(rows, value.function, value.of)
    return rows.select(rows.contact, named(result, "value"), where=tests).group_by(rows.contact)


def function_over(scope: Scope, function: Function, of: RowColumn | None) -> exp.Expr:
    """The SQL aggregate over the rows of a scope; average and latest have queries of their own."""
    match function:
        case "count":
            return exp.Count(this=exp.Star())
        case "days":
            local = fill("local_day", scope.engine, x=scope.time, zone=text(scope.statement.zone))
            return exp.Count(this=exp.Distinct(expressions=[local]))
        case "first":
            return exp.Min(this=scope.time)
        case "last":
            return exp.Max(this=scope.time)
        case "distinct":
            assert of is not None
            return exp.Count(this=exp.Distinct(expressions=[scope.comparable(of)]))
        case "sum":
            assert of is not None
            return exp.Sum(this=decimal(scope.value(of), 38, of.type.scale))
        case "minimum" | "maximum":
            assert of is not None
            return (exp.Min if function == "minimum" else exp.Max)(this=scope.value(of))
        case "average" | "latest":
            raise AssertionError(f"{function} has a query of its own")


def _latest(rows: Scope, tests: list[exp.Expr], value: Aggregate, folded: bool | None) -> exp.Expr:
    """The column of the last row; of rows of one instant the greatest value, a missing one least."""
    assert value.of is not None
    order = exp.Order(
        expressions=[
            exp.Ordered(this=rows.time, desc=True, nulls_first=False),
            exp.Ordered(this=rows.comparable(value.of), desc=True, nulls_first=False),
        ]
    )
    place = exp.Window(this=exp.RowNumber(), partition_by=[rows.contact.copy()], order=order)
    latest = rows.value(value.of, folded)
    ranked = rows.select(rows.contact, named(latest, "value"), named(place, "place"), where=tests)
    return (
        exp.select(column("ranked", CONTACT), column("ranked", "value"))
        .from_(subquery(ranked, "ranked"))
        .where(equal(column("ranked", "place"), number(1)))
    )


def _group_count(scope: Scope, value: GroupCount) -> exp.Expr:
    """Groups of rows by the contact and `per`, kept by `having`, counted by contact."""
    rows, tests = scope.over_rows(value.rows)
    keys = [rows.comparable(of) for of in value.per]
    tests += [known(rows.value(of)) for of in value.per]
    kept = None if value.having is None else _having(rows, value.having)
    groups = rows.select(rows.contact, where=tests).group_by(rows.contact, *keys)
    if kept is not None:
        groups = groups.having(kept)
    contact = column("groups", CONTACT)
    counted = exp.select(contact, named(exp.Count(this=exp.Star()), "value")).from_(subquery(groups, "groups"))
    return counted.group_by(contact)


def _having(rows: Scope, having: Having) -> exp.Expr:
    if having.function == "average":
        return averages.having(rows, having)
    result = function_over(rows, having.function, having.of)
    summed = having.function == "sum"
    if summed:
        result = exp.func("COALESCE", result, number(0))
    return predicate(result, having.type, having.test, rows.engine, rows.statement.zone, summed)
