"""Days, months, ages and windows around an as_of; every expected day is reasoned by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from jobs.language.atoms import Calendar, CalendarUnit, DaysAgo, DaySpan, Instants, Last, Periods, Span, Spans, TimeTest
from jobs.plan.clock import date_of, day_of, last_day_aged, make_clock, shifted
from jobs.plan.run_plan import Clock
from jobs.plan.times import resolve_time, window_instants
from jobs.syntax.durations import Duration
from jobs.syntax.literals import Moment
from jobs.syntax.zones import zone_transitions

VIENNA = zone_transitions("Europe/Vienna")
HOUR = 3_600_000_000


def clock(text: str) -> Clock:
    return make_clock(Moment(datetime.fromisoformat(text)), VIENNA)


def us(text: str) -> int:
    """An instant in UTC."""
    return Moment(datetime.fromisoformat(text), timedelta(0)).utc_us(VIENNA)


@pytest.mark.parametrize(
    ("start", "count", "unit", "sign", "expected"),
    [
        ("2026-03-31", 1, "mo", -1, "2026-02-28"),
        ("2026-05-31", 3, "mo", -1, "2026-02-28"),
        ("2026-01-31", 1, "mo", 1, "2026-02-28"),
        ("2028-02-29", 1, "y", -1, "2027-02-28"),
        ("2028-02-29", 4, "y", -1, "2024-02-29"),
        ("2026-11-24", 2, "w", -1, "2026-11-10"),
        ("2026-01-01", 1, "d", -1, "2025-12-31"),
        ("2026-01-15", 14, "mo", -1, "2024-11-15"),
    ],
)
def test_durations_shift_days_at_once_and_clamp(start: str, count: int, unit: str, sign: int, expected: str) -> None:
    day = shifted(day_of(date.fromisoformat(start)), Duration(count, unit), sign)  # pyright: ignore[reportArgumentType]
    assert date_of(day).isoformat() == expected


@pytest.mark.parametrize(
    ("today", "years", "last"),
    [
        ("2026-11-24", 40, "1986-11-24"),
        ("2027-02-28", 23, "2004-02-29"),  # kept on the 28th in 2027
        ("2028-02-29", 27, "2001-02-28"),  # one born on 1 March 2001 is 27 only tomorrow
        ("2028-02-29", 28, "2000-02-29"),
        ("2026-11-24", -1, "2027-11-24"),
    ],
)
def test_the_last_birthday_of_an_age(today: str, years: int, last: str) -> None:
    assert date_of(last_day_aged(day_of(date.fromisoformat(today)), years)).isoformat() == last


def test_a_window_of_days_begins_at_local_midnight_and_ends_at_as_of() -> None:
    at = clock("2026-11-24T10:00")
    assert window_instants(Last(Duration(30, "d")), at) == Instants(us("2026-10-24T22:00"), us("2026-11-24T09:00"))


def test_a_window_of_hours_is_elapsed_time_over_a_clock_change() -> None:
    at = clock("2026-03-29T12:00")  # 10:00Z; the night had 23 hours
    assert window_instants(Last(Duration(24, "h")), at) == Instants(us("2026-03-28T10:00"), us("2026-03-29T10:00"))


def test_a_window_of_dates_has_both_days_and_stops_at_as_of() -> None:
    at = clock("2026-11-24T10:00")
    whole = window_instants(DaySpan(date(2026, 10, 24), date(2026, 10, 25)), at)
    assert whole == Instants(us("2026-10-23T22:00"), us("2026-10-25T23:00"))  # the 25th has 25 hours
    assert window_instants(DaySpan(date(2026, 11, 24), date(2026, 12, 1)), at).high == at.as_of_us


def test_days_ago_has_both_days() -> None:
    at = clock("2026-11-24T00:00")
    assert window_instants(DaysAgo(1, 2), at) == Instants(us("2026-11-21T23:00"), us("2026-11-23T23:00"))


def test_no_window_is_everything_before_as_of() -> None:
    assert window_instants(None, clock("2026-11-24T00:00")) == Instants(None, us("2026-11-23T23:00"))


def days(*ends: tuple[str | None, str | None]) -> Spans:
    def number(text: str | None) -> int | None:
        return None if text is None else day_of(date.fromisoformat(text))

    return Spans(tuple(Span(number(low), number(high)) for low, high in ends))


@pytest.mark.parametrize(
    ("operator", "argument", "expected"),
    [
        ("on", date(2026, 11, 24), days(("2026-11-24", "2026-11-24"))),
        ("before", date(2026, 11, 24), days((None, "2026-11-23"))),
        ("after", date(2026, 11, 24), days(("2026-11-25", None))),
        ("within_last", Duration(1, "d"), days(("2026-11-23", "2026-11-24"))),
        ("within_next", Duration(7, "d"), days(("2026-11-24", "2026-12-01"))),
        ("more_than_ago", Duration(1, "d"), days((None, "2026-11-22"))),
        ("more_than_ahead", Duration(7, "d"), days(("2026-12-02", None))),
        ("days_ago", Spans((Span(0, 0),)), days(("2026-11-24", "2026-11-24"))),
        ("days_ago", Spans((Span(None, -1),)), days(("2026-11-25", None))),
        ("years_ago", Spans((Span(40, 40),)), days(("1985-11-25", "1986-11-24"))),
        ("years_ago", Spans((Span(None, 0, high_in=False),)), days(("2026-11-25", None))),
    ],
)
def test_date_operators_are_days(operator: str, argument: object, expected: Spans) -> None:
    test = TimeTest(operator, argument)  # pyright: ignore[reportArgumentType]
    assert resolve_time(test, "date", clock("2026-11-24T00:00")) == expected


def test_a_timestamp_on_a_day_is_the_whole_local_day() -> None:
    found = resolve_time(TimeTest("on", date(2026, 10, 25)), "timestamp", clock("2026-11-24T00:00"))
    assert found == Spans((Span(us("2026-10-24T22:00"), us("2026-10-25T23:00") - 1),))


def test_a_mixed_between_takes_each_end_by_itself() -> None:
    ends = (Moment(datetime(2026, 11, 24, 10), None), date(2026, 11, 24))
    found = resolve_time(TimeTest("between", ends), "timestamp", clock("2026-11-24T00:00"))
    assert found == Spans((Span(us("2026-11-24T09:00"), us("2026-11-24T23:00") - 1),))


def test_a_leap_day_comes_round_on_the_28th_of_other_years() -> None:
    found = resolve_time(TimeTest("anniversary_within_last", Duration(1, "d")), "date", clock("2027-03-01T00:00"))
    assert found == Calendar("month_day", frozenset({301, 228, 229}))
    found = resolve_time(TimeTest("anniversary_within_next", Duration(1, "d")), "date", clock("2028-02-29T12:00"))
    assert found == Calendar("month_day", frozenset({229, 301}))


@pytest.mark.parametrize(
    ("as_of", "unit", "first", "last", "expected"),
    [
        ("2026-11-24", "week", 0, 0, ("2026-11-23", "2026-11-29")),
        ("2027-01-03", "week", 0, 0, ("2026-12-28", "2027-01-03")),
        ("2027-01-03", "week", -1, 1, ("2026-12-21", "2027-01-10")),
        ("2028-02-29", "month", 0, 0, ("2028-02-01", "2028-02-29")),
        ("2028-02-29", "month", -12, -12, ("2027-02-01", "2027-02-28")),
        ("2026-01-31", "month", -1, 1, ("2025-12-01", "2026-02-28")),
        ("2026-12-31", "quarter", 0, 0, ("2026-10-01", "2026-12-31")),
        ("2026-12-31", "quarter", -4, -3, ("2025-10-01", "2026-03-31")),
        ("2026-01-01", "quarter", -1, -1, ("2025-10-01", "2025-12-31")),
        ("2026-11-24", "year", -1, 1, ("2025-01-01", "2027-12-31")),
        ("0002-03-05", "year", -1, -1, ("0001-01-01", "0001-12-31")),
        ("0002-03-05", "month", -600, -14, ("0001-01-01", "0001-01-31")),
        ("9999-11-30", "month", 1, 600, ("9999-12-01", "9999-12-31")),
    ],
)
def test_calendar_periods_are_whole_days(
    as_of: str, unit: CalendarUnit, first: int, last: int, expected: tuple[str, str]
) -> None:
    test = TimeTest("in_calendar", Periods(unit, first, last))
    assert resolve_time(test, "date", clock(f"{as_of}T12:00")) == days(expected)


@pytest.mark.parametrize(("as_of", "first", "last"), [("0002-03-05", -3, -2), ("9999-12-31", 1, 600)])
def test_no_day_lies_in_years_that_no_date_has(as_of: str, first: int, last: int) -> None:
    periods = Periods("year", first, last)
    at = clock(f"{as_of}T12:00")
    assert resolve_time(TimeTest("in_calendar", periods), "date", at) == Spans(())
    assert resolve_time(TimeTest("in_calendar", periods), "timestamp", at) == Spans(())
    window = window_instants(periods, at)
    assert window.low is not None
    assert window.low >= window.high


def test_this_period_ends_before_as_of_for_rows_and_not_for_values() -> None:
    at = clock("2026-11-24T10:00")
    month = Periods("month", 0, 0)
    assert window_instants(month, at) == Instants(us("2026-10-31T23:00"), us("2026-11-24T09:00"))
    whole = resolve_time(TimeTest("in_calendar", month), "timestamp", at)
    assert whole == Spans((Span(us("2026-10-31T23:00"), us("2026-11-30T23:00") - 1),))


def test_this_week_is_empty_in_its_first_instant() -> None:
    window = window_instants(Periods("week", 0, 0), clock("2026-11-23T00:00"))
    assert window == Instants(us("2026-11-22T23:00"), us("2026-11-22T23:00"))


@pytest.mark.parametrize(
    ("as_of", "ahead", "expected"),
    [
        ("2027-02-27", 1, {228, 229}),
        ("2028-02-27", 1, {228}),
        ("2028-02-29", 365, {228}),
        ("2027-03-01", 365, {229}),
        ("9999-12-31", 1, {101}),
        ("9999-12-31", 60, {229}),
    ],
)
def test_an_anniversary_is_counted_to_its_next_time(as_of: str, ahead: int, expected: set[int]) -> None:
    test = TimeTest("anniversary_days_ahead", Spans((Span(ahead, ahead),)))
    assert resolve_time(test, "date", clock(f"{as_of}T00:00")) == Calendar("month_day", frozenset(expected))


def test_every_anniversary_is_0_to_365_days_ahead_and_none_is_further() -> None:
    every = resolve_time(TimeTest("anniversary_days_ahead", Spans((Span(0, 365),))), "date", clock("2027-03-01T00:00"))
    assert isinstance(every, Calendar)
    assert len(every.allowed) == 366
    none = resolve_time(
        TimeTest("anniversary_days_ahead", Spans((Span(366, None),))), "date", clock("2027-03-01T00:00")
    )
    assert none == Spans(())
