"""Rows cut by bucket and put together again: every row once, the last of those that replace each other, months by UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.catalog.model import Column, Files, Kind, Source
from jobs.catalog.row_rules import KEY
from jobs.catalog.types import ColumnType
from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.kernel.bucket_rows import BUCKET
from jobs.lake.moved_rows import from_bytes, to_bytes
from jobs.lake.tables import CONTACT_NO, DELIVERY_NO
from jobs.packs.bucket_fragments import (
    RowShape,
    by_bucket,
    by_key,
    by_month,
    last_of_each_key,
    merged,
    ordered,
    without_deleted,
)

COLUMNS = {"value": Column("value", ColumnType("integer"), raw="value")}


def source(kind: Kind, **options: Any) -> Source:
    fields = {"contact": "contact_id", "delivery": "append", "origin": Files("x/{date}.csv", "csv"), **options}
    return Source("x", kind, COLUMNS, **fields)


EVENTS = RowShape(source("events", time="at"))
PEOPLE = RowShape(source("attributes", delivery="changes"))
KEYED = RowShape(source("related", delivery="changes", key=("value",)))


def table(**columns: Any) -> pa.Table:
    kinds = {
        CONTACT_NO: pa.int64(), "value": pa.int64(), "at": pa.timestamp("us", "UTC"), DELETED: pa.bool_(),
        KEY: pa.string(), DELIVERY_NO: pa.int64(), CONTACT_ID: pa.string(), "_order": pa.int32(),
    }  # fmt: skip
    return pa.table({name: pa.array(values, kinds[name]) for name, values in columns.items()})


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | st.integers(0, 4 * BUCKET), st.integers(-9, 9)), max_size=60))
def test_every_row_with_a_number_is_in_the_fragment_of_its_bucket_once(rows: list[tuple[int | None, int]]) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    cut = table(_contact_no=[number for number, _ in rows], value=[value for _, value in rows], at=[at for _ in rows])
    seen = []
    for bucket, fragment in by_bucket(cut, EVENTS):
        back = from_bytes(to_bytes(fragment)).to_pylist()
        seen += [(bucket * BUCKET + row["position"], row["value"]) for row in back]
    assert sorted(seen) == sorted((number, value) for number, value in rows if number is not None)


def test_of_a_contact_the_row_of_the_last_delivery_counts_and_a_deleted_one_is_none() -> None:
    fragments = [
        table(_contact_no=[5, 6, 7], value=[1, 2, 3], deleted=[None, False, None], _order=[0, 0, 0]),
        table(_contact_no=[7, 5], value=[4, 5], deleted=[False, True], _order=[2, 1]),
        table(_contact_no=[7], value=[6], deleted=[None], _order=[1]),
    ]
    cut = [fragment for rows in fragments for _, fragment in by_bucket(rows, PEOPLE)]
    rows = merged(cut, PEOPLE).to_pylist()
    assert sorted((row["position"], row["value"]) for row in rows) == [(6, 2), (7, 4)]


def test_rows_that_only_add_up_are_all_there() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    twice = table(_contact_no=[5, 5], value=[1, 1], at=[at, at])
    assert merged([fragment for _, fragment in by_bucket(twice, EVENTS)] * 2, EVENTS).num_rows == 4


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 3), st.booleans()), max_size=30),
    st.permutations([1, 2, 3]),
    st.integers(1, 5),
)
def test_of_a_key_the_row_of_the_last_delivery_counts_wherever_it_lies(
    rows: list[tuple[str, int, bool]], deliveries: list[int], parts: int
) -> None:
    """Rows of one key in one delivery are alike: which of them it is makes no difference."""
    rows = [(key, delivery, (ord(key) + delivery) % 3 == 0) for key, delivery, _ in rows]
    stored = table(
        _key=[key for key, *_ in rows], delivery_no=[n for _, n, _ in rows], deleted=[gone for *_, gone in rows]
    )
    kept = [
        (row[KEY], row[DELIVERY_NO])
        for _, part in by_key(ordered(stored, deliveries), parts)
        for row in without_deleted(last_of_each_key(part), KEYED).to_pylist()
    ]
    last: dict[str, tuple[int, bool]] = {}
    for delivery in deliveries:
        last |= {key: (n, gone) for key, n, gone in rows if n == delivery}
    assert sorted(kept) == sorted((key, n) for key, (n, gone) in last.items() if not gone)


def test_rows_of_deliveries_that_do_not_count_are_none() -> None:
    stored = table(delivery_no=[1, 2, 3, 2], value=[1, 2, 3, 4])
    assert [(row["value"], row["_order"]) for row in ordered(stored, [3, 2]).to_pylist()] == [(2, 1), (3, 0), (4, 1)]


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), 202612),
        (datetime(2027, 1, 1, tzinfo=UTC), 202701),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), 196912),
        (datetime(1, 1, 1, tzinfo=UTC), 101),
        (datetime(9999, 12, 31, tzinfo=UTC), 999912),
    ],
)
def test_a_month_is_that_of_utc(at: datetime, month: int) -> None:
    assert [found for found, _ in by_month(table(at=[at], value=[1]), "at")] == [month]


def test_rows_without_a_time_have_no_month() -> None:
    assert [(month, rows.num_rows) for month, rows in by_month(table(value=[1, 2]), "")] == [(0, 2)]
