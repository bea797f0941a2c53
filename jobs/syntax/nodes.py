"""A value someone wrote, together with the place where it stands.

`Node` is the untyped tree: the catalog keeps the conditions of computed columns as nodes, the language binds nodes to
the catalog. `Problems` collects everything wrong, so that all of it can be reported at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Union

from jobs.errors import Problem, Severity, visible

Json = Union[None, bool, int, Decimal, str, list["Json"], dict[str, "Json"]]  # noqa: UP007 - a | of forward references is no type at run time
"""What a file can hold. Numbers written without fraction and exponent are int, all others are exact Decimals."""

SHOWN = 40
"""How many characters of a value a message repeats."""


@dataclass
class Problems:
    """The problems found so far, in the order they were found."""

    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, node: Node, message: str, level: Severity = "error") -> None:
        self.found.append(Problem(node.file, node.pointer, message, level))

    def add_file(self, file: str, message: str, level: Severity = "error") -> None:
        """A problem with a whole file: its pointer is empty."""
        self.found.append(Problem(file, "", message, level))

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
        if isinstance(key, str):
            assert isinstance(self.value, dict)
            return Node(self.value[key], self.file, f"{self.pointer}/{escape(key)}")
        assert isinstance(self.value, list)
        return Node(self.value[key], self.file, f"{self.pointer}/{key}")

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
    """A written value for a message, cut to 40 characters; quotes, control and direction marks escaped."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + visible(_cut(value).replace("\\", "\\\\").replace('"', '\\"')) + '"'
        case list():
            return "a list" if value else "an empty list"
        case dict():
            return "an object" if value else "an empty object"
        case _:
            return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
