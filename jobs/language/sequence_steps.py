"""One step of a sequence: whose rows, how soon after the step before, which columns must be the same."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.catalog.model import Source
from jobs.language.aggregates import row_value
from jobs.language.atoms import RowColumn, Step
from jobs.language.bound import BoundColumn
from jobs.language.context import Context
from jobs.language.key_checks import check_keys
from jobs.language.phrases import article, either
from jobs.language.row_questions import Matching, comparable, read_matching, read_source
from jobs.syntax.durations import Duration, read_duration
from jobs.syntax.durations import words as duration_words
from jobs.syntax.nodes import Node
from jobs.syntax.objects import is_object
from jobs.syntax.shapes import read_list, read_scalar

KEYS = ("event", "where", "after_at_most", "absent", "same")
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
        if self.absent:
            assert self.gap is not None
            return f"no {rows.partition(' ')[2]} within {duration_words(self.gap)}"
        return f"{rows} {gap}"


def _row(column: BoundColumn) -> RowColumn:
    found = row_value(column)
    assert found is not None
    return found


def gap_us(gap: Duration | None) -> int | None:
    """A gap as elapsed microseconds: a day is 24 hours."""
    return None if gap is None else gap.count * _HOURS[gap.unit] * HOUR_US


def read_step(node: Node, before: Source | None, first: bool, last: bool, context: Context) -> AskedStep | None:
    """The step; `before` is the source of the step before it, None where that is a problem or there is none."""
    problems = context.problems
    if not is_object(node, 'a step like {"event": "order", "after_at_most": "7d"}', problems):
        return None
    count = len(problems.found)
    check_keys(node, KEYS, problems, required=("event",), of="a step")
    gap, absent = _gap(node, first, context), _absent(node, first, last, context)
    source = None if node.get("event") is None else read_source(node, "event", "events", context)
    if source is None:
        return None
    matching = read_matching(node, source, context.in_rows(source))
    same = _same(node, source, before, first, context)
    if len(problems.found) > count or matching is None:
        return None
    return AskedStep(source, matching, gap, absent, same)


def _gap(node: Node, first: bool, context: Context) -> Duration | None:
    written = node.get("after_at_most")
    if written is None:
        return None
    if first:
        context.problems.add(written, 'found "after_at_most" on the first step, expected none: nothing is before it')
        return None
    return read_scalar(written, lambda value: read_duration(value, ("h", "d", "w")), context.problems)


def _absent(node: Node, first: bool, last: bool, context: Context) -> bool:
    written = node.get("absent")
    if written is None:
        return False
    if written.value is not True:
        context.problems.add(
            written, f"found {written.found()}, expected true; a step that must be there leaves it out"
        )
    elif first or not last:
        context.problems.add(written, 'found "absent" on another step than the last, expected it on the last only')
    elif node.get("after_at_most") is None:
        context.problems.add(
            node, 'found "absent" without "after_at_most", expected how long nothing may follow, like "24h"'
        )
    return True


def _same(node: Node, source: Source, before: Source | None, first: bool, context: Context) -> tuple[Same, ...]:
    written = node.get("same")
    if written is None:
        return ()
    if first:
        context.problems.add(written, 'found "same" on the first step, expected none: nothing is before it')
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
    if earlier.type.name != later.type.name:
        rows.problems.add(
            node, f"found {node.value} ({earlier.type}) of the step before and {node.value} ({later.type}) of this one, "
                  "expected one type in both")  # fmt: skip
        return None
    return earlier, later
