"""Takes everything symbolic out of a formula: time tests, written instants and windows become numbers.

One function for each part of the closed set of atoms; a computed column's case literals become what the kernel carries
(days, microseconds).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from jobs.catalog.model import Catalog
from jobs.catalog.types import ColumnType
from jobs.language import atoms
from jobs.plan.clock import day_of
from jobs.plan.run_plan import Clock
from jobs.plan.times import resolve_time, window_instants
from jobs.syntax.literals import Moment


class Resolver:
    """Resolves meanings against one clock; equal parts are resolved once."""

    def __init__(self, clock: Clock, catalog: Catalog) -> None:
        self.clock = clock
        self.catalog = catalog
        self._values: dict[atoms.Value, atoms.Value] = {}

    def meaning(self, meaning: atoms.Meaning) -> atoms.Meaning:
        keep = meaning.keep
        return atoms.Meaning(
            meaning.id,
            self.formula(meaning.base),
            self.formula(meaning.where),
            None if keep is None else self.keep(keep),
        )

    def keep(self, keep: atoms.Keep) -> atoms.Keep:
        return keep if keep.by is None else replace(keep, by=self.value(keep.by))

    def formula(self, formula: atoms.Formula) -> atoms.Formula:
        match formula:
            case atoms.AllOf(children):
                return atoms.AllOf(tuple(map(self.formula, children)))
            case atoms.AnyOf(children):
                return atoms.AnyOf(tuple(map(self.formula, children)))
            case atoms.NotOf(child):
                return atoms.NotOf(self.formula(child))
            case atoms.Compare(value, test):
                return atoms.Compare(self.value(value), self.test(test, value_type(value)))
            case atoms.Pair(left, comparison, right):
                return atoms.Pair(self.value(left), comparison, self.value(right))
            case atoms.Chain(steps, window):
                resolved = tuple(replace(step, where=self._where(step.where)) for step in steps)
                return atoms.Chain(resolved, window_instants(window, self.clock))
            case atoms.Everyone() | atoms.InSegment() | atoms.InList() | atoms.Sample():
                return formula
            case _:
                assert_never(formula)

    def value(self, value: atoms.Value) -> atoms.Value:
        resolved = self._values.get(value)
        if resolved is None:
            resolved = self._values[value] = self._value(value)
        return resolved

    def _value(self, value: atoms.Value) -> atoms.Value:
        match value:
            case atoms.RowColumn() | atoms.ContactColumn():
                return value
            case atoms.Aggregate():
                return replace(value, rows=self._rows(value.rows))
            case atoms.GroupCount():
                return replace(
                    value,
                    rows=self._rows(value.rows),
                    having=self._having(value.having),
                )
            case atoms.Arithmetic(operator, operands):
                return atoms.Arithmetic(
                    operator,
                    tuple(o if isinstance(o, Decimal) else self.value(o) for o in operands),
                )
            case atoms.Cases(cases):
                return atoms.Cases(tuple(atoms.Case(self.formula(case.when), case.value) for case in cases))
            case atoms.Quantile(inner, groups):
                return atoms.Quantile(self.value(inner), groups)
            case atoms.Computed():
                return self._computed(value)
            case _:
                assert_never(value)

    def _computed(self, computed: atoms.Computed) -> atoms.Computed:
        inner = self.value(computed.value)
        if isinstance(inner, atoms.Cases):
            inner = atoms.Cases(tuple(atoms.Case(c.when, self._literal(c.value, computed.type)) for c in inner.cases))
        return replace(computed, value=inner)

    def _literal(self, literal: atoms.Literal_, wanted: ColumnType) -> atoms.Literal_:
        if isinstance(literal, Moment):
            return literal.utc_us(self.clock.zone)
        if not isinstance(literal, date):
            return literal
        day = day_of(literal)
        # A date in the place of a timestamp is the instant that begins it, as a bare date in the data is.
        return self.clock.zone.midnight_us(day) if wanted.name == "timestamp" else day

    def _where(self, where: atoms.Formula | None) -> atoms.Formula | None:
        return None if where is None else self.formula(where)

    def _rows(self, rows: atoms.Rows) -> atoms.Rows:
        timed = self.catalog.sources[rows.source].has_time
        # Rows with a time always get a window, even where none is written: nothing at or after as_of may be counted.
        window = window_instants(rows.window, self.clock) if timed else None
        return atoms.Rows(rows.source, self._where(rows.where), window)

    def _having(self, having: atoms.Having | None) -> atoms.Having | None:
        return None if having is None else replace(having, test=self.test(having.test, having.type))

    def test(self, test: atoms.Test, tested: ColumnType) -> atoms.Test:
        return resolve_time(test, tested.name, self.clock) if isinstance(test, atoms.TimeTest) else test


def value_type(value: atoms.Value) -> ColumnType:
    """The type of what a value gives; arithmetic, cases and quantiles have that of the computed column around them."""
    match value:
        case atoms.RowColumn() | atoms.ContactColumn() | atoms.Aggregate() | atoms.GroupCount() | atoms.Computed():
            return value.type
        case atoms.Arithmetic() | atoms.Cases() | atoms.Quantile():
            raise AssertionError("only a computed column gives these a type")
        case _:
            assert_never(value)
