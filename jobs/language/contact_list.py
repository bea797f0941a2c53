"""`{"list": name}`, `{"list": name, "date": d}`: is on that contact list; without a date on its newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import ClassVar, Self

from jobs.language.atoms import Formula, InList
from jobs.language.condition import Condition
from jobs.language.context import Context, Uses
from jobs.language.phrases import Phrase
from jobs.language.spec_keys import ConditionPlace, condition_table
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Fields, Key, KeyTable
from jobs.syntax.shapes import DATE, ID_SCHEMA, read_id, scalar

LIST = Key(
    "list",
    "Is on that contact list; without a date, on the newest that is not after as_of's day.",
    scalar(lambda value: read_id(value, "a contact list"), ID_SCHEMA),
)
ON = Key(
    "date",
    "The date of the list. Left out: the newest that is not after as_of's day.",
    DATE,
    example='{"list": "newsletter_subscribers", "date": "2026-11-24"}',
)


@dataclass(frozen=True)
class OnList(Condition):
    word: ClassVar[str] = LIST.name
    meaning: ClassVar[str] = LIST.meaning
    example: ClassVar[str] = '{"list": "newsletter_subscribers", "date": "2026-11-24"}'

    name: str
    on: date | None
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        return condition_table(LIST, ON)

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        contact_list = read_contact_list(cls.keys("condition").read(node, context.problems), context.uses)
        return None if contact_list is None else cls(contact_list.name, contact_list.on, node.pointer)

    def lower(self) -> Formula:
        return InList(self.name, self.on)

    def describe(self, negated: bool = False) -> Phrase:
        text = f"{'not ' if negated else ''}on {list_words(self.name, self.on)}"
        return Phrase(text, self.pointer, self.says(negated))


def read_contact_list(fields: Fields, uses: Uses) -> InList | None:
    """The list that an object with `list` and perhaps `date` names; None where something in it is wrong."""
    name, on = fields.get(LIST), fields.get(ON)
    if name is None or not fields.fine:
        return None
    # Whether there is such a list is asked later, and only where it can be known: `validate` has no lists at hand.
    uses.lists.setdefault((name, on), fields.at(LIST if on is None else ON))
    return InList(name, on)


def list_words(name: str, on: date | None) -> str:
    return f"the list {name}{'' if on is None else f' of {on.isoformat()}'}"
