"""The content hash: what a row is, and that neither order nor cutting matters."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.lists.content_hash import MODULUS, added, as_text, canonical_rows, content_hash


def table(*ids: str | None) -> pa.Table:
    return pa.table({"contact_id": pa.array(ids, pa.string())})


def test_a_canonical_row_is_length_colon_value_comma_for_each_column() -> None:
    rows = canonical_rows([pa.array(["c17", "ü", None, ""]), pa.array([1, None, 3, 4])])
    assert rows.to_pylist() == [b"3:c17,1:1,", "2:ü,-,".encode(), b"-,1:3,", b"0:,1:4,"]


def test_decimals_and_dates_are_written_as_people_write_them() -> None:
    rows = canonical_rows([pa.array([Decimal("1.50")]), pa.array([10_000], pa.date32())])
    assert rows.to_pylist() == [b"4:1.50,10:1997-05-19,"]


def test_the_hash_is_the_sum_of_sha_256_of_each_row_modulo_two_to_the_256() -> None:
    expected = sum(int.from_bytes(sha256(row).digest(), "big") for row in (b"1:a,", b"1:b,", b"1:b,")) % MODULUS
    assert content_hash(table("a", "b", "b"), ["contact_id"]) == expected
    assert len(as_text(expected)) == 64
    assert int(as_text(expected), 16) == expected


def test_a_list_of_nobody_has_the_hash_zero() -> None:
    assert content_hash(table(), ["contact_id"]) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [(["a", "b"], ["a", "b", "b"]), (["ab", "c"], ["a", "bc"]), (["a"], [None]), ([""], [None])],
    ids=["a row twice", "letters moved", "a missing id", "an empty id"],
)
def test_other_rows_have_another_hash(one: list[str | None], other: list[str | None]) -> None:
    assert content_hash(table(*one), ["contact_id"]) != content_hash(table(*other), ["contact_id"])


def test_columns_do_not_run_into_each_other() -> None:
    one = pa.table({"a": ["1:x,", "y"], "b": ["z", "w"]})
    other = pa.table({"a": ["", "y"], "b": ["1:x,z", "w"]})
    assert content_hash(one, ["a", "b"]) != content_hash(other, ["a", "b"])


@given(st.lists(st.text(max_size=5) | st.none(), max_size=20), st.randoms(use_true_random=False), st.integers(0, 20))
def test_order_and_parts_do_not_matter(ids: list[str | None], shuffled, cut: int) -> None:
    whole = content_hash(table(*ids), ["contact_id"])
    mixed = list(ids)
    shuffled.shuffle(mixed)
    parts = [content_hash(table(*mixed[:cut]), ["contact_id"]), content_hash(table(*mixed[cut:]), ["contact_id"])]
    assert added(parts) == whole
