"""Whole weeks, months, quarters and years around as_of: `{"unit": "month", "ago": 1}`.

In a window they are written `{"calendar": "month", "ago": 1}`. Written is how many periods ago or ahead; which days they
hold depends on as_of, and is the plan's to say.
"""

from __future__ import annotations

import re
from typing import get_args

from jobs.language.arguments import Argument, Subject
from jobs.language.atoms import CalendarUnit, Periods, TimeTest
from jobs.language.spec_keys import table
from jobs.language.suggestions import SIDES
from jobs.syntax.literals import read_whole
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import Key, exactly_one
from jobs.syntax.shapes import Schema, Shape, one_of, read_scalar

MOST_PERIODS = 600
UNITS: tuple[CalendarUnit, ...] = get_args(CalendarUnit)

Distances = tuple[int, int]


def _periods(least: int, example: str) -> Shape[Distances]:
    """A number of periods, or the nearest and the farthest of several."""

    def number(node: Node, problems: Problems) -> int | None:
        return read_scalar(node, lambda value: read_whole(value, least, MOST_PERIODS), problems)

    def read(node: Node, problems: Problems) -> Distances | None:
        if not isinstance(node.value, list):
            alone = number(node, problems)
            return None if alone is None else (alone, alone)
        if len(node.value) != 2:
            what = f"a list of {len(node.value)}" if node.value else node.found()
            problems.add(node, f"found {what}, expected a whole number or two, [nearest, farthest], like {example}")
            return None
        nearest, farthest = (number(child, problems) for child in node.items())
        if nearest is None or farthest is None:
            return None
        if nearest > farthest:
            problems.add(node, f"found {nearest} before {farthest}, expected the nearer period first, like {example}")
            return None
        return nearest, farthest

    count: Schema = {"type": "integer", "minimum": least, "maximum": MOST_PERIODS}
    return Shape(read, {"anyOf": [count, {"type": "array", "items": count, "minItems": 2, "maxItems": 2}]})


_IN_CALENDAR = '{"attribute": "seen_at", "in_calendar": {"unit": "%s", %s}}'
UNIT = Key(
    "unit",
    "Which periods: week (from Monday), month, quarter or year.",
    one_of(UNITS),
    required=True,
    example=_IN_CALENDAR % ("quarter", '"ago": 0'),
)
AGO = Key(
    "ago",
    "How many periods ago: 0 is the one as_of lies in, 1 the one before it, [1, 3] the three before it.",
    _periods(0, "[1, 3]"),
    example=_IN_CALENDAR % ("month", '"ago": [1, 3]'),
)
AHEAD = Key(
    "ahead",
    "How many periods ahead: 1 is the one after that in which as_of lies, [1, 2] the two after it.",
    _periods(1, "[1, 2]"),
    example=_IN_CALENDAR % ("year", '"ahead": 1'),
)
PERIOD = table(
    "in_calendar", UNIT, AGO, AHEAD,
    expected='an object like {"unit": "month", "ago": 1}',
    rules=(exactly_one(AGO, AHEAD, says="how far from as_of's own the periods lie"),),
)  # fmt: skip


def in_calendar(node: Node, subject: Subject, problems: Problems) -> Argument | None:
    """The operator's value: whole periods around as_of."""
    meant = named_period(node.value)
    if meant is not None:
        problems.add(
            node, f"found {node.found()}, expected {PERIOD.expected} — did you mean {period_json('unit', meant)}?"
        )
        return None
    fields = PERIOD.read(node, problems)
    unit, ago, ahead = fields.get(UNIT), fields.get(AGO), fields.get(AHEAD)
    if not fields.fine or unit is None:
        return None
    periods = ahead_of(unit, ahead) if ahead is not None else None if ago is None else before(unit, ago)
    return None if periods is None else Argument(TimeTest("in_calendar", periods), (period_words(periods),))


def before(unit: CalendarUnit, ago: Distances) -> Periods:
    nearest, farthest = ago
    return Periods(unit, -farthest, -nearest)


def ahead_of(unit: CalendarUnit, ahead: Distances) -> Periods:
    return Periods(unit, *ahead)


# --- English ------------------------------------------------------------------------------------------------------------


def period_words(periods: Periods) -> str:
    """`this calendar month`, `the last 3 calendar months`, `the calendar months 2 to 4 months ago`."""
    unit, first, last = periods.unit, periods.first, periods.last
    if first == last == 0:
        return f"this calendar {unit}"
    if last == 0:
        return f"this calendar {unit} or the {'one' if first == -1 else f'{-first:,}'} before it"
    side, direction, near, far = ("last", "ago", -last, -first) if last < 0 else ("next", "ahead", first, last)
    if near == 1:
        return f"the {side} calendar {unit}" if far == 1 else f"the {side} {far:,} calendar {unit}s"
    if near == far:
        return f"the calendar {unit} {near:,} {unit}s {direction}"
    return f"the calendar {unit}s {near:,} to {far:,} {unit}s {direction}"


# --- what people write instead ------------------------------------------------------------------------------------------

_NAMED = re.compile(rf"\s*({'|'.join(SIDES)})[\s_-]+(?:calendar[\s_-]+)?({'|'.join(UNITS)})\s*")


def named_period(value: Json) -> Periods | None:
    """The period that a text like `last month` or `this_quarter` names."""
    parts = _NAMED.fullmatch(value.casefold()) if isinstance(value, str) else None
    if parts is None:
        return None
    distance = SIDES[parts[1]]
    return next(Periods(unit, distance, distance) for unit in UNITS if unit == parts[2])


def period_json(key: str, periods: Periods) -> str:
    """One period as a spec writes it, `key` being the unit's."""
    side = '"ahead": 1' if periods.first > 0 else f'"ago": {-periods.first}'
    return f'{{"{key}": {shown(periods.unit)}, {side}}}'
