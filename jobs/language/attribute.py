"""`{"attribute": A, OP: value}`: compares one value of the contact, or of a row inside its `where`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Self

from jobs.language.atoms import Formula
from jobs.language.bound import BoundColumn
from jobs.language.comparisons import Comparison, read_comparison
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.operator_keys import KeysInAll, operator_keys
from jobs.language.operators import OPERATORS, WORDS_OF_ALL
from jobs.language.phrases import Phrase
from jobs.language.spec_keys import NAME, ConditionPlace, condition_table
from jobs.language.suggestions import suggestion
from jobs.syntax.nodes import Node, shown
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import as_written


@dataclass(frozen=True)
class Attribute(Condition):
    word: ClassVar[str] = "attribute"
    meaning: ClassVar[str] = "Compares one value of the contact; inside a row's where, one value of the row."
    example: ClassVar[str] = '{"attribute": "loyalty.tier", "in": ["gold", "platinum"]}'

    column: BoundColumn
    comparison: Comparison
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        """With every operator of every type: which of them fit is for the column's type to say, so `pick` reads them."""
        operators = operator_keys(OPERATORS, place)
        return condition_table(Key(cls.word, cls.meaning, as_written(NAME)), *operators, rules=(KeysInAll(2),))

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        column = context.column(node.child(cls.word))
        keys = [key for key in node.keys() if key != cls.word]
        if column is None:
            _check_words(node, keys, context)
            return None
        comparison = read_comparison(node, keys, column, context)
        return None if comparison is None else cls(column, comparison, node.pointer)

    def lower(self) -> Formula:
        return self.comparison.formula(self.column.value)

    def describe(self, negated: bool = False) -> Phrase:
        return Phrase(self.comparison.english(self.column.name, negated), self.pointer, self.says(negated))


def _check_words(node: Node, keys: list[str], context: Context) -> None:
    """Of an unknown column no type is known, but its other keys must at least be operators of some type."""
    for key in keys:
        if key not in WORDS_OF_ALL:
            hint = suggestion(key, WORDS_OF_ALL)
            context.problems.add(node.key_place(key), f"found {shown(key)}, expected an operator{hint}")
