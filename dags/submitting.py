"""How every DAG here runs a step: `python -m jobs VERB`, as a Spark job where its work grows with rows, else as a process.

Spark jobs (`sync`, `ingest`, `pack`, `evaluate`) are submitted on the connection `spark_default`. `publish`, `freeze` and
`report` work on bitmaps, counts and ids in the worker's own process, in seconds, and start no JVM.

No DAG stands in this file (`.airflowignore` names it). A missing `spark_default` silently means YARN, so the set-up
defines it; a missing pool `spark` leaves tasks waiting, so the set-up makes it, with one slot.
"""

from __future__ import annotations

import os
import sys
from zoneinfo import ZoneInfo

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Param

from jobs.settings import CHECKOUT, read_settings, spark_jars

ZONE = ZoneInfo(read_settings().time_zone)
"""The account's zone: where a night's midnight is."""

STEP_PYTHON = os.environ.get("PYSPARK_PYTHON", sys.executable)
STEP_ENVIRONMENT = {"PYTHONPATH": str(CHECKOUT), "PYSPARK_PYTHON": STEP_PYTHON, "PYSPARK_DRIVER_PYTHON": STEP_PYTHON}

ISO_INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?$"
LAST_MIDNIGHT = "(dag_run.logical_date or dag_run.run_after).astimezone(account_zone).strftime('%Y-%m-%dT00:00')"
AS_OF = f"{{{{ params.as_of or {LAST_MIDNIGHT} }}}}"
"""The instant of a night and of what is read ahead for it; `account_zone` is a macro of the DAG's."""


def as_of_param(description: str) -> Param:
    """The field of a form that says another instant than the one a run would have by itself."""
    return Param(None, type=["null", "string"], pattern=ISO_INSTANT, title="As of", description=description)


def spark_step(task_id: str, arguments: list[str]) -> SparkSubmitOperator:
    """One step of the command line as one Spark job, one at a time; its own retries are inside it, Airflow has none."""
    return SparkSubmitOperator(
        task_id=task_id,
        name=f"muster {task_id} as of {arguments[arguments.index('--as-of') + 1]}",
        conn_id="spark_default",
        application=f"{CHECKOUT}/jobs/__main__.py",
        application_args=arguments,
        properties_file=f"{CHECKOUT}/conf/spark-defaults.conf",
        conf=spark_jars(),
        env_vars=STEP_ENVIRONMENT,
        pool="spark",
        retries=0,
    )


def plain_step(task_id: str, arguments: list[str]) -> BashOperator:
    """One step of the command line as a process of its own, which starts no Spark; Airflow does not repeat it.

    Arguments reach it through the environment, so that none of them is ever read by the shell.
    """
    names = [f"ARGUMENT_{number}" for number in range(len(arguments))]
    words = " ".join(f'"${name}"' for name in names)
    return BashOperator(
        task_id=task_id,
        bash_command=f'exec "$PYSPARK_PYTHON" -m jobs {words}',
        env=STEP_ENVIRONMENT | dict(zip(names, arguments, strict=True)),
        append_env=True,
        cwd=str(CHECKOUT),
        # Whatever the code is, it is the step's: 99, which Airflow takes for "skipped" by itself, is none of ours.
        skip_on_exit_code=None,
        do_xcom_push=False,
        retries=0,
    )
