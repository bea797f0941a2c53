"""`{"any": [c, …]}`: at least one of the conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from jobs.language import atoms
from jobs.language.children import read_children, tell
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase
from jobs.language.schema_pieces import Place, Schema, object_of, ref
from jobs.syntax.nodes import Node


@dataclass(frozen=True)
class AnyOf(Condition):
    word: ClassVar[str] = "any"
    meaning: ClassVar[str] = "At least one of the conditions holds."
    example: ClassVar[str] = '{"any": [{"attribute": "country", "is": "DE"}, {"event": "order", "within": "90d"}]}'

    children: tuple[Condition, ...]
    pointer: str

    @classmethod
    def shape(cls, place: Place) -> Schema:
        children = {"type": "array", "items": ref(place), "minItems": 1}
        return object_of({cls.word: children}, [cls.word])

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        children = read_children(node, cls.word, context)
        return None if children is None else cls(children, node.pointer)

    def lower(self) -> atoms.Formula:
        return atoms.AnyOf(tuple(child.lower() for child in self.children))

    def describe(self, negated: bool = False) -> Phrase:
        return tell(self.children, "or", self.pointer, self.says(negated), negated)
