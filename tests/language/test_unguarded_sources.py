"""Whoever keeps contacts out by a source's rows is asked how many of them may name nobody."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from jobs.language.bound import BoundCatalog
from tests.language.shop import bound, read, spec

GATE = {"unknown_contacts_at_most": "1%"}
COUNTRY = {"attribute": "country", "is": "DE"}
STOP = {"related": "stop"}
NO_ORDERS = {"event": "order", "count": {"at_most": 0}}


@cache
def catalog(guarded: bool) -> BoundCatalog:
    gates = {"gates": GATE} if guarded else {}
    return bound(
        {
            "contacts": {"kind": "contacts", "columns": {"country": {"type": "text"}}},
            "stop": {"kind": "related", "columns": {}, **gates},
            "loyalty": {"kind": "attributes", "columns": {"tier": {"type": "text"}}, **gates},
            "order": {"kind": "events", "time": "at", "columns": {"amount": {"type": "integer"}}, **gates},
            "smart": {
                "kind": "computed",
                "columns": {
                    "orders": {"type": "integer", "value": {"event": "order", "count": "rows"}},
                    "last_at": {"type": "timestamp", "value": {"event": "order", "last": "time"}},
                },
            },
        }
    )


def asked(where: Any, *others: dict[str, object], guarded: bool = False) -> list[tuple[str, str]]:
    """(pointer, source) of every warning of the spec around this condition and the others."""
    found = read(spec({"all": [COUNTRY, where]}), *others, catalog=catalog(guarded))
    assert not found.errors
    return [(problem.pointer, problem.message.split()[1].rstrip(",")) for problem in found.problems]


KEPT_OUT: list[tuple[Any, str, str]] = [
    ({"not": STOP}, "/where/all/1/not", "stop"),
    ({"not": {"all": [STOP, COUNTRY]}}, "/where/all/1/not/all/0", "stop"),
    ({"any": [{"not": {"any": [COUNTRY, STOP]}}, COUNTRY]}, "/where/all/1/any/0/not/any/1", "stop"),
    (NO_ORDERS, "/where/all/1", "order"),
    ({"event": "order", "count": {"less_than": 3}, "within": "90d"}, "/where/all/1", "order"),
    ({"event": "order", "sum": {"of": "amount", "at_most": 10}}, "/where/all/1", "order"),
    ({"not": {"not": NO_ORDERS}}, "/where/all/1/not/not", "order"),
    ({"attribute": "smart.orders", "is": 0}, "/where/all/1", "order"),
    ({"attribute": "loyalty.tier", "is_empty": True}, "/where/all/1", "loyalty"),
    (
        {"sequence": [{"event": "order"}, {"event": "order", "absent": True, "after_at_most": "7d"}]},
        "/where/all/1",
        "order",
    ),
]


@pytest.mark.parametrize(("where", "pointer", "source"), KEPT_OUT, ids=[str(where) for where, *_ in KEPT_OUT])
def test_a_source_that_keeps_contacts_out_is_asked_for_its_gate(where: Any, pointer: str, source: str) -> None:
    assert asked(where) == [(pointer, source)]
    assert asked(where, guarded=True) == []


LET_IN: list[Any] = [
    STOP,
    {"not": NO_ORDERS},
    {"event": "order", "count": {"at_least": 1}},
    {"not": {"attribute": "loyalty.tier", "is": "gold"}},  # whoever has no tier is unknown, and no member
    {"not": {"attribute": "smart.last_at", "within_last": "30d"}},
    {"not": {"attribute": "country", "is": "AT"}},
]


@pytest.mark.parametrize("where", LET_IN, ids=str)
def test_one_without_whose_rows_nobody_is_a_member_is_not(where: Any) -> None:
    assert asked(where) == []


def test_a_denied_segment_is_asked_for_what_makes_its_members() -> None:
    stopped = spec({"any": [STOP, {"attribute": "smart.last_at", "within_last": "30d"}]}, "stopped")
    assert asked({"segment": "stopped"}, stopped) == []
    assert asked({"not": {"segment": "stopped"}}, stopped) == [
        ("/where/all/1/not", "order"),
        ("/where/all/1/not", "stop"),
    ]


def test_the_warning_says_what_to_write_where() -> None:
    (warning,) = read(spec({"all": [COUNTRY, {"not": STOP}]}), catalog=catalog(False)).problems
    assert warning.level == "warning"
    assert warning.message == (
        "found stop, whose rows keep contacts out here, without unknown_contacts_at_most in its gates; expected that gate: "
        "a row that names nobody keeps nobody out"
    )
