"""Aggregates: one function of one column over a selection, in all its windows at once, with the tests of each.

Exactness is decided here: a sum whose bound (largest magnitude times rows) leaves 62 bits is added up as two halves of 32
bits each, and its tests compare whole Python integers where the result needs them. An average stays sum and count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import INTEGER
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.compiled import Loops
from jobs.kernel.exact_arrays import SAFE, Ratio, Value, peak
from jobs.kernel.instructions import Sweep
from jobs.kernel.output import Output, new_output
from jobs.kernel.row_index import Picked, Rows, whole
from jobs.kernel.vectors import missing_vector, taken
from jobs.kernel.working_rows import Bounds, RowTable, bounds
from jobs.plan.run_plan import AS_WRITTEN

HALF = 32


@dataclass(eq=False, slots=True)
class Swept:
    """The values of the steps that keep theirs (others None; empty: no step does), and whether tests were answered."""

    values: Sequence[Value | None]
    tested: bool


@dataclass(eq=False, slots=True)
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

    @property
    def every(self) -> NDArray[np.int64]:
        """Every step keeps its values."""
        return np.arange(self.steps)

    def room(self, kept: int, dtype: Any = np.int64) -> NDArray[Any]:
        """Room for the values of the steps that keep theirs."""
        return np.empty((kept, self.output.width), dtype)

    def rows(self) -> tuple[Any, ...]:
        picked = self.picked
        return picked.rows, picked.position, picked.starts, picked.stops, self.bottoms, self.top

    def tests(self) -> tuple[Any, ...]:
        """Tests as the loops take them, with the place they write to."""
        sweep = self.sweep
        return sweep.test_at, sweep.test_out, sweep.span_at, sweep.span_low, sweep.span_high, *self._written()

    def no_tests(self, columns: int = 0) -> tuple[Any, ...]:
        none = np.zeros(0, np.int64)
        ends = np.zeros((0, columns), np.int64) if columns else none
        return np.zeros(self.steps + 1, np.int64), none, np.zeros(1, np.int64), ends, ends, *self._written()

    def _written(self) -> tuple[Any, ...]:
        return self.output.filled("flags", np.uint8), self.output.bits


def by_step(keep: NDArray[np.int64], values: Sequence[Value]) -> Sequence[Value | None]:
    """The kept values, each at its step."""
    if not values:
        return ()
    steps: list[int] = keep.tolist()
    return [values[place] if place >= 0 else None for place in steps]


def run_sweep(table: RowTable, picked: Picked, sweep: Sweep, windows: Bounds, output: Output) -> Swept:
    """Everything a sweep is asked."""
    top = windows.highs[int(sweep.windows[0])]  # the windows of a sweep end alike
    run = _Run(table, picked, sweep, windows.low[sweep.windows], top, output, table.loops)
    match sweep.function:
        case "count":
            return _count(run)
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


def _count(run: _Run) -> Swept:
    keep, output = run.sweep.keep, run.output
    kept = run.room(run.sweep.kept, np.int32)
    run.loops.sweep_count(*run.rows(), output.filled("counts", np.int32), *run.tests(), keep, kept)
    return Swept(by_step(keep, [_counted(one, output) for one in kept]), tested=True)


def _counted(counts: NDArray[np.int32], output: Output) -> Vector:
    return Vector(INTEGER, counts.astype(np.int64), output.everyone)


def _sum(run: _Run) -> Swept:
    column, keep = run.table.column(run.sweep.of), run.sweep.keep
    if run.table.peak(run.sweep.of) * run.table.size < SAFE:
        sums = run.room(run.sweep.kept)
        run.loops.sweep_sum(*run.rows(), column.values, run.output.filled("sums", np.int64), *run.tests(), keep, sums)
        return Swept(by_step(keep, [Vector(column.type, one, run.output.everyone) for one in sums]), tested=True)
    return Swept([_whole(one, column, run.output.everyone) for one in _halves(run, column)], tested=False)


def _whole(sums: NDArray[Any], column: Vector, known: NDArray[np.bool_]) -> Value:
    if sums.dtype == np.int64:
        return Vector(column.type, sums, known)
    return Ratio(sums, 10**column.type.scale, known)


def _halves(run: _Run, column: Vector) -> list[NDArray[Any]]:
    """Sums as high * 2^32 + low; int64 where all of them fit 64 bits, else Python integers."""
    both = [run.room(run.steps), run.room(run.steps)]
    for kept, values in zip(both, (column.values >> HALF, column.values & ((1 << HALF) - 1)), strict=True):
        sums = run.output.filled("sums", np.int64)
        run.loops.sweep_sum(*run.rows(), values, sums, *run.no_tests(), run.every, kept)
    return [_together(high, low) for high, low in zip(*both, strict=True)]


def _together(high: NDArray[np.int64], low: NDArray[np.int64]) -> NDArray[Any]:
    high = high + (low >> HALF)
    low = low & ((1 << HALF) - 1)
    if peak(high) < 1 << (62 - HALF):
        return (high << HALF) + low
    return high.astype(object) * (1 << HALF) + low.astype(object)


def _average(run: _Run) -> Swept:
    table, sweep, output = run.table, run.sweep, run.output
    column = table.column(sweep.of)
    # Whether sum * q and p * count + 1 fit 62 bits for every end p / q of a test.
    ends = [sweep.span_low, sweep.span_high]
    narrow = max(peak(side[:, 0]) for side in ends) or 1
    fits = (
        table.peak(sweep.of) * table.size * narrow < SAFE and max(peak(side[:, 1]) for side in ends) * table.size < SAFE
    )
    keep, kept, tests = (
        (sweep.keep, sweep.kept, run.tests()) if fits else (run.every, run.steps, run.no_tests(columns=3))
    )
    sums, counts = run.room(kept), run.room(kept)
    run.loops.sweep_average(
        *run.rows(), column.known, column.values if fits else column.values & 0, output.filled("sums", np.int64),
        output.filled("sizes", np.int64), *tests, sweep.known_out, keep, sums, counts,
    )  # fmt: skip
    totals = list(sums) if fits else _halves(run, column)
    values = [_ratio(total, count, column.type.scale) for total, count in zip(totals, counts, strict=True)]
    return Swept(by_step(keep, values), tested=fits)


def _ratio(total: NDArray[Any], count: NDArray[np.int64], scale: int) -> Ratio:
    return Ratio(total, np.maximum(count, 1) * 10**scale, count > 0)


def _extreme(run: _Run) -> Swept:
    table, sweep, output = run.table, run.sweep, run.output
    column = table.column(sweep.of)
    greatest = sweep.function in ("maximum", "last")
    kept, kept_seen = run.room(sweep.kept, column.values.dtype), run.room(sweep.kept, np.uint8)
    worst = worst_of(column.values.dtype, greatest)
    best, seen = output.filled("best", column.values.dtype, worst), output.filled("seen", np.uint8)
    filled = table.filled(sweep.of, worst)
    run.loops.sweep_extreme(
        *run.rows(),
        filled.known if filled.ambiguous else filled.known[:0],
        filled.values,
        greatest,
        column.values.dtype.type(worst),
        best,
        seen,
        *run.tests(),
        sweep.known_out,
        sweep.keep,
        kept,
        kept_seen,
    )
    known = [one.view(np.bool_) for one in kept_seen]
    found = [Vector(column.type, np.where(has, one, 0), has) for one, has in zip(kept, known, strict=True)]
    return Swept(by_step(sweep.keep, found), tested=True)


def _distinct(run: _Run, codes: NDArray[np.int32], kinds: int) -> Swept:
    """Rows sorted by code, so that a position meets each code in one stretch."""
    rows, position = run.picked.flat()
    chosen = codes[rows]
    present = chosen >= 0
    if not present.all():
        rows, position, chosen = rows[present], position[present], chosen[present]
    if kinds > 4 * chosen.size:  # few rows of many kinds: number only those that are there
        distinct, places = np.unique(chosen, return_inverse=True)
        kinds, chosen = distinct.size, places.astype(np.int32)
    order, at, begins = run.loops.counting_sort(chosen, position, kinds)
    keep, output = run.sweep.keep, run.output
    kept = run.room(run.sweep.kept, np.int32)
    run.loops.sweep_distinct(
        rows[order], at, begins[1:], run.bottoms, run.top, output.filled("stamp", np.int32, -1),
        np.zeros((run.steps, output.width), np.int32), *run.tests(), keep, kept,
    )  # fmt: skip
    return Swept(by_step(keep, [_counted(one, output) for one in kept]), tested=True)


def _latest(run: _Run) -> Swept:
    column = run.table.column(run.sweep.of)
    rank, _ = run.table.codes(run.sweep.of.removesuffix(AS_WRITTEN))  # folded text is also ranked folded
    kept = run.room(run.steps, np.int32)
    run.loops.sweep_latest(
        *run.rows(), run.table.instants, rank, run.output.filled("latest", np.int32, -1), run.every, kept
    )
    if not run.table.size:
        return Swept([missing_vector(column.type, run.output.width)] * run.steps, tested=False)
    return Swept([taken(column, one) for one in kept], tested=False)


def over_groups(table: RowTable, rows: Rows, group: Rows, groups: int, sweep: Sweep) -> Value:
    """One aggregate over all of these rows, a value for each group."""
    width = -(-groups // 64) * 64
    output = new_output(width, np.zeros((0, width // 8), np.uint8))
    everything = bounds(np.zeros(1, np.int64), np.array([table.size], np.int64))
    found = run_sweep(table, whole(rows, group), sweep, everything, output).values[0]
    assert found is not None
    return found


def worst_of(dtype: np.dtype[Any], greatest: bool) -> int | float:
    """What every value is at least as good as."""
    if dtype == np.float64:
        return -np.inf if greatest else np.inf
    limits = np.iinfo(np.int64)
    return limits.min if greatest else limits.max
