"""JSON as RFC 8259 has it and not a hair more: what this reader accepts, every other reader reads the same way.

Refused beyond the grammar: a key written twice, half a surrogate pair, numbers beyond the limit (numbers.py), brackets
nested deeper than any spec needs. The standard library's C scanner does the work, so a thousand files take a fraction
of a second; only a file with something odd in it is walked again, to give each problem its pointer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from jobs.errors import Problem
from jobs.syntax.json_faults import constant_fault, syntax_fault
from jobs.syntax.nodes import Json, Node, Problems, escape, shown
from jobs.syntax.numbers import EXPECTED, NumberTooLong, exact
from jobs.syntax.strict_text import decode, position

DEPTH_LIMIT = 100
"""Brackets within brackets. Sixteen conditions around a polygon need 40; the scanner and all walks are recursive."""

_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(data: bytes, file: str, problems: Problems, *, limits: bool = True) -> Node | None:
    """The tree of a JSON file; None when it is not JSON, and the reason stands in `problems`.

    A key written twice, a number too long and half a surrogate pair are problems with a pointer, and the tree still
    comes (first value, nearest number, U+FFFD), so that the other problems of the file are found as well. `limits`
    False asks for the grammar alone: these are then accepted in silence.
    """
    text = decode(data, file, problems)
    return None if text is None else read_json_text(text, file, problems, limits=limits)


def read_json_text(text: str, file: str, problems: Problems, *, limits: bool = True) -> Node | None:
    """The same for text that is already decoded."""
    reader = _Reader(text)
    try:
        tree = reader.read()
    except _Fault as fault:
        problems.add_file(file, fault.message)
        return None
    if reader.odd:
        settled = _Settled(file)
        tree = settled.value(tree, "")
        problems.found += settled.found if limits else []
    return Node(tree, file)


def too_deep(text: str) -> int | None:
    """The offset of the first bracket nested too deep, None when there is none. Brackets inside texts do not count."""
    if text.count("[") + text.count("{") <= DEPTH_LIMIT:
        return None
    depth = 0
    for bracket in _BRACKET.finditer(_TEXT.sub(lambda match: " " * len(match[0]), text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEPTH_LIMIT:
            return bracket.start()
    return None


class _Fault(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class _Constant(Exception):
    """NaN or Infinity: the scanner knows them, JSON does not."""


@dataclass(frozen=True)
class _Long:
    """Stands in the tree for a number beyond the limit until its pointer is known."""

    text: str
    nearest: int | Decimal


class _Pairs(list[tuple[str, Json]]):
    """Stands in the tree for an object with a key written twice."""


class _Reader:
    """One pass of the C scanner. `odd` says whether something in the tree must be settled."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.odd = _SURROGATE_ESCAPE.search(text) is not None

    def read(self) -> Json:
        deep = too_deep(self.text)
        if deep is not None:
            place = position(self.text, deep)
            raise _Fault(f"{place}: found brackets nested {DEPTH_LIMIT + 1} deep, expected at most {DEPTH_LIMIT}")
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=self._number, parse_float=self._number, parse_constant=_refuse
        )
        try:
            return decoder.decode(self.text)
        except json.JSONDecodeError as error:
            raise _Fault(syntax_fault(self.text, error.msg, error.pos)) from None
        except _Constant:
            raise _Fault(constant_fault(self.text, _TEXT)) from None

    def _object(self, pairs: list[tuple[str, Json]]) -> object:
        tree = dict(pairs)
        if len(tree) == len(pairs):
            return tree
        self.odd = True
        return _Pairs(pairs)

    def _number(self, text: str) -> object:
        try:
            return exact(text)
        except NumberTooLong as error:
            self.odd = True
            return _Long(text, error.nearest)


def _refuse(constant: str) -> NoReturn:
    raise _Constant(constant)


class _Settled:
    """The tree with nothing odd left in it, and what was odd."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def value(self, value: object, pointer: str) -> Json:
        match value:
            case _Long():
                self._add(pointer, f"found {_cut(value.text)}, expected {EXPECTED}")
                return value.nearest
            case _Pairs():
                return self._object(value, pointer)
            case dict():
                return self._object(list(value.items()), pointer)  # pyright: ignore[reportUnknownArgumentType]
            case list():
                return [self.value(item, f"{pointer}/{index}") for index, item in enumerate(value)]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            case str():
                return self._whole(value, pointer)
            case _:
                assert value is None or isinstance(value, (bool, int, Decimal))
                return value

    def _object(self, pairs: list[tuple[str, Json]], pointer: str) -> Json:
        tree: dict[str, Json] = {}
        times: dict[str, int] = {}
        for written, item in pairs:
            place = f"{pointer}/{escape(whole_characters(written))}"
            key = self._whole(written, place)
            times[key] = times.get(key, 0) + 1
            settled = self.value(item, place)
            if times[key] == 1:
                tree[key] = settled
        for key, count in times.items():
            if count > 1:
                self._add(f"{pointer}/{escape(key)}", twice(key, count))
        return tree

    def _whole(self, text: str, pointer: str) -> str:
        if message := half_character(text):
            self._add(pointer, message)
        return whole_characters(text)

    def _add(self, pointer: str, message: str) -> None:
        self.found.append(Problem(self.file, pointer, message))


def whole_characters(text: str) -> str:
    """The text with U+FFFD where half a surrogate pair stands."""
    return _SURROGATE.sub("�", text)


def half_character(text: str) -> str:
    """What to say of half a surrogate pair, "" where there is none: it has no UTF-8, so it could not even be printed."""
    half = _SURROGATE.search(text)
    return "" if half is None else f"found half a surrogate pair, \\u{ord(half[0]):04x}, expected whole characters"


def twice(key: str, count: int) -> str:
    """What to say of a key that one object has several times; YAML says the same."""
    often = "twice" if count == 2 else f"{count} times"
    return f"found the key {shown(key)} {often} in one object, expected it once; keep one of them"


def _cut(number: str) -> str:
    return number if len(number) <= 40 else number[:39] + "…"
