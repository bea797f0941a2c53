"""Every word of the language with what it means and an example: what `python -m jobs words [WORD]` shows.

Taken from the registries, so that a new condition, operator or aggregate is here as well. The examples speak of the shop
that segment_specs/README.md describes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jobs.catalog.types import TypeName
from jobs.errors import UsageError
from jobs.language.aggregates import AGGREGATES, AggregateWord
from jobs.language.conditions import CONDITIONS
from jobs.language.operators import OPERATORS
from jobs.language.schema_pieces import KEY_MEANINGS, Schema
from jobs.language.spec_schema import FILE_KEYS, spec_schema
from jobs.language.suggestions import suggestion
from jobs.syntax.durations import LIMITS, UNITS
from jobs.syntax.nodes import shown

Sort = Literal["condition", "operator", "aggregate", "key of a file", "key of event and related", "key", "unit of time"]

COLUMNS: dict[TypeName, str] = {
    "text": "country",
    "choice": "loyalty.tier",
    "choices": "interests",
    "integer": "children",
    "decimal": "credit",
    "float": "score",
    "boolean": "opt_in",
    "version": "app",
    "date": "born",
    "timestamp": "seen_at",
    "point": "home",
}
"""A column of each type, for examples."""


@dataclass(frozen=True)
class Word:
    """`example` is the JSON of a whole condition, or of a spec's key with its value. `types`: of an operator."""

    word: str
    sort: Sort
    meaning: str
    example: str
    types: tuple[TypeName, ...] = ()


def words() -> tuple[Word, ...]:
    """All of them: conditions, operators, aggregates, keys, units. A word may have several meanings, one after another."""
    return (*_conditions(), *_operators(), *_aggregates(), *_keys(), *_units())


def find(word: str) -> tuple[Word, ...]:
    """The meanings of one word. `UsageError` with the nearest word when there is none."""
    found = tuple(one for one in words() if one.word == word)
    if not found:
        known = {one.word for one in words()}
        raise UsageError(f"found {shown(word)}, expected a word of the language{suggestion(word, known)}")
    return found


def _conditions() -> Iterator[Word]:
    for word, condition in CONDITIONS.items():
        yield Word(word, "condition", condition.meaning, condition.example)


def _operators() -> Iterator[Word]:
    for row in OPERATORS:
        first = row.types[0]
        example = f'{{"attribute": "{COLUMNS[first]}", "{row.word}": {row.kind.example_for(first)}}}'
        yield Word(row.word, "operator", row.meaning, example, row.types)


def _aggregates() -> Iterator[Word]:
    for word, aggregate in AGGREGATES.items():
        asked = ", ".join(filter(None, [_of(aggregate), _asked(aggregate)]))
        yield Word(word, "aggregate", aggregate.meaning, f'{{"event": "order", "within": "1y", "{word}": {{{asked}}}}}')


def _of(aggregate: AggregateWord) -> str:
    if not aggregate.of:
        return ""
    return f'"of": "{"channel" if "choice" in aggregate.of else "amount"}"'


def _asked(aggregate: AggregateWord) -> str:
    if aggregate.word == "latest":
        return '"is": "web"'
    return (
        '"within_last": "90d"'
        if aggregate.result is not None and aggregate.result.name == "timestamp"
        else '"at_least": 2'
    )


KEY_EXAMPLES = {
    "version": '{"version": 1}',
    "id": '{"id": "lapsed_vips"}',
    "name": '{"name": "Lapsed VIPs"}',
    "description": '{"description": "Gold or platinum, no click for 90 days"}',
    "owner": '{"owner": "crm"}',
    "tags": '{"tags": ["retention"]}',
    "from": '{"from": {"list": "newsletter_subscribers"}}',
    "where": '{"where": {"attribute": "country", "is": "DE"}}',
    "keep": '{"keep": {"count": 5000, "by": "smart.revenue"}}',
    "expect": '{"expect": {"at_least": 100, "at_most": 500000, "change_at_most": "50%"}}',
    "publish": '{"publish": "rows"}',
    "approved_by": '{"approved_by": "the data protection officer"}',
}
ROWS_EXAMPLES = {
    "where": '{"event": "order", "where": {"attribute": "channel", "is": "web"}}',
    "within": '{"event": "order", "within": {"from": "2026-01-01", "to": "2026-03-31"}}',
    "per": '{"event": "order", "per": "order_id", "count": {"at_least": 2}}',
    "having": '{"event": "order", "per": "order_id", "having": {"sum": {"of": "amount", "at_least": 200}}}',
    "of": '{"event": "order", "average": {"of": "amount", "more_than": 50}}',
}
_SEQUENCE = '{"sequence": [{"event": "product_view"}, {"event": "order", %s}], "within": "90d"}'
INNER_EXAMPLES: dict[str, tuple[str, str]] = {
    "after_at_most": ("step", _SEQUENCE % '"after_at_most": "7d"'),
    "absent": ("step", _SEQUENCE % '"after_at_most": "24h", "absent": true'),
    "same": ("step", _SEQUENCE % '"same": ["product_id"]'),
    "percent": ("keep", '{"keep": {"percent": 10, "by": "credit"}}'),
    "by": ("keep", '{"keep": {"count": 500, "by": {"random": "ab-2026"}}}'),
    "lowest": ("keep", '{"keep": {"count": 500, "by": "seen_at", "lowest": true}}'),
    "change_at_most": ("expect", '{"expect": {"change_at_most": "12.5%"}}'),
    "contact": (
        "other_row_column",
        '{"event": "order", "where": {"attribute": "city", "is_not": {"contact": "city"}}}',
    ),
}
"""Keys inside of others: the schema's part that describes them, and an example."""


def _keys() -> Iterator[Word]:
    for key, schema in FILE_KEYS.items():
        yield Word(key, "key of a file", schema["description"], KEY_EXAMPLES[key])
    for key, meaning in KEY_MEANINGS.items():
        yield Word(key, "key of event and related", meaning, ROWS_EXAMPLES[key])
    definitions: dict[str, Schema] = spec_schema()["$defs"]
    for key, (part, example) in INNER_EXAMPLES.items():
        yield Word(key, "key", definitions[part]["properties"][key]["description"], example)


_UNITS = {
    "h": "Hours, elapsed: 24h is exactly 24 hours. Not for dates.",
    "d": "Days of the calendar in the account's zone.",
    "w": "Weeks: seven days each.",
    "mo": "Calendar months: 31 March minus 1mo is the last day of February.",
    "y": "Calendar years.",
}


def _units() -> Iterator[Word]:
    for unit in UNITS:
        meaning = f"{_UNITS[unit]} At most {LIMITS[unit]:,}."
        yield Word(unit, "unit of time", meaning, f'{{"event": "order", "within": "2{unit}"}}')
