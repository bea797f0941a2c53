"""Steps killed with SIGKILL in the middle, each in a process of its own: nothing half done shows, running again ends it.

The moments are seen from outside, by the files that appear on the lake.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.errors import DONE
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.stored_files import files_at
from jobs.lake.tables import source_table
from jobs.lists.listed_rows import rows_for_lists
from jobs.settings import CHECKOUT, Settings
from jobs.steps import evaluate, freeze, ingest, pack, publish
from tests.steps.night import Company
from tests.steps.planted import Planted
from tests.steps.raced_company import rows_at

AS_OF = "1998-02-01T00:00"
PEOPLE = [("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3)]
BOUGHT = [("ada", "1998-01-05", "10.00"), ("cyd", "1998-01-06", "20.00")]
PATIENCE_S = 240.0


@pytest.fixture
def planted(spark: SparkSession, tmp_path: Path) -> Planted:
    made = Planted(spark, tmp_path)
    made.spec("germans", {"attribute": "country", "is": "DE"})
    made.spec("buyers", {"event": "order"}, publish="rows")
    made.deliver(PEOPLE, BOUGHT)
    return made


def kill_when(settings: Settings, words: list[str], moment: Callable[[], bool]) -> None:
    """Starts a verb on the lake and kills it, JVM and all, as soon as the moment is there."""
    env = os.environ | {
        "MUSTER_LAKE": settings.lake,
        "MUSTER_LANDING": settings.landing,
        "MUSTER_SPECS": str(settings.specs),
        "MUSTER_CATALOG": str(settings.catalog),
        "MUSTER_TIME_ZONE": settings.time_zone,
    }
    command = [sys.executable, "-m", "jobs", *words]
    process = subprocess.Popen(
        command, cwd=CHECKOUT, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + PATIENCE_S
        while not moment():
            assert process.poll() is None, "the step ended before the moment was seen"
            assert time.monotonic() < end, "the moment never came"
            time.sleep(0.002)
        assert process.poll() is None, "the step had ended already"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def commits(table: Path) -> int:
    return len(list(table.glob("_delta_log/*.json")))


def data_files(table: Path) -> int:
    return len(list(table.rglob("*.parquet")))


@pytest.mark.parametrize("moment", ["while bitmaps are written", "after they are committed"])
def test_evaluate_killed_and_run_again_publishes_the_same(planted: Planted, moment: str) -> None:
    planted.open(AS_OF)
    table = Path(planted.lake) / "memberships"
    seen: dict[str, Callable[[], bool]] = {
        "while bitmaps are written": lambda: data_files(table) > 0,
        "after they are committed": lambda: commits(table) > 1,
    }
    kill_when(planted.settings, ["evaluate", "--as-of", AS_OF], seen[moment])
    assert read_segment_runs(planted.lake) == []
    assert evaluate.run(planted.settings, AS_OF).exit_code == DONE
    assert publish.run(planted.settings, AS_OF).exit_code == DONE
    assert planted.told(1) == {"buyers": ("published", 2, None, None), "germans": ("published", 2, None, None)}


@pytest.mark.parametrize("moment", ["while ids are written", "after they are committed"])
def test_freeze_killed_and_run_again_is_one_list(planted: Planted, moment: str) -> None:
    planted.night(AS_OF)
    lists = Path(planted.lake) / "lists"
    seen: dict[str, Callable[[], bool]] = {
        "while ids are written": lambda: data_files(lists) > 0,
        "after they are committed": lambda: any(lists.glob("july/*/*/_delta_log/*1.json")),
    }
    words = ["freeze", "--segment", "germans", "--list", "july", "--date", "1998-02-02", "--as-of", AS_OF]
    kill_when(planted.settings, words, seen[moment])
    assert rows_for_lists(planted.settings) == []
    outcome = freeze.run(planted.settings, AS_OF, segment="germans", list_name="july", date="1998-02-02")
    assert outcome.exit_code == DONE
    found = rows_for_lists(planted.settings)
    assert [(row["name"], row["version"], row["rows"]) for row in found] == [("july", 1, 2)]
    again = freeze.run(planted.settings, AS_OF, segment="germans", list_name="july", date="1998-02-02")
    assert again.details["path"] == found[0]["path"]
    assert len(rows_for_lists(planted.settings)) == 1


@pytest.mark.parametrize(
    "moment", ["while rows are staged", "once all are staged", "once contacts are heard", "once orders are heard"]
)
def test_ingest_killed_and_run_again_takes_every_row_in_once(spark: SparkSession, tmp_path: Path, moment: str) -> None:
    company = Company(spark, tmp_path)
    company.catalog()
    company.deliver("contacts/2026-11-23.csv", "contact_id,country,born_on", "ada,AT,", "bob,DE,")
    orders = ("ada,2026-11-01,1.00", "ada,2026-11-01,1.00", "bob,2026-11-02,2.00", "zoe,2026-11-02,4.00")
    company.deliver("order/2026-11-23.csv", "customer_id,ordered_at,amount", *orders)
    (tmp_path / "specs" / "all").mkdir(parents=True)
    lake = Path(company.lake)
    seen: dict[str, Callable[[], bool]] = {
        "while rows are staged": lambda: any(lake.glob("sources/contacts/*/*.parquet")),
        "once all are staged": lambda: any(lake.glob("staging/*/order/files.json")),
        "once contacts are heard": lambda: commits(lake / "deliveries") > 1,
        "once orders are heard": lambda: commits(lake / "deliveries") > 2,
    }
    kill_when(company.settings, ["ingest", "--as-of", "2026-11-24T00:00"], seen[moment])
    assert list(lake.glob("staging/*"))
    assert ingest.run(company.settings, "2026-11-24T00:00").exit_code == DONE
    assert pack.run(company.settings, "2026-11-24T00:00").exit_code == DONE
    assert [(who, amount) for who, _, amount in company.packed(1)["order"]] == [
        ("ada", 100),
        ("ada", 100),
        ("bob", 200),
    ]
    assert [len(rows_at(company.lake, f"sources/{source}")) for source in ("contacts", "order")] == [2, 4]
    ingest.run(company.settings, "2026-11-25T00:00")
    assert list(lake.glob("staging/*")) == []
    for source in ("contacts", "order"):
        table = lake / "sources" / source
        on_disk = {path.relative_to(table) for path in table.glob("*/*.parquet") if path.parent.name != "_delta_log"}
        assert on_disk == {Path(file.path) for file in files_at(company.lake, source_table(source, pa.schema([])))}
