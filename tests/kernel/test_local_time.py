"""Local days and hours of arrays, against Python's own zones instant by instant, on days of 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from jobs.kernel.localtime import calendar_field, in_calendar, local_time
from jobs.language.atoms import Calendar
from jobs.plan.clock import make_clock
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = ["Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]


def around(zone: str) -> list[datetime]:
    """Every ten minutes around the changes of 2026, and one instant a week of a century."""
    changes = [
        datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 8), (3, 29), (4, 4), (10, 4), (10, 25), (11, 1))
    ]
    near = [change + timedelta(minutes=10 * step) for change in changes for step in range(-144, 288)]
    return near + [datetime(1950, 1, 1, 3, tzinfo=UTC) + timedelta(weeks=step) for step in range(5000)]


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_are_those_on_the_wall(zone: str) -> None:
    instants = around(zone)
    local = local_time(make_clock(read_moment("2026-11-24T00:00"), zone_transitions(zone)))
    us = np.array([(one - EPOCH) // timedelta(microseconds=1) for one in instants], np.int64)
    walls = [one.astimezone(ZoneInfo(zone)) for one in instants]
    assert local.hours(us).tolist() == [wall.hour for wall in walls]
    assert local.days(us).tolist() == [(wall.date() - date(1970, 1, 1)).days for wall in walls]


def test_calendar_fields_of_every_day_of_four_centuries() -> None:
    days = [date(1799, 12, 31) + timedelta(days=step) for step in range(146_200)]
    numbers = np.array([(day - date(1970, 1, 1)).days for day in days], np.int64)
    assert calendar_field(numbers, "weekday").tolist() == [day.weekday() for day in days]
    assert calendar_field(numbers, "month").tolist() == [day.month for day in days]
    assert calendar_field(numbers, "day").tolist() == [day.day for day in days]
    assert calendar_field(numbers, "month_day").tolist() == [day.month * 100 + day.day for day in days]


def test_the_hour_that_comes_twice_is_one_hour() -> None:
    local = local_time(make_clock(read_moment("2026-11-24T00:00"), zone_transitions("Europe/Vienna")))
    start = (datetime(2026, 10, 24, 22, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    hours = start + np.arange(25, dtype=np.int64) * 3_600_000_000  # the 25 hours of 25 October
    assert in_calendar(hours, True, Calendar("hour", frozenset({2})), local).sum() == 2
    assert np.unique(local.days(hours)).size == 1
