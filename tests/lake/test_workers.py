"""Threads of this process at work: side by side, each value moved to one place in order, and what fails is raised."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from threading import Barrier

import pyarrow as pa
import pytest

from jobs.errors import DataError
from jobs.lake.workers import MOVED_ROWS, OwnCrew, even_piles

ROWS = pa.schema([("bucket", pa.int32()), ("seq", pa.int64()), ("payload", pa.binary())])
TASKS = pa.schema([("task", pa.int32()), ("rows", pa.list_(pa.int64()))])

Row = tuple[int, int, bytes]


def drawn(piles: int, rows: int) -> list[list[Row]]:
    dice = random.Random(7)
    return [[(dice.randrange(20), dice.randrange(10**9), dice.randbytes(8)) for _ in range(rows)] for _ in range(piles)]


def as_they_are(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def test_what_is_moved_lies_in_one_place_and_in_order() -> None:
    piles = drawn(40, 100)

    def told(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        sizes: list[int] = []
        buckets: list[int] = []
        for batch in batches:
            sizes.append(batch.num_rows)
            buckets += batch["bucket"].to_pylist()
        assert max(sizes, default=0) <= MOVED_ROWS
        yield pa.RecordBatch.from_pydict({"task": sorted(set(buckets)), "rows": [[]] * len(set(buckets))}, TASKS)

    moved = OwnCrew(4).hand_out(piles, ROWS).mapped(as_they_are, ROWS).moved("bucket", 3, ("bucket", "seq"))
    places = [row["task"] for row in moved.mapped(told, TASKS).gathered("lake")]
    assert sorted(places) == list(range(20)), "a bucket of two places would be told twice"
    rows = [(row["bucket"], row["seq"], row["payload"]) for row in moved.gathered("lake")]
    assert sorted(rows) == sorted(row for pile in piles for row in pile)
    of_each = [[row for row in rows if row[0] == bucket] for bucket in range(20)]
    assert all(own == sorted(own, key=lambda row: row[1]) for own in of_each)


def test_rows_of_one_place_keep_the_order_of_their_tasks() -> None:
    piles = [[(0, 1, b"first"), (0, 0, b"before")], [(0, 1, b"second")], [(0, 1, b"third")]]
    rows = OwnCrew(3).hand_out(piles, ROWS).moved("bucket", 2, ("bucket", "seq")).gathered("lake")
    assert [row["payload"] for row in rows] == [b"before", b"first", b"second", b"third"]


def test_tasks_run_side_by_side() -> None:
    met = Barrier(2, timeout=30)

    def wait(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        met.wait()
        yield from batches

    assert len(OwnCrew(2).hand_out([[(1, 1, b"")], [(2, 2, b"")]], ROWS).mapped(wait, ROWS).gathered("lake")) == 2


def test_what_fails_in_a_task_is_raised() -> None:
    def refuse(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches
        raise DataError("the file ends early")

    flow = OwnCrew(2).hand_out(drawn(4, 3), ROWS).mapped(refuse, ROWS).moved("bucket", 2, ("seq",))
    with pytest.raises(DataError, match="ends early"):
        flow.gathered("lake")


def test_nothing_to_hand_out_is_no_rows() -> None:
    assert OwnCrew(2).hand_out([], ROWS).moved("bucket", 2, ("seq",)).gathered("lake") == []


def test_piles_weigh_about_the_same_and_none_is_empty() -> None:
    assert even_piles([1, 9, 2, 3, 7], int, 2) == [[9, 2], [7, 3, 1]]
    assert even_piles([0, 0, 5], int, 8) == [[5], [0], [0]]
    assert even_piles([], int, 8) == []
