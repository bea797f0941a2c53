"""Shapes of values that only a catalog has: types of columns, values of a choice, columns of a key, how CSV is cut."""

from __future__ import annotations

from jobs.catalog.csv_form import read_delimiter, read_encoding
from jobs.catalog.types import PRECISION_LIMIT, TYPE_NAMES, ColumnType, read_type
from jobs.syntax.literals import read_text
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.shapes import ID, Shape, listed, scalar

_SIMPLE_TYPES = [name for name in TYPE_NAMES if name != "decimal"]
TYPE: Shape[ColumnType] = scalar(
    read_type,
    {
        "anyOf": [
            {"enum": _SIMPLE_TYPES},
            {"type": "string", "pattern": r"^decimal\(([1-9]|1[0-8]), ?[0-9]{1,2}\)$", "examples": ["decimal(12,2)"]},
        ],
        "description": f"{', '.join(_SIMPLE_TYPES)}, or decimal(digits,decimals) of at most {PRECISION_LIMIT} digits.",
    },
)


def _read_choice(value: Json) -> str:
    text = read_text(value, None)
    if not text:
        raise ValueError("found an empty text, which is how a missing value is written; leave it out")
    if "|" in text:
        raise ValueError(f'found {shown(value)}, expected a value without "|", which stands between several choices')
    return text


VALUES = listed(scalar(_read_choice, {"type": "string", "pattern": "^[^|]+$"}), "the values that may occur")


def _read_version(value: Json) -> int | None:
    if value == "latest":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"found {shown(value)}, expected latest or the number of a version, from 0")
    return value


TABLE_VERSION: Shape[int | None] = scalar(
    _read_version, {"anyOf": [{"const": "latest"}, {"type": "integer", "minimum": 0}]}
)
"""A version of a table; None: the latest."""

_SEVERAL_COLUMNS = listed(ID, "columns")


def _read_column_names(node: Node, problems: Problems) -> tuple[str, ...] | None:
    if isinstance(node.value, list):
        return _SEVERAL_COLUMNS.read(node, problems)
    name = ID.read(node, problems)
    return None if name is None else (name,)


COLUMN_NAMES: Shape[tuple[str, ...]] = Shape(_read_column_names, {"anyOf": [ID.schema, _SEVERAL_COLUMNS.schema]})
"""One column bare, or a list of them."""

DELIMITER: Shape[str] = scalar(
    read_delimiter, {"type": "string", "pattern": r"^[^A-Za-z0-9\"\r\n]$", "examples": [";", "\t", "|"]}
)
ENCODING: Shape[str] = scalar(
    read_encoding, {"type": "string", "examples": ["utf-8", "windows-1252", "iso-8859-15", "utf-16"]}
)
