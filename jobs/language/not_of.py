"""`{"not": c}`: the condition is known to be false. Not of unknown is unknown, so missing values are not a yes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from jobs.language import atoms
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase
from jobs.language.spec_keys import ConditionPlace, condition_table, part
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, KeyTable


@dataclass(frozen=True)
class NotCondition(Condition):
    word: ClassVar[str] = "not"
    meaning: ClassVar[str] = "The condition is known to be false; a missing value is neither true nor false."
    example: ClassVar[str] = '{"not": {"event": "email_click", "within": "90d"}}'

    child: Condition
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        return condition_table(Key(cls.word, cls.meaning, part(place)))

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        fields = cls.keys("condition").read(node, context.problems)
        child = context.read(node.child(cls.word))
        return cls(child, node.pointer) if fields.fine and child is not None else None

    def lower(self) -> atoms.Formula:
        return atoms.NotOf(self.child.lower())

    def describe(self, negated: bool = False) -> Phrase:
        """The child's phrase, denied: what `not` means is told where it bites."""
        return self.child.describe(not negated)
