"""`{"segment": id}`: is in that segment, evaluated in the same run, after its `keep`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from jobs.language.atoms import Formula, InSegment
from jobs.language.condition import Condition
from jobs.language.context import Context, Uses
from jobs.language.phrases import Phrase
from jobs.language.spec_keys import ConditionPlace, condition_table
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Fields, Key, KeyTable
from jobs.syntax.shapes import ID_SCHEMA, read_id, scalar

SEGMENT = Key(
    "segment",
    "Is in that segment, evaluated in the same run.",
    scalar(lambda value: read_id(value, "a segment"), ID_SCHEMA),
)


@dataclass(frozen=True)
class InTheSegment(Condition):
    word: ClassVar[str] = SEGMENT.name
    meaning: ClassVar[str] = SEGMENT.meaning
    example: ClassVar[str] = '{"segment": "newsletter_readers"}'

    id: str
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        return condition_table(SEGMENT)

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        fields = cls.keys("condition").read(node, context.problems)
        id_ = read_reference(fields, context.uses)
        return cls(id_, node.pointer) if fields.fine and id_ is not None else None

    def lower(self) -> Formula:
        return InSegment(self.id)

    def describe(self, negated: bool = False) -> Phrase:
        return Phrase(f"{'not ' if negated else ''}in the segment {self.id}", self.pointer, self.says(negated))


def read_reference(fields: Fields, uses: Uses) -> str | None:
    """The id that stands under `segment`; whether there is such a segment is asked when all specs are read."""
    id_ = fields.get(SEGMENT)
    if id_ is not None:
        uses.segments.setdefault(id_, fields.at(SEGMENT))
    return id_
