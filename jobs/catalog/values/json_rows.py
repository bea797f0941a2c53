"""One line of JSON as names with values, strictly: keys once, no NaN, UTF-8. Numbers keep the digits they are written with.

What a line means is decided here, a line at a time; `json_blocks.py` reads many at once, and only those it reads the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn, cast

import numpy as np
import pyarrow as pa

from jobs.catalog.values.cells import FLAG, LIST, NUMBER, OTHER, TEXT, Cells
from jobs.catalog.values.file_faults import file_fault

JsonRow = dict[str, Any]


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Refused(ValueError):
    pass


def json_row(path: str, line_no: int, line: bytes) -> JsonRow:
    """The line's object. `DataError` where it is none."""
    try:
        row: Any = _DECODER.decode(line.decode("utf-8").strip(" \t\r\n"))
    except UnicodeDecodeError:
        raise file_fault(path, f"line {line_no} is not UTF-8", "Save the file as UTF-8.") from None
    except _Refused as error:
        raise file_fault(path, f"line {line_no}: {error}", "Correct the line.") from None
    except (ValueError, RecursionError):
        raise file_fault(
            path, f"line {line_no} is no JSON, expected one object on each line", "Correct the line."
        ) from None
    if not isinstance(row, dict):
        raise file_fault(path, f"line {line_no} is no object, expected names with values", "Correct the line.")
    return cast("dict[str, Any]", row)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise _Refused("found a key twice, expected each once")
    return row


def _no_constant(text: str) -> NoReturn:
    raise _Refused(f"found {text}, which is no JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant, strict=True
)


def json_column(path: str, rows: Sequence[JsonRow], name: str) -> Cells:
    """One column of these rows, as texts with their sorts; null where a row lacks it."""
    values = [row.get(name) for row in rows]
    if all(type(value) is str or value is None for value in values):
        return Cells(_texts(path, values))
    cells = [json_cell(value) for value in values]
    return Cells(_texts(path, [text for text, _ in cells]), np.array([sort for _, sort in cells], dtype=np.int8))


def _texts(path: str, values: list[str | None]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        raise file_fault(path, "found half a surrogate pair in a text", "Write the file again as UTF-8.") from None


def json_cell(value: Any) -> tuple[str | None, int]:
    """A cell as text, and its sort."""
    match value:
        case None:
            return None, TEXT
        case _Number():
            return str(value), NUMBER
        case bool():
            return ("true" if value else "false"), FLAG
        case str():
            return value, TEXT
        case list() if all(type(item) is str and item and "|" not in item for item in cast("list[Any]", value)):
            return "|".join(cast("list[str]", value)), LIST
        case _:
            return "-", OTHER
