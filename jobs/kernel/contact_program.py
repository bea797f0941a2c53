"""The part of a program that is about contacts: formulas as bitmaps, tests as leaves, values.

Three values cost two bitmaps only at the leaves: a formula is asked for its `true` bitmap, and `not` asks its child for
the `false` one, so that Kleene's tables become plain and/or:
    true(a and b) = true(a) & true(b)      false(a and b) = false(a) | false(b)
    true(not a)   = false(a)               false(leaf)    = known(leaf) & ~true(leaf)
A bitmap is named by its number, its complement by ~number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from jobs.catalog.model import Catalog
from jobs.catalog.types import INTEGER, ColumnType
from jobs.kernel.instructions import (
    AND,
    LIVE,
    NEVER,
    NOTHING,
    ONES,
    OR,
    Calculated,
    ChainLeaf,
    ChosenCase,
    CountedRows,
    GivenLeaf,
    KeepLeaf,
    Leaf,
    LeafOutput,
    PairLeaf,
    QuantileGroup,
    SampleLeaf,
    Stored,
    TestLeaf,
    Typed,
    ValueNode,
)
from jobs.kernel.row_program import RowCompiler, kernel_test
from jobs.kernel.schedule import Staging
from jobs.kernel.vectors import stored_literal
from jobs.language import atoms

Bit = tuple[int, tuple[int, ...]] | int | None
"""How a bitmap comes about: (operation, inputs), a leaf's number, or None: it is always there."""


class ContactCompiler:
    """Numbers everything. Every list is in an order in which what is needed stands first."""

    def __init__(self, catalog: Catalog, keep_cut_us: Mapping[str, int], as_of_us: int) -> None:
        self.catalog = catalog
        self.values: list[ValueNode] = []
        self.types: list[ColumnType | None] = []
        self.value_levels: list[int] = []
        self.leaves: list[LeafOutput] = []
        self.leaf_levels: list[int] = []
        self.bits: list[Bit] = [None, None]
        self.bit_levels: list[int] = [0, 0]
        self.quantiles: dict[atoms.Quantile, int] = {}
        self.members: dict[str, int] = {}
        self.decided: dict[str, int] = {}
        self.ungated: dict[str, int] = {}
        self.keeps: dict[str, KeepLeaf] = {}
        self.rows = RowCompiler(catalog, keep_cut_us, as_of_us, self)
        self._value_numbers: dict[atoms.Value, int] = {}
        self._leaf_numbers: dict[Leaf, int] = {}
        self._known_bits: dict[int, int] = {}
        self._operations: dict[tuple[int, tuple[int, ...]], int] = {}
        self._true: dict[atoms.Formula, int] = {}
        self._false: dict[atoms.Formula, int] = {}

    def add_segment(self, meaning: atoms.Meaning) -> None:
        where = (
            map(self.true, meaning.where.children)
            if isinstance(meaning.where, atoms.AllOf)
            else [self.true(meaning.where)]
        )
        bit = self.ungated[meaning.id] = self._fold(AND, [self.true(meaning.base), *where, LIVE])
        if meaning.keep is not None:
            leaf = self.keeps[meaning.id] = self._keep_leaf(meaning.id, meaning.keep)
            bit = self._fold(AND, [bit, self.leaf(leaf).true])
        self.members[meaning.id] = bit

    def add_decided(self, segment: str) -> None:
        """A segment whose members of another day are given; who has left since is no member."""
        self.decided[segment] = self._fold(AND, [self.leaf(GivenLeaf(atoms.InSegment(segment))).true, LIVE])

    def _keep_leaf(self, segment: str, keep: atoms.Keep) -> KeepLeaf:
        value = NEVER if keep.by is None else self.value(keep.by)
        return KeepLeaf(segment, value, keep.seed or "", keep.lowest)

    # --- bitmaps

    def true(self, formula: atoms.Formula) -> int:
        """The number of the bitmap of who the formula is true for."""
        if formula not in self._true:
            self._true[formula] = self._formula(formula, wanted=True)
        return self._true[formula]

    def false(self, formula: atoms.Formula) -> int:
        """The number of the bitmap of who the formula is false for (not: not true)."""
        if formula not in self._false:
            self._false[formula] = self._formula(formula, wanted=False)
        return self._false[formula]

    def _formula(self, formula: atoms.Formula, wanted: bool) -> int:
        match formula:
            case atoms.AllOf(children):
                return (
                    self._fold(AND, map(self.true, children)) if wanted else self._fold(OR, map(self.false, children))
                )
            case atoms.AnyOf(children):
                return (
                    self._fold(OR, map(self.true, children)) if wanted else self._fold(AND, map(self.false, children))
                )
            case atoms.NotOf(child):
                return self.false(child) if wanted else self.true(child)
            case atoms.Everyone():
                return ONES if wanted else NOTHING
            case atoms.InSegment(id):
                members = self.decided[id] if id in self.decided else self.members[id]
                return self._sided(members, ONES, wanted)
            case atoms.Compare() | atoms.Pair() | atoms.Chain() | atoms.InList() | atoms.Sample():
                output = self.leaf(self._leaf(formula))
                return self._sided(output.true, output.known, wanted)
            case _:
                assert_never(formula)

    def _sided(self, true: int, known: int, wanted: bool) -> int:
        # False is known and not true. Plain "not true" would make a yes of everyone whose value is missing.
        return true if wanted else self._fold(AND, [known, ~true])

    def _fold(self, operation: int, bits: Iterable[int]) -> int:
        """One operation over distinct bitmaps; none where the answer is one of them, or always there."""
        nothing, everything = (NOTHING, ONES) if operation == AND else (ONES, NOTHING)
        inputs = set(bits) - {everything}
        if nothing in inputs or any(~bit in inputs for bit in inputs):
            return nothing
        if len(inputs) <= 1:
            return inputs.pop() if inputs else everything
        key = (operation, tuple(sorted(inputs)))
        if key not in self._operations:
            self._operations[key] = self._bit(key, max(self.bit_level(bit) for bit in inputs))
        return self._operations[key]

    def bit_level(self, bit: int) -> int:
        """The level of a bitmap or of its complement."""
        return self.bit_levels[max(bit, ~bit)]

    def _bit(self, how: Bit, level: int) -> int:
        self.bits.append(how)
        self.bit_levels.append(level)
        return len(self.bits) - 1

    # --- leaves

    def _leaf(self, formula: atoms.Compare | atoms.Pair | atoms.Chain | atoms.InList | atoms.Sample) -> Leaf:
        match formula:
            case atoms.Compare(value, test):
                number = self.value(value)
                return TestLeaf(number, kernel_test(test, self.types[number] or INTEGER))
            case atoms.Pair(left, comparison, right):
                return PairLeaf(self.value(left), comparison, self.value(right))
            case atoms.Chain():
                return ChainLeaf(self.rows.chain(formula))
            case atoms.InList():
                return GivenLeaf(formula)
            case atoms.Sample(low, high, seed):
                return SampleLeaf(low, high, seed)

    def leaf(self, leaf: Leaf) -> LeafOutput:
        number = self._leaf_numbers.get(leaf)
        if number is None:
            number = self._leaf_numbers[leaf] = len(self.leaves)
            level = self._leaf_level(leaf)
            true = self._bit(number, level)
            known = self._known(leaf, number, level) if self._can_be_unknown(leaf) else ONES
            self.leaves.append(LeafOutput(leaf, true, known))
            self.leaf_levels.append(level)
        return self.leaves[number]

    def _known(self, leaf: Leaf, number: int, level: int) -> int:
        """All tests of one value are known of the same contacts: one bitmap, written with the first of them."""
        if not isinstance(leaf, TestLeaf):
            return self._bit(number, level)
        if leaf.value not in self._known_bits:
            self._known_bits[leaf.value] = self._bit(number, level)
        return self._known_bits[leaf.value]

    def _leaf_level(self, leaf: Leaf) -> int:
        match leaf:
            case TestLeaf(value):
                return self.value_levels[value]
            case PairLeaf(left, _, right):
                return max(self.value_levels[left], self.value_levels[right])
            case ChainLeaf(chain):
                return self.rows.chain_levels[chain]
            case KeepLeaf(_, value):
                return 0 if value == NEVER else self.value_levels[value]
            case SampleLeaf() | GivenLeaf():
                return 0

    def _can_be_unknown(self, leaf: Leaf) -> bool:
        match leaf:
            case TestLeaf(value, test):
                return not isinstance(test, atoms.Missing) and not self._always_known(self.values[value])
            case PairLeaf():
                return True
            case ChainLeaf() | SampleLeaf() | GivenLeaf() | KeepLeaf():
                return False

    def _always_known(self, node: ValueNode) -> bool:
        return isinstance(node, CountedRows) and self.rows.always_known(node.rows_value)

    # --- values

    def value(self, value: atoms.Value) -> int:
        number = self._value_numbers.get(value)
        if number is None:
            number = self._value_numbers[value] = self._add(*self._value(value))
        return number

    def _add(self, node: ValueNode, kind: ColumnType | None, level: int) -> int:
        self.values.append(node)
        self.types.append(kind)
        self.value_levels.append(level)
        return len(self.values) - 1

    def _inside(self, value: atoms.Value, kind: ColumnType) -> int:
        """What a computed column of this type is computed from."""
        match value:
            case atoms.Cases():
                return self._cases(value, kind)
            case atoms.Aggregate(function="latest", type=of) if of.fold and not kind.fold:
                rows = self.rows.value(value, as_written=True)
                return self._add(CountedRows(rows), replace(of, fold=False), self.rows.levels[rows])
            case _:
                return self.value(value)

    def _cases(self, cases: atoms.Cases, kind: ColumnType) -> int:
        when = tuple(self.true(case.when) for case in cases.cases)
        level = max(map(self.bit_level, when), default=0) + 1
        literals = tuple(stored_literal(case.value, kind) for case in cases.cases)
        return self._add(ChosenCase(when, literals, kind), kind, level)

    def _value(self, value: atoms.Value) -> tuple[ValueNode, ColumnType | None, int]:
        match value:
            case atoms.ContactColumn(source, path, kind):
                return Stored(source, path, kind), kind, 0
            case atoms.Aggregate() | atoms.GroupCount():
                number = self.rows.value(value)
                return CountedRows(number), value.type, self.rows.levels[number]
            case atoms.Arithmetic(operator, operands):
                numbers = tuple(o if isinstance(o, Decimal) else self.value(o) for o in operands)
                return Calculated(operator, numbers), None, self._deepest(numbers)
            case atoms.Quantile(inner):
                number = self.value(inner)
                quantile = self.quantiles.setdefault(value, len(self.quantiles))
                return QuantileGroup(quantile, number), INTEGER, self.value_levels[number]
            case atoms.Computed(source, column, kind, inner):
                number = self._inside(inner, kind)
                return Typed(number, kind, f"{source}.{column}"), kind, self.value_levels[number]
            case atoms.RowColumn() | atoms.Cases():
                raise AssertionError(f"{type(value).__name__} stands where no contact's value can")
            case _:
                assert_never(value)

    def _deepest(self, operands: tuple[int | Decimal, ...]) -> int:
        return max((self.value_levels[o] for o in operands if not isinstance(o, Decimal)), default=0)

    def segments_over(self) -> dict[str, tuple[str, ...]]:
        """For each computed column the segments that reach it, through other columns and segments too."""
        over: dict[str, list[str]] = {}
        staging = Staging(self)
        for segment, bit in self.members.items():
            for number in sorted(staging.needs([bit]).values):
                node = self.values[number]
                if isinstance(node, Typed):
                    over.setdefault(node.column, []).append(segment)
        return {column: tuple(segments) for column, segments in over.items()}
