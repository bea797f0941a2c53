"""What a program is made of: the closed set of records that `program` writes and `evaluate` runs.

Everything has a number: bitmaps (one bit a position), values (one value a position), leaves (a test that gives a bitmap),
rows values (an aggregate, a group count). Algebra is ands and ors of bitmaps. All records are frozen and picklable.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import ColumnType
from jobs.kernel.loops import Tests
from jobs.kernel.row_conditions import Conjunct, KernelTest, RowFormula
from jobs.language.atoms import Function, InList, InSegment, PairOperator

AND, OR = 0, 1
NOTHING, LIVE = 0, 1
"""Bitmaps that are always there: no position, the live contacts."""
ONES = ~NOTHING
"""Every position. A bitmap is named by its number, or by ~number: the complement."""
NEVER = -1

# --- values of a contact -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """A column of a contacts or attributes source."""

    source: str
    path: str
    type: ColumnType


@dataclass(frozen=True)
class CountedRows:
    """An aggregate or a group count over rows: computed in a pass over the source."""

    rows_value: int


@dataclass(frozen=True)
class Calculated:
    operator: Literal["add", "subtract", "multiply", "divide"]
    operands: tuple[int | Decimal, ...]
    """A value's number, or a Decimal. (No int is ever a literal here: the language reads all numbers as Decimals.)"""


@dataclass(frozen=True)
class ChosenCase:
    """The literal, as stored, of the first bitmap that is set."""

    when: tuple[int, ...]
    literals: tuple[int | float | str, ...]
    type: ColumnType


@dataclass(frozen=True)
class QuantileGroup:
    """The group of a value by the cuts of `quantile`."""

    quantile: int
    value: int


@dataclass(frozen=True)
class Typed:
    """A computed column: its value rounded and held by its type. `column` is `source.column`."""

    value: int
    type: ColumnType
    column: str


ValueNode = Stored | CountedRows | Calculated | ChosenCase | QuantileGroup | Typed

# --- values over rows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TimeBounds:
    """low <= t < high; None: no such end."""

    low: int | None
    high: int | None


@dataclass(frozen=True)
class RowsAggregate:
    source: str
    where: RowFormula | None
    window: TimeBounds
    function: Function
    of: str
    type: ColumnType


@dataclass(frozen=True)
class RowsGroups:
    """Groups equal in `per`; those kept whose aggregate satisfies `test` (None: all)."""

    source: str
    where: RowFormula | None
    window: TimeBounds
    per: tuple[str, ...]
    function: Function
    of: str
    type: ColumnType
    test: KernelTest | None


RowsValue = RowsAggregate | RowsGroups


@dataclass(frozen=True)
class Gathering:
    """Rows set aside for chains, with some of their columns: what several chains' steps may share."""

    source: str
    where: RowFormula | None
    window: TimeBounds
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ChainStep:
    """`rows`: the number of a gathering. `same`: places among its columns; `after`: of what the next step compares with."""

    rows: int
    gap_us: int | None
    absent: bool
    same: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True)
class ChainNode:
    steps: tuple[ChainStep, ...]
    folds: tuple[tuple[bool, ...], ...]
    """For each step, whether text of each of its `same` is compared folded (the earlier step's column decides)."""


# --- leaves: what gives a bitmap -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TestLeaf:
    value: int
    test: KernelTest


@dataclass(frozen=True)
class PairLeaf:
    left: int
    comparison: PairOperator
    right: int


@dataclass(frozen=True)
class ChainLeaf:
    chain: int


@dataclass(frozen=True)
class SampleLeaf:
    low: Decimal
    high: Decimal
    seed: str


@dataclass(frozen=True)
class GivenLeaf:
    asked: InList | InSegment


@dataclass(frozen=True)
class KeepLeaf:
    """Who is not cut off by the keep of `segment`: by `value`, or (NEVER) by the random order of `seed`."""

    segment: str
    value: int
    seed: str
    lowest: bool


Leaf = TestLeaf | PairLeaf | ChainLeaf | SampleLeaf | GivenLeaf | KeepLeaf


@dataclass(frozen=True)
class LeafOutput:
    """The bitmaps a leaf writes; `known` is ONES where the test is never unknown."""

    leaf: Leaf
    true: int
    known: int


# --- passes over a source ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Sweep:
    """One function of one column over the rows of a selection, in nested windows that end alike.

    Step k is window `windows[k]` and value `values[k]`. `keep[k]`: the place of its values among those that are wanted as
    such (NEVER: only tested), `kept` of them.
    """

    function: Function
    of: str
    type: ColumnType
    windows: NDArray[np.int64]
    values: NDArray[np.int64]
    keep: NDArray[np.int64]
    kept: int
    tests: Tests
    leaves: tuple[tuple[int, ...], ...]
    """The same tests as leaves, for numbers that do not fit 64 bits."""

    @property
    def name(self) -> int:
        """Its first value, which no other sweep has."""
        return int(self.values[0])


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows for which all conditions are true, and everything asked of them in its `windows`."""

    conditions: tuple[Conjunct, ...]
    windows: tuple[int, ...]
    sweeps: tuple[Sweep, ...]
    groups: tuple[tuple[int, RowsGroups, int], ...]
    """(rows value, what, window)."""
    gatherings: tuple[tuple[int, int], ...]
    """(gathering, window)."""


@dataclass(frozen=True)
class Looks:
    """How often a reading may look at each of its rows, and at each position."""

    a_row: int
    a_position: int

    def at(self, rows: int, positions: int) -> int:
        return self.a_row * rows + self.a_position * positions


@dataclass(frozen=True, eq=False)
class Pass:
    """One reading of a source's rows. `windows` are distinct; sweeps name them by number, as low and high ends."""

    source: str
    windows: tuple[TimeBounds, ...]
    selections: tuple[Selection, ...]
    looks: Looks


@dataclass(frozen=True, eq=False)
class Level:
    """What can be computed once the levels before are: first passes, then values, leaves, and the algebra."""

    number: int
    passes: tuple[Pass, ...]
    values: tuple[int, ...]
    leaves: tuple[int, ...]
    chains: tuple[int, ...]
    """Leaves too: each is answered as soon as the rows of all its steps are there."""
    algebra: NDArray[np.int32]
    """Rows of (operation, target, first, behind the last): the places of its inputs in `inputs`."""
    inputs: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class StageProgram:
    levels: tuple[Level, ...]
    segments: tuple[tuple[str, int], ...]
    """(segment, bitmap of its members)."""
    quantiles: tuple[tuple[int, int], ...]
    """(quantile, value)."""
    keeps: tuple[tuple[str, int, KeepLeaf], ...]
    """(segment, bitmap of its members before the keep, how they are ordered)."""
