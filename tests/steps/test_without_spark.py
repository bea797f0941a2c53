"""Steps whose work does not grow with rows: each a process of its own that has no Java and loads no Spark."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.errors import DONE
from jobs.settings import CHECKOUT
from jobs.steps import evaluate
from tests.steps.planted import Planted
from tests.steps.raced_company import rows_at

FIRST, SECOND = "1998-02-01T00:00", "1998-02-02T00:00"
LOADED = """
import atexit, sys
from jobs.__main__ import main
heavy = ("pyspark", "delta", "pandas", "numba", "great_expectations")
atexit.register(lambda: print("LOADED", [name for name in heavy if name in sys.modules]))
main()
"""


def verb(planted: Planted, *words: str) -> list[str]:
    """The lines of a verb that ends well."""
    env = os.environ | {
        "MUSTER_LAKE": planted.lake,
        "MUSTER_LANDING": planted.settings.landing,
        "MUSTER_SPECS": str(planted.settings.specs),
        "MUSTER_CATALOG": str(planted.settings.catalog),
        "MUSTER_TIME_ZONE": planted.settings.time_zone,
        "JAVA_HOME": "/nowhere",
    }
    command = [sys.executable, "-c", LOADED, *words]
    ended = subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)
    *lines, loaded = ended.stdout.splitlines()
    assert (ended.returncode, loaded) == (DONE, "LOADED []"), ended.stderr
    return lines


def test_publishing_freezing_reporting_and_taking_back_need_no_java(spark: SparkSession, tmp_path: Path) -> None:
    planted = Planted(spark, tmp_path)
    planted.spec("germans", {"attribute": "country", "is": "DE"}, publish="rows")
    planted.deliver([("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3)])
    planted.open(FIRST)
    evaluate.run(planted.settings, FIRST)
    assert verb(planted, "publish", "--as-of", FIRST) == ["run 1: 1 published"]
    planted.deliver([("ada", "DE", 1), ("cyd", "DE", 3)])
    planted.open(SECOND)
    evaluate.run(planted.settings, SECOND)
    assert verb(planted, "publish", "--as-of", SECOND) == ["run 2: 1 published"]
    assert planted.told(2) == {"germans": ("published", 2, 1, 1)}
    assert [row["contact_id"] for row in rows_at(planted.lake, "segments/germans")] == ["ada", "cyd"]
    verb(planted, "freeze", "--segment", "germans", "--list", "july", "--date", "1998-02-03", "--as-of", SECOND)
    verb(planted, "report", "--as-of", SECOND)
    verb(planted, "withdraw", "2", "--reason", "by mistake")
    assert [row["contact_id"] for row in rows_at(planted.lake, "segments/germans")] == ["ada", "bob"]
