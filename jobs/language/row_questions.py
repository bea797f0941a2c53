"""What `event` and `related` ask of a contact's rows: which rows, grouped how, and which aggregate of them.

Both conditions are this one question; they differ only in the kind of source and in having a window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from jobs.catalog.model import Kind, Source
from jobs.catalog.types import INTEGER
from jobs.language.aggregates import (
    AGGREGATES,
    EQUAL,
    AggregateWord,
    AskedAggregate,
    closed,
    counted_english,
    read_aggregate,
    row_value,
)
from jobs.language.arguments import Argument
from jobs.language.atoms import Formula, GroupCount, Rows, Span, Spans
from jobs.language.bound import UNSAID, BoundColumn
from jobs.language.comparisons import Comparison
from jobs.language.condition import Condition
from jobs.language.context import Context, row_word
from jobs.language.operators import BY_TYPE
from jobs.language.phrases import either, plural
from jobs.language.spec_keys import PER, WHERE, WITHIN, condition_table, part, table
from jobs.language.suggestions import suggestion
from jobs.language.windows import Within, read_window
from jobs.syntax.nodes import Node, shown
from jobs.syntax.objects import AtMostOne, Excludes, Fields, Key, KeyTable, Needs, exactly_one
from jobs.syntax.shapes import as_written, read_list
from jobs.syntax.word_lists import alternatives

NO_TIME = "related rows have no time of their own"


def _aggregate_keys(words: Iterable[AggregateWord]) -> tuple[Key[Node], ...]:
    return tuple(Key(word.word, word.meaning, part(f"aggregate_{word.word}")) for word in words)


def _having(words: Iterable[AggregateWord], elsewhere: Mapping[str, str]) -> KeyTable:
    keys = _aggregate_keys(word for word in words if word.over_groups)
    return table(
        "having",
        *keys,
        expected=f"an object with one of {alternatives(key.name for key in keys)} and what is asked of it",
        rules=(exactly_one(*keys, says="what is asked of each group"),),
        elsewhere=elsewhere,
    )


_TIMELESS = {word.word: NO_TIME for word in AGGREGATES.values() if word.events_only}
_OF_THE_ROWS = {
    word.word: "it is asked of all of a contact's rows, not of a group"
    for word in AGGREGATES.values()
    if not word.over_groups
}
HAVING_OF_EVENTS = _having(AGGREGATES.values(), _OF_THE_ROWS)
HAVING_OF_RELATED = _having(
    (word for word in AGGREGATES.values() if not word.events_only), {**_OF_THE_ROWS, **_TIMELESS}
)
HAVING = Key(
    "having",
    "Keeps the groups whose rows satisfy this aggregate.",
    as_written(HAVING_OF_EVENTS.schema()),
    example='{"event": "order", "per": "order_id", "having": {"sum": {"of": "amount", "at_least": 200}}}',
)


def rows_table(source: Key[object], kind: Kind) -> KeyTable:
    """The keys of `event` (kind events) and `related`; the first is the source's."""
    timed = kind == "events"
    having = HAVING if timed else replace(HAVING, shape=as_written(HAVING_OF_RELATED.schema()))
    asked = _aggregate_keys(word for word in AGGREGATES.values() if timed or not word.events_only)
    return condition_table(
        source,
        WHERE,
        *((WITHIN,) if timed else ()),
        PER,
        having,
        *asked,
        rules=(
            AtMostOne(asked, "put each into a condition of its own"),
            Needs(having, PER),
            Excludes(
                PER,
                tuple(key for key in asked if key.name != "count"),
                'beside "per" only "count" stands, of the groups; what is asked of each group stands in "having"',
            ),
        ),
        elsewhere={} if timed else {WITHIN.name: f'{NO_TIME}; compare one of their dates in "where"', **_TIMELESS},
    )


# Counted and not asked "does one exist": so it is a number like any other, false for nobody and never unknown.
AT_LEAST_ONE = Comparison(BY_TYPE["integer"]["at_least"], Argument(Spans((Span(1, None),)), ("1",)))
"""What is asked where nothing is: some row, some group."""


@dataclass(frozen=True)
class Matching:
    """The rows of a source for which `where` is true, inside the window."""

    source: str
    where: Condition | None
    within: Within | None

    def rows(self) -> Rows:
        # A row whose `where` is unknown is not counted: `where` chooses rows, and only a true one chooses.
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
        one_group, many_groups = (
            f"{what}",
            f"different {what.replace('value', 'values', 1).replace('combination', 'combinations', 1)}",
        )
        kept = f" among {plural(name)}{more}"
        if self.groups.having is not None:
            kept = f"{closed(kept)} counting those where {self.groups.having.english(name, '', False)}"
        counted = counted_english(self.asked.comparison, one_group, many_groups, kept, negated)
        return counted or self.asked.comparison.english(
            f"the number of {many_groups}{closed(kept)}", negated, sure=True
        )


def read_rows(node: Node, table: KeyTable, kind: Kind, context: Context) -> RowsQuestion | None:
    """The question that an `event` or `related` condition asks; None and problems where it is none."""
    fields = table.read(node, context.problems)
    source = read_source(node, table.keys[0].name, kind, context)
    if source is None:
        return None
    rows = context.in_rows(source)
    matching = read_matching(fields, source, rows)
    groups = read_groups(fields, source, rows)
    asked = _read_asked(fields, source, rows)
    if not fields.fine or matching is None or asked is None or (groups is None and fields.wrote(PER)):
        return None
    return RowsQuestion(matching, groups, asked)


def read_source(node: Node, word: str, kind: Kind, context: Context) -> Source | None:
    """The source that the word names."""
    written = node.child(word)
    sources = context.catalog.catalog.sources
    name = written.value if isinstance(written.value, str) else ""
    if name in sources and sources[name].kind == kind:
        context.uses.add_source(name)
        return sources[name]
    unsure = name in context.catalog.unread
    message = UNSAID if unsure else f"found {written.found()}, expected {_no_source(written, kind, context)}"
    context.problems.add(written, message)
    return None


def _no_source(written: Node, kind: Kind, context: Context) -> str:
    sources = context.catalog.catalog.sources
    what = "a source of events" if kind == "events" else "a source of related rows"
    if not isinstance(written.value, str):
        return f"the name of {what} as text"
    names = [source.name for source in context.catalog.catalog.of_kind(kind)]
    other = sources.get(written.value)
    if other is None:
        return f"{what}{suggestion(written.value, names)}"
    if other.many_rows_each:
        asked = "events are asked by" if other.has_time else "related rows are asked by"
        return f'{what}; {asked} {{"{row_word(other)}": {shown(other.name)}, …}}'
    if other.prefixes_attributes:
        return f'{what}; {other.name} has one row for each contact: {{"attribute": "{other.name}.<column>", …}}'
    return what


def read_matching(fields: Fields, source: Source, rows: Context) -> Matching | None:
    """`where` and `within`; `rows` is the context over the source's rows."""
    before = len(rows.problems.found)
    written, window = fields.get(WHERE), fields.get(WITHIN)
    where = None if written is None else rows.read(written)
    within = None if window is None else read_window(window, rows.problems)
    return Matching(source.name, where, within) if len(rows.problems.found) == before else None


def read_groups(fields: Fields, source: Source, rows: Context) -> Groups | None:
    """`per` and `having`; None where there are none, or with problems."""
    written, kept = fields.get(PER), fields.get(HAVING)
    if written is None:
        return None
    before = len(rows.problems.found)
    columns = _read_per(written, rows)
    having = None if kept is None else _read_having(kept, source, rows)
    if len(rows.problems.found) > before or columns is None:
        return None
    return Groups(tuple(columns), having)


def _read_per(node: Node, rows: Context) -> Iterable[BoundColumn] | None:
    if isinstance(node.value, list):
        columns = read_list(node, lambda child: comparable(child, '"per"', rows), rows.problems, "columns")
        return None if columns is None else {column.name: column for column in columns}.values()
    column_alone = comparable(node, '"per"', rows)
    return None if column_alone is None else [column_alone]


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
    table = HAVING_OF_EVENTS if source.has_time else HAVING_OF_RELATED
    if not table.read(node, rows.problems).fine:
        return None
    (word,) = node.keys()
    return read_aggregate(node.child(word), word, source, rows)


def _read_asked(fields: Fields, source: Source, rows: Context) -> AskedAggregate | None:
    """The one aggregate; at least one row, or group, where none is written."""
    words = [word for word in AGGREGATES if word in fields.values]
    asked = [read_aggregate(fields.node.child(word), word, source, rows) for word in words]
    return asked[0] if asked else AskedAggregate(AGGREGATES["count"], None, AT_LEAST_ONE)
