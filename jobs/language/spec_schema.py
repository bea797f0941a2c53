"""JSON Schema of a spec file, made from the registries that the reader itself uses.

For editors, which complete words and mark mistakes while somebody types; what a spec is refused for is decided by the
reader, which knows the catalog and the other specs. `python -m jobs.language.spec_schema` writes
`segment_specs/schema.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobs.language.aggregates import AGGREGATES
from jobs.language.conditions import CONDITIONS
from jobs.language.context import IN_ROWS
from jobs.language.definitions import KEYS, REQUIRED
from jobs.language.operator_rows import LENGTH, Operator
from jobs.language.operators import AGGREGATED, OPERATORS
from jobs.language.schema_pieces import (
    DATE,
    ID,
    KEY_MEANINGS,
    NAME,
    SEED,
    Place,
    Schema,
    aggregate,
    object_of,
    operator_keys,
    ref,
    said,
)

PATH = Path(__file__).resolve().parent.parent.parent / "segment_specs" / "schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

FILE_KEYS: dict[str, Schema] = {
    "version": {"const": 1, "description": "The version of the language: 1."},
    "id": said(ID, "The segment's id, as the file is named."),
    "name": {"type": "string", "pattern": r"\S", "description": "Its name for people."},
    "description": {"type": "string", "description": "What it is for, in a sentence."},
    "owner": {"type": "string", "pattern": r"\S", "description": "Who answers for it."},
    "tags": {"type": "array", "items": {"type": "string", "pattern": r"\S"}, "description": "Words to find it by."},
    "from": {
        "anyOf": [object_of({"list": ID, "date": DATE}, ["list"]), object_of({"segment": ID}, ["segment"])],
        "description": "Inside whom everything is evaluated: a contact list or a segment. Left out: every live contact.",
    },
    "where": ref("condition", "Who is a member."),
    "keep": ref("keep", "Only the first so many of the members, after where."),
    "expect": ref("expect", "The gates: outside them the result is held back, not published."),
    "publish": {
        "enum": ["counts", "rows"],
        "description": "counts: bitmaps and counts (the default). rows: also a table of the members, for warehouses.",
    },
    "approved_by": {
        "type": "string",
        "pattern": r"\S",
        "description": "Who approved the use of a column that the catalog calls sensitive.",
    },
}


def spec_schema() -> dict[str, Any]:
    """The schema of one `<id>.json`."""
    return {
        "$schema": DIALECT,
        "title": "A segment",
        "description": "One segment a file, <folder>/<id>.json: who belongs to it. README.md explains every word.",
        **object_of({key: FILE_KEYS[key] for key in KEYS}, REQUIRED),
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Schema]:
    kinds: dict[str, Operator] = {row.kind.name: row for row in OPERATORS}
    return {
        "condition": _one_of(tuple(CONDITIONS), "condition"),
        "row_condition": _one_of(IN_ROWS, "row_condition"),
        **{f"condition_{word}": _condition(word, "condition") for word in CONDITIONS},
        **{f"row_condition_{word}": _condition(word, "row_condition") for word in IN_ROWS},
        **{f"aggregate_{word}": aggregate(asked) for word, asked in AGGREGATES.items()},
        **{name: dict(row.kind.schema) for name, row in kinds.items()},
        "numeric_operator": _numeric_operator(),
        "other_column": object_of({"attribute": said(NAME, "Another column of the contact.")}, ["attribute"]),
        "other_row_column": object_of(
            {"attribute": said(NAME, "Another column of the row."), "contact": said(NAME, "A column of the contact.")},
            (), minProperties=1, maxProperties=1,
        ),
        "within": _within(),
        "step": _step(),
        "keep": _keep(),
        "expect": _expect(),
    }  # fmt: skip


def _one_of(words: tuple[str, ...], place: Place) -> Schema:
    """Told apart by their word, so that an editor complains about the condition that was meant."""
    return {
        "type": "object",
        "oneOf": [{"required": [word]} for word in words],
        "allOf": [{"if": {"required": [word]}, "then": ref(f"{place}_{word}")} for word in words],
    }


def _condition(word: str, place: Place) -> Schema:
    condition = CONDITIONS[word]
    schema = {"title": word, "description": condition.meaning, "examples": [json.loads(condition.example)]}
    shape = condition.shape(place)
    properties: dict[str, Schema] = shape["properties"]
    properties[word] = {"description": condition.meaning, **properties[word]}
    return {**schema, **shape}


def _numeric_operator() -> Schema:
    rows = [row for row in OPERATORS if row.word in AGGREGATED["integer"] and "integer" in row.types]
    return object_of(operator_keys(rows, None), (), minProperties=1, maxProperties=1)


def _within() -> Schema:
    day = {"type": "integer", "minimum": 0, "maximum": 18300}
    return {
        "anyOf": [
            said(LENGTH.schema, "So long before as_of: 90d."),
            object_of({"from": DATE, "to": DATE}, ["from", "to"], description="Local days, both in."),
            object_of(
                {"days_ago": {"type": "array", "items": day, "minItems": 2, "maxItems": 2}}, ["days_ago"],
                description="Days before as_of's day, the nearer first, both in.",
            ),
        ]
    }  # fmt: skip


def _step() -> Schema:
    gap = {"type": "string", "pattern": "^[1-9][0-9]{0,6}(h|d|w)$"}
    return object_of(
        {
            "event": said(ID, "The source of the step's rows."),
            "where": ref("row_condition", KEY_MEANINGS["where"]),
            "after_at_most": said(gap, "How soon after the step before, in elapsed time: 7d is 168 hours."),
            "absent": {"const": True, "description": "Of the last step: no such row followed within after_at_most."},
            "same": {
                "type": "array", "items": NAME, "minItems": 1,
                "description": "Columns that equal those of the step before.",
            },
        },
        ["event"],
        dependentRequired={"absent": ["after_at_most"]},
    )  # fmt: skip


def _keep() -> Schema:
    return object_of(
        {
            "count": {"type": "integer", "minimum": 1, "description": "So many members."},
            "percent": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 100,
                "description": "So many per cent of them.",
            },
            "by": {
                "anyOf": [NAME, object_of({"random": SEED}, ["random"])],
                "description": "The attribute that orders them, highest first, or a random order.",
            },
            "lowest": {"type": "boolean", "description": "true: lowest first."},
        },
        ["by"],
        oneOf=[{"required": ["count"]}, {"required": ["percent"]}],
        **{"if": {"properties": {"by": {"type": "object"}}}, "then": {"not": {"required": ["lowest"]}}},
    )


def _expect() -> Schema:
    return object_of(
        {
            "at_least": {
                "type": "integer", "minimum": 0,
                "description": "Fewest members. Left out: 1; with 0 an empty result is fine.",
            },
            "at_most": {"type": "integer", "minimum": 0, "description": "Most members."},
            "change_at_most": {
                "type": "string", "pattern": r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?%$",
                "description": "Furthest from the last published count, like 50%.",
            },
        },
        (),
    )  # fmt: skip


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(spec_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
