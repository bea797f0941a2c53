"""Reads one zone of the pinned `tzdata` package: its compiled file (RFC 9636) and the rule that goes on after its end.

The system's own zone data is never looked at, so a run means the same on every machine. Result: the instants at which
the offset changes, up to the end of year 9999, and the offsets between them, to the second.
"""

from __future__ import annotations

import pkgutil
import re
import struct
from dataclasses import dataclass
from datetime import date

SECOND = 1_000_000
DAY_SECONDS = 86_400
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097
"""The Gregorian calendar repeats itself, weekdays included, every 400 years."""
_LAST_YEAR = 9999

_NAME = r"(?:<[A-Za-z0-9+\-]+>|[A-Za-z]+)"
_CLOCK = r"[+-]?[0-9]{1,3}(?::[0-9]{2}){0,2}"
_FOOTER = re.compile(rf"{_NAME}({_CLOCK})(?:{_NAME}({_CLOCK})?,([^,/]+)(?:/({_CLOCK}))?,([^,/]+)(?:/({_CLOCK}))?)?")


@dataclass(frozen=True)
class Changes:
    """`offsets[k]` seconds hold up to `instants[k]` (seconds since 1970, UTC); there is one offset more than instants."""

    instants: list[int]
    offsets: list[int]


def read_zone_file(name: str) -> Changes:
    """The changes of a zone that is known to be in the package, explicit ones first, then by its rule."""
    data = pkgutil.get_data("tzdata", f"zoneinfo/{name}")
    assert data is not None, f"tzdata has no zone {name}"
    assert data[:4] == b"TZif", f"tzdata's {name} is no compiled zone"
    first_block_end = 44 + _block_size(data, 0, 4)
    instants, kinds, offsets, end = _block(data, first_block_end)
    footer = data[end:].strip(b"\n").decode("ascii")
    changes = Changes(instants, [offsets[0], *(offsets[kind] for kind in kinds)])
    return _without_repeats(_continued(changes, footer))


def _counts(data: bytes, at: int) -> tuple[int, int, int, int, int, int]:
    isut, isstd, leap, times, types, chars = struct.unpack_from(">6l", data, at + 20)
    return isut, isstd, leap, times, types, chars


def _block_size(data: bytes, at: int, width: int) -> int:
    isut, isstd, leap, times, types, chars = _counts(data, at)
    return times * (width + 1) + types * 6 + chars + leap * (width + 4) + isstd + isut


def _block(data: bytes, at: int) -> tuple[list[int], list[int], list[int], int]:
    """Instants, kind of each, offset of each kind, and where the block ends."""
    _, _, _, times, types, _ = _counts(data, at)
    start = at + 44
    instants = list(struct.unpack_from(f">{times}q", data, start))
    kinds = list(data[start + 8 * times : start + 9 * times])
    offsets = [struct.unpack_from(">l", data, start + 9 * times + 6 * kind)[0] for kind in range(types)]
    return instants, kinds, offsets, start + _block_size(data, at, 8)


def _continued(changes: Changes, footer: str) -> Changes:
    """With the changes of the rule behind the last explicit one."""
    rule = _FOOTER.fullmatch(footer)
    assert rule is not None, f"unknown rule {footer!r} in tzdata"
    standard = -_clock(rule[1])
    if rule[3] is None:
        return changes
    summer = -_clock(rule[2]) if rule[2] else standard + 3600
    start, end = (rule[3], _clock(rule[4] or "2")), (rule[5], _clock(rule[6] or "2"))
    last = changes.instants[-1] if changes.instants else None
    first_year = 1 if last is None else date.fromordinal(last // DAY_SECONDS + _EPOCH_DAY).year
    cycle: dict[int, int] = {}
    for year in range(first_year, first_year + _CYCLE_YEARS):
        cycle[_rule_day(end[0], year) * DAY_SECONDS + end[1] - summer] = standard
        cycle[_rule_day(start[0], year) * DAY_SECONDS + start[1] - standard] = summer
    later = _repeated(sorted(cycle.items()), _LAST_YEAR + 1 - first_year)
    kept = [(instant, offset) for instant, offset in later if last is None or instant > last]
    return Changes(
        changes.instants + [instant for instant, _ in kept], changes.offsets + [offset for _, offset in kept]
    )


def _repeated(cycle: list[tuple[int, int]], years: int) -> list[tuple[int, int]]:
    end = cycle[0][0] + (years + 1) * 366 * DAY_SECONDS
    shifts = range(years // _CYCLE_YEARS + 1)
    step = _CYCLE_DAYS * DAY_SECONDS
    return [(at + shift * step, offset) for shift in shifts for at, offset in cycle if at + shift * step < end]


def _rule_day(rule: str, year: int) -> int:
    """The day, counted from 1970, that `M3.5.0`, `J60` or `59` names in a year."""
    first = date(year, 1, 1).toordinal() - _EPOCH_DAY
    if rule[0] == "M":
        month, week, weekday = (int(part) for part in rule[1:].split("."))
        return _weekday_of_month(year, month, week, weekday)
    if rule[0] == "J":  # counted from 1, 29 February never counted
        number = int(rule[1:])
        leap = number >= 60 and _next_year_day(year) - first == 366
        return first + number - 1 + leap
    return first + int(rule)


def _weekday_of_month(year: int, month: int, week: int, weekday: int) -> int:
    """The week-th (5: last) Sunday (0) to Saturday (6) of a month."""
    first = date(year, month, 1).toordinal()
    day = first + (weekday - first) % 7 + (week - 1) * 7  # ordinals that 7 divides are Sundays
    next_month = date(year, month + 1, 1).toordinal() if month < 12 else first + 31
    return (day if day < next_month else day - 7) - _EPOCH_DAY


def _next_year_day(year: int) -> int:
    return (date(year, 12, 31).toordinal() + 1) - _EPOCH_DAY


def _clock(text: str) -> int:
    """Seconds of `2`, `-1`, `+3:30`, `24:00:00`."""
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    seconds = sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
    return -seconds if text.startswith("-") else seconds


def _without_repeats(changes: Changes) -> Changes:
    """Only the changes that change the offset (not those of a name or of what counts as summer)."""
    instants: list[int] = []
    offsets = changes.offsets[:1]
    for instant, offset in zip(changes.instants, changes.offsets[1:], strict=True):
        if offset != offsets[-1]:
            instants.append(instant)
            offsets.append(offset)
    return Changes(instants, offsets)
