"""Every word of the language, as section 2 to 4 of its page list them: what tables and generators must cover."""

from __future__ import annotations

CONDITIONS = ["all", "any", "not", "everyone", "attribute", "event", "related", "sequence", "segment", "list", "sample"]

_NUMERIC = ["less_than", "at_most", "more_than", "at_least", "between"]
_EQUAL = ["is", "is_not", "in", "not_in"]
_CALENDAR = ["weekday_in", "month_in", "day_of_month_in"]
_FIXED = ["on", "before", "on_or_before", "after", "on_or_after", "between"]
_RELATIVE = ["within_last", "within_next", "more_than_ago", "more_than_ahead", "days_ago", "years_ago", "in_calendar"]
_DATE = [*_CALENDAR, *_FIXED, *_RELATIVE]

OPERATORS: dict[str, list[str]] = {
    "text": [*_EQUAL, "contains", "not_contains", "starts_with", "ends_with"],
    "choice": _EQUAL,
    "choices": ["has_any", "has_all", "has_none"],
    "integer": [*_EQUAL, *_NUMERIC],
    "decimal": [*_EQUAL, *_NUMERIC],
    "float": _NUMERIC,
    "version": [*_EQUAL, *_NUMERIC],
    "boolean": ["is"],
    "date": [*_DATE, "anniversary_days_ahead", "anniversary_within_next", "anniversary_within_last"],
    "timestamp": [*_DATE, "hour_between"],
    "point": ["within_radius", "inside"],
}
EVERY_TYPE = "is_empty"

COLUMN_OPERATORS = {
    "is", "is_not", "less_than", "at_most", "more_than", "at_least", "on", "before", "on_or_before", "after", "on_or_after",
}  # fmt: skip
NO_COLUMN = {("float", "is"), ("float", "is_not")}

AGGREGATES = ["count", "days", "distinct", "sum", "average", "minimum", "maximum", "first", "last", "latest"]
HAVING = [word for word in AGGREGATES if word not in ("first", "last", "latest")]
COMPUTED = [*AGGREGATES, "add", "subtract", "multiply", "divide", "quantile_of", "cases"]


def pairs() -> list[tuple[str, str]]:
    """Every (type, operator) there is."""
    return [(kind, operator) for kind, own in OPERATORS.items() for operator in [*own, EVERY_TYPE]]


def column_pairs() -> list[tuple[str, str]]:
    """Every (type, operator) whose value may be another column."""
    return [pair for pair in pairs() if pair[1] in COLUMN_OPERATORS and pair not in NO_COLUMN]
