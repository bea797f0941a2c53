"""Columns and the values in them: from the text of a delivery to a Python value, missing as None.

integer → int, decimal → Fraction, float → float, version → tuple of parts without trailing zeros, choices → frozenset,
timestamp → instant in UTC, point → (latitude, longitude). Text keeps every character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.clock import instant

Raw = Mapping[str, "str | None"]


@dataclass(frozen=True)
class Column:
    """A column as the catalog declares it."""

    name: str
    kind: str
    scale: int = 0
    fold: bool = False
    raw: str = ""
    latitude: str = ""
    longitude: str = ""
    derive: Any = None
    computed: Any = None


@dataclass(frozen=True)
class Cell:
    """A value with the column it stands in; None is missing."""

    column: Column
    value: Any


def column_of(name: str, declared: Mapping[str, Any]) -> Column:
    """The column that an entry of a catalog's `columns` declares."""
    sized = re.fullmatch(r"decimal\((\d+),\s*(\d+)\)", declared["type"])
    return Column(
        name=name,
        kind="decimal" if sized else declared["type"],
        scale=int(sized[2]) if sized else 0,
        fold=bool(declared.get("fold", False)),
        raw=declared.get("column", name),
        latitude=declared.get("latitude", ""),
        longitude=declared.get("longitude", ""),
        derive=declared.get("derive"),
        computed={k: declared[k] for k in ("value", "cases") if k in declared} or None,
    )


def read(column: Column, raw: Raw, zone: ZoneInfo) -> Any:
    """The value of a delivered column in one row; a point needs both of its coordinates."""
    if column.kind == "point":
        pair = (raw.get(column.latitude), raw.get(column.longitude))
        return (float(pair[0]), float(pair[1])) if pair[0] and pair[1] else None
    text = raw.get(column.raw)
    return parsed(column.kind, text, zone) if text else None


def parsed(kind: str, text: str, zone: ZoneInfo) -> Any:
    match kind:
        case "text" | "choice":
            return text
        case "choices":
            return frozenset(part for part in text.split("|") if part) or None
        case "integer":
            return int(text)
        case "decimal":
            return Fraction(Decimal(text))
        case "float":
            return float(text)
        case "boolean":
            return {"true": True, "false": False}[text]
        case "version":
            return version(text)
        case "date":
            return date.fromisoformat(text)
        case "timestamp":
            return instant(text, zone)
        case _:
            raise AssertionError(kind)


def version(text: str) -> tuple[int, ...]:
    """Parts as numbers; a missing part is 0, so trailing zeros say nothing."""
    parts = [int(part) for part in text.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def identity(cell: Cell, fold: bool | None = None) -> Any:
    """What two present values share exactly when they are equal by the type's own equality."""
    text_folds = cell.column.fold if fold is None else fold
    return folded(cell.value) if cell.column.kind == "text" and text_folds else cell.value


def rank(cell: Cell) -> tuple[int, Any]:
    """The order of values of one column: missing least, text by code point (folded where the column folds)."""
    return (0, 0) if cell.value is None else (1, identity(cell))


def rounded(exact: Fraction, scale: int) -> Fraction:
    """To a number of decimals, half away from zero."""
    scaled = abs(exact) * 10**scale
    whole = scaled.numerator // scaled.denominator
    whole += 1 if scaled - whole >= Fraction(1, 2) else 0
    return Fraction(whole if exact >= 0 else -whole, 10**scale)
