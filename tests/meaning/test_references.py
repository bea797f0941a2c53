"""What a spec may refer to: segments, lists with dates, `from`, `keep`, samples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.tables import EVERYONE, Asked, Case, Table, anyone, check, contacts, each_case, each_voice

GOLD: dict[str, Any] = {"attribute": "tier", "is": "gold"}
PEOPLE = {
    "contacts": contacts(
        tier={"type": "choice", "values": ["gold", "basic"]},
        n="integer",
        joined="date",
        seen="timestamp",
        score="float",
        amt="decimal(8,2)",
    )
}
ROWS = {
    "contacts": """
contact_id,tier,n,joined,seen,score,amt
k1,gold,5,2026-01-01,2026-11-01T10:00,0.5,1.10
k2,gold,5,2026-03-01,2026-11-03T10:00,,2.00
k3,gold,,,,1.5,
k4,basic,7,2026-02-01,2026-11-02T10:00,-1,0.50
k5,gold,1,,2026-11-01T09:00,1.5,2.00
K6,gold,5,2025-12-31,,2,10.00
k7,,9,2026-06-01,2026-11-05T10:00,3,3.00
"""
}
LISTS = {
    "plain": "k1 k4 zz",
    "news": "k7",
    "news@2026-11-01": "k1 k2",
    "news@2026-11-24": "k2 k3",
    "news@2026-11-25": "k4",
    "later": "k5",
    "later@2026-12-01": "k1",
    "nobody": "",
}

DRAWS = "4.6708 s8, 11.4923 s6, 11.6456 s19, 13.4872 s15, 15.7756 s4, … by sha256sum and 64-bit shell arithmetic"


def keep(**how: Any) -> dict[str, Any]:
    return {"keep": how}


KEEPS = Table(
    "keep",
    PEOPLE,
    ROWS,
    [
        Case("keep_highest", GOLD, "K6 k1", "n 5 5 5 1 -: K6, k1, k2 tie; K is before k", keep(count=2, by="n")),
        Case("keep_three", GOLD, "K6 k1 k2", "", keep(count=3, by="n")),
        Case("keep_four", GOLD, "K6 k1 k2 k5", "k5 has 1", keep(count=4, by="n")),
        Case("keep_missing_last", GOLD, "K6 k1 k2 k3 k5", "then k3, who has none", keep(count=5, by="n")),
        Case("keep_more_than_there_are", GOLD, "K6 k1 k2 k3 k5", "", keep(count=100, by="n")),
        Case("keep_lowest", GOLD, "k5 K6", "1, then the tie by contact_id", keep(count=2, by="n", lowest=True)),
        Case("keep_lowest_missing_last", GOLD, "K6 k1 k2 k5", "", keep(count=4, by="n", lowest=True)),
        Case("keep_percent", GOLD, "K6 k1 k2", "ceil(5 × 0.5) = 3", keep(percent=50, by="n")),
        Case("keep_percent_small", GOLD, "K6", "ceil(0.005) = 1", keep(percent=Decimal("0.1"), by="n")),
        Case("keep_percent_all", GOLD, "K6 k1 k2 k3 k5", "", keep(percent=100, by="n")),
        Case("keep_percent_exact", GOLD, "K6 k1 k2", "60 % of 5 is 3, not a hair more", keep(percent=60, by="n")),
        Case("keep_percent_of_nobody", {"attribute": "n", "is": 99}, "", "", keep(percent=50, by="n")),
        Case("keep_by_date", GOLD, "k1 k2", "1 March, 1 January", keep(count=2, by="joined")),
        Case("keep_by_date_lowest", GOLD, "K6 k1", "", keep(count=2, by="joined", lowest=True)),
        Case("keep_by_stamp", GOLD, "k1 k2", "", keep(count=2, by="seen")),
        Case("keep_by_float", GOLD, "K6 k3 k5", "2, then 1.5 twice", keep(count=3, by="score")),
        Case("keep_by_decimal", GOLD, "K6 k2", "10.00, then 2.00 of k2 and k5", keep(count=2, by="amt")),
        Case("keep_by_decimal_lowest", GOLD, "k1 k2", "1.10, 2.00", keep(count=2, by="amt", lowest=True)),
        Case("keep_random_all", GOLD, "K6 k1 k2 k3 k5", "", keep(percent=100, by={"random": "s"})),
    ],
)

SEGMENTS = Table(
    "segments",
    PEOPLE,
    ROWS,
    [
        Case("gold", GOLD, "k1 k2 k3 k5 K6"),
        Case("top_gold", GOLD, "K6 k1", "", keep(count=2, by="n")),
        Case("in_gold", {"all": [{"segment": "gold"}, {"attribute": "n", "at_least": 5}]}, "k1 k2 K6"),
        Case("not_gold", anyone({"not": {"segment": "gold"}}), "k4 k7", "a segment is never unknown: k7 has no tier"),
        Case("in_top", {"segment": "top_gold"}, "K6 k1", "after its keep"),
        Case("not_top", {"all": [GOLD, {"not": {"segment": "top_gold"}}]}, "k2 k3 k5"),
        Case("from_gold", {"attribute": "n", "less_than": 5}, "k5", "", {"from": {"segment": "gold"}}),
        Case("from_top", EVERYONE, "K6 k1", "keep comes before from", {"from": {"segment": "top_gold"}}),
        Case(
            "from_top_not",
            {"not": {"attribute": "n", "is": 1}},
            "K6 k1",
            "from needs no everyone",
            {"from": {"segment": "top_gold"}},
        ),
        Case("from_top_empty", {"attribute": "joined", "is_empty": True}, "", "", {"from": {"segment": "top_gold"}}),
        Case(
            "from_gold_keep",
            {"attribute": "n", "is_empty": False},
            "k5",
            "",
            {"from": {"segment": "gold"}, **keep(count=1, by="n", lowest=True)},
        ),
        Case("chain", {"any": [{"segment": "from_gold"}, {"segment": "in_gold"}]}, "k1 k2 k5 K6"),
        Case("chain_again", {"all": [{"segment": "chain"}, {"not": {"segment": "in_top"}}]}, "k2 k5"),
    ],
)

ON_LISTS = Table(
    "lists",
    PEOPLE,
    ROWS,
    [
        Case("list_undated", {"list": "plain"}, "k1 k4", "zz is nobody"),
        Case("list_newest", {"list": "news"}, "k2 k3", "as_of's own day is not after"),
        Case("list_of_a_date", {"list": "news", "date": "2026-11-01"}, "k1 k2"),
        Case("list_of_a_later_date", {"list": "news", "date": "2026-11-25"}, "k4", "named, it is used"),
        Case("list_only_later", {"list": "later"}, "k5", "the undated one: the dated is after as_of"),
        Case("list_not", anyone({"not": {"list": "news"}}), "k1 k4 k5 K6 k7", "never unknown"),
        Case("list_nobody", {"list": "nobody"}, ""),
        Case("list_and", {"all": [{"list": "plain"}, GOLD]}, "k1"),
        Case("from_list", {"attribute": "n", "at_least": 7}, "k4", "", {"from": {"list": "plain"}}),
        Case("from_list_everyone", EVERYONE, "k1 k4", "", {"from": {"list": "plain"}}),
        Case("from_list_date", {"not": GOLD}, "", "", {"from": {"list": "news", "date": "2026-11-01"}}),
        Case("from_list_newest", {"attribute": "n", "is_empty": True}, "k3", "", {"from": {"list": "news"}}),
        Case("from_list_keep", EVERYONE, "k4", "", {"from": {"list": "plain"}, **keep(percent=50, by="n")}),
    ],
    lists=LISTS,
    as_of="2026-11-24T10:00",
)

THOUSAND = Table(
    "keep_of_a_thousand",
    {"contacts": contacts(n="integer")},
    {"contacts": "contact_id,n\n" + "".join(f"c{n:04},{n}\n" for n in range(1000))},
    [
        Case(
            "keep_third",
            EVERYONE,
            " ".join(f"c{n:04}" for n in range(667, 1000)),
            "33.3 % of 1000 is 333, not 334",
            keep(percent=Decimal("33.3"), by="n"),
        ),
        Case(
            "keep_hair_more",
            EVERYONE,
            "c0000 c0001",
            "ceil(1.001)",
            keep(percent=Decimal("0.1001"), by="n", lowest=True),
        ),
    ],
)

SAMPLES = Table(
    "samples",
    {"contacts": contacts(x="text")},
    {"contacts": "contact_id,x\n" + "".join(f"s{n},\n" for n in range(1, 21))},
    [
        Case(
            "sample_all", anyone({"sample": {"share": [0, 100], "seed": "s"}}), " ".join(f"s{n}" for n in range(1, 21))
        ),
        Case(
            "sample_halves",
            anyone(
                {"any": [{"sample": {"share": [0, 50], "seed": "s"}}, {"sample": {"share": [50, 100], "seed": "s"}}]}
            ),
            " ".join(f"s{n}" for n in range(1, 21)),
            "from is in, to is out: the halves meet without a gap",
        ),
        Case(
            "sample_no_overlap",
            anyone(
                {"all": [{"sample": {"share": [0, 50], "seed": "s"}}, {"sample": {"share": [50, 100], "seed": "s"}}]}
            ),
            "",
        ),
        Case(
            "sample_not",
            anyone(
                {
                    "all": [
                        {"not": {"sample": {"share": [0, 50], "seed": "s"}}},
                        {"sample": {"share": [0, 50], "seed": "s"}},
                    ]
                }
            ),
            "",
            "never unknown",
        ),
    ],
)

TABLES = [KEEPS, SEGMENTS, ON_LISTS, THOUSAND, SAMPLES]


@each_voice
@each_case(TABLES)
def test_references_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
