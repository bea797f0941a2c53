"""What is refused: specs (10), catalogs (11) and data (20), with the place of the problem and a word of its message.

Every refusal is one change of a world that is otherwise good. The pointer is exact where the language fixes it (unknown
and missing keys, two operators, empty lists); elsewhere the problem may lie deeper than the pointer given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.meaning.tables import contacts, typed

TIERS = {"type": "choice", "values": ["basic", "silver", "gold"]}
TAGS = {"type": "choices", "values": ["news", "sale"]}
ROW_COLUMNS: dict[str, Any] = typed(
    {
        "amount": "decimal(12,2)",
        "cost": "decimal(12,2)",
        "items": "integer",
        "rate": "float",
        "sku": "text",
        "channel": TIERS,
        "labels": TAGS,
        "due": "date",
        "spot": {"type": "point", "latitude": "lat", "longitude": "lon"},
        "app": "version",
    }
)
CATALOG: dict[str, dict[str, Any]] = {
    "contacts": contacts(
        country="text",
        nick={"type": "text", "fold": True},
        tier=TIERS,
        tags=TAGS,
        n="integer",
        amt="decimal(12,2)",
        score="float",
        app="version",
        opt_in="boolean",
        born="date",
        seen="timestamp",
        home={"type": "point", "latitude": "lat", "longitude": "lon"},
        income={"type": "integer", "sensitive": True},
    ),
    "loyalty": {"kind": "attributes", "columns": typed({"points": "integer"})},
    "order": {
        "kind": "events",
        "time": "at",
        "columns": ROW_COLUMNS,
        "lookups": {"product": {"source": "product", "on": "sku"}},
    },
    "view": {"kind": "events", "time": "at", "columns": typed({"sku": "text", "items": "text"})},
    "device": {"kind": "related", "columns": typed({"os": "text", "price": "decimal(8,2)", "bought": "date"})},
    "product": {"kind": "lookup", "key": "sku", "columns": typed({"name": "text", "price": "decimal(8,2)"})},
    "insight": {
        "kind": "computed",
        "columns": {
            "orders": {"type": "integer", "value": {"event": "order", "count": "rows"}},
            "last_at": {"type": "timestamp", "value": {"event": "order", "last": "time"}},
            "group": {"type": "integer", "value": {"quantile_of": "insight.orders", "groups": 5}},
            "debt_group": {"type": "integer", "value": {"quantile_of": "n", "groups": 5}},
        },
    },
}
DATA: dict[str, str] = {
    "contacts": """
contact_id,country,nick,tier,tags,n,amt,score,app,opt_in,born,seen,lat,lon,income
c1,DE,,gold,news,1,,,,,,,,,
c2,,,,,,,,,,,,,,
""",
    "loyalty": "contact_id,points\nc1,1\n",
    "order": """
contact_id,at,amount,cost,items,rate,sku,channel,labels,due,lat,lon,app
c1,2026-11-01T10:00,1.00,,1,,s1,,,,,,
""",
    "product": "sku,name,price\ns1,Shoe,1.00\n",
}
LISTS = {"news": "c1", "dated@2026-11-01": "c1", "future@2026-12-01": "c1"}


@dataclass(frozen=True)
class Refusal:
    """One bad thing and how it is answered."""

    name: str
    code: int
    where: Any = field(default_factory=lambda: {"attribute": "country", "is": "DE"})
    pointer: str = ""
    says: str = ""
    """A part of the message: the nearest right word, or what is named there."""
    exact: bool = False
    spec: Mapping[str, Any] = field(default_factory=dict)
    """Keys of the spec that differ; None takes a key away."""
    text: str | None = None
    """The whole spec as it stands in its file."""
    catalog: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, str | None] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)


def refused(name: str, where: Any, pointer: str = "/where", says: str = "", **more: Any) -> Refusal:
    """A spec that is refused for its `where`."""
    return Refusal(name, 10, where, pointer, says, **more)


def event(**keys: Any) -> dict[str, Any]:
    return {"event": "order", **keys}


def exactly(refusal: Refusal) -> Refusal:
    """The same, with the problem at the pointer itself."""
    return replace(refusal, exact=True)
