"""How Spark is started, and how its failures become ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.errors import SETTINGS, SettingsError, Unreachable
from jobs.lake.file_commits import put_rows
from jobs.lake.spark import RELIED_ON, reaching, read_defaults
from jobs.lake.tables import CLAIMS
from jobs.settings import CHECKOUT, spark_jars
from tests.lake.spark_tables import rows_of

LOST = "org.apache.hadoop.net: java.net.ConnectException: Connection refused"


def test_settings_are_read_as_spark_submit_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "spark-defaults.conf"
    file.write_text("# a comment\n\n spark.ui.enabled   false\nspark.a  b c # no comment\nspark.empty\n")
    assert read_defaults(file) == {"spark.ui.enabled": "false", "spark.a": "b c # no comment", "spark.empty": ""}


def test_what_the_code_relies_on_stands_in_the_file_too_so_that_spark_sql_agrees_with_us() -> None:
    defaults = read_defaults(CHECKOUT / "conf" / "spark-defaults.conf")
    assert {name: defaults.get(name) for name in RELIED_ON} == dict(RELIED_ON)


def test_a_session_is_handed_the_jars_that_the_set_up_fetched_and_looks_for_none(spark: SparkSession) -> None:
    handed = spark_jars()
    if not handed:
        pytest.skip("conf/setup/environment.sh was not sourced: Spark fetches the jars")
    assert spark.conf.get("spark.jars.packages") == ""
    assert {Path(jar).name for jar in (spark.conf.get("spark.jars") or "").split(",")} == {
        Path(jar).name for jar in handed["spark.jars"].split(",")
    }


def test_of_the_fetched_jars_those_are_kept_that_spark_lacks() -> None:
    kept = [Path(jar).name for jar in spark_jars().get("spark.jars", "").split(",") if jar]
    if not kept:
        pytest.skip("conf/setup/environment.sh was not sourced: Spark fetches the jars")
    assert any(name.startswith("io.delta_delta-spark_4.1_2.13-4.4.0") for name in kept)
    assert not any("hadoop-client" in name or "parquet-hadoop" in name for name in kept)


def test_a_missing_file_of_settings_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as stopped:
        read_defaults(tmp_path / "spark-defaults.conf")
    assert stopped.value.exit_code == SETTINGS
    assert str(stopped.value) == (
        f"{tmp_path}/spark-defaults.conf: the Spark settings cannot be read (No such file or directory). "
        "Put the file back from git, or point MUSTER_CONF at the folder that holds it."
    )


def test_a_lake_that_stays_away_ends_with_exit_30_and_the_next_step() -> None:
    with pytest.raises(Unreachable) as stopped, reaching("s3a://shop/lake/runs"):
        raise OSError(LOST)
    assert stopped.value.exit_code == 30
    assert str(stopped.value) == (
        "s3a://shop/lake/runs: cannot be reached (java.net.ConnectException). "
        "Nothing half done is visible; run the step again when it answers."
    )


def test_a_fault_of_the_work_itself_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), reaching("lake"):
        raise ZeroDivisionError


def test_what_a_worker_says_of_the_lake_is_told_as_it_said_it(spark: SparkSession) -> None:
    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches
        raise Unreachable("lake/programs/7/a.bin: another file.\nEvaluate again.")

    with pytest.raises(Unreachable) as stopped, reaching("lake"):
        spark.range(1).mapInArrow(work, "id BIGINT").collect()
    assert str(stopped.value) == "lake/programs/7/a.bin: another file.\nEvaluate again."


def test_a_full_disk_in_a_worker_is_no_bug(spark: SparkSession) -> None:
    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches
        with Path("/dev/full").open("w") as disk:
            disk.write("x")

    with pytest.raises(Unreachable, match=r"^lake: cannot be written \(No space left on device\)"), reaching("lake"):
        spark.range(1).mapInArrow(work, "id BIGINT").collect()


@pytest.mark.parametrize("gone", ["rows", "the whole folder"])
def test_a_table_that_vanishes_while_it_is_read_ends_with_30(spark: SparkSession, lake: str, gone: str) -> None:
    put_rows(lake, CLAIMS, [{"key": "k", "fingerprint": "f", "state": "open"}])
    rows = rows_of(spark, lake, CLAIMS)
    folder = Path(lake) / CLAIMS.path
    if gone == "rows":
        (file,) = folder.glob("*.parquet")
        file.unlink()
    else:
        folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(Unreachable) as stopped, reaching(lake):
        rows.collect()
    assert str(stopped.value).startswith(f"{lake}: was changed or taken away while it was read (")
