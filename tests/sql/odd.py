"""Tables of what could go wrong on the way into a statement: texts, names, and numbers with many digits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.tables import Case, Table, anyone, contacts, typed

TEXTS = [
    "'",
    '"',
    "''",
    "`",
    "\\",
    "\\'",
    "\\n",
    "\\u0041",
    "\\0",
    "'; DROP TABLE contacts; --",
    "*/ OR TRUE --",
    "/* /* */",
    "-- x",
    "${",
    "$${spark.master}",
    "${env:PATH}",
    "${jndi:ldap://x/a}",
    "$1",
    "{{ conf }}",
    "{% raw %}",
    ":x",
    "?",
    "@a",
    "#",
    "%",
    "_",
    "a\nb",
    "a\r\nb",
    "a\tb",
    "a\0b",
    "\0",
    "a\u2028b",
    "a\u202eb",
    "\ufeffa",
    "é",
    "e\u0301",
    "𝟙",
    "NULL",
    "0x41",
    " ",
]
"""Each one is the city of one contact, and what one spec asks for, in its name and description too."""


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def texts() -> Table:
    """Every text finds its own contact, whole, as a part and at both ends."""
    rows = [f"n{number},{quoted(text)}" for number, text in enumerate(TEXTS)]
    cases: list[Case] = []
    for number, text in enumerate(TEXTS):
        told = {"name": f"{text} x", "description": text}
        cases.append(Case(f"is_{number}", {"attribute": "city", "is": text}, f"n{number}", more=told))
        holding = " ".join(f"n{other}" for other, city in enumerate(TEXTS) if text in city)
        cases.append(Case(f"contains_{number}", {"attribute": "city", "contains": text}, holding, more=told))
    everything = {"attribute": "city", "in": TEXTS}
    cases.append(Case("in_all", everything, [f"n{number}" for number in range(len(TEXTS))]))
    return Table(
        "odd_texts", {"contacts": contacts(city="text")}, {"contacts": "\n".join(["contact_id,city", *rows])}, cases
    )


NAMED: dict[str, Any] = {
    "contacts": contacts(value="integer"),
    "ranked": {"kind": "events", "time": "at_us", "columns": typed({"value": "integer", "place": "integer"}),
               "lookups": {"contacts": {"source": "last", "on": "value"}, "ranked": {"source": "last", "on": "place"}}},
    "ranked_count": {"kind": "related", "columns": typed({"value": "integer"})},
    "last": {"kind": "lookup", "key": "value", "columns": typed({"value": "integer", "name": "text"})},
    "select": {"kind": "attributes", "columns": typed({"from": "integer", "order": "text"})},
}  # fmt: skip
SECOND = {"event": "ranked", "where": {"attribute": "contacts.name", "is": {"attribute": "ranked.name"}}}
NAMES = Table(
    "odd_names",
    NAMED,
    {
        "contacts": "contact_id,value\nv1,1\nv2,2\n",
        "ranked": "contact_id,at_us,value,place\nv1,2026-11-01,1,1\nv1,2026-11-02,1,2\nv2,2026-11-01,1,2\n",
        "ranked_count": "contact_id,value\nv2,3\nv2,4\n",
        "last": "value,name\n1,one\n2,two\n",
        "select": "contact_id,from,order\nv1,7,asc\nv2,8,desc\n",
    },
    [
        Case("ranked_count", {"event": "ranked", "count": {"at_least": 2}}, "v1", "as the source is called"),
        Case("last", {"related": "ranked_count", "count": {"is": 2}}, "v2"),
        Case("contacts", SECOND, "v1", "1 is one in both"),
        Case("matched", {"sequence": [{"event": "ranked"}, {"event": "ranked", "same": ["value"]}]}, "v1"),
        Case("groups", {"event": "ranked", "per": "place", "having": {"count": {"is": 1}}, "count": {"is": 2}}, "v1"),
        Case("counted", {"attribute": "value", "at_least": 0}, "v2", more={"keep": {"count": 1, "by": "value"}}),
        Case("select", {"all": [{"attribute": "select.from", "is": 8}, {"segment": "members"}]}, "v2"),
        Case("members", {"event": "ranked", "latest": {"of": "place", "is": 2}}, "v1 v2"),
    ],
)

TENTHS = {"subtract": ["money", *[Decimal("0.1")] * 29]}
NUMBERS = Table(
    "odd_numbers",
    {
        "contacts": contacts(
            n="integer", amount="decimal(18,2)", fine="decimal(18,18)", few="integer", money="decimal(18,2)"
        ),
        "pay": {"kind": "events", "time": "at", "columns": typed({"amount": "decimal(18,2)", "n": "integer"})},
        "sums": {
            "kind": "computed",
            "columns": {
                "tenths": {"type": "decimal(18,2)", "value": TENTHS},
                "thirds": {"type": "decimal(18,9)", "value": {"divide": ["few", 3]}},
                "ninths": {"type": "decimal(18,2)", "value": {"divide": ["sums.thirds", {"multiply": [3, "few"]}]}},
                "minus": {"type": "integer", "value": {"divide": ["few", -2]}},
            },
        },
    },
    {
        "contacts": """
contact_id,n,amount,fine,few,money
d1,9223372036854775807,9999999999999999.99,0.999999999999999999,,
d2,-9223372036854775808,-9999999999999999.99,-0.999999999999999999,,
d3,5,2.95,0.000000000000000001,5,2.95
""",
        "pay": """
contact_id,at,amount,n
d1,2026-11-01,9999999999999999.99,9223372036854775807
d1,2026-11-02,9999999999999999.99,9223372036854775807
d1,2026-11-03,9999999999999999.99,9223372036854775806
d3,2026-11-01,0.01,1
d3,2026-11-02,0.02,1
""",
    },
    [
        Case("largest", {"attribute": "n", "at_least": 9223372036854775807}, "d1"),
        Case("least", {"attribute": "n", "less_than": -9223372036854775807}, "d2"),
        Case("beyond", {"attribute": "n", "in": [9223372036854775808, 5]}, "d3"),
        Case("beside_fine", {"attribute": "n", "more_than": {"attribute": "fine"}}, "d1 d3"),
        Case("fine", {"attribute": "fine", "more_than": Decimal("0.999999999999999998")}, "d1"),
        Case("fine_beside", {"attribute": "fine", "less_than": {"attribute": "amount"}}, "d1 d3"),
        Case("sum", {"event": "pay", "sum": {"of": "amount", "is": Decimal("29999999999999999.97")}}, "d1"),
        Case("sum_whole", {"event": "pay", "sum": {"of": "n", "at_least": 27670116110564327420}}, "d1"),
        Case("sum_beyond", anyone({"event": "pay", "sum": {"of": "n", "less_than": 10**39}}), "d1 d2 d3"),
        Case(
            "average", {"event": "pay", "average": {"of": "amount", "at_least": Decimal("9999999999999999.99")}}, "d1"
        ),
        Case("average_just", {"event": "pay", "average": {"of": "n", "less_than": 9223372036854775807}}, "d1 d3"),
        Case("average_finer", {"event": "pay", "average": {"of": "amount", "is": Decimal("0.01500")}}, "d3"),
        Case(
            "average_many_digits",
            {"event": "pay", "average": {"of": "amount", "more_than": Decimal("0.014999999999999999999")}},
            "d1 d3",
        ),
        Case("many_terms", {"attribute": "sums.tenths", "is": Decimal("0.05")}, "d3", "2.95 - 2.9"),
        Case("thirds", {"attribute": "sums.thirds", "is": Decimal("1.666666667")}, "d3"),
        Case("ninths", {"attribute": "sums.ninths", "is": Decimal("0.11")}, "d3", "1.666666667 / 15"),
        Case("minus", {"attribute": "sums.minus", "is": -3}, "d3", "-2.5 away from zero"),
    ],
)
