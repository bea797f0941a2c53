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
