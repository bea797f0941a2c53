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
from jobs.lake.contact_lookup import ContactIndex, indexed, keep_index, numbers_in, numbers_of, opened
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
