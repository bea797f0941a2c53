"""The fixed catalog of the random worlds: every kind of source, every type, lookups three deep, computed columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.meaning.tables import typed

VALUES = ["red", "green", "blue"]
CHOICE = {"type": "choice", "values": VALUES}
CHOICES = {"type": "choices", "values": ["news", "sale", "vip"]}
SPOT = {"type": "point", "latitude": "lat", "longitude": "lon"}
FOLD = {"type": "text", "fold": True}


def lookup(key: Any, lookups: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    return {"kind": "lookup", "key": key, "columns": typed(columns), **({"lookups": lookups} if lookups else {})}


ORDER_COLUMNS = {
    "order_id": "integer",
    "amount": "decimal(10,2)",
    "cost": "decimal(10,3)",
    "size": "integer",
    "rate": "float",
    "sku": "text",
    "code": {"type": "text", "fold": True, "column": "raw code"},
    "channel": CHOICE,
    "labels": CHOICES,
    "due": "date",
    "paid": "timestamp",
    "app": "version",
    "gift": "boolean",
    "spot": SPOT,
    "margin": {"type": "decimal(12,2)", "derive": {"subtract": ["amount", "cost"]}},
    "unit": {"type": "decimal(12,1)", "derive": {"divide": ["margin", "size"]}},
}

SOURCES: dict[str, dict[str, Any]] = {
    "contacts": {
        "kind": "contacts",
        "columns": typed(
            {
                "city": "text",
                "town": "text",
                "nick": FOLD,
                "tier": CHOICE,
                "old_tier": {"type": "choice", "values": ["blue", "red", "black"]},
                "tags": CHOICES,
                "n": "integer",
                "m": "integer",
                "amt": "decimal(12,2)",
                "fee": "decimal(10,1)",
                "score": "float",
                "ratio": "float",
                "app": "version",
                "base": "version",
                "opt_in": "boolean",
                "valid": "boolean",
                "born": "date",
                "joined": "date",
                "seen": "timestamp",
                "sent": "timestamp",
                "home": SPOT,
            }
        ),
        "lookups": {"place": {"source": "place", "on": "city"}},
    },
    "loyalty": {
        "kind": "attributes",
        "contact": "member",
        "columns": typed({"points": "integer", "plan_id": "text", "since": "date"}),
        "lookups": {"plan": {"source": "plan", "on": "plan_id"}},
    },
    "order": {
        "kind": "events",
        "time": "at",
        "columns": typed(ORDER_COLUMNS),
        "lookups": {"product": {"source": "product", "on": "sku"}},
    },
    "view": {
        "kind": "events",
        "time": "viewed_at",
        "keep": "13mo",
        "time_zone": "America/New_York",
        "columns": typed({"sku": FOLD, "size": "integer", "price": "decimal(10,2)", "channel": CHOICE}),
        "lookups": {"product": {"source": "product", "on": "sku"}},
    },
    "ship": {
        "kind": "events",
        "time": "at",
        "contact": "ship_to",
        "key": ["order_id", "line"],
        "read": {"same_as": "order"},
        "columns": typed({"order_id": "integer", "line": "integer", "amount": "decimal(10,2)", "channel": CHOICE}),
    },
    "device": {
        "kind": "related",
        "columns": typed({"os": "text", "app": "version", "price": "decimal(10,2)", "bought": "date", "used": "timestamp",
                          "load": "float", "model": "text"}),
        "lookups": {"item": {"source": "product", "on": "model"}},
    },
    "product": lookup(
        ["sku"],
        {"brand": {"source": "brand", "on": "brand_id"}},
        brand_id="integer",
        name=FOLD,
        price="decimal(10,2)",
        labels=CHOICES,
        launched="date",
        rank="integer",
        gain={"type": "decimal(12,2)", "derive": {"multiply": [{"subtract": ["price", "rank"]}, 2]}},
    ),
    "brand": lookup("id", {"land": {"source": "land", "on": "land"}}, land="text", name="text", rating="float"),
    "land": lookup("code", eu="boolean", name="text", since="date"),
    "place": lookup("city", {"land": {"source": "land", "on": "code"}}, code="text", size="integer", spot=SPOT),
    "plan": lookup("id", name="text", fee="decimal(6,2)", tier=CHOICE),
}  # fmt: skip


def value(kind: str, **words: Any) -> dict[str, Any]:
    return {"type": kind, "value": words}


def order(**words: Any) -> dict[str, Any]:
    return {"event": "order", **words}


SOURCES["insight"] = {
    "kind": "computed",
    "columns": {
        "orders": value("integer", **order(count="rows")),
        "days": value("integer", **order(within="90d", days="time")),
        "skus": value("integer", **order(distinct="code")),
        "revenue": value("decimal(14,2)", **order(sum="amount")),
        "average": value("decimal(12,2)", **order(average="amount")),
        "sizes": value("integer", **order(average="size")),
        "least": value("decimal(10,3)", **order(minimum="cost")),
        "highest": value("float", **order(maximum="rate")),
        "first_at": value("timestamp", **order(first="time")),
        "last_at": value("timestamp", event="view", last="time"),
        "due": value("date", **order(maximum="due")),
        "channel": {**value("choice", **order(latest="channel")), "values": VALUES},
        "sku": value("text", **order(where={"attribute": "gift", "is": True}, latest="sku")),
        "big": value(
            "integer", **order(per="order_id", having={"sum": {"of": "amount", "at_least": 10}}, count="rows")
        ),
        "devices": value("integer", related="device", count="rows"),
        "abroad": value("integer", **order(where={"attribute": "sku", "is_not": {"contact": "city"}}, count="rows")),
        "mean": value("decimal(14,3)", divide=["insight.revenue", "insight.orders"]),
        "rest": value("decimal(16,1)", subtract=["amt", {"multiply": ["insight.orders", "fee"]}, 1]),
        "fifth": value("integer", quantile_of="insight.revenue", groups=5),
        "half": value("integer", quantile_of="born", groups=2),
        "third": value("integer", quantile_of="insight.last_at", groups=3),
        "quarter": value("integer", quantile_of="score", groups=4),
        "prices": value("decimal(14,2)", **order(within="1y", sum="product.price")),
        "brand": value("text", **order(latest="product.brand.name")),
        "bought": value("date", related="device", where={"attribute": "item.rank", "at_least": 1}, minimum="bought"),
        "gain": value("decimal(12,2)", event="view", average="product.gain"),
        "home": {
            "type": "text",
            "cases": [
                {"is": "eu", "when": {"attribute": "place.land.eu", "is": True}},
                {"is": "plan", "when": {"any": [{"attribute": "loyalty.plan.fee", "more_than": 1}, {"not": order()}]}},
            ],
        },
        "life": {
            "type": "choice",
            "values": ["new", "active", "gone", "rich"],
            "cases": [
                {"is": "rich", "when": {"attribute": "insight.fifth", "at_least": 5}},
                {"is": "new", "when": {"all": [{"attribute": "insight.orders", "is": 1}, order(within="90d")]}},
                {"is": "active", "when": {"any": [order(within="30d"), {"event": "view", "within": "7d"}]}},
                {"is": "gone", "when": {"not": {"attribute": "insight.first_at", "within_last": "1y"}}},
            ],
        },
        "points": {
            "type": "integer",
            "cases": [
                {"is": 10, "when": {"sequence": [{"event": "view"}, {"event": "order", "after_at_most": "7d"}]}},
                {"is": 1, "when": {"related": "device"}},
            ],
        },
    },
}
EVENTS = ["order", "view", "ship"]
RELATED = ["device"]


def documents() -> dict[str, dict[str, Any]]:
    """The catalog's files."""
    return {name: {"version": 1, "source": name, **entry} for name, entry in SOURCES.items()}


@dataclass(frozen=True)
class Named:
    """A column as a spec can name it."""

    path: str
    kind: str
    values: tuple[str, ...] = ()


def reach(source: str, prefix: str = "") -> list[Named]:
    """Every column that can be named from a row of a source, its lookups' too."""
    entry = SOURCES[source]
    found = [
        Named(prefix + name, column["type"].split("(")[0], tuple(column.get("values", ())))
        for name, column in entry["columns"].items()
    ]
    if "time" in entry:
        found.append(Named(prefix + entry["time"], "timestamp"))
    for name, lookup_entry in entry.get("lookups", {}).items():
        found += reach(lookup_entry["source"], f"{prefix}{name}.")
    return found


CONTACT = [*reach("contacts"), *reach("loyalty", "loyalty."), *reach("insight", "insight.")]
ROW = {source: reach(source) for source in [*EVENTS, *RELATED]}
