"""What a wrong word probably meant: other languages' words for ours first, then slips of the fingers.

Every message about an unknown or misplaced word ends with `suggestion(...)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from jobs.language.atoms import CalendarUnit
from jobs.syntax.nodes import shown
from jobs.syntax.spelling import LONGEST, did_you_mean, nearest

SIDES = {"this": 0, "current": 0, "last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1}
"""How people name a whole period of the calendar, and how far it is from as_of's own: `last month`."""

_MEANT: dict[str, tuple[str, ...]] = {
    # conditions
    "and": ("all",), "or": ("any",), "none": ("not",), "nor": ("not",), "every": ("all", "everyone"),
    "events": ("event",), "column": ("attribute",), "field": ("attribute",), "in_list": ("list",),
    "in_segment": ("segment",), "then": ("sequence",), "random": ("sample",),
    # operators
    "equals": ("is", "on"), "equal": ("is", "on"), "eq": ("is", "on"), "=": ("is", "on"), "==": ("is", "on"),
    "not_equals": ("is_not",), "not_equal": ("is_not",), "ne": ("is_not",), "!=": ("is_not",),
    "greater_than": ("more_than", "after"), "gt": ("more_than", "after"), ">": ("more_than", "after"),
    "gte": ("at_least", "on_or_after"), ">=": ("at_least", "on_or_after"), "min": ("minimum", "at_least"),
    "lt": ("less_than", "before"), "<": ("less_than", "before"), "fewer_than": ("less_than",),
    "lte": ("at_most", "on_or_before"), "<=": ("at_most", "on_or_before"), "max": ("maximum", "at_most"),
    "more_than": ("after", "more_than_ago"), "less_than": ("before",), "at_least": ("on_or_after",),
    "at_most": ("on_or_before",),
    "after": ("more_than",), "before": ("less_than",), "on_or_after": ("at_least",), "on_or_before": ("at_most",),
    "since": ("on_or_after",), "until": ("on_or_before",), "on": ("is",), "is": ("on", "has_all", "in"),
    "is_not": ("has_none", "not_in"), "in": ("has_any",), "not_in": ("has_none",), "one_of": ("in", "has_any"),
    "any_of": ("has_any", "in"), "all_of": ("has_all",), "none_of": ("has_none", "not_in"),
    "contains": ("has_any",), "not_contains": ("has_none",), "has": ("has_any",), "like": ("contains",),
    "begins_with": ("starts_with",), "startswith": ("starts_with",), "endswith": ("ends_with",), "matches": ("contains",),
    "is_null": ("is_empty",), "null": ("is_empty",), "is_missing": ("is_empty",), "exists": ("is_empty",),
    "is_set": ("is_empty",), "empty": ("is_empty",), "last": ("within_last", "within"), "next": ("within_next",),
    "within": ("within_last",), "within_last": ("within",), "older_than": ("more_than_ago",), "age": ("years_ago",),
    "weekday": ("weekday_in",), "month": ("month_in",), "day": ("day_of_month_in",), "hour": ("hour_between",),
    "radius": ("within_radius",), "near": ("within_radius",), "polygon": ("inside",),
    "birthday": ("anniversary_within_next",), "bday": ("anniversary_within_next",),
    "birthday_in": ("anniversary_days_ahead",), "days_until_birthday": ("anniversary_days_ahead",),
    "days_to_birthday": ("anniversary_days_ahead",), "birthday_today": ("anniversary_days_ahead",),
    "birthday_days_ahead": ("anniversary_days_ahead",), "anniversary_in": ("anniversary_days_ahead",),
    "days_until_anniversary": ("anniversary_days_ahead",), "anniversary_today": ("anniversary_days_ahead",),
    "calendar": ("in_calendar", "unit"), "unit": ("calendar",), "week": ("in_calendar",), "quarter": ("in_calendar",),
    "year": ("in_calendar",), "in_month": ("month_in", "in_calendar"), "in_week": ("in_calendar",),
    "in_quarter": ("in_calendar",), "in_year": ("in_calendar",),
    "anniversary": ("anniversary_within_next",), "upcoming": ("within_next",), "today": ("within_last",),
    "yesterday": ("within_last",), "tomorrow": ("within_next",), "in_the_last": ("within_last",),
    "in_the_next": ("within_next",),
    # aggregates, sequences, a file's own keys
    "avg": ("average",), "mean": ("average",), "total": ("sum",), "number": ("count",), "unique": ("distinct",),
    "count_distinct": ("distinct",), "newest": ("latest",), "oldest": ("first",), "group_by": ("per",), "filter": ("where",),
    "window": ("within",), "within_at_most": ("after_at_most",), "conditions": ("where",), "condition": ("where",),
    "limit": ("keep", "count"), "top": ("keep",), "order_by": ("by",), "title": ("name",), "source": ("from",),
    "desc": ("description",), "lat": ("latitude",),
    "lon": ("longitude",), "lng": ("longitude",),
    "ascending": ("lowest",), "minimum": ("at_least",), "maximum": ("at_most",),
    # whole periods of the calendar: `last_month`
    **{
        f"{side}_{unit}": ("in_calendar", "calendar")
        for side in SIDES
        for unit in get_args(CalendarUnit)
    },
}  # fmt: skip


_BETWEEN_WORDS = re.compile(r"[\s_-]+")


def nearest_word(written: str, candidates: Iterable[str]) -> str | None:
    """The known word that was most likely meant, None when none is near. Of several words the first that leads on."""
    words = list(candidates)
    meant = _other_name(written, words) or nearest(written, words)
    parts = _BETWEEN_WORDS.split(written) if meant is None and len(written) <= LONGEST else ()
    return meant or next(filter(None, (_other_name(part, words) for part in parts)), None)


def suggestion(written: str, candidates: Iterable[str]) -> str:
    """The end of a message: ` — did you mean "is"?`, the known words when few, or nothing."""
    words = list(candidates)
    meant = nearest_word(written, words)
    return did_you_mean(written, words) if meant is None else f" — did you mean {shown(meant)}?"


def _other_name(written: str, candidates: list[str]) -> str | None:
    return next((meant for meant in _MEANT.get(written.strip().casefold(), ()) if meant in candidates), None)
