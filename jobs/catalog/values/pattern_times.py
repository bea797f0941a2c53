"""Dates and timestamps that are written by a pattern of the catalog's, whole columns at once.

Every text of one length has its digits at the same places, so a column is read place by place from its bytes: no text
becomes an object, and none is rewritten to be read again.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.time_patterns import Layout, TimePattern
from jobs.catalog.values.instants import local_to_utc, midnights, within_years
from jobs.catalog.values.parsed import Mask, Parsed, as_mask, from_numbers, only, present, some
from jobs.catalog.written import Epoch
from jobs.syntax.zones import DAY_US, Zone

_MONTHS = np.arange("0001-01", "10000-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int32)
"""The first day of every month of the years 1 to 9999, and of the one behind, counted from 1970-01-01."""
_WHOLE = r"^-?0*[0-9]{1,18}\z"
_TICKS: dict[Epoch, int] = {"epoch_seconds": 1_000_000, "epoch_milliseconds": 1_000}
"""Microseconds of one."""

PartNumbers = NDArray[np.int32]


def parse_pattern_dates(texts: pa.Array, pattern: TimePattern) -> Parsed:
    """The days; what is no day of the calendar by that pattern is wrong."""
    parts, right = _parts(texts, pattern)
    days, right = _days(parts, right)
    return Parsed(from_numbers(days, right, pa.date32()), some(present(texts) & ~right))


def parse_pattern_timestamps(texts: pa.Array, pattern: TimePattern, zone: Zone) -> Parsed:
    """The instants of local times in `zone`; of a pattern without hours, of local midnights."""
    parts, right = _parts(texts, pattern)
    days, right = _days(parts, right)
    if not pattern.has_clock:
        instants = midnights(from_numbers(days, right, pa.date32()), zone)
    else:
        hour, minute, second = (parts.get(part, np.int32(0)) for part in ("hour", "minute", "second"))
        right &= np.asarray((hour <= 23) & (minute <= 59) & (second <= 59))
        seconds = np.asarray((hour * 60 + minute) * 60 + second, dtype=np.int64)
        walls = np.where(right, days.astype(np.int64) * DAY_US + seconds * 1_000_000, 0)
        instants = local_to_utc(from_numbers(walls, right, pa.timestamp("us")), zone)
    return instants.blaming(some(present(texts) & ~right))


def parse_epochs(texts: pa.Array, epoch: Epoch) -> Parsed:
    """Instants that are counted from 1970 in UTC, as whole numbers."""
    right = as_mask(pc.match_substring_regex(texts, _WHOLE))
    ticks = pc.fill_null(only(texts, right).cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    most = 2**62 // _TICKS[epoch]
    return within_years(np.clip(ticks, -most, most) * _TICKS[epoch], right).blaming(some(present(texts) & ~right))


def _days(parts: Mapping[str, PartNumbers], right: Mask) -> tuple[PartNumbers, Mask]:
    """Days from 1970-01-01, 0 where they are none."""
    year, month, day = parts["year"], parts["month"], parts["day"]
    right = right & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    place = np.where(right, year * 12 + month - 13, 0)
    first = _MONTHS[place]
    right &= day <= _MONTHS[place + 1] - first
    return np.where(right, first + day - 1, 0), right


def _parts(texts: pa.Array, pattern: TimePattern) -> tuple[dict[str, PartNumbers], Mask]:
    """The number of each part of each text, and which texts are by the pattern, whatever the numbers are."""
    known = present(texts)
    starts, lengths, letters = _bytes(texts)
    numbers: dict[str, PartNumbers] = {part: np.zeros(len(texts), np.int32) for part, _, _ in pattern.layouts[0].parts}
    right = np.zeros(len(texts), np.bool_)
    for layout in pattern.layouts:
        rows = np.flatnonzero((lengths == layout.width) & known)
        if len(rows):
            read, fits = _by_layout(letters, starts[rows], layout)
            own = rows[fits]
            right[own] = True
            for part, values in read.items():
                numbers[part][own] = values[fits]
    return numbers, right


def _by_layout(letters: NDArray[np.uint8], starts: PartNumbers, layout: Layout) -> tuple[dict[str, PartNumbers], Mask]:
    fits = np.ones(len(starts), np.bool_)
    for place, byte in layout.literals:
        fits &= letters[starts + place] == byte
    read: dict[str, PartNumbers] = {}
    for part, first, width in layout.parts:
        number = np.zeros(len(starts), np.int32)
        for place in range(first, first + width):
            digit = letters[starts + place] - np.uint8(ord("0"))  # below 0 it is a large one
            fits &= digit <= 9
            number = number * 10 + digit
        read[part] = number
    return read, fits


def _bytes(texts: pa.Array) -> tuple[PartNumbers, PartNumbers, NDArray[np.uint8]]:
    """Where each text begins, how long it is, and the bytes of all."""
    _, ends, data = texts.buffers()
    if ends is None or data is None:
        nothing = np.zeros(len(texts), np.int32)
        return nothing, nothing, np.zeros(0, np.uint8)
    places = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return places[:-1], np.diff(places), np.frombuffer(data, np.uint8)
