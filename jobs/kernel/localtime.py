"""Local days and hours of many instants at once, from the account zone's transition table.

A local day is everything from its midnight to the next one's; days count from 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.language.atoms import Calendar
from jobs.plan.run_plan import Clock
from jobs.syntax.zones import DAY_US

HOUR_US = DAY_US // 24
ERA_DAYS = 146_097  # days in 400 years of the Gregorian calendar
EPOCH_FROM_MARCH = 719_468  # days from 0000-03-01 to 1970-01-01


@dataclass(frozen=True, eq=False)
class LocalTime:
    """One zone's tables: the offset after `k` changes is `offsets_us[k]`, for hours and (changes shifted) for days."""

    as_of_us: int
    instants_us: NDArray[np.int64]
    day_instants_us: NDArray[np.int64]
    offsets_us: NDArray[np.int64]

    def days(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        """The local day of each instant."""
        changes = np.searchsorted(self.day_instants_us, instants, "right")
        return (instants + self.offsets_us[changes]) // DAY_US

    def hours(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        """What hour the clock on the wall shows, 0-23."""
        changes = np.searchsorted(self.instants_us, instants, "right")
        return (instants + self.offsets_us[changes]) % DAY_US // HOUR_US


def local_time(clock: Clock) -> LocalTime:
    zone = clock.zone
    return LocalTime(
        clock.as_of_us,
        np.array(zone.instants_us, np.int64),
        np.array(zone.day_instants_us, np.int64),
        np.array(zone.offsets_us, np.int64),
    )


def calendar_field(days: NDArray[np.int64], field: str) -> NDArray[np.int64]:
    """weekday (Monday 0), month, day of the month, or month * 100 + day, of day numbers."""
    if field == "weekday":
        return (days + 3) % 7  # 1970-01-01 was a Thursday
    month, day = _month_and_day(days)
    match field:
        case "month":
            return month
        case "day":
            return day
        case _:
            return month * 100 + day


def _month_and_day(days: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hinnant's `civil_from_days` (howardhinnant.github.io/date_algorithms.html): years begin in March."""
    of_era = (days + EPOCH_FROM_MARCH) % ERA_DAYS
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    from_march = (5 * of_year + 2) // 153
    day = of_year - (153 * from_march + 2) // 5 + 1
    return (from_march + 2) % 12 + 1, day


def in_calendar(values: NDArray[np.int64], is_instant: bool, test: Calendar, local: LocalTime) -> NDArray[np.bool_]:
    """Whether each day or instant falls on an allowed weekday, month, day or hour."""
    if test.field == "hour":
        fields = local.hours(values)
    else:
        fields = calendar_field(local.days(values) if is_instant else values, test.field)
    allowed = np.zeros(max(max(test.allowed, default=0), 1231) + 1, np.bool_)
    allowed[list(test.allowed)] = True
    return allowed[fields]
