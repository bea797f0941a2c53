"""Two publications interleaved by hand: the later day is published whole while the earlier one stands before its commit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.lake.reads import table_rows
from jobs.lake.tables import MEMBERSHIP_CHANGES, segment_table
from jobs.publication import published_run
from jobs.steps import evaluate, publish
from tests.steps.planted import Planted

DAYS = ("1998-02-01T00:00", "1998-02-02T00:00")
FIRST = [("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3)]
SECOND = [("ada", "DE", 1), ("cyd", "DE", 3), ("dan", "DE", 4)]  # bob left


def test_a_publication_that_is_overtaken_is_decided_again(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Planted(spark, tmp_path)
    planted.spec("germans", {"attribute": "country", "is": "DE"}, publish="rows")
    planted.spec("strict", {"attribute": "country", "is": "DE"}, expect={"change_at_most": "10%"})
    for as_of, people in zip(DAYS, (FIRST, SECOND), strict=True):
        planted.deliver(people)
        planted.open(as_of)
    for as_of in DAYS:
        evaluate.run(planted.settings, as_of)
    commit = published_run._make_visible
    overtaken: list[int] = []

    def later_one_first(*arguments: Any) -> None:
        if not overtaken:
            overtaken.append(1)
            publish.run(planted.settings, DAYS[1])
        commit(*arguments)

    monkeypatch.setattr(published_run, "_make_visible", later_one_first)
    publish.run(planted.settings, DAYS[0])
    assert overtaken
    rows = table_rows(planted.lake, segment_table("germans"))
    assert sorted(row["contact_id"] for row in rows) == ["ada", "cyd", "dan"]
    assert {f"{row['as_of']:%d}" for row in rows} == {"01"}  # midnight in Vienna is 23:00 of the day before
    status_and_members = [{id_: row[:2] for id_, row in planted.told(run_no).items()} for run_no in (1, 2)]
    assert status_and_members == [
        {"germans": ("published", 2), "strict": ("published", 2)},
        {"germans": ("published", 3), "strict": ("published", 3)},
    ]
    assert table_rows(planted.lake, MEMBERSHIP_CHANGES) == []
