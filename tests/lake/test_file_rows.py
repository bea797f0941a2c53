"""Rows read file by file: filtered as asked, typed as the table says, and no process is aborted at its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from jobs.lake.file_commits import add_files
from jobs.lake.file_rows import Filter, rows_of_files
from jobs.lake.reads import read_rows
from jobs.lake.table_files import TableFileWriter
from jobs.lake.tables import MEMBERSHIPS
from jobs.settings import CHECKOUT

ROWS = [
    {"source": source, "bucket": bucket, "name": name, "at": bucket * 10}
    for source in ("order", "visit")
    for bucket, name in ((1, "a"), (2, "b"), (3, None), (4, "d"))
]
SCHEMA = pa.schema([("source", pa.string()), ("bucket", pa.int32()), ("name", pa.string()), ("at", pa.int64())])
ENDINGS = 8


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two files for each source; one column came later."""
    path = str(tmp_path_factory.mktemp("lake") / "table")
    first, second = ROWS[:2] + ROWS[4:6], ROWS[2:4] + ROWS[6:]
    old = pa.Table.from_pylist(first, SCHEMA).drop_columns(["at"])
    write_deltalake(path, old, partition_by=["source"])
    write_deltalake(path, pa.Table.from_pylist(second, SCHEMA), mode="append", schema_mode="merge")
    return path


@pytest.mark.parametrize(
    ("filters", "buckets"),
    [
        ((), [1, 1, 2, 2, 3, 3, 4, 4]),
        ([("source", "=", "order")], [1, 2, 3, 4]),
        ([("source", "in", ["visit", "other"]), ("bucket", ">=", 3)], [3, 4]),
        ([("bucket", "in", [2, 4])], [2, 2, 4, 4]),
        ([("name", "=", "b")], [2, 2]),
        ([("name", "=", "d"), ("source", "=", "nobody")], []),
        ([("bucket", "=", 9)], []),
    ],
)
def test_rows_are_those_for_which_every_filter_holds(table: str, filters: Sequence[Filter], buckets: list[int]) -> None:
    rows = rows_of_files(DeltaTable(table), ["bucket"], filters)
    assert rows.schema.names == ["bucket"]
    assert sorted(rows["bucket"].to_pylist()) == buckets


def test_columns_come_as_the_table_has_them_and_null_where_a_file_is_older(table: str) -> None:
    rows = rows_of_files(DeltaTable(table), ["at", "source", "bucket"], [("source", "=", "visit")])
    assert rows.schema.types == [pa.int64(), pa.string(), pa.int32()]
    assert sorted(rows.to_pylist(), key=lambda row: row["bucket"]) == [
        {"at": None, "source": "visit", "bucket": 1},
        {"at": None, "source": "visit", "bucket": 2},
        {"at": 30, "source": "visit", "bucket": 3},
        {"at": 40, "source": "visit", "bucket": 4},
    ]


@pytest.mark.parametrize(
    ("bucket", "whole"), [(0, [("s0", 0)]), (2, [("s2", 2), ("s5", 2)]), (3, [("s3", 3)]), (9, [])]
)
def test_of_a_file_only_row_groups_that_may_hold_a_row_are_read(
    lake: str, bucket: int, whole: list[tuple[str, int]]
) -> None:
    """The first file's groups are 0, 1 and 4, 6: none may hold a 2, though by the log's extremes the file may."""
    for groups in (((0, 1), (4, 6)), ((2, 3), (2,))):
        writer = TableFileWriter(lake, MEMBERSHIPS)
        for number, group in enumerate(groups):
            rows = [
                {"segment": f"s{bucket + 3 * number}", "bucket": bucket, "run_no": 1, "members": 0} for bucket in group
            ]
            for batch in pa.Table.from_pylist(rows, MEMBERSHIPS.schema).to_batches():
                writer.write(batch)
            writer.flush()
        file = writer.close()
        assert file is not None
        add_files(lake, MEMBERSHIPS, [file])
    rows = read_rows(lake, MEMBERSHIPS, ["segment", "bucket"], [("bucket", "=", bucket)]).to_pylist()
    assert sorted((row["segment"], row["bucket"]) for row in rows) == whole


def test_a_process_that_wrote_and_ends_behind_a_read_ends_well(tmp_path: Path) -> None:
    """With Arrow's datasets about one of four was aborted (exit 134) when all its work was done."""
    code = (
        "import sys; from jobs.lake.file_commits import put_rows; from jobs.lake.reads import table_rows; "
        "from jobs.lake.tables import CLAIMS; "
        "put_rows(sys.argv[1], CLAIMS, [{'key': 'k', 'fingerprint': 'f', 'state': 'open'}]); "
        "assert len(table_rows(sys.argv[1], CLAIMS)) == 1"
    )
    commands = [[sys.executable, "-c", code, str(tmp_path / str(number))] for number in range(ENDINGS)]
    ended = [subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False) for command in commands]
    assert [(one.returncode, one.stderr) for one in ended] == [(0, "")] * ENDINGS


def test_no_module_reads_through_datasets() -> None:
    words = ("to_pyarrow_table", "to_pyarrow_dataset", "pyarrow.dataset", "pq.read_table")
    readers = {
        str(path.relative_to(CHECKOUT)): word
        for path in (CHECKOUT / "jobs").rglob("*.py")
        for word in words
        if word in path.read_text(encoding="utf-8")
    }
    assert readers == {}
