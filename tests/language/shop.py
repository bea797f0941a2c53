"""A small shop's catalog with every kind of source and every type of column, and the ways tests read specs against it."""

# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jobs.catalog.catalog_files import load_catalog
from jobs.catalog.model import Catalog
from jobs.errors import Problem
from jobs.language.atoms import Formula
from jobs.language.bound import BoundCatalog
from jobs.language.computed_columns import bind_catalog
from jobs.language.specs import KnownLists, Spec, SpecSet, read_specs
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.strict_json import read_json_text

MONEY = "decimal(12,2)"

SOURCES: dict[str, dict[str, Any]] = {
    "contacts": {
        "kind": "contacts",
        "columns": {
            "country": {"type": "text"},
            "city": {"type": "text", "fold": True},
            "home_zip": {"type": "text"},
            "language": {"type": "choice", "values": ["de", "en", "fr"]},
            "spoken": {"type": "choice", "values": ["de", "en", "it"]},
            "interests": {"type": "choices", "values": ["news", "sale", "vip"]},
            "children": {"type": "integer"},
            "credit": {"type": MONEY, "unit": "EUR"},
            "limit": {"type": "decimal(10,4)", "unit": "EUR"},
            "score": {"type": "float"},
            "other_score": {"type": "float"},
            "opt_in": {"type": "boolean"},
            "opt_in_sms": {"type": "boolean"},
            "app": {"type": "version"},
            "oldest_app": {"type": "version"},
            "born": {"type": "date"},
            "promised_on": {"type": "date"},
            "delivered_on": {"type": "date"},
            "seen_at": {"type": "timestamp"},
            "changed_at": {"type": "timestamp"},
            "home": {"type": "point", "latitude": "lat", "longitude": "lon"},
            "health": {"type": "text", "sensitive": True},
        },
        "lookups": {"home_city": {"source": "place", "on": "home_zip"}},
    },
    "place": {
        "kind": "lookup",
        "key": "zip",
        "columns": {"country": {"type": "text"}, "people": {"type": "integer"}, "at": {"type": "point", "latitude": "a", "longitude": "o"}},
    },
    "loyalty": {
        "kind": "attributes",
        "columns": {
            "tier": {"type": "choice", "values": ["basic", "silver", "gold", "platinum"]},
            "points": {"type": "integer"},
            "plan_id": {"type": "text"},
        },
        "lookups": {"plan": {"source": "plan", "on": "plan_id"}},
    },
    "plan": {"kind": "lookup", "key": ["plan_id"], "columns": {"name": {"type": "text"}, "fee": {"type": MONEY}}},
    "product": {
        "kind": "lookup",
        "key": "product_id",
        "columns": {"category": {"type": "text"}, "price": {"type": MONEY}, "brand_id": {"type": "text"}},
        "lookups": {"brand": {"source": "brand", "on": "brand_id"}},
    },
    "brand": {"kind": "lookup", "key": "brand_id", "columns": {"name": {"type": "text", "fold": True}}},
    "order": {
        "kind": "events",
        "time": "ordered_at",
        "columns": {
            "order_id": {"type": "text"},
            "amount": {"type": MONEY, "unit": "EUR"},
            "cost": {"type": MONEY},
            "margin": {"type": MONEY, "derive": {"subtract": ["amount", "cost"]}},
            "pieces": {"type": "integer"},
            "weight": {"type": "float"},
            "channel": {"type": "choice", "values": ["web", "app", "store"]},
            "city": {"type": "text"},
            "product_id": {"type": "text"},
            "paid": {"type": "boolean"},
            "ship_on": {"type": "date"},
            "tags": {"type": "choices", "values": ["gift", "rush"]},
            "to": {"type": "point", "latitude": "la", "longitude": "lo"},
        },
        "lookups": {"product": {"source": "product", "on": "product_id"}},
    },
    "product_view": {
        "kind": "events",
        "time": "viewed_at",
        "columns": {"product_id": {"type": "text", "fold": True}, "pieces": {"type": "text"}, "channel": {"type": "choice", "values": ["web", "app"]}},
    },
    "email_click": {"kind": "events", "time": "clicked_at", "columns": {}},
    "device": {
        "kind": "related",
        "columns": {
            "platform": {"type": "choice", "values": ["ios", "android"]},
            "version": {"type": "version"},
            "added_on": {"type": "date"},
            "serial": {"type": "text", "sensitive": True},
        },
    },
    "smart": {
        "kind": "computed",
        "columns": {
            "orders": {"type": "integer", "value": {"event": "order", "count": "rows"}},
            "revenue": {"type": MONEY, "unit": "EUR", "value": {"event": "order", "within": "2y", "sum": "amount"}},
            "last_at": {"type": "timestamp", "value": {"event": "order", "last": "time"}},
            "group": {"type": "integer", "value": {"quantile_of": "smart.revenue", "groups": 5}},
            "average": {"type": MONEY, "value": {"divide": ["smart.revenue", "smart.orders"]}},
            "stage": {
                "type": "choice",
                "values": ["new", "old"],
                "cases": [
                    {"is": "new", "when": {"attribute": "smart.last_at", "within_last": "90d"}},
                    {"is": "old", "when": {"attribute": "smart.last_at", "more_than_ago": "90d"}},
                ],
            },
            "ill": {"type": "boolean", "cases": [{"is": True, "when": {"attribute": "health", "is_empty": False}}]},
        },
    },
}  # fmt: skip
for _source in SOURCES.values():
    if _source["kind"] in ("attributes", "events", "related"):
        _source["gates"] = {"unknown_contacts_at_most": "1%"}


def load(sources: Mapping[str, Mapping[str, Any]]) -> Catalog:
    """The catalog of these sources; fails when it has problems of its own."""
    problems = Problems()
    files = [
        (f"{name}.yaml", json.dumps({"version": 1, "source": name, **source}).encode())
        for name, source in sources.items()
    ]
    catalog = load_catalog(files, problems)
    assert catalog is not None, [str(problem) for problem in problems.found]
    return catalog


def bind(sources: Mapping[str, Mapping[str, Any]]) -> tuple[BoundCatalog | None, list[Problem]]:
    """The bound catalog, and the problems of its computed columns."""
    problems = Problems()
    return bind_catalog(load(sources), problems), problems.found


def bound(sources: Mapping[str, Mapping[str, Any]]) -> BoundCatalog:
    catalog, problems = bind(sources)
    assert catalog is not None, [str(problem) for problem in problems]
    return catalog


@cache
def shop() -> BoundCatalog:
    return bound(SOURCES)


def spec(where: object, id_: str = "s", **keys: object) -> dict[str, object]:
    """A spec's tree around a `where`; `from_` stands for `from`."""
    named = {("from" if key == "from_" else key): value for key, value in keys.items()}
    return {"version": 1, "id": id_, "name": id_, "where": where, **named}


def node(tree: object, file: str) -> Node:
    """The tree as it comes from a file: through text, so that numbers are exact."""
    problems = Problems()
    read = read_json_text(tree if isinstance(tree, str) else json.dumps(tree), file, problems)
    assert read is not None, problems.found
    return read


def read(
    *trees: dict[str, object] | str, catalog: BoundCatalog | None = None, lists: KnownLists | None = None
) -> SpecSet:
    """The set of these specs, each in a file named as its id."""
    nodes = [node(tree, f"{tree['id']}.json" if isinstance(tree, dict) else "s.json") for tree in trees]
    return read_specs(nodes, catalog or shop(), lists)


def only(where: object, **keys: Any) -> Spec:
    """The spec around a `where`, which must have no problem."""
    found = read(spec(where, **keys))
    assert not found.errors, [str(problem) for problem in found.errors]
    return next(iter(found.valid.values()))


def lowered(where: object) -> Formula:
    """The formula of a condition; whether a blank contact satisfies it does not matter here."""
    other = spec({"attribute": "country", "is": "DE"}, "germans")
    found = read(spec({"any": [where, {"everyone": True}]}, approved_by="the tests"), other)
    assert not found.errors, [str(problem) for problem in found.errors]
    meaning = found.valid["s"].meaning().where
    return meaning.children[0]  # type: ignore[union-attr]


def problems_of(where: object, **keys: Any) -> list[tuple[str, str]]:
    """(pointer below /where, message) of every error of a spec around this condition."""
    found = read(spec(where, **keys))
    return [(problem.pointer.removeprefix("/where"), problem.message) for problem in found.errors]
