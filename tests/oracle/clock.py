"""One instant, one zone: as_of, local days, and durations that go back or ahead from them.

Instants are aware datetimes in UTC. Local times that do not exist or exist twice take the offset in force before the
change, which is what `fold=0` says.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def duration(text: str) -> tuple[int, str]:
    """`"90d"` as (90, "d")."""
    found = re.fullmatch(r"(\d+)(h|d|w|mo|y)", text)
    assert found, text
    return int(found[1]), found[2]


def elapsed(text: str) -> timedelta:
    """A gap of a sequence as elapsed time: a day is 24 hours here."""
    count, unit = duration(text)
    return count * {"h": timedelta(hours=1), "d": DAY, "w": 7 * DAY}[unit]


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO instant or a bare date (its midnight) in UTC; without an offset it is local to the zone."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=zone, fold=0)).astimezone(UTC)


@lru_cache(maxsize=100_000)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Clock:
    """The run's `as_of` and the account's zone."""

    as_of: datetime
    zone: ZoneInfo

    @staticmethod
    def at(as_of: str, time_zone: str) -> Clock:
        zone = ZoneInfo(time_zone)
        return Clock(instant(as_of, zone), zone)

    @property
    def today(self) -> date:
        return self.day(self.as_of)

    def midnight(self, day: date) -> datetime:
        """The first instant of a local day."""
        return _midnight(day, self.zone)

    def day(self, moment: datetime) -> date:
        """The local day that an instant lies in: from its midnight up to the next one."""
        day = moment.astimezone(self.zone).date()
        while moment >= self.midnight(day + DAY):
            day += DAY
        while moment < self.midnight(day):
            day -= DAY
        return day

    def hour(self, moment: datetime) -> int:
        return moment.astimezone(self.zone).hour

    def day_before(self, text: str) -> date:
        """As_of's day minus a duration."""
        return moved(self.today, text, -1)

    def day_after(self, text: str) -> date:
        return moved(self.today, text, +1)

    def start_of_last(self, text: str) -> datetime:
        """The first instant of `within_last`."""
        count, unit = duration(text)
        return self.as_of - timedelta(hours=count) if unit == "h" else self.midnight(self.day_before(text))

    def end_of_next(self, text: str) -> datetime:
        """The first instant after `within_next`."""
        count, unit = duration(text)
        return self.as_of + timedelta(hours=count) if unit == "h" else self.midnight(self.day_after(text) + DAY)


def moved(day: date, text: str, sign: int) -> date:
    """A day moved by d, w, mo or y; months and years at once, clamped to the month's last day."""
    count, unit = duration(text)
    if unit in ("d", "w"):
        return day + sign * count * (DAY if unit == "d" else 7 * DAY)
    months = day.year * 12 + day.month - 1 + sign * count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def period_starts(day: date, unit: str) -> date:
    """The first day of the calendar period that a day lies in."""
    match unit:
        case "week":
            return day - day.weekday() * DAY
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(
                month={1: 1, 2: 1, 3: 1, 4: 4, 5: 4, 6: 4, 7: 7, 8: 7, 9: 7, 10: 10, 11: 10, 12: 10}[day.month], day=1
            )
        case _:
            return day.replace(month=1, day=1)


def periods_ago(day: date, today: date, unit: str) -> int:
    """How many calendar periods lie between a day's and today's: 0 in the same, 1 in the one before, negative ahead."""
    earlier, later = sorted((period_starts(day, unit), period_starts(today, unit)))
    if unit == "week":
        steps = (later - earlier).days // 7
    else:
        months = (later.year - earlier.year) * 12 + later.month - earlier.month
        steps = months // {"month": 1, "quarter": 3, "year": 12}[unit]
    return steps if day < today else -steps


def in_periods(day: date, today: date, unit: str, ago: Any = None, ahead: Any = None) -> bool:
    """Whether a day lies in the periods that are so many ago or ahead: a number, or the nearest and the farthest."""
    distance = periods_ago(day, today, unit) if ahead is None else -periods_ago(day, today, unit)
    wanted = ago if ahead is None else ahead
    nearest, farthest = wanted if isinstance(wanted, list) else (wanted, wanted)
    return nearest <= distance <= farthest


def days_to_anniversary(born: date, today: date) -> int:
    """Days to the next time that the day and month come round; 0 today."""
    this_year = anniversary(born, today.year)
    coming = this_year if this_year >= today else anniversary(born, today.year + 1)
    return (coming - today).days


def anniversary(born: date, year: int) -> date:
    """The day of a year on which a date comes round; 29 February is kept on the 28th in common years."""
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def completed_years(born: date, today: date) -> int:
    return today.year - born.year - (1 if anniversary(born, today.year) > today else 0)


def comes_round(born: date, first: date, last: date) -> bool:
    """Whether the day and month of a date fall on one of the days first … last."""
    days = (first + n * DAY for n in range((last - first).days + 1))
    return any(anniversary(born, day.year) == day for day in days)
