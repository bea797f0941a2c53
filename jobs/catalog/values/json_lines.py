"""JSON Lines: one object a line, UTF-8, keys once, no NaN. Numbers keep the digits they are written with.

A key that is absent from a line is missing there; one that no line of a file has is missing everywhere, which is told. The
file is refused where that key would say whose the rows are, of when or which, or where no line has any that is asked for.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NoReturn, cast

import numpy as np
import pyarrow as pa

from jobs.catalog.model import Source
from jobs.catalog.values.byte_streams import reading, unpacked
from jobs.catalog.values.cells import FLAG, LIST, NUMBER, OTHER, TEXT, Cells
from jobs.catalog.values.file_faults import absent_everywhere, check_header, file_fault
from jobs.catalog.values.layout import delivered, identifying, wanted

ROWS = 1 << 16
LINE_LIMIT = 4 << 20
"""Bytes of one line, as of a row of CSV."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Refused(ValueError):
    pass


def json_cells(
    source: Source, path: str, file: BinaryIO, remarks: list[str]
) -> Iterator[tuple[Mapping[str, Cells], int]]:
    """The source's columns, up to 65,536 rows at a time. `DataError` where a line is no JSON object.

    With the last rows what is to be told of the file is in `remarks`.
    """
    names = wanted(source)
    seen: dict[str, None] = {}
    rows: list[dict[str, Any]] = []
    for line_no, line in enumerate(_lines(path, file), 1):
        if line.strip():
            row = _row(path, line_no, line)
            seen.update(dict.fromkeys(row))
            rows.append(row)
        if len(rows) == ROWS:
            yield {name: _cells(path, rows, name) for name in names}, len(rows)
            rows.clear()
    if seen:
        remarks += _absent(path, list(seen), source)
    if rows:
        yield {name: _cells(path, rows, name) for name in names}, len(rows)


def _absent(path: str, seen: list[str], source: Source) -> list[str]:
    """A sentence for each column that no line has; `DataError` where they may not lack it."""
    asked, identity = delivered(source), identifying(source)
    absent = [name for name in asked if name not in seen and name not in identity]
    some = any(name in seen for name in asked)
    check_header(path, seen, [name for name in asked if name not in absent] if some else asked, "its lines")
    return [absent_everywhere(name, seen, asked) for name in absent]


def _lines(path: str, file: BinaryIO) -> Iterator[bytes]:
    stream = unpacked(path, file)
    with reading(path):
        while line := stream.readline(LINE_LIMIT):
            if len(line) == LINE_LIMIT:
                raise file_fault(path, f"found a line of more than {LINE_LIMIT >> 20} MiB", "Write one object a line.")
            yield line


def _row(path: str, line_no: int, line: bytes) -> dict[str, Any]:
    try:
        if line_no == 1 and line.startswith(codecs.BOM_UTF8):
            raise _Refused("found a byte order mark, expected UTF-8 without one")
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


def _cells(path: str, rows: list[dict[str, Any]], name: str) -> Cells:
    values = [row.get(name) for row in rows]
    if all(type(value) is str or value is None for value in values):
        return Cells(_texts(path, values))
    cells = [_cell(value) for value in values]
    return Cells(_texts(path, [text for text, _ in cells]), np.array([sort for _, sort in cells], dtype=np.int8))


def _texts(path: str, values: list[str | None]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        raise file_fault(path, "found half a surrogate pair in a text", "Write the file again as UTF-8.") from None


def _cell(value: Any) -> tuple[str | None, int]:
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
