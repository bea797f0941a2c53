"""Patterns of dates and clock times, `DD.MM.YYYY HH:mm`: what may stand in one, and how long what it matches is.

`YYYY MM DD HH mm ss` are as many digits as letters, `M D H` one or two; every other character stands for itself. Nothing is
left to guess: a part of one or two digits has something else than a digit on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from jobs.syntax.nodes import Json, shown

_TOKEN = re.compile(r"YYYY|MM|M|DD|D|HH|H|mm|ss|.", re.DOTALL)
_PARTS = {
    "YYYY": "year", "MM": "month", "M": "month", "DD": "day", "D": "day", "HH": "hour", "H": "hour", "mm": "minute",
    "ss": "second",
}  # fmt: skip
CLOCK = ("hour", "minute", "second")
LONGEST = 40


@dataclass(frozen=True)
class Layout:
    """One width of what a pattern matches, in bytes of UTF-8: where each part's digits are, and each other byte."""

    width: int
    parts: tuple[tuple[str, int, int], ...]
    literals: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class TimePattern:
    """A pattern of a day, and of a clock time where it has hours."""

    text: str

    def __post_init__(self) -> None:
        _check(self.text, self._tokens)

    def __str__(self) -> str:
        return self.text

    @cached_property
    def has_clock(self) -> bool:
        return any(_PARTS.get(token) == "hour" for token in self._tokens)

    def fits(self, text: str) -> bool:
        """Whether a text has the pattern's form, whatever its numbers are."""
        return self._form.fullmatch(text) is not None

    @cached_property
    def _form(self) -> re.Pattern[str]:
        digits = {"M": "{1,2}", "D": "{1,2}", "H": "{1,2}"}
        parts = [
            f"[0-9]{digits.get(token, f'{{{len(token)}}}')}" if token in _PARTS else re.escape(token)
            for token in self._tokens
        ]
        return re.compile("".join(parts))

    @property
    def _tokens(self) -> list[str]:
        return _TOKEN.findall(self.text)

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """One for each choice of one or two digits where there is one."""
        widths = [(1, 2) if token in ("M", "D", "H") else (len(token.encode()),) for token in self._tokens]
        return tuple(_layout(self._tokens, chosen) for chosen in product(*widths))


def _layout(tokens: Sequence[str], widths: Sequence[int]) -> Layout:
    parts: list[tuple[str, int, int]] = []
    literals: list[tuple[int, int]] = []
    at = 0
    for token, width in zip(tokens, widths, strict=True):
        if token in _PARTS:
            parts.append((_PARTS[token], at, width))
        else:
            literals += [(at + place, byte) for place, byte in enumerate(token.encode())]
        at += width
    return Layout(at, tuple(parts), tuple(literals))


def read_date_pattern(value: Json) -> TimePattern:
    """The pattern of a date; ValueError says what was found and expected."""
    pattern = _read(value, "DD.MM.YYYY")
    if pattern.has_clock:
        raise ValueError(f'found {shown(value)}, expected a day alone; a clock time belongs to "timestamp"')
    return pattern


def read_moment_pattern(value: Json) -> TimePattern:
    """The pattern of a timestamp; one without hours is of local midnights."""
    return _read(value, "DD.MM.YYYY HH:mm")


def _read(value: Json, example: str) -> TimePattern:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise ValueError(f"found {shown(value)}, expected a pattern as text, like {shown(example)}")
    return TimePattern(value)


def _check(text: str, marks: Sequence[str]) -> None:
    parts = [_PARTS[mark] for mark in marks if mark in _PARTS]
    for problem in (*_odd_letters(text, marks), *_odd_parts(parts), *_odd_neighbours(marks)):
        raise ValueError(f"found {shown(text)}, {problem}")


def _odd_letters(text: str, marks: Sequence[str]) -> Iterator[str]:
    letters = [mark for mark in marks if mark not in _PARTS and mark.isalpha() and mark != "T"]
    if letters:
        hint = {"Y": "a year is YYYY", "y": "a year is YYYY", "d": "a day is DD or D", "h": "an hour is HH or H",
                "S": "a second is ss", "s": "a second is ss", "m": "a minute is mm, a month MM or M"}  # fmt: skip
        near = f"; {hint[letters[0]]}" if letters[0] in hint else ""
        yield f"expected the letters YYYY, MM, M, DD, D, HH, H, mm, ss and T alone{near}"
    elif not text.isprintable() and "\xa0" not in text:
        yield "expected characters that can be seen"


def _odd_parts(parts: Sequence[str]) -> Iterator[str]:
    for part in (*("year", "month", "day"), *CLOCK):
        if parts.count(part) > 1:
            yield f"expected the {part} once"
    for part in ("year", "month", "day"):
        if part not in parts:
            yield f"expected a {part} in it ({'YYYY' if part == 'year' else part[0].upper() * 2})"
    for part, needed in (("minute", "hour"), ("second", "minute")):
        if part in parts and needed not in parts:
            yield f"found {part}s without {needed}s, expected both"


def _odd_neighbours(marks: Sequence[str]) -> Iterator[str]:
    for before, after in pairwise(marks):
        short = {before, after} & {"M", "D", "H"}
        if short and all(mark in _PARTS or mark.isdigit() for mark in (before, after)):
            part = min(short)
            yield f"expected something between {before} and {after}, or {part * 2}: who knows where {part} ends"
