"""Ids become numbers exactly: whoever shares a hash with somebody is still nobody else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.errors import Unreachable
from jobs.lake import contact_lookup
from jobs.lake.contact_lookup import (
    ContactIndex,
    by_share,
    indexed,
    keep_index,
    numbers_in,
    numbers_of,
    numbers_of_few,
    opened,
)
from jobs.lake.file_commits import last_commit, put_rows
from jobs.lake.tables import CONTACTS
from jobs.lake.workers import Workers

IDS = st.text(max_size=4)


def version(lake: str) -> int:
    return last_commit(lake, CONTACTS, "nobody")[0]


def people(ids: dict[str | None, int]) -> pa.Table:
    return pa.table({"contact_no": pa.array(ids.values(), pa.int64()), "contact_id": pa.array(ids, pa.string())})


@settings(deadline=None)
@given(st.sets(IDS, max_size=20), st.lists(st.none() | IDS, max_size=30))
def test_whoever_is_known_gets_their_number_and_nobody_else_one(known: set[str], asked: list[str | None]) -> None:
    numbers: dict[str | None, int] = {one: number for number, one in enumerate(sorted(known))}
    found = numbers_in(opened(indexed(people(numbers))), pa.array(asked, pa.string()))
    assert found.to_pylist() == [None if one is None else numbers.get(one) for one in asked]


def test_ids_of_one_hash_are_told_apart_by_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two real ids are known to share a hash, so here many do: it is the length of the id."""
    import numpy as np

    monkeypatch.setattr(
        contact_lookup, "_hashes", lambda ids: np.array([len(one or "") for one in ids.to_pylist()], np.uint64)
    )
    index = opened(indexed(people({"ada": 7, "bob": 3, "cyd": 9, "eve": 1, "fritz": 4})))
    asked = pa.array(["eve", "bob", "zoe", "ada", "fritz", "", None, "a", "cyd", "fitzr"], pa.string())
    assert numbers_in(index, asked).to_pylist() == [1, 3, None, 7, 4, None, None, None, 9, None]


def test_an_index_belongs_to_a_version_of_the_table_and_knows_no_erased_contact(
    spark: SparkSession, tmp_path: Path
) -> None:
    lake = str(tmp_path)
    put_rows(lake, CONTACTS, [{"contact_no": 0, "contact_id": "ada"}, {"contact_no": 1, "contact_id": None}])
    first = keep_index(Workers(lambda: spark), lake, version(lake))
    put_rows(lake, CONTACTS, [{"contact_no": 2, "contact_id": "bob"}])
    second = keep_index(Workers(lambda: spark), lake, version(lake))
    asked = pa.array(["bob", "ada", None], pa.string())
    assert numbers_of(first, asked).to_pylist() == [None, 0, None]
    assert numbers_of(second, asked).to_pylist() == [2, 0, None]
    for extra in range(3, 8):
        put_rows(lake, CONTACTS, [{"contact_no": extra, "contact_id": str(extra)}])
        keep_index(Workers(lambda: spark), lake, version(lake))
    assert len(list((tmp_path / contact_lookup.FOLDER).iterdir())) == 1 + contact_lookup.KEPT_BESIDES


def test_an_index_that_is_gone_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"cannot be read .* run the step again"):
        numbers_of(ContactIndex(str(tmp_path), 7), pa.array(["ada"]))


@settings(deadline=None, max_examples=50)
@given(st.sets(IDS, max_size=20), st.lists(IDS, max_size=30), st.integers(1, 5))
def test_rows_cut_by_share_are_all_there_and_each_id_is_always_in_one_share(
    first: set[str], second: list[str], shares: int
) -> None:
    cut: list[dict[str, int]] = []
    for ids in (sorted(first), second):
        rows = pa.table({"id": pa.array(ids, pa.string()), "n": range(len(ids))})
        parts = list(by_share(rows, rows["id"], shares))
        assert sorted(row for _, part in parts for row in part["n"].to_pylist()) == list(range(len(ids)))
        assert all(part["n"].to_pylist() == sorted(part["n"].to_pylist()) for _, part in parts)
        cut.append({one: share for share, part in parts for one in part["id"].to_pylist()})
    assert all(0 <= share < shares for each in cut for share in each.values())
    assert all(cut[0][one] == cut[1][one] for one in cut[0].keys() & cut[1].keys())


def test_an_index_in_shares_knows_whom_the_whole_one_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_lookup, "SHARE_ROWS", 3)
    lake = str(tmp_path)
    ids = [f"c{number}" for number in range(10)]
    people = [{"contact_no": number, "contact_id": one} for number, one in enumerate(ids)]
    put_rows(lake, CONTACTS, [*people, {"contact_no": 10, "contact_id": None}])

    def no_spark() -> SparkSession:
        pytest.fail("nobody needs Spark here")

    asked = pa.array(["c7", "zoe", "c0", None, *ids], pa.string())
    for bound in (11, 10, 0):
        index = keep_index(Workers(no_spark, 1 << 40, lookup_contacts=bound), lake, version(lake))
        assert index.shares == (1 if bound == 11 else 4)
        assert numbers_of_few(index, asked).to_pylist() == [7, None, 0, None, *range(10)]
    names = {path.name for path in (tmp_path / contact_lookup.FOLDER).iterdir()}
    assert len(names) == 1 + 4, "made once, whoever asks, those of a share without people, too"
