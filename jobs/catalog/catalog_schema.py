"""JSON Schema of a catalog file, made from the tables of keys that the reader itself uses.

For editors, which complete words and mark mistakes while somebody types; what a catalog is refused for is decided by the
reader alone, which sees the other files as well. `python -m jobs.catalog.catalog_schema` writes `conf/catalog/schema.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobs.catalog import keys
from jobs.catalog.arithmetic import OPERATORS
from jobs.catalog.fields import Key
from jobs.catalog.types import TYPE_NAMES

PATH = Path(__file__).resolve().parent.parent.parent / "conf" / "catalog" / "schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def catalog_schema() -> dict[str, Any]:
    """The schema of one `<source>.yaml`."""
    file = _object(keys.FILE_KEYS)
    file["properties"]["kind"] = {
        "oneOf": [{"const": kind, "description": meaning} for kind, meaning in keys.KIND_MEANINGS.items()],
        "description": keys.KIND.meaning,
    }
    return {
        "$schema": DIALECT,
        "title": "A source of the catalog",
        "description": "One source a file, <source>.yaml: what a row is, where rows come from, what specs can name.",
        **file,
        "allOf": [*_by_sort("kind", keys.FILE_KEYS, keys.KINDS), _columns_by_kind(), *_gates_by_kind()],
        "$defs": _parts(),
    }


def _parts() -> dict[str, Any]:
    return {
        "column": _column(keys.ROW_COLUMN_KEYS),
        "computed_column": _column(keys.COMPUTED_COLUMN_KEYS)
        | {"oneOf": [{"required": [keys.VALUE.name]}, {"required": [keys.CASES.name]}]},
        "lookup": _object(keys.LOOKUP_KEYS),
        "read": _object(keys.READ_KEYS) | {"oneOf": [{"required": [key.name]} for key in keys.WAYS]},
        "files": _object(keys.FILES_KEYS),
        "complete": _object(keys.COMPLETE_KEYS) | {"minProperties": 1, "maxProperties": 1},
        "delta": _object(keys.DELTA_KEYS),
        "jdbc": _object(keys.JDBC_KEYS)
        | {
            "dependentRequired": {
                keys.PARTITION_ON.name: [keys.PARTITIONS.name],
                keys.PARTITIONS.name: [keys.PARTITION_ON.name],
            }
        },
        "gates": _object(keys.GATE_KEYS),
        "arithmetic": _arithmetic(),
    }


def _object(table: Sequence[Key[object]]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key.name: {**key.shape.schema, "description": key.meaning} for key in table},
        "required": [key.name for key in table if key.required is True],
        "additionalProperties": False,
    }


def _column(table: Sequence[Key[object]]) -> dict[str, Any]:
    return _object(table) | {"allOf": _by_sort("type", table, TYPE_NAMES)}


def _by_sort(word: str, table: Sequence[Key[object]], sorts: Sequence[str]) -> list[dict[str, Any]]:
    """For each kind (or type) the keys that only others have, and those that it needs."""
    rules: list[dict[str, Any]] = []
    for sort in sorts:
        needed = [key.name for key in table if key.required is not True and key.required_by(sort)]
        foreign = [key.name for key in table if not key.belongs_to(sort)]
        then = {"required": needed} if needed else {}
        if foreign:
            then = {**then, "properties": dict.fromkeys(foreign, False)}
        if then:
            rules.append({"if": {"properties": {word: _is(sort)}, "required": [word]}, "then": then})
    return rules


def _is(sort: str) -> dict[str, Any]:
    return {"type": "string", "pattern": r"^decimal\("} if sort == "decimal" else {"const": sort}


def _columns_by_kind() -> dict[str, Any]:
    """The columns of computed sources have keys of their own."""

    def columns(name: str) -> dict[str, Any]:
        return {"properties": {"columns": {"additionalProperties": {"$ref": f"#/$defs/{name}"}}}}

    return {
        "if": {"properties": {"kind": {"const": "computed"}}, "required": ["kind"]},
        "then": columns("computed_column"),
        "else": columns("column"),
    }


def _gates_by_kind() -> list[dict[str, Any]]:
    rules = _by_sort("kind", keys.GATE_KEYS, keys.DELIVERED)
    return [{"if": rule["if"], "then": {"properties": {"gates": rule["then"]}}} for rule in rules]


def _arithmetic() -> dict[str, Any]:
    operand = {"anyOf": [{"type": "string", "minLength": 1}, {"type": "number"}, {"$ref": "#/$defs/arithmetic"}]}
    operands = {"type": "array", "items": operand, "minItems": 2}
    return {
        "type": "object",
        "description": "One operation with two or more operands: columns, numbers or operations.",
        "properties": dict.fromkeys(OPERATORS, operands),
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def schema_text() -> str:
    """The file's whole text."""
    return json.dumps(catalog_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
