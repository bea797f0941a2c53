"""Cells that have a type already, checked against the column's: the same value exactly, or wrong.

An integer is a decimal is a float where nothing is lost; a float is never a decimal, a timestamp never a date. Texts are
read as CSV's are, whatever the format.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.types import ColumnType
from jobs.catalog.values.cells import FLAG, LIST, NUMBER, TEXT, Cells
from jobs.catalog.values.instants import local_to_utc, midnights, within_years
from jobs.catalog.values.layout import arrow_type
from jobs.catalog.values.parsed import Parsed, as_mask, either, from_numbers, of_distinct, only, present, some
from jobs.catalog.values.texts import parse_texts
from jobs.syntax.zones import Zone

_SORTS: dict[str, tuple[int, ...]] = {
    "integer": (TEXT, NUMBER), "decimal": (TEXT, NUMBER), "float": (TEXT, NUMBER), "point": (TEXT, NUMBER),
    "boolean": (TEXT, FLAG), "choices": (TEXT, LIST),
}  # fmt: skip
"""What JSON may write for a type; only texts for the others."""

_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1}


def parse_cells(column: ColumnType, cells: Cells, zone: Zone) -> Parsed:
    """The values of one column's cells. A point's coordinates are read as floats, one column at a time."""
    if not cells.are_texts:
        return _parse_typed(column, cells.array, zone)
    texts = cells.texts()
    other = cells.sort_outside(*_SORTS.get(column.name, (TEXT,)))
    found = parse_texts(column, texts if other is None else only(texts, ~other), zone)
    return Parsed(found.values, either(found.wrong, other))


def _parse_typed(column: ColumnType, array: pa.Array, zone: Zone) -> Parsed:
    kind = array.type
    if pa.types.is_null(kind):
        return Parsed(pa.nulls(len(array), arrow_type(column) if column.name != "point" else pa.float64()))
    match column.name:
        case "integer" if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            return _exact(array, pa.int64(), _whole)
        case "decimal" if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            return _exact(array, arrow_type(column), _fitting(column))
        case "float" | "point" if pa.types.is_floating(kind):
            values = array.cast(pa.float64())
            right = as_mask(pc.is_finite(values))
            return Parsed(only(values, right), some(present(array) & ~right))
        case "float" | "point" if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
            return Parsed(array.cast(pa.float64(), safe=False))
        case "boolean" if pa.types.is_boolean(kind):
            return Parsed(array)
        case "choices" if pa.types.is_list(kind) or pa.types.is_large_list(kind):
            return _choices(column, array, zone)
        case "date" if pa.types.is_date(kind):
            return _days(array)
        case "timestamp" if pa.types.is_timestamp(kind):
            return _instants(array, zone)
        case "timestamp" if pa.types.is_date(kind):
            days = _days(array)
            found = midnights(days.values, zone)
            return Parsed(found.values, either(found.wrong, days.wrong))
        case _:
            return _of_another_kind(column, array)


def _of_another_kind(column: ColumnType, array: pa.Array) -> Parsed:
    kind = pa.float64() if column.name == "point" else arrow_type(column)
    return Parsed(pa.nulls(len(array), kind), some(present(array)))


def _exact(array: pa.Array, kind: pa.DataType, read: Callable[[Any], object]) -> Parsed:
    """Numbers cast where nothing is lost; where something would be, the numbers one by one."""
    try:
        wide = array.cast(pa.decimal128(38, 0)) if pa.types.is_integer(array.type) and kind != pa.int64() else array
        return Parsed(wide.cast(kind))
    except pa.ArrowInvalid:
        return of_distinct(array, read, kind)


def _whole(number: int | Decimal) -> int:
    if number != int(number) or not -(2**63) <= number < 2**63:
        raise ValueError("no whole number of 64 bits")
    return int(number)


def _fitting(column: ColumnType) -> Callable[[int | Decimal], Decimal]:
    def read(number: int | Decimal) -> Decimal:
        scaled = Decimal(number).scaleb(column.scale)
        if scaled != int(scaled) or not column.holds(int(scaled)):
            raise ValueError(f"no {column}")
        return Decimal(number)

    return read


def _choices(column: ColumnType, array: pa.Array, zone: Zone) -> Parsed:
    """A list of texts is the text with | between them, unless one of them holds a | itself, or is empty or missing."""
    if not (pa.types.is_string(array.type.value_type) or pa.types.is_large_string(array.type.value_type)):
        return _of_another_kind(column, array)
    parents, elements = pc.list_parent_indices(array), array.flatten()
    odd = pc.fill_null(pc.or_(pc.match_substring(elements, "|"), pc.equal(elements, "")), True)
    wrong = np.zeros(len(array), dtype=np.bool_)
    wrong[parents.filter(odd).to_numpy()] = True
    joined = pc.binary_join(array, "|").cast(pa.string())
    found = parse_texts(column, Cells(only(joined, ~wrong)).texts(), zone)
    return Parsed(found.values, some(wrong) if found.wrong is None else found.wrong | wrong)


def _days(array: pa.Array) -> Parsed:
    if pa.types.is_date32(array.type):
        days, known = pc.fill_null(array.cast(pa.int32()), 0).to_numpy(zero_copy_only=False), present(array)
        whole = known
    else:
        ms, known = pc.fill_null(array.cast(pa.int64()), 0).to_numpy(zero_copy_only=False), present(array)
        days, whole = ms // 86_400_000, ms % 86_400_000 == 0
    right = known & whole & (days >= FIRST_DAY) & (days <= LAST_DAY)
    return Parsed(from_numbers(np.where(right, days, 0), right, pa.date32()), some(known & ~right))


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
        whole = np.abs(ticks) < 2**62 // factor
        us = np.where(whole, ticks, 0) * factor
    right = known & whole
    if array.type.tz:
        found = within_years(us, right)
    else:
        found = local_to_utc(from_numbers(np.where(right, us, 0), right, pa.timestamp("us")), zone)
    return Parsed(found.values, either(found.wrong, some(known & ~whole)))
