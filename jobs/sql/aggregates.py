"""CTEs with one row a contact: counts, sums, extremes, firsts and lasts, groups, and the groups of a quantile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from jobs.language.atoms import Aggregate, Formula, Function, GroupCount, Quantile, RowColumn, Rows, Spans, Value
from jobs.plan.planned import Plan
from jobs.sql import exact
from jobs.sql.fragments import fill
from jobs.sql.literals import instant, number, text
from jobs.sql.predicates import predicate
from jobs.sql.relations import CONTACT, column

if TYPE_CHECKING:
    from jobs.sql.twin import Scope, Statement

ZERO_FOR_NOBODY: frozenset[Function] = frozenset({"count", "days", "distinct", "sum"})
"""Never unknown: a contact without rows has 0."""

R = "r"


def joined(scope: Scope, value: Aggregate | GroupCount) -> exp.Expr:
    """The aggregate's column, joined to the scope's contacts."""
    if isinstance(value, GroupCount):
        name = scope.statement.named(value, "groups", _group_count(value, scope.statement))
        function: Function = "count"
    else:
        name = scope.statement.named(value, value.function, _aggregate(value, scope.statement))
        function = value.function
    scope.joins.left(name, name, column(name, CONTACT).eq(scope.contact.copy()))
    found = column(name, "value")
    return exp.func("COALESCE", found, exp.Literal.number(0)) if function in ZERO_FOR_NOBODY else found


def rows_scope(rows: Rows, statement: Statement) -> tuple[Scope, list[exp.Expr]]:
    """A scope over a source's rows, and what WHERE asks: the condition, the window, and the source's own limits."""
    from jobs.sql.twin import Scope

    scope = Scope(statement, R, column(R, CONTACT), rows.source)
    return scope, row_tests(scope, rows.where, rows, statement.plan)


def row_tests(scope: Scope, where: Formula | None, rows: Rows, plan: Plan) -> list[exp.Expr]:
    tests = [] if where is None else [scope.formula(where)]
    time = plan.catalog.sources[rows.source].time
    if not time:
        return tests
    at = column(R, time)
    window = rows.window
    high = plan.clock.as_of_us
    lows = [plan.keep_cut_us[rows.source]] if rows.source in plan.keep_cut_us else []
    if window is not None:
        low, high = window.low, window.high  # pyright: ignore[reportAttributeAccessIssue] - a plan has only Instants
        lows += [] if low is None else [low]
    tests += [exp.GTE(this=at.copy(), expression=instant(max(lows)))] if lows else []
    return [*tests, exp.LT(this=at, expression=instant(high))]


def from_rows(scope: Scope, tests: list[exp.Expr], *chosen: exp.Expr) -> exp.Select:
    source = exp.alias_(exp.table_(scope.source, quoted=True), R, quoted=True, table=True)
    select = scope.joins.onto(exp.select(*chosen).from_(source))
    return select.where(*tests) if tests else select


def _named(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(expression, name, quoted=True)


def _aggregate(value: Aggregate, statement: Statement) -> exp.Expr:
    scope, tests = rows_scope(value.rows, statement)
    if value.function == "latest":
        return _latest(value, scope, tests)
    found = function_over(scope, value.function, value.of)
    select = from_rows(scope, tests, column(R, CONTACT), _named(found, "value")).group_by(column(R, CONTACT))
    if value.of is not None and value.function in ("average", "minimum", "maximum"):
        return select.having(exp.GT(this=exp.Count(this=scope.value(value.of)), expression=number(0)))
    return select


def comparable(scope: Scope, of: RowColumn) -> exp.Expr:
    """The column as something whose SQL equality and order are the type's own."""
    value = scope.value(of)
    return exact.version_parts(value, scope.statement.engine) if of.type.name == "version" else value


def function_over(scope: Scope, function: Function, of: RowColumn | None) -> exp.Expr:
    """The SQL aggregate over the rows of a scope; an average is left to `average_parts`."""
    statement = scope.statement
    time = column(R, statement.plan.catalog.sources[scope.source].time or CONTACT)
    match function:
        case "count":
            return exp.Count(this=exp.Star())
        case "days":
            local = fill("local_day", statement.engine, x=time, zone=text(statement.zone))
            return exp.Count(this=exp.Distinct(expressions=[local]))
        case "first":
            return exp.Min(this=time)
        case "last":
            return exp.Max(this=time)
        case _:
            pass
    assert of is not None
    match function:
        case "distinct":
            return exp.Count(this=exp.Distinct(expressions=[comparable(scope, of)]))
        case "sum":
            return exp.Sum(this=exp.cast(scope.value(of), f"DECIMAL(38, {of.type.scale})"))
        case "minimum":
            return exp.Min(this=scope.value(of))
        case "maximum":
            return exp.Max(this=scope.value(of))
        case "average" | "latest":
            raise AssertionError(f"{function} has a query of its own")


def _latest(value: Aggregate, scope: Scope, tests: list[exp.Expr]) -> exp.Expr:
    assert value.of is not None
    time = column(R, scope.statement.plan.catalog.sources[scope.source].time)
    order = exp.Order(
        expressions=[
            exp.Ordered(this=time, desc=True, nulls_first=False),
            exp.Ordered(this=comparable(scope, value.of), desc=True, nulls_first=False),
        ]
    )
    place = exp.Window(this=exp.RowNumber(), partition_by=[column(R, CONTACT)], order=order)
    rows = from_rows(scope, tests, column(R, CONTACT), _named(scope.value(value.of), "value"), _named(place, "place"))
    return (
        exp.select(column("l", CONTACT), column("l", "value"))
        .from_(exp.alias_(exp.Subquery(this=rows), "l", quoted=True, table=True))
        .where(column("l", "place").eq(number(1)))
    )


def average_parts(scope: Scope, value: Aggregate) -> exact.Fraction:
    """Sum and count of an average, as an exact fraction in wide numbers; both null where no row has a value."""
    assert value.of is not None
    name = _average(scope, value)
    scale = value.of.type.scale
    engine = scope.statement.engine
    count = exp.Mul(this=exact.wide(column(name, "rows"), engine), expression=number(10**scale))
    return exact.whole(column(name, "total"), scale, engine), exp.paren(count)


def _average(scope: Scope, value: Aggregate) -> str:
    rows, tests = rows_scope(value.rows, scope.statement)
    assert value.of is not None
    of = rows.value(value.of)
    total = exp.Sum(this=exp.cast(of, f"DECIMAL(38, {value.of.type.scale})"))
    query = from_rows(
        rows, [*tests, of.copy().is_(exp.null()).not_()], column(R, CONTACT), _named(total, "total"),
        _named(exp.Count(this=exp.Star()), "rows"),
    ).group_by(column(R, CONTACT))  # fmt: skip
    name = scope.statement.named(value, "average", query)
    scope.joins.left(name, name, column(name, CONTACT).eq(scope.contact.copy()))
    return name


def compare_average(scope: Scope, value: Aggregate, test: object) -> exp.Expr:
    """average OP x as total OP x * rows: nothing is divided."""
    assert isinstance(test, Spans)
    name = _average(scope, value)
    return average_in(column(name, "total"), column(name, "rows"), test)


def average_in(total: exp.Expr, rows: exp.Expr, test: Spans) -> exp.Expr:
    """Whether total / rows is in one of the spans."""
    spans: list[exp.Expr] = []
    for span in test.spans:
        ends: list[exp.Expr] = []
        for end, inside, ops in (
            (span.low, span.low_in, (exp.GTE, exp.GT)),
            (span.high, span.high_in, (exp.LTE, exp.LT)),
        ):
            if end is not None:
                product = exp.Mul(this=number(end), expression=rows.copy())
                ends.append(ops[not inside](this=total.copy(), expression=product))
        spans.append(exp.and_(*ends) if ends else total.copy().is_(exp.null()).not_())
    return exp.or_(*spans)


def _group_count(value: GroupCount, statement: Statement) -> exp.Expr:
    """Groups of rows by the contact and `per`, kept by `having`, counted by contact."""
    scope, tests = rows_scope(value.rows, statement)
    keys = [comparable(scope, of) for of in value.per]
    tests = [*tests, *(key.copy().is_(exp.null()).not_() for key in keys)]
    having = value.having
    kept: exp.Expr | None = None
    if having is not None:
        kept = _having(scope, having.function, having.of, having.type, having.test)
    groups = from_rows(scope, tests, column(R, CONTACT)).group_by(column(R, CONTACT), *keys)
    if kept is not None:
        groups = groups.having(kept)
    return (
        exp.select(column("g", CONTACT), _named(exp.Count(this=exp.Star()), "value"))
        .from_(exp.alias_(exp.Subquery(this=groups), "g", quoted=True, table=True))
        .group_by(column("g", CONTACT))
    )


def _having(scope: Scope, function: Function, of: RowColumn | None, type_: object, test: object) -> exp.Expr:
    if function == "average":
        assert of is not None
        assert isinstance(test, Spans)
        value = scope.value(of)
        return average_in(
            exp.Sum(this=exp.cast(value, f"DECIMAL(38, {of.type.scale})")), exp.Count(this=value.copy()), test
        )
    found = function_over(scope, function, of)
    if function == "sum":
        found = exp.func("COALESCE", found, exp.Literal.number(0))
    statement = scope.statement
    return predicate(found, type_, test, statement.engine, statement.zone)  # pyright: ignore[reportArgumentType]


def quantile_groups(quantile: Quantile, statement: Statement) -> exp.Expr:
    """1 + floor(groups * s / n) for every live contact that has a value."""
    from jobs.sql.twin import PEOPLE, Scope

    scope = Scope(statement, "p", column("p", CONTACT))
    value: Value = quantile.value
    of = scope.value(value)
    valued = scope.joins.onto(
        exp.select(column("p", CONTACT), _named(of, "value")).from_(
            exp.alias_(exp.table_(PEOPLE, quoted=True), "p", quoted=True, table=True)
        )
    ).where(of.copy().is_(exp.null()).not_())
    rank = exp.Window(
        this=exp.Anonymous(this="RANK"), order=exp.Order(expressions=[exp.Ordered(this=column("v", "value"))])
    )
    smaller = exp.Mul(this=number(quantile.groups), expression=exp.paren(exp.Sub(this=rank, expression=number(1))))
    everyone = exp.Window(this=exp.Count(this=exp.Star()))
    group = exp.Add(this=number(1), expression=exact.quotient(smaller, everyone, statement.engine))
    return exp.select(column("v", CONTACT), _named(exp.cast(group, "BIGINT"), "value")).from_(
        exp.alias_(exp.Subquery(this=valued), "v", quoted=True, table=True)
    )
