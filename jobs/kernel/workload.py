"""How many looks at a value the loops will take at most, counted before they run: what decides whether compiling pays.

A look is one turn of an inner loop. Every interval of a test may look at every position, every window and every interval
of a condition at every row. Intervals count wherever a loop goes through them, so a test of many is given to none.
"""

from __future__ import annotations

from collections.abc import Iterable

from jobs.kernel.instructions import Pass, Selection, Sweep
from jobs.kernel.row_conditions import Conjunct, Ranges

MANY_SPANS = 16
"""A test of more intervals is answered by binary search over all values, not interval by interval."""


def is_searched(test: Ranges) -> bool:
    return max(len(test.low), len(test.exact.spans)) > MANY_SPANS


def looks_of_tests(tests: Iterable[Ranges], width: int) -> int:
    """Of tests of one value a position."""
    return width * sum(max(1, len(test.low)) for test in tests)


def looks_of_pass(asked: Pass, rows: int, width: int) -> int:
    """Of one reading of a source with so many rows."""
    return sum(_looks_of_selection(selection, rows, width) for selection in asked.selections)


def _looks_of_selection(selection: Selection, rows: int, width: int) -> int:
    others = len(selection.groups) + len(selection.gatherings)
    conditions = rows * sum(map(_intervals, selection.conditions))
    sweeps = sum(_looks_of_sweep(sweep, rows, width) for sweep in selection.sweeps)
    return conditions + sweeps + others * (rows + width)


def _looks_of_sweep(sweep: Sweep, rows: int, width: int) -> int:
    return sweep.windows.size * (rows + width) + len(sweep.span_low) * width


def _intervals(condition: Conjunct) -> int:
    return 1 if condition.ranges is None else len(condition.ranges.low)
