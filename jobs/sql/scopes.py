"""One SELECT while its expressions are made: over the contacts, or over the rows of a source.

A case of a computed column holds formulas, a formula may count rows, and their `where` is a formula again. So aggregates,
chains, computed columns and segments ask a `Scope` for what a formula is, and formulas.py, which knows them all, answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Self

from sqlglot import exp

from jobs.catalog.model import Source
from jobs.language.atoms import Formula, Instants, RowColumn, Rows, Value
from jobs.sql.constants import instant
from jobs.sql.expressions import CONTACT, column, compared, table
from jobs.sql.fragments import Engine, fill
from jobs.sql.relations import Joins
from jobs.sql.statement import Statement


class Scope(ABC):
    """`source` gives the rows; `contact` is the column that says whose a row is."""

    def __init__(self, statement: Statement, source: Source) -> None:
        self.statement = statement
        self.engine: Engine = statement.engine
        self.source = source
        self.of_contacts = source.is_contacts
        self.contact = column(source.name, CONTACT)
        self.joins = Joins(statement.plan.catalog, source, statement.reads, statement.engine)
        statement.reads.add(source.name, CONTACT)

    @abstractmethod
    def formula(self, formula: Formula) -> exp.Expr:
        """A boolean expression; null is unknown."""

    @abstractmethod
    def value(self, value: Value, folded: bool | None = None) -> exp.Expr:
        """A scalar expression; null where missing. `folded` None: as its own column says."""

    def comparable(self, of: RowColumn, folded: bool | None = None) -> exp.Expr:
        """The column as something whose SQL equality and order are the type's own."""
        value = self.value(of, folded)
        return fill("version_key", self.engine, x=value) if of.type.name == "version" else value

    @property
    def time(self) -> exp.Expr:
        self.statement.reads.add(self.source.name, self.source.time)
        return column(self.source.name, self.source.time)

    def over(self, source: str = "") -> Self:
        """A scope of its own over another source's rows; over the contacts where none is named."""
        catalog = self.statement.plan.catalog
        return type(self)(self.statement, catalog.sources[source] if source else catalog.contacts)

    def over_rows(self, rows: Rows) -> tuple[Self, list[exp.Expr]]:
        """A scope over a source's rows, and what WHERE asks: the window, the source's own limit, the condition."""
        scope = self.over(rows.source)
        where = [] if rows.where is None else [scope.formula(rows.where)]
        return scope, [*scope._in_window(rows), *where]

    def _in_window(self, rows: Rows) -> list[exp.Expr]:
        if not self.source.time:
            return []
        plan, window = self.statement.plan, rows.window
        assert isinstance(window, Instants), "a plan's windows of events are instants"
        lows = [low for low in (window.low, plan.keep_cut_us.get(rows.source)) if low is not None]
        tests = [compared(exp.GTE, self.time, instant(max(lows)))] if lows else []
        return [*tests, compared(exp.LT, self.time, instant(window.high))]

    def select(self, *chosen: exp.Expr, where: Iterable[exp.Expr] = ()) -> exp.Select:
        """Columns of the rows for which all tests are true, with every table that the expressions made so far need."""
        select = self.joins.onto(exp.select(*chosen).from_(table(self.source.name)))
        tests = list(where)
        return select.where(*tests, copy=False) if tests else select
