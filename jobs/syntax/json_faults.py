"""The scanner's complaints, put into words for the person who wrote the file: place, found, expected, what to do.

Only syntax: the file as a whole is not JSON, so there is no pointer yet, and the place is a line and a column.
"""

from __future__ import annotations

import re

from jobs.syntax.nodes import shown
from jobs.syntax.strict_text import position

_WORD = re.compile(r"[A-Za-z0-9_.+\-]{1,40}")
_CONSTANT = re.compile(r"-?(?:NaN|Infinity)")

# What the standard library's scanner says -> what it was looking for.
_EXPECTED = {
    "Expecting value": "a value",
    "Expecting property name": "a key in double quotes",
    "Expecting ':' delimiter": "a colon after the key",
    "Expecting ',' delimiter": "a comma or a closing bracket",
    "Invalid control character": "it escaped, like \\n or \\t; or is the closing quote missing?",
    "Invalid \\escape": 'one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u',
    "Invalid \\uXXXX escape": "four hexadecimal digits after \\u",
    "Extra data": "the end of the file",
    "Illegal trailing comma": "no comma before a closing bracket; take the comma out",
}
_SMALL = {"True": "true", "False": "false", "None": "null", "NULL": "null", "Null": "null", "undefined": "null",
          "TRUE": "true", "FALSE": "false", "nil": "null"}  # fmt: skip


def syntax_fault(text: str, complaint: str, at: int) -> str:
    """What is wrong where, from the scanner's complaint and the offset it gave."""
    if not text.strip():
        return "found an empty file, expected a JSON object"
    place = position(text, at)
    if complaint.startswith("Unterminated string"):
        return f"{place}: found a text without its end, expected a closing double quote"
    expected = next((words for start, words in _EXPECTED.items() if complaint.startswith(start)), "JSON")
    excerpt = shown(text[at : at + 2]) if complaint.startswith("Invalid \\escape") else _found(text, at)
    return f"{place}: found {excerpt}, expected {_advice(text, at) or expected}"


def constant_fault(text: str, quoted: re.Pattern[str]) -> str:
    """The same for the first NaN or Infinity outside a text."""
    plain = quoted.sub(lambda match: " " * len(match[0]), text)
    constant = _CONSTANT.search(plain)
    assert constant is not None
    return (
        f"{position(text, constant.start())}: found {constant[0]}, expected a number; JSON has no NaN and no Infinity"
    )


def _found(text: str, at: int) -> str:
    if at >= len(text):
        return "the end of the file"
    word = _WORD.match(text, at)
    return shown(word[0] if word else text[at])


def _advice(text: str, at: int) -> str | None:
    """A better word than the scanner's for the slips that people really make."""
    before = text[:at].rstrip(" \t\r\n")[-1:]
    word = _WORD.match(text, at)
    match text[at : at + 1]:
        case "]" | "}" if before == ",":
            return "no comma before a closing bracket; take the comma out"
        case "'" | "“" | "”" | "„" | "`":
            return "double quotes, the plain ones"
        case "/" | "#":
            return 'no comment: JSON has none; use "description"'
        case _ if word and word[0] in _SMALL:
            return _SMALL[word[0]]
        case _ if word and _looks_like_a_number(text[at - 1 : at], word[0]):
            return "a number as JSON writes it: no + sign, no leading zero, a digit on both sides of the point"
        case _:
            return None


def _looks_like_a_number(before: str, word: str) -> bool:
    """`+1` `.5` `-` or, right behind a digit, `12` (of 012) `.` `e`."""
    if before.isdigit():
        return word[0] in ".eE" or any(c.isdigit() for c in word)
    return word[0] in "+-." and (len(word) == 1 or any(c.isdigit() for c in word))
