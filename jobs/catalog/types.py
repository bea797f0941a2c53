"""The types a column can have, and how each is carried once it is parsed.

In Arrow and in Delta: text, choice, version string · choices list<string> · integer int64 · decimal decimal128(p, s) ·
float double · boolean bool · date date32 · timestamp timestamp[us, UTC] · point struct<latitude, longitude: double>.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TypeName = Literal[
    "text", "choice", "choices", "integer", "decimal", "float", "boolean", "version", "date", "timestamp", "point"
]

EXACT: frozenset[str] = frozenset({"integer", "decimal"})
NUMERIC: frozenset[str] = frozenset({"integer", "decimal", "float"})
WORDS: frozenset[str] = frozenset({"text", "choice", "choices", "version"})
"""Types whose values are codes into a dictionary once packed."""


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


INTEGER = ColumnType("integer")
TIMESTAMP = ColumnType("timestamp")
FLOAT = ColumnType("float")
