"""Which run a list is frozen from, and the whole message where it is none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from jobs.errors import LIST_REFUSED, ListRefused, UsageError
from jobs.lists.launch_rules import check_launch, choose_run
from jobs.lists.requests import Request, read_request
from jobs.plan.clock import make_clock
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions


def at(day: int, hour: int = 0) -> datetime:
    return datetime(1998, 7, day, hour, tzinfo=UTC)


MORNING = at(2, 8)


def row(
    run_no: int, day: int, segment: str, status: str = "published", members: int = 5, reason: str = ""
) -> dict[str, Any]:
    return {
        "run_no": run_no, "as_of": at(day), "segment": segment, "status": status, "members": members, "reason": reason,
    }  # fmt: skip


NIGHTS = [
    row(1, 1, "vips", members=4),
    row(1, 1, "new", members=9),
    row(2, 2, "vips", members=5),
    row(2, 2, "new", "held", 0, "0 members, at least 1 expected (expect.at_least)"),
]


def request(segment: str = "vips", run_no: int | None = None) -> Request:
    return Request("july", date(1998, 7, 3), segment, run_no)


def refusal(segment: str = "vips", run_no: int | None = None, as_of: datetime = MORNING, nights: Any = NIGHTS) -> str:
    with pytest.raises(ListRefused) as refused:
        choose_run(nights, request(segment, run_no), as_of, 26)
    assert refused.value.exit_code == LIST_REFUSED
    return str(refused.value)


def test_the_newest_night_is_frozen() -> None:
    chosen = choose_run(NIGHTS, request(), at(2, 8), 26)
    assert (chosen.run_no, chosen.members, chosen.as_of) == (2, 5, at(2))


def test_a_night_after_the_freezes_as_of_is_not_seen() -> None:
    assert choose_run(NIGHTS, request(), at(1, 20), 26).run_no == 1


def test_of_two_runs_of_one_as_of_the_later_counts() -> None:
    assert choose_run([*NIGHTS, row(3, 2, "vips", members=6)], request(), at(2, 8), 26).run_no == 3


def test_twenty_six_hours_are_young_enough_and_a_minute_more_is_not() -> None:
    assert choose_run(NIGHTS, request(), at(3, 2), 26).run_no == 2
    assert refusal(as_of=at(3, 2).replace(minute=1)) == (
        "the newest night, run 2 as of 1998-07-02T00:00Z, is 26 hours old at 1998-07-03T02:01Z; a list is frozen "
        "from one at most 26 hours old. Run the night, or name this one with --run 2."
    )


def test_a_named_run_may_be_any_age() -> None:
    assert choose_run(NIGHTS, request(run_no=1), at(9), 26).run_no == 1


def test_a_held_segment_is_refused_with_the_run_that_published_it_last() -> None:
    assert refusal("new") == (
        "segment new is held in run 2: 0 members, at least 1 expected (expect.at_least). "
        "It was last published in run 1 as of 1998-07-01T00:00Z; --run 1 freezes that."
    )
    assert choose_run(NIGHTS, request("new", 1), at(2, 8), 26).members == 9


def test_an_unknown_segment_is_refused_with_the_nearest() -> None:
    assert refusal("vip") == (
        'segment vip was never part of a finished run; `segments` shows those that were — did you mean "vips"?'
    )


def test_a_run_that_is_not_there_or_lies_in_the_future_is_refused() -> None:
    assert refusal(run_no=7) == "--run 7: there is no such finished run; the newest is 2."
    assert refusal(run_no=2, as_of=at(1, 8)) == (
        "run 2 is as of 1998-07-02T00:00Z, after the freeze's own as_of 1998-07-01T08:00Z. Freeze with a later --as-of."
    )


def test_without_any_night_by_then_nothing_is_frozen() -> None:
    assert refusal(as_of=datetime(1998, 6, 1, tzinfo=UTC)) == (
        "no run was finished by 1998-06-01T00:00Z. Run the night first, or freeze with a later --as-of."
    )


def test_a_segment_that_the_newest_night_did_not_have_is_refused() -> None:
    assert refusal("old", nights=[*NIGHTS, row(1, 1, "old")]) == (
        "segment old was not part of run 2. Run the night again, or name an earlier run with --run."
    )


@pytest.mark.parametrize(("day", "says"), [(1, "is today"), (30, "has passed")])
def test_a_launch_day_that_has_begun_is_refused_unless_it_is_meant(day: int, says: str) -> None:
    # 1998-07-01T12:00 UTC is 1 July in New York; so is 1998-07-02T03:00 UTC
    clock = make_clock(read_moment("1998-07-02T03:00Z"), zone_transitions("America/New_York"))
    asked = Request("july", date(1998, 7 if day == 1 else 6, day), "vips")
    with pytest.raises(ListRefused, match=says):
        check_launch(asked, clock, late=False)
    check_launch(asked, clock, late=True)
    check_launch(Request("july", date(1998, 7, 2), "vips"), clock, late=False)


@pytest.mark.parametrize("name", ["", "July", "1st", "a-b", "../x", "a" * 64, "a\n"])
def test_a_name_that_could_lead_elsewhere_is_no_list(name: str) -> None:
    with pytest.raises(UsageError, match="--list"):
        read_request(name, "1998-07-02", "vips")


@pytest.mark.parametrize("day", ["1998-7-2", "1998-02-30", "tomorrow", "1998-07-02T00:00"])
def test_a_launch_day_is_a_real_day(day: str) -> None:
    with pytest.raises(UsageError, match="--date"):
        read_request("july", day, "vips")


def test_requests_are_the_same_when_they_ask_for_the_same_list() -> None:
    one = read_request("july", "1998-07-02", "vips", purpose="newsletter")
    assert (
        one.fingerprint == read_request("july", "1998-07-02", "vips", purpose="newsletter", supersede=True).fingerprint
    )
    assert one.fingerprint != read_request("july", "1998-07-02", "vips").fingerprint
    assert one.fingerprint != read_request("july", "1998-07-02", "new", purpose="newsletter").fingerprint
    assert one.key(1) == "freeze/july/1998-07-02/v1"
