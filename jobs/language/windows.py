"""`within`: which of an event's rows count, by their time.

Four forms: "90d", {"from", "to"}, {"days_ago": [30, 90]}, {"calendar": "month", "ago": 1}.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from jobs.language.atoms import DaysAgo, DaySpan, Last, Window
from jobs.language.calendar_periods import AGO as PERIODS_AGO
from jobs.language.calendar_periods import UNIT, before, named_period, period_json, period_words
from jobs.language.phrases import moment, stretch
from jobs.language.spec_keys import table
from jobs.syntax.durations import LIMITS
from jobs.syntax.literals import read_whole
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import Key, OneForm
from jobs.syntax.shapes import ANY_DURATION, DATE, Schema, Shape, read_scalar


def _read_days_ago(node: Node, problems: Problems) -> DaysAgo | None:
    if not isinstance(node.value, list) or len(node.value) != 2:
        problems.add(node, f"found {node.found()}, expected two whole numbers, [nearest, farthest], like [30, 90]")
        return None
    nearest, farthest = (
        read_scalar(child, lambda value: read_whole(value, 0, LIMITS["d"]), problems) for child in node.items()
    )
    if nearest is None or farthest is None:
        return None
    if nearest > farthest:
        problems.add(node, f"found {nearest} before {farthest}, expected the nearer day first, like [30, 90]")
        return None
    return DaysAgo(nearest, farthest)


_DAY: Schema = {"type": "integer", "minimum": 0, "maximum": LIMITS["d"]}
FIRST = Key(
    "from",
    "The first local day that counts.",
    DATE,
    example='{"event": "order", "within": {"from": "2025-12-01", "to": "2025-12-31"}}',
)
LAST = Key(
    "to",
    "The last local day that counts, in it too.",
    DATE,
    example='{"event": "order", "within": {"from": "2026-01-01", "to": "2026-01-01"}}',
)
AGO = Key(
    "days_ago",
    "Days before as_of's day, the nearer first, both in.",
    Shape(_read_days_ago, {"type": "array", "items": _DAY, "minItems": 2, "maxItems": 2}),
    example='{"event": "order", "within": {"days_ago": [30, 90]}}',
)
_PERIODS = '{"event": "order", "within": {"calendar": %s}}'
CALENDAR = Key("calendar", UNIT.meaning, UNIT.shape, example=_PERIODS % '"quarter", "ago": 0')
PERIODS = replace(PERIODS_AGO, example=_PERIODS % '"month", "ago": [1, 3]')
SPAN = table(
    "within",
    FIRST,
    LAST,
    AGO,
    CALENDAR,
    PERIODS,
    expected='a duration like "90d", {"from": …, "to": …} with dates, {"days_ago": [30, 90]} '
    'or {"calendar": "month", "ago": 1}',
    rules=(OneForm(((FIRST, LAST), (AGO,), (CALENDAR, PERIODS)), "which days count"),),
    elsewhere={"ahead": "a window looks back, and rows at or after as_of do not exist for the run"},
)
SCHEMA: Schema = {
    "anyOf": [{**ANY_DURATION.schema, "description": "So long before as_of: 90d."}, SPAN.schema()],
}


@dataclass(frozen=True)
class Within:
    """A window and how English says it: `in the last 90 days`."""

    window: Window
    words: str


def read_window(node: Node, problems: Problems) -> Within | None:
    """The window; None and problems where it is none or could hold no day."""
    if isinstance(node.value, str):
        meant = named_period(node.value)
        if meant is not None and meant.first <= 0:
            hint = f"did you mean {period_json(CALENDAR.name, meant)}?"
            problems.add(node, f"found {node.found()}, expected {SPAN.expected} — {hint}")
            return None
        length = ANY_DURATION.read(node, problems)
        # Kept as a length: which instant it begins at depends on as_of and the zone, and on summer time in between.
        return None if length is None else Within(Last(length), f"in the last {stretch(length)}")
    fields = SPAN.read(node, problems)
    first, last, ago = fields.get(FIRST), fields.get(LAST), fields.get(AGO)
    unit, several = fields.get(CALENDAR), fields.get(PERIODS)
    if unit is not None and several is not None and fields.fine:
        periods = before(unit, several)
        return Within(periods, f"in {period_words(periods)}")
    if ago is not None and fields.fine:
        return Within(ago, f"{ago.nearest:,} to {ago.farthest:,} days ago")
    if first is None or last is None or not fields.fine:
        return None
    if first > last:
        problems.add(node, f'found from {first} to {last}, expected "from" on or before "to", or no day is in it')
        return None
    return Within(DaySpan(first, last), _day_words(first, last))


def _day_words(first: date, last: date) -> str:
    return f"on {moment(first)}" if first == last else f"from {moment(first)} to {moment(last)}"
