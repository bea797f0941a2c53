"""`{"all": [c, …]}`: every one of the conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobs.language import atoms
from jobs.language.children import ConditionOfSeveral, tell
from jobs.language.phrases import Phrase


@dataclass(frozen=True)
class AllConditions(ConditionOfSeveral):
    word: ClassVar[str] = "all"
    meaning: ClassVar[str] = "All of the conditions hold."
    example: ClassVar[str] = '{"all": [{"attribute": "country", "is": "DE"}, {"event": "order", "within": "90d"}]}'

    def lower(self) -> atoms.Formula:
        return atoms.AllOf(tuple(child.lower() for child in self.children))

    def describe(self, negated: bool = False) -> Phrase:
        return tell(self.children, "and", self.pointer, self.says(negated), negated)
