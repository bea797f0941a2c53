"""Days, months and instants around one as_of: every date the plan computes comes from here.

A day is a calendar day of the account's zone, counted from 1970-01-01. Months and years are subtracted at once and
clamped to the month's last day (31 May - 3mo = 28 February).
"""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import UTC, date, datetime

from jobs.language.atoms import CalendarUnit
from jobs.plan.run_plan import Clock
from jobs.syntax.durations import Duration, Unit
from jobs.syntax.literals import Moment
from jobs.syntax.zones import Zone

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = date.min.toordinal() - EPOCH_ORDINAL
LAST_DAY = date.max.toordinal() - EPOCH_ORDINAL
HOUR_US = 3_600_000_000


def make_clock(as_of: Moment, zone: Zone) -> Clock:
    """The clock of a run: an as_of without offset is local time in `zone`."""
    as_of_us = as_of.utc_us(zone)
    return Clock(as_of_us, zone, zone.local_day(as_of_us))


def day_of(day: date) -> int:
    return day.toordinal() - EPOCH_ORDINAL


def date_of(day: int) -> date:
    """The date of a day number; days beyond year 1 and 9999 are cut off there."""
    return date.fromordinal(min(max(day, FIRST_DAY), LAST_DAY) + EPOCH_ORDINAL)


def shifted(day: int, duration: Duration, sign: int) -> int:
    """The day a duration of d, w, mo or y later (sign 1) or earlier (-1)."""
    return days_later(day, sign * duration.count, duration.unit)


def days_later(day: int, count: int, unit: Unit) -> int:
    """The day so many days, weeks, months or years later; earlier where `count` is negative."""
    match unit:
        case "d":
            return day + count
        case "w":
            return day + 7 * count
        case "mo":
            return _months_later(day, count)
        case "y":
            return _months_later(day, 12 * count)
        case "h":
            raise AssertionError("hours are no days")


def _months_later(day: int, months: int) -> int:
    start = date_of(day)
    # At once and not month by month: 31 May - 2mo is 31 March; by way of 30 April it would be the 30th.
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year < 1:
        return FIRST_DAY
    if year > 9999:
        return LAST_DAY
    return day_of(date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])))


ERA_DAYS = 146_097  # days in 400 years, after which the Gregorian calendar repeats itself, weekdays too
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_days(day: int, unit: CalendarUnit, first: int, last: int) -> tuple[int, int]:
    """The first and the last day of whole calendar periods, counted from the one the day lies in.

    Of months, quarters and years what lies before year 1 or after 9999 is cut off, because no date can say it; last < first
    where nothing is left. Weeks may go beyond: a number of days says them, and no value lies there.
    """
    if unit == "week":
        monday = day - (day + 3) % 7  # 1970-01-01 was a Thursday
        return monday + 7 * first, monday + 7 * last + 6
    months = _MONTHS[unit]
    today = date_of(day)
    current = (today.year * 12 + today.month - 1) // months
    return _first_of_month((current + first) * months), _first_of_month((current + last + 1) * months) - 1


def _first_of_month(months: int) -> int:
    """The first day of a month counted from January of year 0."""
    year, month = divmod(months, 12)
    if year < 1:
        return FIRST_DAY
    return LAST_DAY + 1 if year > 9999 else day_of(date(year, month + 1, 1))


def coming_round(day: int) -> tuple[int, ...]:
    """The anniversaries, as month * 100 + day, that come round on a day, be it beyond year 1 or 9999."""
    alike = date_of(day % ERA_DAYS)
    number = alike.month * 100 + alike.day
    # Born on 29 February, one has a birthday every year; where the day is missing it is kept the day before.
    return (number, 229) if number == 228 and not isleap(alike.year) else (number,)


def last_day_aged(day: int, years: int) -> int:
    """The last day d with at least `years` completed calendar years from d to `day`.

    29 February is kept on 28 February where a year has no 29th: on 28 February 2027 one born on 29 February 2004 is 23.
    """
    today = date_of(day)
    year = today.year - years
    if year < 1:
        return FIRST_DAY - 1
    if year > 9999:
        return LAST_DAY
    # That year has no 29 February, so the last of its days that has come round by today is the 28th.
    if (today.month, today.day) == (2, 29) and not isleap(year):
        return day_of(date(year, 2, 28))
    if (today.month, today.day) == (2, 28) and not isleap(today.year) and isleap(year):
        return day_of(date(year, 2, 29))
    return day_of(today.replace(year=year))
