"""`{"sample": {"share": [0, 10], "seed": "ab-2026"}}`: a stable random share of the contacts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from jobs.language import atoms
from jobs.language.condition import Condition
from jobs.language.context import Context
from jobs.language.intervals import plain
from jobs.language.key_checks import check_keys
from jobs.language.phrases import Phrase, number, word
from jobs.language.schema_pieces import SEED, Place, Schema, object_of
from jobs.syntax.literals import read_number, read_text
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.objects import is_object
from jobs.syntax.shapes import read_scalar


@dataclass(frozen=True)
class Sample(Condition):
    word: ClassVar[str] = "sample"
    meaning: ClassVar[str] = "A stable random share of all contacts: from (in) to (out) per cent, drawn by the seed."
    example: ClassVar[str] = '{"sample": {"share": [0, 10], "seed": "ab-2026"}}'

    low: Decimal
    high: Decimal
    seed: str
    pointer: str

    @classmethod
    def shape(cls, place: Place) -> Schema:
        per_cent = {"type": "number", "minimum": 0, "maximum": 100}
        share = {"type": "array", "items": per_cent, "minItems": 2, "maxItems": 2}
        return object_of({cls.word: object_of({"share": share, "seed": SEED}, ["share", "seed"])}, [cls.word])

    @classmethod
    def read(cls, node: Node, context: Context) -> Self | None:
        problems = context.problems
        fine = check_keys(node, (cls.word,), problems, of='the condition "sample"')
        written = node.child(cls.word)
        if not is_object(written, 'an object like {"share": [0, 10], "seed": "ab-2026"}', problems):
            return None
        fine &= check_keys(written, ("share", "seed"), problems, required=("share", "seed"), of="sample")
        share = None if written.get("share") is None else _share(written.child("share"), problems)
        seed = None if written.get("seed") is None else read_scalar(written.child("seed"), read_seed, problems)
        if not fine or share is None or seed is None:
            return None
        return cls(*share, seed, node.pointer)

    def lower(self) -> atoms.Formula:
        return atoms.Sample(self.low, self.high, self.seed)

    def describe(self, negated: bool = False) -> Phrase:
        share = f"the random share from {number(self.low)} to {number(self.high)} per cent (seed {word(self.seed)})"
        return Phrase(f"{'outside' if negated else 'in'} {share}", self.pointer, self.says(negated))


def read_seed(value: Json) -> str:
    """A text with something in it, at most 1,000 characters. Raises ValueError."""
    seed = read_text(value)
    if not seed:
        raise ValueError('found an empty text, expected a seed, like "ab-2026"')
    return seed


def _share(node: Node, problems: Problems) -> tuple[Decimal, Decimal] | None:
    if not isinstance(node.value, list) or len(node.value) != 2:
        problems.add(node, f"found {node.found()}, expected two numbers, [from, to] in per cent, like [0, 10]")
        return None
    low, high = (read_scalar(child, _per_cent, problems) for child in node.items())
    if low is None or high is None:
        return None
    if low >= high:
        problems.add(
            node, f"found {number(low)} before {number(high)}, expected the lower one first, or nobody is in it"
        )
        return None
    return low, high


def _per_cent(value: Json) -> Decimal:
    found = read_number(value)
    if not 0 <= found <= 100:
        raise ValueError(f"found {shown(value)}, expected a number from 0 to 100")
    return Decimal(plain(found))
