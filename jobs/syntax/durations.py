"""Lengths of time as specs and catalogs write them: `"24h"`, `"90d"`, `"2w"`, `"3mo"`, `"1y"`.

A duration stays symbolic: what a day, a month or a year before as_of is depends on the calendar and the account's zone,
and that is decided by the plan. Limits: fifty years in each unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from jobs.syntax.nodes import Json, shown

Unit = Literal["h", "d", "w", "mo", "y"]
UNITS: tuple[Unit, ...] = get_args(Unit)

LIMITS: dict[Unit, int] = {"h": 439_200, "d": 18_300, "w": 2_650, "mo": 600, "y": 50}
_NAMES: dict[Unit, str] = {"h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}

_EXPECTED = 'expected a whole number from 1 and a unit, h, d, w, mo or y, like "30d"'
_EXACT = re.compile(r"([1-9][0-9]*)(h|d|w|mo|y)")
_ROUGH = re.compile(r"\s*\+?0*([1-9][0-9]{0,6})\s*([a-z]*)\s*")
_OTHER_NAMES: dict[str, Unit] = {
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "day": "d", "days": "d", "week": "w", "weeks": "w", "wk": "w",
    "month": "mo", "months": "mo", "mon": "mo", "year": "y", "years": "y", "yr": "y", "yrs": "y",
}  # fmt: skip


@dataclass(frozen=True)
class Duration:
    """A whole number, from 1 to the limit, of one unit."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.count <= LIMITS[self.unit]:
            raise ValueError(f"found {self}, expected 1{self.unit} to {LIMITS[self.unit]}{self.unit}")

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


def read_duration(value: Json, units: tuple[Unit, ...] = UNITS) -> Duration:
    """The duration that a text writes, in one of the `units`. Raises ValueError with what was found and expected."""
    if not isinstance(value, str):
        raise ValueError(f"found {shown(value)}, {_EXPECTED}")
    parts = _EXACT.fullmatch(value)
    if parts is None:
        raise ValueError(f"found {shown(value)}, {_EXPECTED}{_hint(value)}")
    unit = next(unit for unit in UNITS if unit == parts[2])
    if unit not in units:
        raise ValueError(f"found {shown(value)}, expected one of the units {', '.join(units)} here")
    if len(parts[1]) > 7 or int(parts[1]) > LIMITS[unit]:  # int() of a very long text raises an error of its own
        raise ValueError(f'found {shown(value)}, expected at most "{LIMITS[unit]}{unit}" (fifty years)')
    return Duration(int(parts[1]), unit)


def words(duration: Duration) -> str:
    """In English: `1 day`, `30 days`."""
    return f"{duration.count:,} {_NAMES[duration.unit]}{'' if duration.count == 1 else 's'}"


def _hint(text: str) -> str:
    """The right spelling, where it can be guessed."""
    parts = _ROUGH.fullmatch(text.casefold())
    if parts is None:
        return ""
    count, unit = parts[1], parts[2]
    if unit == "m":
        return f' — did you mean "{count}mo" (months)?'
    meant = unit if unit in UNITS else _OTHER_NAMES.get(unit)
    return f' — did you mean "{count}{meant}"?' if meant else ""
