"""`keep`: only the first so many, or so many per cent, of a segment's members, by an attribute or at random."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jobs.catalog.types import TypeName
from jobs.language import atoms
from jobs.language.bound import BoundColumn
from jobs.language.context import Context
from jobs.language.intervals import plain
from jobs.language.phrases import number, word
from jobs.language.sample import SEED_SHAPE
from jobs.language.spec_keys import NAME, table
from jobs.syntax.literals import read_number
from jobs.syntax.nodes import Json, Node, shown
from jobs.syntax.objects import Fields, Key, exactly_one
from jobs.syntax.shapes import FLAG, as_written, scalar, whole
from jobs.syntax.word_lists import alternatives

ORDERED: tuple[TypeName, ...] = ("integer", "decimal", "float", "date", "timestamp")


def _read_share(value: Json) -> Decimal:
    percent = read_number(value)
    if not 0 < percent <= 100:
        raise ValueError(f"found {shown(value)}, expected a number above 0 and at most 100")
    # Exact, because the number kept is rounded up: a double that is a hair too large would keep one contact more.
    return Decimal(plain(percent))


COUNT = Key("count", "So many members.", whole(1), example='{"keep": {"count": 5000, "by": "smart.revenue"}}')
PERCENT = Key(
    "percent",
    "So many per cent of them.",
    scalar(_read_share, {"type": "number", "exclusiveMinimum": 0, "maximum": 100}),
    example='{"keep": {"percent": 10, "by": "credit"}}',
)
RANDOM = Key(
    "random",
    "A random order, drawn by this seed: the same people every night.",
    SEED_SHAPE,
    required=True,
    example='{"keep": {"count": 500, "by": {"random": "ab-2026"}}}',
)
BY_CHANCE = table("by", RANDOM, expected="the name of an attribute")
BY = Key(
    "by",
    "The attribute that orders them, highest first, or a random order.",
    as_written({"anyOf": [NAME, BY_CHANCE.schema()]}),
    required=True,
    example='{"keep": {"count": 500, "by": "smart.revenue"}}',
)
LOWEST = Key("lowest", "true: lowest first.", FLAG, example='{"keep": {"count": 500, "by": "seen_at", "lowest": true}}')
KEEP = table(
    "keep",
    COUNT,
    PERCENT,
    BY,
    LOWEST,
    expected='an object like {"count": 5000, "by": "<attribute>"}',
    rules=(exactly_one(COUNT, PERCENT, says="how many members are kept"),),
)


@dataclass(frozen=True)
class KeepClause:
    """`count` or `percent`, ordered `by` a column or by the random order of `seed`."""

    count: int | None
    percent: Decimal | None
    by: BoundColumn | None
    seed: str | None
    lowest: bool

    def lower(self) -> atoms.Keep:
        by = None if self.by is None else self.by.value
        return atoms.Keep(self.count, self.percent, by, self.seed, self.lowest)

    def english(self) -> str:
        size = number(self.count) if self.count is not None else f"{number(self.percent or 0)} per cent"
        if self.by is None:
            return f"{size} drawn at random (seed {word(self.seed or '')})"
        ends = ("latest", "earliest") if self.by.type.name in ("date", "timestamp") else ("highest", "lowest")
        return f"the {size} with the {ends[self.lowest]} {self.by.name}; those without a value come last"


def read_keep(node: Node, context: Context) -> KeepClause | None:
    """The keep; None and problems where it is none."""
    fields = KEEP.read(node, context.problems)
    before = len(context.problems.found)
    by, seed = _read_by(fields, context)
    if not fields.fine or len(context.problems.found) > before:
        return None
    return KeepClause(fields.get(COUNT), fields.get(PERCENT), by, seed, fields.get(LOWEST) or False)


def _read_by(fields: Fields, context: Context) -> tuple[BoundColumn | None, str | None]:
    """A column, or the seed of a random order."""
    written = fields.get(BY)
    if written is None:
        return None, None
    if isinstance(written.value, dict):
        if fields.wrote(LOWEST):
            message = 'found "lowest" beside "random", expected none: a random order has no lowest end'
            context.problems.add(fields.at(LOWEST), message)
        chance = BY_CHANCE.read(written, context.problems)
        return None, chance.get(RANDOM)
    column = context.contact_column(written)
    if column is not None and column.type.name not in ORDERED:
        context.problems.add(
            written,
            f"found {column.name} ({column.type}), expected an attribute of type {alternatives(ORDERED)} to order by",
        )
    return column, None
