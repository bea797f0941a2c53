"""Numbers that have a type already, as integers, decimals and floats of the catalog: the same number exactly, or wrong.

An integer is a decimal is a float where nothing is lost; a double is the decimal that it is nearest to, if it is one.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.exact import GREATEST_WHOLE, LEAST_WHOLE, holds
from jobs.catalog.types import ColumnType
from jobs.catalog.values.derived_values import unscaled
from jobs.catalog.values.layout import arrow_type
from jobs.catalog.values.parsed import Parsed, as_mask, of_distinct, only, present, some


def typed_integers(array: pa.Array) -> Parsed | None:
    """Whole numbers of 64 bits; None where the array is of no exact numbers."""
    return _exact(array, pa.int64(), _whole) if is_exact(array.type) else None


def typed_decimals(column: ColumnType, array: pa.Array) -> Parsed | None:
    """Decimals of the column's scale; None where the array is of no numbers."""
    if pa.types.is_floating(array.type):
        return _nearest_decimals(column, array)
    return _exact(array, arrow_type(column), _fitting(column)) if is_exact(array.type) else None


def typed_floats(array: pa.Array) -> Parsed | None:
    """Finite doubles; None where the array is of no numbers."""
    if pa.types.is_floating(array.type):
        values = array.cast(pa.float64())
        right = as_mask(pc.is_finite(values))
        return Parsed(only(values, right), some(present(array) & ~right))
    return Parsed(array.cast(pa.float64(), safe=False)) if is_exact(array.type) else None


def is_exact(kind: pa.DataType) -> bool:
    """Whether a type of Arrow's holds whole numbers or decimals."""
    return pa.types.is_integer(kind) or pa.types.is_decimal(kind)


def _exact(array: pa.Array, kind: pa.DataType, read: Callable[[Any], object]) -> Parsed:
    """Numbers cast where nothing is lost; where something would be, the numbers one by one."""
    try:
        wide = array.cast(pa.decimal128(38, 0)) if pa.types.is_integer(array.type) and kind != pa.int64() else array
        return Parsed(wide.cast(kind))
    except pa.ArrowInvalid:
        return of_distinct(array, read, kind)


def _whole(number: int | Decimal) -> int:
    if number != int(number) or not LEAST_WHOLE <= number <= GREATEST_WHOLE:
        raise ValueError("no whole number of 64 bits")
    return int(number)


def _fitting(column: ColumnType) -> Callable[[int | Decimal], Decimal]:
    def read(number: int | Decimal) -> Decimal:
        scaled = Decimal(number).scaleb(column.scale)
        if scaled != int(scaled) or not holds(column, int(scaled)):
            raise ValueError(f"no {column}")
        return Decimal(number)

    return read


def _nearest_decimals(column: ColumnType, array: pa.Array) -> Parsed:
    """Doubles that are the nearest to a decimal of the column's scale, as that decimal: 12.34 is one, 0.1 + 0.2 is not.

    Below 2^51 a whole number over a power of ten is one division, rounded once: the nearest double. Beyond, one by one.
    """
    doubles = pc.fill_null(array.cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False)
    known = present(array)
    small = np.abs(doubles) < 2.0**51 / 10.0**column.scale
    scaled = np.rint(np.where(small, doubles, 0.0) * 10.0**column.scale)
    right = small & (scaled / 10.0**column.scale == doubles) & (np.abs(scaled) < 10.0**column.precision)
    values = unscaled(np.where(right, scaled, 0).astype(np.int64), known & right, column)
    if not (known & ~small).any():
        return Parsed(values, some(known & ~right))
    large = of_distinct(only(array.cast(pa.float64()), known & ~small), _nearest_decimal(column), arrow_type(column))
    return Parsed(pc.coalesce(values, large.values), some(known & ~right & ~present(large.values)))


def _nearest_decimal(column: ColumnType) -> Callable[[float], Decimal]:
    def read(double: float) -> Decimal:
        if not isfinite(double):
            raise ValueError("no number")
        scaled = round(Fraction(double) * 10**column.scale)
        if (
            not holds(column, scaled) or scaled / 10**column.scale != double
        ):  # whole numbers divide to the nearest double
            raise ValueError(f"no {column}")
        return Decimal(scaled).scaleb(-column.scale)

    return read
