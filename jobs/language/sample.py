"""`{"sample": {"share": [0, 10], "seed": "ab-2026"}}`: a stable random share of the contacts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import ClassVar, Self

from jobs.language import atoms
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.intervals import plain
from jobs.language.phrases import Phrase, number, word
from jobs.language.spec_keys import SEED, ConditionPlace, condition_table, table
from jobs.syntax.literals import read_number, read_text
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import Key, KeyTable
from jobs.syntax.shapes import Shape, as_written, read_scalar, scalar


def _read_seed(value: Json) -> str:
    seed = read_text(value)
    if not seed:
        raise ValueError('found an empty text, expected a seed, like "ab-2026"')
    return seed


def _read_share(node: Node, problems: Problems) -> tuple[Decimal, Decimal] | None:
    if not isinstance(node.value, list) or len(node.value) != 2:
        problems.add(node, f"found {node.found()}, expected two numbers, [from, to] in per cent, like [0, 10]")
        return None
    low, high = (read_scalar(child, _read_per_cent, problems) for child in node.items())
    if low is None or high is None:
        return None
    if low >= high:
        problems.add(
            node, f"found {number(low)} before {number(high)}, expected the lower one first, or nobody is in it"
        )
        return None
    return low, high


def _read_per_cent(value: Json) -> Decimal:
    end = read_number(value)
    if not 0 <= end <= 100:
        raise ValueError(f"found {shown(value)}, expected a number from 0 to 100")
    return Decimal(plain(end))  # no double, so that every engine draws the line between two people in the same place


SEED_SHAPE = scalar(_read_seed, SEED)
_PER_CENT = {"type": "number", "minimum": 0, "maximum": 100}
SHARE = Key(
    "share",
    "From (in) to (out), in per cent: [0, 50] and [50, 100] are two halves.",
    Shape(_read_share, {"type": "array", "items": _PER_CENT, "minItems": 2, "maxItems": 2}),
    required=True,
    example='{"sample": {"share": [0, 50], "seed": "ab-2026"}}',
)
DRAWN_BY = Key(
    "seed",
    "Any text; the same seed draws the same people every night, another one shuffles anew.",
    SEED_SHAPE,
    required=True,
    example='{"sample": {"share": [50, 100], "seed": "ab-2026"}}',
)
DRAW = table("sample", SHARE, DRAWN_BY, expected='an object like {"share": [0, 10], "seed": "ab-2026"}')


@dataclass(frozen=True)
class RandomShare(Condition):
    word: ClassVar[str] = "sample"
    meaning: ClassVar[str] = "A stable random share of all contacts: from (in) to (out) per cent, drawn by the seed."
    example: ClassVar[str] = '{"sample": {"share": [0, 10], "seed": "ab-2026"}}'

    low: Decimal
    high: Decimal
    seed: str
    pointer: str

    @classmethod
    @cache
    def keys(cls, place: ConditionPlace) -> KeyTable:
        return condition_table(Key(cls.word, cls.meaning, as_written(DRAW.schema())))

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        outer = cls.keys("condition").read(node, context.problems)
        inner = DRAW.read(node.child(cls.word), context.problems)
        share, seed = inner.get(SHARE), inner.get(DRAWN_BY)
        if not (outer.fine and inner.fine) or share is None or seed is None:
            return None
        return cls(*share, seed, node.pointer)

    def lower(self) -> atoms.Formula:
        return atoms.Sample(self.low, self.high, self.seed)

    def describe(self, negated: bool = False) -> Phrase:
        share = f"the random share from {number(self.low)} to {number(self.high)} per cent (seed {word(self.seed)})"
        return Phrase(f"{'outside' if negated else 'in'} {share}", self.pointer, self.says(negated))
