"""What `event` and `related` ask of a contact's rows: which rows, grouped how, and which aggregate of them.

Both conditions are this one question; they differ only in the kind of source and in having a window.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobs.catalog.model import Kind, Source
from jobs.catalog.types import INTEGER
from jobs.language.aggregates import (
    AGGREGATES,
    EQUAL,
    AskedAggregate,
    closed,
    counted_english,
    read_aggregate,
    row_value,
)
from jobs.language.arguments import Asked
from jobs.language.atoms import Formula, GroupCount, Rows, Span, Spans
from jobs.language.bound import BoundColumn
from jobs.language.comparisons import Comparison
from jobs.language.condition import Condition
from jobs.language.context import Context, row_word
from jobs.language.key_checks import check_keys
from jobs.language.operators import BY_TYPE
from jobs.language.phrases import either, plural
from jobs.language.suggestions import suggestion
from jobs.language.windows import Within, read_window
from jobs.syntax.nodes import Node, shown
from jobs.syntax.objects import is_object
from jobs.syntax.shapes import read_list
from jobs.syntax.word_lists import alternatives, quoted

AT_LEAST_ONE = Comparison(BY_TYPE["integer"]["at_least"], Asked(Spans((Span(1, None),)), ("1",)))
"""What is asked where nothing is: some row, some group."""


@dataclass(frozen=True)
class Matching:
    """The rows of a source for which `where` is true, inside the window."""

    source: str
    where: Condition | None
    within: Within | None

    def rows(self) -> Rows:
        where = None if self.where is None else self.where.lower()
        return Rows(self.source, where, None if self.within is None else self.within.window)

    def english(self) -> str:
        """What follows the rows' name: ` in the last 90 days where channel is web`."""
        window = "" if self.within is None else f" {self.within.words}"
        if self.where is None:
            return window
        return f"{window} where {without_brackets(self.where.describe().inline())}"


def without_brackets(text: str) -> str:
    """One pair of brackets around all of a text is taken off."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]


@dataclass(frozen=True)
class Groups:
    """Rows grouped by the `per` columns; `having` keeps some of the groups."""

    per: tuple[BoundColumn, ...]
    having: AskedAggregate | None

    def count(self, rows: Rows) -> GroupCount:
        columns = [row_value(column) for column in self.per]
        having = None if self.having is None else self.having.having()
        return GroupCount(rows, tuple(column for column in columns if column is not None), having, INTEGER)


@dataclass(frozen=True)
class RowsQuestion:
    """Rows, perhaps grouped, and what is asked of them."""

    matching: Matching
    groups: Groups | None
    asked: AskedAggregate

    def formula(self) -> Formula:
        rows = self.matching.rows()
        value = self.asked.value(rows) if self.groups is None else self.groups.count(rows)
        return self.asked.comparison.formula(value)

    def english(self, negated: bool) -> str:
        name, more = self.matching.source, self.matching.english()
        if self.groups is None:
            return self.asked.english(name, more, negated)
        columns = [column.name for column in self.groups.per]
        what = f"value of {columns[0]}" if len(columns) == 1 else f"combination of {either(columns, 'and')}"
        one, many = (
            f"{what}",
            f"different {what.replace('value', 'values', 1).replace('combination', 'combinations', 1)}",
        )
        kept = f" among {plural(name)}{more}"
        if self.groups.having is not None:
            kept = f"{closed(kept)} counting those where {self.groups.having.english(name, '', False)}"
        counted = counted_english(self.asked.comparison, one, many, kept, negated)
        return counted or self.asked.comparison.english(f"the number of {many}{closed(kept)}", negated, sure=True)


def read_rows(node: Node, word: str, kind: Kind, context: Context) -> RowsQuestion | None:
    """The question that an `event` or `related` condition asks; None and problems where it is none."""
    source = read_source(node, word, kind, context)
    timed = kind == "events"
    fine = _check(node, word, timed, context)
    if source is None:
        return None
    rows = context.in_rows(source)
    matching = read_matching(node, source, rows)
    groups = read_groups(node, source, rows)
    asked = _read_asked(node, source, rows)
    if not fine or matching is None or asked is None or (groups is None and node.get("per") is not None):
        return None
    return RowsQuestion(matching, groups, asked)


def read_source(node: Node, word: str, kind: Kind, context: Context) -> Source | None:
    """The source that the word names."""
    written = node.child(word)
    sources = context.catalog.catalog.sources
    if isinstance(written.value, str) and written.value in sources and sources[written.value].kind == kind:
        context.uses.add_source(written.value)
        return sources[written.value]
    context.problems.add(written, f"found {written.found()}, expected {_no_source(written, kind, context)}")
    return None


def _no_source(written: Node, kind: Kind, context: Context) -> str:
    sources = context.catalog.catalog.sources
    what = "a source of events" if kind == "events" else "a source of related rows"
    if not isinstance(written.value, str):
        return f"the name of {what} as text"
    known = [source.name for source in context.catalog.catalog.of_kind(kind)]
    other = sources.get(written.value)
    if other is None:
        return f"{what}{suggestion(written.value, known)}"
    if other.many_rows_each:
        asked = "events are asked by" if other.has_time else "related rows are asked by"
        return f'{what}; {asked} {{"{row_word(other)}": {shown(other.name)}, …}}'
    if other.prefixes_attributes:
        return f'{what}; {other.name} has one row for each contact: {{"attribute": "{other.name}.<column>", …}}'
    return what


def _check(node: Node, word: str, timed: bool, context: Context) -> bool:
    """Whether all keys may stand there: no unknown one, at most one aggregate, `within` only where there is a time."""
    before = len(context.problems.found)
    known = [word, "where", "within", "per", "having", *AGGREGATES]
    check_keys(node, known, context.problems, of=f"the condition {shown(word)}")
    if node.get("within") is not None and not timed:
        context.problems.add(node.key_place("within"), 'found "within", expected none: related rows have no time; '
                             'compare one of their dates in "where"')  # fmt: skip
    asked = [key for key in node.keys() if key in AGGREGATES]
    if len(asked) > 1:
        context.problems.add(
            node, f"found {quoted(asked)}, expected at most one aggregate; put each into a condition of its own"
        )
    if node.get("per") is not None:
        for key in asked:
            if key != "count":
                context.problems.add(node.key_place(key), f'found {shown(key)} beside "per", expected only "count", of the '
                                     'groups; what is asked of each group stands in "having"')  # fmt: skip
    elif node.get("having") is not None:
        context.problems.add(
            node.key_place("having"), 'found "having" without "per", expected "per" to say what the groups are'
        )
    return len(context.problems.found) == before


def read_matching(node: Node, source: Source, rows: Context) -> Matching | None:
    """`where` and `within`; `rows` is the context over the source's rows."""
    before = len(rows.problems.found)
    where = None if node.get("where") is None else rows.read(node.child("where"))
    within = None
    if node.get("within") is not None and source.has_time:
        within = read_window(node.child("within"), rows.problems)
    return Matching(source.name, where, within) if len(rows.problems.found) == before else None


def read_groups(node: Node, source: Source, rows: Context) -> Groups | None:
    """`per` and `having`; None where there are none, or with problems."""
    written = node.get("per")
    if written is None:
        return None
    before = len(rows.problems.found)
    columns = _read_per(written, rows)
    having = None
    if node.get("having") is not None:
        having = _read_having(node.child("having"), source, rows)
    if len(rows.problems.found) > before or columns is None:
        return None
    return Groups(tuple(columns), having)


def _read_per(node: Node, rows: Context) -> Iterable[BoundColumn] | None:
    if isinstance(node.value, list):
        columns = read_list(node, lambda child: comparable(child, '"per"', rows), rows.problems, "columns")
        return None if columns is None else {column.name: column for column in columns}.values()
    one = comparable(node, '"per"', rows)
    return None if one is None else [one]


def comparable(node: Node, what: str, rows: Context) -> BoundColumn | None:
    """A row's column whose values can be told apart, for `per` and `same`."""
    column = rows.column(node)
    if column is not None and column.type.name not in EQUAL:
        rows.problems.add(
            node, f"found {column.name} ({column.type}), expected a column of type {alternatives(EQUAL)} for {what}"
        )
        return None
    return column


def _read_having(node: Node, source: Source, rows: Context) -> AskedAggregate | None:
    known = [word for word, aggregate in AGGREGATES.items() if aggregate.over_groups]
    if not is_object(node, f"one of {alternatives(known)} with what is asked of it", rows.problems):
        return None
    if not check_keys(node, known, rows.problems, of="having"):
        return None
    if len(node.keys()) != 1:
        found = quoted(node.keys()) if node.keys() else "an empty object"
        rows.problems.add(node, f"found {found}, expected exactly one aggregate")
        return None
    (word,) = node.keys()
    return read_aggregate(node.child(word), word, source, rows)


def _read_asked(node: Node, source: Source, rows: Context) -> AskedAggregate | None:
    """The one aggregate; at least one row, or group, where none is written."""
    words = [word for word in node.keys() if word in AGGREGATES]
    found = [read_aggregate(node.child(word), word, source, rows) for word in words]
    if not words:
        return AskedAggregate(AGGREGATES["count"], None, AT_LEAST_ONE)
    return found[0]
