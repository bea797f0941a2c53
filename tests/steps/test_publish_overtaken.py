"""Two publications interleaved by hand: the later day is published whole while the earlier one stands before its commit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.lake.reads import table_rows
from jobs.lake.tables import MEMBERSHIP_CHANGES, SEGMENT_RUNS, segment_table
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


@pytest.mark.parametrize("behind", ["read_segment_runs", "last_number"])
def test_a_run_that_another_publishes_at_any_moment_is_published_once(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: str
) -> None:
    planted = Planted(spark, tmp_path)
    planted.spec("germans", {"attribute": "country", "is": "DE"})
    planted.deliver(FIRST)
    planted.open(DAYS[0])
    evaluate.run(planted.settings, DAYS[0])
    look = getattr(published_run, behind)
    overtaken: list[int] = []

    def another_publishes_behind_it(*arguments: Any) -> Any:
        seen = look(*arguments)
        if not overtaken:
            overtaken.append(1)
            publish.run(planted.settings, DAYS[0])
        return seen

    monkeypatch.setattr(published_run, behind, another_publishes_behind_it)
    publish.run(planted.settings, DAYS[0])
    assert overtaken
    assert [(row["run_no"], row["segment"]) for row in table_rows(planted.lake, SEGMENT_RUNS)] == [(1, "germans")]
