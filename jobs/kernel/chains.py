"""Sequences: did A, then B. Each step keeps the rows that some earlier reached row leads to; the last one decides.

An absent last step asks of the *last* reached row (for each combination of `same`) that no such row followed within the
gap, and that the gap had ended by as_of.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jobs.kernel.bucket_rows import Vector
from jobs.kernel.compiled import Loops
from jobs.kernel.groups import shared_keys
from jobs.kernel.instructions import ChainNode, Gathering
from jobs.kernel.loops import Keyed, Picked
from jobs.kernel.predicates import Bools
from jobs.kernel.registers import Collected
from jobs.kernel.row_index import flat
from jobs.kernel.vectors import taken
from jobs.kernel.working_rows import RowTable

ANY_TIME = -1


def collect(table: RowTable, picked: Picked, gathering: Gathering, low: int, high: int) -> Collected:
    """A gathering's rows from `low` before `high`."""
    rows, position = flat(picked)
    first, last = rows.searchsorted(np.array([low, high], rows.dtype)).tolist()
    rows, position = rows[first:last], position[first:last]
    columns = tuple(taken(table.column(path), rows) for path in gathering.columns)
    return Collected(position, table.instants[rows], columns)


def followed(chain: ChainNode, steps: Sequence[Collected], width: int, as_of_us: int, loops: Loops) -> Bools:
    """Who went through the chain."""
    reached = steps[0]
    for before, step, rows, folds in zip(chain.steps, chain.steps[1:], steps[1:], chain.folds[1:], strict=False):
        key, later_key, keys = shared_keys(
            reached.position, chosen_columns(reached, before.after), rows.position, chosen_columns(rows, step.same), folds,
            width, loops,
        )  # fmt: skip
        earlier, later = Keyed(key, reached.instants), Keyed(later_key, rows.instants)
        last = np.full(keys, -1, np.int64)
        if step.absent:
            assert step.gap_us is not None, "an absent step has a gap"
            members = np.zeros(width, np.bool_)
            loops.unanswered(earlier, reached.position, later, step.gap_us, as_of_us, last, members)
            return members
        arrived = np.zeros(later_key.size, np.bool_)
        loops.follow(earlier, later, ANY_TIME if step.gap_us is None else step.gap_us, last, arrived)
        reached = _only(rows, arrived)
    members = np.zeros(width, np.bool_)
    members[reached.position] = True
    return members


def chosen_columns(rows: Collected, places: Sequence[int]) -> list[Vector]:
    return [rows.columns[place] for place in places]


def _only(rows: Collected, chosen: Bools) -> Collected:
    at = np.flatnonzero(chosen)
    return Collected(rows.position[at], rows.instants[at], tuple(taken(column, at) for column in rows.columns))
