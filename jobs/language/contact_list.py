"""`{"list": name}`, `{"list": name, "date": d}`: is on that contact list; without a date on its newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from jobs.language.atoms import Formula, InList
from jobs.language.condition import Condition
from jobs.language.context import Context, Uses
from jobs.language.key_checks import check_keys
from jobs.language.phrases import Phrase
from jobs.language.schema_pieces import DATE, ID, Place, Schema, object_of
from jobs.language.segment import id_of
from jobs.syntax.literals import read_date
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.shapes import read_scalar


@dataclass(frozen=True)
class OnList(Condition):
    word: ClassVar[str] = "list"
    meaning: ClassVar[str] = "Is on that contact list; without a date, on the newest that is not after as_of's day."
    example: ClassVar[str] = '{"list": "newsletter_subscribers", "date": "2026-11-24"}'

    name: str
    on: date | None
    pointer: str

    @classmethod
    def shape(cls, place: Place) -> Schema:
        return object_of({cls.word: ID, "date": DATE}, [cls.word])

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        found = read_contact_list(node, context.problems, context.uses)
        return None if found is None else cls(found.name, found.on, node.pointer)

    def lower(self) -> Formula:
        return InList(self.name, self.on)

    def describe(self, negated: bool = False) -> Phrase:
        text = f"{'not ' if negated else ''}on {list_words(self.name, self.on)}"
        return Phrase(text, self.pointer, self.says(negated))


def read_contact_list(node: Node, problems: Problems, uses: Uses) -> InList | None:
    """The list that an object with `list` and perhaps `date` names."""
    fine = check_keys(node, ("list", "date"), problems, of="a contact list")
    name = read_scalar(node.child("list"), lambda value: id_of(value, "a contact list"), problems)
    on = None if node.get("date") is None else read_scalar(node.child("date"), read_date, problems)
    if not fine or name is None or (on is None and node.get("date") is not None):
        return None
    uses.lists.setdefault((name, on), node.child("list" if on is None else "date"))
    return InList(name, on)


def list_words(name: str, on: date | None) -> str:
    return f"the list {name}{'' if on is None else f' of {on.isoformat()}'}"
