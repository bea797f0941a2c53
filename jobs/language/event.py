"""`{"event": "order", …}`: counts or aggregates what happened to a contact, rows with a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from jobs.language.atoms import Formula
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase
from jobs.language.row_questions import RowsQuestion, read_rows
from jobs.language.schema_pieces import ID, Place, Schema, object_of, one_aggregate, rows_keys
from jobs.syntax.nodes import Node


@dataclass(frozen=True)
class Event(Condition):
    word: ClassVar[str] = "event"
    meaning: ClassVar[str] = "Counts or aggregates what happened to the contact: rows of a source with a time."
    example: ClassVar[str] = (
        '{"event": "order", "where": {"attribute": "product.category", "is": "shoes"}, "within": "90d", '
        '"sum": {"of": "amount", "at_least": 200}}'
    )

    question: RowsQuestion
    pointer: str

    @classmethod
    def shape(cls, place: Place) -> Schema:
        return object_of({cls.word: ID, **rows_keys(events=True)}, [cls.word], **one_aggregate())

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        question = read_rows(node, cls.word, "events", context)
        return None if question is None else cls(question, node.pointer)

    def lower(self) -> Formula:
        return self.question.formula()

    def describe(self, negated: bool = False) -> Phrase:
        return Phrase(self.question.english(negated), self.pointer, self.says(negated))
