"""The table of aggregates: what a contact's rows, or a group of them, give as one value, and the English for it.

`of` is the column that is aggregated. Only `minimum`, `maximum`, `average`, `first`, `last` and `latest` can be missing:
counts are 0 for nobody, and so is a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

from jobs.catalog.model import Source
from jobs.catalog.types import INTEGER, TIMESTAMP, ColumnType, TypeName
from jobs.language.arguments import Subject
from jobs.language.atoms import Aggregate, Function, Having, RowColumn, Rows, Span, Spans
from jobs.language.bound import BoundColumn
from jobs.language.comparisons import Comparison, read_aggregate_comparison
from jobs.language.context import Context
from jobs.language.intervals import holds
from jobs.language.operators import BY_TYPE, WORDS_OF_ALL
from jobs.language.phrases import plural
from jobs.language.spec_keys import OF
from jobs.language.suggestions import suggestion
from jobs.syntax.nodes import Node, shown
from jobs.syntax.objects import is_object, misplaced, missing
from jobs.syntax.word_lists import alternatives

_EXACT: tuple[TypeName, ...] = ("integer", "decimal")
_ORDERED: tuple[TypeName, ...] = ("integer", "decimal", "float", "date", "timestamp")
# Two floats are never surely the same number; of several choices and of places the language states no equality.
EQUAL: tuple[TypeName, ...] = ("text", "choice", "integer", "decimal", "boolean", "version", "date", "timestamp")
"""Types whose values can be told apart: not float, choices, point."""
_LATEST: tuple[TypeName, ...] = (*EQUAL, "float")


@dataclass(frozen=True)
class AggregateWord:
    """One aggregate. `of`: the types it takes, none where it takes no column. `computed` is its value in a catalog."""

    word: Function
    english: str
    meaning: str
    of: tuple[TypeName, ...] = ()
    result: ColumnType | None = None
    """The result's type; None: the column's."""
    events_only: bool = False
    over_groups: bool = True
    sure: bool = False
    """Never missing."""
    empties: bool = False
    """Whether `is_empty` may be asked."""
    computed: str = ""

    def asked(self) -> str:
        """An object that may stand behind the word; whatever the column is called, it is accepted."""
        if self.empties:  # then the column's type may be any, and only this operator is for all of them
            return '{"of": "<column>", "is_empty": false}'
        operator = '"within_last": "30d"' if self.result == TIMESTAMP else '"at_least": 1'
        return f'{{"of": "<column>", {operator}}}' if self.of else f"{{{operator}}}"

    def type(self, of: BoundColumn | None) -> ColumnType:
        if self.result is not None:
            return self.result
        assert of is not None
        return of.type


AGGREGATES: dict[str, AggregateWord] = {
    aggregate.word: aggregate
    for aggregate in (
        AggregateWord("count", "the number of {rows}", "How many rows.", result=INTEGER, sure=True, computed="rows"),
        AggregateWord(
            "days", "the number of different days with {rows}", "How many distinct local days.",
            result=INTEGER, events_only=True, sure=True, computed="time",
        ),
        AggregateWord(
            "distinct", "the number of different {of} in {rows}", "How many distinct present values.",
            of=EQUAL, result=INTEGER, sure=True,
        ),
        AggregateWord("sum", "the sum of {of} over {rows}", "The exact sum; 0 without rows.", of=_EXACT, sure=True),
        AggregateWord("average", "the average {of} of {rows}", "The exact average; unknown without rows.", of=_EXACT),
        AggregateWord("minimum", "the lowest {of} of {rows}", "The smallest or earliest value.", of=_ORDERED),
        AggregateWord("maximum", "the highest {of} of {rows}", "The largest or latest value.", of=_ORDERED),
        AggregateWord(
            "first", "the first {row}", "The time of the first matching row.",
            result=TIMESTAMP, events_only=True, over_groups=False, computed="time",
        ),
        AggregateWord(
            "last", "the last {row}", "The time of the last matching row.",
            result=TIMESTAMP, events_only=True, over_groups=False, computed="time",
        ),
        AggregateWord(
            "latest", "the {of} of the last {row}",
            "A column of the last matching row; among rows of one instant the greatest value.",
            of=_LATEST, events_only=True, over_groups=False, empties=True,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class AskedAggregate:
    """An aggregate with what is asked of it: `"sum": {"of": "amount", "at_least": 200}`."""

    aggregate: AggregateWord
    of: BoundColumn | None
    comparison: Comparison

    def value(self, rows: Rows) -> Aggregate:
        return Aggregate(rows, self.aggregate.word, row_value(self.of), self.aggregate.type(self.of))

    def having(self) -> Having:
        test = self.comparison.test()
        return Having(self.aggregate.word, row_value(self.of), self.aggregate.type(self.of), test)

    def english(self, name: str, more: str, negated: bool) -> str:
        """The sentence; `name` is the source's, `more` says which rows, with a space before it."""
        if self.aggregate.word == "count":
            counted = counted_english(self.comparison, plural(name, 1), plural(name), more, negated)
            if counted:
                return counted
        of = "" if self.of is None else self.of.name
        more = closed(more)
        subject = self.aggregate.english.format(of=of, rows=f"{plural(name)}{more}", row=f"{plural(name, 1)}{more}")
        return self.comparison.english(subject, negated, self.aggregate.sure)


def closed(more: str) -> str:
    """A `where` in the middle of a sentence gets its comma."""
    return f"{more}," if " where " in more else more


def counted_english(comparison: Comparison, one_row: str, many_rows: str, more: str, negated: bool) -> str:
    """`at least one order in the last 90 days`, `no order`; empty where no such sentence fits."""
    spans = comparison.spans()
    assert spans is not None
    plainly = negated == comparison.operator.negative
    if _is_some(spans) or _is_none(spans):
        some = _is_some(spans) == plainly
        return f"{'at least one' if some else 'no'} {one_row}{more}"
    amount = "" if comparison.operator.negative else comparison.amount(negated)
    if not amount:
        return ""
    numbers = [end for span in spans.spans for end in (span.low, span.high) if end is not None]
    return f"{amount} {one_row if numbers[-1] == 1 else many_rows}{more}"


def _is_some(spans: Spans) -> bool:
    """Whether a count is asked for anything but 0."""
    span = spans.spans[0]
    return len(spans.spans) == 1 and span.high is None and holds(spans, 1) and not holds(spans, 0)


def _is_none(spans: Spans) -> bool:
    """Whether a count is asked for 0 alone."""
    return holds(spans, 0) and not any(_reaches_one(span) for span in spans.spans)


def _reaches_one(span: Span) -> bool:
    return span.high is None or span.high > 1 or (span.high == 1 and span.high_in)


def row_value(column: BoundColumn | None) -> RowColumn | None:
    if column is None:
        return None
    assert isinstance(column.value, RowColumn)
    return column.value


def read_aggregate(node: Node, word: str, source: Source, context: Context) -> AskedAggregate | None:
    """What stands behind an aggregate's word; `context` is the one over the rows."""
    aggregate = AGGREGATES[word]
    if node.value == aggregate.computed and aggregate.computed:
        context.problems.add(node, f'found {node.found()}, expected an operator, like {aggregate.asked()}; "{word}": '
                                   f'"{aggregate.computed}" is the word of a computed column')  # fmt: skip
        return None
    if not is_object(node, f"an object like {aggregate.asked()}", context.problems):
        return None
    return _asked(node, aggregate, source, context)


def _asked(node: Node, aggregate: AggregateWord, source: Source, context: Context) -> AskedAggregate | None:
    of = read_of(node, aggregate, source, context) if aggregate.of else None
    if aggregate.of and of is None:
        _check_operators(node, aggregate, context)
        return None
    keys = [key for key in node.keys() if key != OF.name or not aggregate.of]
    if OF.name in keys:
        why = "it takes no column, only what is asked of it"
        context.problems.add(node.key_place(OF.name), misplaced(OF.name, shown(aggregate.word), why))
        return None
    name = f"{aggregate.word} of {of.name}" if of is not None else f"the {aggregate.word} of {source.name}"
    unit = of.unit if of is not None and aggregate.result is None else ""
    subject = Subject(name, aggregate.type(of), unit)
    comparison = read_aggregate_comparison(node, keys, subject, context, aggregate.empties)
    return None if comparison is None else AskedAggregate(aggregate, of, comparison)


def _check_operators(node: Node, aggregate: AggregateWord, context: Context) -> None:
    """The column is a problem already; the other keys must at least be some type's operators."""
    for key in node.keys():
        if key != OF.name and key not in WORDS_OF_ALL:
            context.problems.add(
                node.key_place(key), f'found "{key}", expected an operator{suggestion(key, BY_TYPE["integer"])}'
            )


def read_of(node: Node, aggregate: AggregateWord, source: Source, context: Context) -> BoundColumn | None:
    """The aggregated column, of a type that the aggregate takes."""
    written = node.get(OF.name)
    if written is None:
        context.problems.add(node, missing(OF, shown(aggregate.word)))
        return None
    column = context.column(written)
    return column if column is not None and fits(column, aggregate, written, context) else None


def fits(column: BoundColumn, aggregate: AggregateWord, written: Node, context: Context) -> bool:
    """Whether the aggregate takes the column's type; a problem where not."""
    if column.type.name in aggregate.of:
        return True
    context.problems.add(
        written,
        f"found {column.name} ({column.type}), expected a column of type {alternatives(aggregate.of)} "
        f'for "{aggregate.word}"',
    )
    return False
