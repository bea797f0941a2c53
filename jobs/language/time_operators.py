"""The operators on dates and timestamps, one row each.

`days_ago`, `years_ago` and `anniversary_days_ahead` hold a numeric operator themselves, so operators.py, which can read
those, gives the reader.
"""

from __future__ import annotations

from collections.abc import Callable

from jobs.language import time_arguments as a
from jobs.language.arguments import Reader
from jobs.language.atoms import TimeOperator
from jobs.language.calendar_periods import in_calendar
from jobs.language.operator_rows import (
    ANNIVERSARY,
    CALENDAR_PERIOD,
    DATE,
    DAYS,
    HOURS,
    LENGTH,
    SEVERAL_MONTH_DAYS,
    SEVERAL_MONTHS,
    SEVERAL_WEEKDAYS,
    TIME,
    TIMESTAMP,
    TWO_TIMES,
    WHOLE_TIME,
    Operator,
)


# fmt: off
def time_operators(counted: Callable[[TimeOperator], Reader]) -> tuple[Operator, ...]:
    """All of them; `counted` reads a numeric operator over whole days or years."""
    return (
        Operator("on", DAYS, TIME, a.time_point("on"), "is on {0}", "is not on {0}",
                 "On that local day, or at that very instant.", pair="is"),
        Operator("before", DAYS, TIME, a.time_point("before"), "is before {0}", "is on or after {0}",
                 "Before the day begins, or before the instant.", pair="less_than"),
        Operator("on_or_before", DAYS, TIME, a.time_point("on_or_before"), "is on or before {0}", "is after {0}",
                 "That day, that instant or earlier.", pair="at_most"),
        Operator("after", DAYS, TIME, a.time_point("after"), "is after {0}", "is on or before {0}",
                 "After the day has ended, or after the instant.", pair="more_than"),
        Operator("on_or_after", DAYS, TIME, a.time_point("on_or_after"), "is on or after {0}", "is before {0}",
                 "That day, that instant or later.", pair="at_least"),
        Operator("between", DAYS, TWO_TIMES, a.time_range, "is from {0} to {1}", "is not from {0} to {1}",
                 "From the first to the second, both in."),
        Operator("within_last", DATE, LENGTH, a.span_of_time("within_last"),
                 "is today or in the last {1}", "is neither today nor in the last {1}",
                 "as_of's day and so many days (weeks, months, years) before it: 30d are 31 days."),
        Operator("within_last", TIMESTAMP, LENGTH, a.span_of_time("within_last"),
                 "is in the last {1}", "is not in the last {1}",
                 "So many whole days before as_of's day, and what has passed of that; with h, elapsed hours."),
        Operator("within_next", DATE, LENGTH, a.span_of_time("within_next"),
                 "is today or in the next {1}", "is neither today nor in the next {1}",
                 "as_of's day and so many days after it."),
        Operator("within_next", TIMESTAMP, LENGTH, a.span_of_time("within_next"),
                 "is in the next {1}", "is not in the next {1}",
                 "From as_of to the end of so many days after as_of's day; with h, elapsed hours."),
        Operator("more_than_ago", DAYS, LENGTH, a.span_of_time("more_than_ago"),
                 "is more than {0} ago", "is not more than {0} ago", "Before all that within_last covers."),
        Operator("more_than_ahead", DAYS, LENGTH, a.span_of_time("more_than_ahead"),
                 "is more than {0} ahead", "is not more than {0} ahead", "After all that within_next covers."),
        Operator("days_ago", DAYS, WHOLE_TIME, counted("days_ago"), "is {0} days ago", "is not {0} days ago",
                 "How many days lie between its day and as_of's day; negative in the future."),
        Operator("years_ago", DAYS, WHOLE_TIME, counted("years_ago"),
                 "is {0} full years ago", "is not {0} full years ago",
                 "How many years are completed since its day: an age."),
        Operator("in_calendar", DAYS, CALENDAR_PERIOD, in_calendar, "is in {0}", "is not in {0}",
                 "Its day lies in whole weeks (from Monday), months, quarters or years, counted from the one of as_of."),
        Operator("anniversary_days_ahead", DATE, WHOLE_TIME, counted("anniversary_days_ahead"),
                 "comes round {0} days ahead", "does not come round {0} days ahead",
                 "How many days there are from as_of's day to the next time its day and month come round, whatever the "
                 "year: 0 is today; 29 February on 28 February."),
        Operator("anniversary_within_next", DATE, ANNIVERSARY, a.anniversary("anniversary_within_next"),
                 "has its anniversary today or in the next {1}", "does not have its anniversary today or in the next {1}",
                 "Its day and month come round in that time, whatever the year; 1d is today and tomorrow; "
                 "29 February on 28 February."),
        Operator("anniversary_within_last", DATE, ANNIVERSARY, a.anniversary("anniversary_within_last"),
                 "has its anniversary today or in the last {1}", "does not have its anniversary today or in the last {1}",
                 "Its day and month came round in that time, whatever the year; 1d is yesterday and today; "
                 "29 February on 28 February."),
        Operator("weekday_in", DAYS, SEVERAL_WEEKDAYS, a.weekdays, "falls on {or}", "does not fall on {or}",
                 "On one of these weekdays, mon to sun, in the account's zone."),
        Operator("month_in", DAYS, SEVERAL_MONTHS, a.months, "falls in {or}", "does not fall in {or}",
                 "In one of these months, 1 to 12."),
        Operator("day_of_month_in", DAYS, SEVERAL_MONTH_DAYS, a.days_of_month,
                 "falls on day {or} of the month", "does not fall on day {or} of the month",
                 "On one of these days of the month; 31 means months that have one."),
        Operator("hour_between", TIMESTAMP, HOURS, a.hours, "falls between {0} and {1}", "does not fall between {0} and {1}",
                 "In the local hours from the first up to the second, 0 to 24: [8, 12] is 8:00 to 11:59."),
    )
# fmt: on
