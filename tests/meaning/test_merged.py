"""Worlds mean among each other what they mean alone."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.meaning.all_cases import ALL_TABLES
from tests.meaning.merged import lakes, merged
from tests.meaning.prefixed import Prefix
from tests.meaning.tables import EVERYONE, Case, Table, contacts, product_answers, typed
from tests.sql.odd import NUMBERS, texts

GROUPS = lakes([*ALL_TABLES, texts(), NUMBERS])
MOMENTS = [
    pytest.param(group, as_of, id=f"{group[0].name}-{as_of}")
    for group in GROUPS
    for as_of in sorted({table.as_of for table in group})
]


@pytest.mark.parametrize(("group", "as_of"), MOMENTS)
def test_a_world_has_the_members_it_has_alone(group: list[Table], as_of: str) -> None:
    whole = merged("whole", group, as_of)
    answers = product_answers(whole)
    expected = {case.name: case.expected for case in whole.cases}
    assert {name: list(answers[name]) for name in expected} == expected


def test_every_case_is_asked_once() -> None:
    asked = [
        case.name for group in GROUPS for as_of in {t.as_of for t in group} for case in merged("w", group, as_of).cases
    ]
    assert len(asked) == len(set(asked)) == sum(1 + len(table.cases) for group in GROUPS for table in group)


# --- what becomes of a world's names -------------------------------------------------------------------------------------

ORDER: dict[str, Any] = {"kind": "events", "time": "at", "columns": typed({"amount": "integer"})}
SHOP = Table(
    "shop",
    {
        "people": {
            **contacts(
                city={"type": "text", "column": "town"}, home={"type": "point", "latitude": "y", "longitude": "x"}
            ),
            "contact": "id",
            "lookups": {"place": {"source": "town", "on": "city"}},
        },
        "town": {"kind": "lookup", "key": "name", "columns": typed({"size": "integer"})},
        "order": ORDER,
        "back": {**ORDER, "read": {"same_as": "order"}, "contact": "payer"},
        "sums": {
            "kind": "computed",
            "columns": {
                "paid": {"type": "integer", "value": {"event": "order", "sum": "amount"}},
                "twice": {"type": "integer", "value": {"multiply": ["sums.paid", 2]}},
                "half": {"type": "integer", "value": {"quantile_of": "sums.paid", "groups": 2}},
                "rich": {"type": "boolean", "cases": [{"is": True, "when": {"attribute": "city", "is": "Wien"}}]},
            },
        },
    },
    {
        "people": "id,town,y,x\na,Wien,48,16\nb,,,\n",
        "town": "name,size\nWien,2\n",
        "order": "contact_id,payer,at,amount\na,b,2026-11-01,1\n,a,2026-11-01,2\n",
    },
    [Case("all_of_it", EVERYONE, "a b")],
    {"news": "a zz"},
)
STALL = Table(
    "stall",
    {"contacts": contacts(city="integer"), "order": {**ORDER, "columns": typed({"amount": "integer", "sku": "text"})}},
    {"contacts": "contact_id,city\na,1\n", "order": "contact_id,at,amount,sku\na,2026-11-01,5,s\n"},
    [Case("bought", {"event": "order", "sum": {"of": "amount", "is": 5}}, "a")],
)


def test_sources_contacts_and_lists_carry_their_world() -> None:
    whole = merged("whole", [SHOP, STALL], SHOP.as_of)
    assert whole.catalog == {
        "contacts": {
            "kind": "contacts",
            "columns": {
                "world": {"type": "text"},
                "shop_own": {"type": "integer"},
                "shop_city": {"type": "text", "column": "shop_town"},
                "shop_home": {"type": "point", "latitude": "shop_y", "longitude": "shop_x"},
                "stall_city": {"type": "integer"},
            },
            "lookups": {"shop_place": {"source": "shop_town", "on": "shop_city"}},
        },
        "shop_town": {"kind": "lookup", "key": "name", "columns": {"size": {"type": "integer"}}},
        "shop_order": {"kind": "events", "time": "at", "columns": typed({"amount": "integer", "sku": "text"})},
        "shop_back": {**ORDER, "read": {"same_as": "shop_order"}, "contact": "payer"},
        "shop_sums": {
            "kind": "computed",
            "columns": {
                "paid": {"type": "integer", "value": {"event": "shop_order", "sum": "amount"}},
                "paid_own": {"type": "integer", "value": {"multiply": ["shop_sums.paid", "shop_own"]}},
                "twice": {"type": "integer", "value": {"multiply": ["shop_sums.paid", 2]}},
                "half": {"type": "integer", "value": {"quantile_of": "shop_sums.paid_own", "groups": 2}},
                "rich": {"type": "boolean", "cases": [{"is": True, "when": {"attribute": "shop_city", "is": "Wien"}}]},
            },
        },
    }
    assert rows(whole.data["contacts"]) == [
        {"world": "shop", "contact_id": "shop:a", "shop_own": "1", "shop_town": "Wien", "shop_y": "48", "shop_x": "16"},
        {"world": "shop", "contact_id": "shop:b", "shop_own": "1"},
        {"world": "stall", "contact_id": "stall:a", "stall_city": "1"},
    ]
    assert rows(whole.data["shop_order"]) == [
        {"contact_id": "shop:a", "payer": "shop:b", "at": "2026-11-01", "amount": "1"},
        {"payer": "shop:a", "at": "2026-11-01", "amount": "2"},
        {"contact_id": "stall:a", "at": "2026-11-01", "amount": "5", "sku": "s"},
    ]
    assert whole.lists == {"shop_news": "shop:a shop:zz"}
    assert [(case.name, case.where, case.expected, case.more) for case in whole.cases] == [
        ("shop_world", {"attribute": "world", "is": "shop"}, ["shop:a", "shop:b"], {}),
        ("shop_all_of_it", EVERYONE, ["shop:a", "shop:b"], {"from": {"segment": "shop_world"}}),
        ("stall_world", {"attribute": "world", "is": "stall"}, ["stall:a"], {}),
        (
            "stall_bought",
            {"event": "shop_order", "sum": {"of": "amount", "is": 5}},
            ["stall:a"],
            {"from": {"segment": "stall_world"}},
        ),
    ]


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a file, without what is missing."""
    return [{key: value for key, value in row.items() if value} for row in csv.DictReader(io.StringIO(text))]


CITY = {"attribute": "city", "is": {"attribute": "loyalty.city"}}
IN_A_ROW = {
    "all": [{"attribute": "city", "is": {"contact": "city"}}, {"attribute": "sku.name", "is": {"attribute": "city"}}]
}
CONDITIONS = [
    (CITY, {"attribute": "w_city", "is": {"attribute": "w_loyalty.city"}}),
    ({"any": [{"not": {"segment": "vips"}}, EVERYONE]}, {"any": [{"not": {"segment": "w_vips"}}, EVERYONE]}),
    ({"list": "news", "date": "2026-11-01"}, {"list": "w_news", "date": "2026-11-01"}),
    ({"sample": {"share": [0, 10], "seed": "city"}}, {"sample": {"share": [0, 10], "seed": "city"}}),
    ({"related": "device", "per": "os"}, {"related": "w_device", "per": "os"}),
    (
        {"event": "order", "where": IN_A_ROW, "latest": {"of": "city", "is": "Wien"}},
        {
            "event": "other_order",
            "where": {
                "all": [
                    {"attribute": "city", "is": {"contact": "w_city"}},
                    {"attribute": "sku.name", "is": {"attribute": "city"}},
                ]
            },
            "latest": {"of": "city", "is": "Wien"},
        },
    ),
    (
        {"sequence": [{"event": "view"}, {"event": "order", "same": ["sku"], "absent": True}], "within": "9d"},
        {"sequence": [{"event": "w_view"}, {"event": "other_order", "same": ["sku"], "absent": True}], "within": "9d"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), CONDITIONS)
def test_a_condition_names_what_its_world_has(written: dict[str, Any], expected: dict[str, Any]) -> None:
    assert Prefix("w", shared={"order": "other_order"}).condition(written) == expected


def test_keep_and_from_name_what_their_world_has() -> None:
    more = {"from": {"list": "news"}, "keep": {"count": 1, "by": "loyalty.points", "lowest": True}}
    assert Prefix("w").case(Case("c", EVERYONE, "", more=more)).more == {
        "from": {"list": "w_news"},
        "keep": {"count": 1, "by": "w_loyalty.points", "lowest": True},
    }
    drawn = {"keep": {"count": 1, "by": {"random": "seed"}}}
    assert Prefix("w").case(Case("c", EVERYONE, "", more=drawn)).more == {"from": {"segment": "w_world"}, **drawn}


@pytest.mark.parametrize("where", [{"predicted": "churn"}, {"all": [{"everyone": True}], "also": 1}])
def test_a_word_that_nobody_has_thought_of_is_no_condition(where: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        Prefix("w").condition(where)
