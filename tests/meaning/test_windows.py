"""Rows before as_of, windows, a row's `where`, related rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed

CLICKS: dict[str, Any] = {"kind": "events", "time": "at", "columns": {}}


def click(**keys: Any) -> dict[str, Any]:
    return {"event": "click", **keys}


WINDOWS = Table(
    "windows",
    {"contacts": contacts(x="text"), "click": CLICKS},
    {
        "contacts": "contact_id,x\nw1,\nw2,\nw3,\nw4,\nw5,\nw6,\nw7,\nw8,\n",
        "click": """
contact_id,at
w1,2026-11-24T09:59:59.999999
w2,2026-11-24T10:00
w4,2026-11-19T00:00
w5,2026-11-18T23:59:59.999999
w6,2026-11-23T10:00
w7,2026-11-23T09:59:59.999999
w8,2026-08-31
w3,2031-06-15T12:00
w3,2031-06-15T13:00
""",
    },
    [
        Case("window_none", click(), "w1 w4 w5 w6 w7 w8", "w2's row is at as_of"),
        Case("window_days", click(within="5d"), "w1 w4 w6 w7", "from midnight of 19 November"),
        Case("window_one_day", click(within="1d"), "w1 w6 w7"),
        Case("window_hours", click(within="24h"), "w1 w6"),
        Case("window_weeks", click(within="1w"), "w1 w4 w5 w6 w7"),
        Case("window_months", click(within="2mo"), "w1 w4 w5 w6 w7", "from 24 September"),
        Case("window_years", click(within="1y"), "w1 w4 w5 w6 w7 w8"),
        Case("window_not", anyone({"not": click(within="5d")}), "w2 w3 w5 w8"),
        Case("window_from_to", click(within={"from": "2026-11-18", "to": "2026-11-19"}), "w4 w5", "both days in"),
        Case("window_one_local_day", click(within={"from": "2026-11-19", "to": "2026-11-19"}), "w4"),
        Case("window_to_the_future", click(within={"from": "2026-11-24", "to": "2027-01-31"}), "w1"),
        Case("window_all_in_the_future", click(within={"from": "2031-06-15", "to": "2031-06-15"}), "", "no rows yet"),
        Case(
            "window_twice", click(count={"at_least": 2}), "", "the future's rows do not exist, whatever else is asked"
        ),
        Case("window_days_ago", click(within={"days_ago": [1, 5]}), "w4 w6 w7"),
        Case("window_days_ago_today", click(within={"days_ago": [0, 0]}), "w1"),
        Case("window_days_ago_far", click(within={"days_ago": [6, 90]}), "w5 w8", "31 August is 85 days ago"),
        Case("window_absent_count", anyone(click(within={"days_ago": [0, 5]}, count={"is": 0})), "w2 w3 w5 w8"),
    ],
    as_of="2026-11-24T10:00",
)

DST = Table(
    "windows_dst",
    WINDOWS.catalog,
    {
        "contacts": "contact_id,x\nc1,\nc2,\nc3,\nc4,\nc5,\n",
        "click": """
contact_id,at
c1,2026-10-25T02:30+02:00
c1,2026-10-25T02:30+01:00
c2,2026-10-25T12:00
c3,2026-10-25T11:30
c4,2026-10-24T22:00Z
c4,2026-10-25T22:59:59Z
""",
    },
    [
        Case("dst_hours", click(within="24h"), "c2 c4", "12:00 is 11:00Z, 24 hours before 11:00Z"),
        Case("dst_25_hours", click(within="25h"), "c2 c3 c4"),
        Case("dst_day", click(within="1d", count={"is": 2}), "c1 c4", "a day of 25 hours, both passes in it"),
        Case("dst_days", click(days={"is": 1}), "c1 c2 c3 c4"),
        Case("dst_days_ago", click(within={"days_ago": [1, 1]}), "c1 c2 c3 c4"),
        Case("dst_not", anyone({"not": click(within="24h")}), "c1 c3 c5"),
    ],
    as_of="2026-10-26T12:00",
)

WHERE = Table(
    "row_where",
    {
        "contacts": contacts(city="text", limit="decimal(8,2)", joined="timestamp"),
        "order": {
            "kind": "events",
            "time": "ordered_at",
            "columns": typed(
                {"amount": "decimal(12,2)", "city": "text", "cost": "integer", "due": "date", "sent": "date"}
            ),
        },
    },
    {
        "contacts": """
contact_id,city,limit,joined
r1,Wien,100.00,2026-11-01T10:00
r2,Graz,,2026-11-01T10:00
r3,,5.00,
r4,Linz,10.00,2026-01-01
""",
        "order": """
contact_id,ordered_at,amount,city,cost,due,sent
r1,2026-11-01T10:00,100.00,Wien,100,2026-11-05,2026-11-05
r1,2026-11-02T22:00,20.00,Graz,30,2026-11-05,2026-11-06
r2,2026-11-02T10:00,,Graz,5,,2026-11-01
r3,2026-11-03T10:00,50.00,,,2026-11-05,
r3,2026-11-07T23:30,5.00,Wien,5,2026-11-05,2026-11-04
""",
    },
    [
        Case("where_is", {"event": "order", "where": {"attribute": "city", "is": "Graz"}}, "r1 r2"),
        Case(
            "where_is_not",
            {"event": "order", "where": {"attribute": "city", "is_not": "Graz"}},
            "r1 r3",
            "unknown rows out",
        ),
        Case(
            "where_not",
            {"event": "order", "where": {"not": {"attribute": "amount", "at_least": 50}}},
            "r1 r3",
            "r2's amount is missing: not of unknown is unknown",
        ),
        Case(
            "where_all",
            {"event": "order", "where": {"all": [{"attribute": "city", "is": "Wien"}, {"attribute": "cost", "is": 5}]}},
            "r3",
        ),
        Case(
            "where_any",
            {
                "event": "order",
                "where": {"any": [{"attribute": "amount", "at_least": 100}, {"attribute": "cost", "is": 5}]},
                "count": {"is": 1},
            },
            "r1 r2 r3",
        ),
        Case("where_empty", {"event": "order", "where": {"attribute": "amount", "is_empty": True}}, "r2"),
        Case("where_time", {"event": "order", "where": {"attribute": "ordered_at", "on": "2026-11-02"}}, "r1 r2"),
        Case("where_hour", {"event": "order", "where": {"attribute": "ordered_at", "hour_between": [22, 24]}}, "r1 r3"),
        Case("where_weekend", {"event": "order", "where": {"attribute": "ordered_at", "weekday_in": ["sat"]}}, "r3"),
        Case("where_relative", {"event": "order", "where": {"attribute": "due", "within_last": "19d"}}, "r1 r3"),
        Case("where_column", {"event": "order", "where": {"attribute": "sent", "after": {"attribute": "due"}}}, "r1"),
        Case(
            "where_numbers_mix",
            {"event": "order", "where": {"attribute": "amount", "is": {"attribute": "cost"}}},
            "r1 r3",
        ),
        Case(
            "where_never",
            {"event": "order", "where": {"attribute": "cost", "in": [Decimal("0.5"), Decimal("5.1")]}},
            "",
        ),
        Case("where_never_is", {"event": "order", "where": {"attribute": "amount", "is": Decimal("20.001")}}, ""),
        Case(
            "where_never_between",
            {"event": "order", "where": {"attribute": "cost", "between": [Decimal("5.1"), Decimal("5.9")]}},
            "",
        ),
        Case(
            "where_never_not",
            {"event": "order", "where": {"not": {"attribute": "cost", "in": [Decimal("0.5")]}}},
            "r1 r2 r3",
            "known and not: every row with a cost",
        ),
        Case(
            "where_all_but_never",
            {"event": "order", "where": {"attribute": "cost", "not_in": [Decimal("0.5")]}, "count": {"is": 2}},
            "r1",
        ),
        Case("where_contact", {"event": "order", "where": {"attribute": "city", "is_not": {"contact": "city"}}}, "r1"),
        Case(
            "where_contact_is", {"event": "order", "where": {"attribute": "city", "is": {"contact": "city"}}}, "r1 r2"
        ),
        Case(
            "where_contact_number",
            {"event": "order", "where": {"attribute": "amount", "at_least": {"contact": "limit"}}},
            "r1 r3",
        ),
        Case(
            "where_contact_time",
            {"event": "order", "where": {"attribute": "ordered_at", "after": {"contact": "joined"}}},
            "r1 r2",
            "r1's first order is at the same instant, the second is after",
        ),
        Case(
            "where_contact_not",
            {"event": "order", "where": {"not": {"attribute": "city", "is": {"contact": "city"}}}},
            "r1",
            "r3 has no city: unknown",
        ),
        Case(
            "where_and_sum",
            {
                "event": "order",
                "where": {"attribute": "city", "is_empty": False},
                "sum": {"of": "amount", "at_least": 120},
            },
            "r1",
        ),
        Case(
            "where_and_sum_zero",
            anyone({"event": "order", "where": {"attribute": "city", "is": "Linz"}, "sum": {"of": "amount", "is": 0}}),
            "r1 r2 r3 r4",
        ),
        Case(
            "where_and_average",
            {
                "event": "order",
                "where": {"attribute": "city", "is": "Graz"},
                "average": {"of": "amount", "at_most": 20},
            },
            "r1",
            "r2's only one is missing: unknown",
        ),
    ],
)

RELATED = Table(
    "related",
    {
        "contacts": contacts(x="text"),
        "device": {
            "kind": "related",
            "contact": "owner",
            "columns": typed(
                {
                    "os": {"type": "choice", "values": ["ios", "android"]},
                    "version": "version",
                    "price": "decimal(8,2)",
                    "bought": "date",
                    "load": "float",
                }
            ),
        },
    },
    {
        "contacts": "contact_id,x\ne1,\ne2,\ne3,\ne4,\n",
        "device": """
owner,os,version,price,bought,load
e1,ios,17.1,999.00,2026-01-01,0.5
e1,android,9,100.00,2027-01-01,
e1,android,9,100.00,2027-01-01,
e2,android,,,,1.5
zz,ios,17.1,1.00,2026-01-01,1
e4,ios,16,0.01,2020-02-29,0
""",
    },
    [
        Case("related_any", {"related": "device"}, "e1 e2 e4"),
        Case("related_none", anyone({"not": {"related": "device"}}), "e3"),
        Case("related_where", {"related": "device", "where": {"attribute": "os", "is": "ios"}}, "e1 e4"),
        Case("related_twins", {"related": "device", "count": {"is": 3}}, "e1", "identical rows without a key are two"),
        Case("related_distinct", {"related": "device", "distinct": {"of": "version", "is": 2}}, "e1"),
        Case("related_sum", {"related": "device", "sum": {"of": "price", "at_least": 1199}}, "e1"),
        Case("related_sum_zero", anyone({"related": "device", "sum": {"of": "price", "is": 0}}), "e2 e3"),
        Case(
            "related_average",
            {"related": "device", "average": {"of": "price", "less_than": Decimal("399.67")}},
            "e1 e4",
        ),
        Case(
            "related_average_exact",
            {"related": "device", "average": {"of": "price", "at_most": Decimal("399.66")}},
            "e4",
        ),
        Case("related_minimum", {"related": "device", "minimum": {"of": "bought", "within_last": "1y"}}, "e1"),
        Case("related_maximum", {"related": "device", "maximum": {"of": "bought", "more_than_ahead": "30d"}}, "e1"),
        Case(
            "related_maximum_float",
            {"related": "device", "maximum": {"of": "load", "at_least": Decimal("0.5")}},
            "e1 e2",
        ),
        Case(
            "related_future",
            {"related": "device", "where": {"attribute": "bought", "after": "2026-11-24"}},
            "e1",
            "no as_of",
        ),
        Case(
            "related_version",
            {"related": "device", "where": {"attribute": "version", "at_least": "10"}, "count": {"at_least": 1}},
            "e1 e4",
        ),
    ],
)

TABLES = [WINDOWS, DST, WHERE, RELATED]


@each_voice
@each_case(TABLES)
def test_rows_in_windows_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
