"""JSON as people like to read it: what fits stands on one line, the rest is broken up. So the shipped specs are written.

Decimals are written as they were read, letters beyond ASCII as themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import cast

WIDTH = 120
PACKED = 64
"""Elements of a list up to so long share lines; longer ones have a line each."""


def one_line(value: object) -> str:
    """The value without a line break."""
    match value:
        case dict():
            entries = cast("dict[str, object]", value).items()
            return "{" + ", ".join(f"{_text(key)}: {one_line(inner)}" for key, inner in entries) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(one_line, cast("list[object]", value))) + "]"
        case Decimal():
            return str(value)
        case _:
            return _text(value)


def laid_out(document: object) -> str:
    """A whole file: the outermost object always broken up, a line end behind it."""
    return _broken(document, 0) + "\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _placed(value: object, depth: int, before: int) -> str:
    """The value in a line of which `before` characters are taken; a comma may follow."""
    line = one_line(value)
    return line if before + len(line) < WIDTH or line[0] not in "[{" else _broken(value, depth)


def _broken(value: object, depth: int) -> str:
    inner = "  " * (depth + 1)
    match value:
        case dict():
            entries = cast("dict[str, object]", value).items()
            keys = ((f"{inner}{_text(key)}: ", each) for key, each in entries)
            lines = [key + _placed(each, depth + 1, len(key)) for key, each in keys]
            return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"
        case list():
            return "[\n" + _elements(cast("list[object]", value), inner, depth) + "\n" + "  " * depth + "]"
        case _:
            return one_line(value)


def _elements(elements: list[object], inner: str, depth: int) -> str:
    lines = [one_line(element) for element in elements]
    if max(map(len, lines)) > PACKED:
        return ",\n".join(inner + _placed(element, depth + 1, len(inner)) for element in elements)
    return ",\n".join(inner + ", ".join(row) for row in _packed(lines, WIDTH - len(inner)))


def _packed(words: Iterable[str], width: int) -> Iterable[list[str]]:
    row: list[str] = []
    for word in words:
        if row and len(", ".join([*row, word])) >= width:
            yield row
            row = []
        row.append(word)
    yield row
