"""The rows of one source for one bucket (or a range of its positions), as columns of NumPy arrays.

Rows stand in (time, position) order; contacts and attributes sources have no time and stand in position order. Words (text,
choice, choices, version) are codes into the vector's own dictionary; -1 is missing. Folded text is stored folded, versions
without trailing zeros ("4.9"), choices as their sorted values joined by "|".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import ColumnType

BUCKET = 32_768
"""Contacts in a bucket: the positions of Spark's and Snowflake's bitmap functions."""


@dataclass(frozen=True, eq=False)
class Vector:
    """One value for each row (or position).

    `values`: int64 (integer, decimal at the type's scale, date as days, timestamp as microseconds, boolean as 0/1), float64
    (float; for a point the latitude), int32 codes (words). `known` is false where missing. `longitude` only for points.
    """

    type: ColumnType
    values: NDArray[Any]
    known: NDArray[np.bool_]
    dictionary: tuple[str, ...] = ()
    longitude: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class RowBlock:
    """`position` int32 in [0, BUCKET), `time` int64 microseconds UTC or None, `columns` by path (lookups' included)."""

    source: str
    position: NDArray[np.int32]
    time: NDArray[np.int64] | None
    columns: Mapping[str, Vector] = field(default_factory=dict[str, Vector])
