"""`{"any": [c, …]}`: at least one of the conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobs.language import atoms
from jobs.language.children import ConditionOfSeveral, tell
from jobs.language.phrases import Phrase


@dataclass(frozen=True)
class AnyCondition(ConditionOfSeveral):
    word: ClassVar[str] = "any"
    meaning: ClassVar[str] = "At least one of the conditions holds."
    example: ClassVar[str] = '{"any": [{"attribute": "country", "is": "DE"}, {"event": "order", "within": "90d"}]}'

    def lower(self) -> atoms.Formula:
        return atoms.AnyOf(tuple(child.lower() for child in self.children))

    def describe(self, negated: bool = False) -> Phrase:
        return tell(self.children, "or", self.pointer, self.says(negated), negated)
