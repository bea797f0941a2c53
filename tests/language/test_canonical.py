"""The hash of a meaning: which changes of a file keep it, and which give another."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.language.shop import only, read, spec

COUNTRY = {"attribute": "country", "is": "DE"}
ORDER = {"event": "order", "within": "90d"}


def digest(where: Any, **keys: Any) -> str:
    return only(where, **keys).spec_hash


SAME: list[tuple[Any, Any]] = [
    ({"all": [COUNTRY, ORDER]}, {"all": [ORDER, COUNTRY]}),
    ({"any": [COUNTRY, {"all": [ORDER, COUNTRY]}]}, {"any": [{"all": [COUNTRY, ORDER]}, COUNTRY]}),
    (COUNTRY, {"is": "DE", "attribute": "country"}),
    (COUNTRY, {"attribute": "country", "in": ["DE"]}),
    (COUNTRY, {"all": [COUNTRY, COUNTRY]}),
    ({"all": [COUNTRY, {"all": [ORDER, {"event": "product_view"}]}]}, {"all": [{"event": "product_view"}, COUNTRY, ORDER]}),
    ({"attribute": "country", "is_not": "DE"}, {"not": COUNTRY}),
    ({"attribute": "country", "in": ["DE", "AT"]}, {"attribute": "country", "in": ["AT", "DE", "AT"]}),
    ({"attribute": "credit", "at_least": 5}, {"attribute": "credit", "at_least": 5.00}),
    ({"attribute": "city", "is": "Wien"}, {"attribute": "city", "is": "WIEN"}),
    ({"attribute": "app", "is": "4.9"}, {"attribute": "app", "is": "4.09.0"}),
    (ORDER, {**ORDER, "count": {"at_least": 1}}),
    ({"attribute": "seen_at", "after": "2026-11-24T10:00Z"}, {"attribute": "seen_at", "after": "2026-11-24T11:00:00+01:00"}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_meaning_has_one_hash(one: Any, other: Any) -> None:
    assert digest(one) == digest(other)


DIFFERENT: list[tuple[Any, Any]] = [
    (COUNTRY, {"attribute": "country", "is": "AT"}),
    (COUNTRY, {"attribute": "home_zip", "is": "DE"}),
    ({"all": [COUNTRY, ORDER]}, {"any": [COUNTRY, ORDER]}),
    ({"attribute": "children", "is": 5}, {"attribute": "home_zip", "is": "5"}),
    ({"attribute": "children", "at_least": 5}, {"attribute": "children", "more_than": 5}),
    ({"attribute": "seen_at", "after": "2026-11-24T10:00Z"}, {"attribute": "seen_at", "after": "2026-11-24T10:00"}),
    ({"attribute": "seen_at", "on": "2026-11-24"}, {"attribute": "seen_at", "on": "2026-11-24T00:00"}),
    (ORDER, {"event": "order", "within": "90d", "where": {"attribute": "paid", "is": True}}),
    (ORDER, {"event": "order", "within": "3mo"}),
    ({"attribute": "smart.orders", "is": 1}, {"event": "order", "count": {"is": 1}}),
    (
        {"sequence": [{"event": "order"}, {"event": "product_view"}]},
        {"sequence": [{"event": "product_view"}, {"event": "order"}]},
    ),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_meanings_have_two_hashes(one: Any, other: Any) -> None:
    assert digest(one) != digest(other)


def test_spacing_and_the_order_of_keys_do_not_matter() -> None:
    tree = spec({"all": [COUNTRY, ORDER]}, keep={"count": 5, "by": "credit"})
    spread = json.dumps(dict(reversed(list(tree.items()))), indent=7)
    assert read(json.dumps(tree)).valid["s"].spec_hash == read(spread).valid["s"].spec_hash


def test_names_and_gates_do_not_matter_but_from_and_keep_do() -> None:
    plain = digest(COUNTRY)
    assert digest(COUNTRY, description="x", owner="crm", tags=["a"], expect={"at_least": 5}, publish="rows") == plain
    assert digest(COUNTRY, from_={"list": "news"}) != plain
    assert digest(COUNTRY, keep={"count": 5, "by": "credit"}) != plain
    assert digest(COUNTRY, keep={"count": 5, "by": "credit"}) != digest(COUNTRY, keep={"percent": 5, "by": "credit"})


def test_the_hash_is_the_same_in_every_process() -> None:
    text = '[["Everyone"],["Compare",["ContactColumn","contacts","country"],["Words","in",["DE"]]],null]'
    assert digest(COUNTRY) == hashlib.sha256(text.encode()).hexdigest()
