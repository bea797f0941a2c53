"""`within`: which of an event's rows count, by their time. Three forms: "90d", {"from", "to"}, {"days_ago": [30, 90]}."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jobs.language.atoms import DaysAgo, DaySpan, Last, Window
from jobs.language.key_checks import check_keys
from jobs.language.phrases import moment, stretch
from jobs.syntax.durations import LIMITS, read_duration
from jobs.syntax.literals import read_date, read_whole
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.shapes import read_scalar

EXPECTED = 'expected a duration like "90d", {"from": …, "to": …} with dates, or {"days_ago": [30, 90]}'


@dataclass(frozen=True)
class Within:
    """A window and how English says it: `in the last 90 days`."""

    window: Window
    words: str


def read_window(node: Node, problems: Problems) -> Within | None:
    """The window; None and problems where it is none or could hold no day."""
    if isinstance(node.value, str):
        length = read_scalar(node, read_duration, problems)
        return None if length is None else Within(Last(length), f"in the last {stretch(length)}")
    if not isinstance(node.value, dict):
        problems.add(node, f"found {node.found()}, {EXPECTED}")
        return None
    if not check_keys(node, ("from", "to", "days_ago"), problems, of="within"):
        return None
    if node.get("days_ago") is not None and len(node.keys()) == 1:
        return _days_ago(node.child("days_ago"), problems)
    if {"from", "to"} == set(node.keys()):
        return _day_span(node, problems)
    found = " and ".join(map(shown, node.keys())) if node.keys() else "an empty object"
    problems.add(node, f"found {found}, {EXPECTED}")
    return None


def _day_span(node: Node, problems: Problems) -> Within | None:
    first, last = (read_scalar(node.child(key), read_date, problems) for key in ("from", "to"))
    if first is None or last is None:
        return None
    if first > last:
        problems.add(node, f'found from {first} to {last}, expected "from" on or before "to", or no day is in it')
        return None
    return Within(DaySpan(first, last), _day_words(first, last))


def _day_words(first: date, last: date) -> str:
    return f"on {moment(first)}" if first == last else f"from {moment(first)} to {moment(last)}"


def _days_ago(node: Node, problems: Problems) -> Within | None:
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
    return Within(DaysAgo(nearest, farthest), f"{nearest:,} to {farthest:,} days ago")
