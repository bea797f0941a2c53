"""What is allowed and hardly meant is told, last, and refuses nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.language.shop import read, spec

COUNTRY = {"attribute": "country", "is": "DE"}


def a(name: str, **operator: Any) -> dict[str, Any]:
    return {"attribute": name, **operator}


def orders(**more: Any) -> dict[str, Any]:
    return {"event": "order", **more}


EXCLUDING: list[tuple[Any, Any]] = [
    (orders(count={"at_most": 0}), orders()),
    (orders(count={"is": 3}), orders(count={"at_least": 4})),
    ({"not": orders()}, orders()),
    (orders(sum={"of": "amount", "less_than": 5}), orders(sum={"of": "amount", "at_least": 5})),
    (a("children", between=[1, 3]), a("children", **{"in": [4, 5]})),
    (a("children", more_than=3), {"not": a("children", more_than=2)}),
    (a("country", **{"is": "DE"}), a("country", **{"in": ["AT", "CH"]})),
    (a("country", **{"is": "DE"}), a("country", is_not="DE")),
    (a("country", is_empty=True), a("country", **{"is": "DE"})),
    (a("country", is_empty=True), a("country", is_empty=False)),
    (a("app", less_than="4"), a("app", at_least="4.0.1")),
    (a("opt_in", **{"is": True}), a("opt_in", **{"is": False})),
    (a("born", before="2000-01-01"), a("born", on_or_after="2000-01-01")),
    (a("born", on="2000-01-01"), a("born", between=["2001-01-01", "2002-01-01"])),
    (a("seen_at", within_last="30d"), a("seen_at", more_than_ago="30d")),
    (a("smart.stage", **{"is": "new"}), a("smart.stage", **{"is": "old"})),
    (a("children", more_than=2), a("children", less_than=3)),
    (a("interests", has_any=["news"]), a("interests", has_none=["news", "vip"])),
    (a("interests", has_all=["news", "vip"]), a("interests", has_none=["vip"])),
    (a("seen_at", weekday_in=["sat", "sun"]), a("seen_at", weekday_in=["mon"])),
    (a("seen_at", in_calendar={"unit": "month", "ago": 0}), a("seen_at", in_calendar={"unit": "month", "ago": [1, 3]})),
    (a("born", anniversary_days_ahead={"at_most": 7}), a("born", anniversary_days_ahead={"is": 8})),
    (a("country", contains="x"), a("country", not_contains="x")),
]


@pytest.mark.parametrize(("one", "other"), EXCLUDING, ids=[f"{one} {other}" for one, other in EXCLUDING])
def test_bounds_that_exclude_each_other_are_told_with_both_places(one: Any, other: Any) -> None:
    found = read(spec({"all": [one, COUNTRY if "event" in str(one) else orders(within="3d"), {"all": [other]}]}))
    assert not found.errors
    assert list(found.valid) == ["s"]
    ((warning,),) = [found.problems]
    assert (warning.level, warning.pointer.removesuffix("/not")) == ("warning", "/where/all/2/all/0")
    assert "found what /where/all/0 excludes" in warning.message.replace("/not ", " ")


COMPATIBLE: list[tuple[Any, Any]] = [
    (orders(count={"at_most": 1}), orders()),
    (orders(count={"at_most": 0}, within="90d"), orders()),
    (orders(sum={"of": "amount", "at_most": 5}), orders(sum={"of": "amount", "at_least": 5})),
    (a("country", **{"in": ["DE", "AT"]}), a("country", is_not="DE")),
    (a("country", contains="D"), a("country", **{"is": "AT"})),
    (a("interests", has_any=["news"]), a("interests", has_none=["vip"])),
    (a("born", on_or_before="2000-01-01"), a("born", on_or_after="2000-01-01")),
    (a("seen_at", within_last="30d"), a("seen_at", more_than_ago="1mo")),
    (a("seen_at", within_last="30d"), a("seen_at", before="2000-01-01")),
    (a("children", not_in=[1, 2]), a("children", **{"is": 3})),
    (a("children", is_empty=False), a("children", **{"is": 3})),
]


@pytest.mark.parametrize(("one", "other"), COMPATIBLE, ids=[f"{one} {other}" for one, other in COMPATIBLE])
def test_bounds_that_may_hold_together_are_not(one: Any, other: Any) -> None:
    assert not read(spec({"all": [one, other, a("language", **{"is": "de"})]})).problems


def test_two_conditions_of_an_any_exclude_nothing() -> None:
    assert not read(spec({"any": [a("country", **{"is": "DE"}), a("country", **{"is": "AT"})]})).problems


ALWAYS: list[tuple[Any, Any]] = [
    (a("country", is_not="DE"), a("country", is_not="AT")),
    (a("country", is_not="DE"), a("country", not_in=["AT", "CH"])),
    (a("country", is_not="DE"), a("country", **{"in": ["DE", "AT"]})),
    (a("children", at_most=1), a("children", at_least=2)),
    (a("children", is_not=1), a("children", is_not=2)),
    (a("children", less_than=3), a("children", at_least=2)),
    (a("credit", at_most=1.00), a("credit", at_least=1.01)),
    (a("score", less_than=0.5), a("score", at_least=0.5)),
    (a("opt_in", **{"is": True}), a("opt_in", **{"is": False})),
    (a("app", less_than="4"), a("app", at_least="3.9")),
    (a("interests", has_any=["news", "vip"]), a("interests", has_none=["vip"])),
    (a("interests", has_all=["news", "vip"]), {"not": a("interests", has_all=["news", "vip", "sale"])}),
    (a("born", before="2000-01-02"), a("born", after="2000-01-01")),
    (a("born", days_ago={"at_most": 30}), a("born", days_ago={"more_than": 30})),
    (a("seen_at", more_than_ago="3d"), {"not": a("seen_at", more_than_ago="7d")}),
    (a("seen_at", weekday_in=["mon", "tue", "wed", "thu", "fri"]), a("seen_at", weekday_in=["sat", "sun"])),
    (
        {"not": a("seen_at", in_calendar={"unit": "month", "ago": 1})},
        a("seen_at", in_calendar={"unit": "month", "ago": [0, 3]}),
    ),
    (a("country", contains="x"), a("country", not_contains="x")),
    (a("country", is_empty=False), a("country", **{"is": "DE"})),
    (
        a("delivered_on", after={"attribute": "promised_on"}),
        a("delivered_on", on_or_before={"attribute": "promised_on"}),
    ),
    (orders(), orders(count={"is": 0})),
    (
        orders(within="3d", sum={"of": "amount", "at_most": 5}),
        orders(within="3d", sum={"of": "amount", "more_than": 4}),
    ),
]


@pytest.mark.parametrize(("one", "other"), ALWAYS, ids=[f"{one} {other}" for one, other in ALWAYS])
def test_two_of_an_any_of_which_one_always_holds_are_told_with_both_places(one: Any, other: Any) -> None:
    found = read(spec({"all": [{"everyone": True}, {"any": [one, a("language", **{"is": "de"}), {"any": [other]}]}]}))
    assert not found.errors
    ((warning,),) = [found.problems]
    assert (warning.level, warning.pointer.removesuffix("/not")) == ("warning", "/where/all/1/any/2/any/0")
    assert "found what completes /where/all/1/any/0" in warning.message


SOMETIMES: list[tuple[Any, Any]] = [
    (a("country", is_not="DE"), a("country", is_empty=True)),
    (a("country", is_not="DE"), a("country", **{"in": ["AT", "CH"]})),
    (a("children", at_most=1), a("children", at_least=3)),
    (a("credit", at_most=1), a("credit", at_least=1.02)),
    (a("interests", has_none=["news"]), a("interests", has_none=["vip"])),
    (a("interests", has_any=["news"]), a("interests", has_none=["news", "vip"])),
    (a("seen_at", within_last="30d"), a("seen_at", more_than_ago="30d")),
    (a("seen_at", days_ago={"at_least": 0}), a("seen_at", within_next="7d")),
    (a("seen_at", weekday_in=["mon", "tue"]), a("seen_at", weekday_in=["sat", "sun"])),
    (a("delivered_on", after={"attribute": "promised_on"}), a("delivered_on", before={"attribute": "promised_on"})),
    (orders(average={"of": "pieces", "at_most": 1}), orders(average={"of": "pieces", "at_least": 2})),
    (orders(within="3d"), orders(count={"is": 0})),
]


@pytest.mark.parametrize(("one", "other"), SOMETIMES, ids=[f"{one} {other}" for one, other in SOMETIMES])
def test_two_of_an_any_that_leave_something_out_are_not(one: Any, other: Any) -> None:
    assert not read(spec({"all": [{"everyone": True}, {"any": [one, other]}]})).problems


def test_conditions_over_rows_are_looked_at_too() -> None:
    always = {"any": [a("city", is_not="Wien"), a("city", is_not="Graz")]}
    (warning,) = read(spec(orders(where=always))).problems
    assert (warning.level, warning.pointer) == ("warning", "/where/where/any/1")


def test_two_specs_of_one_meaning_are_told_after_all_errors() -> None:
    found = read(
        spec({"all": [COUNTRY, orders()]}, "one"),
        spec({"all": [orders(), COUNTRY]}, "two"),
        spec({"attribute": "contry", "is": "x"}, "bad"),
    )
    assert [(problem.file, problem.level) for problem in found.problems] == [
        ("bad.json", "error"),
        ("two.json", "warning"),
    ]
    assert "found the same meaning as one (one.json)" in found.problems[1].message
    assert list(found.valid) == ["one", "two"]
