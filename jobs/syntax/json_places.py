"""Where in the text of a JSON file each text stands: so that one of them can be changed and everything else stays as it is.

Only of files that strict_json.py has read: nothing is judged here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobs.syntax.nodes import escape

_BLANK = re.compile(r"[ \t\r\n]*")
_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}]+")


@dataclass(frozen=True)
class TextPlace:
    """A text in quotes, from `start` to `end`: a value, or the key that leads to its pointer."""

    pointer: str
    is_key: bool
    start: int
    end: int


def text_places(text: str) -> Iterator[TextPlace]:
    """Every text in the file, keys too, in order."""
    yield from _Walk(text).value(_skip(text, 0), "")


def replaced(text: str, changes: Iterable[tuple[TextPlace, str]]) -> str:
    """The file with other texts in these places."""
    for place, new in sorted(changes, key=lambda change: change[0].start, reverse=True):
        text = text[: place.start] + json.dumps(new, ensure_ascii=False) + text[place.end :]
    return text


@dataclass
class _Walk:
    text: str
    at: int = 0
    """Behind what was walked last."""

    def value(self, start: int, pointer: str) -> Iterator[TextPlace]:
        match self.text[start]:
            case '"':
                _, self.at = _scanned(self.text, start)
                yield TextPlace(pointer, False, start, self.at)
            case "{":
                yield from self._object(start, pointer)
            case "[":
                yield from self._list(start, pointer)
            case _:
                scalar = _SCALAR.match(self.text, start)
                assert scalar is not None
                self.at = scalar.end()

    def _object(self, start: int, pointer: str) -> Iterator[TextPlace]:
        at = _skip(self.text, start + 1)
        while self.text[at] != "}":
            key, end = _scanned(self.text, at)
            inside = f"{pointer}/{escape(key)}"
            yield TextPlace(inside, True, at, end)
            yield from self.value(_skip(self.text, _skip(self.text, end) + 1), inside)
            at = self._next()
        self.at = at + 1

    def _list(self, start: int, pointer: str) -> Iterator[TextPlace]:
        at, number = _skip(self.text, start + 1), 0
        while self.text[at] != "]":
            yield from self.value(at, f"{pointer}/{number}")
            at, number = self._next(), number + 1
        self.at = at + 1

    def _next(self) -> int:
        """The next element or the closing bracket."""
        at = _skip(self.text, self.at)
        return _skip(self.text, at + 1) if self.text[at] == "," else at


def _scanned(text: str, at: int) -> tuple[str, int]:
    """The text in quotes that begins here, and where it ends."""
    quoted = _TEXT.match(text, at)
    assert quoted is not None
    return json.loads(quoted[0]), quoted.end()


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    assert blank is not None
    return blank.end()
