"""`per` and `having`: the matching rows in groups, and how many of these are kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed


def line(**keys: Any) -> dict[str, Any]:
    return {"event": "line", "per": "order_id", **keys}


def at_least(word: str, of: str, value: Any) -> dict[str, Any]:
    return {word: {"of": of, "at_least": value}}


GROUPS = Table(
    "groups",
    {
        "contacts": contacts(x="text"),
        "line": {
            "kind": "events",
            "time": "at",
            "columns": typed(
                {
                    "order_id": "integer",
                    "amount": "decimal(12,2)",
                    "sku": {"type": "text", "fold": True},
                    "app": "version",
                    "gift": "boolean",
                    "due": "date",
                    "rate": "float",
                }
            ),
        },
        "visit": {"kind": "related", "columns": typed({"shop": "text", "spent": "decimal(8,2)"})},
    },
    {
        "contacts": "contact_id,x\ng1,\ng2,\ng3,\ng4,\n",
        "line": """
contact_id,at,order_id,amount,sku,app,gift,due,rate
g1,2026-11-01T10:00,1,150.00,Shoe,4.9,true,2026-11-05,0.5
g1,2026-11-01T10:00,1,50.00,HAT,4.9.0,true,2026-11-06,
g1,2026-11-02T10:00,2,199.99,shoe,4.9,false,,1.5
g1,2026-11-03T10:00,,500.00,shoe,,,,
g2,2026-11-01T10:00,7,,hat,5,,2026-11-05,
g2,2026-11-01T11:00,7,,Hat,5,,,
g4,2026-10-01T10:00,1,200.00,shoe,,,,
g4,2026-11-23T10:00,1,200.00,shoe,,,,
g4,2026-11-23T10:00,2,200.00,hat,,,,
""",
        "visit": """
contact_id,shop,spent
g1,Wien,10.00
g1,Wien,5.00
g1,Graz,15.00
g2,,20.00
""",
    },
    [
        Case("per_default", line(), "g1 g2 g4", "at least one group"),
        Case("per_count", line(count={"is": 2}), "g1 g4", "g1's row without an order is left out"),
        Case("per_none", anyone(line(count={"is": 0})), "g3"),
        Case("per_not", anyone({"not": line()}), "g3"),
        Case("having_sum", line(having=at_least("sum", "amount", 200)), "g1 g4", "150.00 + 50.00"),
        Case("having_sum_twice", line(having=at_least("sum", "amount", 200), count={"at_least": 2}), "g4"),
        Case(
            "having_in_window",
            line(within="30d", having=at_least("sum", "amount", 400)),
            "",
            "g4's rows of October are out",
        ),
        Case("having_sum_zero", line(having={"sum": {"of": "amount", "is": 0}}), "g2", "a sum of none known is 0"),
        Case(
            "having_average",
            line(having={"average": {"of": "amount", "at_most": 100}}),
            "g1",
            "g2's average is unknown",
        ),
        Case("having_count", line(having={"count": {"at_least": 2}}), "g1 g2 g4"),
        Case("having_count_one", line(having={"count": {"is": 1}}, count={"at_least": 1}), "g1 g4"),
        Case("having_days", line(having={"days": {"at_least": 2}}), "g4"),
        Case("having_distinct", line(having={"distinct": {"of": "sku", "at_least": 2}}), "g1", "hat is Hat"),
        Case("having_minimum", line(having={"minimum": {"of": "amount", "less_than": 100}}), "g1"),
        Case("having_maximum", line(having={"maximum": {"of": "amount", "is": Decimal("199.99")}}), "g1"),
        Case("having_maximum_date", line(having={"maximum": {"of": "due", "on": "2026-11-06"}}), "g1"),
        Case("having_minimum_float", line(having={"minimum": {"of": "rate", "at_least": 1}}), "g1"),
        Case(
            "having_with_where",
            line(where={"attribute": "sku", "is": "shoe"}, having=at_least("sum", "amount", 200)),
            "g4",
        ),
        Case("having_none", anyone(line(having=at_least("sum", "amount", 1000), count={"is": 0})), "g1 g2 g3 g4"),
        Case("per_folded", {"event": "line", "per": "sku", "count": {"is": 2}}, "g1 g4", "Shoe is shoe, HAT apart"),
        Case("per_folded_one", {"event": "line", "per": "sku", "count": {"is": 1}}, "g2"),
        Case("per_version", {"event": "line", "per": "app", "count": {"is": 1}}, "g1 g2", "4.9 is 4.9.0"),
        Case(
            "per_two", {"event": "line", "per": ["order_id", "sku"], "count": {"is": 3}}, "g1", "1 shoe, 1 hat, 2 shoe"
        ),
        Case(
            "per_two_missing",
            {"event": "line", "per": ["order_id", "gift"], "count": {"is": 2}},
            "g1",
            "1 true, 2 false",
        ),
        Case("per_time", {"event": "line", "per": "at", "count": {"is": 3}}, "g1"),
        Case("per_date", {"event": "line", "per": "due", "count": {"is": 1}}, "g2"),
        Case("per_decimal", {"event": "line", "per": "amount", "count": {"is": 1}}, "g4"),
        Case("per_boolean", {"event": "line", "per": "gift", "count": {"is": 2}}, "g1"),
        Case("per_related", {"related": "visit", "per": "shop", "count": {"is": 2}}, "g1", "Wien, Graz"),
        Case(
            "per_related_having",
            {"related": "visit", "per": "shop", "having": at_least("sum", "spent", 15), "count": {"at_least": 2}},
            "g1",
            "10 + 5 and 15",
        ),
    ],
)

TABLES = [GROUPS]


@each_voice
@each_case(TABLES)
def test_groups_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
