"""Dates and timestamps against their operators: fixed, relative to as_of, and by the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.oracle.clock import DAY, Clock, comes_round, completed_years, days_to_anniversary, in_periods, instant
from tests.oracle.ordering import number_holds, ordered

AS_ORDERED = {
    "on": "is",
    "before": "less_than",
    "on_or_before": "at_most",
    "after": "more_than",
    "on_or_after": "at_least",
    "between": "between",
}
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def date_holds(day: date, operator: str, wanted: Any, clock: Clock) -> bool:
    """An operator over a date."""
    if operator in AS_ORDERED:
        return ordered(day, AS_ORDERED[operator], wanted, date.fromisoformat)
    today = clock.today
    match operator:
        case "within_last":
            return clock.day_before(wanted) <= day <= today
        case "within_next":
            return today <= day <= clock.day_after(wanted)
        case "more_than_ago":
            return day < clock.day_before(wanted)
        case "more_than_ahead":
            return day > clock.day_after(wanted)
        case "anniversary_within_next":
            return comes_round(day, today, clock.day_after(wanted))
        case "anniversary_within_last":
            return comes_round(day, clock.day_before(wanted), today)
        case "anniversary_days_ahead":
            return number_holds(days_to_anniversary(day, today), wanted)
        case _:
            return calendar_holds(day, operator, wanted, clock)


def calendar_holds(day: date, operator: str, wanted: Any, clock: Clock) -> bool:
    """The operators that a timestamp shares through its local day."""
    match operator:
        case "days_ago":
            return number_holds((clock.today - day).days, wanted)
        case "years_ago":
            return number_holds(completed_years(day, clock.today), wanted)
        case "in_calendar":
            return in_periods(day, clock.today, **wanted)
        case "weekday_in":
            return WEEKDAYS[day.weekday()] in wanted
        case "month_in":
            return day.month in wanted
        case "day_of_month_in":
            return day.day in wanted
        case _:
            raise AssertionError(operator)


def timestamp_holds(moment: datetime, operator: str, wanted: Any, clock: Clock) -> bool:
    """An operator over an instant."""
    match operator:
        case "on":
            return not is_before(moment, wanted, clock) and not is_after(moment, wanted, clock)
        case "before":
            return is_before(moment, wanted, clock)
        case "on_or_after":
            return not is_before(moment, wanted, clock)
        case "on_or_before":
            return not is_after(moment, wanted, clock)
        case "after":
            return is_after(moment, wanted, clock)
        case "between":
            return not is_before(moment, wanted[0], clock) and not is_after(moment, wanted[1], clock)
        case "within_last":
            return clock.start_of_last(wanted) <= moment < clock.as_of
        case "within_next":
            return clock.as_of <= moment < clock.end_of_next(wanted)
        case "more_than_ago":
            return moment < clock.start_of_last(wanted)
        case "more_than_ahead":
            return moment >= clock.end_of_next(wanted)
        case "hour_between":
            return wanted[0] <= clock.hour(moment) < wanted[1]
        case _:
            return calendar_holds(clock.day(moment), operator, wanted, clock)


def is_before(moment: datetime, literal: str, clock: Clock) -> bool:
    """Before a written instant, or before the first instant of a written day."""
    if "T" in literal:
        return moment < instant(literal, clock.zone)
    return moment < clock.midnight(date.fromisoformat(literal))


def is_after(moment: datetime, literal: str, clock: Clock) -> bool:
    """After a written instant, or at or after the midnight that ends a written day."""
    if "T" in literal:
        return moment > instant(literal, clock.zone)
    return moment >= clock.midnight(date.fromisoformat(literal) + DAY)
