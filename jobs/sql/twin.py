"""One readable statement for a segment: a CTE for each thing counted, one for each segment, a SELECT of contact ids.

Everything a condition asks of rows becomes a CTE with one row a contact, joined to the contacts; conditions stay the boolean
expression they are in the spec.
"""

from __future__ import annotations

from typing import assert_never

import sqlglot
from sqlglot import exp

from jobs.language.atoms import (
    Aggregate,
    AllOf,
    AnyOf,
    Arithmetic,
    Cases,
    Chain,
    Compare,
    Computed,
    ContactColumn,
    Everyone,
    Formula,
    GroupCount,
    InList,
    InSegment,
    Keep,
    Meaning,
    NotOf,
    Pair,
    Quantile,
    RowColumn,
    Sample,
    Value,
)
from jobs.plan.planned import Plan
from jobs.plan.planning import references
from jobs.plan.resolving import value_type
from jobs.sql import aggregates, chains, exact, sampling
from jobs.sql.fragments import Engine
from jobs.sql.literals import literal, number, truth
from jobs.sql.predicates import COMPARISONS, predicate
from jobs.sql.relations import CONTACT, Joins, column

EXECUTED = ("duckdb", "spark")
"""Engines whose statements the tests execute; other dialects of sqlglot are translations."""

PEOPLE = "people"


def segment_sql(plan: Plan, segment: str, dialect: str, comment: str = "") -> str:
    """The statement for one segment of a plan, with its English as a comment on top."""
    engine: Engine = "spark" if dialect == "spark" else "duckdb"
    statement = Statement(plan, engine)
    text = statement.select_of(segment).sql(dialect=dialect, pretty=True, identify=True)
    head = "".join(f"-- {line}".rstrip() + "\n" for line in comment.splitlines())
    note = "" if dialect in EXECUTED else f"-- translated from DuckDB's SQL to {dialect}; not executed here\n"
    return head + note + text


class Statement:
    """Grows one WITH clause: a name for each distinct thing, made the first time it is asked for."""

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self.plan = plan
        self.engine: Engine = engine
        self.zone = plan.clock.zone.name
        self.segments = {meaning.id: meaning for meaning in plan.segments}
        self.parts: dict[str, exp.Expr] = {}
        self._names: dict[object, str] = {}

    def select_of(self, segment: str) -> exp.Expr:
        self.parts[PEOPLE] = exp.select(column("c", CONTACT)).from_(_table(self.plan.catalog.contacts.name, "c"))
        name = self.segment(segment)
        select = exp.select(column(name, CONTACT)).from_(_table(name, name)).order_by(column(name, CONTACT))
        for part, query in self.parts.items():
            select = select.with_(exp.to_identifier(part, quoted=True), as_=query, copy=False)
        return select

    def named(self, key: object, prefix: str, query: exp.Expr) -> str:
        """The name of a CTE; equal keys share one."""
        name = self._names.get(key)
        if name is None:
            count = sum(known.startswith(prefix) for known in self._names.values())
            name = self._names[key] = f"{prefix}_{count + 1}"
            self.parts[name] = query
        return name

    # --- segments ------------------------------------------------------------------------------------------------

    def segment(self, id_: str) -> str:
        """The CTE of a segment's members, after its keep."""
        key = ("segment", id_)
        if key not in self._names:
            meaning = self.segments[id_]
            for reference in references(meaning):
                self.segment(reference)
            query = self._members(meaning)
            self._names[key] = name = f"segment_{id_}"
            self.parts[name] = query
        return self._names[key]

    def _members(self, meaning: Meaning) -> exp.Expr:
        scope = Scope(self, "p", column("p", CONTACT))
        tests = [scope.formula(part) for part in (meaning.base, meaning.where) if not isinstance(part, Everyone)]
        chosen: list[exp.Expr] = [column("p", CONTACT)]
        keep = meaning.keep
        if keep is not None:
            chosen.append(exp.alias_(self._order(keep, scope), "place", quoted=True))
        select = scope.joins.onto(exp.select(*chosen).from_(_table(PEOPLE, "p")))
        select = select.where(*tests) if tests else select
        return select if keep is None else self._kept(keep, select)

    def _order(self, keep: Keep, scope: Scope) -> exp.Expr:
        if keep.by is None:
            assert keep.seed is not None
            by = exp.Ordered(this=sampling.place(scope, keep.seed), desc=False)
        else:
            by = exp.Ordered(this=scope.value(keep.by), desc=not keep.lowest, nulls_first=False)
        order = exp.Order(expressions=[by, exp.Ordered(this=column("p", CONTACT), desc=False)])
        return exp.Window(this=exp.RowNumber(), order=order)

    def _kept(self, keep: Keep, members: exp.Select) -> exp.Expr:
        place = column("m", "place")
        if keep.count is not None:
            limit: exp.Expr = number(keep.count)
        else:
            assert keep.percent is not None
            # ceil(m * p / 100) without a fraction: (m * p' + 100 * s - 1) / (100 * s), p' and s whole.
            top, bottom = (keep.percent / 100).as_integer_ratio()
            everyone = exp.Window(this=exp.Count(this=exp.Star()))
            raised = exp.Add(this=exp.Mul(this=everyone, expression=number(top)), expression=number(bottom - 1))
            limit = exact.quotient(exp.paren(raised), number(bottom), self.engine)
        counted = exp.select(column("m", CONTACT), place, exp.alias_(limit, "places", quoted=True)).from_(
            exp.alias_(exp.Subquery(this=members), "m", quoted=True, table=True)
        )
        return (
            exp.select(column("k", CONTACT))
            .from_(exp.alias_(exp.Subquery(this=counted), "k", quoted=True, table=True))
            .where(exp.LTE(this=column("k", "place"), expression=column("k", "places")))
        )


class Scope:
    """Expressions over one SELECT: over the contacts (`source` empty) or over the rows of a source."""

    def __init__(self, statement: Statement, alias: str, contact: exp.Expr, source: str = "") -> None:
        self.statement = statement
        self.alias = alias
        self.contact = contact
        self.source = source
        self.joins = Joins(statement.plan.catalog)

    def formula(self, formula: Formula) -> exp.Expr:
        """A boolean expression; null is unknown."""
        match formula:
            case AllOf(children):
                return exp.and_(*map(self.formula, children))
            case AnyOf(children):
                return exp.or_(*map(self.formula, children))
            case NotOf(child):
                return exp.not_(self.formula(child))
            case Everyone():
                return truth(True)
            case Compare(value, test):
                return self._compare(value, test)
            case Pair():
                return self._pair(formula)
            case InSegment(id_):
                return self._is_in(self.statement.segment(id_), id_)
            case InList(name, on):
                return self._is_in(list_name(name, None if on is None else on.isoformat()), f"list {name}")
            case Chain():
                chain = self.statement.named(formula, "chain", chains.followers(formula, self.statement))
                return self._is_in(chain, chain)
            case Sample():
                return sampling.falls_in(self, formula)
            case _:
                assert_never(formula)

    def _is_in(self, table: str, alias: str) -> exp.Expr:
        self.joins.left(table, alias, column(alias, CONTACT).eq(self.contact.copy()))
        return column(alias, CONTACT).is_(exp.null()).not_()

    def _compare(self, value: Value, test: object) -> exp.Expr:
        if isinstance(value, Aggregate) and value.function == "average":
            return aggregates.compare_average(self, value, test)
        statement = self.statement
        return predicate(self.value(value), value_type(value), test, statement.engine, statement.zone)  # pyright: ignore[reportArgumentType]

    def _pair(self, pair: Pair) -> exp.Expr:
        left, right = self.value(pair.left), self.value(pair.right)
        kinds = {value_type(pair.left).name, value_type(pair.right).name}
        if "float" in kinds and len(kinds) > 1:
            left, right = exp.cast(left, "DOUBLE"), exp.cast(right, "DOUBLE")
        if kinds == {"version"}:
            left, right = (exact.version_parts(side, self.statement.engine) for side in (left, right))
        return COMPARISONS[pair.comparison](this=left, expression=right)

    def value(self, value: Value) -> exp.Expr:
        """A scalar expression; null where missing."""
        match value:
            case RowColumn(path):
                return self.joins.path(self.statement.plan.catalog.sources[self.source], self.alias, path)
            case ContactColumn(source, path):
                return self.joins.contact_column(source, path, self.contact, self.alias if self.source else "")
            case Aggregate() | GroupCount():
                return aggregates.joined(self, value)
            case Computed():
                return self._computed(value)
            case Arithmetic() | Cases() | Quantile():
                raise AssertionError("a computed column gives these their type")
            case _:
                assert_never(value)

    def _computed(self, computed: Computed) -> exp.Expr:
        inner = computed.value
        match inner:
            case Aggregate(function="average"):
                return exact.rounded(aggregates.average_parts(self, inner), computed.type, self.statement.engine)
            case Aggregate() | GroupCount():
                return exact.typed(self.value(inner), computed.type)
            case Arithmetic():
                return exact.rounded(exact.fraction(inner, self.value, self.statement.engine), computed.type,
                                     self.statement.engine)  # fmt: skip
            case Cases(cases):
                case_ = exp.Case()
                for one in cases:
                    case_ = case_.when(self.formula(one.when), literal(one.value, computed.type))
                return case_
            case Quantile():
                return self._quantile(inner)
            case _:
                assert_never(inner)

    def _quantile(self, quantile: Quantile) -> exp.Expr:
        name = self.statement.named(quantile, "groups", aggregates.quantile_groups(quantile, self.statement))
        self.joins.left(name, name, column(name, CONTACT).eq(self.contact.copy()))
        return column(name, "value")


def list_name(name: str, on: str | None) -> str:
    """The table a contact list is expected under: `list_<name>`, or `list_<name>_<yyyymmdd>` for a dated one."""
    return f"list_{name}" if on is None else f"list_{name}_{on.replace('-', '')}"


def _table(name: str, alias: str) -> exp.Expr:
    return exp.alias_(exp.table_(name, quoted=True), alias, quoted=True, table=True)


def dialects() -> list[str]:
    """Every dialect sqlglot can write."""
    return sorted(name for name in (dialect.value for dialect in sqlglot.Dialects) if name)
