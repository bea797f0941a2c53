"""Computed columns: binds every one of the catalog to an atom, in an order in which the columns they use come first.

A column is a `value` over rows, arithmetic over the contact's columns, a `quantile_of`, or `cases`. A catalog in which one
of them does not bind is a broken catalog, and no spec is judged against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jobs.catalog.arithmetic import Name, NumberLiteral, Operation, check_unit, read_arithmetic
from jobs.catalog.exact import OPERATORS
from jobs.catalog.model import Catalog, Column, Source
from jobs.catalog.types import EXACT
from jobs.language import atoms
from jobs.language.atoms import Arithmetic, Computed, Quantile
from jobs.language.bound import UNSAID, BoundCatalog, BoundColumn, Reach, computed_column, operands
from jobs.language.cases import read_cases
from jobs.language.conditions import CONDITIONS
from jobs.language.context import Context, Uses
from jobs.language.heights import HEIGHT, height
from jobs.language.intervals import plain
from jobs.language.row_values import QUANTILE_OF, read_row_value
from jobs.language.spec_keys import table
from jobs.syntax.nodes import Json, Node, Problems
from jobs.syntax.objects import Key
from jobs.syntax.reference_order import in_order, way_round
from jobs.syntax.shapes import whole
from jobs.syntax.word_lists import alternatives

WORDS = ("attribute", "event", "related", "sequence", "all", "any", "not")
"""The conditions that may decide a case."""
QUANTILE_TYPES = ("integer", "decimal", "float", "date", "timestamp")

GROUPS = Key("groups", "How many groups of equal size there are, from 2.", whole(2, 2**31), required=True)
QUANTILE = table("a quantile", QUANTILE_OF, GROUPS, expected="an object with quantile_of and groups")

_QUANTILE = Reach(quantile=True)


def bind_catalog(catalog: Catalog, problems: Problems, unread: frozenset[str] = frozenset()) -> BoundCatalog | None:
    """The catalog with every computed column bound; None when one has a problem, all of which are in `problems`.

    `unread`: the names that a broken catalog could not say, which nobody is blamed for using.
    """
    before = len(problems.errors)
    columns = {
        f"{source.name}.{column.name}": (source, column)
        for source in catalog.sources.values()
        if source.is_computed
        for column in source.columns.values()
    }
    order, cycles = in_order(
        {name: [used for used in _uses(column) if used in columns] for name, (_, column) in columns.items()}
    )
    for cycle in cycles:
        _report_cycle(cycle, columns, problems)
    # With a cycle the catalog is refused, but everything else that is wrong is told together with it: columns then begin
    # as ones that are always missing, so that what uses them can be read. Without one, none may be used before it is bound.
    computed = {
        (source.name, column.name): _always_missing(source, column)
        for source, column in (columns.values() if cycles else ())
    }
    bound = BoundCatalog(catalog, computed, unread)
    heights: dict[tuple[str, str], int] = {}
    for name in order:
        _Binding(bound, *columns[name], problems, heights).bind(computed)
    problems.found[:] = [problem for problem in problems.found if problem.message is not UNSAID]
    return bound if len(problems.errors) == before else None


def _always_missing(source: Source, column: Column) -> BoundColumn:
    return computed_column(source, column, Computed(source.name, column.name, column.type, atoms.Cases(())), Reach())


def _report_cycle(cycle: list[str], columns: Mapping[str, tuple[Source, Column]], problems: Problems) -> None:
    for name in cycle:
        column = columns[name][1]
        node = column.value or column.cases
        assert node is not None
        problems.add(node, f"found a cycle of computed columns, {way_round(cycle, name)}, expected none")


@dataclass
class _Binding:
    """One computed column on its way to an atom."""

    catalog: BoundCatalog
    source: Source
    column: Column
    problems: Problems
    heights: dict[tuple[str, str], int]

    def bind(self, computed: dict[tuple[str, str], BoundColumn]) -> None:
        """Puts the bound column into `computed`; one with problems as a column that is always missing."""
        name = (self.source.name, self.column.name)
        uses = Uses()
        before = len(self.problems.errors)
        value = self._value(uses)
        if value is None or len(self.problems.errors) > before:
            value = atoms.Cases(())
        atom = Computed(*name, self.column.type, value)
        self.heights[name] = height(atom, self.heights)
        if self.heights[name] > HEIGHT:
            node = self.column.value or self.column.cases
            assert node is not None
            self.problems.add(node, f"found computed columns that use each other {self.heights[name]} parts deep, "
                                    f"expected at most {HEIGHT}")  # fmt: skip
            self.heights[name] = 0
        computed[name] = computed_column(self.source, self.column, atom, uses.reach)

    def _value(self, uses: Uses) -> atoms.Aggregate | atoms.GroupCount | Arithmetic | atoms.Cases | Quantile | None:
        context = Context(self.catalog, self.problems, CONDITIONS, uses, WORDS, "a computed column")
        if self.column.cases is not None:
            return read_cases(self.column.cases, self.column, context)
        node = self.column.value
        assert node is not None, "the catalog has a value or cases for each computed column"
        keys = set(node.keys())
        if keys & set(OPERATORS):
            return self._arithmetic(node, context)
        if QUANTILE_OF.name in keys:
            return self._quantile(node, context)
        return read_row_value(node, self.column, context)

    def _arithmetic(self, node: Node, context: Context) -> Arithmetic | None:
        if self.column.type.name not in EXACT:
            self.problems.add(node, f"found arithmetic for a {self.column.type}, expected integer or decimal")
        read = read_arithmetic(node, self.problems)
        value = None if read is None else self._operation(read, context)
        if read is not None and value is not None:
            check_unit(read, self._unit, self.column.unit, node, self.problems)
        return value

    def _unit(self, name: Name) -> str:
        column = self.catalog.attribute(name.name)
        return "" if column is None else column.unit

    def _operation(self, operation: Operation, context: Context) -> Arithmetic | None:
        values = [self._operand(operand, context) for operand in operation.operands]
        if None in values:
            return None
        return Arithmetic(operation.operator, tuple(operand for operand in values if operand is not None))

    def _operand(self, operand: Name | NumberLiteral | Operation, context: Context) -> atoms.Value | Decimal | None:
        match operand:
            case NumberLiteral(value):
                return Decimal(plain(value))
            case Operation():
                return self._operation(operand, context)
            case Name(_, at):
                column = context.contact_column(at)
                if column is not None and column.type.name not in EXACT:
                    self.problems.add(at, f"found {column.name} ({column.type}), expected an integer or decimal")
                    return None
                return None if column is None else column.value

    def _quantile(self, node: Node, context: Context) -> Quantile | None:
        fields = QUANTILE.read(node, self.problems)
        if self.column.type.name != "integer":
            self.problems.add(node, f"found a quantile for a {self.column.type}, expected integer")
        groups, at = fields.get(GROUPS), fields.at(QUANTILE_OF)
        column = context.contact_column(at)
        if column is None or groups is None or not fields.fine:
            return None
        if column.type.name not in QUANTILE_TYPES:
            self.problems.add(
                at, f"found {column.name} ({column.type}), expected a column of type {alternatives(QUANTILE_TYPES)}"
            )
            return None
        if column.reach.quantile:
            self.problems.add(at, f"found {column.name}, which is made of quantiles itself, expected one that is not")
            return None
        context.uses.reach |= _QUANTILE
        return Quantile(column.value, groups)


def _uses(column: Column) -> Iterator[str]:
    """Every name by which a computed column may use another, found without reading: misspelled ones are told later."""
    waiting: list[tuple[Json, bool]] = []
    if column.cases is not None:
        waiting.append((column.cases.value, False))
    if column.value is not None:
        yield from operands(column.value.value)
        waiting.append((column.value.value, "event" in column.value.keys() or "related" in column.value.keys()))
    while waiting:
        part, in_rows = waiting.pop()
        match part:
            case dict():
                yield from _named(part, in_rows)
                rows = in_rows or "event" in part or "related" in part
                waiting += [(inner, rows) for inner in part.values()]
            case list():
                waiting += [(inner, in_rows) for inner in part]
            case _:
                pass


def _named(part: dict[str, Json], in_rows: bool) -> Iterator[str]:
    """A row's `attribute` is a column of its own source; `contact` names the contact's everywhere."""
    for key in ("contact", "quantile_of") if in_rows else ("attribute", "contact", "quantile_of"):
        name = part.get(key)
        if isinstance(name, str):
            yield name
