"""Nights of different days side by side: real processes, and the end is that of one after the other.

Raced with real processes and a barrier, because threads of one JVM share Delta's locks. The lakes are copies of one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DONE, PARTLY, UNREACHABLE
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.tables import MEMBERSHIP_CHANGES, segment_table
from jobs.runs.run import runs_of
from jobs.settings import CHECKOUT
from jobs.steps import evaluate, publish
from tests.steps.planted import Planted

ROUNDS = int(os.environ.get("MUSTER_RACE_ROUNDS", "10"))
DAYS = ("1998-02-01T00:00", "1998-02-02T00:00")
FIRST = [("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3)]
SECOND = [("ada", "DE", 1), ("cyd", "DE", 3), ("dan", "DE", 4)]  # bob left


@pytest.fixture(scope="module")
def packed(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """Two nights, opened and packed."""
    planted = Planted(spark, tmp_path_factory.mktemp("races") / "packed")
    planted.spec("germans", {"attribute": "country", "is": "DE"}, publish="rows")
    planted.spec("strict", {"attribute": "country", "is": "DE"}, expect={"change_at_most": "10%"})
    for as_of, people in zip(DAYS, (FIRST, SECOND), strict=True):
        planted.deliver(people)
        planted.open(as_of)
    return planted


def copy_of(packed: Planted, name: str) -> Planted:
    root = packed.root.parent / name
    shutil.copytree(packed.root, root)
    return Planted(packed.spark, root, people=list(packed.people), packs=packed.packs)


def night(planted: Planted, as_of: str) -> None:
    evaluate.run(planted.settings, as_of)
    publish.run(planted.settings, as_of)


def end_of(planted: Planted) -> dict[str, Any]:
    """What everybody can see, by as_of; numbers of runs left out, because a run that came late takes a new one."""
    runs = {run.run_no: run for run in runs_of(planted.lake)}
    told = {
        (f"{row.as_of:%d}", row.segment): (row.status, row.members, row.entered, row.left)
        for row in read_segment_runs(planted.lake)
    }
    changes = sorted(
        (f"{runs[row['run_no']].as_of:%d}", row["segment"], row["entered_members"], row["left_members"])
        for row in table_rows(planted.lake, MEMBERSHIP_CHANGES)
    )
    rows = table_rows(planted.lake, segment_table("germans"))
    return {
        "told": told,
        "changes": changes,
        "rows": sorted(row["contact_id"] for row in rows),
        "of": sorted({f"{row['as_of']:%d}" for row in rows}),
    }


def test_nights_of_two_days_side_by_side_end_as_one_after_the_other(packed: Planted) -> None:
    orders = []
    for name, days in (("forwards", DAYS), ("backwards", DAYS[::-1])):
        planted = copy_of(packed, name)
        for as_of in days:
            night(planted, as_of)
        orders.append(end_of(planted))
    assert orders[0] != orders[1]
    assert [order["rows"] for order in orders] == [["ada", "cyd", "dan"]] * 2
    lakes = [copy_of(packed, str(number)) for number in range(ROUNDS)]
    root = packed.root.parent
    (root / "meeting").mkdir()
    command = [sys.executable, "-m", "tests.steps.racing", str(root), str(ROUNDS)]
    running = [
        subprocess.Popen([*command, f"p{number}", "2", as_of], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
        for number, as_of in enumerate(DAYS)
    ]
    outputs = [process.communicate(timeout=1200)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    for output in outputs:
        (line,) = [line for line in output.splitlines() if line.startswith("ANSWERS ")]
        for met in json.loads(line.removeprefix("ANSWERS ")):
            assert set(met) <= {DONE, PARTLY, UNREACHABLE}, met
            assert met[-1] in (DONE, PARTLY)
    for planted in lakes:
        assert end_of(planted) in orders, planted.root


def test_a_publication_that_is_overtaken_is_decided_again(packed: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two days interleaved by hand: the later one is published whole while the earlier one stands before its commit."""
    from jobs.publication import published_run

    planted = copy_of(packed, "interleaved")
    evaluate.run(planted.settings, DAYS[0])
    evaluate.run(planted.settings, DAYS[1])
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
    end = end_of(planted)
    assert (end["rows"], end["of"]) == (["ada", "cyd", "dan"], ["01"])  # midnight in Vienna is 23:00 of the day before
    assert {place: row[:2] for place, row in end["told"].items()} == {
        ("31", "germans"): ("published", 2), ("31", "strict"): ("published", 2),
        ("01", "germans"): ("published", 3), ("01", "strict"): ("published", 3),
    }  # fmt: skip
    assert end["changes"] == []
