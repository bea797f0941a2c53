"""`{"segment": id}`: is in that segment, evaluated in the same run, after its `keep`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from jobs.language.atoms import Formula, InSegment
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.key_checks import check_keys
from jobs.language.phrases import Phrase
from jobs.language.schema_pieces import ID, Place, Schema, object_of
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.shapes import read_scalar
from jobs.syntax.spelling import is_id


@dataclass(frozen=True)
class InTheSegment(Condition):
    word: ClassVar[str] = "segment"
    meaning: ClassVar[str] = "Is in that segment, evaluated in the same run."
    example: ClassVar[str] = '{"segment": "newsletter_readers"}'

    id: str
    pointer: str

    @classmethod
    def shape(cls, place: Place) -> Schema:
        return object_of({cls.word: ID}, [cls.word])

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        fine = check_keys(node, (cls.word,), context.problems, of='the condition "segment"')
        written = node.child(cls.word)
        found = read_segment_id(written, context.problems)
        if found is None:
            return None
        context.uses.segments.setdefault(found, written)
        return cls(found, node.pointer) if fine else None

    def lower(self) -> Formula:
        return InSegment(self.id)

    def describe(self, negated: bool = False) -> Phrase:
        return Phrase(f"{'not ' if negated else ''}in the segment {self.id}", self.pointer, self.says(negated))


def read_segment_id(node: Node, problems: Problems) -> str | None:
    """An id that a segment may have; whether there is one is asked when all specs are read."""
    return read_scalar(node, lambda value: id_of(value, "a segment"), problems)


def id_of(value: Json, what: str) -> str:
    """The id of a segment or list as text. Raises ValueError with what was found and expected."""
    if not isinstance(value, str) or not is_id(value):
        raise ValueError(
            f"found {shown(value)}, expected the id of {what}: small letters, digits and _, "
            "a letter first, at most 63 of them"
        )
    return value
