"""How many contacts each condition of a spec holds for, as questions to whoever counts, and as what may be shown of them.

Asked is `from` itself and every condition inside it; of what hangs on something sensitive also what it would be without
(`shown_counts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from jobs.catalog.shown_counts import Bounds, Branch
from jobs.language.atoms import AllOf, Everyone, Formula, NotOf
from jobs.language.phrases import Phrase
from jobs.plan.sensitive_parts import Sensitive


@dataclass(frozen=True)
class BranchNumbers:
    """How many a condition is true and false for, and what the first would be without the sensitive."""

    true: int
    false: int
    bounds: Bounds | None


@dataclass(frozen=True, eq=False)
class BranchQuestions:
    """What is counted of the conditions of `whole`, all of them inside `origin`."""

    origin: Formula
    whole: Phrase
    sensitive: Sensitive

    @cached_property
    def _asking(self) -> dict[Phrase | None, Formula]:
        phrases = {phrase: phrase.formula for phrase in self.whole.walk() if phrase.formula is not None}
        return {None: Everyone(), **phrases}

    @cached_property
    def _secret(self) -> set[Phrase | None]:
        return {p for p, formula in self._asking.items() if self.sensitive.decides(AllOf((self.origin, formula)))}

    @cached_property
    def formulas(self) -> list[Formula]:
        """What is to be counted, in order."""
        formulas: list[Formula] = []
        for phrase, formula in self._asking.items():
            inside = AllOf((self.origin, formula))
            formulas += [inside, AllOf((self.origin, NotOf(formula)))]
            formulas += self.sensitive.without(inside) if phrase in self._secret else ()
        return formulas

    def numbers(self, counts: Iterable[int]) -> tuple[BranchNumbers, dict[Phrase, BranchNumbers]]:
        """Those of `from` itself, and of each condition, from the counts of the formulas."""
        counted = iter(counts)
        numbers = {
            phrase: BranchNumbers(
                next(counted), next(counted), Bounds(next(counted), next(counted)) if phrase in self._secret else None
            )
            for phrase in self._asking
        }
        return numbers[None], {phrase: both for phrase, both in numbers.items() if phrase is not None}


def branch_tree(phrase: Phrase, numbers: Mapping[Phrase, BranchNumbers]) -> Branch:
    """The numbers of a phrase and of all below it, as they are shown beside each other."""
    children = tuple(branch_tree(child, numbers) for child in phrase.children if child in numbers)
    return Branch(numbers[phrase].true, numbers[phrase].bounds, phrase.joint, children)
