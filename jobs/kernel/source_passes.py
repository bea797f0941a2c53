"""Passes over sources: everything that one condition on rows selects stands together.

And of that the windows of one function, longest last, so that each adds only the rows that are new in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import ColumnType
from jobs.kernel.exact_arrays import SAFE, fraction_ends, peak
from jobs.kernel.instructions import (
    NEVER,
    ONES,
    CountedRows,
    KeepLeaf,
    LeafOutput,
    Pass,
    RowsAggregate,
    RowsGroups,
    Selection,
    Sweep,
    TestLeaf,
    TimeBounds,
    ValueNode,
)
from jobs.kernel.loops import Tests
from jobs.kernel.row_conditions import Ranges, RowFormula
from jobs.kernel.row_program import RowCompiler, conjuncts
from jobs.kernel.workload import is_searched, looks_of_selections
from jobs.language.atoms import Function, Quantile

SWEPT = frozenset({"count", "days", "distinct", "sum", "average", "minimum", "maximum", "first", "last"})
"""Functions whose tests of whole numbers or doubles are answered while sweeping."""


COUNTS = frozenset({"count", "days", "distinct"})


class Compiled(Protocol):
    """What staging reads of the whole program."""

    values: list[ValueNode]
    types: list[ColumnType | None]
    value_levels: list[int]
    leaves: list[LeafOutput]
    leaf_levels: list[int]
    bits: list[tuple[int, tuple[int, ...]] | int | None]
    bit_levels: list[int]
    quantiles: dict[Quantile, int]
    members: dict[str, int]
    ungated: dict[str, int]
    keeps: dict[str, KeepLeaf]
    rows: RowCompiler


@dataclass
class Needed:
    """Numbers of everything some bitmaps and values stand on."""

    bits: set[int] = field(default_factory=set[int])
    leaves: set[int] = field(default_factory=set[int])
    values: set[int] = field(default_factory=set[int])
    chains: set[int] = field(default_factory=set[int])
    wanted: set[int] = field(default_factory=set[int])
    """Values that are used as such, not only tested."""


@dataclass
class _Asked:
    """What one selection of a pass is asked."""

    sweeps: dict[tuple[str, str, int], list[tuple[int, RowsAggregate]]] = field(
        default_factory=dict[tuple[str, str, int], list[tuple[int, RowsAggregate]]]
    )
    groups: list[tuple[int, RowsGroups, int]] = field(default_factory=list[tuple[int, RowsGroups, int]])
    gatherings: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


class Passes:
    """Sorts one level's values over rows and chain steps into passes."""

    def __init__(self, program: Compiled, needs: Needed, level: int) -> None:
        self.program = program
        self.needs = needs
        self.level = level
        self.tests: dict[int, list[int]] = {}
        for number in sorted(needs.leaves):
            leaf = program.leaves[number].leaf
            if isinstance(leaf, TestLeaf):
                self.tests.setdefault(leaf.value, []).append(number)
        self.swept: set[int] = set()
        self.windows: dict[str, dict[TimeBounds, int]] = {}
        self.asked: dict[str, dict[RowFormula | None, _Asked]] = {}

    def passes(self) -> tuple[tuple[Pass, ...], set[int]]:
        """The passes, and the leaves that their sweeps answer."""
        for value in sorted(self.needs.values):
            node = self.program.values[value]
            if isinstance(node, CountedRows) and self.program.value_levels[value] == self.level:
                self._sort(value, node.rows_value)
        chains = [self.program.rows.chains[chain] for chain in self.needs.chains]
        for gathering in sorted({step.rows for chain in chains for step in chain.steps}):
            if self.program.rows.gathering_levels[gathering] == self.level:
                self._sort_gathering(gathering)
        return tuple(self._pass(source, asked) for source, asked in sorted(self.asked.items())), self.swept

    def _pass(self, source: str, asked: Mapping[RowFormula | None, _Asked]) -> Pass:
        selections = tuple(self._selection(where, of_rows) for where, of_rows in asked.items())
        return Pass(source, tuple(self.windows[source]), selections, looks_of_selections(selections))

    def _asked(self, source: str, where: RowFormula | None) -> _Asked:
        return self.asked.setdefault(source, {}).setdefault(where, _Asked())

    def _window(self, source: str, window: TimeBounds) -> int:
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

    def _sort_gathering(self, number: int) -> None:
        gathering = self.program.rows.gatherings[number]
        window = self._window(gathering.source, gathering.window)
        self._asked(gathering.source, gathering.where).gatherings.append((number, window))

    def _selection(self, where: RowFormula | None, asked: _Asked) -> Selection:
        sweeps = tuple(self._sweep(items) for items in asked.sweeps.values())
        swept = {int(window) for sweep in sweeps for window in sweep.windows}
        others = {window for _, _, window in asked.groups} | {window for _, window in asked.gatherings}
        windows = tuple(sorted(swept | others))
        return Selection(conjuncts(where), windows, sweeps, tuple(asked.groups), tuple(asked.gatherings))

    def _sweep(self, items: list[tuple[int, RowsAggregate]]) -> Sweep:
        items = sorted(items, key=lambda item: (item[1].window.low is None, -(item[1].window.low or 0)))
        first = items[0][1]
        tests = [self._tests(value, first.function) for value, _ in items]
        flat = [leaf for leaves in tests for leaf in leaves]
        spans = [self._ranges(leaf) for leaf in flat]
        low, high = _span_ends(first, spans)
        kept = np.array([self._kept(value, leaves) for (value, _), leaves in zip(items, tests, strict=True)], np.bool_)
        return Sweep(
            function=first.function,
            of=first.of,
            type=first.type,
            windows=np.array([self._window(first.source, item.window) for _, item in items], np.int64),
            values=np.array([value for value, _ in items], np.int64),
            keep=np.where(kept, np.cumsum(kept) - 1, NEVER).astype(np.int64),
            kept=int(kept.sum()),
            tests=Tests(
                of_step=_offsets(len(leaves) for leaves in tests),
                out=np.array([self.program.leaves[leaf].true for leaf in flat], np.int64),
                spans=_offsets(_span_count(first, span) for span in spans),
                low=low,
                high=high,
                known=np.array([self._known_out(leaves) for leaves in tests], np.int64),
            ),
            leaves=tuple(tuple(leaves) for leaves in tests),
        )

    def _tests(self, value: int, function: str) -> list[int]:
        if function not in SWEPT:
            return []
        leaves = [leaf for leaf in self.tests.get(value, []) if self._is_swept(leaf, function)]
        self.swept.update(leaves)
        return leaves

    def _is_swept(self, leaf: int, function: str) -> bool:
        test = self._test(leaf)
        if not isinstance(test, Ranges) or is_searched(test):
            return False
        return function != "average" or all(peak(ends) < SAFE for ends in fraction_ends(test.exact))

    def _test(self, leaf: int) -> object:
        leaf_node = self.program.leaves[leaf].leaf
        return leaf_node.test if isinstance(leaf_node, TestLeaf) else None

    def _ranges(self, leaf: int) -> Ranges:
        test = self._test(leaf)
        assert isinstance(test, Ranges)
        return test

    def _known_out(self, leaves: list[int]) -> int:
        """The bitmap of who has a value at all: the known bitmaps of all its tests are one and the same."""
        bits = [self.program.leaves[leaf].known for leaf in leaves]
        return next((bit for bit in bits if bit != ONES and bit in self.needs.bits), NEVER)

    def _kept(self, value: int, swept: list[int]) -> bool:
        return value in self.needs.wanted or len(self.tests.get(value, [])) > len(swept)


def _offsets(sizes: Iterable[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes], dtype=np.int64)


def number_type(function: Function, kind: ColumnType) -> np.dtype[Any]:
    """What a sweep adds up in: counts of rows in 32 bits, they are quicker to test."""
    if function in ("minimum", "maximum") and kind.name == "float":
        return np.dtype(np.float64)
    return np.dtype(np.int32 if function in COUNTS else np.int64)


def _span_count(item: RowsAggregate, test: Ranges) -> int:
    return len(test.exact.spans) if item.function == "average" else len(test.low)


def _span_ends(item: RowsAggregate, tests: Sequence[Ranges]) -> tuple[NDArray[Any], NDArray[Any]]:
    if item.function == "average":
        ends_of_tests = [fraction_ends(test.exact, item.type.scale) for test in tests]
        none = np.zeros((0, 3), np.int64)
        low, high = (np.concatenate([none, *(ends[side] for ends in ends_of_tests)]) for side in (0, 1))
        return low.astype(np.int64), high.astype(np.int64)
    number = number_type(item.function, item.type)
    return _ends((low for test in tests for low in test.low), number), _ends((h for t in tests for h in t.high), number)


def _ends(ends: Iterable[int | float], number: np.dtype[Any]) -> NDArray[Any]:
    """Ends of spans as that type; what lies beyond it is cut to its limits (no count is there)."""
    if number == np.dtype(np.int32):
        limits = np.iinfo(np.int32)
        ends = [min(max(end, limits.min), limits.max) for end in ends]
    return np.array(list(ends), number)
