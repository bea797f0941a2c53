"""Strategies of an operator's value, for every type; the pools are those of the rows, so that matches are many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.meaning import words
from tests.random import people
from tests.random.moments import Moment
from tests.random.world import Named

Draw = Callable[[Moment, Named], st.SearchStrategy[Any]]

DURATIONS = ["1d", "2d", "7d", "30d", "31d", "89d", "90d", "183d", "1w", "13w", "1mo", "3mo", "13mo", "1y", "2y", "40y"]
HOURS = ["1h", "2h", "24h", "25h", "48h", "168h", "720h"]
CIRCLES = [1, Decimal("0.5"), 500, 790, 5000, 12000, 20016]
CENTRES = [(0, 0), (5, 5), (Decimal("48.2"), Decimal("16.37")), (0, -180), (90, 45), (-33, 151)]
SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
SHAPES: list[dict[str, Any]] = [
    {"type": "Polygon", "coordinates": [SQUARE]},
    {"type": "Polygon", "coordinates": [SQUARE, [[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]]]},
    {"type": "Polygon", "coordinates": [SQUARE, [[5, 5], [5, 6], [6, 6], [6, 5], [5, 5]]]},
    {"type": "Polygon", "coordinates": [[[0, 0], [10, 10], [0, 10], [0, 0]]]},
    {
        "type": "MultiPolygon",
        "coordinates": [[[[16, 48], [17, 48], [17, 49], [16, 49], [16, 48]]], [[[5, 0], [6, 0], [6, 1], [5, 0]]]],
    },
    {"type": "Polygon", "coordinates": [[[150, -34], [152, -34], [152, -33], [150, -33], [150, -34]]]},
    {"type": "MultiPolygon", "coordinates": [[[[170, -5], [180, -5], [180, 5], [170, 5], [170, -5]]]]},
]
NUMBERS: list[int | Decimal] = [
    *range(-4, 12),
    *(
        Decimal(text)
        for text in ("0.1", "0.10", "1.1", "2.5", "-0.01", "99.99", "10.50", "0.105", "0.30", "1E+1", "-0", "-2.25")
    ),
    9007199254740993,
    9007199254740992,
    99999999999999999999,
]
COUNTS: list[int | Decimal] = [0, 0, 1, 1, 2, 2, 3, 4, 5, 8, Decimal("0.5"), Decimal("2.5")]


def a_list(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, min_size=1, max_size=4)


def a_pair(
    one: st.SearchStrategy[Any], key: Callable[[Any], Any] = lambda value: value
) -> st.SearchStrategy[list[Any]]:
    return st.tuples(one, one).map(lambda both: sorted(both, key=key))


def scalar(kind: str, operator: str, one: st.SearchStrategy[Any], key: Callable[[Any], Any]) -> st.SearchStrategy[Any]:
    """A value, a list or a pair of values, as the operator asks."""
    if operator in ("in", "not_in"):
        return a_list(one)
    return a_pair(one, key) if operator == "between" else one


def version_key(text: str) -> tuple[int, ...]:
    parts = [int(part) for part in text.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def numeric(operator: str, pool: list[int | Decimal]) -> st.SearchStrategy[Any]:
    return scalar("decimal", operator, st.sampled_from(pool), lambda number: number)


def numeric_condition(pool: list[int | Decimal]) -> st.SearchStrategy[dict[str, Any]]:
    """`{OP: n}` with any numeric operator."""
    operators = st.sampled_from(words.OPERATORS["integer"])
    return operators.flatmap(lambda operator: numeric(operator, pool).map(lambda wanted: {operator: wanted}))


def a_day(moment: Moment) -> st.SearchStrategy[str]:
    return st.sampled_from(moment.days).map(date.isoformat)


def an_instant(moment: Moment) -> st.SearchStrategy[str]:
    return st.builds(moment.written, st.sampled_from(moment.instants), st.integers(0, 2))


def day_or_instant(moment: Moment) -> st.SearchStrategy[str]:
    return st.one_of(a_day(moment), an_instant(moment))


def ordered_days(moment: Moment) -> st.SearchStrategy[list[str]]:
    return a_pair(a_day(moment))


def ordered_ends(moment: Moment) -> st.SearchStrategy[list[str]]:
    """Two ends of a timestamp's `between`, days and instants mixed, the lower first by any reading."""
    days = ordered_days(moment)
    instants = st.lists(st.sampled_from(moment.instants), min_size=2, max_size=2).map(sorted)
    written = st.tuples(instants, st.integers(0, 2), st.integers(0, 2)).map(
        lambda drawn: [moment.written(drawn[0][0], drawn[1]), moment.written(drawn[0][1], drawn[2])]
    )
    mixed = instants.map(lambda two: [moment.written(two[0], 2), local_day(moment, two[1])])
    return st.one_of(days, written, mixed)


def local_day(moment: Moment, instant: Any) -> str:
    return instant.astimezone(ZoneInfo(moment.time_zone)).date().isoformat()


def periods(least: int) -> st.SearchStrategy[Any]:
    """So many calendar periods, or from so many to so many."""
    number = st.sampled_from([least, least, 1, 2, 3, 4, 12, 53])
    return st.one_of(number, a_pair(number))


UNITS = st.sampled_from(["week", "month", "quarter", "year"])


def in_calendar() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.fixed_dictionaries({"unit": UNITS, "ago": periods(0)}),
        st.fixed_dictionaries({"unit": UNITS, "ahead": periods(1)}),
    )


def calendar_window() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"calendar": UNITS, "ago": periods(0)})


def _calendar(operator: str, moment: Moment) -> st.SearchStrategy[Any]:
    match operator:
        case "weekday_in":
            return a_list(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
        case "month_in":
            return a_list(st.integers(1, 12))
        case "day_of_month_in":
            return a_list(st.sampled_from([1, 2, 15, 24, 28, 29, 30, 31]))
        case "hour_between":
            return st.sampled_from([[0, 1], [0, 24], [1, 3], [2, 3], [8, 12], [12, 24], [23, 24]])
        case "in_calendar":
            return in_calendar()
        case "anniversary_days_ahead":
            return numeric_condition([0, 0, 1, 2, 6, 7, 30, 31, 182, 364, 365, -1, Decimal("0.5")])
        case "days_ago":
            return numeric_condition([-30, -7, -1, 0, 1, 7, 30, 90, 365, Decimal("0.5")])
        case _:
            return numeric_condition([-1, 0, 1, 2, 26, 36, 40, Decimal("0.5")])


def temporal(kind: str, operator: str, moment: Moment) -> st.SearchStrategy[Any]:
    """The value of an operator of date or timestamp."""
    if operator in ("on", "before", "on_or_before", "after", "on_or_after"):
        return a_day(moment) if kind == "date" else day_or_instant(moment)
    if operator == "between":
        return ordered_days(moment) if kind == "date" else ordered_ends(moment)
    if operator in ("within_last", "within_next", "more_than_ago", "more_than_ahead"):
        return st.sampled_from(DURATIONS if kind == "date" else DURATIONS + HOURS)
    if operator.startswith("anniversary_within"):
        return st.sampled_from(["1d", "7d", "30d", "183d", "1w", "26w"])
    return _calendar(operator, moment)


def wanted(kind: str, operator: str, moment: Moment, values: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """A literal for the operator of a type."""
    if operator == "is_empty":
        return st.booleans()
    match kind:
        case "text":
            return scalar(kind, operator, st.sampled_from([*people.TEXTS, *people.SKUS, "s", "Ss", "É"]), str)
        case "choice":
            return scalar(kind, operator, st.sampled_from(values), str)
        case "choices":
            return a_list(st.sampled_from(values))
        case "integer" | "decimal" | "float":
            return numeric(operator, NUMBERS)
        case "version":
            return scalar(kind, operator, st.sampled_from([*people.VERSIONS, "4", "10.1", "4.9.1"]), version_key)
        case "boolean":
            return st.booleans()
        case "point":
            circles = st.builds(
                lambda centre, km: {"latitude": centre[0], "longitude": centre[1], "km": km},
                st.sampled_from(CENTRES),
                st.sampled_from(CIRCLES),
            )
            return circles if operator == "within_radius" else st.sampled_from(SHAPES)
        case _:
            return temporal(kind, operator, moment)
