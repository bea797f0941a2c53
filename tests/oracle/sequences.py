"""Did A, then B (section 5): chains of strictly later rows, and the step that must not have happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from tests.oracle.clock import elapsed
from tests.oracle.rows import matching, source_of
from tests.oracle.sources import Row
from tests.oracle.values import identity
from tests.oracle.world import World, row_cell

Step = Mapping[str, Any]


def sequence_holds(world: World, condition: Mapping[str, Any], contact: str) -> bool:
    """Whether some chain of the contact's rows goes through every step."""
    steps = condition["sequence"]
    ended = ends(world, steps, condition.get("within"), contact)
    if steps[-1].get("absent"):
        return unanswered(world, steps, ended, contact)
    return bool(ended)


def ends(world: World, steps: list[Step], within: Any, contact: str) -> list[Row]:
    """The rows that end a chain through all steps (but an absent one)."""
    present = [step for step in steps if not step.get("absent")]
    reached = _rows(world, present[0], within, contact)
    for before, step in pairwise(present):
        reached = [
            row
            for row in _rows(world, step, within, contact)
            if any(_follows(world, before, earlier, step, row) for earlier in reached)
        ]
    return reached


def _rows(world: World, step: Step, within: Any, contact: str) -> list[Row]:
    return matching(world, {"event": step["event"], "where": step.get("where"), "within": within}, contact)


def _follows(world: World, before: Step, earlier: Row, step: Step, later: Row) -> bool:
    """Strictly later, within the gap, and equal in the `same` columns (missing equals nothing)."""
    if not _time(earlier) < _time(later):
        return False
    if "after_at_most" in step and _time(later) > _time(earlier) + elapsed(step["after_at_most"]):
        return False
    names = step.get("same", [])
    one, other = _shared(world, before, earlier, names, before), _shared(world, step, later, names, before)
    return one is not None and one == other


def _shared(world: World, step: Step, row: Row, names: list[str], earlier_step: Step) -> tuple[Any, ...] | None:
    """The row's values in the `same` columns by the equality of the earlier step's; None when one is missing."""
    cells = [row_cell(world, source_of(world, step), row, name) for name in names]
    if any(cell.value is None for cell in cells):
        return None
    folds = [_fold(world, earlier_step, name) for name in names]
    return tuple(identity(cell, fold) for cell, fold in zip(cells, folds, strict=True))


def _fold(world: World, step: Step, name: str) -> bool:
    from tests.oracle.sources import walk

    return walk(world.sources, source_of(world, step), None, name.split(".")).column.fold


def unanswered(world: World, steps: list[Step], ended: list[Row], contact: str) -> bool:
    """Whether the last row that ends the chain (for some combination of `same`) stayed without such a row.

    The rows that would answer are all rows before as_of, whatever the window; the gap must have ended by as_of.
    """
    absent, before = steps[-1], steps[-2]
    last: dict[Any, Row] = {}
    for row in ended:
        combination = _shared(world, before, row, absent.get("same", []), before)
        if combination is not None and (combination not in last or _time(last[combination]) < _time(row)):
            last[combination] = row
    answers = _rows(world, absent, None, contact)
    return any(
        _time(row) + elapsed(absent["after_at_most"]) <= world.clock.as_of
        and not any(_follows(world, before, row, absent, answer) for answer in answers)
        for row in last.values()
    )


def _time(row: Row) -> datetime:
    assert row.time is not None
    return row.time
