"""`{"everyone": true}`: every contact of the source, the only way to say it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from jobs.language import atoms
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase
from jobs.language.spec_keys import ConditionPlace, condition_table
from jobs.syntax.nodes import Json, Node, shown
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import scalar


@dataclass(frozen=True)
class EveryContact(Condition):
    word: ClassVar[str] = "everyone"
    meaning: ClassVar[str] = "Every contact of the source; the only way to say it."
    example: ClassVar[str] = '{"everyone": true}'

    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        return condition_table(Key(cls.word, cls.meaning, scalar(_read_true, {"const": True})))

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        context.uses.everyone = True
        fields = cls.keys("condition").read(node, context.problems)
        return cls(node.pointer) if fields.fine else None

    def lower(self) -> atoms.Formula:
        return atoms.Everyone()

    def describe(self, negated: bool = False) -> Phrase:
        return Phrase("nobody" if negated else "every contact", self.pointer, self.says(negated))


def _read_true(value: Json) -> bool:
    if value is not True:
        raise ValueError(f"found {shown(value)}, expected true, the only value there is")
    return True
