"""Bitmaps of a bucket: the lake's own form, which Spark and Snowflake count as well."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobs.lake.bitmaps import SIZE, but_not, counted, flags, packed, positions

SETS = st.sets(st.integers(0, SIZE * 8 - 1), max_size=40)


def test_the_first_position_is_the_least_significant_bit_of_the_first_byte() -> None:
    assert packed([0]) == b"\x01" + bytes(SIZE - 1)
    assert packed([9]) == b"\x00\x02" + bytes(SIZE - 2)
    assert packed([32_767]) == bytes(SIZE - 1) + b"\x80"


def test_nobody_may_be_null() -> None:
    assert positions(None).tolist() == []
    assert counted(None) == 0
    assert flags(None).sum() == 0
    assert but_not(None, packed([3])) is None
    assert but_not(packed([3]), None) == packed([3])


@given(SETS, SETS)
def test_differences_and_counts_are_those_of_sets(one: set[int], other: set[int]) -> None:
    assert set(positions(packed(one)).tolist()) == one
    assert counted(packed(one)) == len(one)
    left = but_not(packed(one), packed(other))
    assert set(positions(left).tolist()) == one - other
    assert (left is None) == (one <= other)
