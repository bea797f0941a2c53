"""Where a large file of text can be cut, so that each piece is whole rows; and one piece as a file of its own.

A line end is a row's end in JSON Lines, always. In CSV it is one outside quotes: their number before it is even, whatever
else the file holds, so all quotes of the file are counted, in order. That holds for every delimiter, and for every encoding
in which these two are bytes that are nothing else (`CsvForm.can_be_cut`): places are in the file's own bytes. Nothing is
judged here: a file that is no strict CSV is cut somewhere, and whoever reads the piece refuses it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.values.proposals import Trials

READ_AT_ONCE = 4 << 20
_LF, _QUOTE = b'\n"'


@dataclass(frozen=True)
class FileStretch:
    """From `first` up to and without `end`: row groups of a Parquet file, bytes of another."""

    first: int
    end: int


@dataclass
class FileNotes:
    """What is found out about a file, or a piece of one, beside its rows.

    `remarks` on a file that is fine, a sentence each; `keys` that rows of JSON have, whoever reads them; `trials`: what
    would read its wrong cells.
    """

    remarks: list[str] = field(default_factory=list[str])
    keys: set[str] = field(default_factory=set[str])
    trials: Trials = field(default_factory=Trials)


def row_ends(form: Literal["csv", "jsonl"], file: BinaryIO, every: int) -> list[int]:
    """The first places behind a row's end that are at least so many bytes apart; the file's own end may be the last.

    `file` can seek, and knows lines. Of CSV all of it is read.
    """
    return _ends_outside_quotes(file, every) if form == "csv" else _line_ends(file, every)


def _line_ends(file: BinaryIO, every: int) -> list[int]:
    places: list[int] = []
    size, due = file.seek(0, io.SEEK_END), every
    while due <= size:
        file.seek(due - 1)
        while (line := file.readline(READ_AT_ONCE)) and not line.endswith(b"\n"):
            pass
        if not line:
            break
        places.append(file.tell())
        due = places[-1] + every
    return places


def _ends_outside_quotes(file: BinaryIO, every: int) -> list[int]:
    places: list[int] = []
    due, start, quoted = every, 0, False
    while block := file.read(READ_AT_ONCE):
        letters = np.frombuffer(block, np.uint8)
        quotes = letters == _QUOTE
        if start + len(block) >= due:
            ends = _ends(letters, quotes, quoted) + (start + 1)
            while (next_one := int(np.searchsorted(ends, due))) < len(ends):
                places.append(int(ends[next_one]))
                due = places[-1] + every
        quoted ^= np.count_nonzero(quotes) % 2 == 1
        start += len(block)
    return places


def _ends(letters: NDArray[np.uint8], quotes: NDArray[np.bool_], quoted: bool) -> NDArray[np.intp]:
    ends = np.flatnonzero(letters == _LF)
    before = np.searchsorted(np.flatnonzero(quotes), ends)
    return ends[(before + quoted) % 2 == 0]


class StretchFile(io.RawIOBase):
    """Some bytes of an opened file that can seek, as a file; fewer where the file has become shorter."""

    def __init__(self, file: BinaryIO, piece: FileStretch) -> None:
        self._file = file
        self._left = piece.end - piece.first
        file.seek(piece.first)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._file.read(min(len(buffer), self._left))
        buffer[: len(block)] = block
        self._left -= len(block)
        return len(block)
