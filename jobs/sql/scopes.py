"""Expressions over one SELECT: over the contacts, or over the rows of a source.

A formula becomes the boolean expression that it is, SQL's null for unknown: AND, OR and NOT follow Kleene's tables. `not`
is brought down to the comparisons, as the English does it, so that each condition can stand under its own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, assert_never

from sqlglot import exp

from jobs.catalog.model import Source
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
    NotOf,
    Pair,
    Quantile,
    RowColumn,
    Sample,
    Test,
    Value,
)
from jobs.language.phrases import negation
from jobs.plan.resolution import value_type
from jobs.sql import averages, computed_ctes, row_aggregates, sample_numbers, sequence_ctes
from jobs.sql.constants import truth
from jobs.sql.expressions import (
    CONTACT,
    all_of,
    always,
    any_of,
    column,
    compared,
    equal,
    negated,
    noted,
    table,
)
from jobs.sql.fragments import Engine, fill
from jobs.sql.relations import Joins
from jobs.sql.value_predicates import COMPARISONS, predicate

if TYPE_CHECKING:
    from jobs.sql.statement import Statement


class Scope:
    """`source` gives the rows; `contact` is the column that says whose a row is."""

    def __init__(self, statement: Statement, source: Source) -> None:
        self.statement = statement
        self.engine: Engine = statement.engine
        self.source = source
        self.of_contacts = source.kind == "contacts"
        self.contact = column(source.name, CONTACT)
        self.joins = Joins(statement.plan.catalog, source, statement.reads)
        statement.reads.add(source.name, CONTACT)

    def over(self, source: str = "") -> Scope:
        """A scope of its own over another source's rows; over the contacts where none is named."""
        catalog = self.statement.plan.catalog
        return Scope(self.statement, catalog.sources[source] if source else catalog.contacts)

    def select(self, *chosen: exp.Expr, where: Iterable[exp.Expr] = ()) -> exp.Select:
        """Columns of the rows for which all tests are true, with every table that the expressions made so far need."""
        select = self.joins.onto(exp.select(*chosen).from_(table(self.source.name)))
        tests = list(where)
        return select.where(*tests, copy=False) if tests else select

    @property
    def time(self) -> exp.Expr:
        self.statement.reads.add(self.source.name, self.source.time)
        return column(self.source.name, self.source.time)

    # --- formulas ----------------------------------------------------------------------------------------------------

    def formula(self, formula: Formula) -> exp.Expr:
        """A boolean expression; null is unknown."""
        match formula:
            case AllOf(children):
                return all_of(map(self.formula, children))
            case AnyOf(children):
                return any_of(map(self.formula, children))
            case NotOf(AllOf(children)):
                return any_of(self.formula(negation(child)) for child in children)
            case NotOf(AnyOf(children)):
                return all_of(self.formula(negation(child)) for child in children)
            case NotOf(NotOf(child)):
                return self.formula(child)
            case _:
                with self.statement.speaking_of(formula) as words:
                    return noted(self._leaf(formula), words if self.of_contacts else "")

    def _leaf(self, formula: Formula) -> exp.Expr:
        match formula:
            case NotOf(child):
                return negated(self._leaf(child))
            case Everyone():
                return truth(True)
            case Compare(value, test):
                return self._compare(value, test)
            case Pair():
                return self._pair(formula)
            case InSegment(id_):
                return self._is_in(self.statement.segment(id_))
            case InList():
                return self._is_in(self.statement.list_table(formula))
            case Chain():
                return self._is_in(
                    self.statement.part(formula, "sequence", partial(sequence_ctes.followers, self, formula))
                )
            case Sample():
                return sample_numbers.falls_in(self, formula)
            case AllOf() | AnyOf():
                raise AssertionError("all and any are no leaves")
            case _:
                assert_never(formula)

    def _is_in(self, table_name: str) -> exp.Expr:
        found = exp.select(exp.Literal.number(1)).from_(table(table_name))
        return exp.Exists(this=found.where(equal(column(table_name, CONTACT), self.contact)))

    def _compare(self, value: Value, test: Test) -> exp.Expr:
        if isinstance(value, Aggregate) and value.function == "average":
            return averages.compare_average(self, value, test)
        summed = isinstance(value, Aggregate) and value.function == "sum"
        return predicate(self.value(value), value_type(value), test, self.engine, self.statement.zone, summed)

    def _pair(self, pair: Pair) -> exp.Expr:
        one, other = value_type(pair.left), value_type(pair.right)
        folded = one.fold or other.fold
        left, right = (self.value(side, folded) for side in (pair.left, pair.right))
        if "float" in (one.name, other.name) and one.name != other.name:
            left, right = (
                side if kind.name == "float" else fill("double", self.engine, x=side)
                for side, kind in ((left, one), (right, other))
            )
        if one.name == "version":
            left, right = (fill("version_key", self.engine, x=side) for side in (left, right))
        if left == right:
            return always(left) if pair.comparison in ("is", "at_most", "at_least") else negated(always(left))
        return compared(COMPARISONS[pair.comparison], left, right)

    # --- values ------------------------------------------------------------------------------------------------------

    def value(self, value: Value, folded: bool | None = None) -> exp.Expr:
        """A scalar expression; null where missing. `folded` None: as its own column says."""
        match value:
            case RowColumn(path, type_):
                return self.joins.path(self.source, self.source.name, path, type_.fold if folded is None else folded)
            case ContactColumn(source, path, type_):
                fold = type_.fold if folded is None else folded
                return self.joins.contact_column(source, path, self.contact, fold)
            case Aggregate() | GroupCount():
                return row_aggregates.joined(self, value, folded)
            case Computed():
                return computed_ctes.joined(self, value, value.type.fold if folded is None else folded)
            case Arithmetic() | Cases() | Quantile():
                raise AssertionError("a computed column gives these their type")
            case _:
                assert_never(value)

    def comparable(self, of: RowColumn, folded: bool | None = None) -> exp.Expr:
        """The column as something whose SQL equality and order are the type's own."""
        value = self.value(of, folded)
        return fill("version_key", self.engine, x=value) if of.type.name == "version" else value
