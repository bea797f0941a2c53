"""Catalogs that are refused (11)."""

from __future__ import annotations

from typing import Any

from tests.meaning.refusals import CATALOG, ROW_COLUMNS, TIERS, Refusal, exactly
from tests.meaning.tables import contacts, typed


def catalog(called: str, pointer: str = "", says: str = "", /, **sources: Any) -> Refusal:
    """A catalog refused for sources that differ; None takes one away."""
    return Refusal(called, 11, pointer=pointer, says=says, catalog=sources)


def insight(**columns: Any) -> dict[str, Any]:
    return {"insight": {"kind": "computed", "columns": {**CATALOG["insight"]["columns"], **columns}}}


def value(kind: str, **words: Any) -> dict[str, Any]:
    return {"x": {"type": kind, "value": words}}


def order(**columns: Any) -> dict[str, Any]:
    return {"order": {**CATALOG["order"], "columns": {**ROW_COLUMNS, **columns}}}


def derived(kind: str, expression: Any) -> dict[str, Any]:
    return order(x={"type": kind, "derive": expression})


def chain(*names: str, back_to: str | None = None) -> dict[str, Any]:
    """Lookups that lead from the first to the last, and perhaps back."""
    following = [*names[1:], back_to]
    return {
        name: {
            "kind": "lookup",
            "key": "id",
            "columns": typed({"id": "text", "next": "text"}),
            **({"lookups": {"then": {"source": after, "on": "next"}}} if after else {}),
        }
        for name, after in zip(names, following, strict=True)
    }


PRODUCT = CATALOG["product"]
COUNT = {"event": "order", "count": "rows"}
X = "/columns/x"

CATALOGS = [
    exactly(catalog("cat_unknown_key", "/colums", "columns", loyalty={**CATALOG["loyalty"], "colums": {}})),
    catalog(
        "cat_unknown_type",
        "/columns/points",
        "integer",
        loyalty={"kind": "attributes", "columns": typed({"points": "integr"})},
    ),
    catalog(
        "cat_decimal_too_wide", "/columns/p", loyalty={"kind": "attributes", "columns": typed({"p": "decimal(19,2)"})}
    ),
    catalog("cat_unknown_kind", "/kind", "events", loyalty={"kind": "event", "time": "at", "columns": {}}),
    catalog("cat_two_contacts", others=contacts(x="text")),
    catalog("cat_other_name", "/source", loyalty={**CATALOG["loyalty"], "source": "loyality"}),
    catalog("cat_version", "/version", loyalty={**CATALOG["loyalty"], "version": 2}),
    exactly(catalog("cat_without_time", "", "time", view={"kind": "events", "columns": {}})),
    catalog("cat_time_of_related", "/time", device={"kind": "related", "time": "at", "columns": {}}),
    exactly(catalog("cat_without_columns", "", "columns", view={"kind": "events", "time": "at"})),
    exactly(catalog("cat_without_key", "", "key", product={"kind": "lookup", "columns": {}})),
    catalog("cat_key_of_two", "/key", product={**PRODUCT, "key": ["sku", "name"]}),
    catalog("cat_unknown_zone", "/time_zone", view={**CATALOG["view"], "time_zone": "Europe/Wien"}),
    catalog("cat_keep_not_a_duration", "/keep", view={**CATALOG["view"], "keep": "long"}),
    catalog("cat_choice_without_values", X, "values", **order(x={"type": "choice"})),
    catalog("cat_choices_without_values", X, "values", **order(x={"type": "choices"})),
    catalog("cat_choices_with_a_bar", X, **order(x={"type": "choices", "values": ["a|b"]})),
    catalog("cat_point_without_longitude", X, "longitude", **order(x={"type": "point", "latitude": "lat"})),
    exactly(catalog("cat_column_unknown_key", f"{X}/unitt", "unit", **order(x={"type": "integer", "unitt": "EUR"}))),
    catalog(
        "cat_lookup_unknown",
        "/lookups/product",
        "product",
        order={**CATALOG["order"], "lookups": {"product": {"source": "prodct", "on": "sku"}}},
    ),
    catalog(
        "cat_lookup_on_computed",
        "/lookups",
        insight={**CATALOG["insight"], "lookups": {"p": {"source": "product", "on": "x"}}},
    ),
    catalog(
        "cat_lookup_types",
        "/lookups/p",
        order={**CATALOG["order"], "lookups": {"p": {"source": "product", "on": "items"}}},
        product={**PRODUCT, "columns": {**PRODUCT["columns"], "sku": {"type": "text"}}},
    ),
    catalog(
        "cat_lookup_unlisted_key_of_two_types",
        "/lookups/p",
        "text",
        view={**CATALOG["view"], "lookups": {"p": {"source": "product", "on": "sku"}}},
        order={**CATALOG["order"], "lookups": {"p": {"source": "product", "on": "items"}}},
    ),
    *(
        catalog(
            f"cat_lookup_on_{kind}",
            "/lookups/p",
            kind,
            order={**CATALOG["order"], "lookups": {"p": {"source": "product", "on": name}}},
        )
        for kind, name in (("float", "rate"), ("choices", "labels"), ("point", "spot"))
    ),
    *(
        catalog(f"cat_key_of_{kind}", "/key/1", kind, order={**CATALOG["order"], "key": ["sku", name]})
        for kind, name in (("float", "rate"), ("choices", "labels"), ("point", "spot"))
    ),
    catalog("cat_lookup_cycle", **chain("la", "lb", back_to="la")),
    catalog(
        "cat_lookup_four_deep",
        **chain("la", "lb", "lc", "ld"),
        view={**CATALOG["view"], "lookups": {"a": {"source": "la", "on": "sku"}}},
    ),
    catalog(
        "cat_lookup_named_like_a_source",
        contacts={**CATALOG["contacts"], "lookups": {"loyalty": {"source": "product", "on": "country"}}},
    ),
    catalog(
        "cat_lookup_on_a_derived_column",
        order={
            **CATALOG["order"],
            "columns": {**ROW_COLUMNS, "x": {"type": "integer", "derive": {"add": ["items", 1]}}},
            "lookups": {"p": {"source": "product", "on": "x"}},
        },
    ),
    catalog("cat_same_as_unknown", "/read", "order", view={**CATALOG["view"], "read": {"same_as": "ordr"}}),
    catalog(
        "cat_same_as_of_same_as",
        "/read",
        view={**CATALOG["view"], "read": {"same_as": "order"}},
        device={"kind": "related", "columns": {}, "read": {"same_as": "view"}},
    ),
    catalog("cat_computed_sum_scale", X, **insight(**value("decimal(12,1)", event="order", sum="amount"))),
    catalog("cat_computed_minimum_scale", X, **insight(**value("decimal(12,1)", event="order", minimum="amount"))),
    catalog("cat_computed_operator", X, **insight(**value("integer", event="order", count={"at_least": 1}))),
    catalog("cat_computed_two_words", X, **insight(**value("integer", event="order", count="rows", days="time"))),
    catalog(
        "cat_computed_latest_values",
        X,
        **insight(x={"type": "choice", "values": ["gold"], "value": {"event": "order", "latest": "channel"}}),
    ),
    catalog("cat_computed_wrong_type", X, **insight(**value("text", event="order", count="rows"))),
    catalog(
        "cat_computed_unknown_column", X, "amount", **insight(**value("decimal(12,2)", event="order", sum="amout"))
    ),
    catalog(
        "cat_computed_cycle",
        **insight(
            x={"type": "integer", "value": {"add": ["insight.y", 1]}},
            y={"type": "integer", "value": {"add": ["insight.x", 1]}},
        ),
    ),
    catalog("cat_computed_itself", **insight(**value("integer", add=["insight.x", 1]))),
    catalog("cat_arithmetic_float", X, **insight(**value("decimal(12,2)", add=["score", 1]))),
    catalog("cat_arithmetic_into_float", X, **insight(**value("float", add=["n", 1]))),
    catalog("cat_arithmetic_one_operand", X, **insight(**value("integer", add=["n"]))),
    catalog("cat_arithmetic_unknown", X, **insight(**value("integer", add=["nn", 1]))),
    catalog("cat_quantile_of_quantile", X, **insight(**value("integer", quantile_of="insight.group", groups=2))),
    catalog("cat_quantile_groups_one", X, **insight(**value("integer", quantile_of="n", groups=1))),
    catalog("cat_quantile_text", X, **insight(**value("integer", quantile_of="country", groups=5))),
    catalog("cat_quantile_into_decimal", X, **insight(**value("decimal(5,2)", quantile_of="n", groups=5))),
    catalog(
        "cat_case_outside_values",
        X,
        "gold",
        **insight(x={**TIERS, "cases": [{"is": "golt", "when": {"event": "order"}}]}),
    ),
    catalog("cat_case_segment", X, **insight(x={**TIERS, "cases": [{"is": "gold", "when": {"segment": "a"}}]})),
    catalog("cat_case_list", X, **insight(x={**TIERS, "cases": [{"is": "gold", "when": {"list": "news"}}]})),
    catalog(
        "cat_case_sample",
        X,
        **insight(x={**TIERS, "cases": [{"is": "gold", "when": {"sample": {"share": [0, 1], "seed": "s"}}}]}),
    ),
    catalog(
        "cat_case_unknown_attribute",
        X,
        "country",
        **insight(x={**TIERS, "cases": [{"is": "gold", "when": {"attribute": "contry", "is": "DE"}}]}),
    ),
    catalog(
        "cat_case_wrong_literal",
        X,
        **insight(x={"type": "integer", "cases": [{"is": "one", "when": {"event": "order"}}]}),
    ),
    catalog(
        "cat_case_and_value",
        X,
        **insight(x={"type": "integer", "cases": [{"is": 1, "when": {"event": "order"}}], "value": COUNT}),
    ),
    catalog("cat_computed_without_value", X, **insight(x={"type": "integer"})),
    catalog("cat_derive_float", X, **derived("decimal(12,2)", {"add": ["rate", 1]})),
    catalog("cat_derive_text", X, **derived("decimal(12,2)", {"add": ["sku", 1]})),
    catalog("cat_derive_lookup", X, **derived("decimal(12,2)", {"add": ["product.price", 1]})),
    catalog("cat_derive_itself", X, **derived("decimal(12,2)", {"add": ["x", 1]})),
    catalog("cat_derive_unknown_word", X, "add", **derived("decimal(12,2)", {"ad": ["amount", 1]})),
    catalog("cat_derive_one_operand", X, **derived("decimal(12,2)", {"add": ["amount"]})),
]
