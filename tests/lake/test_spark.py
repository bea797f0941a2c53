"""How Spark is started, and how its failures become ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.errors import SETTINGS, SettingsError, Unreachable
from jobs.lake import spark as lake_spark
from jobs.lake.spark import RELIED_ON, reaching, read_defaults, retried
from jobs.settings import CHECKOUT

LOST = "org.apache.hadoop.net: java.net.ConnectException: Connection refused"


def test_settings_are_read_as_spark_submit_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "spark-defaults.conf"
    file.write_text("# a comment\n\n spark.ui.enabled   false\nspark.a  b c # no comment\nspark.empty\n")
    assert read_defaults(file) == {"spark.ui.enabled": "false", "spark.a": "b c # no comment", "spark.empty": ""}


def test_what_the_code_relies_on_stands_in_the_file_too_so_that_spark_sql_agrees_with_us() -> None:
    defaults = read_defaults(CHECKOUT / "conf" / "spark-defaults.conf")
    assert {name: defaults.get(name) for name in RELIED_ON} == dict(RELIED_ON)


def test_a_missing_file_of_settings_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as stopped:
        read_defaults(tmp_path / "spark-defaults.conf")
    assert stopped.value.exit_code == SETTINGS
    assert str(stopped.value) == (
        f"{tmp_path}/spark-defaults.conf: the Spark settings cannot be read (No such file or directory). "
        "Put the file back from git, or point MUSTER_CONF at the folder that holds it."
    )


def test_what_may_work_in_a_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake_spark, "WAIT_AT_MOST", 0)
    answers: list[Exception | str] = [OSError(LOST), OSError(LOST), "done"]

    def work() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert retried(work) == "done"


def test_a_lake_that_stays_away_ends_with_exit_30_and_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake_spark, "WAIT_AT_MOST", 0)
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise OSError(LOST)

    with pytest.raises(Unreachable) as stopped, reaching("s3a://shop/lake/runs"):
        retried(work)
    assert (len(tries), stopped.value.exit_code) == (5, 30)
    assert str(stopped.value) == (
        "s3a://shop/lake/runs: cannot be reached (java.net.ConnectException), and trying again did not help. "
        "Nothing half done is visible; run the step again."
    )


def test_a_fault_of_the_work_itself_is_not_tried_again_and_stays_what_it_is() -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), reaching("lake"):
        retried(work)
    assert len(tries) == 1
