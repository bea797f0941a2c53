"""What `all` and `any` share: how a list of conditions is read, and how a tree of them is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, Self

from jobs.language.atoms import Formula
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase
from jobs.language.spec_keys import ConditionPlace, condition_table, ref
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import Shape, as_written, whole_list

HEADINGS: dict[Literal["and", "or"], str] = {"and": "all of these:", "or": "at least one of these:"}


@dataclass(frozen=True)
class ConditionOfSeveral(Condition):
    """One or more conditions, joined: how, each of the two says itself."""

    children: tuple[Condition, ...]
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        return condition_table(Key(cls.word, cls.meaning, children_of(place)))

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        children = read_children(node, cls.keys("condition"), context)
        return None if children is None else cls(children, node.pointer)


def children_of(place: ConditionPlace) -> Shape[Node]:
    """One or more conditions of the same place."""
    return as_written({"type": "array", "items": ref(place), "minItems": 1})


def read_children(node: Node, keys: KeyTable, context: Context) -> tuple[Condition, ...] | None:
    """The conditions of the list, at least one; None when one of them is a problem (all are reported)."""
    fields = keys.read(node, context.problems)
    (word,) = keys.keys
    written = node.child(word.name)
    if not isinstance(written.value, list) or not written.value:
        context.problems.add(written, f"found {written.found()}, expected a list of conditions, at least one")
        return None
    children = whole_list(context.read(child) for child in written.items())
    return tuple(children) if fields.fine and children is not None else None


def tell(
    children: tuple[Condition, ...], joint: Literal["and", "or"], pointer: str, formula: Formula, negated: bool
) -> Phrase:
    """The tree in English. Not all is any not, and not any is all not, in three values as well."""
    if negated:
        joint = "or" if joint == "and" else "and"
    phrases = tuple(child.describe(negated) for child in children)
    return Phrase(HEADINGS[joint], pointer, formula, phrases, joint)
