"""Aggregates: one function of one column over a selection, in all its windows at once, with the tests of each.

Exactness is decided here: a sum whose bound (largest magnitude times rows) leaves 62 bits is added up as two halves of 32
bits each, and its tests compare whole Python integers where the result needs them. An average stays sum and count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import INTEGER, TIMESTAMP
from jobs.kernel.columns import missing_vector, taken
from jobs.kernel.compiled import Loops
from jobs.kernel.exact import SAFE, Ratio, peak
from jobs.kernel.instructions import Sweep
from jobs.kernel.registers import Value
from jobs.kernel.rows import Vector
from jobs.kernel.table import Picked, RowTable, whole

HALF = 32
NO_ROWS_KNOWN = np.zeros(0, np.bool_)
"""Tells the counting loop that every row counts."""


@dataclass(frozen=True, eq=False)
class Swept:
    """The values of the steps that keep theirs (the others are None), and whether the tests were answered too."""

    values: list[Value | None]
    tested: bool


@dataclass(frozen=True, eq=False)
class Output:
    """Where a sweep's tests are written."""

    width: int
    flags: NDArray[np.uint8]
    bits: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class _Run:
    """A sweep over one selection: what every loop is handed."""

    table: RowTable
    picked: Picked
    sweep: Sweep
    bottoms: NDArray[np.int64]
    top: int
    output: Output
    loops: Loops

    @property
    def steps(self) -> int:
        return self.bottoms.size

    def numbers(self) -> NDArray[np.int64]:
        return np.zeros(self.output.width, np.int64)

    def keep(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Which row of the kept values each step writes; -1: none."""
        return np.where(wanted, np.cumsum(wanted) - 1, -1).astype(np.int64)

    def kept(self, wanted: NDArray[np.bool_], dtype: Any = np.int64) -> NDArray[Any]:
        return np.zeros((int(wanted.sum()), self.output.width), dtype)

    def rows(self) -> tuple[Any, ...]:
        picked = self.picked
        return picked.rows, picked.position, picked.starts, picked.stops, self.bottoms, self.top

    def tests(self) -> tuple[Any, ...]:
        """Tests as the loops take them, with the place they write to."""
        sweep = self.sweep
        return (
            sweep.test_at, sweep.test_out, sweep.span_at, sweep.span_low, sweep.span_high, self.output.flags,
            self.output.bits,
        )  # fmt: skip

    def no_tests(self) -> tuple[Any, ...]:
        none = np.zeros(0, np.int64)
        at = np.zeros(self.steps + 1, np.int64)
        return at, none, np.zeros(1, np.int64), none, none, self.output.flags, self.output.bits

    def by_step(self, wanted: NDArray[np.bool_], values: list[Value]) -> list[Value | None]:
        """The kept values, each at its step."""
        kept = iter(values)
        return [next(kept) if want else None for want in wanted]


def run_sweep(table: RowTable, picked: Picked, sweep: Sweep, low: NDArray[np.int64], high: NDArray[np.int64],
              output: Output) -> Swept:  # fmt: skip
    """Everything a sweep is asked. `low` and `high` are the windows' rows (`RowTable.rows_from`)."""
    windows = sweep.windows
    top = int(high[windows[0]])
    run = _Run(table, picked, sweep, np.minimum(low[windows], top), top, output, table.loops)
    match sweep.function:
        case "count":
            return Swept(_counts(run, NO_ROWS_KNOWN, sweep.kept, run.tests()), tested=True)
        case "days":
            return _distinct(run, *table.days())
        case "distinct":
            return _distinct(run, *table.codes(sweep.of))
        case "sum":
            return _sum(run)
        case "average":
            return _average(run)
        case "minimum" | "maximum" | "first" | "last":
            return _extreme(run)
        case "latest":
            return _latest(run)


def _counts(run: _Run, known: NDArray[np.bool_], wanted: NDArray[np.bool_], tests: tuple[Any, ...]
            ) -> list[Value | None]:  # fmt: skip
    kept = run.kept(wanted)
    run.loops.sweep_count(*run.rows(), known, run.numbers(), *tests, run.keep(wanted), kept)
    everyone = np.ones(run.output.width, np.bool_)
    return run.by_step(wanted, [Vector(INTEGER, one, everyone) for one in kept])


def _sum(run: _Run) -> Swept:
    column = run.table.column(run.sweep.of)
    everyone = np.ones(run.output.width, np.bool_)
    if peak(column.values) * run.table.size < SAFE:
        wanted = run.sweep.kept
        sums = _sums(run, column.known, column.values, wanted, run.tests())
        return Swept(run.by_step(wanted, [Vector(column.type, one, everyone) for one in sums]), tested=True)
    every = np.ones(run.steps, np.bool_)
    return Swept([_whole(one, column, everyone) for one in _halves(run, column, every)], tested=False)


def _whole(sums: NDArray[Any], column: Vector, known: NDArray[np.bool_]) -> Value:
    if sums.dtype == np.int64:
        return Vector(column.type, sums, known)
    return Ratio(sums, 10**column.type.scale, known)


def _sums(run: _Run, known: NDArray[np.bool_], values: NDArray[Any], wanted: NDArray[np.bool_], tests: tuple[Any, ...]
          ) -> NDArray[np.int64]:  # fmt: skip
    kept = run.kept(wanted)
    run.loops.sweep_sum(*run.rows(), known, values, run.numbers(), *tests, run.keep(wanted), kept)
    return kept


def _halves(run: _Run, column: Vector, wanted: NDArray[np.bool_]) -> list[NDArray[Any]]:
    """Sums as high * 2^32 + low; int64 where all of them fit 64 bits, else Python integers."""
    values = column.values.astype(np.int64, copy=False)
    highs = _sums(run, column.known, values >> HALF, wanted, run.no_tests())
    lows = _sums(run, column.known, values & ((1 << HALF) - 1), wanted, run.no_tests())
    return [_together(high, low) for high, low in zip(highs, lows, strict=True)]


def _together(high: NDArray[np.int64], low: NDArray[np.int64]) -> NDArray[Any]:
    high = high + (low >> HALF)
    low = low & ((1 << HALF) - 1)
    if peak(high) < 1 << (62 - HALF):
        return (high << HALF) + low
    return high.astype(object) * (1 << HALF) + low.astype(object)


def _average(run: _Run) -> Swept:
    column = run.table.column(run.sweep.of)
    every = np.ones(run.steps, np.bool_)
    if peak(column.values) * run.table.size < SAFE:
        sums = list(_sums(run, column.known, column.values, every, run.no_tests()))
    else:
        sums = _halves(run, column, every)
    counts = _counts(run, column.known, every, run.no_tests())
    tens = 10**column.type.scale
    found: list[Value | None] = []
    for total, count in zip(sums, counts, strict=True):
        assert isinstance(count, Vector)
        number = count.values.astype(np.int64)
        found.append(Ratio(total, np.maximum(number, 1) * tens, number > 0))
    return Swept(found, tested=False)


def _extreme(run: _Run) -> Swept:
    table, sweep = run.table, run.sweep
    if sweep.function in ("first", "last"):
        column = Vector(TIMESTAMP, table.instants, np.ones(table.size, np.bool_))
    else:
        column = table.column(sweep.of)
    greatest = sweep.function in ("maximum", "last")
    kept = run.kept(sweep.kept, column.values.dtype)
    kept_seen = run.kept(sweep.kept, np.uint8)
    best, seen = np.zeros(run.output.width, column.values.dtype), np.zeros(run.output.width, np.uint8)
    run.loops.sweep_extreme(
        *run.rows(), column.known, column.values, greatest, best, seen, *run.tests(), sweep.known_out,
        run.keep(sweep.kept), kept, kept_seen,
    )  # fmt: skip
    values: list[Value] = [
        Vector(column.type, one, has.view(np.bool_)) for one, has in zip(kept, kept_seen, strict=True)
    ]
    return Swept(run.by_step(sweep.kept, values), tested=True)


def _distinct(run: _Run, codes: NDArray[np.int32], kinds: int) -> Swept:
    """Rows sorted by code, so that a position meets each code in one stretch."""
    rows, position = run.picked.flat()
    chosen = codes[rows]
    present = chosen >= 0
    if not present.all():
        rows, position, chosen = rows[present], position[present], chosen[present]
    if kinds > 4 * chosen.size:  # few rows of many kinds: number only those that are there
        distinct, chosen = np.unique(chosen, return_inverse=True)
        kinds = distinct.size
    order, at, begins = run.loops.counting_sort(chosen.astype(np.int32, copy=False), position, kinds)
    wanted = run.sweep.kept
    kept = run.kept(wanted)
    run.loops.sweep_distinct(
        rows[order], at, begins[1:], run.bottoms, run.top, np.full(run.output.width, -1, np.int32),
        np.zeros((run.steps, run.output.width), np.int64), *run.tests(), run.keep(wanted), kept,
    )  # fmt: skip
    everyone = np.ones(run.output.width, np.bool_)
    return Swept(run.by_step(wanted, [Vector(INTEGER, one, everyone) for one in kept]), tested=True)


def _latest(run: _Run) -> Swept:
    column = run.table.column(run.sweep.of)
    rank, _ = run.table.codes(run.sweep.of)
    every = np.ones(run.steps, np.bool_)
    kept = run.kept(every, np.int32)
    run.loops.sweep_latest(
        *run.rows(), run.table.instants, rank, np.full(run.output.width, -1, np.int32), run.keep(every), kept
    )
    if not run.table.size:
        return Swept([missing_vector(column.type, run.output.width)] * run.steps, tested=False)
    return Swept([taken(column, one) for one in kept], tested=False)


def over_groups(table: RowTable, rows: NDArray[np.int32], group: NDArray[np.int32], groups: int, sweep: Sweep) -> Value:
    """One aggregate over all of these rows, a value for each group."""
    width = -(-groups // 64) * 64
    output = Output(width, np.zeros(width, np.uint8), np.zeros((0, width // 8), np.uint8))
    everything = np.array([table.size], np.int64)
    found = run_sweep(table, whole(rows, group), sweep, np.zeros(1, np.int64), everything, output).values[0]
    assert found is not None
    return found
