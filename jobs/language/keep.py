"""`keep`: only the first so many, or so many per cent, of a segment's members, by an attribute or at random."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jobs.catalog.types import TypeName
from jobs.language import atoms
from jobs.language.bound import BoundColumn
from jobs.language.context import Context
from jobs.language.intervals import plain
from jobs.language.key_checks import check_keys
from jobs.language.phrases import number, word
from jobs.language.sample import read_seed
from jobs.syntax.literals import read_boolean, read_number, read_whole
from jobs.syntax.nodes import Json, Node, shown
from jobs.syntax.objects import is_object
from jobs.syntax.shapes import read_scalar
from jobs.syntax.word_lists import alternatives

KEYS = ("count", "percent", "by", "lowest")
ORDERED: tuple[TypeName, ...] = ("integer", "decimal", "float", "date", "timestamp")


@dataclass(frozen=True)
class Keep:
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


def read_keep(node: Node, context: Context) -> Keep | None:
    """The keep; None and problems where it is none."""
    problems = context.problems
    if not is_object(node, 'an object like {"count": 5000, "by": "<attribute>"}', problems):
        return None
    before = len(problems.found)
    check_keys(node, KEYS, problems, required=("by",), of="keep")
    count = (
        None
        if node.get("count") is None
        else read_scalar(node.child("count"), lambda value: read_whole(value, 1), problems)
    )
    percent = None if node.get("percent") is None else read_scalar(node.child("percent"), _per_cent, problems)
    if (node.get("count") is None) == (node.get("percent") is None):
        found = 'no "count" and no "percent"' if node.get("count") is None else '"count" and "percent"'
        problems.add(node, f"found {found}, expected exactly one of them")
    by, seed = _read_by(node, context)
    lowest = _read_lowest(node, context)
    return None if len(problems.found) > before else Keep(count, percent, by, seed, lowest)


def _read_by(node: Node, context: Context) -> tuple[BoundColumn | None, str | None]:
    written = node.get("by")
    if written is None:
        return None, None
    if isinstance(written.value, dict):
        if not check_keys(written, ("random",), context.problems, required=("random",), of="by"):
            return None, None
        return None, read_scalar(written.child("random"), read_seed, context.problems)
    column = context.contact_column(written)
    if column is not None and column.type.name not in ORDERED:
        context.problems.add(
            written,
            f"found {column.name} ({column.type}), expected an attribute of type {alternatives(ORDERED)} to order by",
        )
    return column, None


def _read_lowest(node: Node, context: Context) -> bool:
    written = node.get("lowest")
    if written is None:
        return False
    by = node.get("by")
    if by is not None and isinstance(by.value, dict):
        context.problems.add(written, 'found "lowest" beside "random", expected none: a random order has no lowest end')
        return False
    return read_scalar(written, read_boolean, context.problems) or False


def _per_cent(value: Json) -> Decimal:
    found = read_number(value)
    if not 0 < found <= 100:
        raise ValueError(f"found {shown(value)}, expected a number above 0 and at most 100")
    return Decimal(plain(found))
