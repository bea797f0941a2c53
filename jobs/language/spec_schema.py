"""JSON Schema of a spec file, made from the registries that the reader itself uses.

For editors, which complete words and mark mistakes while somebody types; what a spec is refused for is decided by the
reader, which knows the catalog and the other specs. `python -m jobs.language.spec_schema` writes
`segment_specs/schema.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

from jobs.language import windows
from jobs.language.aggregates import AGGREGATES
from jobs.language.comparisons import OTHER_COLUMN, OTHER_ROW_COLUMN
from jobs.language.conditions import CONDITIONS
from jobs.language.context import IN_ROWS
from jobs.language.definitions import FILE
from jobs.language.expect import GATES
from jobs.language.keep import KEEP
from jobs.language.operator_keys import aggregate_table, numeric_table
from jobs.language.operator_rows import Operator
from jobs.language.operators import OPERATORS
from jobs.language.sequence_steps import STEP
from jobs.language.spec_keys import ConditionPlace, ref
from jobs.syntax.shapes import Schema

PATH = Path(__file__).resolve().parent.parent.parent / "segment_specs" / "schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def spec_schema() -> Schema:
    """The schema of one `<id>.json`."""
    return {
        "$schema": DIALECT,
        "title": "A segment",
        "description": "One segment a file, <folder>/<id>.json: who belongs to it. README.md explains every word.",
        **FILE.schema(),
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Schema]:
    kinds: dict[str, Operator] = {row.kind.name: row for row in OPERATORS}
    return {
        "condition": _one_of(tuple(CONDITIONS), "condition"),
        "row_condition": _one_of(IN_ROWS, "row_condition"),
        **{f"condition_{word}": _condition(word, "condition") for word in CONDITIONS},
        **{f"row_condition_{word}": _condition(word, "row_condition") for word in IN_ROWS},
        **{f"aggregate_{word}": _aggregate(word) for word in AGGREGATES},
        **{name: dict(row.kind.schema) for name, row in kinds.items()},
        "numeric_operator": numeric_table().schema(),
        "other_column": OTHER_COLUMN.schema(),
        "other_row_column": OTHER_ROW_COLUMN.schema(),
        "within": windows.SCHEMA,
        "step": STEP.schema(),
        "keep": _keep(),
        "expect": GATES.schema(),
    }


def _one_of(words: tuple[str, ...], place: ConditionPlace) -> Schema:
    """Told apart by their word, so that an editor complains about the condition that was meant."""
    return {
        "type": "object",
        "oneOf": [{"required": [word]} for word in words],
        "allOf": [{"if": {"required": [word]}, "then": ref(f"{place}_{word}")} for word in words],
    }


def _condition(word: str, place: ConditionPlace) -> Schema:
    condition = CONDITIONS[word]
    schema = {"title": word, "description": condition.meaning, "examples": [json.loads(condition.example)]}
    return {**schema, **condition.keys(place).schema()}


def _aggregate(word: str) -> Schema:
    return {**aggregate_table(AGGREGATES[word]).schema(), "description": AGGREGATES[word].meaning}


def _keep() -> Schema:
    """A random order has no lowest end."""
    at_random = {"properties": {"by": {"type": "object"}}}
    return {**KEEP.schema(), "if": at_random, "then": {"not": {"required": ["lowest"]}}}


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(spec_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
