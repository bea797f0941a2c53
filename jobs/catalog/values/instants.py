"""Dates and timestamps: ISO texts, and local times turned into instants of UTC by the pinned zone data.

Whole columns are matched and cast at once; where a text has the right form and is still no time (30 February), the
column's odd ones are read one by one by the reader that specs' own literals go through.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.layout import INSTANT
from jobs.catalog.values.parsed import Mask, Parsed, as_mask, either, from_numbers, of_distinct, only, present, some
from jobs.syntax.literals import read_date, read_moment
from jobs.syntax.zones import DAY_US, Zone

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0{0,3})?)?"
_DATE = rf"^{_DAY}\z"
_LOCAL = rf"^{_DAY}[T ]{_CLOCK}\z"
_OFFSET = rf"^{_DAY}[T ]{_CLOCK}(Z|[+-](0[0-9]|1[0-7]):?[0-5][0-9]|[+-]18:?00)\z"
_NANOSECONDS = r"(\.[0-9]{6})0{1,3}"
_MICROSECONDS = len("YYYY-MM-DDTHH:MM:SS.ffffff")
"""Nothing has more decimals that is no longer: most columns are not searched for them."""

FIRST_US = (date(1, 1, 1) - date(1970, 1, 1)).days * DAY_US
END_US = ((date(9999, 12, 31) - date(1970, 1, 1)).days + 1) * DAY_US
_EPOCH = date(1970, 1, 1).toordinal()
_UTC = Zone("UTC", (), (0,))


def parse_dates(texts: pa.Array) -> Parsed:
    """ISO dates of the years 1 to 9999."""
    right = as_mask(pc.match_substring_regex(texts, _DATE))
    days, impossible = _cast_days(only(texts, right))
    return Parsed(days, either(some(present(texts) & ~right), impossible))


def parse_timestamps(texts: pa.Array, zone: Zone) -> Parsed:
    """ISO timestamps as instants; without an offset in `zone`, a bare date is that zone's midnight.

    Between day and time stands `T` or one blank; decimals beyond the sixth are zeros, which are taken off.
    """
    longest: int | None = pc.max(pc.binary_length(texts)).as_py()
    if longest and longest > _MICROSECONDS and as_mask(pc.match_substring_regex(texts, _NANOSECONDS)).any():
        texts = pc.replace_substring_regex(texts, _NANOSECONDS, r"\1")
    local = as_mask(pc.match_substring_regex(texts, _LOCAL))
    if local.all():  # the most common column by far
        return _local_instants(texts, zone)
    there = present(texts)
    offset = as_mask(pc.match_substring_regex(texts, _OFFSET))
    bare = there & ~local & ~offset
    parts = [
        _local_instants(only(texts, local), zone),
        _offset_instants(only(texts, offset)),
        _midnights(only(texts, bare), zone),
    ]
    return Parsed(
        pc.coalesce(*(part.values for part in parts)),
        either(*(part.wrong for part in parts)),
        either(*(part.outside for part in parts)),
    )


def midnights(days: pa.Array, zone: Zone) -> Parsed:
    """The first instant of each local day."""
    known = present(days)
    numbers = _numbers(days.cast(pa.int32()).cast(pa.int64()))
    different, where = np.unique(numbers, return_inverse=True)
    starts = np.array([zone.midnight_us(int(day)) for day in different], dtype=np.int64)
    return within_years(starts[where] if len(starts) else numbers, known)


def local_to_utc(walls: pa.Array, zone: Zone) -> Parsed:
    """Timestamps without a zone, as a local clock shows them, as instants; the offset before a change holds in it."""
    wall_us = _numbers(walls.cast(pa.int64()))
    place = np.searchsorted(np.array(zone.walls_us, dtype=np.int64), wall_us, side="right")
    return within_years(wall_us - np.array(zone.offsets_us, dtype=np.int64)[place], present(walls))


def within_years(us: NDArray[np.int64], known: Mask) -> Parsed:
    """Instants of the years 1 to 9999 in UTC: the rule about placeholders like 9999-12-31, one for every zone."""
    inside = (us >= FIRST_US) & (us < END_US)
    return Parsed(from_numbers(us, known & inside, INSTANT), outside=some(known & ~inside))


def _local_instants(texts: pa.Array, zone: Zone) -> Parsed:
    walls, impossible = _cast_walls(texts)
    return local_to_utc(walls, zone).blaming(impossible)


def _offset_instants(texts: pa.Array) -> Parsed:
    try:
        us, wrong = texts.cast(INSTANT).cast(pa.int64()), _year_zero(texts)
    except pa.ArrowInvalid:  # as in _cast_walls
        odd = of_distinct(texts, _utc_us, pa.int64())
        us, wrong = odd.values, odd.wrong
    return within_years(_numbers(us), present(us)).blaming(wrong)


def _midnights(texts: pa.Array, zone: Zone) -> Parsed:
    days = parse_dates(texts)
    return midnights(days.values, zone).blaming(days.wrong)


def _cast_walls(texts: pa.Array) -> tuple[pa.Array, Mask | None]:
    try:
        return texts.cast(pa.timestamp("us")), _year_zero(texts)
    except pa.ArrowInvalid:  # one of them has the form and is no time: 2024-02-30T10:00, 10:60
        odd = of_distinct(texts, _utc_us, pa.int64())
        return odd.values.cast(pa.timestamp("us")), odd.wrong


def _utc_us(text: str) -> int:
    """One text, as specs' own literals are read, in which an offset has a colon and no blank stands."""
    offset = re.search(r"[+-][0-9]{4}\Z", text[10:])
    written = f"{text[:-2]}:{text[-2:]}" if offset else text
    return read_moment(written.replace(" ", "T", 1)).utc_us(_UTC)


def _cast_days(texts: pa.Array) -> tuple[pa.Array, Mask | None]:
    try:
        days, zero = texts.cast(pa.date32()), _year_zero(texts)
        return (days if zero is None else only(days, ~zero)), zero
    except pa.ArrowInvalid:
        odd = of_distinct(texts, lambda text: read_date(text).toordinal() - _EPOCH, pa.int32())
        return odd.values.cast(pa.date32()), odd.wrong


def _year_zero(texts: pa.Array) -> Mask | None:
    """Arrow knows a year 0000, the calendar does not."""
    return some(as_mask(pc.starts_with(texts, "0000-")))


def _numbers(array: pa.Array) -> NDArray[np.int64]:
    """Integers as NumPy, 0 where null."""
    return pc.fill_null(array, 0).to_numpy(zero_copy_only=False)
