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
from jobs.kernel.exact_arrays import SAFE, Ratio, ValueArray, peak
from jobs.kernel.instructions import NEVER, Sweep
from jobs.kernel.loops import Best, ColumnArrays, KeptValues, Nested, Picked, SortedRows, Tests, Totals
from jobs.kernel.output import Output, new_output
from jobs.kernel.row_index import RowNumbers, flat, whole
from jobs.kernel.vectors import missing_vector, taken
from jobs.kernel.working_rows import RowTable, WindowBounds, window_bounds
from jobs.plan.run_plan import AS_WRITTEN

HALF = 32


@dataclass(eq=False, slots=True)
class Swept:
    """The values of the steps that keep theirs (others None; empty: no step does), and whether tests were answered."""

    values: Sequence[ValueArray | None]
    tested: bool


@dataclass(eq=False, slots=True)
class _Run:
    """A sweep over one selection: what every loop is handed."""

    table: RowTable
    picked: Picked
    sweep: Sweep
    windows: Nested
    output: Output
    loops: Loops

    @property
    def steps(self) -> int:
        return self.windows.bottoms.size

    def kept(self, dtype: Any = np.int64, beside: Any = None) -> KeptValues:
        """Room for the values of the steps that keep theirs."""
        return self._room(self.sweep.keep, self.sweep.kept, dtype, beside)

    def kept_all(self, dtype: Any = np.int64, beside: Any = None) -> KeptValues:
        """Room for the values of every step."""
        return self._room(np.arange(self.steps), self.steps, dtype, beside)

    def _room(self, place: NDArray[np.int64], kept: int, dtype: Any, beside: Any) -> KeptValues:
        values = np.empty((kept, self.output.width), dtype)
        return KeptValues(place, values, values if beside is None else np.empty(values.shape, beside))


def no_tests(steps: int, ends: NDArray[np.generic]) -> Tests:
    """Nothing is tested; `ends`: no spans, of the right shape and type."""
    none = np.zeros(0, np.int64)
    return Tests(
        np.zeros(steps + 1, np.int64), none, np.zeros(1, np.int64), ends, ends, np.full(steps, NEVER, np.int64)
    )


def by_step(keep: NDArray[np.int64], values: Sequence[ValueArray]) -> Sequence[ValueArray | None]:
    """The kept values, each at its step."""
    if not values:
        return ()
    steps: list[int] = keep.tolist()
    return [values[place] if place >= 0 else None for place in steps]


def run_sweep(table: RowTable, picked: Picked, sweep: Sweep, windows: WindowBounds, output: Output) -> Swept:
    """Everything a sweep is asked."""
    top = windows.highs[int(sweep.windows[0])]  # the windows of a sweep end alike
    run = _Run(table, picked, sweep, Nested(windows.low[sweep.windows], top), output, table.loops)
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
    output, kept = run.output, run.kept(np.int32)
    sums = output.filled("counts", np.int32)
    run.loops.sweep_count(run.picked, run.windows, sums, run.sweep.tests, output.answers, kept)
    return Swept(by_step(kept.place, [_counted(counts, output) for counts in kept.values]), tested=True)


def _counted(counts: NDArray[np.int32], output: Output) -> Vector:
    return Vector(INTEGER, counts.astype(np.int64), output.everyone)


def _sum(run: _Run) -> Swept:
    column, everyone = run.table.column(run.sweep.of), run.output.everyone
    if run.table.peak(run.sweep.of) * run.table.size < SAFE:
        kept, sums = run.kept(), run.output.filled("sums", np.int64)
        run.loops.sweep_sum(run.picked, run.windows, column.values, sums, run.sweep.tests, run.output.answers, kept)
        return Swept(by_step(kept.place, [Vector(column.type, sums, everyone) for sums in kept.values]), tested=True)
    return Swept([_whole(sums, column, everyone) for sums in _halves(run, column)], tested=False)


def _whole(sums: NDArray[Any], column: Vector, known: NDArray[np.bool_]) -> ValueArray:
    if sums.dtype == np.int64:
        return Vector(column.type, sums, known)
    return Ratio(sums, 10**column.type.scale, known)


def _halves(run: _Run, column: Vector) -> list[NDArray[Any]]:
    """Sums as high * 2^32 + low; int64 where all of them fit 64 bits, else Python integers."""
    tests = no_tests(run.steps, np.zeros(0, np.int64))
    halves: list[NDArray[np.int64]] = []
    for values in (column.values >> HALF, column.values & ((1 << HALF) - 1)):
        kept, sums = run.kept_all(), run.output.filled("sums", np.int64)
        run.loops.sweep_sum(run.picked, run.windows, values, sums, tests, run.output.answers, kept)
        halves.append(kept.values)
    return [_together(high, low) for high, low in zip(*halves, strict=True)]


def _together(high: NDArray[np.int64], low: NDArray[np.int64]) -> NDArray[Any]:
    high = high + (low >> HALF)
    low = low & ((1 << HALF) - 1)
    if peak(high) < 1 << (62 - HALF):
        return (high << HALF) + low
    return high.astype(object) * (1 << HALF) + low.astype(object)


def _average(run: _Run) -> Swept:
    table, sweep, output = run.table, run.sweep, run.output
    column, fits = table.column(sweep.of), _average_fits(run)
    kept = run.kept(beside=np.int64) if fits else run.kept_all(beside=np.int64)
    tests = sweep.tests if fits else no_tests(run.steps, np.zeros((0, 3), np.int64))._replace(known=sweep.tests.known)
    run.loops.sweep_average(
        run.picked,
        run.windows,
        ColumnArrays(column.values if fits else column.values & 0, column.known),
        Totals(output.filled("sums", np.int64), output.filled("sizes", np.int64)),
        tests,
        output.answers,
        kept,
    )
    totals = list(kept.values) if fits else _halves(run, column)
    values = [_ratio(total, count, column.type.scale) for total, count in zip(totals, kept.beside, strict=True)]
    return Swept(by_step(kept.place, values), tested=fits)


def _average_fits(run: _Run) -> bool:
    """Whether sum * q and p * count + 1 fit 62 bits for every end p / q of a test."""
    ends = (run.sweep.tests.low, run.sweep.tests.high)
    narrow = max(peak(side[:, 0]) for side in ends) or 1
    largest, rows = run.table.peak(run.sweep.of), run.table.size
    return largest * rows * narrow < SAFE and max(peak(side[:, 1]) for side in ends) * rows < SAFE


def _ratio(total: NDArray[Any], count: NDArray[np.int64], scale: int) -> Ratio:
    return Ratio(total, np.maximum(count, 1) * 10**scale, count > 0)


def _extreme(run: _Run) -> Swept:
    table, sweep, output = run.table, run.sweep, run.output
    column = table.column(sweep.of)
    dtype, greatest = column.values.dtype, sweep.function in ("maximum", "last")
    worst = worst_of(dtype, greatest)
    filled, kept = table.filled(sweep.of, worst), run.kept(dtype, beside=np.uint8)
    best = Best(output.filled("best", dtype, worst), output.filled("seen", np.uint8), greatest, dtype.type(worst))
    run.loops.sweep_extreme(
        run.picked,
        run.windows,
        ColumnArrays(filled.values, filled.known if filled.ambiguous else filled.known[:0]),
        best,
        sweep.tests,
        output.answers,
        kept,
    )
    known = [seen.view(np.bool_) for seen in kept.beside]
    vectors = [
        Vector(column.type, np.where(has, values, 0), has) for has, values in zip(known, kept.values, strict=True)
    ]
    return Swept(by_step(kept.place, vectors), tested=True)


def _distinct(run: _Run, codes: NDArray[np.int32], kinds: int) -> Swept:
    """Rows sorted by code, so that a position meets each code in one stretch."""
    rows, position = flat(run.picked)
    chosen = codes[rows]
    present = chosen >= 0
    if not present.all():
        rows, position, chosen = rows[present], position[present], chosen[present]
    if kinds > 4 * chosen.size:  # few rows of many kinds: number only those that are there
        distinct, places = np.unique(chosen, return_inverse=True)
        kinds, chosen = distinct.size, places.astype(np.int32)
    order, at, begins = run.loops.counting_sort(chosen, position, kinds)
    output, kept = run.output, run.kept(np.int32)
    counts = np.zeros((run.steps, output.width), np.int32)
    stamp = output.filled("stamp", np.int32, -1)
    by_code = SortedRows(rows[order], at, begins[1:])
    run.loops.sweep_distinct(by_code, run.windows, stamp, counts, run.sweep.tests, output.answers, kept)
    return Swept(by_step(kept.place, [_counted(counts, output) for counts in kept.values]), tested=True)


def _latest(run: _Run) -> Swept:
    column = run.table.column(run.sweep.of)
    rank, _ = run.table.codes(run.sweep.of.removesuffix(AS_WRITTEN))  # folded text is also ranked folded
    kept, best = run.kept_all(np.int32), run.output.filled("latest", np.int32, -1)
    run.loops.sweep_latest(run.picked, run.windows, run.table.instants, rank, best, kept)
    if not run.table.size:
        return Swept([missing_vector(column.type, run.output.width)] * run.steps, tested=False)
    return Swept([taken(column, rows) for rows in kept.values], tested=False)


def over_groups(table: RowTable, rows: RowNumbers, group: RowNumbers, groups: int, sweep: Sweep) -> ValueArray:
    """One aggregate over all of these rows, a value for each group."""
    width = -(-groups // 64) * 64
    output = new_output(width, np.zeros((0, width // 8), np.uint8))
    everything = window_bounds(np.zeros(1, np.int64), np.array([table.size], np.int64))
    value = run_sweep(table, whole(rows, group), sweep, everything, output).values[0]
    assert value is not None, "it keeps its values"
    return value


def worst_of(dtype: np.dtype[Any], greatest: bool) -> int | float:
    """What every value is at least as good as."""
    if dtype == np.float64:
        return -np.inf if greatest else np.inf
    limits = np.iinfo(np.int64)
    return limits.min if greatest else limits.max
