"""The one reader of objects in JSON and YAML: which keys may stand in one, which must, and what each of them means.

A `Key` is stated once, and a `KeyTable` is the keys of one sort of object. The reader, its messages, the JSON Schema for
editors and the words that people look up are all made of that statement. There are three things to say of a key: it is
unknown (with the nearest word, or the keys that are known), it is missing (with what it means), or it does not belong
(with where it does). An unknown key is a problem at the key, a missing one at its object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Protocol, TypeVar, cast

from jobs.syntax import spelling
from jobs.syntax.nodes import Node, Problems, shown
from jobs.syntax.shapes import Schema, Shape
from jobs.syntax.word_lists import alternatives, joined, quoted

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Nearest = Callable[[str, Iterable[str]], str | None]
"""The known word that a wrong one was meant to be."""


@dataclass(frozen=True, eq=False)
class Key(Generic[T_co]):
    """One key. `only` names the kinds of the object it belongs to, `required` those that need it (True: all of them).

    `example` is JSON that shows it in use, for the words of the terminal.
    """

    name: str
    meaning: str
    shape: Shape[T_co]
    only: tuple[str, ...] = ()
    required: tuple[str, ...] | bool = False
    example: str = ""

    def belongs_to(self, kind: str | None) -> bool:
        return kind is None or not self.only or kind in self.only

    def required_by(self, kind: str | None) -> bool:
        return self.required if isinstance(self.required, bool) else kind in self.required


@dataclass(frozen=True)
class Fields:
    """The values of an object's keys, as far as they are what they should be. `fine`: nothing was wrong."""

    node: Node
    values: Mapping[str, object]
    fine: bool

    def get(self, key: Key[T]) -> T | None:
        return cast("T | None", self.values.get(key.name))

    def wrote(self, key: Key[object]) -> bool:
        """Whether the key stands there, right or wrong."""
        return self.node.get(key.name) is not None

    def at(self, key: Key[object]) -> Node:
        """Where the key stands; the object itself where it does not."""
        return self.node.get(key.name) or self.node


@dataclass(frozen=True)
class Written:
    """The names of an object's keys: all of them, those that cannot stand there, and what those were meant to be."""

    names: Set[str]
    refused: Set[str]
    meant: Set[str]

    def lacks(self, key: Key[object]) -> bool:
        """Whether a key is neither there nor misspelled."""
        return key.name not in self.names and key.name not in self.meant


class Rule(Protocol):
    """What the keys of one object say to each other."""

    def wrong(self, written: Written) -> Iterator[tuple[str, str]]:
        """(key, message) of each problem with the keys that are written; the key is empty for the object itself."""
        ...

    def schema(self) -> Schema: ...


@dataclass(frozen=True, eq=False)
class KeyTable:
    """The keys of one sort of object, called `what` in messages: `a source`, `the condition "event"`.

    `kinds` is the word for the sorts of it that keys may be bound to: kind, type. `elsewhere` are keys that people look for
    here, with where they do belong. `expected` says what stands here, where something else than an object was found.
    """

    what: str
    keys: tuple[Key[object], ...]
    expected: str
    rules: tuple[Rule, ...] = ()
    kinds: str = "kind"
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])
    nearest: Nearest = spelling.nearest

    @cached_property
    def _known(self) -> Mapping[str, Key[object]]:
        return {key.name: key for key in self.keys}

    def read(self, node: Node, problems: Problems, kind: str | None = None) -> Fields:
        """The object's values, none and a problem where there is no object. `kind` None: not known, all keys belong."""
        if not is_object(node, self.expected, problems):
            return Fields(node, {}, False)
        before = len(problems.found)
        values: dict[str, object] = {}
        refused: dict[str, str | None] = {}
        for name in node.keys():
            key = self._known.get(name)
            if key is None or not key.belongs_to(kind):
                refused[name] = self._refuse(node.key_place(name), name, key, kind, problems)
                continue
            value = key.shape.read(node.child(name), problems)
            if value is not None:
                values[name] = value
        written = Written(set(node.keys()), refused.keys(), {name for name in refused.values() if name is not None})
        self._check_together(node, written, kind, problems)
        return Fields(node, values, len(problems.found) == before)

    def _refuse(self, at: Node, name: str, key: Key[object] | None, kind: str | None, problems: Problems) -> str | None:
        """Says why the key cannot stand here; the key that was meant instead, which is then not missing as well."""
        if key is not None:
            owners = f"only those of {self.kinds} {alternatives(key.only)} have it"
            problems.add(at, misplaced(name, self._named(kind), owners))
            return None
        if name in self.elsewhere:
            problems.add(at, misplaced(name, self.what, self.elsewhere[name]))
            return None
        here = [other.name for other in self.keys if other.belongs_to(kind)]
        near = self.nearest(name, here)
        hint = f"known here: {', '.join(map(shown, here))}" if near is None else f"did you mean {shown(near)}?"
        problems.add(at, f"unknown key {shown(name)} in {self.what} — {hint}")
        return near

    def _check_together(self, node: Node, written: Written, kind: str | None, problems: Problems) -> None:
        for key in self.keys:
            if written.lacks(key) and key.required_by(kind):
                problems.add(node, missing(key, self.what if key.required is True else self._named(kind)))
        for rule in self.rules:
            for name, message in rule.wrong(written):
                problems.add(node.get(name) or node, message)

    def _named(self, kind: str | None) -> str:
        return self.what if kind is None else f"{self.what} of {self.kinds} {kind}"

    def schema(self) -> Schema:
        """JSON Schema of the object: these keys and no others. What only some kinds have is not in it."""
        return {
            "type": "object",
            "properties": {key.name: {**key.shape.schema, "description": key.meaning} for key in self.keys},
            "required": [key.name for key in self.keys if key.required is True],
            "additionalProperties": False,
            **_together([rule.schema() for rule in self.rules]),
        }


def _together(schemas: Sequence[Schema]) -> Schema:
    """One object that says what all of them say."""
    words = [word for schema in schemas for word in schema]
    if len(words) > len(set(words)):
        return {"allOf": list(schemas)}
    return {word: value for schema in schemas for word, value in schema.items()}


def is_object(node: Node, expected: str, problems: Problems) -> bool:
    """Whether an object stands here; a problem where not."""
    if isinstance(node.value, dict):
        return True
    problems.add(node, f"found {node.found()}, expected {expected}")
    return False


def missing(key: Key[object], what: str, meaning: str = "") -> str:
    """The message about a key that has to be there; `meaning` where this object knows it more exactly than the key."""
    return f"the key {shown(key.name)} is missing in {what}: {meaning or in_a_sentence(key.meaning)}"


def misplaced(name: str, what: str, why: str) -> str:
    """The message about a known key that cannot stand here."""
    return f"the key {shown(name)} does not belong in {what}: {why}"


def in_a_sentence(meaning: str) -> str:
    """The first sentence of a meaning, to go on with behind a colon."""
    return f"{meaning[0].lower()}{meaning[1:]}".partition(". ")[0].rstrip(".")


# --- what keys say to each other ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneForm:
    """The object has several forms, and the keys of exactly one of them stand there, all of them: `says` what they say."""

    forms: tuple[tuple[Key[object], ...], ...]
    says: str

    def wrong(self, written: Written) -> Iterator[tuple[str, str]]:
        names = [[key.name for key in form] for form in self.forms]
        there = [name for form in names for name in form if name in written.names]
        begun = any(set(there) < set(form) for form in names)  # what is lacking may be the refused key, which is told
        excused = bool(written.refused) and begun
        if there not in names and not excused and written.meant.isdisjoint(name for form in names for name in form):
            forms = alternatives(joined(map(shown, form), "with") for form in names)
            yield "", f"found {quoted(there) or 'none'}, expected exactly one of {forms}: {self.says}"

    def schema(self) -> Schema:
        return {"oneOf": [{"required": [key.name for key in form], **self._without(form)} for form in self.forms]}

    def _without(self, form: Sequence[Key[object]]) -> Schema:
        others = [key.name for other in self.forms for key in other if key not in form]
        alone = all(len(other) == 1 for other in self.forms)  # then two of them are told apart as it is
        return {} if alone else {"properties": dict.fromkeys(others, False)}


def exactly_one(*keys: Key[object], says: str) -> OneForm:
    """One of the keys and no other of them."""
    return OneForm(tuple((key,) for key in keys), says)


@dataclass(frozen=True)
class AtMostOne:
    """Some of the keys exclude each other; `advice` is what to do with the second."""

    keys: tuple[Key[object], ...]
    advice: str

    def wrong(self, written: Written) -> Iterator[tuple[str, str]]:
        there = [key.name for key in self.keys if key.name in written.names]
        if len(there) > 1:
            yield "", f"found {quoted(there)}, expected at most one of them; {self.advice}"

    def schema(self) -> Schema:
        pairs = [[key.name, later.name] for place, key in enumerate(self.keys) for later in self.keys[place + 1 :]]
        return {"not": {"anyOf": [{"required": pair} for pair in pairs]}}


@dataclass(frozen=True)
class Needs:
    """A key that says nothing without another one. `missing`: that one is missed, so the problem is the object's."""

    key: Key[object]
    other: Key[object]
    missing: bool = False

    def wrong(self, written: Written) -> Iterator[tuple[str, str]]:
        if self.key.name in written.names and written.lacks(self.other):
            other = shown(self.other.name)
            message = f"found {shown(self.key.name)} without {other}, expected both"
            yield "" if self.missing else self.key.name, f"{message} ({other}: {in_a_sentence(self.other.meaning)})"

    def schema(self) -> Schema:
        return {"dependentRequired": {self.key.name: [self.other.name]}}


@dataclass(frozen=True)
class Excludes:
    """A key beside which some others mean nothing; `why` says so, and what to do instead."""

    key: Key[object]
    others: tuple[Key[object], ...]
    why: str

    def wrong(self, written: Written) -> Iterator[tuple[str, str]]:
        for other in self.others if self.key.name in written.names else ():
            if other.name in written.names:
                yield other.name, f"found {shown(other.name)} beside {shown(self.key.name)}, expected none: {self.why}"

    def schema(self) -> Schema:
        return {"not": {"anyOf": [{"required": [self.key.name, other.name]} for other in self.others]}}
