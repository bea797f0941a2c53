"""Commits without a JVM: once where that is asked, on what they replace, beside Spark's on one table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError
from pyspark.sql import SparkSession

from jobs.errors import Unreachable
from jobs.lake.claims import Claim, claim, settle
from jobs.lake.file_commits import (
    change_rows,
    check_writable,
    exchange_files_after,
    last_commit,
    put_rows,
    replace_files,
)
from jobs.lake.reads import last_number, table_rows
from jobs.lake.stored_files import files_at
from jobs.lake.table_files import write_table_file
from jobs.lake.tables import CHANGE_ROWS, CLAIMS, INSTANT, Table, columns
from tests.lake.spark_tables import append_by_spark, rows_of

OLD = Table("old", columns(("key", pa.string())), statistics=("key",))
NEW = Table(
    "old", columns(("key", pa.string()), optional=(("at", INSTANT), ("note", pa.string()))), statistics=("key",)
)


def change(run_no: int, contact_id: str) -> dict[str, Any]:
    return {"run_no": run_no, "segment": "s", "change": "left", "contact_id": contact_id}


def written(lake: str, *rows: dict[str, Any]) -> list[Any]:
    table = pa.Table.from_pylist(list(rows), CHANGE_ROWS.schema)
    file = write_table_file(lake, CHANGE_ROWS, table.to_batches())
    return [] if file is None else [file]


def left(lake: str) -> list[tuple[int, str]]:
    return sorted((row["run_no"], row["contact_id"]) for row in table_rows(lake, CHANGE_ROWS))


def test_rows_of_one_number_are_replaced_and_those_of_others_stay_even_in_one_file(lake: str) -> None:
    put_rows(lake, CHANGE_ROWS, [change(1, "ada"), change(2, "bob"), change(3, "cyd")])
    put_rows(lake, CHANGE_ROWS, [change(2, "dan")])
    put_rows(lake, CHANGE_ROWS, [change(4, "eve")])
    assert replace_files(lake, CHANGE_ROWS, written(lake, change(2, "fay")), ("run_no", 2))
    assert left(lake) == [(1, "ada"), (2, "fay"), (3, "cyd"), (4, "eve")]
    assert replace_files(lake, CHANGE_ROWS, [], ("run_no", 3))
    assert left(lake) == [(1, "ada"), (2, "fay"), (4, "eve")]
    assert replace_files(lake, CHANGE_ROWS, written(lake, change(9, "gil")))
    assert left(lake) == [(9, "gil")]


def test_a_number_that_was_committed_replaces_nothing_again(lake: str) -> None:
    once = ("changes", 2)
    assert replace_files(lake, CHANGE_ROWS, written(lake, change(1, "ada")), ("run_no", 1), once)
    assert not replace_files(lake, CHANGE_ROWS, written(lake, change(1, "bob")), ("run_no", 1), once)
    assert not put_rows(lake, CHANGE_ROWS, [change(1, "bob")], ("changes", 1))
    assert left(lake) == [(1, "ada")]
    assert last_number(lake, CHANGE_ROWS, "changes") == 2


def test_who_is_overtaken_decides_again_on_what_the_other_left(lake: str) -> None:
    put_rows(lake, CLAIMS, [{"key": "a", "fingerprint": "f", "state": "open"}])
    seen: list[list[str]] = []

    def add(rows: pa.Table) -> pa.Table:
        seen.append(sorted(rows["key"].to_pylist()))
        if len(seen) == 1:
            put_rows(lake, CLAIMS, [{"key": "b", "fingerprint": "f", "state": "open"}])
        mine = {"key": "c", "fingerprint": "f", "state": "open"}
        return pa.Table.from_pylist([*rows.to_pylist(), mine], CLAIMS.schema)

    assert change_rows(lake, CLAIMS, add)
    assert seen == [["a"], ["a", "b"]]
    assert sorted(row["key"] for row in table_rows(lake, CLAIMS)) == ["a", "b", "c"]
    assert not change_rows(lake, CLAIMS, lambda rows: None)


@pytest.mark.parametrize("by", ["put", "change", "replace"])
def test_a_table_of_an_earlier_day_gets_the_columns_it_lacks(lake: str, by: str) -> None:
    put_rows(lake, OLD, [{"key": "a"}])
    new = {"key": "b", "note": "n"}
    if by == "put":
        put_rows(lake, NEW, [new])
    elif by == "change":
        change_rows(lake, NEW, lambda rows: pa.Table.from_pylist([*rows.to_pylist(), new], NEW.schema))
    else:
        rows = [{"key": "a"}, new]
        file = write_table_file(lake, NEW, pa.Table.from_pylist(rows, NEW.schema).to_batches())
        assert file is not None
        replace_files(lake, NEW, [file])
    notes = sorted((row["key"], row["note"], row["at"]) for row in table_rows(lake, NEW))
    assert notes == [("a", None, None), ("b", "n", None)]


class AnswersLost:
    """Commits go through, and whoever asked for one hears that somebody else's took its place."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.times = 0
        commit = DeltaTable.create_write_transaction

        def answerless(opened: DeltaTable, *arguments: Any, **named: Any) -> None:
            commit(opened, *arguments, **named)
            self.times += 1
            raise CommitFailedError("the answer is lost")

        patched.setattr(DeltaTable, "create_write_transaction", answerless)


@pytest.fixture
def answers_lost(lake: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnswersLost]:
    """A table with one row of run 1 and one of run 2, and then no answer any more."""
    put_rows(lake, CHANGE_ROWS, [change(1, "ada"), change(2, "bob")])
    with monkeypatch.context() as patched:
        yield AnswersLost(patched)


def test_rows_whose_answer_was_lost_are_there_once(lake: str, answers_lost: AnswersLost) -> None:
    assert not put_rows(lake, CHANGE_ROWS, [change(3, "cyd")], once=("w", 1))
    assert answers_lost.times == 1
    assert left(lake) == [(1, "ada"), (2, "bob"), (3, "cyd")]


def test_a_replacement_whose_answer_was_lost_is_made_once(lake: str, answers_lost: AnswersLost) -> None:
    assert not replace_files(lake, CHANGE_ROWS, written(lake, change(2, "cyd")), ("run_no", 2), once=("w", 1))
    assert answers_lost.times == 1
    assert left(lake) == [(1, "ada"), (2, "cyd")]


def test_an_exchange_whose_answer_was_lost_says_that_it_was_overtaken(lake: str, answers_lost: AnswersLost) -> None:
    version, number = last_commit(lake, CHANGE_ROWS, "w")
    old = [file.path for file in files_at(lake, CHANGE_ROWS)]
    assert not exchange_files_after(lake, CHANGE_ROWS, version, old, written(lake, change(2, "cyd")), ("w", 1))
    assert left(lake) == [(2, "cyd")]
    assert (number, last_commit(lake, CHANGE_ROWS, "w")) == (0, (version + 1, 1))


def test_a_claim_whose_answer_was_lost_is_found_by_who_made_it(lake: str, answers_lost: AnswersLost) -> None:
    assert claim(lake, "july", "germans", "{}") == Claim("july", "germans", "open", None, "{}")
    assert settle(lake, "july", "0a", "1986") == Claim("july", "germans", "done", "0a", "1986")
    assert claim(lake, "july", "austrians").fingerprint == "germans"
    assert answers_lost.times == 2


def test_two_hundred_small_commits_are_summed_up_so_that_a_reader_opens_few_files(lake: str) -> None:
    for number in range(1, 203):
        put_rows(lake, CLAIMS, [{"key": f"k{number}", "fingerprint": "f", "state": "open"}], ("w", number))
    assert list(Path(lake, CLAIMS.path, "_delta_log").glob("*.checkpoint.parquet"))
    assert last_number(lake, CLAIMS, "w") == 202
    assert len(table_rows(lake, CLAIMS)) == 202


def test_sparks_commits_and_small_ones_take_turns_on_one_table(spark: SparkSession, lake: str) -> None:
    def rows(*keys: str) -> list[dict[str, str]]:
        return [{"key": key, "fingerprint": "f", "state": "open"} for key in keys]

    append_by_spark(spark, lake, CLAIMS, rows("a"), once=("w", 1))
    assert not put_rows(lake, CLAIMS, rows("again"), ("w", 1))
    assert put_rows(lake, CLAIMS, rows("b"), ("w", 2))
    append_by_spark(spark, lake, CLAIMS, rows("again"), once=("w", 2))

    def shout(stored: pa.Table) -> pa.Table:
        loud = [{**row, "fingerprint": row["fingerprint"].upper()} for row in stored.to_pylist()]
        return pa.Table.from_pylist(loud, CLAIMS.schema)

    change_rows(lake, CLAIMS, shout)
    append_by_spark(spark, lake, CLAIMS, rows("c"), once=("w", 3))
    read = rows_of(spark, lake, CLAIMS).orderBy("key").collect()
    assert [(row["key"], row["fingerprint"]) for row in read] == [("a", "F"), ("b", "F"), ("c", "f")]
    assert DeltaTable(f"{lake}/claims").protocol().min_writer_version == 2


def test_several_processes_may_look_at_once_whether_the_lake_can_be_written(lake: str) -> None:
    check_writable(lake)
    (Path(lake) / ".writable-of-another").touch()
    check_writable(lake)
    assert [path.name for path in Path(lake).iterdir()] == [".writable-of-another"]


def test_a_lake_that_cannot_be_made_is_said_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unreachable, match="file/lake: cannot be written"):
        check_writable(str(tmp_path / "file" / "lake"))
