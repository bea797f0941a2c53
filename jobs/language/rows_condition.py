"""What `event` and `related` share: a question about the rows of a source, and how it is read, lowered and told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Literal, Self

from jobs.language.atoms import Formula
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.phrases import Phrase
from jobs.language.row_questions import RowsQuestion, read_rows, rows_table
from jobs.language.spec_keys import ConditionPlace
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import ID_SCHEMA, as_written


@dataclass(frozen=True)
class RowsCondition(Condition):
    """A condition on what a contact's rows are in sum; of which kind their source is, each of the two says itself."""

    kind: ClassVar[Literal["events", "related"]]

    question: RowsQuestion
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        return rows_table(Key(cls.word, cls.meaning, as_written(ID_SCHEMA)), cls.kind)

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        question = read_rows(node, cls.keys("condition"), cls.kind, context)
        return None if question is None else cls(question, node.pointer)

    def lower(self) -> Formula:
        return self.question.formula()

    def describe(self, negated: bool = False) -> Phrase:
        return Phrase(self.question.english(negated), self.pointer, self.says(negated))
