"""Lookups: columns of joined rows, up to three deep, on every kind; what makes keys equal is in test_keys.py."""

from __future__ import annotations

from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed


def lookup(key: Any, lookups: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    return {"kind": "lookup", "key": key, "columns": typed(columns), **({"lookups": lookups} if lookups else {})}


def to(source: str, on: str) -> dict[str, str]:
    return {"source": source, "on": on}


LOOKUPS = Table(
    "lookups",
    {
        "contacts": {**contacts(city_id="text"), "lookups": {"home_city": to("city", "city_id")}},
        "loyalty": {
            "kind": "attributes",
            "columns": typed({"plan_id": "integer", "points": "integer"}),
            "lookups": {"plan": to("plan", "plan_id")},
        },
        "order": {
            "kind": "events",
            "time": "at",
            "columns": typed({"sku": {"type": "text", "column": "SKU"}, "amount": "decimal(8,2)"}),
            "lookups": {"product": to("product", "sku")},
        },
        "view": {
            "kind": "events",
            "time": "at",
            "columns": typed({"sku": "text"}),
            "lookups": {"product": to("product", "sku")},
        },
        "device": {"kind": "related", "columns": typed({"model": "text"}), "lookups": {"item": to("product", "model")}},
        "product": lookup(
            ["sku"],
            {"brand": to("brand", "brand_id")},
            brand_id="integer",
            price="decimal(8,2)",
            cost="decimal(8,2)",
            name={"type": "text", "fold": True},
            tags={"type": "choices", "values": ["new", "sale"]},
            launched="date",
            margin={"type": "decimal(8,2)", "derive": {"subtract": ["price", "cost"]}},
        ),
        "brand": lookup("brand_id", {"land": to("country", "land")}, land="text", name="text"),
        "country": lookup("code", eu="boolean", name="text"),
        "city": lookup("id", {"land": to("country", "country")}, country="text", size="integer"),
        "plan": lookup("plan_id", name="text", fee="decimal(6,2)"),
    },
    {
        "contacts": "contact_id,city_id\nm1,W\nm2,X\nm3,\nm4,w\nm5,G\n",
        "loyalty": "contact_id,plan_id,points\nm1,1,10\nm2,01,20\nm3,2,30\nm5,,40\n",
        "order": """
contact_id,at,SKU,amount
m1,2026-11-01T10:00,s1,10.00
m1,2026-11-02T10:00,s2,20.00
m2,2026-11-01T10:00,s9,30.00
m3,2026-11-01T10:00,,40.00
m4,2026-11-01T10:00,S1,50.00
m5,2026-11-01T10:00,s3,60.00
""",
        "view": """
contact_id,at,sku
m1,2026-10-01T10:00,s1
m5,2026-10-01T10:00,s4
m2,2026-10-01T10:00,s9
""",
        "device": "contact_id,model\nm1,s1\nm1,s3\nm2,nope\n",
        "product": """
sku,brand_id,price,cost,name,tags,launched
s1,7,10.00,4.00,Shoe,new|sale,2026-01-01
s2,8,,1.00,HAT,,2026-11-20
s3,9,30.00,40.00,Bag,sale,
s4,9,1.00,,Cap,,
""",
        "brand": "brand_id,land,name\n7,AT,Alpha\n8,US,Beta\n9,ZZ,Gamma\n",
        "country": "code,eu,name\nAT,true,Austria\nUS,false,\n",
        "city": "id,country,size\nW,AT,2000000\nG,US,300000\n",
        "plan": "plan_id,name,fee\n1,Plus,9.90\n2,,0.00\n",
    },
    [
        Case(
            "lookup_on_contacts", {"attribute": "home_city.size", "at_least": 1000000}, "m1", "w is not W, X is nowhere"
        ),
        Case("lookup_no_match", anyone({"attribute": "home_city.size", "is_empty": True}), "m2 m3 m4"),
        Case("lookup_two_deep", {"attribute": "home_city.land.eu", "is": True}, "m1"),
        Case(
            "lookup_two_deep_not", {"not": {"attribute": "home_city.land.eu", "is": True}}, "m5", "no match is unknown"
        ),
        Case("lookup_two_deep_missing", anyone({"attribute": "home_city.land.name", "is_empty": True}), "m2 m3 m4 m5"),
        Case("lookup_on_attributes", {"attribute": "loyalty.plan.name", "is": "Plus"}, "m1 m2", "01 is 1"),
        Case("lookup_on_attributes_fee", {"attribute": "loyalty.plan.fee", "at_most": 5}, "m3"),
        Case("lookup_on_attributes_empty", anyone({"attribute": "loyalty.plan.name", "is_empty": True}), "m3 m4 m5"),
        Case(
            "lookup_on_events",
            {"event": "order", "where": {"attribute": "product.price", "is": 10}},
            "m1",
            "S1 is not s1",
        ),
        Case("lookup_folds", {"event": "order", "where": {"attribute": "product.name", "is": "hat"}}, "m1"),
        Case(
            "lookup_choices", {"event": "order", "where": {"attribute": "product.tags", "has_any": ["sale"]}}, "m1 m5"
        ),
        Case(
            "lookup_choices_none", {"event": "order", "where": {"attribute": "product.tags", "has_none": ["new"]}}, "m5"
        ),
        Case("lookup_date", {"event": "order", "where": {"attribute": "product.launched", "within_last": "7d"}}, "m1"),
        Case(
            "lookup_empty", {"event": "order", "where": {"attribute": "product.price", "is_empty": True}}, "m1 m2 m3 m4"
        ),
        Case(
            "lookup_three_deep", {"event": "order", "where": {"attribute": "product.brand.land.eu", "is": False}}, "m1"
        ),
        Case(
            "lookup_three_deep_empty",
            {"event": "order", "where": {"attribute": "product.brand.land.eu", "is_empty": True}},
            "m2 m3 m4 m5",
            "m5's brand is of a land that is not there",
        ),
        Case("lookup_brand", {"event": "order", "where": {"attribute": "product.brand.name", "is": "Gamma"}}, "m5"),
        Case("lookup_derived", {"event": "order", "where": {"attribute": "product.margin", "less_than": 0}}, "m5"),
        Case(
            "lookup_derived_missing",
            {"event": "view", "where": {"attribute": "product.margin", "is_empty": True}},
            "m2 m5",
        ),
        Case("lookup_sum", {"event": "order", "sum": {"of": "product.price", "at_least": 10}}, "m1 m5"),
        Case("lookup_sum_none", anyone({"event": "order", "sum": {"of": "product.price", "is": 0}}), "m2 m3 m4"),
        Case("lookup_distinct", {"event": "order", "distinct": {"of": "product.brand.name", "is": 2}}, "m1"),
        Case("lookup_minimum", {"event": "order", "minimum": {"of": "product.price", "at_most": 30}}, "m1 m5"),
        Case("lookup_average", {"event": "order", "average": {"of": "product.price", "is": 10}}, "m1", "s2 has none"),
        Case("lookup_latest", {"event": "order", "latest": {"of": "product.name", "is": "Hat"}}, "m1"),
        Case(
            "lookup_latest_empty",
            anyone({"event": "order", "latest": {"of": "product.name", "is_empty": True}}),
            "m2 m3 m4",
        ),
        Case(
            "lookup_per",
            {"event": "order", "per": "product.brand.name", "having": {"count": {"is": 1}}, "count": {"is": 2}},
            "m1",
        ),
        Case(
            "lookup_columns",
            {"event": "order", "where": {"attribute": "amount", "is": {"attribute": "product.price"}}},
            "m1",
        ),
        Case(
            "lookup_on_related",
            {
                "related": "device",
                "where": {"attribute": "item.brand.name", "in": ["Alpha", "Gamma"]},
                "count": {"is": 2},
            },
            "m1",
        ),
        Case(
            "lookup_contact",
            {
                "event": "order",
                "where": {"attribute": "product.brand.land.name", "is": {"contact": "home_city.land.name"}},
            },
            "m1",
        ),
        Case(
            "lookup_same",
            {"sequence": [{"event": "view"}, {"event": "order", "same": ["product.brand.name"]}]},
            "m1 m5",
            "m5 saw s4 and bought s3, of one brand; m2's product is unknown",
        ),
        Case("lookup_key_itself", {"event": "order", "where": {"attribute": "sku", "is": "s9"}}, "m2"),
    ],
)

TABLES = [LOOKUPS]


@each_voice
@each_case(TABLES)
def test_lookups_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
