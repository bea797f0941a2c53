"""The DAG `sync_relational` as Airflow runs it, as a Spark job, on the sample company's databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import deltalake
import pytest

from jobs.settings import CHECKOUT
from tests.company.databases import served
from tests.company.shop import open_shop
from tests.company.shop_exports import contact_deliveries

AS_OF = "1998-07-01T00:00"
AIRFLOW = str(Path(sys.executable).with_name("airflow"))


@pytest.fixture
def company(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a night would find in the environment: the contacts in a lake, and connections to both databases."""
    for delivery in contact_deliveries(open_shop()):
        file = tmp_path / "landing" / delivery.path
        file.parent.mkdir(parents=True)
        file.write_bytes(delivery.content)
    with TemporaryDirectory(prefix="muster-served-") as folder, served(Path(folder)) as connections:
        env = os.environ | {f"AIRFLOW_CONN_{name.upper()}": uri for name, uri in connections.items()}
        env |= {
            "MUSTER_LAKE": str(tmp_path / "lake"),
            "MUSTER_LANDING": str(tmp_path / "landing"),
            "MUSTER_TIME_ZONE": "America/New_York",
            "PYTHONPATH": str(CHECKOUT),
            "PYSPARK_PYTHON": sys.executable,
            "AIRFLOW_CONN_SPARK_DEFAULT": json.dumps({"conn_type": "spark", "host": "local[1]"}),
            "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        }
        ingested = [
            sys.executable,
            "-m",
            "jobs",
            "ingest",
            "--source",
            "contacts",
            "--as-of",
            AS_OF,
            "--held-exit",
            "0",
        ]
        subprocess.run(ingested, env=env, cwd=CHECKOUT, capture_output=True, check=True)
        yield env


def test_the_sources_of_the_form_come_in_from_both_databases(company: dict[str, str]) -> None:
    subprocess.run([AIRFLOW, "db", "migrate"], env=company, cwd=CHECKOUT, capture_output=True, check=True)
    form = json.dumps({"as_of": AS_OF, "sources": ["booking", "call"]})
    command = [AIRFLOW, "dags", "test", "sync_relational", "--conf", form]
    ended = subprocess.run(command, env=company, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    rows = {
        source: len(deltalake.DeltaTable(f"{company['MUSTER_LAKE']}/sources/{source}").to_pyarrow_table())
        for source in ("booking", "call")
    }
    assert rows == {"booking": 7439, "call": 14335}
    assert "2 of 2 tables taken in, 21774 rows" in ended.stdout
    assert all(uri not in ended.stdout + ended.stderr for uri in (company["AIRFLOW_CONN_SHOP"], "postgres://reader"))
