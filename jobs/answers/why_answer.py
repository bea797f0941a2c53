"""The answer of `why`: each condition of a segment with the value found and its verdict, and what keeps a contact out.

The only answer that holds a contact's data: it is what the person asked for, it goes to standard output and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobs.answers.formula_verdicts import TruthWord
from jobs.answers.why_values import Reading
from jobs.errors import Problem
from jobs.language.atoms import Everyone
from jobs.language.audience import audience_english
from jobs.language.definitions import Spec
from jobs.language.english import tree_lines
from jobs.language.phrases import Phrase


@dataclass(frozen=True)
class AnsweredCondition:
    """One condition: what it says, what was found. `verdict` None: nobody asked, because all before it do not hold."""

    phrase: Phrase
    verdict: TruthWord | None = None
    readings: tuple[Reading, ...] = ()

    def remark(self) -> str:
        """What stands behind the condition's text."""
        if self.verdict is None:
            return ""
        values = " and ".join(reading.words for reading in self.readings)
        return f" → {values}: {self.verdict}" if values else f" → {self.verdict}"

    def as_json(self) -> Mapping[str, Any]:
        """`value` is one value, or of two columns that are compared both in order."""
        values = [reading.json for reading in self.readings]
        unrounded = [format(reading.unrounded, "f") for reading in self.readings if reading.unrounded is not None]
        return {
            "pointer": self.phrase.pointer,
            "text": self.phrase.text,
            "value": values[0] if len(values) == 1 else values or None,
            "verdict": self.verdict,
            **({"unrounded": unrounded[0] if len(unrounded) == 1 else unrounded} if unrounded else {}),
        }


@dataclass(frozen=True)
class Answer:
    """Everything told of one contact. `source` says where it is from, `notes` and `warnings` what to know of that source."""

    spec: Spec
    contact: str
    member: bool
    parts: Sequence[AnsweredCondition]
    source: str
    notes: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def as_json(self) -> Mapping[str, Any]:
        changes = [phrase.pointer for needed in self.needed() for phrase in needed.walk() if not phrase.children]
        return {
            "segment": self.spec.id,
            "contact": self.contact,
            "member": self.member,
            "conditions": [part.as_json() for part in self.parts],
            "would_have_to_change": [] if self.member else changes,
        }

    def lines(self) -> Iterator[str]:
        remarks = {part.phrase: part.remark() for part in self.parts}
        verb = "is" if self.member else "is not"
        yield f"{self.contact} {verb} a member of {self.spec.id}, {self.source}."
        yield ""
        for phrase in roots(self.spec):
            yield from tree_lines(phrase, lambda asked: remarks.get(asked, ""))
        if not self.member:
            yield ""
            yield "To be a member, this would have to change:"
            for phrase in self.needed():
                yield from tree_lines(phrase, lambda _: "")

    def needed(self) -> list[Phrase]:
        """The conditions that keep the contact out; below an `or` all of them, of which one is enough."""
        verdicts: dict[Phrase, TruthWord | None] = {part.phrase: part.verdict for part in self.parts}
        return [needed for phrase in roots(self.spec) if (needed := _needed(phrase, verdicts)) is not None]


def roots(spec: Spec) -> list[Phrase]:
    """What must hold: `from`, `where` and `keep`, as far as the spec has them."""
    phrases = [spec.where.describe()]
    if not isinstance(spec.origin, Everyone):
        phrases.insert(0, Phrase(f"is one of {audience_english(spec.origin)}", "/from", spec.origin))
    if spec.keep is not None:
        phrases.append(Phrase(f"is among those that are kept: only {spec.keep.english()}", "/keep"))
    return phrases


def _needed(phrase: Phrase, verdicts: Mapping[Phrase, TruthWord | None]) -> Phrase | None:
    if verdicts.get(phrase) in (None, "true"):
        return None
    if phrase.joint == "or" or not phrase.children:
        return phrase
    children = tuple(needed for child in phrase.children if (needed := _needed(child, verdicts)) is not None)
    return children[0] if len(children) == 1 else replace(phrase, children=children)
