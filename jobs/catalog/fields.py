"""Reading an object of the catalog by a table of its keys: unknown ones, missing ones, ones that do not belong here.

A `Key` says what a key means and what its value may be, once, for the reader, the messages and the JSON Schema alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from jobs.catalog.value_shapes import Shape
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.spelling import did_you_mean

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Key(Generic[T_co]):
    """One key. `only` names the kinds of sources (or types of columns) it belongs to, `required` those that need it."""

    name: str
    meaning: str
    shape: Shape[T_co]
    only: tuple[str, ...] = ()
    required: tuple[str, ...] | bool = False

    def belongs_to(self, sort: str) -> bool:
        return not self.only or sort in self.only

    def required_by(self, sort: str) -> bool:
        return self.required if isinstance(self.required, bool) else sort in self.required


@dataclass(frozen=True)
class Fields:
    """The values of an object's keys, as far as they are what they should be, and the object itself."""

    node: Node
    values: dict[str, object]

    def get(self, key: Key[T]) -> T | None:
        return cast("T | None", self.values.get(key.name))

    def wrote(self, key: Key[object]) -> bool:
        """Whether the key stands there, right or wrong."""
        return self.node.get(key.name) is not None

    def at(self, key: Key[object]) -> Node:
        """Where the key stands; the object itself where it does not."""
        return self.node.get(key.name) or self.node


def read_fields(
    node: Node, keys: Sequence[Key[object]], problems: Problems, sort: str | None = None, what: str = "source"
) -> Fields:
    """The object's values by the table. `sort` is its kind or type, None where that is not known: then all keys belong.

    `what` names the object in messages.
    """
    known = {key.name: key for key in keys}
    here = [key.name for key in keys if sort is None or key.belongs_to(sort)]
    values: dict[str, object] = {}
    for name in node.keys():
        key = known.get(name)
        if key is None:
            problems.add(node.key_place(name), f'unknown key "{name}"{did_you_mean(name, here)}')
        elif sort is not None and not key.belongs_to(sort):
            problems.add(node.key_place(name), f'"{name}" is for {_and(key.only)} {what}s only; this one is {sort}')
        else:
            value = key.shape.read(node.child(name), problems)
            if value is not None:
                values[name] = value
    for key in keys:
        if node.get(key.name) is None and (key.required is True or (sort is not None and key.required_by(sort))):
            of = f"{_article(sort)} {what}" if sort and key.required is not True else f"every {what}"
            problems.add(node, f'the key "{key.name}" is missing; {of} needs it: {_first_sentence(key.meaning)}')
    return Fields(node, values)


def _first_sentence(meaning: str) -> str:
    return f"{meaning[0].lower()}{meaning[1:]}".partition(". ")[0].rstrip(".")


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
