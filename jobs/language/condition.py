"""What every condition is: read from a node, described in English, lowered to a formula.

A new condition is one file with one subclass of `Condition` and one line in `conditions.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

from jobs.language.atoms import Formula
from jobs.language.phrases import Phrase, negation
from jobs.syntax.nodes import Node

if TYPE_CHECKING:
    from jobs.language.context import Context
    from jobs.language.schema_pieces import Place, Schema


class Condition(ABC):
    """Frozen dataclasses with a `pointer`, where in the file it stands (it never enters an atom)."""

    word: ClassVar[str]
    """The key that makes an object this condition."""
    meaning: ClassVar[str]
    """One sentence for people and editors."""
    example: ClassVar[str]
    """JSON that the documentation's catalog binds."""
    pointer: str

    @classmethod
    @abstractmethod
    def shape(cls, place: Place) -> Schema:
        """JSON Schema of what may be written, for editors; inside, conditions of the same place."""

    @classmethod
    @abstractmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        """The condition a node writes; None when something in it is a problem, all of which are in the context."""

    @abstractmethod
    def lower(self) -> Formula:
        """What it means, in atoms; equal for equal conditions, wherever they stand."""

    @abstractmethod
    def describe(self, negated: bool = False) -> Phrase:
        """What it says in English, or what its `not` says; the phrase's formula is just that."""

    def says(self, negated: bool) -> Formula:
        """The formula of `describe(negated)`."""
        return negation(self.lower()) if negated else self.lower()
