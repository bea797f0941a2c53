"""What `make nightly` shows of Airflow's log."""

from __future__ import annotations

import pytest

from conf.setup.follow import worth_seeing

HOOK = "[airflow.task.hooks.airflow.providers.apache.spark.hooks.spark_submit.SparkSubmitHook] loc=spark_submit.py:965"
BOOKKEEPING = (
    "2026-11-24T12:24:40.3Z [info     ] Task instance state updated    [airflow.api] loc=task_instances.py:254"
)


def by_spark(text: str) -> str:
    return f"2026-11-24T12:24:43.0Z [info     ] {text} {HOOK}"


def by_process(text: str) -> str:
    hook = "[airflow.task.hooks.airflow.providers.standard.hooks.subprocess.SubprocessHook] loc=subprocess.py:106"
    return f"2026-11-24T12:24:43.0Z [info     ] {text}    {hook}"


def task(words: str) -> str:
    return f"2026-11-24T12:24:35.8Z [info     ] [DAG TEST] {words} [airflow.sdk.definitions.dag] loc=dag.py:1501"


HANDED_OVER: list[str] = []
FETCHED = [
    by_spark(":: loading settings :: url = jar:file:/pyspark/jars/ivy-2.5.3.jar!/org/apache/ivy/core/ivysettings.xml"),
    by_spark("Ivy Default Cache set to: /root/.ivy2.5.2/cache"),
    by_spark("found io.delta#delta-spark_4.1_2.13;4.4.0 in central"),
    by_spark("0 artifacts copied, 33 already retrieved (0kB/26ms)"),
]


@pytest.mark.parametrize("fetching", [HANDED_OVER, FETCHED], ids=["jars are handed over", "jars are fetched"])
def test_a_step_shows_its_own_lines_and_not_how_jars_are_found(fetching: list[str]) -> None:
    log = [
        "You might need to install the graphviz package and necessary system packages.",
        BOOKKEEPING,
        task("starting task_id=ingest map_index=-1"),
        task("running task <TaskInstance: nightly_segments.ingest>"),
        BOOKKEEPING,
        by_spark("Spark-Submit cmd: spark-submit --master local[2] jobs/__main__.py ingest"),
        by_spark("WARNING: Using incubator modules: jdk.incubator.vector"),
        *fetching,
        "26/11/24 12:24:45 WARN NativeCodeLoader: Unable to load native-hadoop library for your platform...",
        by_spark("Using Spark's default log4j profile: org/apache/spark/log4j2-defaults.properties"),
        by_spark("26/11/24 13:04:40 INFO SparkContext: Running Spark version 4.1.3"),
        by_spark('Setting Spark log level to "ERROR".'),
        by_spark("order: accepted, 69,659 rows, 4.1 s"),
        BOOKKEEPING,
        task("end task task_id=ingest map_index=-1"),
    ]
    shown = list(worth_seeing(log))
    assert shown[:2] == ["▸ ingest", "  order: accepted, 69,659 rows, 4.1 s"]
    assert shown[2].startswith("  ingest took ")
    assert len(shown) == 3


def test_a_step_that_is_no_spark_job_shows_its_own_lines_and_its_exit_code() -> None:
    log = [
        task("starting task_id=freeze map_index=-1"),
        by_process("Tmp dir root location: /tmp"),
        by_process("""Running command: ['/usr/bin/bash', '-c', 'exec "$PYSPARK_PYTHON" -m jobs "$ARGUMENT_0"']"""),
        by_process("Output:"),
        by_process("july of 1998-06-01 cannot be frozen on 1998-07-01: its launch day has passed."),
        by_process("Command exited with return code 22"),
        "2026-11-24T12:24:49.2Z [error    ] Task failed with exception     [task] loc=task_runner.py:1651",
        "airflow.sdk.exceptions.AirflowException: Bash command failed. The command returned a non-zero exit code 22.",
    ]
    ended = "  airflow.sdk.exceptions.AirflowException: the step ended with exit code 22."
    refused = "  july of 1998-06-01 cannot be frozen on 1998-07-01: its launch day has passed."
    assert list(worth_seeing(log)) == ["▸ freeze", refused, ended, "▸ freeze failed. It said last:", refused, ended]


def test_a_table_is_shown_line_by_line() -> None:
    log = [task("starting task_id=report map_index=-1"), "│ win_back │ published │ 1,986 │"]
    assert list(worth_seeing(log)) == ["▸ report", "  │ win_back │ published │ 1,986 │"]


def test_of_a_failure_the_reason_is_shown_and_airflows_traceback_is_not() -> None:
    log = [
        task("starting task_id=report map_index=-1"),
        "2026-11-24T12:24:49.2Z [error    ] Task failed with exception     [task] loc=task_runner.py:1651",
        "Traceback (most recent call last):",
        '  File "/site-packages/airflow/sdk/execution_time/task_runner.py", line 1579, in _run_task',
        "    result = _execute_task(context=context, ti=ti, log=log)",
        "airflow.sdk.exceptions.AirflowException: The night is not green: ingest did not succeed.",
        BOOKKEEPING,
    ]
    assert list(worth_seeing(log)) == [
        "▸ report",
        "  airflow.sdk.exceptions.AirflowException: The night is not green: ingest did not succeed.",
        "▸ report failed. It said last:",
        "  airflow.sdk.exceptions.AirflowException: The night is not green: ingest did not succeed.",
    ]


def test_what_a_failed_step_said_stands_at_the_end_and_the_long_command_nowhere() -> None:
    log = [
        task("starting task_id=pack map_index=-1"),
        by_spark("ValueError: a bug"),
        "2026-11-24T12:24:49.2Z [error    ] Task failed with exception     [task] loc=task_runner.py:1651",
        "airflow.sdk.exceptions.AirflowException: Cannot execute: spark-submit --master x pack. Error code is: 1.",
        task("end task task_id=pack map_index=-1"),
        task("starting task_id=report map_index=-1"),
        "│ win_back │ held │",
    ]
    ended = "  airflow.sdk.exceptions.AirflowException: spark-submit ended with exit code 1."
    shown = list(worth_seeing(log))
    assert shown[:3] == ["▸ pack", "  ValueError: a bug", ended]
    assert shown[-4:] == ["  │ win_back │ held │", "▸ pack failed. It said last:", "  ValueError: a bug", ended]


def test_a_steps_own_traceback_is_shown() -> None:
    log = [
        task("starting task_id=pack map_index=-1"),
        "Traceback (most recent call last):",
        "ValueError: a bug",
    ]
    assert list(worth_seeing(log)) == ["▸ pack", "  Traceback (most recent call last):", "  ValueError: a bug"]
