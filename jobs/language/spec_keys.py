"""What the keys of specs are stated with: tables whose wrong keys find the nearest word of the language, and references.

A condition, `keep`, a step: each says its keys once, beside the code that reads it (see syntax/objects.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from jobs.language.suggestions import nearest_word
from jobs.syntax.nodes import Node
from jobs.syntax.objects import Key, KeyTable, Rule
from jobs.syntax.shapes import Schema, Shape, as_written

ConditionPlace = Literal["condition", "row_condition"]
"""Over contacts, or over a row's own columns."""

NAME: Schema = {"type": "string", "minLength": 1}
SEED: Schema = {"type": "string", "minLength": 1, "maxLength": 1000}


def ref(name: str) -> Schema:
    """A definition of the schema."""
    return {"$ref": f"#/$defs/{name}"}


def part(name: str) -> Shape[Node]:
    """What the schema defines by that name, read by its own reader."""
    return as_written(ref(name))


def table(
    what: str,
    *keys: Key[object],
    expected: str,
    rules: tuple[Rule, ...] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> KeyTable:
    """The keys of one sort of object in a spec."""
    return KeyTable(what, keys, expected, rules, elsewhere=elsewhere or {}, nearest=nearest_word)


def condition_table(
    word: Key[object],
    *keys: Key[object],
    rules: tuple[Rule, ...] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> KeyTable:
    """The keys of a condition: its word, which is there, and what may stand beside it."""
    named = Key(word.name, word.meaning, word.shape, required=True)
    return table(f'the condition "{word.name}"', named, *keys, expected="a condition", rules=rules, elsewhere=elsewhere)


# --- keys that several conditions have ----------------------------------------------------------------------------------

WHERE = Key(
    "where",
    "Which rows count: a condition over the row's own columns. A row for which it is unknown does not.",
    part("row_condition"),
    example='{"event": "order", "where": {"attribute": "channel", "is": "web"}}',
)
WITHIN = Key(
    "within",
    "The window: rows of this time only. Left out: all rows.",
    part("within"),
    example='{"event": "order", "within": {"from": "2026-01-01", "to": "2026-03-31"}}',
)
PER = Key(
    "per",
    "Rows are grouped by this column or these columns; rows with one missing are left out.",
    as_written({"anyOf": [NAME, {"type": "array", "items": NAME, "minItems": 1}]}),
    example='{"event": "order", "per": "order_id", "count": {"at_least": 2}}',
)
OF = Key(
    "of",
    "The column that is aggregated.",
    as_written(NAME),
    required=True,
    example='{"event": "order", "average": {"of": "amount", "more_than": 50}}',
)
