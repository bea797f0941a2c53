"""A computed column over rows: `{event: order, within: 2y, sum: amount}`, with the words of a spec but for the last."""

from __future__ import annotations

from jobs.catalog.exact import OPERATORS
from jobs.catalog.model import Column, Source
from jobs.catalog.types import EXACT, ColumnType
from jobs.language.aggregates import AGGREGATES, AggregateWord, fits, row_value
from jobs.language.atoms import Aggregate, GroupCount
from jobs.language.bound import BoundColumn
from jobs.language.context import Context
from jobs.language.row_questions import HAVING, NO_TIME, read_groups, read_matching, read_source
from jobs.language.spec_keys import PER, WHERE, WITHIN, table
from jobs.syntax.nodes import Node, shown
from jobs.syntax.objects import Excludes, Fields, Key, Needs, exactly_one, misplaced
from jobs.syntax.shapes import as_written
from jobs.syntax.word_lists import alternatives, quoted

_ANYTHING = as_written({})
EVENT = Key("event", "The source whose rows are aggregated, each with a time.", _ANYTHING)
RELATED = Key("related", "The source whose rows are aggregated, without a time.", _ANYTHING)
QUANTILE_OF = Key("quantile_of", "The column whose quantile it is.", _ANYTHING)
ARITHMETIC = tuple(Key(word, "Arithmetic over the contact's columns.", _ANYTHING) for word in OPERATORS)
AGGREGATED = tuple(Key(word.word, word.meaning, _ANYTHING) for word in AGGREGATES.values())
VALUE = table(
    "a value",
    EVENT, RELATED, WHERE, WITHIN, PER, HAVING, *AGGREGATED, QUANTILE_OF, *ARITHMETIC,
    expected="a value: an aggregate of event or related rows, arithmetic, or quantile_of",
    rules=(
        exactly_one(EVENT, RELATED, QUANTILE_OF, *ARITHMETIC, says="what it is made of"),
        Needs(HAVING, PER),
        *(Excludes(key, (PER, HAVING), "groups are only counted, count: rows") for key in AGGREGATED if key.name != "count"),
    ),
)  # fmt: skip


def read_row_value(node: Node, column: Column, context: Context) -> Aggregate | GroupCount | None:
    """The aggregate; None and problems where it is none or its column cannot hold it."""
    fields = VALUE.read(node, context.problems)
    asked = [word for word in AGGREGATES if word in node.keys()]
    if fields.fine and len(asked) != 1:
        message = f"found {quoted(asked) or 'no aggregate'}, expected exactly one of {alternatives(AGGREGATES)}"
        context.problems.add(node, f'{message}, like "count: rows"')
    if not fields.wrote(EVENT) and not fields.wrote(RELATED):
        return None
    word = EVENT if fields.wrote(EVENT) else RELATED
    source = read_source(node, word.name, "events" if word is EVENT else "related", context)
    if source is None or len(asked) != 1:
        return None
    return _read(fields, source, AGGREGATES[asked[0]], column, context)


def _read(
    fields: Fields, source: Source, aggregate: AggregateWord, column: Column, context: Context
) -> Aggregate | GroupCount | None:
    problems = context.problems
    before = len(problems.errors)
    rows = context.in_rows(source)
    timed = source.has_time
    if fields.wrote(WITHIN) and not timed:
        problems.add(fields.at(WITHIN), misplaced(WITHIN.name, "a value of related rows", NO_TIME))
    written = fields.node.child(aggregate.word)
    if aggregate.events_only and not timed:
        problems.add(written, misplaced(aggregate.word, "a value of related rows", NO_TIME))
        return None
    matching = read_matching(fields, source, rows)
    groups = read_groups(fields, source, rows)
    of = _of(written, aggregate, rows)
    _check_type(written, aggregate, of, column, context)
    if matching is None or not fields.fine or len(problems.errors) > before:
        return None
    if groups is not None:
        return groups.count(matching.rows())
    return Aggregate(matching.rows(), aggregate.word, row_value(of), aggregate.type(of))


def _of(node: Node, aggregate: AggregateWord, rows: Context) -> BoundColumn | None:
    """The aggregated column; `rows` and `time` stand where there is none."""
    if not aggregate.of:
        if node.value != aggregate.computed:
            rows.problems.add(node, f"found {node.found()}, expected the word {aggregate.computed}: {aggregate.word}: "
                                    f"{aggregate.computed}")  # fmt: skip
        return None
    if isinstance(node.value, dict):
        rows.problems.add(node, f"found {node.found()}, expected a column's name: {aggregate.word}: <column>; only a spec "
                                "says what is asked of it")  # fmt: skip
        return None
    column = rows.column(node)
    return column if column is not None and fits(column, aggregate, node, rows) else None


def _check_type(node: Node, aggregate: AggregateWord, of: BoundColumn | None, column: Column, context: Context) -> None:
    """Whether the declared type can hold what comes out."""
    if aggregate.of and of is None:
        return
    inner, declared = aggregate.type(of), column.type
    if of is not None and aggregate.result is None and of.unit and column.unit and of.unit != column.unit:
        context.problems.add(
            node, f"found {aggregate.word} in {of.unit} for a column in {column.unit}, expected one unit"
        )
    wrong = _wrong_type(aggregate, inner, declared)
    if wrong:
        context.problems.add(
            node, f"found {aggregate.word} ({inner}) for a column of type {declared}, expected {wrong}"
        )


def _wrong_type(aggregate: AggregateWord, inner: ColumnType, declared: ColumnType) -> str:
    if aggregate.word == "average":
        return "" if declared.name in EXACT else "integer or decimal"
    if aggregate.result is not None:
        return "" if declared.name == inner.name else str(inner)
    if inner.name in EXACT and declared.name in EXACT:
        return "" if declared.scale >= inner.scale else f"a type with at least {inner.scale} decimals"
    if inner.name != declared.name:
        return str(inner)
    lacking = [value for value in inner.values if value not in declared.values]
    return f"{quoted(map(str, lacking))} among its values, as {shown(aggregate.word)} may give" if lacking else ""
