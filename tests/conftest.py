"""What every test may ask for: one Spark session for the whole run, started when the first test needs it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CHECKOUT = Path(__file__).resolve().parent.parent


FOR_TESTS = {
    # So that every machine cuts the same partitions.
    "spark.master": "local[2]",
    # Tables of tests have a few rows; each partition costs a task.
    "spark.sql.shuffle.partitions": "2",
    # A test's plan runs once, over a few rows: compiling it (Spark's generated Java, the JVM's second compiler) costs more
    # time than it saves. The code cache is as large as with both compilers; else it is swept over and over.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # One task for the state of a log of a few commits.
    "spark.databricks.delta.snapshotPartitions": "1",
}
"""What differs from conf/spark-defaults.conf, where each setting of a night has its reason."""


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The one session of a test run: a night's, with the settings above over it."""
    from jobs.lake.spark import session
    from jobs.settings import read_settings

    started = session(read_settings({}, CHECKOUT / "conf"), "tests", FOR_TESTS)
    # Its farewell would go to a stream that pytest has closed.
    logging.getLogger("py4j").setLevel(logging.WARNING)
    yield started
    started.stop()


@pytest.fixture
def lake(tmp_path: Path) -> str:
    """The root of a lake of this test's own, empty."""
    return str(tmp_path / "lake")
