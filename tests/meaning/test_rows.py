"""Which rows exist: keys, `keep` of a source, `same_as`, unknown contacts, missing files and columns with other names."""

from __future__ import annotations

from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed


def rows(source: str, count: int) -> dict[str, Any]:
    return {"event": source, "count": {"is": count}}


ROWS = Table(
    "rows",
    {
        "people": {**contacts(x="text"), "contact": "id"},
        "loyalty": {"kind": "attributes", "contact": "member", "columns": typed({"points": "integer", "tier": "text"})},
        "keyed": {
            "kind": "events",
            "time": "at",
            "key": ["number", "line"],
            "columns": typed({"number": "text", "line": "integer", "amount": "decimal(8,2)"}),
        },
        "unkeyed": {"kind": "events", "time": "at", "columns": typed({"amount": "decimal(8,2)"})},
        "raw_key": {"kind": "events", "time": "at", "key": "number", "columns": typed({"amount": "decimal(8,2)"})},
        "kept": {"kind": "events", "time": "at", "keep": "3y", "columns": {}},
        "kept_days": {"kind": "events", "time": "at", "keep": "2d", "columns": {}},
        "listed_time": {
            "kind": "events",
            "time": "at",
            "columns": typed({"at": {"type": "timestamp", "column": "happened"}}),
        },
        "bill": {
            "kind": "events",
            "time": "ordered_at",
            "contact": "bill_to",
            "columns": typed({"amount": "decimal(8,2)", "pays": "boolean"}),
        },
        "ship": {
            "kind": "events",
            "time": "shipped_at",
            "contact": "ship_to",
            "read": {"same_as": "bill"},
            "columns": typed({"weight": "decimal(8,3)", "sum": {"type": "decimal(8,2)", "column": "amount"}}),
        },
        "address": {
            "kind": "related",
            "contact": "ship_to",
            "read": {"same_as": "bill"},
            "columns": typed({"street": "text"}),
        },
        "silent": {"kind": "events", "time": "at", "columns": {}},
        "quiet": {"kind": "related", "columns": typed({"n": "integer"})},
        "unknown": {"kind": "attributes", "columns": typed({"n": "integer"})},
        "zoned": {"kind": "events", "time": "at", "time_zone": "America/New_York", "columns": {}},
        "timeless": {"kind": "events", "time": "at", "columns": {}, "gates": {"missing_time_at_most": "100%"}},
    },
    {
        "people": "id,x\no1,\no2,\no3,\no 4,\nO1,\n",
        "loyalty": "member,points,tier\no1,5,gold\no2,,\nzz,7,gold\n",
        "keyed": """
contact_id,at,number,line,amount,batch
o1,2026-11-01T10:00,1,1,5.00,x
o1,2026-11-01T10:00,1,1,5.00,y
o1,2026-11-01T10:00,1,2,5.00,x
o2,2026-11-01T10:00,2,1,7.00,x
zz,2026-11-01T10:00,3,1,7.00,x
""",
        "unkeyed": """
contact_id,at,amount
o1,2026-11-01T10:00,5.00
o1,2026-11-01T10:00,5.00
 o1,2026-11-01T10:00,5.00
O1,2026-11-01T10:00,1.00
o 4,2026-11-01T10:00,2.00
,2026-11-01T10:00,5.00
""",
        "raw_key": """
contact_id,at,number,amount
o1,2026-11-01T10:00,1,5.00
o1,2026-11-01T10:00,1,5.00
o1,2026-11-01T10:00,2,5.00
o2,2026-11-24T00:00,3,5.00
""",
        "kept": "contact_id,at\no1,2023-11-24T00:00\no2,2023-11-23T23:59:59.999999\no3,2026-11-23T10:00\n",
        "kept_days": "contact_id,at\no1,2026-11-22T00:00\no2,2026-11-21T23:59\no3,2026-11-24T00:00\n",
        "listed_time": "contact_id,happened,at\no1,2026-11-01T10:00,2027-01-01\no2,2027-01-01,2026-01-01\n",
        "bill": """
bill_to,ship_to,ordered_at,shipped_at,amount,pays,weight,street
o1,o2,2026-11-01T10:00,2026-11-20T10:00,10.00,true,1.5,Ring
o1,o1,2026-11-02T10:00,2026-12-20T10:00,20.00,false,,
o2,zz,2026-11-03T10:00,2026-11-20T10:00,30.00,,2.5,Gasse
o3,,2026-11-04T10:00,2026-11-20T10:00,40.00,true,3.5,Platz
""",
        "ship": "contact_id,weight\no3,9\n",
        "timeless": "contact_id,at\no1,2026-11-23T10:00\no1,\no2,\n",
        "zoned": "contact_id,at\no1,2026-11-23T17:59:59\no2,2026-11-23T18:00\no3,2026-11-24T00:00+01:00\n",
    },
    [
        Case("contact_column", {"attribute": "loyalty.points", "is": 5}, "o1"),
        Case(
            "attributes_without_a_row",
            anyone({"attribute": "loyalty.points", "is_empty": True}),
            ["o2", "o3", "o 4", "O1"],
        ),
        Case("attributes_not", {"attribute": "loyalty.tier", "is_not": "basic"}, "o1"),
        Case("key_same_rows", rows("keyed", 2), "o1", "a row delivered twice is one; unlisted columns do not matter"),
        Case("key_sum", {"event": "keyed", "sum": {"of": "amount", "is": 10}}, "o1"),
        Case("no_key_twins", rows("unkeyed", 2), "o1", "twins are two; ' o1' is nobody's id"),
        Case("no_key_one", rows("unkeyed", 1), ["O1", "o 4"], "ids are never folded"),
        Case("key_unlisted", rows("raw_key", 2), "o1", "a key need not be a listed column"),
        Case("keep_source", {"event": "kept"}, "o1 o3", "from midnight of 24 November 2023"),
        Case("keep_source_not", anyone({"not": {"event": "kept"}}), ["o2", "o 4", "O1"]),
        Case("keep_source_within", {"event": "kept", "within": "5y"}, "o1 o3", "the cut stands before every window"),
        Case("keep_source_days", {"event": "kept_days"}, "o1"),
        Case("keep_source_first", {"event": "kept", "first": {"before": "2023-11-24"}}, ""),
        Case("time_listed", {"event": "listed_time"}, "o1", "its own raw name: happened"),
        Case("time_listed_last", {"event": "listed_time", "last": {"on": "2026-11-01"}}, "o1"),
        Case("bill_to", rows("bill", 2), "o1"),
        Case("ship_to", {"event": "ship"}, "o2", "by another contact and time; o1's is shipped later, o3 is nobody"),
        Case("ship_own_columns", {"event": "ship", "sum": {"of": "sum", "is": 10}}, "o2"),
        Case("ship_weight", {"event": "ship", "maximum": {"of": "weight", "more_than": 1}}, "o2"),
        Case("address_related", {"related": "address"}, "o1 o2", "the kinds may differ: no time, so both rows"),
        Case("address_street", {"related": "address", "where": {"attribute": "street", "is": "Ring"}}, "o2"),
        Case(
            "silent",
            anyone({"not": {"event": "silent"}}),
            ["o1", "o2", "o3", "o 4", "O1"],
            "a missing file is a source without rows",
        ),
        Case("silent_last", {"not": {"event": "silent", "last": {"within_last": "1y"}}}, "", "unknown for all"),
        Case("quiet", anyone({"related": "quiet", "sum": {"of": "n", "at_most": 0}}), ["o1", "o2", "o3", "o 4", "O1"]),
        Case("unknown", anyone({"attribute": "unknown.n", "is_empty": True}), ["o1", "o2", "o3", "o 4", "O1"]),
        Case("time_may_be_missing", rows("timeless", 1), "o1", "the gate allows rows without a time: they are dropped"),
        Case("gates_are_ignored", {"attribute": "loyalty.points", "is": 99}, "", "", {"expect": {"at_least": 100}}),
        Case("zone_of_source", {"event": "zoned"}, "o1", "18:00 in New York is as_of"),
    ],
)

DELETED = Table(
    "changes",
    {
        "contacts": {**contacts(x="text"), "delivery": "changes", "key": "contact_id"},
        "order": {
            "kind": "events",
            "time": "at",
            "key": "number",
            "delivery": "changes",
            "columns": typed({"number": "integer", "amount": "integer"}),
        },
    },
    {
        "contacts": "contact_id,x,deleted\nu1,,false\nu2,,true\nu3,,\n",
        "order": """
contact_id,at,number,amount,deleted
u1,2026-11-01T10:00,1,5,false
u1,2026-11-01T10:00,2,5,true
u2,2026-11-01T10:00,3,5,false
u3,2026-11-01T10:00,4,5,
""",
    },
    [
        Case("changes_live", {"everyone": True}, "u1 u3", "u2 is no longer a contact"),
        Case("changes_rows", rows("order", 1), "u1 u3", "a deleted row goes"),
        Case("changes_sum", anyone({"event": "order", "sum": {"of": "amount", "at_most": 5}}), "u1 u3"),
    ],
)

TABLES = [ROWS, DELETED]


@each_voice
@each_case(TABLES)
def test_rows_exist_as_the_catalog_says(case: Asked, voice: str) -> None:
    check(case, voice)
