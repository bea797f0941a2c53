"""What every file people write must be before anyone looks inside: small, UTF-8, without a byte order mark.

Strict, because a file that two programs read differently has two meanings.
"""

from __future__ import annotations

import codecs

from jobs.syntax.nodes import Problems

FILE_LIMIT = 256 * 1024
"""Bytes of a file that people write."""

_OTHER_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def too_large(size: int) -> str | None:
    """What is wrong with a file of so many bytes; None when it is small enough to be read."""
    if size <= FILE_LIMIT:
        return None
    return (
        f"found {size:,} bytes, expected at most {FILE_LIMIT:,} (256 KiB); move long lists of values to a contact list"
    )


def decode(data: bytes, file: str, problems: Problems) -> str | None:
    """The text of a file; None, and a problem for the whole file, when it is not strict UTF-8."""
    wrong = too_large(len(data)) or _wrong_mark(data)
    if wrong:
        problems.add_file(file, wrong)
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Decoding what stands before the fault cannot fail, and gives the place in characters instead of bytes.
        place = position(data[: error.start].decode("utf-8"), None)
        problems.add_file(
            file, f"{place}: found the byte 0x{data[error.start]:02x}, expected UTF-8; save the file as UTF-8"
        )
        return None


def position(text: str, at: int | None) -> str:
    """`line 3, column 7` of an offset (None: the end), both counted from 1, columns in characters."""
    at = len(text) if at is None else at
    return f"line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)}"


def _wrong_mark(data: bytes) -> str | None:
    if data.startswith(codecs.BOM_UTF8):
        return "found a byte order mark at the start, expected UTF-8 without one; save the file without it"
    for mark, name in _OTHER_MARKS.items():
        if data.startswith(mark):
            return f"found the byte order mark of {name}, expected UTF-8 without one; save the file as UTF-8"
    return None
