"""`{"ago": "30d"}` and `{"ahead": "7d"}`: a moment counted from as_of, written as the place where it stands wants it.

So many days, weeks, months or years away it is the first instant of that local day, as the windows of the language begin;
so many hours away it is as_of less or plus them. `plus` moves it on: hours, minutes and seconds as they elapse, longer units
by the calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from jobs.catalog.model import Column, Source
from jobs.catalog.time_patterns import TimePattern
from jobs.plan.clock import EPOCH, HOUR_US, date_of, days_later
from jobs.plan.run_plan import Clock
from jobs.syntax.durations import UNITS, Unit
from jobs.syntax.literals import Moment
from jobs.syntax.nodes import shown
from jobs.syntax.zones import zone_transitions

_AWAY = re.compile(r"(0|[1-9][0-9]{0,6})(h|d|w|mo|y)")
_SHIFT = re.compile(r"([+-]?)([0-9]{1,9})(s|min|h|d|w|mo|y)")
_ELAPSED = {"s": 1_000_000, "min": 60_000_000, "h": HOUR_US}


@dataclass(frozen=True)
class RelativeMoment:
    """An instant, and the local day that it was counted to."""

    us: int
    clock: Clock

    @property
    def day(self) -> int:
        return self.clock.zone.local_day(self.us)

    def moved(self, shift: str) -> RelativeMoment:
        """Moved on by one or several shifts, `"-1s"`, `"1d 2h"`. ValueError where it says none."""
        moment = self
        for part in shift.split():
            moment = moment._moved(part)
        return moment

    def _moved(self, part: str) -> RelativeMoment:
        read = _SHIFT.fullmatch(part)
        if read is None:
            raise ValueError(f'found {shown(part)}, expected a shift like "-1s", "30min", "2h", "-1d" or "1mo"')
        sign, count, unit = -1 if read[1] == "-" else 1, int(read[2]), read[3]
        if unit in _ELAPSED:
            return RelativeMoment(self.us + sign * count * _ELAPSED[unit], self.clock)
        return RelativeMoment(self.us + self._until(_later(self.day, sign * count, unit)), self.clock)

    def _until(self, day: int) -> int:
        """How long it is from this local midnight to that of another day."""
        return self.clock.zone.midnight_us(day) - self.clock.zone.midnight_us(self.day)


def moment_away(text: object, sign: int, clock: Clock) -> RelativeMoment:
    """The moment that lies so far ahead of as_of (sign 1) or back (-1). ValueError where the text says none."""
    read = _AWAY.fullmatch(text) if isinstance(text, str) else None
    if read is None:
        raise ValueError(f'found {shown(str(text))}, expected a duration like "30d", or "0d" for as_of\'s own day')
    count, unit = int(read[1]), read[2]
    if unit == "h":
        return RelativeMoment(clock.as_of_us + sign * count * HOUR_US, clock)
    return RelativeMoment(clock.zone.midnight_us(_later(clock.day, sign * count, unit)), clock)


def _later(day: int, count: int, written: str) -> int:
    """Beyond the fifty years of durations, too: people are older than that."""
    unit: Unit = next(unit for unit in UNITS if unit == written)
    return days_later(day, count, unit)


# --- as it is written ----------------------------------------------------------------------------------------------------


def in_rows(moment: RelativeMoment, column: Column | None, source: Source) -> str:
    """As a delivered row writes it in this column: a date, or a timestamp with its offset, or as the catalog says."""
    form = None if column is None else column.written
    if column is not None and column.type.name == "date":
        day = date_of(moment.day)
        return day.isoformat() if form is None or form.date is None else _patterned(day, form.date)
    if form is None or form.timestamp is None:
        return str(_with_offset(moment))
    if isinstance(form.timestamp, TimePattern):
        zone = zone_transitions(source.time_zone) if source.time_zone else moment.clock.zone
        return _patterned(zone.local_time(moment.us), form.timestamp)
    return str(moment.us // (1_000_000 if form.timestamp == "epoch_seconds" else 1_000))


def as_date(moment: RelativeMoment) -> str:
    """The local day alone."""
    return date_of(moment.day).isoformat()


def in_specs(moment: RelativeMoment) -> str:
    """As a spec writes an instant, in the account's zone."""
    return str(Moment(moment.clock.zone.local_time(moment.us)))


def _with_offset(moment: RelativeMoment) -> Moment:
    local = moment.clock.zone.local_time(moment.us)
    utc = (EPOCH + timedelta(microseconds=moment.us)).astimezone(UTC).replace(tzinfo=None)
    return Moment(local, local - utc)


def _patterned(at: date | datetime, pattern: TimePattern) -> str:
    clock = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)
    parts = {
        "YYYY": f"{at.year:04}", "MM": f"{at.month:02}", "M": str(at.month), "DD": f"{at.day:02}", "D": str(at.day),
        "HH": f"{clock.hour:02}", "H": str(clock.hour), "mm": f"{clock.minute:02}", "ss": f"{clock.second:02}",
    }  # fmt: skip
    return re.sub(r"YYYY|MM|M|DD|D|HH|H|mm|ss", lambda token: parts[token[0]], pattern.text)
