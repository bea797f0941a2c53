"""What every condition is once it is read: it describes itself in English and is lowered to a formula.

A new condition is one file with one subclass of `Condition` and one line in `conditions.py`, which asks of the class what
reading needs (`context.ConditionWord`): its word, its keys, and how a node becomes one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from jobs.language.atoms import Formula
from jobs.language.phrases import Phrase, negation


class Condition(ABC):
    """Frozen dataclasses with a `pointer`, where in the file it stands (it never enters an atom)."""

    word: ClassVar[str]
    """The key that makes an object this condition."""
    meaning: ClassVar[str]
    """One sentence for people and editors."""
    example: ClassVar[str]
    """JSON that the documentation's catalog binds."""
    pointer: str

    @abstractmethod
    def lower(self) -> Formula:
        """What it means, in atoms; equal for equal conditions, wherever they stand."""

    @abstractmethod
    def describe(self, negated: bool = False) -> Phrase:
        """What it says in English, or what its `not` says; the phrase's formula is just that."""

    def says(self, negated: bool) -> Formula:
        """The formula of `describe(negated)`."""
        return negation(self.lower()) if negated else self.lower()
