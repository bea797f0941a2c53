"""The night's last task as Airflow runs it: what its log says, in which order, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import deltalake
import pyarrow as pa
import pytest

from jobs.lake.tables import RUNS, SEGMENT_RUNS, Table
from jobs.runs.step_pins import EvaluatePin, IngestPin, OpeningPin, PackPin, PublishPin, pins_as_rows
from jobs.settings import CHECKOUT

AS_OF = "1998-07-01T00:00"
MIDNIGHT = datetime(1998, 7, 1, 4, tzinfo=UTC)  # in New York
PUBLISHED = [f"segment_{number:02}" for number in range(30)]
REFUSED = "delivery 1998-06-30 was refused: order/1998-06-30.csv: found 0 rows. Deliver it again, corrected."


def write(lake: Path, table: Table, rows: list[dict[str, Any]]) -> None:
    deltalake.write_deltalake(str(lake / table.path), pa.Table.from_pylist(rows, schema=table.schema))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of a night with 30 segments published, one held, one failed, one delivery refused; the steps are marked as done."""
    lake = tmp_path_factory.mktemp("lake")
    steps = (OpeningPin("inputs"), IngestPin(1), PackPin(1), EvaluatePin({}, 1.0), PublishPin())
    pins = pins_as_rows({pin.step: pin for pin in steps})
    run = {"run_no": 1, "as_of": MIDNIGHT, "state": "published", "specs_hash": "s", "catalog_hash": "c", "tzdata": "t"}
    pinned = {"lists": "{}", "pins": json.dumps(pins), "failed_sources": json.dumps({"order": REFUSED}), "steps": "{}"}
    write(lake, RUNS, [{**run, **pinned}])
    row = {"run_no": 1, "as_of": MIDNIGHT, "seconds": 1.0, "reset": True}
    write(
        lake,
        SEGMENT_RUNS,
        [
            *({**row, "segment": id_, "status": "published", "members": 7} for id_ in PUBLISHED),
            {**row, "segment": "too_few", "status": "held", "members": 1, "reason": "1 member, at least 5 expected"},
            {**row, "segment": "buyers", "status": "failed", "reason": f"source order failed: {REFUSED}"},
        ],
    )
    env = {**os.environ, "MUSTER_LAKE": str(lake), "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags")}
    airflow = str(Path(sys.executable).with_name("airflow"))
    subprocess.run([airflow, "db", "migrate"], env=env, cwd=CHECKOUT, capture_output=True, check=True)
    skipped = ["--mark-success-pattern", "ingest|pack|evaluate|publish"]
    command = [airflow, "dags", "test", "nightly_segments", "--conf", json.dumps({"as_of": AS_OF}), *skipped]
    ended = subprocess.run(command, env=env, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ended.returncode != 0, ended.stdout
    return ended.stdout + ended.stderr


def test_the_whole_table_stands_in_the_log_before_the_task_fails(log: str) -> None:
    before, failed, _ = log.partition("Task failed with exception")
    assert failed
    assert [id_ for id_ in PUBLISHED if f"│ {id_} " not in before] == []


def test_what_was_refused_stands_above_the_table_apart_from_what_was_held_and_what_failed(log: str) -> None:
    above = log.partition("┃ id")[0]
    assert f"source order: {REFUSED}" in above
    assert "held too_few: 1 member, at least 5 expected" in above
    assert "failed buyers: source order failed: " in above


@pytest.mark.parametrize(
    ("level", "line"), [("error", "source order"), ("warning", "held too_few"), ("error", "failed buyers")]
)
def test_airflows_page_shows_each_kind_in_its_colour(log: str, level: str, line: str) -> None:
    (logged,) = [one for one in log.splitlines() if f"]   {line}: " in one]
    assert f"[{level:9}]" in logged


def test_the_exception_says_of_which_night_and_how_many(log: str) -> None:
    verdict = f"as of {AS_OF}, run 1: 30 published, 1 held, 1 failed; 1 source failed: order"
    assert f"AirflowException: The night is not green: {verdict}. The reasons stand above the table." in log
