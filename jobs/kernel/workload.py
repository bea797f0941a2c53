"""How many looks at a value the loops will take at most, counted before they run: what decides whether compiling pays.

A look is one turn of an inner loop. Every interval of a test may look at every position, every window and every interval
of a condition at every row. Intervals count wherever a loop goes through them, so a test of many is given to none.
"""

from __future__ import annotations

from collections.abc import Iterable

from jobs.kernel.instructions import Looks, Selection
from jobs.kernel.row_conditions import Conjunct, Ranges

MANY_SPANS = 16
"""A test of more intervals is answered by binary search over all values, not interval by interval."""


def is_searched(test: Ranges) -> bool:
    return max(len(test.low), len(test.exact.spans)) > MANY_SPANS


def looks_of_tests(tests: Iterable[Ranges], width: int) -> int:
    """Of tests of one value a position."""
    return width * sum(max(1, len(test.low)) for test in tests)


def looks_of_selections(selections: Iterable[Selection]) -> Looks:
    """Of one reading of a source, whatever its size: counted once a program, not once a bucket."""
    looks = [_looks_of_selection(selection) for selection in selections]
    return Looks(sum(look.a_row for look in looks), sum(look.a_position for look in looks))


def _looks_of_selection(selection: Selection) -> Looks:
    windows = sum(int(sweep.windows.size) for sweep in selection.sweeps)
    questions = windows + len(selection.groups) + len(selection.gatherings)
    intervals = sum(len(sweep.tests.low) for sweep in selection.sweeps)
    return Looks(questions + sum(map(_intervals, selection.conditions)), questions + intervals)


def _intervals(condition: Conjunct) -> int:
    return 1 if condition.ranges is None else len(condition.ranges.low)
