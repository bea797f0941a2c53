"""Operators as keys: what may stand beside `attribute`, behind an aggregate's word, and inside `days_ago`.

Which operators fit depends on a column's type, so they are read by `operators.pick`; here the same rows of the table are
stated as keys, for the schema, which knows only what can be written at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jobs.catalog.types import TypeName
from jobs.language.aggregates import AggregateWord
from jobs.language.operator_rows import Operator
from jobs.language.operators import AGGREGATED, OPERATORS
from jobs.language.spec_keys import OF, ConditionPlace, ref, table
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, KeyTable, Written
from jobs.syntax.shapes import Schema, as_written


@dataclass(frozen=True)
class KeysInAll:
    """So many keys, no more and no fewer: exactly one operator. Said to a reader by `pick`, which knows the type."""

    size: int

    def wrong(self, written: Written) -> Iterator[tuple[str, str]]:
        yield from ()

    def schema(self) -> Schema:
        return {"minProperties": self.size, "maxProperties": self.size}


def operator_keys(operators: Iterable[Operator], place: ConditionPlace | None) -> tuple[Key[Node], ...]:
    """A key for each operator's word; `place` None: no column may stand for the value."""
    by_word: dict[str, list[Operator]] = {}
    for operator in operators:
        by_word.setdefault(operator.word, []).append(operator)
    return tuple(Key(word, _meaning(rows), as_written(_value(rows, place))) for word, rows in by_word.items())


def _meaning(rows: list[Operator]) -> str:
    """One sentence where all types have one meaning, else one for each."""
    alike = len({row.meaning for row in rows}) == 1
    return " / ".join(dict.fromkeys(row.meaning if alike else f"{', '.join(row.types)}: {row.meaning}" for row in rows))


def _value(rows: list[Operator], place: ConditionPlace | None) -> Schema:
    names = list(dict.fromkeys(row.kind.name for row in rows))
    if place is not None and any(row.pair for row in rows):
        names.append("other_column" if place == "condition" else "other_row_column")
    return ref(names[0]) if len(names) == 1 else {"anyOf": [ref(name) for name in names]}


def aggregate_table(word: AggregateWord) -> KeyTable:
    """What stands behind an aggregate's word."""
    types: list[TypeName] = [word.result.name] if word.result is not None else list(word.of)
    fitting = {row.word for name in types for row in AGGREGATED[name].values()}
    rows = [row for row in OPERATORS if row.word in fitting and set(row.types) & set(types)]
    if word.empties:
        rows += [row for row in OPERATORS if row.word == "is_empty"]
    of = (OF,) if word.of else ()
    keys = (*of, *operator_keys(rows, None))
    return table(word.word, *keys, expected=f"an object like {word.asked()}", rules=(KeysInAll(1 + len(of)),))


def numeric_table() -> KeyTable:
    """What stands behind `days_ago`, `years_ago` and `anniversary_days_ahead`: an operator of whole numbers."""
    rows = [row for row in OPERATORS if row.word in AGGREGATED["integer"] and "integer" in row.types]
    return table("days", *operator_keys(rows, None), expected='an object like {"at_least": 30}', rules=(KeysInAll(1),))
