"""Pieces of JSON Schema that conditions say themselves with: objects of known keys, operators, windows, aggregates.

For editors, which complete words while somebody types. What a spec is refused for is the reader's to decide, which knows
the catalog; the schema knows only what can be written at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from jobs.catalog.types import TypeName
from jobs.language.aggregates import AGGREGATES, AggregateWord
from jobs.language.operator_rows import Operator
from jobs.language.operators import AGGREGATED, OPERATORS
from jobs.syntax.spelling import ID_PATTERN

Schema = dict[str, Any]
Place = Literal["condition", "row_condition"]
"""Over contacts, or over a row's own columns."""

NAME: Schema = {"type": "string", "minLength": 1}
ID: Schema = {"type": "string", "pattern": f"^{ID_PATTERN.pattern}$"}
DATE: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
SEED: Schema = {"type": "string", "minLength": 1, "maxLength": 1000}

KEY_MEANINGS = {
    "where": "Which rows count: a condition over the row's own columns. A row for which it is unknown does not.",
    "within": "The window: rows of this time only. Left out: all rows.",
    "per": "Rows are grouped by this column or these columns; rows with one missing are left out.",
    "having": "Keeps the groups whose rows satisfy this aggregate.",
    "of": "The column that is aggregated.",
}


def ref(name: str, description: str = "") -> Schema:
    return {"$ref": f"#/$defs/{name}", **({"description": description} if description else {})}


def said(schema: Mapping[str, Any], description: str) -> Schema:
    return {**schema, "description": description}


def object_of(properties: Mapping[str, Any], required: Iterable[str], **more: Any) -> Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def operator_keys(operators: Iterable[Operator], place: Place | None) -> Schema:
    """A key for each operator's word; `place` None: no column may stand for the value."""
    by_word: dict[str, list[Operator]] = {}
    for operator in operators:
        by_word.setdefault(operator.word, []).append(operator)
    return {word: _value(rows, place) for word, rows in by_word.items()}


def _value(rows: list[Operator], place: Place | None) -> Schema:
    meaning = " / ".join(dict.fromkeys(f"{_types(row, rows)}{row.meaning}" for row in rows))
    names = list(dict.fromkeys(row.kind.name for row in rows))
    if place is not None and any(row.pair for row in rows):
        names.append("other_column" if place == "condition" else "other_row_column")
    if len(names) == 1:
        return ref(names[0], meaning)
    return {"anyOf": [ref(name) for name in names], "description": meaning}


def _types(row: Operator, rows: list[Operator]) -> str:
    return "" if len({other.meaning for other in rows}) == 1 else f"{', '.join(row.types)}: "


def attribute_keys(place: Place) -> Schema:
    """Every operator of every type: which fit, the column's type decides."""
    return operator_keys(OPERATORS, place)


def aggregate(word: AggregateWord) -> Schema:
    """What stands behind an aggregate's word."""
    types: list[TypeName] = [word.result.name] if word.result is not None else list(word.of)
    table = {row.word: row for name in types for row in AGGREGATED[name].values()}
    rows = [row for row in OPERATORS if row.word in table and set(row.types) & set(types)]
    if word.empties:
        rows += [row for row in OPERATORS if row.word == "is_empty"]
    of = {"of": said(NAME, KEY_MEANINGS["of"])} if word.of else {}
    size = 1 + len(of)
    keys = {**of, **operator_keys(rows, None)}
    return object_of(keys, of, minProperties=size, maxProperties=size, description=word.meaning)


def rows_keys(events: bool) -> Schema:
    """The keys of `event` and `related` beside the source's name."""
    window = {"within": ref("within", KEY_MEANINGS["within"])} if events else {}
    words = [word for word in AGGREGATES.values() if events or not word.events_only]
    groups = object_of(
        {word.word: ref(f"aggregate_{word.word}") for word in words if word.over_groups},
        (), minProperties=1, maxProperties=1, description=KEY_MEANINGS["having"],
    )  # fmt: skip
    return {
        "where": ref("row_condition", KEY_MEANINGS["where"]),
        **window,
        "per": {
            "anyOf": [NAME, {"type": "array", "items": NAME, "minItems": 1}],
            "description": KEY_MEANINGS["per"],
        },
        "having": groups,
        **{word.word: ref(f"aggregate_{word.word}") for word in words},
    }


def one_aggregate() -> Schema:
    """At most one of the aggregates; beside `per` only `count`; `having` only beside `per`."""
    words = list(AGGREGATES)
    pairs = [[one, two] for place, one in enumerate(words) for two in words[place + 1 :]]
    others = [word for word in words if word != "count"]
    return {
        "not": {
            "anyOf": [*({"required": pair} for pair in pairs), *({"required": ["per", word]} for word in others)],
        },
        "dependentRequired": {"having": ["per"]},
    }
