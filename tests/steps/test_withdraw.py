"""A run taken back counts nowhere: what was in force before it is in force again, and its rows stay as history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DONE, PARTLY, ListRefused, UsageError
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import read_segment_runs, run_in_force
from jobs.lake.tables import SEGMENT_RUNS, segment_table
from jobs.publication import report
from jobs.publication.run_list import rows_for_runs
from jobs.steps import freeze, publish, withdraw
from tests.steps.planted import Planted

FIRST = [("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3)]
POISON = [("eve", "DE", 9)]
THIRD = [("ada", "DE", 1), ("bob", "AT", 2), ("cyd", "DE", 3), ("dan", "DE", 4)]
TO_COME = "2026-01-01T00:00"


def rows_of_germans(planted: Planted) -> list[tuple[str, int]]:
    return sorted((row["contact_id"], row["run_no"]) for row in table_rows(planted.lake, segment_table("germans")))


def shown(planted: Planted) -> dict[str, Any]:
    return {
        row["id"]: (row["status"], row["members"], row["as_of"]) for row in report.rows_for_segments(planted.settings)
    }


def test_a_run_of_a_day_to_come_is_taken_back_and_the_nights_before_it_count_again(
    spark: SparkSession, tmp_path: Path
) -> None:
    planted = Planted(spark, tmp_path)
    planted.spec("germans", {"attribute": "country", "is": "DE"}, publish="rows")
    gone = planted.spec("gone", {"attribute": "country", "is": "AT"}, publish="rows")
    planted.deliver(FIRST)
    planted.night("1998-02-01T00:00")
    before = shown(planted)
    planted.deliver(POISON)
    gone.unlink()  # the night to come retires it, and its table goes
    planted.night(TO_COME)
    assert rows_of_germans(planted) == [("eve", 2)]

    outcome = withdraw.run(planted.settings, 2, "by mistake")
    assert (outcome.exit_code, outcome.details["newest_run_no"]) == (DONE, 1)
    assert shown(planted) == before
    assert rows_of_germans(planted) == [("ada", 1), ("bob", 1)]
    assert [row["contact_id"] for row in table_rows(planted.lake, segment_table("gone"))] == ["cyd"]
    assert run_in_force(read_segment_runs(planted.lake), "germans") == 1
    history = {row.segment: row for row in read_segment_runs(planted.lake, 2)}
    assert (history["germans"].members, history["germans"].withdrawn_status) == (1, "published")
    assert (history["gone"].withdrawn_status, history["gone"].withdrawn_by) == ("retired", "by mistake")

    # The same again changes nothing, the first reason stays.
    kept = table_rows(planted.lake, SEGMENT_RUNS)
    assert withdraw.run(planted.settings, 2, "again") == outcome
    assert table_rows(planted.lake, SEGMENT_RUNS) == kept
    assert publish.run(planted.settings, TO_COME).summary == (
        "run 2 was withdrawn: by mistake. `ingest`, or `run`, with the same --as-of opens another one."
    )
    assert report.run(planted.settings, TO_COME).exit_code == PARTLY
    with pytest.raises(ListRefused, match=r"^run 2 was withdrawn: by mistake\. It was last published in run 1 "):
        freeze.run(
            planted.settings, "2026-01-01T12:00", segment="germans", list_name="july", date="2026-01-02", run_no=2
        )
    with pytest.raises(UsageError, match=r"^run 9 has published nothing"):
        withdraw.run(planted.settings, 9, "by mistake")

    # The next night is compared with the one that counts: ada stays, bob went, cyd and dan came.
    planted.deliver(THIRD)
    planted.night("1998-02-02T00:00")
    assert planted.told(3)["germans"] == ("published", 3, 2, 1)
    assert [(row[0]) for row in rows_of_germans(planted)] == ["ada", "cyd", "dan"]
    assert [
        {key: row[key] for key in ("run_no", "as_of", "state", "published", "held", "failed", "withdrawn")}
        for row in rows_for_runs(planted.settings)
    ] == [
        {"run_no": 1, "as_of": "1998-02-01T00:00+01:00", "state": "published", "published": 2, "held": 0, "failed": 0,
         "withdrawn": None},
        {"run_no": 2, "as_of": "2026-01-01T00:00+01:00", "state": "withdrawn", "published": 1, "held": 0, "failed": 0,
         "withdrawn": "by mistake"},
        {"run_no": 3, "as_of": "1998-02-02T00:00+01:00", "state": "published", "published": 1, "held": 0, "failed": 0,
         "withdrawn": None},
    ]  # fmt: skip
    # And the same as_of, asked for anew, is another run.
    assert planted.open(TO_COME, news=False).run_no == 4
