"""The one tree of errors, and the exit code each kind stands for.

A `UserError` is something a person can mend: it prints without a traceback and says what, where, found, expected and the
next step. Everything else that escapes is a bug and exits with 1. No message may hold a contact's id or value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

DONE = 0
BUG = 1
USAGE = 2
SPEC = 10
CATALOG = 11
SETTINGS = 12
DATA = 20
PARTLY = 21
LIST_REFUSED = 22
UNREACHABLE = 30

Severity = Literal["error", "warning"]


def visible(text: str) -> str:
    """The text with every control and direction mark escaped, so that it cannot rewrite the line it is printed in."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in text
    )


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one file. `pointer` is an RFC 6901 JSON pointer, empty for the whole file."""

    file: str
    pointer: str
    message: str
    level: Severity = "error"

    def __str__(self) -> str:
        return visible(f"{self.file}{'#' + self.pointer if self.pointer else ''}: {self.message}")


class UserError(Exception):
    """A fault outside the code. `problems` lists every single one that was found, not the first."""

    exit_code: ClassVar[int] = USAGE

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class UsageError(UserError):
    exit_code = USAGE


class SpecError(UserError):
    exit_code = SPEC


class CatalogError(UserError):
    exit_code = CATALOG


class SettingsError(UserError):
    exit_code = SETTINGS


class DataError(UserError):
    exit_code = DATA


class ListRefused(UserError):
    exit_code = LIST_REFUSED


class Unreachable(UserError):
    exit_code = UNREACHABLE
