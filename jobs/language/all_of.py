"""`{"all": [c, …]}`: every one of the conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from jobs.language import atoms
from jobs.language.children import children_of, read_children, tell
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase
from jobs.language.spec_keys import Place, condition_table
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, KeyTable


@dataclass(frozen=True)
class AllConditions(Condition):
    word: ClassVar[str] = "all"
    meaning: ClassVar[str] = "All of the conditions hold."
    example: ClassVar[str] = '{"all": [{"attribute": "country", "is": "DE"}, {"event": "order", "within": "90d"}]}'

    children: tuple[Condition, ...]
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: Place) -> KeyTable:
        return condition_table(Key(cls.word, cls.meaning, children_of(place)))

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        children = read_children(node, cls.keys("condition"), context)
        return None if children is None else cls(children, node.pointer)

    def lower(self) -> atoms.Formula:
        return atoms.AllOf(tuple(child.lower() for child in self.children))

    def describe(self, negated: bool = False) -> Phrase:
        return tell(self.children, "and", self.pointer, self.says(negated), negated)
