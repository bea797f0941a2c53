"""A value someone wrote, together with the place where it stands.

`Node` is the untyped tree: the catalog keeps the conditions of computed columns as nodes, the language binds nodes to
the catalog. `Problems` collects everything wrong, so that all of it can be reported at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Union

from jobs.errors import Level, Problem

Json = Union[None, bool, int, Decimal, str, list["Json"], dict[str, "Json"]]
"""What a file can hold. Numbers written without fraction and exponent are int, all others are exact Decimals."""


@dataclass
class Problems:
    """The problems found so far, in the order they were found."""

    found: list[Problem] = field(default_factory=list)

    def add(self, node: Node, message: str, level: Level = "error") -> None:
        self.found.append(Problem(node.file, node.pointer, message, level))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.found if problem.level == "error"]


@dataclass(frozen=True, eq=False)
class Node:
    """A value and where it was written; children carry pointers of their own."""

    value: Json
    file: str
    pointer: str = ""

    def child(self, key: str | int) -> Node:
        """The value under a key or an index that is known to exist."""
        value = self.value[key]  # pyright: ignore[reportIndexIssue, reportArgumentType, reportCallIssue, reportOptionalSubscript, reportUnknownVariableType]
        return Node(value, self.file, f"{self.pointer}/{escape(str(key))}")  # pyright: ignore[reportUnknownArgumentType]

    def get(self, key: str) -> Node | None:
        return self.child(key) if isinstance(self.value, dict) and key in self.value else None

    def key_place(self, key: str) -> Node:
        """Where a key stands, for a problem with the key itself: the same pointer as its value."""
        return self.child(key)

    def items(self) -> Iterator[Node]:
        """The elements of a list."""
        assert isinstance(self.value, list)
        return (self.child(index) for index in range(len(self.value)))

    def keys(self) -> list[str]:
        return list(self.value) if isinstance(self.value, dict) else []

    def found(self) -> str:
        """What stands here, in the words of JSON, for messages: `"text"`, `5`, `a list`, `an object`, `null`."""
        return shown(self.value)


def escape(key: str) -> str:
    """A key as a token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def shown(value: Json) -> str:
    """A written value for a message, cut to 40 characters, control and direction marks escaped."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            text = value if len(value) <= 40 else value[:39] + "…"
            return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text) + '"'
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "an object"
        case _:
            text = str(value)
            return text if len(text) <= 40 else text[:39] + "…"
