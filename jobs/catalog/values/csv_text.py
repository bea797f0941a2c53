"""The bytes of a CSV file, held to RFC 4180 while they stream by, because pyarrow, which splits them, forgives too much.

Checked here: UTF-8 without a byte order mark; quotes only around whole fields, doubled inside, each field closed; rows
ended by CRLF or LF. A block without a quote costs three searches. No text of the file is in a message, only line numbers.
"""

from __future__ import annotations

import codecs
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.values.byte_streams import reading, unpacked
from jobs.catalog.values.file_faults import file_fault
from jobs.errors import DataError

BLOCK = 4 << 20
"""Bytes parsed at once: a hundred thousand rows of an order file. No row may be longer."""
HEADER_LIMIT = 4 << 20

_QUOTE, _LF = b'"\n'
_OPENS_BEHIND = np.frombuffer(b',\n"', dtype=np.uint8)
_CLOSES_BEFORE = np.frombuffer(b',\r\n"', dtype=np.uint8)
_ADVICE = "Write the file again as CSV by RFC 4180."


class StrictText:
    """A file to read from that raises `DataError` at the first byte that is not strict CSV."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        self.closed = False
        self._path = path
        self._file = unpacked(path, file)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ahead = b""
        self._line = 1
        self._last = _LF  # the byte before the block at hand: a file begins as if behind a line end
        self._quoted = False
        self._opened_on = 0

    def header(self) -> str:
        """The first record, without its line end; `read` goes on behind it."""
        self._ahead = block = self._checked(first=True)
        while (end := _record_end(self._ahead)) < 0 and block:
            if len(self._ahead) >= HEADER_LIMIT:
                raise self._fault("found no line end in the first megabytes, expected a header", _ADVICE)
            block = self._checked()
            self._ahead += block
        header = self._ahead if end < 0 else self._ahead[:end]
        self._ahead = b"" if end < 0 else self._ahead[end + 1 :]
        return header.removesuffix(b"\r").decode("utf-8")

    def read(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end: pyarrow takes what it gets for a whole block, in which a row must fit."""
        while len(self._ahead) < size and (more := self._checked()):
            self._ahead += more
        block, self._ahead = self._ahead[:size], self._ahead[size:]
        return block

    def close(self) -> None:
        self.closed = True

    def _checked(self, first: bool = False) -> bytes:
        """The next block. It does not end within CRLF or next to a quote, so that each can be judged by its neighbours."""
        block = self._unpacked(BLOCK)
        while block.endswith((b'"', b"\r")) and (more := self._unpacked(min(BLOCK, 64))):
            block += more
        if first:
            self._check_mark(block)
        self._check_encoding(block)
        quotes = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == _QUOTE) if b'"' in block else _NOWHERE
        if len(quotes):
            self._check_quotes(block, quotes)
        self._check_line_ends(block, quotes)
        self._move_on(block, quotes)
        return block

    def _unpacked(self, size: int) -> bytes:
        with reading(self._path):
            block = self._file.read(size)
            while len(block) < size and (more := self._file.read(size - len(block))):
                block += more  # what is read from afar comes in pieces
            return block

    def _check_mark(self, block: bytes) -> None:
        if block.startswith(codecs.BOM_UTF8):
            raise self._fault("found a byte order mark at the start, expected UTF-8 without one", "Save it without it.")
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise self._fault("found the byte order mark of UTF-16, expected UTF-8", "Save the file as UTF-8.")
        if block.startswith(b"\x1f\x8b"):
            raise self._fault("found a packed file, expected text", "Unpack it, or let its name end in .gz.")

    def _check_encoding(self, block: bytes) -> None:
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise self._fault(
                f"line {self._line_of(block, error.start)} is not UTF-8", "Save the file as UTF-8."
            ) from None

    def _check_quotes(self, block: bytes, quotes: NDArray[np.intp]) -> None:
        """Every other quote opens; a doubled one inside a field closes it and opens it again."""
        letters = np.frombuffer(block, dtype=np.uint8)
        opening, closing = (quotes[1::2], quotes[::2]) if self._quoted else (quotes[::2], quotes[1::2])
        before = np.where(opening > 0, letters[opening - 1], self._last)
        wrong = opening[~np.isin(before, _OPENS_BEHIND)]
        behind = closing[closing + 1 < len(block)]
        wrong = np.concatenate([wrong, behind[~np.isin(letters[behind + 1], _CLOSES_BEFORE)]])
        if len(wrong):
            raise self._fault(
                f"line {self._line_of(block, int(wrong.min()))}: found a quote within a field, "
                "expected quotes around the whole field and doubled inside it",
                _ADVICE,
            )

    def _check_line_ends(self, block: bytes, quotes: NDArray[np.intp]) -> None:
        if block.count(b"\r") == block.count(b"\r\n"):
            return
        letters = np.frombuffer(block + b" ", dtype=np.uint8)
        returns = np.flatnonzero(letters[:-1] == ord("\r"))
        alone = returns[letters[returns + 1] != _LF]
        outside = alone[(np.searchsorted(quotes, alone) + self._quoted) % 2 == 0]
        if len(outside):
            line = self._line_of(block, int(outside[0]))
            raise self._fault(
                f"line {line}: found a carriage return alone, expected rows that end in CRLF or LF", _ADVICE
            )

    def _move_on(self, block: bytes, quotes: NDArray[np.intp]) -> None:
        if len(quotes) % 2:
            self._quoted = not self._quoted
        if self._quoted and len(quotes):
            self._opened_on = self._line_of(block, int(quotes[-1]))
        if block:
            self._last = block[-1]
            self._line += block.count(b"\n")
        elif self._quoted:
            raise self._fault(f"the quote opened on line {self._opened_on} is never closed", _ADVICE)

    def _line_of(self, block: bytes, place: int) -> int:
        return self._line + block.count(b"\n", 0, place)

    def _fault(self, message: str, advice: str) -> DataError:
        return file_fault(self._path, message, advice)


_NOWHERE: NDArray[np.intp] = np.array([], dtype=np.intp)


def _record_end(block: bytes) -> int:
    """Where the first line end outside quotes stands, -1 for nowhere."""
    end = block.find(b"\n")
    while end >= 0 and block.count(b'"', 0, end) % 2:
        end = block.find(b"\n", end + 1)
    return end
