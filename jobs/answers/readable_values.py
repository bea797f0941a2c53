"""A contact's value as a person reads it: numbers exact, dates and local times, texts; None where it is missing.

The kernel tells a value as a pair of a keep (value, how many). Words are codes there, and their dictionary is that of the
rows or of the cases the value comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np

from jobs.catalog.types import WORDS, ColumnType
from jobs.kernel.bucket import Pairs
from jobs.kernel.bucket_rows import RowBlock
from jobs.kernel.vectors import distinct_words, stored_literal
from jobs.language.atoms import Aggregate, Cases, Computed, ContactColumn, Value
from jobs.plan.resolution import value_type
from jobs.plan.run_plan import Clock
from jobs.runs.run import instant
from jobs.syntax.zones import micros

Seen = bool | int | float | Decimal | date | datetime | str | tuple[str, ...] | tuple[float, float] | None
"""A timestamp is local, with its offset (see `_local`); choices are a tuple, a point is latitude and longitude."""

DIGITS = 18
FINER = 4
"""Digits that an average is shown with, beyond those of its column."""
TOO_LONG = f"more than {DIGITS} digits"

FIRST_US, LAST_US = micros(datetime(1, 1, 1)), micros(datetime(9999, 12, 31, 23, 59, 59, 999_999))
"""What a clock on a wall can show and a date can be."""

RowReader = Callable[[str], RowBlock]


def typed_value(value: Value) -> Value:
    """The value with a type of its own: sums may need more than their column, averages are fractions."""
    if not isinstance(value, Aggregate) or value.function not in ("sum", "average"):
        return value
    return Computed("", _name(value), _shown_type(value), value)


def _shown_type(value: Value) -> ColumnType:
    kind = value_type(value)
    if not isinstance(value, Aggregate) or value.function not in ("sum", "average"):
        return kind
    if value.function == "average":
        return ColumnType("decimal", precision=DIGITS, scale=min(kind.scale + FINER, DIGITS))
    return ColumnType("decimal", precision=DIGITS, scale=kind.scale) if kind.name == "decimal" else kind


def _name(value: Aggregate) -> str:
    return f"{value.function} of {value.of.path if value.of else ''}"


def seen_in_rows(value: ContactColumn, block: RowBlock, position: int, clock: Clock) -> Seen:
    """A stored column of the contact at a position."""
    vector = block.columns[value.path]
    rows = np.flatnonzero((block.position == position) & vector.known)
    if not rows.size:
        return None
    row = int(rows[0])
    if vector.longitude is not None:
        return float(vector.values[row]), float(vector.longitude[row])
    return plain(vector.values[row].item(), value.type, vector.dictionary, clock)


def seen_in(value: Value, pairs: Pairs, rows: RowReader, clock: Clock, errors: Collection[str] = ()) -> Seen:
    """A value that is counted or computed, from the pairs of a keep that only this contact can enter."""
    if not pairs.values.size:
        return TOO_LONG if isinstance(value, Aggregate) and f".{_name(value)}" in errors else None
    kind = _shown_type(value)
    if kind.name == "point":
        return "a place"
    return plain(pairs.values[0].item(), kind, _dictionary(value, rows), clock)


def _dictionary(value: Value, rows: RowReader) -> tuple[str, ...]:
    """The words that the codes of a value stand for; none where it is not about words."""
    match value:
        case Computed(type=kind, value=Cases(cases)) if kind.name in WORDS:
            return distinct_words((str(stored_literal(case.value, kind)) for case in cases), kind)
        case Computed(value=inner):
            return _dictionary(inner, rows)
        case ContactColumn(source, path):
            return rows(source).columns[path].dictionary
        case Aggregate(function="latest", of=column) if column is not None and column.type.name in WORDS:
            return rows(value.rows.source).columns[column.path].dictionary
        case _:
            return ()


def plain(stored: Any, kind: ColumnType, dictionary: tuple[str, ...], clock: Clock) -> Seen:
    """What a stored number or code stands for."""
    match kind.name:
        case "text" | "choice" | "version":
            return dictionary[int(stored)]
        case "choices":
            return tuple(word for word in dictionary[int(stored)].split("|") if word)
        case "integer":
            return int(stored)
        case "decimal":
            return Decimal(int(stored)).scaleb(-kind.scale)
        case "boolean":
            return bool(stored)
        case "date":
            return date(1970, 1, 1) + timedelta(days=int(stored))
        case "timestamp":
            return _local(int(stored), clock)
        case "float" | "point":
            return float(stored)


def _local(us: int, clock: Clock) -> datetime:
    """In the account's zone; in UTC where the day there lies outside the years 1 to 9999 that a date can have."""
    offset_us = clock.zone.offset_us(us)
    if not FIRST_US <= us + offset_us <= LAST_US:
        offset_us = 0
    return instant(us).astimezone(timezone(timedelta(microseconds=offset_us)))
