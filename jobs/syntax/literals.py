"""The values that specs compare with: dates, instants, versions, texts, numbers, each read in one way only.

Every reader takes what stands in the file and gives the value, or raises ValueError saying what was found and what was
expected; the caller knows the place. Nothing is guessed: `2026-1-5`, a number as text and a text as number are errors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from jobs.syntax.nodes import Json, shown
from jobs.syntax.zones import Zone, micros

TEXT_LIMIT = 1_000
"""Unicode code points."""
VERSION_PART_DIGITS = 18
"""So that a part fits a signed 64-bit integer."""
OFFSET_LIMIT = timedelta(hours=18)
"""No place was ever further from UTC; Java refuses more as well."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_DATE_EXPECTED = 'expected a date as YYYY-MM-DD, like "2026-11-24"'
_MOMENT_EXPECTED = 'expected an instant as YYYY-MM-DDTHH:MM, like "2026-11-24T10:00", with an offset if you like'


@dataclass(frozen=True)
class Moment:
    """A local date and time, with the offset it was written with; None: the account's zone decides (`utc_us`)."""

    local: datetime
    offset: timedelta | None = None

    def utc_us(self, zone: Zone) -> int:
        """Microseconds since 1970 in UTC; a time without an offset is read in `zone`."""
        if self.offset is None:
            return zone.to_utc_us(self.local)
        return micros(self.local) - self.offset // timedelta(microseconds=1)

    def __str__(self) -> str:
        text = self.local.isoformat(timespec="auto" if self.local.second or self.local.microsecond else "minutes")
        return text if self.offset is None else f"{text}{_offset_text(self.offset)}"


def read_date(value: Json) -> date:
    """A real date of the years 1 to 9999, written YYYY-MM-DD."""
    if not isinstance(value, str):
        raise ValueError(f"found {shown(value)}, {_DATE_EXPECTED}")
    parts = _DATE.fullmatch(value)
    if parts is None:
        hint = "; a time does not belong here" if _MOMENT.fullmatch(value) else ""
        raise ValueError(f"found {shown(value)}, {_DATE_EXPECTED}{hint}")
    return _date(value, parts)


def read_moment(value: Json) -> Moment:
    """A local time or an instant: YYYY-MM-DDTHH:MM, then seconds with up to six decimals and an offset if wanted."""
    if not isinstance(value, str):
        raise ValueError(f"found {shown(value)}, {_MOMENT_EXPECTED}")
    parts = _MOMENT.fullmatch(value)
    if parts is None:
        raise ValueError(f"found {shown(value)}, {_MOMENT_EXPECTED}{_moment_hint(value)}")
    day_parts = _DATE.fullmatch(parts[1])
    assert day_parts is not None
    day = _date(value, day_parts)
    hour, minute, second = int(parts[2]), int(parts[3]), int(parts[4] or 0)
    if hour == 24:
        raise ValueError(f"found {shown(value)}, expected hours from 00 to 23; the end of a day is 00:00 of the next")
    if hour > 23 or minute > 59:
        raise ValueError(f"found {shown(value)}, expected a time from 00:00 to 23:59")
    if second > 59:
        raise ValueError(f"found {shown(value)}, expected seconds from 00 to 59; leap seconds do not exist here")
    if len(parts[5] or "") > 6:
        raise ValueError(f"found {shown(value)}, expected at most six decimals of a second")
    micro = int((parts[5] or "").ljust(6, "0"))
    local = datetime(day.year, day.month, day.day, hour, minute, second, micro)
    return Moment(local, _offset(value, parts[6]))


def read_date_or_moment(value: Json) -> date | Moment:
    """What a timestamp is compared with: a day (no `T` in it) or an instant."""
    if isinstance(value, str) and "T" not in value and not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ t]", value):
        return read_date(value)
    return read_moment(value)


def read_version(value: Json) -> tuple[int, ...]:
    """The parts as numbers, without zeros at the end: `4.09` is (4, 9), `4.0` is (4,), `0` is ()."""
    expected = 'expected a version as text of digits and dots, like "4.12.1"'
    if not isinstance(value, str):
        hint = (
            f'; put it in quotes: "{value}"'
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool)
            else ""
        )
        raise ValueError(f"found {shown(value)}, {expected}{hint}")
    if len(value) > TEXT_LIMIT or _VERSION.fullmatch(value) is None:
        raise ValueError(f"found {shown(value)}, {expected}")
    written = [part.lstrip("0") for part in value.split(".")]
    if max(map(len, written)) > VERSION_PART_DIGITS:
        raise ValueError(f"found {shown(value)}, expected at most {VERSION_PART_DIGITS} digits between two dots")
    while written and not written[-1]:
        written.pop()
    return tuple(int(part or "0") for part in written)


def read_text(value: Json, limit: int | None = TEXT_LIMIT) -> str:
    """A text of at most `limit` code points (None: of any length); empty is allowed, and refused where it means nothing."""
    if not isinstance(value, str):
        hint = f'; put it in quotes: "{shown(value)}"' if isinstance(value, (int, Decimal)) else ""
        raise ValueError(f"found {shown(value)}, expected a text{hint}")
    if limit is not None and len(value) > limit:
        raise ValueError(f"found a text of {len(value):,} characters, expected at most {limit:,}")
    return value


def read_number(value: Json) -> int | Decimal:
    """A number, exactly as written; a number in quotes and true or false are none."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError(f"found {shown(value)}, expected a number{_unquoted(value)}")
    return value


def read_whole(value: Json, low: int | None = None, high: int | None = None) -> int:
    """A number written without a point or exponent (`1.0` is none), both limits in."""
    span = "" if low is None and high is None else f" {_span(low, high)}"
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"found {shown(value)}, expected a whole number{span}{_unquoted(value)}")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"found {shown(value)}, expected a whole number{span}")
    return value


def read_boolean(value: Json) -> bool:
    """true or false, not in quotes, not 0 or 1."""
    if not isinstance(value, bool):
        hint = ", without quotes" if value in ("true", "false") else ""
        raise ValueError(f"found {shown(value)}, expected true or false{hint}")
    return value


def _date(written: str, parts: re.Match[str]) -> date:
    year, month, day = int(parts[1]), int(parts[2]), int(parts[3])
    if year == 0:
        raise ValueError(f"found {shown(written)}, expected a year from 0001 to 9999")
    if not 1 <= month <= 12:
        raise ValueError(f"found {shown(written)}, expected a month from 01 to 12; {_DATE_EXPECTED}")
    try:
        return date(year, month, day)
    except ValueError:
        last = _days_in_month(year, month)
        raise ValueError(f"found {shown(written)}, expected a day from 01 to {last} in {year:04}-{month:02}") from None


def _days_in_month(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - date(year, month, 1)).days


def _offset(written: str, text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[4:6])
    offset = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or offset > OFFSET_LIMIT:
        raise ValueError(f"found {shown(written)}, expected an offset from -18:00 to +18:00")
    return -offset if text[0] == "-" else offset


def _offset_text(offset: timedelta) -> str:
    if not offset:
        return "Z"
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _moment_hint(text: str) -> str:
    """The right spelling, where one small change gives it."""
    changed = text.strip().replace(" ", "T", 1).replace("t", "T", 1).replace("z", "Z").replace(",", ".")
    changed = re.sub(r"([+-][0-9]{2})([0-9]{2})?\Z", lambda parts: f"{parts[1]}:{parts[2] or '00'}", changed)
    return f' — did you mean "{changed}"?' if changed != text and _MOMENT.fullmatch(changed) else ""


def _unquoted(value: Json) -> str:
    is_number = isinstance(value, str) and len(value) <= 40 and re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", value)
    return f"; without quotes: {value}" if is_number else ""


def _span(low: int | None, high: int | None) -> str:
    if high is None:
        return f"from {low}"
    return f"up to {high}" if low is None else f"from {low} to {high}"
