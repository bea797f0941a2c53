"""How a file of CSV is cut into fields: what stands between them, and which bytes its letters are.

Encodings are those in which a line end, a quote and the delimiter are bytes that are never part of anything else, so that a
file can be cut between its rows before it is decoded; and UTF-16, which is read from the start. Shift JIS, GBK and their
like are refused: a quote in them may be half a letter.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache

from jobs.syntax.nodes import Json, shown
from jobs.syntax.spelling import nearest

UTF_8 = "utf-8"
UTF_16 = ("utf-16", "utf-16-le", "utf-16-be")
"""Without an ending: its byte order mark says which."""
_DOS = (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 869)
SINGLE_BYTE = (
    "ascii",
    *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),  # there is no twelfth
    *(f"windows-{page}" for page in range(1250, 1259)),
    *(f"cp{page}" for page in (*_DOS, 874)),
    *("koi8-r", "koi8-u", "mac-roman", "mac-latin2", "mac-cyrillic", "mac-greek", "mac-turkish", "tis-620"),
)
"""Encodings of one byte a letter, of which the first 128 are ASCII."""
ENCODINGS = (UTF_8, *UTF_16, *SINGLE_BYTE)

_NO_DELIMITER = frozenset('"\r\n\0')


@dataclass(frozen=True)
class CsvForm:
    """`encoding` is one of `ENCODINGS`, under the name that stands there."""

    delimiter: str = ","
    encoding: str = UTF_8

    def __post_init__(self) -> None:
        read_delimiter(self.delimiter)
        if self.encoding not in ENCODINGS:
            raise ValueError(f"found {shown(self.encoding)}, expected one of the names in ENCODINGS")

    def __str__(self) -> str:
        """As the catalog writes it, without what is so anyway."""
        parts = [f"delimiter: {_quoted(self.delimiter)}"] if self.delimiter != "," else []
        parts += [f"encoding: {self.encoding}"] if self.encoding != UTF_8 else []
        return f"csv: {{{', '.join(parts)}}}"

    def written_out(self) -> str:
        """The same with everything, for who is to write it."""
        return f"csv: {{delimiter: {_quoted(self.delimiter)}, encoding: {self.encoding}}}"

    @property
    def is_single_byte(self) -> bool:
        return self.encoding in SINGLE_BYTE

    @property
    def can_be_cut(self) -> bool:
        """Whether a line end and a quote are one byte each, which is nothing else."""
        return self.encoding not in UTF_16


def _quoted(delimiter: str) -> str:
    written = f"\\x{ord(delimiter):02x}" if not delimiter.isprintable() else delimiter.replace("\\", "\\\\")
    return '"\\t"' if delimiter == "\t" else f'"{written}"'


def read_delimiter(value: Json) -> str:
    """One character between two fields; ValueError says what was found and expected."""
    if (
        isinstance(value, str)
        and len(value) == 1
        and value.isascii()
        and not (value.isalnum() or value in _NO_DELIMITER)
    ):
        return value
    hint = '; a tab is "\\t"' if isinstance(value, str) and value.strip().lower() in ("tab", "\\t", "") else ""
    expected = 'expected one character of ASCII between two fields, like ";", no letter, digit or quote'
    raise ValueError(f"found {shown(value)}, {expected}{hint}")


def read_encoding(value: Json) -> str:
    """The name in `ENCODINGS` of an encoding that may be called otherwise (`cp1252`, `latin1`); ValueError for others."""
    if not isinstance(value, str):
        raise ValueError(f'found {shown(value)}, expected an encoding as text, like "windows-1252"')
    try:
        codec = codecs.lookup(value).name if value.isascii() and value.isprintable() and len(value) < 40 else ""
    except LookupError:
        codec = ""
    if codec in _by_codec():
        return _by_codec()[codec]
    if codec:
        raise ValueError(
            f"found {shown(value)}, expected utf-8, utf-16 or an encoding of one byte a letter, like windows-1252; "
            "have the file written as utf-8"
        )
    near = nearest(value, ENCODINGS)
    hint = "" if near is None else f" — did you mean {shown(near)}?"
    raise ValueError(f"found {shown(value)}, expected an encoding, like utf-8, windows-1252 or utf-16{hint}")


@cache
def _by_codec() -> dict[str, str]:
    """Python loads a module for each, so only a catalog that names an encoding pays for it."""
    return {codecs.lookup(name).name: name for name in ENCODINGS} | {"utf-8-sig": UTF_8}


COMMAS = CsvForm()
"""How CSV is cut where nothing is said."""
