"""Conditions over a contact's rows: which rows match, the window, the aggregates, groups (section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import conditions
from tests.oracle.clock import DAY, in_periods
from tests.oracle.comparing import holds
from tests.oracle.logic import Verdict
from tests.oracle.ordering import number_holds
from tests.oracle.sources import Row, Source
from tests.oracle.values import Cell, Column, identity, rank
from tests.oracle.world import World, row_cell

AGGREGATES = ("count", "days", "distinct", "sum", "average", "minimum", "maximum", "first", "last", "latest")
INTEGER = Column("", "integer")
EXACT = Column("", "decimal")
INSTANT = Column("", "timestamp")
AT_LEAST_ONE = {"count": {"at_least": 1}}


def source_of(world: World, condition: Mapping[str, Any]) -> Source:
    return world.sources[condition["event"] if "event" in condition else condition["related"]]


def rows_hold(world: World, condition: Mapping[str, Any], contact: str) -> Verdict:
    """Whether the contact's rows satisfy an `event` or `related` condition."""
    source = source_of(world, condition)
    rows = matching(world, condition, contact)
    wanted = {word: condition[word] for word in AGGREGATES if word in condition} or AT_LEAST_ONE
    if "per" in condition:
        return number_holds(kept_groups(world, condition, rows), wanted["count"])
    return aggregate_holds(world, source, rows, wanted)


def matching(world: World, condition: Mapping[str, Any], contact: str) -> list[Row]:
    """The contact's rows in the window whose `where` is true."""
    source = source_of(world, condition)
    rows = [row for row in world.rows(source.name, contact) if in_window(world, condition.get("within"), row)]
    where = condition.get("where")
    return [r for r in rows if where is None or conditions.row_verdict(world, where, source, r, contact) is True]


def in_window(world: World, within: Any, row: Row) -> bool:
    if within is None:
        return True
    clock = world.clock
    assert row.time is not None
    if isinstance(within, str):
        return clock.start_of_last(within) <= row.time < clock.as_of
    if "days_ago" in within:
        near, far = within["days_ago"]
        return near <= (clock.today - clock.day(row.time)).days <= far
    if "calendar" in within:
        return (
            in_periods(clock.day(row.time), clock.today, within["calendar"], within["ago"]) and row.time < clock.as_of
        )
    first, last = date.fromisoformat(within["from"]), date.fromisoformat(within["to"])
    return clock.midnight(first) <= row.time < clock.midnight(last + DAY)


def kept_groups(world: World, condition: Mapping[str, Any], rows: list[Row]) -> int:
    """How many groups of rows (equal in all `per` columns, none missing) satisfy `having`."""
    source = source_of(world, condition)
    per = [condition["per"]] if isinstance(condition["per"], str) else condition["per"]
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        cells = [row_cell(world, source, row, name) for name in per]
        if all(cell.value is not None for cell in cells):
            groups.setdefault(tuple(identity(cell) for cell in cells), []).append(row)
    having = condition.get("having")
    return sum(
        1 for group in groups.values() if having is None or aggregate_holds(world, source, group, having) is True
    )


def aggregate_holds(world: World, source: Source, rows: list[Row], wanted: Mapping[str, Any]) -> Verdict:
    """Whether one aggregate over the rows satisfies its operator."""
    ((word, condition),) = wanted.items()
    cell = aggregate(world, source, rows, word, condition.get("of"))
    ((operator, value),) = [(key, value) for key, value in condition.items() if key != "of"]
    return holds(cell, operator, value, world.clock)


def aggregate(world: World, source: Source, rows: list[Row], word: str, of: str | None) -> Cell:
    """The value of an aggregate, missing where it is unknown."""
    cells = [row_cell(world, source, row, of) for row in rows] if of else []
    present = [cell for cell in cells if cell.value is not None]
    match word:
        case "count":
            return Cell(INTEGER, len(rows))
        case "days":
            return Cell(INTEGER, len({world.clock.day(row.time) for row in rows if row.time}))
        case "distinct":
            return Cell(INTEGER, len({identity(cell) for cell in present}))
        case "sum":
            return Cell(EXACT, sum((Fraction(cell.value) for cell in present), Fraction(0)))
        case "average":
            total = sum((Fraction(cell.value) for cell in present), Fraction(0))
            return Cell(EXACT, total / len(present) if present else None)
        case "minimum" | "maximum":
            pick = min if word == "minimum" else max
            column = _column(world, source, of)
            return Cell(column, pick(cell.value for cell in present) if present else None)
        case "first" | "last":
            moments = [row.time for row in rows if row.time]
            return Cell(INSTANT, (min if word == "first" else max)(moments) if moments else None)
        case _:
            return latest(world, source, rows, of)


def latest(world: World, source: Source, rows: list[Row], of: str | None) -> Cell:
    """The column of the last row, among rows of one instant the greatest value."""
    assert of is not None
    if not rows:
        return Cell(_column(world, source, of), None)
    moment = max(row.time for row in rows if row.time)
    return max((row_cell(world, source, row, of) for row in rows if row.time == moment), key=rank)


def _column(world: World, source: Source, of: str | None) -> Column:
    assert of is not None
    from tests.oracle.sources import walk

    return walk(world.sources, source, None, of.split(".")).column
