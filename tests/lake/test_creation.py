"""Tables are made whole or not at all, by one of several, and after whatever a dead predecessor left."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from jobs.errors import UNREACHABLE, Unreachable
from jobs.lake.creation import ensure, exists
from jobs.lake.file_commits import put_rows
from jobs.lake.reads import table_rows
from jobs.lake.tables import CLAIMS, Table
from tests.lake.every_table import TABLES
from tests.lake.spark_tables import rows_of

BEGUN = {
    "its folder": "",
    "the folder of its log": "_delta_log/",
    "a commit of Spark's that was not put in its place": "_delta_log/.00000000000000000000.json.0a1b.tmp",
    "a commit of delta-rs that was not put in its place": "_delta_log/_commit_0a1b.json.tmp",
    "a file of rows": "part-00000-0a1b.snappy.parquet",
}
"""What a maker may leave, in the order in which it is written."""


def first_commit(lake: Path | str, table: Table) -> dict[str, Any]:
    """Columns, partitions, properties and protocol in the first commit, which is the only one."""
    (commit,) = (Path(lake) / table.path / "_delta_log").glob("0*.json")
    actions = {name: action for line in commit.read_text().splitlines() for name, action in json.loads(line).items()}
    metadata = actions["metaData"]
    return {
        "protocol": actions["protocol"],
        "columns": json.loads(metadata["schemaString"]),
        **{name: metadata[name] for name in ("partitionColumns", "configuration", "format")},
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every table, made in peace."""
    lake = tmp_path_factory.mktemp("whole")
    ensure(str(lake), *TABLES)
    return lake


def test_tables_have_the_columns_that_spark_is_told(spark: SparkSession, whole: Path) -> None:
    for table in TABLES:
        assert rows_of(spark, str(whole), table).schema == StructType.fromDDL(table.ddl), table.path


@pytest.mark.parametrize("stopped_by", ["killed", "full"])
def test_a_table_whose_making_was_stopped_at_any_byte_is_none_and_is_made_by_the_next(
    tmp_path: Path, whole: Path, stopped_by: str
) -> None:
    command = [sys.executable, "-m", "tests.lake.interrupting", str(tmp_path), "tables", stopped_by]
    ends = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert len(ends) == 4 * len(TABLES)
    by_path = {table.path: table for table in TABLES}
    for most, path, code, message in ends:
        lake, table = str(tmp_path / str(most)), by_path[path]
        assert code == (-signal.SIGXFSZ if stopped_by == "killed" else UNREACHABLE), (most, path)
        if stopped_by == "full":
            assert message.startswith(f"{lake}/{path}: cannot be made (")
        assert (Path(lake) / path / "_delta_log").is_dir()
        assert not exists(lake, table)
        assert table_rows(lake, table) == []
        ensure(lake, table)
        assert first_commit(lake, table) == first_commit(whole, table)


@pytest.mark.parametrize("left", range(1, len(BEGUN) + 1), ids=BEGUN)
def test_whatever_a_dead_maker_left_the_table_is_made_and_written(spark: SparkSession, lake: str, left: int) -> None:
    place = Path(lake) / CLAIMS.path
    for name in list(BEGUN.values())[:left]:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if name and not name.endswith("/"):
            (place / name).write_bytes(b'{"prot')
        else:
            (place / name).mkdir(exist_ok=True)
    assert rows_of(spark, lake, CLAIMS).count() == 0
    put_rows(lake, CLAIMS, [{"key": "k", "fingerprint": "f", "state": "open"}])
    assert [row["key"] for row in table_rows(lake, CLAIMS)] == ["k"]
    assert rows_of(spark, lake, CLAIMS).count() == 1


def test_of_several_makers_at_once_one_is_heard(tmp_path: Path, whole: Path) -> None:
    """Twelve rounds; in each, three processes that have waited for the same file to appear."""
    code = (
        "import sys, time; from pathlib import Path; import deltalake\n"
        "from jobs.lake.creation import ensure; from jobs.lake.tables import RUNS\n"
        "for number in range(12):\n"
        "    lake = Path(sys.argv[1]) / str(number); (lake / sys.argv[2]).touch()\n"
        "    while len(list(lake.glob('p*'))) < 3: pass\n"
        "    ensure(str(lake), RUNS)\n"
    )
    for number in range(12):
        (tmp_path / str(number)).mkdir()
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), f"p{number}"]) for number in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    runs = next(table for table in TABLES if table.path == "runs")
    for number in range(12):
        assert first_commit(tmp_path / str(number), runs) == first_commit(whole, runs)


def test_a_table_that_cannot_be_made_is_told_with_its_place_and_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file stands where the lake should be")
    with pytest.raises(Unreachable) as stopped:
        ensure(str(tmp_path / "lake"), CLAIMS)
    assert str(stopped.value).startswith(f"{tmp_path}/lake/claims: cannot be ")
