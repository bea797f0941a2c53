"""The bytes of a file of text in UTF-8, whatever encoding it is in; a byte order mark of it is taken off.

An encoding that is not the file's is told by what can be seen: another one's byte order mark, bytes that it has no letter
for, and letters that all happen to be UTF-8's, which no text in an encoding of one byte a letter is by chance.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from jobs.catalog.csv_form import UTF_8, UTF_16, CsvForm

_MARKS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF16_LE: UTF_16[0],
    codecs.BOM_UTF16_BE: UTF_16[0],
}
_OF_ITS_OWN = {UTF_8: (codecs.BOM_UTF8,), "utf-16-le": (codecs.BOM_UTF16_LE,), "utf-16-be": (codecs.BOM_UTF16_BE,)}
_C1 = re.compile(rb"[\x80-\x9f]")
"""Control characters that every part of ISO 8859 has and nobody writes: Windows has letters there."""
START = 64
"""Bytes that show what a file is."""
LIKELY = "windows-1252"
"""What office programs of western Europe write where nobody says otherwise."""


class Undecodable(Exception):
    """The bytes are not in the encoding: `lines` are ended before the fault in what was last read.

    `message` is what was found and expected, `encoding` the one that would read it, "" where nobody can know.
    """

    def __init__(self, message: str, encoding: str = "", lines: int | None = None, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.encoding = encoding
        self.lines = lines
        self.advice = advice


class DecodedBytes:
    """A stream of UTF-8 over a stream of bytes. `begins`: the first byte is the file's, which may be a mark."""

    def __init__(self, file: BinaryIO, encoding: str, begins: bool = True) -> None:
        self._file = file
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._is_single_byte = CsvForm(encoding=encoding).is_single_byte
        self._utf_8 = codecs.getincrementaldecoder(UTF_8)() if self._is_single_byte else None
        self._beyond_ascii = False
        self._first = begins

    def read(self, size: int) -> bytes:
        """About so many bytes, none only at the end. `Undecodable` where they are not what they are said to be."""
        while True:
            raw = self._raw(max(size, START) if self._first else size)
            text = self._decoded(self._without_mark(raw) if self._first else raw, final=not raw)
            if text or not raw:
                return text

    def _raw(self, size: int) -> bytes:
        block = self._file.read(size)
        while len(block) < size and (more := self._file.read(size - len(block))):
            block += more  # what is read from afar comes in pieces
        return block

    def _without_mark(self, raw: bytes) -> bytes:
        """What the file begins with, held against what it is said to be."""
        self._first = False
        if raw.startswith(b"\x1f\x8b"):
            raise Undecodable("found a packed file, expected text", advice="Unpack it, or let its name end in .gz.")
        for mark in _OF_ITS_OWN.get(self._encoding, ()):
            if raw.startswith(mark):
                return raw[len(mark) :]
        for mark, encoding in _MARKS.items():
            if raw.startswith(mark) and encoding != self._encoding:
                raise Undecodable(f"found the byte order mark of {encoding.upper()}, expected {self._name}", encoding)
        unmarked = _unmarked(raw[:START])
        if raw and self._encoding == UTF_16[0] and not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise Undecodable("found no byte order mark, expected UTF-16 that begins with one", unmarked)
        if self._encoding not in UTF_16 and unmarked != UTF_8:
            raise Undecodable(f"found letters of two bytes each, expected {self._name}", unmarked)
        return raw

    def _decoded(self, raw: bytes, final: bool) -> bytes:
        if self._is_single_byte:
            self._check_single_bytes(raw, final)
            if raw.isascii():
                return raw
        try:
            text = self._decoder.decode(raw, final)
        except UnicodeDecodeError as error:
            before, fault = error.object[: error.start], error.object[error.start :]
            lines = before.decode(self._encoding, "ignore").count("\n")
            raise Undecodable(f"is not {self._name}", self._better(fault), lines) from None
        return raw if self._encoding == UTF_8 else text.encode(UTF_8)

    def _check_single_bytes(self, raw: bytes, final: bool) -> None:
        """Letters beyond ASCII that are all UTF-8's are known at the end; controls where letters should be at once."""
        self._beyond_ascii = self._beyond_ascii or not raw.isascii()
        if self._utf_8 is not None:
            try:
                self._utf_8.decode(raw, final)
            except UnicodeDecodeError:
                self._utf_8 = None
        if self._utf_8 is None and self._encoding.startswith("iso-8859") and (control := _C1.search(raw)):
            lines = raw.count(b"\n", 0, control.start())
            raise Undecodable(f"is not {self._name}, which has no letter for what stands there", LIKELY, lines)
        if final and self._utf_8 is not None and self._beyond_ascii:
            raise Undecodable(f"every letter beyond ASCII is UTF-8's, expected {self._name}", UTF_8)

    def _better(self, fault: bytes) -> str:
        """An encoding that these bytes may be in."""
        if self._is_single_byte and self._utf_8 is not None:
            return UTF_8
        if self._encoding in (UTF_8, "ascii") and not re.search(rb"[\x81\x8d\x8f\x90\x9d]", fault):
            return LIKELY
        return ""

    @property
    def _name(self) -> str:
        return self._encoding.upper() if self._encoding.startswith("utf") else self._encoding


def _unmarked(raw: bytes) -> str:
    """UTF-16 without a mark is told by where its zeros are; UTF-8 where there are none."""
    low, high = raw[::2].count(0), raw[1::2].count(0)
    if low + high <= len(raw) // 4:
        return UTF_8
    return "utf-16-le" if high >= low else "utf-16-be"
