"""What a formula and a value are in SQL, whatever rows they speak of.

A formula becomes the boolean expression that it is, SQL's null for unknown: AND, OR and NOT follow Kleene's tables. `not`
is brought down to the comparisons, as the English does it, so that each condition can stand under its own words.
"""

from __future__ import annotations

from functools import partial
from typing import assert_never

from sqlglot import exp

from jobs.language import atoms
from jobs.language.phrases import negation
from jobs.plan.resolution import value_type
from jobs.sql import averages, computed_ctes, row_aggregates, sample_numbers, segment_ctes, sequence_ctes
from jobs.sql.constants import truth
from jobs.sql.expressions import CONTACT, all_of, always, any_of, column, compared, equal, negated, noted, table
from jobs.sql.fragments import fill
from jobs.sql.scopes import Scope
from jobs.sql.value_predicates import COMPARISONS, predicate


class FormulaScope(Scope):
    """A scope that knows every formula and value of a plan."""

    def formula(self, formula: atoms.Formula) -> exp.Expr:
        match formula:
            case atoms.AllOf(children):
                return all_of(map(self.formula, children))
            case atoms.AnyOf(children):
                return any_of(map(self.formula, children))
            case atoms.NotOf(atoms.AllOf(children)):
                return any_of(self.formula(negation(child)) for child in children)
            case atoms.NotOf(atoms.AnyOf(children)):
                return all_of(self.formula(negation(child)) for child in children)
            case atoms.NotOf(atoms.NotOf(child)):
                return self.formula(child)
            case _:
                with self.statement.speaking_of(formula) as words:
                    return noted(self._leaf(formula), words if self.of_contacts else "")

    def _leaf(self, formula: atoms.Formula) -> exp.Expr:
        match formula:
            case atoms.NotOf(child):
                return negated(self._leaf(child))
            case atoms.Everyone():
                return truth(True)
            case atoms.Compare(value, test):
                return self._compare(value, test)
            case atoms.Pair():
                return self._pair(formula)
            case atoms.InSegment(id_):
                return self._is_in(segment_ctes.segment(self, id_))
            case atoms.InList():
                return self._is_in(self.statement.list_table(formula))
            case atoms.Chain():
                followers = partial(sequence_ctes.followers, self, formula)
                return self._is_in(self.statement.part(formula, "sequence", followers))
            case atoms.Sample():
                return sample_numbers.falls_in(self, formula)
            case atoms.AllOf() | atoms.AnyOf():
                raise AssertionError("all and any are no leaves")
            case _:
                assert_never(formula)

    def _is_in(self, table_name: str) -> exp.Expr:
        row = exp.select(exp.Literal.number(1)).from_(table(table_name))
        return exp.Exists(this=row.where(equal(column(table_name, CONTACT), self.contact)))

    def _compare(self, value: atoms.Value, test: atoms.Test) -> exp.Expr:
        if isinstance(value, atoms.Aggregate) and value.function == "average":
            return averages.compare_average(self, value, test)
        summed = isinstance(value, atoms.Aggregate) and value.function == "sum"
        return predicate(self.value(value), value_type(value), test, self.engine, self.statement.zone, summed)

    def _pair(self, pair: atoms.Pair) -> exp.Expr:
        types = value_type(pair.left), value_type(pair.right)
        folded = any(type_.fold for type_ in types)
        left, right = (self.value(side, folded) for side in (pair.left, pair.right))
        kinds = {type_.name for type_ in types}
        if "float" in kinds and len(kinds) > 1:
            left, right = (
                side if type_.name == "float" else fill("double", self.engine, x=side)
                for side, type_ in zip((left, right), types, strict=True)
            )
        if "version" in kinds:
            left, right = (fill("version_key", self.engine, x=side) for side in (left, right))
        if left == right:
            return always(left) if pair.comparison in ("is", "at_most", "at_least") else negated(always(left))
        return compared(COMPARISONS[pair.comparison], left, right)

    def value(self, value: atoms.Value, folded: bool | None = None) -> exp.Expr:
        match value:
            case atoms.RowColumn(path, type_):
                return self.joins.path(self.source, self.source.name, path, type_.fold if folded is None else folded)
            case atoms.ContactColumn(source, path, type_):
                fold = type_.fold if folded is None else folded
                return self.joins.contact_column(source, path, self.contact, fold)
            case atoms.Aggregate() | atoms.GroupCount():
                return row_aggregates.joined(self, value, folded)
            case atoms.Computed():
                return computed_ctes.joined(self, value, value.type.fold if folded is None else folded)
            case atoms.Arithmetic() | atoms.Cases() | atoms.Quantile():
                raise AssertionError("a computed column gives these their type")
            case _:
                assert_never(value)
