"""The part of a program that is about rows: conditions on a row, aggregates, groups, chains.

A row's condition may name a value of the row's contact; it then waits for the level that computes that value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, assert_never

from jobs.catalog.model import Catalog
from jobs.catalog.types import WORDS, ColumnType
from jobs.kernel.exact_arrays import closed_double, closed_whole
from jobs.kernel.instructions import ChainNode, ChainStep, Gathering, RowsAggregate, RowsGroups, RowsValue, TimeBounds
from jobs.kernel.predicates import FEW_SPANS
from jobs.kernel.row_conditions import (
    Conjunct,
    KernelTest,
    Operand,
    Ranges,
    RowAll,
    RowAny,
    RowFormula,
    RowNot,
    RowPair,
    RowTest,
)
from jobs.language import atoms
from jobs.plan.run_plan import AS_WRITTEN

ZERO_FOR_NOBODY = frozenset({"count", "days", "distinct", "sum"})
"""Never unknown: a contact without rows has 0."""


class ContactValues(Protocol):
    """What the whole program knows of a contact's values."""

    value_levels: list[int]
    types: list[ColumnType | None]

    def value(self, value: atoms.Value) -> int: ...


class RowCompiler:
    """Numbers values over rows, and chains."""

    def __init__(
        self, catalog: Catalog, keep_cut_us: Mapping[str, int], as_of_us: int, contacts: ContactValues
    ) -> None:
        self.items: list[RowsValue] = []
        self.levels: list[int] = []
        self.gatherings: list[Gathering] = []
        self.gathering_levels: list[int] = []
        self.chains: list[ChainNode] = []
        self.chain_levels: list[int] = []
        self._catalog = catalog
        self._keep_cut_us = keep_cut_us
        self._as_of_us = as_of_us
        self._contacts = contacts
        self._numbers: dict[RowsValue, int] = {}
        self._chain_numbers: dict[ChainNode, int] = {}
        self._gathering_numbers: dict[Gathering, int] = {}
        self._formulas: dict[atoms.Formula, RowFormula] = {}

    def value(self, value: atoms.Aggregate | atoms.GroupCount, as_written: bool = False) -> int:
        """The number of a value over rows. `as_written`: of text, not folded."""
        item = self._groups(value) if isinstance(value, atoms.GroupCount) else self._aggregate(value, as_written)
        number = self._numbers.get(item)
        if number is None:
            number = self._numbers[item] = len(self.items)
            self.items.append(item)
            self.levels.append(self._level(item.where))
        return number

    def always_known(self, number: int) -> bool:
        item = self.items[number]
        return isinstance(item, RowsGroups) or item.function in ZERO_FOR_NOBODY

    def _aggregate(self, value: atoms.Aggregate, as_written: bool) -> RowsAggregate:
        rows = value.rows
        of = "" if value.of is None else value.of.path + AS_WRITTEN * as_written
        window = self._window(rows.source, rows.window)
        return RowsAggregate(rows.source, self._where(rows.where), window, value.function, of, value.type)

    def _groups(self, value: atoms.GroupCount) -> RowsGroups:
        rows, having = value.rows, value.having
        window = self._window(rows.source, rows.window)
        per = tuple(column.path for column in value.per)
        where = self._where(rows.where)
        if having is None:
            return RowsGroups(rows.source, where, window, per, "count", "", value.type, None)
        of = "" if having.of is None else having.of.path
        test: KernelTest = kernel_test(having.test, having.type)
        return RowsGroups(rows.source, where, window, per, having.function, of, having.type, test)

    def chain(self, chain: atoms.Chain) -> int:
        """The number of a chain; its level is that of its latest step."""
        afters = [step.same for step in chain.steps[1:]] + [()]
        steps = tuple(self._step(step, chain.window, after) for step, after in zip(chain.steps, afters, strict=True))
        folds = tuple(tuple(earlier.type.fold for earlier, _ in step.same) for step in chain.steps)
        node = ChainNode(steps, folds)
        number = self._chain_numbers.get(node)
        if number is None:
            number = self._chain_numbers[node] = len(self.chains)
            self.chains.append(node)
            self.chain_levels.append(max(self.gathering_levels[step.rows] for step in steps))
        return number

    def _step(
        self, step: atoms.Step, window: atoms.Window | None, after: tuple[tuple[atoms.RowColumn, atoms.RowColumn], ...]
    ) -> ChainStep:
        # The rows that answer an absent step are all before as_of, whatever the window.
        seen = self._window(step.source, None if step.absent else window)
        where, same = self._where(step.where), tuple(_same_path(*pair) for pair in step.same)
        compared = tuple(earlier.path for earlier, _ in after)
        columns = tuple(sorted({*same, *compared}))
        rows = self._gathering(Gathering(step.source, where, seen, columns))
        return ChainStep(
            rows, step.gap_us, step.absent, *(tuple(map(columns.index, paths)) for paths in (same, compared))
        )

    def _gathering(self, gathering: Gathering) -> int:
        number = self._gathering_numbers.get(gathering)
        if number is None:
            number = self._gathering_numbers[gathering] = len(self.gatherings)
            self.gatherings.append(gathering)
            self.gathering_levels.append(self._level(gathering.where))
        return number

    def _window(self, source: str, window: atoms.Window | None) -> TimeBounds:
        if not self._catalog.sources[source].has_time:
            return TimeBounds(None, None)
        cut = self._keep_cut_us.get(source)
        if window is None:
            return TimeBounds(cut, self._as_of_us)
        assert isinstance(window, atoms.Instants), "a plan's windows are instants"
        # The cut is part of the meaning: a window that reaches further back does not bring older rows to life.
        lows = [low for low in (cut, window.low) if low is not None]
        return TimeBounds(max(lows, default=None), window.high)

    def _where(self, where: atoms.Formula | None) -> RowFormula | None:
        return None if where is None else self.formula(where)

    def formula(self, formula: atoms.Formula) -> RowFormula:
        condition = self._formulas.get(formula)
        if condition is None:
            condition = self._formulas[formula] = self._formula(formula)
        return condition

    def _formula(self, formula: atoms.Formula) -> RowFormula:
        match formula:
            case atoms.AllOf(children):
                return RowAll(tuple(map(self.formula, children)))
            case atoms.AnyOf(children):
                return RowAny(tuple(map(self.formula, children)))
            case atoms.NotOf(child):
                return RowNot(self.formula(child))
            case atoms.Compare(value, test):
                operand = self._operand(value)
                return RowTest(operand, kernel_test(test, operand.type))
            case atoms.Pair(left, comparison, right):
                return RowPair(self._operand(left), comparison, self._operand(right))
            case _:
                raise AssertionError(f"{type(formula).__name__} stands in a row's condition")

    def _operand(self, value: atoms.Value) -> Operand:
        if isinstance(value, atoms.RowColumn):
            return Operand(value.type, path=value.path)
        number = self._contacts.value(value)
        kind = self._contacts.types[number]
        assert kind is not None, "only typed values are compared with a row's"
        return Operand(kind, contact=number)

    def _level(self, where: RowFormula | None) -> int:
        used = contact_values(where)
        return max((self._contacts.value_levels[number] + 1 for number in used), default=0)


def _same_path(earlier: atoms.RowColumn, later: atoms.RowColumn) -> str:
    """The later step's column, as it is written where the earlier step's does not fold."""
    return later.path + AS_WRITTEN * (later.type.fold and not earlier.type.fold)


def kernel_test(test: atoms.Test, kind: ColumnType) -> KernelTest:
    """The test with numbers in the units the kernel stores."""
    if isinstance(test, atoms.TimeTest):
        raise AssertionError("a plan holds no symbolic test")
    if not isinstance(test, atoms.Spans):
        return test
    low, high = closed_double(test) if kind.name == "float" else closed_whole(test, kind.scale)
    return Ranges(low, high, test)


def contact_values(formula: RowFormula | None) -> set[int]:
    """The numbers of the contact's values that a row's condition compares with."""
    match formula:
        case None:
            return set()
        case RowAll(children) | RowAny(children):
            return {number for child in children for number in contact_values(child)}
        case RowNot(child):
            return contact_values(child)
        case RowTest(operand):
            return {operand.contact} - {-1}
        case RowPair(left, _, right):
            return {left.contact, right.contact} - {-1}
        case _:
            assert_never(formula)


def row_paths(formula: RowFormula | None) -> set[str]:
    """The columns of the row that a condition on it names."""
    match formula:
        case None:
            return set()
        case RowAll(children) | RowAny(children):
            return {path for child in children for path in row_paths(child)}
        case RowNot(child):
            return row_paths(child)
        case RowTest(operand):
            return {operand.path} - {""}
        case RowPair(left, _, right):
            return {left.path, right.path} - {""}
        case _:
            assert_never(formula)


def conjuncts(where: RowFormula | None) -> tuple[Conjunct, ...]:
    """The conditions that must all be true."""
    match where:
        case None:
            return ()
        case RowAll(children):
            return tuple(part for child in children for part in conjuncts(child))
        case RowTest(Operand(path=path, contact=-1), Ranges(low) as ranges) if 0 < len(low) <= FEW_SPANS:
            return (Conjunct(where, path, ranges),)
        case _:
            return (Conjunct(where, _words_path(where), None),)


def _words_path(condition: RowFormula) -> str:
    """The one column of words that a condition is about; "" if it is about anything else too."""
    paths = _paths(condition)
    return paths.pop() if len(paths) == 1 else ""


def _paths(condition: RowFormula) -> set[str]:
    match condition:
        case RowAll(children) | RowAny(children):
            return {path for child in children for path in _paths(child)}
        case RowNot(child):
            return _paths(child)
        case RowTest(operand) if operand.contact < 0 and operand.type.name in WORDS:
            return {operand.path}
        case RowTest() | RowPair():
            return {"", "two"}  # never one
