"""Symbolic tests of dates and timestamps, and symbolic windows, as numbers: days, or microseconds UTC.

A date's `within_last: "30d"` has 31 days, as_of's day included; a timestamp's has 30 days and what passed of today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import assert_never, cast

from jobs.language.atoms import (
    Calendar,
    DaysAgo,
    DaySpan,
    Instants,
    Last,
    Periods,
    Span,
    Spans,
    TimeTest,
    Window,
)
from jobs.language.intervals import holds
from jobs.plan.clock import HOUR_US, coming_round, day_of, last_day_aged, period_days, shifted
from jobs.plan.run_plan import Clock
from jobs.syntax.durations import Duration
from jobs.syntax.literals import Moment

DAYS_OF_LONGEST_YEAR = 366
Ends = tuple[int | None, int | None]
"""A closed interval of whole numbers; None: no end."""


def window_instants(window: Window | None, clock: Clock) -> Instants:
    """Low <= t < high; never after as_of. A window in the future is empty (low >= high)."""
    match window:
        case None:
            return Instants(None, clock.as_of_us)
        case Instants():
            return window
        case Last(duration):
            return Instants(_start_of_last(duration, clock), clock.as_of_us)
        case DaySpan(first, last):
            return _days_window(day_of(first), day_of(last), clock)
        case DaysAgo(nearest, farthest):
            return _days_window(clock.day - farthest, clock.day - nearest, clock)
        case Periods(unit, first, last):
            return _days_window(*period_days(clock.day, unit, first, last), clock)
        case _:
            assert_never(window)


def keep_cut_us(keep: Duration, clock: Clock) -> int:
    """Rows before midnight of (as_of's day - keep) do not exist."""
    return _start_of_last(keep, clock)


def _days_window(first: int, last: int, clock: Clock) -> Instants:
    return Instants(
        clock.zone.midnight_us(first),
        # A window may end today or later, but rows at or after as_of do not exist for the run.
        min(clock.zone.midnight_us(last + 1), clock.as_of_us),
    )


def _start_of_last(duration: Duration, clock: Clock) -> int:
    if duration.unit == "h":
        # Hours are elapsed, days are the calendar's: "24h" over a change of clocks is not the same as "1d".
        return clock.as_of_us - duration.count * HOUR_US
    return clock.zone.midnight_us(shifted(clock.day, duration, -1))


def _end_of_next(duration: Duration, clock: Clock) -> int:
    if duration.unit == "h":
        return clock.as_of_us + duration.count * HOUR_US
    return clock.zone.midnight_us(shifted(clock.day, duration, 1) + 1)


def resolve_time(test: TimeTest, type_name: str, clock: Clock) -> Spans | Calendar:
    """The test as whole days (dates) or microseconds (timestamps)."""
    if test.operator in ("anniversary_within_next", "anniversary_within_last"):
        return _anniversary(cast(Duration, test.argument), test.operator.endswith("next"), clock.day)
    if test.operator == "anniversary_days_ahead":
        return _anniversary_ahead(cast(Spans, test.argument), clock.day)
    spans = list(_date_ends(test, clock) if type_name == "date" else _timestamp_ends(test, clock))
    return Spans(tuple(Span(low, high) for low, high in spans))


def _date_ends(test: TimeTest, clock: Clock) -> Iterator[Ends]:
    argument = test.argument
    match test.operator:
        case "days_ago" | "years_ago":
            yield from _ago_days(test, clock)
        case "in_calendar":
            yield from _calendar_days(cast(Periods, argument), clock)
        case "between":
            low, high = cast(tuple[date, date], argument)
            yield day_of(low), day_of(high)
        case "within_last":
            # A date has no hour, so as_of's day counts whole: 30d is that day and the 30 before it.
            yield shifted(clock.day, cast(Duration, argument), -1), clock.day
        case "within_next":
            yield clock.day, shifted(clock.day, cast(Duration, argument), 1)
        case "more_than_ago":
            yield None, shifted(clock.day, cast(Duration, argument), -1) - 1
        case "more_than_ahead":
            yield shifted(clock.day, cast(Duration, argument), 1) + 1, None
        case _:
            day = day_of(cast(date, argument))
            yield _around(test.operator, day, day)


def _timestamp_ends(test: TimeTest, clock: Clock) -> Iterator[Ends]:
    argument = test.argument
    match test.operator:
        case "days_ago" | "years_ago":
            yield from (_instants_of_days(ends, clock) for ends in _ago_days(test, clock))
        case "in_calendar":
            yield from (_instants_of_days(ends, clock) for ends in _calendar_days(cast(Periods, argument), clock))
        case "between":
            low, high = cast(tuple[date | Moment, date | Moment], argument)
            yield _first_last(low, clock)[0], _first_last(high, clock)[1]
        case "within_last":
            # A row at as_of itself does not exist yet: a run sees only what happened before it.
            yield _start_of_last(cast(Duration, argument), clock), clock.as_of_us - 1
        case "within_next":
            # "Next" begins at as_of itself: an instant belongs to the last or to the next stretch, never to both or to none.
            yield clock.as_of_us, _end_of_next(cast(Duration, argument), clock) - 1
        case "more_than_ago":
            yield None, _start_of_last(cast(Duration, argument), clock) - 1
        case "more_than_ahead":
            yield _end_of_next(cast(Duration, argument), clock), None
        case _:
            yield _around(test.operator, *_first_last(cast(date | Moment, argument), clock))


def _first_last(literal: date | Moment, clock: Clock) -> tuple[int, int]:
    """First and last microsecond of a local day, or twice the instant."""
    if isinstance(literal, Moment):
        instant = literal.utc_us(clock.zone)
        return instant, instant
    day = day_of(literal)
    return clock.zone.midnight_us(day), clock.zone.midnight_us(day + 1) - 1


def _around(operator: str, first: int, last: int) -> Ends:
    match operator:
        case "on":
            return first, last
        case "before":
            return None, first - 1
        case "on_or_before":
            return None, last
        case "after":
            return last + 1, None
        case "on_or_after":
            return first, None
        case _:
            raise AssertionError(f"{operator} has no day to stand around")


def _instants_of_days(ends: Ends, clock: Clock) -> Ends:
    low, high = ends
    first = None if low is None else clock.zone.midnight_us(low)
    return first, None if high is None else clock.zone.midnight_us(high + 1) - 1


def _ago_days(test: TimeTest, clock: Clock) -> Iterator[Ends]:
    """days_ago n: the day is as_of's day - n. years_ago n: between the last days aged n + 1 and n."""
    for low, high in map(whole, cast(Spans, test.argument).spans):
        if low is not None and high is not None and low > high:
            continue
        if test.operator == "days_ago":
            yield (
                (None if high is None else clock.day - high),
                (None if low is None else clock.day - low),
            )
        else:
            # Older means an earlier day: the high end of an age is the low end of the days.
            first = None if high is None else last_day_aged(clock.day, high + 1) + 1
            yield first, None if low is None else last_day_aged(clock.day, low)


def _calendar_days(periods: Periods, clock: Clock) -> Iterator[tuple[int, int]]:
    """The periods as days, if years have such days."""
    first, last = period_days(clock.day, periods.unit, periods.first, periods.last)
    if first <= last:
        yield first, last


def whole(span: Span) -> Ends:
    """The whole numbers inside a span, ends in: more than 2.5 is at least 3."""
    low = None if span.low is None else _rounded(span.low, ROUND_CEILING)
    high = None if span.high is None else _rounded(span.high, ROUND_FLOOR)
    if low is not None and low == span.low and not span.low_in:
        low += 1
    if high is not None and high == span.high and not span.high_in:
        high -= 1
    return low, high


def _rounded(number: Decimal | int, rounding: str) -> int:
    return number if isinstance(number, int) else int(number.to_integral_value(rounding=rounding))


def _anniversary(duration: Duration, ahead: bool, today: int) -> Calendar:
    """The days on which an anniversary is in reach; 29 February comes round on 28 February in other years."""
    other = shifted(today, duration, 1 if ahead else -1)
    days = range(min(today, other), max(today, other) + 1)
    return Calendar("month_day", frozenset(number for day in days for number in coming_round(day)))


def _anniversary_ahead(spans: Spans, today: int) -> Spans | Calendar:
    """The anniversaries that come round so many days after today; each is counted to its next time only."""
    next_times: dict[int, int] = {}
    for ahead in range(DAYS_OF_LONGEST_YEAR):
        for number in coming_round(today + ahead):
            next_times.setdefault(number, ahead)
    allowed = frozenset(number for number, ahead in next_times.items() if holds(spans, ahead))
    return Calendar("month_day", allowed) if allowed else Spans(())
