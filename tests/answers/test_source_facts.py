"""What `catalog` says of the rows in a lake: how many, of which days, how well filled, and frequent words alone."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from tests.answers.conftest import Ask
from tests.steps.planted import CATALOG, Planted

# 60 Germans, 50 Austrians, 49 French and one who says nothing; 30 of them have points, which are sensitive.
COUNTRIES = ["DE"] * 60 + ["AT"] * 50 + ["FR"] * 49 + [None]
PEOPLE = [(f"c{n:03}", country, n if n < 30 else None) for n, country in enumerate(COUNTRIES)]
BOUGHT = [("c000", "1998-01-05", "10.00"), ("c001", "1997-11-30", "99.99"), ("c001", "1998-01-25", "0.01")]


@pytest.fixture(scope="module")
def planted(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    contacts = CATALOG["contacts"].replace("points: {type: integer}", "points: {type: integer, sensitive: true}")
    planted = Planted(spark, tmp_path_factory.mktemp("facts"), {**CATALOG, "contacts": contacts})
    planted.spec("germans", {"attribute": "country", "is": "DE"})
    planted.spec("rich", {"attribute": "shop.spent", "at_least": 50})
    planted.deliver(PEOPLE, BOUGHT)
    planted.night("1998-02-01T00:00")
    return planted


def test_sources_say_rows_days_and_the_segments_that_reach_them(ask: Ask) -> None:
    rows = {row["source"]: row for row in ask("catalog", "--json")}
    told = {name: (row["rows"], row["first_day"], row["last_day"], row["segments"]) for name, row in rows.items()}
    assert told == {
        "contacts": (160, None, None, ["germans"]),
        "order": (3, "1997-11-30", "1998-01-25", ["rich"]),
        "shop": (None, None, None, ["rich"]),
    }
    assert "By the tiles of run 1 as of 1998-02-01T00:00" in ask("catalog")


def test_frequent_words_are_told_with_their_share_and_rare_ones_are_not(ask: Ask) -> None:
    country, points = ask("catalog", "contacts", "--json")
    # 159 of 160 are known: not all, so not 100. 60 and 50 of 159; 49 contacts are too few to be told.
    assert (country["filled"], country["words"]) == (99, {"DE": 38, "AT": 31})
    assert country["segments"] == ["germans"]
    assert (points["filled"], points["words"], points["segments"]) == ("under 50", {}, [])
    shown = ask("catalog", "contacts")
    assert "DE 38, AT 31" in shown
    assert "FR 3" not in shown
    assert "Segments: germans." in shown
    assert "160 rows." in shown


def test_without_facts_the_lake_is_not_asked(ask: Ask) -> None:
    country, _ = ask("catalog", "contacts", "--no-facts", "--json")
    assert (country["filled"], country["words"], country["segments"]) == (None, {}, ["germans"])
    assert "run 1" not in ask("catalog", "--no-facts")
