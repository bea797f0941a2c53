"""Airflow for tests of DAG files: a home and a database of its own, set before Airflow is imported anywhere."""

from __future__ import annotations

import os
import tempfile

HOME = tempfile.mkdtemp(prefix="muster-airflow-")
os.environ.update(
    AIRFLOW_HOME=HOME,
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{HOME}/airflow.db",
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
)
