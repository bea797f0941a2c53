"""The bytes of a CSV file, held to RFC 4180 while they stream by, because pyarrow, which splits them, forgives too much.

Checked here: letters of the encoding that is said; quotes only around whole fields, doubled inside, each field closed; rows
ended by CRLF or LF. A block without a quote costs three searches. No text of the file is in a message, only line numbers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.csv_form import COMMAS, CsvForm
from jobs.catalog.values.byte_streams import reading, unpacked
from jobs.catalog.values.decoded_bytes import DecodedBytes, Undecodable
from jobs.catalog.values.file_faults import Miscut, file_fault
from jobs.errors import DataError

BLOCK = 4 << 20
"""Bytes parsed at once: a hundred thousand rows of an order file. No row may be longer."""
HEADER_LIMIT = 4 << 20

_QUOTE, _LF = b'"\n'
_ADVICE = "Write the file again as CSV by RFC 4180."


class StrictText:
    """A file to read UTF-8 from that raises `DataError` at the first byte that is not strict CSV.

    `form` is how the catalog says it is cut; None: no catalog speaks of it. `begins`: it is read from its first byte on.
    """

    def __init__(self, path: str, file: BinaryIO, form: CsvForm | None = None, begins: bool = True) -> None:
        self.closed = False
        self._path = path
        self._form = form
        self._text = DecodedBytes(unpacked(path, file), (form or COMMAS).encoding, begins)
        delimiter = (form or COMMAS).delimiter.encode()
        self._opens_behind = np.frombuffer(delimiter + b'\n"', dtype=np.uint8)
        self._closes_before = np.frombuffer(delimiter + b'\r\n"', dtype=np.uint8)
        self._ahead = b""
        self._unchecked = b""
        self._line = 1
        self._last = _LF  # the byte before the block at hand: a file begins as if behind a line end
        self._quoted = False
        self._opened_on = 0

    def first_line(self) -> str:
        """What the file begins with, looked at before it is checked: quotes are judged by the delimiter."""
        while b"\n" not in self._unchecked and len(self._unchecked) < HEADER_LIMIT:
            more = self._decoded(self._unchecked, BLOCK)
            if not more:
                break
            self._unchecked += more
        return self._unchecked.partition(b"\n")[0].removesuffix(b"\r").decode("utf-8", "ignore")

    def header(self) -> str:
        """The first record, without its line end; `read` goes on behind it."""
        self._ahead = block = self._checked()
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

    def _checked(self) -> bytes:
        """The next block. It does not end within CRLF or next to a quote, so that each can be judged by its neighbours."""
        block, self._unchecked = self._unchecked or self._decoded(b"", BLOCK), b""
        while block.endswith((b'"', b"\r")) and (more := self._decoded(block, min(BLOCK, 64))):
            block += more
        quotes = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == _QUOTE) if b'"' in block else _NOWHERE
        if len(quotes):
            self._check_quotes(block, quotes)
        self._check_line_ends(block, quotes)
        self._move_on(block, quotes)
        return block

    def _decoded(self, before: bytes, size: int) -> bytes:
        """What follows `before`, which nobody has counted yet."""
        try:
            with reading(self._path):
                return self._text.read(size)
        except Undecodable as fault:
            raise self._undecodable(before, fault) from None

    def _undecodable(self, before: bytes, fault: Undecodable) -> DataError:
        line = "" if fault.lines is None else f"line {self._line_of(before, len(before)) + fault.lines} "
        if fault.encoding and self._form is not None:
            return Miscut(self._path, f"{line}{fault.message}", replace(self._form, encoding=fault.encoding))
        return self._fault(f"{line}{fault.message}", fault.advice or "Save the file as UTF-8.")

    def _check_quotes(self, block: bytes, quotes: NDArray[np.intp]) -> None:
        """Every other quote opens; a doubled one inside a field closes it and opens it again."""
        letters = np.frombuffer(block, dtype=np.uint8)
        opening, closing = (quotes[1::2], quotes[::2]) if self._quoted else (quotes[::2], quotes[1::2])
        before = np.where(opening > 0, letters[opening - 1], self._last)
        wrong = opening[~np.isin(before, self._opens_behind)]
        behind = closing[closing + 1 < len(block)]
        wrong = np.concatenate([wrong, behind[~np.isin(letters[behind + 1], self._closes_before)]])
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
