"""Which parts of a program one stage runs, in which order: levels of passes, values, leaves and algebra.

A stage before the last runs only what its quantiles and keeps stand on. Within a pass everything that one condition on
rows selects stands together, and of that the windows of one function, longest last, so that each adds only what is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import ColumnType
from jobs.kernel.instructions import (
    NEVER,
    ONES,
    Calculated,
    ChainLeaf,
    Chosen,
    Counted,
    KeepLeaf,
    LeafOutput,
    Level,
    PairLeaf,
    Pass,
    QuantileGroup,
    Ranges,
    RowFormula,
    RowsAggregate,
    RowsGroups,
    Selection,
    StageProgram,
    Stored,
    Sweep,
    TestLeaf,
    Typed,
    ValueNode,
    Window,
)
from jobs.kernel.row_program import RowCompiler, contact_values
from jobs.language.atoms import Quantile
from jobs.plan.planned import Stage

SWEPT = frozenset({"count", "days", "distinct", "sum", "minimum", "maximum", "first", "last"})
"""Functions whose tests of whole numbers or doubles are answered while sweeping."""


class Compiled(Protocol):
    """What staging reads of the whole program."""

    values: list[ValueNode]
    types: list[ColumnType | None]
    value_levels: list[int]
    leaves: list[LeafOutput]
    leaf_levels: list[int]
    bits: list[tuple[int, int, int] | int | None]
    bit_levels: list[int]
    quantiles: dict[Quantile, int]
    members: dict[str, int]
    ungated: dict[str, int]
    keeps: dict[str, KeepLeaf]
    rows: RowCompiler


@dataclass
class Needs:
    """Numbers of everything some bitmaps and values stand on."""

    bits: set[int] = field(default_factory=set[int])
    leaves: set[int] = field(default_factory=set[int])
    values: set[int] = field(default_factory=set[int])
    chains: set[int] = field(default_factory=set[int])
    wanted: set[int] = field(default_factory=set[int])
    """Values that are used as such, not only tested."""


class Staging:
    def __init__(self, program: Compiled) -> None:
        self.program = program

    def stage(self, stage: Stage, final: bool) -> StageProgram:
        program = self.program
        segments = tuple(program.members.items()) if final else ()
        quantiles = tuple((program.quantiles[q], self._ranked(q)) for q in stage.quantiles)
        keeps = tuple((id_, program.ungated[id_], program.keeps[id_]) for id_ in stage.keeps)
        bits = [bit for _, bit in segments] + [bit for _, bit, _ in keeps]
        values = [value for _, value in quantiles] + [leaf.value for _, _, leaf in keeps if leaf.value != NEVER]
        return StageProgram(self._levels(self.needs(bits, values)), segments, quantiles, keeps)

    def _ranked(self, quantile: Quantile) -> int:
        number = self.program.quantiles[quantile]
        return next(v.value for v in self.program.values if isinstance(v, QuantileGroup) and v.quantile == number)

    # --- what is needed

    def needs(self, bits: Iterable[int], values: Iterable[int] = ()) -> Needs:
        found = Needs()
        for bit in bits:
            self._need_bit(bit, found)
        for value in values:
            self._need_value(value, found, wanted=True)
        return found

    def _need_bit(self, bit: int, found: Needs) -> None:
        waiting = [bit]
        while waiting:
            at = waiting.pop()
            if at in found.bits:
                continue
            found.bits.add(at)
            match self.program.bits[at]:
                case None:
                    pass
                case (_, a, b):
                    waiting += (a, b)
                case int(leaf):
                    self._need_leaf(leaf, found)

    def _need_leaf(self, number: int, found: Needs) -> None:
        if number in found.leaves:
            return
        found.leaves.add(number)
        match self.program.leaves[number].leaf:
            case TestLeaf(value):
                self._need_value(value, found, wanted=False)
            case PairLeaf(left, _, right):
                self._need_value(left, found, wanted=True)
                self._need_value(right, found, wanted=True)
            case KeepLeaf(_, value) if value != NEVER:
                self._need_value(value, found, wanted=True)
            case ChainLeaf(chain):
                found.chains.add(chain)
                for step in self.program.rows.chains[chain].steps:
                    self._need_contact_values(step.where, found)
            case _:
                pass

    def _need_contact_values(self, where: RowFormula | None, found: Needs) -> None:
        for value in contact_values(where):
            self._need_value(value, found, wanted=True)

    def _need_value(self, number: int, found: Needs, wanted: bool) -> None:
        if wanted:
            found.wanted.add(number)
        if number in found.values:
            return
        found.values.add(number)
        match self.program.values[number]:
            case Stored():
                pass
            case Counted(rows_value):
                self._need_contact_values(self.program.rows.items[rows_value].where, found)
            case Calculated(_, operands):
                for operand in operands:
                    if not isinstance(operand, Decimal):
                        self._need_value(operand, found, wanted=True)
            case Chosen(when):
                for bit in when:
                    self._need_bit(bit, found)
            case QuantileGroup(_, value) | Typed(value):
                self._need_value(value, found, wanted=True)

    # --- in which order

    def _levels(self, needs: Needs) -> tuple[Level, ...]:
        program = self.program
        deepest = max(
            [program.bit_levels[bit] for bit in needs.bits] + [program.value_levels[value] for value in needs.values],
            default=0,
        )
        return tuple(self._level(number, needs) for number in range(deepest + 1))

    def _level(self, level: int, needs: Needs) -> Level:
        program = self.program
        algebra = [
            (how[0], bit, how[1], how[2])
            for bit in sorted(needs.bits)
            if program.bit_levels[bit] == level and isinstance(how := program.bits[bit], tuple)
        ]
        values = [
            value
            for value in sorted(needs.values)
            if program.value_levels[value] == level and not isinstance(program.values[value], Counted)
        ]
        passes, swept = _Passes(program, needs, level).passes()
        leaves = [leaf for leaf in sorted(needs.leaves) if program.leaf_levels[leaf] == level and leaf not in swept]
        return Level(passes, tuple(values), tuple(leaves), np.array(algebra, np.int32).reshape(-1, 4))


@dataclass
class _Asked:
    """What one selection of a pass is asked."""

    sweeps: dict[tuple[str, str, int], list[tuple[int, RowsAggregate]]] = field(
        default_factory=dict[tuple[str, str, int], list[tuple[int, RowsAggregate]]]
    )
    groups: list[tuple[int, RowsGroups, int]] = field(default_factory=list[tuple[int, RowsGroups, int]])
    chains: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])


class _Passes:
    """Sorts one level's values over rows and chain steps into passes."""

    def __init__(self, program: Compiled, needs: Needs, level: int) -> None:
        self.program = program
        self.needs = needs
        self.level = level
        self.tests: dict[int, list[int]] = {}
        for number in sorted(needs.leaves):
            leaf = program.leaves[number].leaf
            if isinstance(leaf, TestLeaf):
                self.tests.setdefault(leaf.value, []).append(number)
        self.swept: set[int] = set()
        self.windows: dict[str, dict[Window, int]] = {}
        self.asked: dict[str, dict[RowFormula | None, _Asked]] = {}

    def passes(self) -> tuple[tuple[Pass, ...], set[int]]:
        """The passes, and the leaves that their sweeps answer."""
        for value in sorted(self.needs.values):
            node = self.program.values[value]
            if isinstance(node, Counted) and self.program.value_levels[value] == self.level:
                self._sort(value, node.rows_value)
        for chain in sorted(self.needs.chains):
            for step in range(len(self.program.rows.chains[chain].steps)):
                self._sort_step(chain, step)
        passes = tuple(
            Pass(source, tuple(self.windows[source]), tuple(self._selection(*one) for one in asked.items()))
            for source, asked in sorted(self.asked.items())
        )
        return passes, self.swept

    def _asked(self, source: str, where: RowFormula | None) -> _Asked:
        return self.asked.setdefault(source, {}).setdefault(where, _Asked())

    def _window(self, source: str, window: Window) -> int:
        windows = self.windows.setdefault(source, {})
        return windows.setdefault(window, len(windows))

    def _sort(self, value: int, rows_value: int) -> None:
        item = self.program.rows.items[rows_value]
        window = self._window(item.source, item.window)
        asked = self._asked(item.source, item.where)
        if isinstance(item, RowsGroups):
            asked.groups.append((value, item, window))
        else:
            high = -1 if item.window.high is None else item.window.high
            asked.sweeps.setdefault((item.function, item.of, high), []).append((value, item))

    def _sort_step(self, chain: int, number: int) -> None:
        step = self.program.rows.chains[chain].steps[number]
        if self._step_level(step.where) == self.level:
            window = self._window(step.source, step.window)
            self._asked(step.source, step.where).chains.append((chain, number, window))

    def _step_level(self, where: RowFormula | None) -> int:
        return max((self.program.value_levels[value] + 1 for value in contact_values(where)), default=0)

    def _selection(self, where: RowFormula | None, asked: _Asked) -> Selection:
        sweeps = tuple(self._sweep(items) for items in asked.sweeps.values())
        return Selection(where, sweeps, tuple(asked.groups), tuple(asked.chains))

    def _sweep(self, items: list[tuple[int, RowsAggregate]]) -> Sweep:
        items = sorted(items, key=lambda item: (item[1].window.low is None, -(item[1].window.low or 0)))
        first = items[0][1]
        tests = [self._tests(value, first.function) for value, _ in items]
        flat = [leaf for leaves in tests for leaf in leaves]
        spans = [self._ranges(leaf) for leaf in flat]
        number = np.float64 if first.type.name == "float" and first.function in ("minimum", "maximum") else np.int64
        return Sweep(
            function=first.function,
            of=first.of,
            type=first.type,
            windows=np.array([self._window(first.source, item.window) for _, item in items], np.int64),
            values=np.array([value for value, _ in items], np.int64),
            known_out=np.array([self._known_out(leaves) for leaves in tests], np.int64),
            kept=np.array(
                [self._kept(value, leaves) for (value, _), leaves in zip(items, tests, strict=True)], np.bool_
            ),
            test_at=_offsets(len(leaves) for leaves in tests),
            test_out=np.array([self.program.leaves[leaf].true for leaf in flat], np.int64),
            span_at=_offsets(len(span.low) for span in spans),
            span_low=np.array([low for span in spans for low in span.low], number),
            span_high=np.array([high for span in spans for high in span.high], number),
            leaves=tuple(tuple(leaves) for leaves in tests),
        )

    def _tests(self, value: int, function: str) -> list[int]:
        if function not in SWEPT:
            return []
        leaves = [leaf for leaf in self.tests.get(value, []) if isinstance(self._test(leaf), Ranges)]
        self.swept.update(leaves)
        return leaves

    def _test(self, leaf: int) -> object:
        found = self.program.leaves[leaf].leaf
        return found.test if isinstance(found, TestLeaf) else None

    def _ranges(self, leaf: int) -> Ranges:
        test = self._test(leaf)
        assert isinstance(test, Ranges)
        return test

    def _known_out(self, leaves: list[int]) -> int:
        """The bitmap of who has a value at all: the known bitmaps of all its tests are one and the same."""
        found = [self.program.leaves[leaf].known for leaf in leaves]
        return next((bit for bit in found if bit != ONES and bit in self.needs.bits), NEVER)

    def _kept(self, value: int, swept: list[int]) -> bool:
        return value in self.needs.wanted or len(self.tests.get(value, [])) > len(swept)


def _offsets(sizes: Iterable[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes], dtype=np.int64)
