"""Dates and timestamps that have a type already, as those of the catalog: the same day or instant, or wrong."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.values.instants import local_to_utc, midnights, within_years
from jobs.catalog.values.parsed import Parsed, from_numbers, present, some
from jobs.syntax.zones import DAY_US, Zone

_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}


def typed_dates(array: pa.Array) -> Parsed | None:
    """Days; None where the array is of none. A timestamp that says its zone is an instant and no day."""
    if pa.types.is_date(array.type):
        return _days(array)
    return _midnight_days(array) if pa.types.is_timestamp(array.type) and not array.type.tz else None


def typed_timestamps(array: pa.Array, zone: Zone) -> Parsed | None:
    """Instants, a date being its local midnight; None where the array is of neither."""
    if pa.types.is_date(array.type):
        days = _days(array)
        return midnights(days.values, zone).blaming(days.wrong)
    return _instants(array, zone) if pa.types.is_timestamp(array.type) else None


def _days(array: pa.Array) -> Parsed:
    if pa.types.is_date32(array.type):
        days, known = pc.fill_null(array.cast(pa.int32()), 0).to_numpy(zero_copy_only=False), present(array)
        whole = known
    else:
        ms, known = pc.fill_null(array.cast(pa.int64()), 0).to_numpy(zero_copy_only=False), present(array)
        days, whole = ms // 86_400_000, ms % 86_400_000 == 0
    right = known & whole & (days >= FIRST_DAY) & (days <= LAST_DAY)
    return Parsed(from_numbers(np.where(right, days, 0), right, pa.date32()), some(known & ~right))


def _midnight_days(array: pa.Array) -> Parsed:
    """Timestamps without a zone whose clock shows 00:00:00: databases write their dates so. Any other clock is wrong."""
    known = present(array)
    ticks = pc.fill_null(array.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    day = DAY_US // _UNITS[array.type.unit] if array.type.unit != "ns" else DAY_US * 1000
    right = known & (ticks % day == 0) & (ticks // day >= FIRST_DAY) & (ticks // day <= LAST_DAY)
    return Parsed(from_numbers(np.where(right, ticks // day, 0), right, pa.date32()), some(known & ~right))


FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31, counted from 1970-01-01."""


def _instants(array: pa.Array, zone: Zone) -> Parsed:
    """Instants of any unit; nanoseconds that are no whole microsecond are wrong. Without a zone they are local times."""
    known = present(array)
    ticks = pc.fill_null(array.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    if array.type.unit == "ns":
        us, whole = ticks // 1000, ticks % 1000 == 0
    else:
        factor = _UNITS[array.type.unit]
        us, whole = np.clip(ticks, -(2**62) // factor, 2**62 // factor) * factor, np.True_
    right = known & whole
    if array.type.tz:
        instants = within_years(us, right)
    else:
        instants = local_to_utc(from_numbers(np.where(right, us, 0), right, pa.timestamp("us")), zone)
    return instants.blaming(some(known & ~whole))
