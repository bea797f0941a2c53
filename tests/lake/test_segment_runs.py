"""The newest run and the last publication: in order of as_of, then of run, whichever was written last."""

from __future__ import annotations

from datetime import UTC, datetime

from jobs.lake.segment_runs import SegmentRun, last_published, newest_run


def row(run_no: int, day: int, segment: str = "a", status: str = "published") -> SegmentRun:
    return SegmentRun(run_no, segment, datetime(1998, 2, day, tzinfo=UTC), status, None, 1, None, None, "h", None)


def in_order(*rows: SegmentRun) -> list[SegmentRun]:
    return sorted(rows, key=lambda one: one.place)


ROWS = in_order(row(1, 3), row(1, 3, "b"), row(2, 2), row(3, 4, status="held"), row(3, 4, "b"), row(4, 4, "b"))
"""Run 2 is of a day before run 1; runs 3 and 4 are of one as_of."""


def test_a_result_is_compared_with_the_greatest_earlier_as_of() -> None:
    fifth, fourth, third = (datetime(1998, 2, day, tzinfo=UTC) for day in (5, 4, 3))
    assert {segment: one.run_no for segment, one in last_published(ROWS, fifth).items()} == {"a": 1, "b": 4}
    assert {segment: one.run_no for segment, one in last_published(ROWS, fourth).items()} == {"a": 1, "b": 1}
    assert {segment: one.run_no for segment, one in last_published(ROWS, third).items()} == {"a": 2}


def test_what_is_in_force_is_the_last_publication_of_each_segment() -> None:
    assert {segment: one.run_no for segment, one in last_published(ROWS).items()} == {"a": 1, "b": 4}


def test_of_two_runs_of_one_as_of_the_later_is_the_newest() -> None:
    assert [one.run_no for one in newest_run(ROWS)] == [4]
    assert newest_run([]) == []
