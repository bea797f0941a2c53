"""Numbers that hang on something sensitive, by every verb that shows them, in words and in JSON.

A thousand people, whose points are 0 to 999 and sensitive; the first 800 are German.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.lake.reads import table_rows
from jobs.lake.tables import MEMBERSHIPS
from tests.answers.conftest import Ask
from tests.steps.planted import CATALOG, Planted

PEOPLE = [(f"c{n:03}", "DE" if n < 800 else "FR", n) for n in range(1000)]
LATER = [person if person[0] != "c060" else ("c060", "DE", 5) for person in PEOPLE]
FIRST, SECOND = "1998-02-01T00:00", "1998-02-02T00:00"
GERMAN = {"attribute": "country", "is": "DE"}


def below(points: int) -> dict[str, Any]:
    return {"attribute": "points", "less_than": points}


WHERE: dict[str, dict[str, Any]] = {
    "germans": GERMAN,
    "three": below(3),
    "sixty": below(60),  # and c060 on the second day
    "high": {"attribute": "points", "at_least": 797},  # three Germans and all others
    "without_high": {"all": [GERMAN, {"not": {"segment": "high"}}]},
    "many": below(997),
    "a_few_more": below(265),
    "a_few_less": below(260),
    "kept": below(100),
}
SHOWN = {
    "germans": 800,
    "three": None,  # held: nothing is published
    "sixty": 61,
    "high": 203,
    "without_high": "50 or more",  # 797 of 800 Germans: three of them are in high
    "many": "50 or more",  # all but three
    "a_few_more": "50 or more",  # five more than the other
    "a_few_less": "50 or more",
    "kept": "50 or more",  # 55 of at most 55
}


@pytest.fixture(scope="module")
def planted(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    contacts = CATALOG["contacts"].replace("points: {type: integer}", "points: {type: integer, sensitive: true}")
    planted = Planted(spark, tmp_path_factory.mktemp("sensitive"), {**CATALOG, "contacts": contacts})
    for id_, where in WHERE.items():
        keys = {} if id_ == "germans" else {"approved_by": "the tests"}
        planted.spec(id_, where, **keys, **({"keep": {"count": 55, "by": "points"}} if id_ == "kept" else {}))
    planted.deliver(PEOPLE)
    planted.night(FIRST)
    planted.deliver(LATER)
    planted.night(SECOND)
    return planted


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])\d[\d,]*(?![\w-])", text))


def test_segments_and_report_show_members_where_nobody_can_compute_a_few_from_them(ask: Ask) -> None:
    rows = {row["id"]: row for row in ask("segments", "--json")}
    assert {id_: row["members"] for id_, row in rows.items()} == SHOWN
    assert (rows["germans"]["entered"], rows["germans"]["left"]) == (0, 0)
    assert (rows["sixty"]["entered"], rows["sixty"]["left"]) == ("under 50", "under 50")
    assert rows["three"]["status"] == "held"
    for text in (ask("segments"), ask("report", "--as-of", SECOND, code=21)):
        assert "50 or more" in text
        assert numbers_in(text) & {"3", "4", "997", "265", "266", "260", "261", "797", "55"} == set()


def test_what_is_counted_for_the_bounds_is_no_segment(planted: Planted) -> None:
    assert {row["segment"] for row in table_rows(planted.lake, MEMBERSHIPS, ["segment"])} == WHERE.keys()


def test_explain_shows_a_published_whole_as_segments_does_and_its_parts_in_words(ask: Ask) -> None:
    wholes = {id_: ask("explain", id_, "--json")["counts"]["conditions"][0] for id_ in WHERE}
    trues = {id_: whole["true"] for id_, whole in wholes.items()}
    assert trues == SHOWN | {"three": "under 50", "kept": "50 or more"}
    assert {id_ for id_, whole in wholes.items() if whole["false"] is not None} == {"germans"}
    assert {id_ for id_, whole in wholes.items() if whole["unknown"] is not None} == {"germans"}
    branches = ask("explain", "without_high", "--json")["counts"]["conditions"]
    assert [branch["true"] for branch in branches] == ["50 or more", 800, "50 or more"]
    assert [branch.get("sensitive", False) for branch in branches] == [True, False, True]
    text = ask("explain", "three")
    assert "- points is less than 3 → under 50" in text
    assert "and for under 50 of them the whole holds" in text
    assert "only because a value is missing" not in text


@pytest.mark.parametrize(
    ("points", "shown"), [(1, "under 50"), (48, "under 50"), (60, "50 or more"), (500, "50 or more")]
)
def test_what_is_asked_ad_hoc_has_no_number(planted: Planted, ask: Ask, points: int, shown: str) -> None:
    """c060 has 5 now. Two such answers would else be taken from each other: how many have exactly so many points."""
    file = planted.spec("probe", below(points), approved_by="me")
    counts = ask("explain", str(file), "--json")["counts"]
    file.unlink()
    assert (counts["contacts"], counts["conditions"][0]["true"]) == (1000, shown)


def test_a_small_sensitive_group_to_begin_with_is_not_told_either(planted: Planted, ask: Ask) -> None:
    file = planted.spec("probe", GERMAN, approved_by="me", **{"from": {"segment": "three"}})
    counts = ask("explain", str(file), "--json")["counts"]
    file.unlink()
    assert (counts["contacts"], counts["conditions"][0]["true"]) == ("under 50", "under 50")


def test_lists_show_their_rows_as_segments_does(ask: Ask) -> None:
    def freeze(id_: str) -> Any:
        return ask(
            "freeze", "--segment", id_, "--list", f"l_{id_}", "--date", "1998-02-03", "--as-of", SECOND, "--json"
        )

    frozen = {id_: freeze(id_)["rows"] for id_ in ("germans", "sixty", "many")}
    assert frozen == {id_: SHOWN[id_] for id_ in frozen}
    assert {row["segment"]: row["rows"] for row in ask("lists", "--json")} == frozen
    assert "997" not in ask("lists")
    again = ask("freeze", "--segment", "many", "--list", "l_many", "--date", "1998-02-03", "--as-of", SECOND)
    assert "50 or more contacts of segment many" in again
