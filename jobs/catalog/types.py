"""The types a column can have, and how each is carried once it is parsed.

In Arrow and in Delta: text, choice, version string · choices list<string> · integer int64 · decimal decimal128(p, s) ·
float double · boolean bool · date date32 · timestamp timestamp[us, UTC] · point struct<latitude, longitude: double>.
Texts and versions are carried as delivered; `fold` and `version_text` say which of them are equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from jobs.syntax.nodes import Json, shown
from jobs.syntax.spelling import did_you_mean

TypeName = Literal[
    "text", "choice", "choices", "integer", "decimal", "float", "boolean", "version", "date", "timestamp", "point"
]
TYPE_NAMES: tuple[TypeName, ...] = get_args(TypeName)

EXACT: frozenset[str] = frozenset({"integer", "decimal"})
NUMERIC: frozenset[str] = frozenset({"integer", "decimal", "float"})
WORDS: frozenset[str] = frozenset({"text", "choice", "choices", "version"})
"""Types whose values are codes into a dictionary once packed."""
WITHOUT_EQUALITY: frozenset[str] = frozenset({"float", "choices", "point"})
"""Types of which nothing is a key, and nothing is counted apart: no two of their values are said to be equal."""

PRECISION_LIMIT = 18
"""Digits of a decimal: so that it fits a signed 64-bit integer at its scale."""

_DECIMAL = re.compile(r"decimal\(([0-9]{1,9}), ?([0-9]{1,9})\)")


@dataclass(frozen=True)
class ColumnType:
    """A column's type. `precision` and `scale` of decimals, `fold` of text, `values` of choice and choices."""

    name: TypeName
    precision: int = 0
    scale: int = 0
    fold: bool = False
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})" if self.name == "decimal" else self.name


TEXT = ColumnType("text")
INTEGER = ColumnType("integer")
TIMESTAMP = ColumnType("timestamp")
FLOAT = ColumnType("float")
BOOLEAN = ColumnType("boolean")


def read_type(value: Json) -> ColumnType:
    """The type that a text such as `integer` or `decimal(12,2)` names; ValueError says what was found and expected."""
    if not isinstance(value, str):
        raise ValueError(f"found {shown(value)}, expected a type as text: {', '.join(TYPE_NAMES)}")
    parts = _DECIMAL.fullmatch(value)
    if parts is not None:
        return _decimal(value, int(parts[1]), int(parts[2]))
    if value == "decimal" or value.startswith("decimal("):
        cut = "; put it in quotes: in braces a comma ends a value" if ")" not in value and "(" in value else ""
        raise ValueError(
            f'found {shown(value)}, expected digits and decimals, like "decimal(12,2)": '
            f"twelve digits, two of them decimals{cut}"
        )
    for name in TYPE_NAMES:
        if name == value:
            return ColumnType(name)
    raise ValueError(f"found {shown(value)}, expected a type{did_you_mean(value, [*TYPE_NAMES, 'decimal(12,2)'])}")


def _decimal(written: str, precision: int, scale: int) -> ColumnType:
    if not 1 <= precision <= PRECISION_LIMIT:
        raise ValueError(f"found {shown(written)}, expected 1 to {PRECISION_LIMIT} digits")
    if scale > precision:
        raise ValueError(f"found {shown(written)}, expected at most as many decimals as digits ({precision})")
    return ColumnType("decimal", precision=precision, scale=scale)


def fold(text: str) -> str:
    """The form in which texts of a `fold: true` column are compared: NFC, then full case folding, no second NFC."""
    return unicodedata.normalize("NFC", text).casefold()


def version_parts(text: str) -> tuple[int, ...]:
    """The parts of a version as numbers, without zeros at the end: a missing part is 0."""
    parts = [int(part) for part in text.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def version_text(parts: Iterable[int]) -> str:
    """The one spelling of a version: `4.9`; of nothing but zeros `0`."""
    return ".".join(map(str, parts)) or "0"
