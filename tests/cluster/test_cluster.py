"""A night by executors that have only what `make package` makes, and by Spark's workers here: the same members, however the
work is cut, and whoever is killed while it writes."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyspark
import pytest

from jobs.errors import DONE, UNREACHABLE
from jobs.kernel.bucket_rows import BUCKET
from jobs.lake.reads import table_rows
from jobs.lake.stored_files import files_at
from jobs.lake.tables import MEMBERSHIPS, TILES, Table, source_table
from jobs.settings import CHECKOUT
from jobs.steps import run
from tests.cluster.driving import ANSWER, AS_OF
from tests.cluster.watching import executor_above, kill_whole, stop_a_writer
from tests.conftest import FOR_TESTS
from tests.steps.night import CONTACTS, ORDER, deliver, settings_of, write_catalog

PEOPLE = 2 * BUCKET + 4000
DAYS = range(10, 20)
ORDERS_A_DAY = 4000
WHERE: dict[str, dict[str, Any]] = {
    "germans": {"where": {"attribute": "country", "is": "DE"}},
    "buyers": {"where": {"event": "order", "count": {"at_least": 2}}},
    "big": {
        "where": {"event": "order", "sum": {"of": "amount", "at_least": 60}},
        "keep": {"count": 500, "by": {"random": "a"}},
    },
    "early": {"where": {"event": "order", "within": {"days_ago": [8, 12]}}},
}
STEPS = ("ingest", "pack", "evaluate")
TABLES: dict[str, Table] = {"ingest": source_table("order", pa.schema([])), "pack": TILES, "evaluate": MEMBERSHIPS}
"""Where each step writes."""
TRIES = 15
"""A file is written in milliseconds, and whoever looks must share the cores; most are seen in the first night."""


@dataclass
class Driver:
    """A process that runs steps on Spark. `places`: what its workers import from."""

    process: subprocess.Popen[str]
    places: Sequence[str] = ()

    def ask(self, root: Path, step: str, parts: int = 4) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"root": str(root), "step": step, "parts": parts}) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(ANSWER):
                return json.loads(line.removeprefix(ANSWER))
        pytest.fail("the driver ended")

    def does(self, root: Path, steps: Iterable[str], parts: int = 4) -> None:
        for step in steps:
            assert self.ask(root, step, parts)["code"] == DONE

    def ask_and_kill(self, root: Path, step: str, victim: Callable[[int], int]) -> tuple[dict[str, Any], Path | None]:
        """What it answers when a worker that is writing is stopped and its `victim` killed, and the file, under its table;
        None where every file was written while nobody looked."""
        answers: list[dict[str, Any]] = []
        asking = threading.Thread(target=lambda: answers.append(self.ask(root, step)))
        asking.start()
        folder = f"{root}/lake/{TABLES[step].path}"
        writer = stop_a_writer(self.process.pid, folder, answers)
        if writer is not None:
            kill_whole(victim(writer[0]))
        asking.join()
        return answers[0], None if writer is None else Path(writer[1]).relative_to(folder)


@contextmanager
def driving(home: Path, settings: dict[str, str]) -> Iterator[Driver]:
    """A driver under conf/spark-defaults.conf with these settings. It is killed in the end, and so clears up nothing: what
    it and its executors leave (a gigabyte for each) lies under `home`, and goes with them."""
    conf, spark_home, scratch = home / "conf", home / "spark", home / "scratch"
    shutil.copytree(CHECKOUT / "conf", conf, ignore=shutil.ignore_patterns("setup", "catalog", "typings"))
    with (conf / "spark-defaults.conf").open("a") as file:
        file.writelines(f"{name} {value}\n" for name, value in (FOR_TESTS | settings).items())
    spark_home.mkdir()
    scratch.mkdir()
    own_scratch = {"SPARK_LOCAL_DIRS": str(scratch), "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={scratch}"}
    for name in ("bin", "jars", "python"):  # executors work in a folder of Spark's home
        (spark_home / name).symlink_to(Path(pyspark.__file__).parent / name)
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.driving", str(conf)],
            cwd=CHECKOUT, env=os.environ | {"SPARK_HOME": str(spark_home)} | own_scratch,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            driver = Driver(process)
            driver.places = driver.answer()["places"]
            yield driver
        finally:
            kill_whole(process.pid)  # an orderly end takes a minute, in which lost executors are started again
            process.communicate()
            for left in (spark_home, scratch):
                shutil.rmtree(left, ignore_errors=True)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People of three buckets and their orders of ten days, landed; each night of a test has a lake of its own."""
    root = tmp_path_factory.mktemp("company")
    dice = random.Random(3)
    people = [f"c{number:06}" for number in range(PEOPLE)]
    rows = (f"{one},{dice.choice(['AT', 'DE'])},19{dice.randrange(50, 99)}-05-01" for one in people)
    deliver(root, "contacts/2026-11-10.csv", "contact_id,country,born_on", *rows)
    for day in DAYS:
        orders = (
            f"{dice.choice(people)},2026-11-{day}T10:00,{dice.randrange(1, 9000) / 100}" for _ in range(ORDERS_A_DAY)
        )
        deliver(root, f"order/2026-11-{day}.csv", "customer_id,ordered_at,amount", *orders)
    for id_, spec in WHERE.items():
        file = root / "specs" / "all" / f"{id_}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"version": 1, "id": id_, "name": id_, **spec, "expect": {"at_least": 0}}))
    write_catalog(root, {"contacts": CONTACTS, "order": ORDER})
    return root


def lake_of(company: Path, root: Path) -> Path:
    """The same company with a lake that is not there yet."""
    root.mkdir()
    for name in ("landing", "specs", "catalog"):
        (root / name).symlink_to(company / name)
    return root


@pytest.fixture(scope="module")
def here(company: Path) -> str:
    """What this process comes to, which starts no Spark."""
    assert run.run(settings_of(company), AS_OF).exit_code == DONE
    told = members(company)
    assert {segment for segment, *_ in told} == set(WHERE)
    assert {bucket for _, bucket, *_ in told} == {0, 1, 2}
    return digest(company)


def members(root: Path) -> list[tuple[Any, ...]]:
    rows = table_rows(str(root / "lake"), MEMBERSHIPS, ["segment", "bucket", "members", "bits"])
    return sorted((row["segment"], row["bucket"], row["members"], bytes(row["bits"] or b"")) for row in rows)


def digest(root: Path) -> str:
    return sha256(repr(members(root)).encode()).hexdigest()


def nobodys(root: Path, table: Table) -> set[str]:
    """Data files in a table's folder that no commit has ever named."""
    folder = root / "lake" / table.path
    named = {file.path for file in files_at(str(root / "lake"), table)}
    return {
        str(path.relative_to(folder)) for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts
    } - named


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """Two executors that are processes of their own, with the archive and nothing of the checkout."""
    home = tmp_path_factory.mktemp("cluster")
    packaging = [sys.executable, "conf/setup/package.py", str(home), "--plain"]
    subprocess.run(packaging, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    archive = home / "muster-executors.tar.gz"
    settings = {
        "spark.master": "local-cluster[2,1,1024]",
        "spark.archives": f"{archive}#environment",
        "spark.pyspark.python": "./environment/bin/python",
        "spark.executorEnv.PYTHONPATH": "",
    }
    with driving(home, settings) as driver:
        yield driver
    shutil.rmtree(home, ignore_errors=True)  # the last executor may still be at its farewell


def test_executors_import_jobs_from_what_was_packaged_and_have_no_checkout(cluster: Driver) -> None:
    own = [place for place in cluster.places if place.endswith("/jobs/__init__.py")]
    assert len(own) == 2
    assert all(place.endswith("environment/lib/python3.11/site-packages/jobs/__init__.py") for place in own)
    assert [place for place in cluster.places if place == str(CHECKOUT) or place.startswith(f"{CHECKOUT}/jobs")] == []


@pytest.mark.parametrize("parts", [1, 2, 7, 200])
def test_executors_come_to_the_same_in_any_number_of_parts(
    cluster: Driver, company: Path, here: str, tmp_path: Path, parts: int
) -> None:
    root = lake_of(company, tmp_path / "night")
    cluster.does(root, STEPS, parts)
    assert digest(root) == here
    assert [path for table in TABLES.values() for path in nobodys(root, table)] == []


@pytest.mark.parametrize("killed", STEPS)
def test_an_executor_killed_while_it_writes_is_made_up_for(
    cluster: Driver, company: Path, here: str, tmp_path: Path, killed: str
) -> None:
    """Nobody runs anything again: Spark gives the task to another executor."""
    before, after = STEPS[: STEPS.index(killed)], STEPS[STEPS.index(killed) + 1 :]
    for number in range(TRIES):
        root = lake_of(company, tmp_path / f"night{number}")
        cluster.does(root, before)
        answer, file = cluster.ask_and_kill(root, killed, executor_above)
        assert answer["code"] == DONE
        if file is not None:
            cluster.does(root, after)
            assert digest(root) == here
            # Ingest removes what its attempt did not need; elsewhere it is the one file that nobody knows.
            assert nobodys(root, TABLES[killed]) == (set() if killed == "ingest" else {str(file)})
            return
    pytest.fail(f"no worker was seen writing in {TRIES} nights")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    with driving(tmp_path_factory.mktemp("local"), {"spark.master": "local[2]"}) as driver:
        yield driver


@pytest.mark.parametrize("killed", STEPS)
def test_a_worker_of_this_machine_killed_while_it_writes_ends_the_step_by_name_and_again_finishes_it(
    local: Driver, company: Path, here: str, tmp_path: Path, killed: str
) -> None:
    before, again = STEPS[: STEPS.index(killed)], STEPS[STEPS.index(killed) :]
    for number in range(TRIES):
        root = lake_of(company, tmp_path / f"night{number}")
        local.does(root, before)
        answer, file = local.ask_and_kill(root, killed, lambda worker: worker)
        if file is not None:
            assert (answer["code"], "a worker was ended from outside" in answer["message"]) == (UNREACHABLE, True)
            assert files_at(str(root / "lake"), TABLES[killed]) == []
            local.does(root, again)
            assert digest(root) == here
            assert killed == "ingest" or str(file) in nobodys(root, TABLES[killed])
            return
        assert answer["code"] == DONE
    pytest.fail(f"no worker was seen writing in {TRIES} nights")
