"""A computed column over rows: `{event: order, within: 2y, sum: amount}`, with the words of a spec but for the last."""

from __future__ import annotations

from jobs.catalog.model import Column, Source
from jobs.catalog.types import EXACT, ColumnType
from jobs.language.aggregates import AGGREGATES, AggregateWord, fits, row_value
from jobs.language.atoms import Aggregate, GroupCount
from jobs.language.bound import BoundColumn
from jobs.language.context import Context
from jobs.language.key_checks import check_keys
from jobs.language.row_questions import read_groups, read_matching, read_source
from jobs.syntax.nodes import Node, shown
from jobs.syntax.objects import is_object
from jobs.syntax.word_lists import alternatives, quoted


def read_row_value(node: Node, column: Column, context: Context) -> Aggregate | GroupCount | None:
    """The aggregate; None and problems where it is none or its column cannot hold it."""
    problems = context.problems
    if not is_object(node, "a value: an aggregate of event or related rows, arithmetic, or quantile_of", problems):
        return None
    words = [word for word in ("event", "related") if word in node.keys()]
    check_keys(node, ("event", "related", "where", "within", "per", "having", *AGGREGATES), problems, of="a value")
    if len(words) != 1:
        found = "event and related" if words else "no event and no related"
        problems.add(node, f"found {found}, expected one of them, arithmetic, or quantile_of")
        return None
    kind = "events" if words[0] == "event" else "related"
    source = read_source(node, words[0], kind, context)
    asked = [word for word in node.keys() if word in AGGREGATES]
    if len(asked) != 1:
        found = quoted(asked) if asked else "no aggregate"
        problems.add(node, f'found {found}, expected exactly one of {alternatives(AGGREGATES)}, like "count: rows"')
    if source is None or len(asked) != 1:
        return None
    return _read(node, source, AGGREGATES[asked[0]], column, context)


def _read(
    node: Node, source: Source, aggregate: AggregateWord, column: Column, context: Context
) -> Aggregate | GroupCount | None:
    problems = context.problems
    before = len(problems.errors)
    rows = context.in_rows(source)
    if node.get("within") is not None and not source.has_time:
        problems.add(node.key_place("within"), "found within, expected none: related rows have no time of their own")
    if aggregate.word != "count":
        for key in ("per", "having"):
            if node.get(key) is not None:
                problems.add(node.key_place(key), f'found {key}, expected it beside "count: rows" only')
    elif node.get("having") is not None and node.get("per") is None:
        problems.add(node.key_place("having"), "found having without per, expected per to say what the groups are")
    matching = read_matching(node, source, rows)
    groups = read_groups(node, source, rows)
    of = _of(node.child(aggregate.word), aggregate, source, rows)
    _check_type(node.child(aggregate.word), aggregate, of, column, context)
    if matching is None or len(problems.errors) > before:
        return None
    if groups is not None:
        return groups.count(matching.rows())
    return Aggregate(matching.rows(), aggregate.word, row_value(of), aggregate.type(of))


def _of(node: Node, aggregate: AggregateWord, source: Source, rows: Context) -> BoundColumn | None:
    """The aggregated column; `rows` and `time` stand where there is none."""
    if aggregate.events_only and not source.has_time:
        rows.problems.add(
            node, f"found {aggregate.word} of {source.name}, expected another aggregate: its rows have no time"
        )
        return None
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
