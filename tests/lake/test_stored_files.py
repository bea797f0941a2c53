"""Files of a table handed out in pieces: every row is in one of them, and files that cannot matter are left out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.errors import Unreachable
from jobs.lake.file_commits import last_commit, put_table
from jobs.lake.stored_files import FilePiece, complete_runs, files_at, pieces, read_file_rows, read_piece
from jobs.lake.tables import DELIVERY_NO, source_table

TABLE = source_table("order", pa.schema([("amount", pa.int64())]))


def put(lake: str, delivery_no: int, amounts: range) -> None:
    rows = {DELIVERY_NO: [delivery_no] * len(amounts), "amount": list(amounts)}
    put_table(lake, TABLE, pa.table(rows, schema=TABLE.schema))


def test_pieces_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.lake.table_files.ROW_GROUP_BYTES", 160)  # ten rows
    lake = str(tmp_path)
    put(lake, 1, range(95))
    put(lake, 2, range(100, 105))
    files = files_at(lake, TABLE, column=DELIVERY_NO)
    assert sorted((file.rows, file.low, file.high) for file in files) == [(5, 2, 2), (95, 1, 1)]
    cut = pieces(lake, TABLE, files, rows_at_once=30)
    assert sorted(piece.rows for piece in cut) == [5, 5, 30, 30, 30]
    read = [
        n for piece in cut for rows in read_piece(lake, TABLE, piece, ["amount"]) for n in rows["amount"].to_pylist()
    ]
    assert sorted(read) == [*range(95), *range(100, 105)]
    assert sorted(read_file_rows(lake, TABLE, files, ["amount"])["amount"].to_pylist()) == sorted(read)


def test_a_file_that_holds_none_of_the_deliveries_is_told(tmp_path: Path) -> None:
    put(str(tmp_path), 3, range(1))
    (file,) = files_at(str(tmp_path), TABLE, column=DELIVERY_NO)
    assert (file.may_hold([1, 2]), file.may_hold([1, 3])) == (False, True)
    (unknown,) = files_at(str(tmp_path), TABLE)
    assert unknown.may_hold([1])


def test_files_are_those_of_a_version_and_none_where_there_is_no_table(tmp_path: Path) -> None:
    lake = str(tmp_path)
    assert files_at(lake, TABLE) == []
    put(lake, 1, range(2))
    version, _ = last_commit(lake, TABLE, "nobody")
    put(lake, 2, range(3))
    assert [file.rows for file in files_at(lake, TABLE, version)] == [2]
    assert sum(file.rows for file in files_at(lake, TABLE)) == 5
    with pytest.raises(Unreachable):
        files_at(lake, TABLE, 99)


def test_a_file_that_is_gone_is_named_with_what_to_do(tmp_path: Path) -> None:
    put(str(tmp_path), 1, range(2))
    files = files_at(str(tmp_path), TABLE)
    (tmp_path / TABLE.path / files[0].path).unlink()
    with pytest.raises(Unreachable, match=r"the table says that it holds it\. Run the step again"):
        read_file_rows(str(tmp_path), TABLE, files, ["amount"])


def test_row_groups_without_a_missing_value_are_told_apart_from_those_with_one(tmp_path: Path) -> None:
    """Of a file's four row groups the first two are whole, and the third has none."""
    folder = tmp_path / TABLE.path
    folder.mkdir(parents=True)
    amounts = pa.table({"amount": pa.array([1, 2, 3, 4, None, 6, 7, 8], pa.int64())})
    pq.write_table(amounts, folder / "a.parquet", row_group_size=2)
    whole = FilePiece("a.parquet", 0, -1, 8)
    runs = list(complete_runs(str(tmp_path), TABLE, whole, "amount"))
    assert runs == [
        (FilePiece("a.parquet", 0, 2, 4), True),
        (FilePiece("a.parquet", 2, 3, 2), False),
        (FilePiece("a.parquet", 3, 4, 2), True),
    ]
    part = FilePiece("a.parquet", 1, 3, 4)
    assert [is_whole for _, is_whole in complete_runs(str(tmp_path), TABLE, part, "amount")] == [True, False]
    assert list(complete_runs(str(tmp_path), TABLE, part, "number")) == [(part, False)]
    without = list(complete_runs(str(tmp_path), TABLE, whole, "amount", but=[2, 9]))
    assert without == [
        (FilePiece("a.parquet", 0, 1, 2), False),
        (FilePiece("a.parquet", 1, 2, 2), True),
        *runs[1:],
    ], "of a value that counts for none only its own row group is told"
