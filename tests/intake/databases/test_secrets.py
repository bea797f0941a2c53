"""A password is planted, tables are read by Spark's workers, and it is looked for wherever it must not be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from urllib.parse import quote

import pyspark

from jobs.errors import SETTINGS
from jobs.settings import CHECKOUT
from tests.intake.databases.relational import DatabaseCompany
from tests.intake.databases.servers import PASSWORD, Postgres

SPELLED = {
    PASSWORD.encode(),
    quote(PASSWORD, safe="").encode(),
    quote(PASSWORD).encode(),
    repr(PASSWORD)[1:-1].encode(),
}


def shown_in(data: bytes) -> bool:
    return any(spelling in data for spelling in SPELLED)


class ProcessList(threading.Thread):
    """Everything that stood in the list of processes meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: set[bytes] = set()
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.05):
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.lines.add(file.read_bytes())
                except OSError:
                    continue


def sync(
    root: Path, company: DatabaseCompany, connection: str, day: int, spark: str = "", **more: str
) -> tuple[subprocess.CompletedProcess[bytes], ProcessList]:
    """The verb in a process of its own, as a Spark job whose event log is kept, every step of it at debug."""
    conf = root / "conf"
    shutil.copytree(
        CHECKOUT / "conf", conf, ignore=shutil.ignore_patterns("setup", "typings", "catalog"), dirs_exist_ok=True
    )
    (root / "events").mkdir(exist_ok=True)
    with (conf / "spark-defaults.conf").open("a") as file:
        file.write(
            f"\nspark.eventLog.enabled true\nspark.eventLog.dir file://{root}/events\nspark.log.level INFO\n{spark}\n"
        )
    settings = (conf / "settings.yaml").read_text()
    (conf / "settings.yaml").write_text(re.sub(r"ingest_here_bytes: \d+", "ingest_here_bytes: 0", settings))
    company.catalog()
    env = os.environ | {
        "MUSTER_CONF": str(conf),
        "MUSTER_LAKE": company.lake,
        "MUSTER_LANDING": str(root / "landing"),
        "MUSTER_CATALOG": str(root / "catalog"),
        "AIRFLOW_CONN_SHOP": connection,
        **more,
    }
    seen = ProcessList()
    seen.start()
    command = [sys.executable, "-m", "jobs", "sync", "--as-of", f"2026-11-{day}T00:00", "--ahead"]
    ended = subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, check=False)
    seen.done.set()
    seen.join()
    return ended, seen


def test_a_password_is_nowhere(postgres: Postgres, tmp_path: Path) -> None:
    schema = f"s{uuid.uuid4().hex[:8]}"
    postgres.run(
        f"CREATE SCHEMA {schema}",
        f"GRANT USAGE ON SCHEMA {schema} TO reader",
        f"CREATE TABLE {schema}.customers AS SELECT i AS id, 'AT' AS country, NULL::date AS born_on "
        "FROM generate_series(1, 9) i",
        f"CREATE TABLE {schema}.orders AS SELECT i AS order_id, 1 + i % 9 AS customer_id, "
        "'2026-01-01'::timestamptz AS ordered_at, i AS amount, true AS gift FROM generate_series(1, 90) i",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
    )
    company = DatabaseCompany.under(tmp_path, schema)
    ended, seen = sync(tmp_path, company, postgres.uri(), 24)
    assert ended.returncode == 0, ended.stderr.decode()
    assert b"2 of 2 tables taken in, 99 rows" in ended.stdout
    assert len(company.stored("order", "order_id")) == 90
    events = [file for file in (tmp_path / "events").rglob("*") if file.is_file()]
    assert events, "Spark's workers read it, and its event log says so"
    assert any(b"jobs" in line for line in seen.lines)
    wrong, seen_wrong = sync(tmp_path, company, postgres.uri("nobody"), 25)
    assert wrong.returncode in (20, 21), wrong.stderr.decode()
    places = {str(file): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    places |= {"printed": ended.stdout + ended.stderr + wrong.stdout + wrong.stderr}
    places |= {"processes": b"\n".join(seen.lines | seen_wrong.lines)}
    assert [place for place, data in places.items() if shown_in(data)] == []
    assert shown_in(postgres.uri().encode()), "it would have been found"


def test_a_cluster_without_a_mounted_secret_is_told_before_it_is_asked(postgres: Postgres, tmp_path: Path) -> None:
    """Its workers would have no login: what the driver's environment says never goes to them."""
    schema = f"s{uuid.uuid4().hex[:8]}"
    postgres.run(
        f"CREATE SCHEMA {schema}",
        f"GRANT USAGE ON SCHEMA {schema} TO reader",
        f"CREATE TABLE {schema}.customers AS SELECT 1 AS id, 'AT' AS country, NULL::date AS born_on",
        f"CREATE TABLE {schema}.orders "
        "(order_id int, customer_id int, ordered_at timestamptz, amount numeric, gift boolean)",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
    )
    spark_home, scratch = tmp_path / "spark", tmp_path / "scratch"
    spark_home.mkdir()
    scratch.mkdir()
    for name in ("bin", "jars", "python"):  # executors work in a folder of Spark's home
        (spark_home / name).symlink_to(Path(pyspark.__file__).parent / name)
    places = {"SPARK_HOME": str(spark_home), "SPARK_LOCAL_DIRS": str(scratch)}
    company = DatabaseCompany.under(tmp_path, schema)
    ended, _ = sync(tmp_path, company, postgres.uri(), 24, "spark.master local-cluster[1,1,1024]", **places)
    told = ended.stdout + ended.stderr
    assert ended.returncode == SETTINGS, told.decode()
    assert b"a cluster's workers read its tables and have no login; MUSTER_CONNECTIONS is not set" in told
    assert not shown_in(told)
    assert not (tmp_path / "lake" / "sources").exists()
