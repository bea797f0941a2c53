"""Airflow for tests of DAG files: a home and a database of its own, set before Airflow is imported anywhere."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

HOME = tempfile.mkdtemp(prefix="muster-airflow-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ.update(
    AIRFLOW_HOME=HOME,
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{HOME}/airflow.db",
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
)


@pytest.fixture(scope="session")
def arguments_of() -> Callable[[Any], list[str]]:
    """What a task says on the command line of its step, be it a Spark job or a process."""

    def arguments(task: Any) -> list[str]:
        if task.task_type == "SparkSubmitOperator":
            return task.application_args
        return [task.env[name] for name in re.findall(r'"\$(ARGUMENT_\d+)"', task.bash_command)]

    return arguments
