"""Counts and aggregates of a contact's rows: nobody's rows are 0 for counts and sums, unknown for the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed

CHANNEL = {"type": "choice", "values": ["web", "app", "store"]}
ORDERS = {
    "kind": "events",
    "time": "ordered_at",
    "columns": typed(
        {
            "amount": "decimal(12,2)",
            "items": "integer",
            "weight": "float",
            "sku": "text",
            "kind": {"type": "text", "fold": True, "column": "sku"},
            "channel": CHANNEL,
            "due_on": "date",
            "paid_at": "timestamp",
            "app": "version",
            "gift": "boolean",
        }
    ),
}
ROWS = """
contact_id,ordered_at,amount,items,weight,sku,channel,due_on,paid_at,app,gift
a1,2026-11-01T10:00,100.00,1,0.1,Shoe,web,2026-11-05,2026-11-01T10:05,4.9,true
a1,2026-11-01T20:00,50.50,2,0.2,shoe,app,2026-11-06,2026-11-02T09:00,4.9.0,false
a1,2026-11-20T10:00,,3,,hat,,,,,
a2,2026-11-10T12:00,,,,,,,,,
a4,2026-10-01T00:00,0.10,0,-1.5,hat,store,2026-12-24,2026-10-01,5,false
a4,2026-10-01T00:00,0.20,9007199254740993,2.5,cap,web,2026-01-01,2026-10-02T00:00,4.12,true
a5,2026-11-24T00:00,10.00,1,1,hat,web,,,,
zz,2026-11-01T00:00,10.00,1,1,hat,web,,,,
,2026-11-01T00:00,10.00,1,1,hat,web,,,,
"""
PEOPLE = "contact_id,x\na1,\na2,\na3,\na4,\na5,\n"


def order(**aggregate: Any) -> dict[str, Any]:
    return {"event": "order", **aggregate}


def of(column: str, **operator: Any) -> dict[str, Any]:
    return {"of": column, **operator}


COUNTS = Table(
    "counts",
    {"contacts": contacts(x="text"), "order": ORDERS},
    {"contacts": PEOPLE, "order": ROWS},
    [
        Case("event_once", order(), "a1 a2 a4", "a5's only row is at as_of: it does not exist"),
        Case("event_never", anyone({"not": order()}), "a3 a5", "a count is never unknown"),
        Case("count_is", anyone(order(count={"is": 0})), "a3 a5"),
        Case("count_is_not", order(count={"is_not": 0}), "a1 a2 a4"),
        Case("count_in", anyone(order(count={"in": [0, 2]})), "a3 a4 a5"),
        Case("count_not_in", anyone(order(count={"not_in": [1, 2]})), "a1 a3 a5"),
        Case("count_less_than", anyone(order(count={"less_than": 1})), "a3 a5"),
        Case("count_at_most", anyone(order(count={"at_most": 1})), "a2 a3 a5"),
        Case("count_more_than", order(count={"more_than": Decimal("2.5")}), "a1"),
        Case("count_at_least", order(count={"at_least": 2}), "a1 a4"),
        Case("count_at_least_half", order(count={"at_least": Decimal("0.5")}), "a1 a2 a4"),
        Case("count_between", order(count={"between": [1, 2]}), "a2 a4"),
        Case("count_at_least_none", anyone(order(count={"at_least": 0})), "a1 a2 a3 a4 a5"),
        Case("days_at_least", order(days={"at_least": 2}), "a1", "1 and 20 November"),
        Case("days_is", order(days={"is": 1}), "a2 a4"),
        Case("days_none", anyone(order(days={"is": 0})), "a3 a5"),
        Case("days_between", order(days={"between": [1, 2]}), "a1 a2 a4"),
        Case("days_in", order(days={"in": [2, 3]}), "a1"),
        Case("distinct_text", order(distinct=of("sku", at_least=3)), "a1", "Shoe, shoe, hat"),
        Case("distinct_folded", order(distinct=of("kind", **{"is": 2})), "a1 a4", "shoe, hat; hat, cap"),
        Case("distinct_none", anyone(order(distinct=of("sku", **{"is": 0}))), "a2 a3 a5", "present values only"),
        Case("distinct_version", order(distinct=of("app", **{"is": 1})), "a1", "4.9 is 4.9.0"),
        Case("distinct_boolean", order(distinct=of("gift", **{"is": 2})), "a1 a4"),
        Case("distinct_choice", order(distinct=of("channel", more_than=1)), "a1 a4"),
        Case("distinct_date", order(distinct=of("due_on", **{"is": 2})), "a1 a4"),
        Case("distinct_timestamp", order(distinct=of("paid_at", **{"is": 2})), "a1 a4"),
        Case("distinct_time", order(distinct=of("ordered_at", **{"is": 1})), "a2 a4", "a4's two share an instant"),
        Case("distinct_integer", order(distinct=of("items", at_least=3)), "a1"),
        Case("distinct_decimal", order(distinct=of("amount", **{"is": 2})), "a1 a4"),
        Case("distinct_at_most", anyone(order(distinct=of("amount", at_most=1))), "a2 a3 a5"),
    ],
)

SUMS = Table(
    "sums",
    COUNTS.catalog,
    COUNTS.data,
    [
        Case("sum_at_least", order(sum=of("amount", at_least=Decimal("150.5"))), "a1", "100.00 + 50.50 + missing"),
        Case("sum_is", order(sum=of("amount", **{"is": Decimal("0.3")})), "a4", "0.10 + 0.20 is exactly 0.3"),
        Case("sum_is_zero", anyone(order(sum=of("amount", **{"is": 0}))), "a2 a3 a5", "of no rows, and of none known"),
        Case("sum_at_most", anyone(order(sum=of("amount", at_most=Decimal("0.3")))), "a2 a3 a4 a5"),
        Case("sum_less_than", anyone(order(sum=of("amount", less_than=Decimal("0.3")))), "a2 a3 a5"),
        Case("sum_more_than", order(sum=of("amount", more_than=Decimal("0.29"))), "a1 a4"),
        Case("sum_is_not", order(sum=of("amount", is_not=0)), "a1 a4"),
        Case("sum_in", order(sum=of("amount", **{"in": [Decimal("0.3"), Decimal("150.50")]})), "a1 a4"),
        Case("sum_not_in", order(sum=of("amount", not_in=[0, Decimal("0.3")])), "a1"),
        Case("sum_between", order(sum=of("amount", between=[Decimal("0.1"), Decimal("0.3")])), "a4"),
        Case("sum_integer", order(sum=of("items", **{"is": 9007199254740993})), "a4", "2^53 + 1, no double between"),
        Case("sum_integer_small", order(sum=of("items", **{"is": 6})), "a1"),
        Case("average_is", order(average=of("amount", **{"is": Decimal("75.25")})), "a1", "150.50 / 2, not / 3"),
        Case("average_less_than", order(average=of("amount", less_than=1)), "a4", "nobody's average is unknown"),
        Case("average_not", {"not": order(average=of("amount", at_least=1))}, "a4", "and so is its not"),
        Case("average_at_most", order(average=of("amount", at_most=Decimal("0.15"))), "a4"),
        Case("average_more_than", order(average=of("amount", more_than=Decimal("0.149"))), "a1 a4"),
        Case("average_is_not", order(average=of("amount", is_not=Decimal("0.15"))), "a1"),
        Case("average_integer", order(average=of("items", **{"is": 2})), "a1", "(1 + 2 + 3) / 3"),
        Case("average_half", order(average=of("items", **{"is": Decimal("4503599627370496.5")})), "a4"),
        Case("average_between", order(average=of("items", between=[Decimal("1.99"), 2])), "a1"),
        Case("average_in", order(average=of("items", **{"in": [2, 5]})), "a1"),
    ],
)

EXTREMES = Table(
    "extremes",
    COUNTS.catalog,
    COUNTS.data,
    [
        Case("minimum_is", order(minimum=of("amount", **{"is": Decimal("50.5")})), "a1"),
        Case("minimum_at_most", order(minimum=of("amount", at_most=Decimal("0.1"))), "a4"),
        Case("minimum_not", {"not": order(minimum=of("amount", at_most=Decimal("0.1")))}, "a1"),
        Case("maximum_at_least", order(maximum=of("amount", at_least=100)), "a1"),
        Case("maximum_integer", order(maximum=of("items", **{"in": [3, 9007199254740993]})), "a1 a4"),
        Case("minimum_integer", order(minimum=of("items", less_than=1)), "a4"),
        Case("minimum_float", order(minimum=of("weight", at_most=Decimal("0.1"))), "a1 a4"),
        Case("minimum_float_less", order(minimum=of("weight", less_than=Decimal("0.1"))), "a4"),
        Case("maximum_float", order(maximum=of("weight", between=[Decimal("0.2"), Decimal("2.5")])), "a1 a4"),
        Case("maximum_float_not", {"not": order(maximum=of("weight", at_least=1))}, "a1"),
        Case("minimum_date_on", order(minimum=of("due_on", on="2026-11-05")), "a1"),
        Case("minimum_date_before", order(minimum=of("due_on", before="2026-11-05")), "a4"),
        Case("maximum_date_next", order(maximum=of("due_on", within_next="30d")), "a4", "24 December is 30 days on"),
        Case("maximum_date_weekday", order(maximum=of("due_on", weekday_in=["fri"])), "a1", "6 November"),
        Case("minimum_date_days", order(minimum=of("due_on", days_ago={"is": 19})), "a1"),
        Case("maximum_date_between", order(maximum=of("due_on", between=["2026-11-06", "2026-12-23"])), "a1"),
        Case("minimum_stamp_on", order(minimum=of("paid_at", on="2026-11-01")), "a1"),
        Case("maximum_stamp_instant", order(maximum=of("paid_at", on_or_after="2026-11-02T09:00")), "a1"),
        Case("maximum_stamp_hour", order(maximum=of("paid_at", hour_between=[9, 10])), "a1"),
        Case("maximum_stamp_last", order(maximum=of("paid_at", within_last="60d")), "a1 a4"),
        Case("minimum_time", order(minimum=of("ordered_at", before="2026-11-01")), "a4", "the time column is a column"),
        Case("first_on", order(first={"on": "2026-11-01"}), "a1"),
        Case("first_before", order(first={"before": "2026-11-01"}), "a4"),
        Case("first_within_last", order(first={"within_last": "30d"}), "a1 a2", "from 25 October"),
        Case("first_not_within_last", {"not": order(first={"within_last": "30d"})}, "a4", "nobody's first is unknown"),
        Case("first_more_than_ago", order(first={"more_than_ago": "50d"}), "a4"),
        Case("first_days_ago", order(first={"days_ago": {"is": 14}}), "a2"),
        Case("first_between", order(first={"between": ["2026-10-01", "2026-11-01"]}), "a1 a4"),
        Case("first_instant", order(first={"on_or_before": "2026-10-01T00:00"}), "a4"),
        Case("last_within_last", order(last={"within_last": "5d"}), "a1", "from 19 November"),
        Case("last_on_or_after", order(last={"on_or_after": "2026-11-20T10:00"}), "a1"),
        Case("last_weekday", order(last={"weekday_in": ["tue"]}), "a2", "10 November"),
        Case("last_hour", order(last={"hour_between": [10, 13]}), "a1 a2"),
        Case("last_month", order(last={"month_in": [10]}), "a4"),
        Case("last_day_of_month", order(last={"day_of_month_in": [1, 20]}), "a1 a4"),
        Case("last_years", order(last={"years_ago": {"is": 0}}), "a1 a2 a4"),
        Case("last_after", order(last={"after": "2026-11-10"}), "a1"),
        Case("last_more_than_ago_hours", order(last={"more_than_ago": "300h"}), "a2 a4", "since 11 November, 12:00"),
    ],
)

LATEST = Table(
    "latest",
    COUNTS.catalog,
    COUNTS.data,
    [
        Case(
            "latest_text",
            order(latest=of("sku", **{"is": "hat"})),
            "a1 a4",
            "of one instant the greatest: hat, not cap",
        ),
        Case("latest_text_not", {"not": order(latest=of("sku", **{"is": "cap"}))}, "a1 a4"),
        Case("latest_text_contains", order(latest=of("sku", contains="a")), "a1 a4"),
        Case("latest_is_empty", anyone(order(latest=of("sku", is_empty=True))), "a2 a3 a5", "of no rows it is missing"),
        Case("latest_is_empty_false", order(latest=of("sku", is_empty=False)), "a1 a4"),
        Case("latest_missing_column", anyone(order(latest=of("amount", is_empty=True))), "a1 a2 a3 a5"),
        Case("latest_decimal", order(latest=of("amount", at_least=Decimal("0.2"))), "a4", "a1's last row has none"),
        Case("latest_integer", order(latest=of("items", **{"is": 3})), "a1"),
        Case("latest_integer_great", order(latest=of("items", more_than=5)), "a4"),
        Case("latest_float", order(latest=of("weight", at_least=Decimal("2.5"))), "a4"),
        Case("latest_choice", order(latest=of("channel", **{"is": "web"})), "a4", "by its text: web after store"),
        Case("latest_choice_not", order(latest=of("channel", is_not="store")), "a4"),
        Case("latest_version", order(latest=of("app", at_least="4.13")), "a4", "5 is greater than 4.12"),
        Case("latest_boolean", order(latest=of("gift", **{"is": True})), "a4", "false < true"),
        Case("latest_date", order(latest=of("due_on", on="2026-12-24")), "a4"),
        Case("latest_timestamp", order(latest=of("paid_at", on="2026-10-02")), "a4"),
        Case("latest_time", order(latest=of("ordered_at", before="2026-11-01")), "a4"),
        Case("latest_in_a_window", order(within={"days_ago": [10, 60]}, latest=of("sku", **{"is": "shoe"})), "a1"),
        Case(
            "latest_where",
            order(where={"attribute": "amount", "is_empty": False}, latest=of("sku", **{"is": "shoe"})),
            "a1",
            "the last row with an amount",
        ),
    ],
)

TIES = Table(
    "latest_ties",
    COUNTS.catalog,
    {
        "contacts": "contact_id,x\nl1,\nl2,\nl3,\nl4,\nl5,\nl6,\n",
        "order": """
contact_id,ordered_at,amount,items,weight,sku,channel,due_on,paid_at,app,gift
l1,2026-11-05T00:00,1.00,,,,,,,,
l1,2026-11-04T23:00:00Z,,,,a,,,,,
l2,2026-11-05T00:00,,,,,app,,,,
l2,2026-11-05T00:00,,,,,web,,,,
l2,2026-11-05T00:00,,,,,store,,,,
l3,2026-11-05T00:00,,,,,,,,4.12,
l3,2026-11-05T00:00,,,,,,,,4.9,
l4,2026-11-05T00:00,,,,,,,,,false
l4,2026-11-05T00:00,,,,,,,,,true
l5,2026-11-05T00:00,,,,b,,,,,
l5,2026-11-05T00:00,,,,Z,,,,,
l6,2026-11-05T00:00,,,,late,,,,,
l6,2026-11-05T00:00:00.000001,,,,,,,,,
""",
    },
    [
        Case("tie_missing_is_least", order(latest=of("sku", **{"is": "a"})), "l1"),
        Case("tie_other_column", order(latest=of("amount", **{"is": 1})), "l1", "each column for itself"),
        Case("tie_choice_by_text", order(latest=of("channel", **{"is": "web"})), "l2", "not by its place in values"),
        Case("tie_version", order(latest=of("app", **{"is": "4.12"})), "l3"),
        Case("tie_boolean", order(latest=of("gift", **{"is": True})), "l4"),
        Case("tie_text_by_code_point", order(latest=of("sku", **{"is": "b"})), "l5", "Z is before b"),
        Case("tie_text_folded", order(latest=of("kind", **{"is": "z"})), "l5", "after folding z is last"),
        Case("latest_is_missing", anyone(order(latest=of("sku", is_empty=True))), "l2 l3 l4 l6", "a microsecond later"),
    ],
)

GREAT = Table(
    "great_sums",
    COUNTS.catalog,
    {
        "contacts": "contact_id,x\ne1,\ne2,\ne3,\ne4,\n",
        "order": """
contact_id,ordered_at,amount,items,weight,sku,channel,due_on,paid_at,app,gift
e1,2026-11-01T10:00,9999999999.99,9223372036854775807,,,,,,,
e1,2026-11-02T10:00,9999999999.99,9223372036854775807,,,,,,,
e2,2026-11-01T10:00,-9999999999.99,-9223372036854775808,,,,,,,
e2,2026-11-02T10:00,-9999999999.99,-9223372036854775808,,,,,,,
e3,2026-11-01T10:00,0.01,9223372036854775807,,,,,,,
e3,2026-11-02T10:00,-0.01,-9223372036854775807,,,,,,,
""",
    },
    [
        Case("sum_beyond_64_bits", order(sum=of("items", **{"is": 18446744073709551614})), "e1", "2 × (2^63 - 1)"),
        Case("sum_below_64_bits", order(sum=of("items", less_than=-18446744073709551615)), "e2", "-2^64"),
        Case("sum_cancels", {"all": [order(), order(sum=of("items", **{"is": 0}))]}, "e3"),
        Case(
            "sum_beyond_precision",
            order(sum=of("amount", **{"is": Decimal("19999999999.98")})),
            "e1",
            "beyond 12 digits",
        ),
        Case("average_of_great_ones", order(average=of("items", **{"is": 9223372036854775807})), "e1"),
        Case("average_of_least_ones", order(average=of("items", at_most=-9223372036854775808)), "e2"),
        Case("sum_of_great_ones_not", {"not": order(sum=of("items", at_most=9223372036854775807))}, "e1", "no wrap"),
    ],
)

TABLES = [COUNTS, SUMS, EXTREMES, LATEST, TIES, GREAT]


@each_voice
@each_case(TABLES)
def test_aggregates_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
