"""Did A, then B: gaps, windows, the step that must not follow, and the same product. As_of is 24 November, 10:00."""

from __future__ import annotations

from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed

VIEW: dict[str, Any] = {"event": "view"}


def then(*steps: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"sequence": [VIEW, *steps], **keys}


def buy(after: str | None = None, **keys: Any) -> dict[str, Any]:
    return {"event": "buy", **({"after_at_most": after} if after else {}), **keys}


def no_buy(after: str, **keys: Any) -> dict[str, Any]:
    return buy(after, absent=True, **keys)


SEQUENCES = Table(
    "sequence",
    {
        "contacts": contacts(x="text"),
        "view": {"kind": "events", "time": "at", "columns": typed({"page": "text"})},
        "buy": {"kind": "events", "time": "at", "columns": typed({"amount": "integer"})},
    },
    {
        "contacts": "contact_id,x\n" + "".join(f"q{n},\n" for n in range(1, 11)),
        "view": """
contact_id,at,page
q1,2026-11-01T10:00,shoes
q2,2026-11-01T10:00,shoes
q3,2026-11-02T10:00,hats
q4,2026-11-01T10:00,
q5,2026-11-01T10:00,shoes
q5,2026-11-20T10:00,shoes
q7,2026-11-23T10:00,shoes
q8,2026-11-23T10:00:00.000001,shoes
q9,2026-10-01T10:00,shoes
q10,2026-11-01T10:00,shoes
q10,2026-11-02T10:00,hats
""",
        "buy": """
contact_id,at,amount
q1,2026-11-08T10:00,5
q2,2026-11-08T10:00:00.000001,50
q3,2026-11-02T10:00,5
q5,2026-11-02T10:00,50
q6,2026-11-02T10:00,5
q9,2026-11-02T10:00,5
q10,2026-11-03T09:00,5
q10,2026-11-04T10:00,50
""",
    },
    [
        Case("seq_any_later", then(buy()), "q1 q2 q5 q9 q10", "q3's are at one instant: not later"),
        Case("seq_gap", then(buy("7d")), "q1 q5 q10", "q1's gap is 168 hours to the microsecond"),
        Case("seq_gap_hours", then(buy("24h")), "q5 q10", "q10: 23 hours after the second view"),
        Case("seq_gap_weeks", then(buy("1w")), "q1 q5 q10"),
        Case("seq_within", then(buy("7d"), within="22d"), "q10", "from 2 November: q10's second view and both buys"),
        Case("seq_within_more", then(buy("7d"), within="23d"), "q1 q5 q10", "from 1 November"),
        Case("seq_days_ago", then(buy(), within={"days_ago": [16, 22]}), "q10", "2 to 8 November"),
        Case(
            "seq_from_to",
            then(buy(), within={"from": "2026-11-01", "to": "2026-11-07"}),
            "q5 q10",
            "the buys of 8 November are out",
        ),
        Case("seq_not", anyone({"not": then(buy())}), "q3 q4 q6 q7 q8", "a sequence is never unknown"),
        Case("seq_where", then(buy(where={"attribute": "amount", "at_least": 50})), "q2 q5 q10"),
        Case(
            "seq_where_first",
            {"sequence": [{"event": "view", "where": {"attribute": "page", "is": "hats"}}, buy()]},
            "q10",
            "3 November is after the hats of 2 November",
        ),
        Case(
            "seq_where_unknown",
            {"sequence": [{"event": "view", "where": {"attribute": "page", "is_not": "hats"}}, buy()]},
            "q1 q2 q5 q9 q10",
        ),
        Case("seq_three", then(buy(), buy()), "q10", "two buys after a view"),
        Case("seq_three_gap", then(buy("7d"), buy("25h")), "q10", "25 hours from 3 November 9:00"),
        Case("seq_three_short", then(buy("7d"), buy("24h")), ""),
        Case("seq_two_views", then(VIEW), "q5 q10", "one row cannot be both steps"),
        Case("seq_buy_then_view", {"sequence": [{"event": "buy"}, VIEW]}, "q5"),
    ],
    as_of="2026-11-24T10:00",
)

ABSENT = Table(
    "sequence_absent",
    SEQUENCES.catalog,
    SEQUENCES.data,
    [
        Case("absent_week", then(no_buy("7d")), "q2 q3 q4 q9", "q5's last view is too fresh, q7's and q8's too"),
        Case("absent_day", then(no_buy("24h")), "q1 q2 q3 q4 q5 q7 q9", "q7's gap ends at as_of: it had ended"),
        Case("absent_not", anyone({"not": then(no_buy("24h"))}), "q6 q8 q10", "q10's last view was followed"),
        Case("absent_hours", then(no_buy("22h")), "q1 q2 q3 q4 q5 q7 q8 q9 q10", "q10's buy came after 23 hours"),
        Case("absent_where", then(no_buy("7d", where={"attribute": "amount", "at_least": 50})), "q1 q2 q3 q4 q9"),
        Case("absent_last_row", then(no_buy("3d")), "q1 q2 q3 q4 q5 q9", "judged from the last view: q10's, q5's"),
        Case("absent_window", then(no_buy("7d"), within={"from": "2026-10-01", "to": "2026-11-07"}), "q2 q3 q4 q9"),
        Case(
            "absent_looks_beyond_the_window",
            then(no_buy("8d"), within={"from": "2026-11-01", "to": "2026-11-07"}),
            "q3 q4",
            "q1 and q2 bought on the 8th, after the window",
        ),
        Case("absent_third", then(buy("7d"), no_buy("1d")), "q1 q5 q10", "25 hours, so more than a day, after 9:00"),
        Case("absent_third_where", then(buy("2d"), no_buy("7d")), "q5 q10", "from the last buy that ends the chain"),
    ],
    as_of="2026-11-24T10:00",
)

SAME = Table(
    "sequence_same",
    {
        "contacts": contacts(x="text"),
        "view": {
            "kind": "events",
            "time": "at",
            "columns": typed({"sku": {"type": "text", "fold": True}, "size": "integer"}),
        },
        "buy": {"kind": "events", "time": "at", "columns": typed({"sku": "text", "size": "integer"})},
    },
    {
        "contacts": "contact_id,x\n" + "".join(f"x{n},\n" for n in range(1, 9)),
        "view": """
contact_id,at,sku,size
x1,2026-11-01T10:00,shoe,42
x2,2026-11-01T10:00,shoe,42
x3,2026-11-01T10:00,,42
x4,2026-11-01T10:00,shoe,42
x4,2026-11-01T11:00,hat,42
x5,2026-11-01T10:00,shoe,42
x5,2026-11-03T10:00,shoe,42
x6,2026-11-01T10:00,Straße,
x8,2026-11-01T10:00,shoe,42
""",
        "buy": """
contact_id,at,sku,size
x1,2026-11-01T12:00,SHOE,43
x2,2026-11-01T12:00,hat,42
x3,2026-11-01T12:00,,42
x4,2026-11-01T12:00,hat,42
x5,2026-11-02T10:00,shoe,42
x6,2026-11-01T12:00,STRASSE,
x7,2026-11-01T12:00,shoe,42
x8,2026-11-01T12:00,,42
""",
    },
    [
        Case(
            "same_text",
            then(buy(same=["sku"])),
            "x1 x4 x5 x6",
            "folded, as the earlier step's column; missing equals nothing",
        ),
        Case("same_two", then(buy(same=["sku", "size"])), "x4 x5", "x1's size differs, x6 has none"),
        Case("same_number", then(buy(same=["size"])), "x2 x3 x4 x5 x8"),
        Case(
            "same_plain_earlier",
            {"sequence": [{"event": "buy"}, {"event": "view", "same": ["sku"]}]},
            "x5",
            "the buy's column does not fold",
        ),
        Case(
            "same_absent",
            then(no_buy("2d", same=["sku"])),
            "x2 x4 x5 x8",
            "x3 has no combination, x8's buy is no such row",
        ),
        Case(
            "same_absent_day", then(no_buy("23h", same=["sku"])), "x2 x4 x5 x8", "one unanswered combination is enough"
        ),
        Case("same_absent_size", then(no_buy("2d", same=["size"])), "x1 x5", "x1 bought another size"),
    ],
)

TABLES = [SEQUENCES, ABSENT, SAME]


@each_voice
@each_case(TABLES)
def test_sequences_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
