"""Local time: between instants (microseconds UTC since 1970) and the days and hours people live in, for one time zone.

Only the pinned `tzdata` package is asked, never the machine. A local time that a clock change skips or repeats is read
with the offset in force before the change. A local day is everything from its midnight to the next
one's: where a change skips midnight the day begins at the change; where a change just after midnight goes back into
the day before, the repeated minutes stay in the day that had begun, so that days are intervals and never interleave.
"""

from __future__ import annotations

import pkgutil
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property, lru_cache

import tzdata

from jobs.syntax.nodes import Json, shown
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.tzfile import SECOND, read_zone_file

TZDATA_VERSION: str = tzdata.IANA_VERSION
"""Like `2026a`; runs pin it."""

DAY_US = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


def micros(local: datetime) -> int:
    """Microseconds from 1970-01-01T00:00 to a naive datetime, both on the same clock."""
    return (local - _EPOCH) // _MICROSECOND


@dataclass(frozen=True)
class Zone:
    """One time zone, years 1 to 9999. Zones are equal when their names are: there is only one tzdata.

    `offsets_us[k]` (local minus UTC) holds before `instants_us[k]` and from `instants_us[k - 1]` on; there is one more
    offset than instants. So local time is `t + offsets_us[searchsorted(instants_us, t, "right")]`. For local days use
    `day_instants_us` in the place of `instants_us`, for reading local times `walls_us`, with the same offsets.
    """

    name: str
    instants_us: tuple[int, ...] = field(repr=False, compare=False)
    offsets_us: tuple[int, ...] = field(repr=False, compare=False)

    def offset_us(self, us: int) -> int:
        """Local time minus UTC at an instant."""
        return self.offsets_us[bisect_right(self.instants_us, us)]

    def local_us(self, us: int) -> int:
        """What the clock on the wall shows, in microseconds since 1970 on that clock."""
        return us + self.offset_us(us)

    def local_time(self, us: int) -> datetime:
        """The same as a naive datetime."""
        return _EPOCH + timedelta(microseconds=self.local_us(us))

    def to_utc_us(self, local: datetime) -> int:
        """The instant of a naive local time; a skipped or repeated one with the offset before the change."""
        return self.wall_to_utc_us(micros(local))

    def wall_to_utc_us(self, wall_us: int) -> int:
        """The same for microseconds on the local clock: `wall - offsets_us[searchsorted(walls_us, wall, "right")]`."""
        return wall_us - self.offsets_us[bisect_right(self.walls_us, wall_us)]

    def local_day(self, us: int) -> int:
        """The local day an instant belongs to, counted from 1970-01-01."""
        return (us + self.offsets_us[bisect_right(self.day_instants_us, us)]) // DAY_US

    def midnight_us(self, day: int) -> int:
        """The first instant of a local day: of a day that was skipped whole, the first of the next one."""
        wall = day * DAY_US
        k = bisect_right(self._day_ends_us, wall)
        start = wall - self.offsets_us[k]
        return max(start, self.day_instants_us[k - 1]) if k else start

    @cached_property
    def walls_us(self) -> tuple[int, ...]:
        """For each change the local time from which on the offset behind it is the one to read with."""
        around = zip(self.instants_us, self.offsets_us, self.offsets_us[1:], strict=False)
        return tuple(at + max(before, after) for at, before, after in around)

    @cached_property
    def day_instants_us(self) -> tuple[int, ...]:
        """The changes, those that repeat a midnight put off until the clock passes midnight for the second time."""
        around = zip(self.instants_us, self.offsets_us, self.offsets_us[1:], strict=False)
        return tuple(_second_midnight(at, before, after) for at, before, after in around)

    @cached_property
    def _day_ends_us(self) -> tuple[int, ...]:
        return tuple(at + before for at, before in zip(self.day_instants_us, self.offsets_us, strict=False))


def _second_midnight(at: int, before: int, after: int) -> int:
    midnight = (at + before - 1) // DAY_US * DAY_US  # the last one that the clock had passed at the change
    return midnight - after if at + after < midnight else at


@lru_cache(maxsize=64)
def zone_transitions(name: str) -> Zone:
    """The zone of that name with its tables. Raises ValueError with the nearest name when tzdata has none such."""
    changes = read_zone_file(read_zone_name(name))
    instants = tuple(instant * SECOND for instant in changes.instants)
    return Zone(name, instants, tuple(offset * SECOND for offset in changes.offsets))


def read_zone_name(value: Json) -> str:
    """The name of a zone that tzdata has, spelled exactly so. Raises ValueError otherwise."""
    if not isinstance(value, str):
        raise ValueError(f'found {shown(value)}, expected a time zone like "Europe/Vienna"')
    if value not in zone_names():
        hint = did_you_mean(value, zone_names())
        raise ValueError(f'found {shown(value)}, expected a time zone of the IANA list, like "Europe/Vienna"{hint}')
    return value


@cache
def zone_names() -> frozenset[str]:
    """All names, as the package itself lists them."""
    listed = pkgutil.get_data("tzdata", "zones")
    assert listed is not None
    return frozenset(listed.decode("utf-8").split())
