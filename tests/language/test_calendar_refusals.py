"""What the words of the calendar refuse, and what they propose to those who write it in everyday words."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

import pytest

from tests.language.shop import problems_of


def a(name: str, **operator: Any) -> dict[str, Any]:
    return {"attribute": name, **operator}


def e(**more: Any) -> dict[str, Any]:
    return {"event": "order", **more}


TABLE: list[tuple[Any, str, str]] = [
    (a("born", in_calendar="last_month"), "/in_calendar", 'did you mean {"unit": "month", "ago": 1}?'),
    (a("born", in_calendar="next quarter"), "/in_calendar", 'did you mean {"unit": "quarter", "ahead": 1}?'),
    (a("born", in_calendar={"unit": "month"}), "/in_calendar", 'found none, expected exactly one of "ago" or "ahead"'),
    (a("born", in_calendar={"unit": "month", "ago": 1, "ahead": 1}), "/in_calendar", "expected exactly one of"),
    (a("born", in_calendar={"ago": 1}), "/in_calendar", 'the key "unit" is missing'),
    (a("born", in_calendar={"unit": "months", "ago": 1}), "/in_calendar/unit", 'did you mean "month"?'),
    (a("born", in_calendar={"calendar": "month", "ago": 1}), "/in_calendar/calendar", 'did you mean "unit"?'),
    (a("born", in_calendar={"unit": "month", "ago": -1}), "/in_calendar/ago", "found -1, expected a whole number from 0 to 600"),
    (a("born", in_calendar={"unit": "month", "ago": 601}), "/in_calendar/ago", "from 0 to 600"),
    (a("born", in_calendar={"unit": "month", "ahead": 0}), "/in_calendar/ahead", "from 1 to 600"),
    (a("born", in_calendar={"unit": "month", "ago": 1.0}), "/in_calendar/ago", "expected a whole number"),
    (a("born", in_calendar={"unit": "month", "ago": [3, 1]}), "/in_calendar/ago", "found 3 before 1, expected the nearer period first"),
    (a("born", in_calendar={"unit": "month", "ago": [1]}), "/in_calendar/ago", "found a list of 1, expected a whole number or two"),
    (a("born", in_calendar={"unit": "month", "ago": [0, 601]}), "/in_calendar/ago/1", "from 0 to 600"),
    (a("children", in_calendar={"unit": "month", "ago": 1}), "/in_calendar", "expected an operator for children (integer)"),
    (a("born", last_month=True), "/last_month", 'did you mean "in_calendar"?'),
    (a("seen_at", this_quarter=True), "/this_quarter", 'did you mean "in_calendar"?'),
    (a("born", on="last month"), "/on", 'a whole month is asked for by "in_calendar": {"unit": "month", "ago": 1}'),
    (a("born", birthday_in={"is": 7}), "/birthday_in", 'did you mean "anniversary_days_ahead"?'),
    (a("born", anniversary_days_ahead=7), "/anniversary_days_ahead", "found 7, expected an object with a numeric operator"),
    (a("seen_at", anniversary_days_ahead={"is": 7}), "/anniversary_days_ahead", "expected an operator for seen_at (timestamp)"),
    (e(within="last_month"), "/within", 'did you mean {"calendar": "month", "ago": 1}?'),
    (e(within="This Quarter"), "/within", 'did you mean {"calendar": "quarter", "ago": 0}?'),
    (e(within={"calendar": "month"}), "/within", 'found "calendar", expected exactly one of'),
    (e(within={"ago": 1}), "/within", 'found "ago", expected exactly one of'),
    (e(within={"calendar": "month", "ago": 1, "days_ago": [1, 2]}), "/within", "expected exactly one of"),
    (e(within={"calendar": "month", "ahead": 1}), "/within/ahead", 'the key "ahead" does not belong in within: a window looks back'),
    (e(within={"unit": "month", "ago": 1}), "/within/unit", 'did you mean "calendar"?'),
    (e(within={"calendar": "day", "ago": 1}), "/within/calendar", "expected one of week, month, quarter, year"),
    (e(within={"calendar": "month", "ago": [1, 601]}), "/within/ago/1", "from 0 to 600"),
    (e(within={"calendar": "month", "ago": [2, 1]}), "/within/ago", "expected the nearer period first"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "pointer", "message"), TABLE, ids=[f"{p or '/'}: {m[:50]}" for _, p, m in TABLE])
def test_a_wrong_word_of_the_calendar_is_refused_at_its_place(where: Any, pointer: str, message: str) -> None:
    ((at, told),) = problems_of(where)
    assert at == pointer
    assert message in told
