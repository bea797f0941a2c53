"""Computed columns (value, arithmetic, cases, quantiles) and columns derived from a row's others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed


def value(kind: str, **words: Any) -> dict[str, Any]:
    return {"type": kind, "value": words}


def order(**words: Any) -> dict[str, Any]:
    return {"event": "order", **words}


ORDER = {
    "kind": "events",
    "time": "ordered_at",
    "columns": typed(
        {
            "amount": "decimal(12,2)",
            "cost": "decimal(12,3)",
            "items": "integer",
            "channel": {"type": "choice", "values": ["web", "app", "store"]},
            "due_on": "date",
            "note": "text",
            "app": "version",
            "gift": "boolean",
            "rate": "float",
            "order_id": "text",
            "margin": {"type": "decimal(12,2)", "derive": {"subtract": ["amount", "cost"]}},
            "each": {"type": "decimal(12,2)", "derive": {"divide": ["amount", "items"]}},
            "double_margin": {"type": "integer", "derive": {"multiply": ["margin", 2]}},
            "third": {"type": "decimal(12,1)", "derive": {"divide": [{"add": ["amount", "cost", 1]}, 3]}},
        }
    ),
}
ACTIVE = {"attribute": "insight.last_at", "within_last": "90d"}
VALUES = {
    "orders": value("integer", **order(count="rows")),
    "days": value("integer", **order(days="time")),
    "notes": value("integer", **order(distinct="note")),
    "revenue": value("decimal(12,2)", **order(sum="amount")),
    "recent": value("decimal(12,2)", **order(within="30d", sum="amount")),
    "average": value("decimal(12,2)", **order(average="amount")),
    "average_items": value("decimal(12,1)", **order(average="items")),
    "whole_items": value("integer", **order(average="items")),
    "smallest": value("decimal(12,2)", **order(minimum="amount")),
    "next_due": value("date", **order(maximum="due_on")),
    "first_at": value("timestamp", **order(first="time")),
    "last_at": value("timestamp", **order(last="time")),
    "channel": {**value("choice", **order(latest="channel")), "values": ["web", "app", "store"]},
    "note": value("text", **order(latest="note")),
    "app": value("version", **order(latest="app")),
    "gift": value("boolean", **order(latest="gift")),
    "rate": value("float", **order(maximum="rate")),
    "web_orders": value("integer", **order(where={"attribute": "channel", "is": "web"}, count="rows")),
    "big_orders": value(
        "integer", **order(per="order_id", having={"sum": {"of": "amount", "at_least": 100}}, count="rows")
    ),
    "devices": value("integer", related="device", count="rows"),
    "per_order": value("decimal(12,2)", divide=["insight.revenue", "insight.orders"]),
    "left": value("decimal(12,2)", subtract=["budget", "insight.revenue", 1]),
    "mixed": value("integer", multiply=[{"add": ["insight.orders", Decimal("0.25")]}, 2]),
    "loss": value("integer", multiply=["insight.orders", Decimal("-0.5")]),
    "group": value("integer", quantile_of="insight.revenue", groups=3),
    "budget_group": value("integer", quantile_of="budget", groups=2),
    "lifecycle": {
        "type": "choice",
        "values": ["first_time", "active", "inactive"],
        "cases": [
            {"is": "first_time", "when": {"all": [{"attribute": "insight.orders", "is": 1}, ACTIVE]}},
            {"is": "active", "when": ACTIVE},
            {"is": "inactive", "when": {"attribute": "insight.last_at", "more_than_ago": "90d"}},
        ],
    },
    "points": {
        "type": "integer",
        "cases": [{"is": 10, "when": order(count={"at_least": 2})}, {"is": 1, "when": order()}],
    },
    "level": {"type": "text", "cases": [{"is": "high", "when": {"attribute": "insight.points", "at_least": 10}}]},
    "bonus": {"type": "decimal(6,2)", "cases": [{"is": Decimal("2.5"), "when": {"not": order()}}]},
    "weight": {"type": "float", "cases": [{"is": Decimal("0.1"), "when": order()}]},
    "client": {"type": "version", "cases": [{"is": "4.9.0", "when": order()}]},
    "bought": {"type": "boolean", "cases": [{"is": False, "when": {"not": order()}}, {"is": True, "when": order()}]},
    "since": {"type": "timestamp", "cases": [{"is": "2026-11-24T00:00", "when": order()}]},
    "quick": {
        "type": "text",
        "cases": [
            {"is": "quick", "when": {"sequence": [{"event": "order"}, {"event": "order", "after_at_most": "9h"}]}}
        ],
    },
    "until": {"type": "date", "cases": [{"is": "2026-12-31", "when": {"attribute": "insight.points", "is": 1}}]},
}
COMPUTED = Table(
    "computed",
    {
        "contacts": contacts(budget="decimal(12,2)"),
        "order": ORDER,
        "device": {"kind": "related", "columns": {}},
        "insight": {"kind": "computed", "columns": VALUES},
    },
    {
        "contacts": "contact_id,budget\nc1,500.00\nc2,\nc3,10.00\nc4,10.00\nc5,0.00\n",
        "order": """
contact_id,ordered_at,amount,cost,items,channel,due_on,note,app,gift,rate,order_id
c1,2026-11-01T10:00,100.00,60.005,2,web,2026-11-05,first,4.9,true,0.5,a
c1,2026-11-20T10:00,50.01,50.015,3,app,2026-12-01,second,4.12,false,1.5,b
c1,2026-11-20T18:00,,1.000,,,,,,,,b
c2,2026-01-10T10:00,99.99,,0,web,,only,,,,z
c3,2026-11-23T23:59:59,0.01,0.005,1,store,2026-11-24,,5,true,,q
""",
        "device": "contact_id\nc1\nc1\nc4\n",
    },
    [
        Case("computed_count", {"attribute": "insight.orders", "at_least": 2}, "c1"),
        Case(
            "computed_count_none", anyone({"attribute": "insight.orders", "is": 0}), "c4 c5", "a count is never missing"
        ),
        Case("computed_count_not_empty", anyone({"attribute": "insight.orders", "is_empty": False}), "c1 c2 c3 c4 c5"),
        Case("computed_days", {"attribute": "insight.days", "is": 2}, "c1"),
        Case("computed_distinct", anyone({"attribute": "insight.notes", "is": 0}), "c3 c4 c5"),
        Case("computed_sum", {"attribute": "insight.revenue", "is": Decimal("150.01")}, "c1"),
        Case("computed_sum_none", anyone({"attribute": "insight.revenue", "is": 0}), "c4 c5"),
        Case("computed_window", {"attribute": "insight.recent", "more_than": 0}, "c1 c3"),
        Case(
            "computed_average", {"attribute": "insight.average", "is": Decimal("75.01")}, "c1", "75.005 rounds half up"
        ),
        Case("computed_average_none", anyone({"attribute": "insight.average", "is_empty": True}), "c4 c5"),
        Case("computed_average_items", {"attribute": "insight.average_items", "is": Decimal("2.5")}, "c1"),
        Case("computed_average_whole", {"attribute": "insight.whole_items", "is": 3}, "c1", "2.5 to the scale 0: 3"),
        Case("computed_minimum", {"attribute": "insight.smallest", "at_most": Decimal("50.01")}, "c1 c3"),
        Case("computed_maximum_date", {"attribute": "insight.next_due", "within_next": "7d"}, "c1 c3"),
        Case("computed_first", {"attribute": "insight.first_at", "on": "2026-11-01"}, "c1"),
        Case("computed_last", {"attribute": "insight.last_at", "within_last": "4d"}, "c1 c3", "from 20 November"),
        Case("computed_last_none", anyone({"attribute": "insight.last_at", "is_empty": True}), "c4 c5"),
        Case(
            "computed_latest_choice",
            anyone({"attribute": "insight.channel", "is_empty": True}),
            "c1 c4 c5",
            "c1's last: none",
        ),
        Case("computed_latest_text", {"attribute": "insight.note", "is": "only"}, "c2"),
        Case("computed_latest_version", {"attribute": "insight.app", "at_least": "4.13"}, "c3"),
        Case("computed_latest_boolean", {"attribute": "insight.gift", "is": True}, "c3"),
        Case("computed_maximum_float", {"attribute": "insight.rate", "at_least": Decimal("1.5")}, "c1"),
        Case("computed_where", {"attribute": "insight.web_orders", "at_least": 1}, "c1 c2"),
        Case("computed_per", {"attribute": "insight.big_orders", "is": 1}, "c1"),
        Case("computed_related", {"attribute": "insight.devices", "is": 2}, "c1"),
        Case(
            "computed_beside_column", {"attribute": "insight.revenue", "less_than": {"attribute": "budget"}}, "c1 c3 c4"
        ),
    ],
)

ARITHMETIC = Table(
    "arithmetic",
    COMPUTED.catalog,
    COMPUTED.data,
    [
        Case("divide", {"attribute": "insight.per_order", "is": Decimal("50.00")}, "c1", "150.01 / 3 = 50.00333…"),
        Case(
            "divide_by_zero", anyone({"attribute": "insight.per_order", "is_empty": True}), "c4 c5", "0 / 0 is missing"
        ),
        Case("subtract", {"attribute": "insight.left", "is": Decimal("348.99")}, "c1", "500 - 150.01 - 1"),
        Case(
            "subtract_missing", anyone({"attribute": "insight.left", "is_empty": True}), "c2", "its budget is missing"
        ),
        Case("subtract_negative", {"attribute": "insight.left", "is": -1}, "c5"),
        Case("nested", {"attribute": "insight.mixed", "is": 7}, "c1", "(3 + 0.25) × 2 = 6.5, half up: 7"),
        Case("nested_others", {"attribute": "insight.mixed", "is": 3}, "c2 c3", "2.5: 3"),
        Case("half_away_from_zero", {"attribute": "insight.loss", "is": -2}, "c1", "-1.5"),
        Case("half_away_from_zero_again", {"attribute": "insight.loss", "is": -1}, "c2 c3", "-0.5"),
        Case(
            "derived",
            order(where={"attribute": "margin", "is": Decimal("40.00")}),
            "c1",
            "100 - 60.005 = 39.995: 40.00",
        ),
        Case("derived_negative", order(where={"attribute": "margin", "is": Decimal("-0.01")}), "c1", "-0.005: -0.01"),
        Case("derived_half_up", order(where={"attribute": "margin", "is": Decimal("0.01")}), "c3", "0.005: 0.01"),
        Case(
            "derived_sum", order(sum={"of": "margin", "is": Decimal("39.99")}), "c1", "40.00 - 0.01, each rounded first"
        ),
        Case("derived_missing", order(where={"attribute": "margin", "is_empty": True}, count={"is": 1}), "c1 c2"),
        Case("derived_divide", order(where={"attribute": "each", "is": Decimal("16.67")}), "c1", "50.01 / 3"),
        Case(
            "derived_by_zero",
            order(where={"attribute": "each", "is_empty": True}),
            "c1 c2",
            "99.99 / 0, and missing items",
        ),
        Case("derived_from_derived", order(where={"attribute": "double_margin", "is": 80}), "c1", "40.00 × 2"),
        Case(
            "derived_nested", order(where={"attribute": "third", "is": Decimal("53.7")}), "c1", "161.005 / 3 = 53.668"
        ),
        Case("derived_maximum", order(maximum={"of": "each", "between": [50, 50]}), "c1"),
    ],
)

CASES = Table(
    "cases",
    COMPUTED.catalog,
    COMPUTED.data,
    [
        Case("case_first_true_wins", {"attribute": "insight.lifecycle", "is": "first_time"}, "c3"),
        Case("case_second", {"attribute": "insight.lifecycle", "is": "active"}, "c1"),
        Case("case_third", {"attribute": "insight.lifecycle", "is": "inactive"}, "c2"),
        Case("case_none", anyone({"attribute": "insight.lifecycle", "is_empty": True}), "c4 c5", "missing"),
        Case("case_is_not", {"attribute": "insight.lifecycle", "is_not": "active"}, "c2 c3"),
        Case("case_integer", {"attribute": "insight.points", "is": 10}, "c1"),
        Case("case_integer_second", {"attribute": "insight.points", "in": [1, 2]}, "c2 c3"),
        Case("case_text", {"attribute": "insight.level", "is": "high"}, "c1", "a computed column of a computed column"),
        Case("case_decimal", anyone({"attribute": "insight.bonus", "at_least": 2}), "c4 c5"),
        Case("case_float", {"attribute": "insight.weight", "at_most": Decimal("0.1")}, "c1 c2 c3"),
        Case("case_version", {"attribute": "insight.client", "is": "4.9"}, "c1 c2 c3"),
        Case("case_boolean", anyone({"attribute": "insight.bought", "is": False}), "c4 c5"),
        Case(
            "case_timestamp",
            {"attribute": "insight.since", "on": "2026-11-23T23:00Z"},
            "c1 c2 c3",
            "in the account's zone",
        ),
        Case("case_sequence", {"attribute": "insight.quick", "is": "quick"}, "c1", "10:00 and 18:00 on 20 November"),
        Case("case_date", {"attribute": "insight.until", "on": "2026-12-31"}, "c2 c3"),
        Case(
            "quantile",
            {"attribute": "insight.group", "is": 3},
            "c1",
            "150.01, 99.99, 0.01, 0, 0: 4 smaller of 5, 1 + floor(3 × 4 / 5) = 3",
        ),
        Case(
            "quantile_second",
            {"attribute": "insight.group", "is": 2},
            "c2 c3",
            "3 smaller: 1 + floor(1.8); 2: 1 + floor(1.2)",
        ),
        Case("quantile_first", anyone({"attribute": "insight.group", "is": 1}), "c4 c5"),
        Case("quantile_missing", anyone({"attribute": "insight.budget_group", "is_empty": True}), "c2"),
        Case(
            "quantile_ties",
            {"attribute": "insight.budget_group", "is": 1},
            "c3 c4 c5",
            "1 of 4 smaller: 1 + floor(0.5)",
        ),
        Case("quantile_top", {"attribute": "insight.budget_group", "is": 2}, "c1", "3 of 4: 1 + floor(1.5)"),
        Case(
            "quantile_not_of_from",
            {"attribute": "insight.group", "at_least": 2},
            "c2 c3",
            "of all contacts, not of the source",
            {"from": {"segment": "not_c1"}},
        ),
        Case("not_c1", anyone({"not": {"attribute": "insight.points", "is": 10}}), "c2 c3"),
        Case(
            "keep_by_computed",
            {"attribute": "budget", "is_empty": False},
            "c1 c3",
            "150.01, 0.01",
            {"keep": {"count": 2, "by": "insight.revenue"}},
        ),
        Case(
            "keep_by_quantile",
            {"attribute": "insight.orders", "at_least": 1},
            "c2",
            "groups 3, 2, 2: the smaller id",
            {"keep": {"count": 1, "by": "insight.group", "lowest": True}},
        ),
    ],
)

TABLES = [COMPUTED, ARITHMETIC, CASES]


@each_voice
@each_case(TABLES)
def test_computed_columns_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
