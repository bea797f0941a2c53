"""The one reader of objects in JSON and YAML: which keys may stand in one, which must, and what each of them means.

A `Key` is stated once, and a `KeyTable` is the keys of one sort of object. The reader, its messages, the JSON Schema for
editors and the words that people look up are all made of that statement. There are three things to say of a key: it is
unknown (with the nearest word, or the keys that are known), it is missing (with what it means), or it does not belong
(with where it does). An unknown key is a problem at the key, a missing one at its object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
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


class Rule(Protocol):
    """What the keys of one object say to each other."""

    def wrong(self, there: Set[str]) -> Iterator[tuple[str, str]]:
        """(key, message) of each problem when these keys are there; the key is empty for the object itself."""
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

    def read(self, node: Node, problems: Problems, kind: str | None = None) -> Fields | None:
        """The object's values; None and a problem where there is no object. `kind` None: not known, all keys belong."""
        if not is_object(node, self.expected, problems):
            return None
        before = len(problems.found)
        known = {key.name: key for key in self.keys}
        values: dict[str, object] = {}
        meant: set[str] = set()
        for name in node.keys():
            key = known.get(name)
            if key is None or not key.belongs_to(kind):
                meant |= self._refuse(node.key_place(name), name, key, kind, problems)
                continue
            value = key.shape.read(node.child(name), problems)
            if value is not None:
                values[name] = value
        self._check_together(node, {*node.keys(), *meant}, kind, problems)
        return Fields(node, values, len(problems.found) == before)

    def _refuse(self, at: Node, name: str, key: Key[object] | None, kind: str | None, problems: Problems) -> set[str]:
        """Says why the key cannot stand here; the key that was meant instead, which is then not missing as well."""
        if key is not None:
            owners = f"only those of {self.kinds} {alternatives(key.only)} have it"
            problems.add(at, f"the key {shown(name)} does not belong in {self._named(kind)}: {owners}")
            return set()
        if name in self.elsewhere:
            problems.add(at, f"the key {shown(name)} does not belong in {self.what}: {self.elsewhere[name]}")
            return set()
        here = [other.name for other in self.keys if other.belongs_to(kind)]
        near = self.nearest(name, here)
        hint = f"known here: {', '.join(map(shown, here))}" if near is None else f"did you mean {shown(near)}?"
        problems.add(at, f"unknown key {shown(name)} in {self.what} — {hint}")
        return set() if near is None else {near}

    def _check_together(self, node: Node, there: Set[str], kind: str | None, problems: Problems) -> None:
        for key in self.keys:
            if key.name not in there and key.required_by(kind):
                named = self.what if key.required is True else self._named(kind)
                problems.add(node, f"the key {shown(key.name)} is missing in {named}: {in_a_sentence(key.meaning)}")
        for rule in self.rules:
            for name, message in rule.wrong(there):
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


def in_a_sentence(meaning: str) -> str:
    """The first sentence of a meaning, to go on with behind a colon."""
    return f"{meaning[0].lower()}{meaning[1:]}".partition(". ")[0].rstrip(".")


# --- what keys say to each other ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneForm:
    """The object has several forms, and the keys of exactly one of them stand there, all of them: `says` what they say."""

    forms: tuple[tuple[Key[object], ...], ...]
    says: str

    def wrong(self, there: Set[str]) -> Iterator[tuple[str, str]]:
        written = [key.name for form in self.forms for key in form if key.name in there]
        if written not in [[key.name for key in form] for form in self.forms]:
            forms = alternatives(joined((shown(key.name) for key in form), "with") for form in self.forms)
            yield "", f"found {quoted(written) or 'none'}, expected exactly one of {forms}: {self.says}"

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

    def wrong(self, there: Set[str]) -> Iterator[tuple[str, str]]:
        written = [key.name for key in self.keys if key.name in there]
        if len(written) > 1:
            yield "", f"found {quoted(written)}, expected at most one of them; {self.advice}"

    def schema(self) -> Schema:
        pairs = [[one.name, two.name] for place, one in enumerate(self.keys) for two in self.keys[place + 1 :]]
        return {"not": {"anyOf": [{"required": pair} for pair in pairs]}}


@dataclass(frozen=True)
class Needs:
    """A key that says nothing without another one. `missing`: that one is missed, so the problem is the object's."""

    key: Key[object]
    other: Key[object]
    missing: bool = False

    def wrong(self, there: Set[str]) -> Iterator[tuple[str, str]]:
        if self.key.name in there and self.other.name not in there:
            other = shown(self.other.name)
            message = f"found {shown(self.key.name)} without {other}, expected both"
            yield "" if self.missing else self.key.name, f"{message} ({other}: {in_a_sentence(self.other.meaning)})"

    def schema(self) -> Schema:
        return {"dependentRequired": {self.key.name: [self.other.name]}}
