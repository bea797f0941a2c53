"""What every test may ask for: one Spark session for the whole run, started when the first test needs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The session a night has, with the settings of conf/spark-defaults.conf, each with its reason there.

    What differs for tests: two cores, so that every machine cuts the same partitions, and a shuffle of two, because the
    tables of tests have a few rows and each partition costs a task.
    """
    from jobs.lake.spark import session

    started = session(SimpleNamespace(conf=CHECKOUT / "conf"), "tests", {"spark.master": "local[2]"})  # type: ignore[arg-type]
    started.conf.set("spark.sql.shuffle.partitions", "2")
    yield started
    started.stop()


@pytest.fixture
def lake(tmp_path: Path) -> str:
    """The root of a lake of this test's own, empty."""
    return str(tmp_path / "lake")
