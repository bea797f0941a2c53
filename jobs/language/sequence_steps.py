"""One step of a sequence: whose rows, how soon after the step before, which columns must be the same."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.catalog.model import Source
from jobs.language.aggregates import row_value
from jobs.language.atoms import RowColumn, Step
from jobs.language.bound import BoundColumn
from jobs.language.context import Context
from jobs.language.phrases import article, either
from jobs.language.row_questions import Matching, comparable, read_matching, read_source
from jobs.language.spec_keys import NAME, WHERE, table
from jobs.syntax.durations import Duration
from jobs.syntax.durations import words as duration_words
from jobs.syntax.nodes import Json, Node, shown
from jobs.syntax.objects import Fields, Key, Needs, misplaced
from jobs.syntax.shapes import ID_SCHEMA, as_written, duration, read_list, scalar


def _read_absent(value: Json) -> bool:
    if value is not True:
        raise ValueError(f"found {shown(value)}, expected true; a step that must be there leaves it out")
    return True


_SEQUENCE = '{"sequence": [{"event": "product_view"}, {"event": "order", %s}], "within": "90d"}'
EVENT = Key("event", "The source of the step's rows.", as_written(ID_SCHEMA), required=True)
GAP = Key(
    "after_at_most",
    "How soon after the step before, in elapsed time: 7d is 168 hours.",
    duration("h", "d", "w"),
    example=_SEQUENCE % '"after_at_most": "7d"',
)
ABSENT = Key(
    "absent",
    "Of the last step: no such row followed within after_at_most.",
    scalar(_read_absent, {"const": True}),
    example=_SEQUENCE % '"after_at_most": "24h", "absent": true',
)
SAME = Key(
    "same",
    "Columns that equal those of the step before.",
    as_written({"type": "array", "items": NAME, "minItems": 1}),
    example=_SEQUENCE % '"same": ["product_id"]',
)
STEP = table(
    "a step",
    EVENT,
    WHERE,
    GAP,
    ABSENT,
    SAME,
    expected='a step like {"event": "order", "after_at_most": "7d"}',
    rules=(Needs(ABSENT, GAP, missing=True),),
    elsewhere={"within": 'it stands beside the steps and is for all of them; "after_at_most" is for one'},
)
HOUR_US = 3_600_000_000
_HOURS = {"h": 1, "d": 24, "w": 168}

Same = tuple[BoundColumn, BoundColumn]


@dataclass(frozen=True)
class AskedStep:
    """A step as written; `same` holds (column of the step before, column of this one)."""

    source: Source
    matching: Matching
    gap: Duration | None
    absent: bool
    same: tuple[Same, ...]

    def lower(self) -> Step:
        rows = self.matching.rows()
        same = tuple((_row(earlier), _row(later)) for earlier, later in self.same)
        return Step(rows.source, rows.where, gap_us(self.gap), self.absent, same)

    def english(self) -> str:
        gap = "later" if self.gap is None else f"at most {duration_words(self.gap)} later"
        same = "" if not self.same else f" with the same {either([earlier.name for earlier, _ in self.same], 'and')}"
        rows = f"{article(self.source.name)}{same}{self.matching.english()}"
        if self.absent:  # asked of the last row before it; with `same` of the last for each of those values
            assert self.gap is not None
            each = (
                ""
                if not self.same
                else f"for at least one {either([earlier.name for earlier, _ in self.same], 'and')} "
            )
            return f"{each}no {rows.partition(' ')[2]} within {duration_words(self.gap)} of the last one"
        return f"{rows} {gap}"


def _row(column: BoundColumn) -> RowColumn:
    value = row_value(column)
    assert value is not None
    return value


def gap_us(gap: Duration | None) -> int | None:
    """A gap as elapsed microseconds: a day is 24 hours."""
    # How soon somebody acted is elapsed time: a night in which the clock is changed makes nobody faster.
    return None if gap is None else gap.count * _HOURS[gap.unit] * HOUR_US


def read_step(node: Node, before: Source | None, first: bool, last: bool, context: Context) -> AskedStep | None:
    """The step; `before` is the source of the step before it, None where that is a problem or there is none."""
    count = len(context.problems.found)
    fields = STEP.read(node, context.problems)
    _check_place(fields, first, last, context)
    source = read_source(node, EVENT.name, "events", context) if fields.wrote(EVENT) else None
    if source is None:
        return None
    matching = read_matching(fields, source, context.in_rows(source))
    same = () if first else _same(fields, source, before, context)
    if len(context.problems.found) > count or matching is None:
        return None
    return AskedStep(source, matching, fields.get(GAP), fields.get(ABSENT) or False, same)


def _check_place(fields: Fields, first: bool, last: bool, context: Context) -> None:
    """The first step has nothing before it, and only after the last may nothing follow."""
    for key in (GAP, SAME) if first else ():
        if fields.wrote(key):
            context.problems.add(fields.at(key), misplaced(key.name, "the first step", "nothing is before it"))
    if fields.get(ABSENT) and (first or not last):
        context.problems.add(fields.at(ABSENT), misplaced(ABSENT.name, "this step", "only the last one can be absent"))


def _same(fields: Fields, source: Source, before: Source | None, context: Context) -> tuple[Same, ...]:
    written = fields.get(SAME)
    if written is None:
        return ()
    rows = context.in_rows(source)
    columns = read_list(written, lambda child: _pair(child, before, rows), context.problems, "columns")
    return () if columns is None else tuple({pair[0].name: pair for pair in columns}.values())


def _pair(node: Node, before: Source | None, rows: Context) -> Same | None:
    """The column in both steps' rows, of one type whose values can be told apart."""
    later = comparable(node, '"same"', rows)
    earlier = None if before is None else rows.in_rows(before).column(node)
    if later is None or earlier is None:
        return None
    # `same` compares values, and what a 7 and a "7" have in common is nobody's to guess.
    if earlier.type.name != later.type.name:
        rows.problems.add(
            node, f"found {node.value} ({earlier.type}) of the step before and {node.value} ({later.type}) of this one, "
                  "expected one type in both")  # fmt: skip
        return None
    if earlier.unit and later.unit and earlier.unit != later.unit:
        rows.problems.add(
            node,
            f"found {node.value} in {earlier.unit} of the step before and in {later.unit} of this one, expected one unit",
        )
        return None
    return earlier, later
