"""`{"everyone": true}`: every contact of the source, the only way to say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from jobs.language import atoms
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.key_checks import check_keys
from jobs.language.phrases import Phrase
from jobs.language.schema_pieces import Place, Schema, object_of
from jobs.syntax.nodes import Node


@dataclass(frozen=True)
class Everyone(Condition):
    word: ClassVar[str] = "everyone"
    meaning: ClassVar[str] = "Every contact of the source; the only way to say it."
    example: ClassVar[str] = '{"everyone": true}'

    pointer: str

    @classmethod
    def shape(cls, place: Place) -> Schema:
        return object_of({cls.word: {"const": True}}, [cls.word])

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        context.uses.everyone = True
        fine = check_keys(node, (cls.word,), context.problems, of='the condition "everyone"')
        written = node.child(cls.word)
        if written.value is not True:
            context.problems.add(written, f"found {written.found()}, expected true, the only value there is")
            return None
        return cls(node.pointer) if fine else None

    def lower(self) -> atoms.Formula:
        return atoms.Everyone()

    def describe(self, negated: bool = False) -> Phrase:
        return Phrase("nobody" if negated else "every contact", self.pointer, self.says(negated))
