"""The newest run and the last publication: in order of as_of, then of run, whichever was written last."""

from __future__ import annotations

from datetime import UTC, datetime

from jobs.lake.segment_runs import SegmentRun, last_published, newest_run, run_in_force, standings


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


def test_what_somebody_took_back_counts_nowhere() -> None:
    poison = [row(5, 9, status="withdrawn"), row(5, 9, "b", "withdrawn")]
    rows = in_order(*ROWS, *poison)
    assert newest_run(rows) == newest_run(ROWS)
    assert last_published(rows) == last_published(ROWS)
    assert standings(rows) == standings(ROWS)
    assert newest_run(poison) == []
    assert last_published(poison) == {}


def test_a_segment_stands_as_the_newest_night_says_and_has_the_members_of_its_last_publication() -> None:
    rows = in_order(
        *ROWS, row(5, 5, status="held"), row(5, 5, "b"), row(5, 5, "c", "failed"), row(5, 5, "d", "retired")
    )
    told = {
        id_: (standing.newest.run_no, standing.newest.status, standing.publication and standing.publication.run_no)
        for id_, standing in standings(rows).items()
    }
    assert told == {"a": (5, "held", 1), "b": (5, "published", 5), "c": (5, "failed", None), "d": (5, "retired", None)}


def test_whatever_is_shown_of_a_segment_comes_from_the_run_of_its_publication_in_force() -> None:
    rows = in_order(*ROWS, row(5, 5, status="held"), row(5, 5, "c", "failed"))
    assert {id_: run_in_force(rows, id_) for id_ in ("a", "b", "c", "new")} == {"a": 1, "b": 5, "c": 5, "new": 5}
    assert run_in_force([], "a") is None
