"""JSON Schema of a catalog file, made from the tables of keys that the reader itself uses.

For editors, which complete words and mark mistakes while somebody types; what a catalog is refused for is decided by the
reader alone, which sees the other files as well. `python -m jobs.catalog.catalog_schema` writes `conf/catalog/schema.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from jobs.catalog import keys
from jobs.catalog.exact import OPERATORS
from jobs.catalog.types import TYPE_NAMES
from jobs.syntax.objects import KeyTable
from jobs.syntax.shapes import Schema

PATH = Path(__file__).resolve().parent.parent.parent / "conf" / "catalog" / "schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def catalog_schema() -> Schema:
    """The schema of one `<source>.yaml`."""
    file = keys.FILE.schema()
    file["properties"]["kind"] = {
        "oneOf": [{"const": kind, "description": meaning} for kind, meaning in keys.KIND_MEANINGS.items()],
        "description": keys.KIND.meaning,
    }
    return {
        "$schema": DIALECT,
        "title": "A source of the catalog",
        "description": "One source a file, <source>.yaml: what a row is, where rows come from, what specs can name.",
        **file,
        "allOf": [*_by_kind(keys.FILE, keys.KINDS), _columns_by_kind(), *_gates_by_kind()],
        "$defs": _parts(),
    }


def _parts() -> Schema:
    return {
        "column": _column(keys.ROW_COLUMN),
        "computed_column": _column(keys.COMPUTED_COLUMN),
        "written": keys.WRITTEN_TABLE.schema(),
        "lookup": keys.LOOKUP.schema(),
        "read": keys.ORIGIN.schema(),
        "files": keys.FILES_TABLE.schema(),
        "csv": keys.CSV_TABLE.schema(),
        "complete": keys.COMPLETE_TABLE.schema(),
        "delta": keys.DELTA_TABLE.schema(),
        "jdbc": keys.JDBC_TABLE.schema(),
        "gates": keys.GATE_TABLE.schema(),
        "arithmetic": _arithmetic(),
    }


def _column(table: KeyTable) -> Schema:
    written = _written_by_type() if keys.COLUMN_WRITTEN in table.keys else []
    return table.schema() | {"allOf": [*_by_kind(table, TYPE_NAMES), *written]}


def _written_by_type() -> list[Schema]:
    rules = _by_kind(keys.WRITTEN_TABLE, TYPE_NAMES)
    return [{"if": rule["if"], "then": {"properties": {"written": rule["then"]}}} for rule in rules]


def _by_kind(table: KeyTable, kinds: Sequence[str]) -> list[Schema]:
    """For each kind (or type) the keys that only others have, and those that it needs."""
    rules: list[Schema] = []
    for kind in kinds:
        needed = [key.name for key in table.keys if key.required is not True and key.required_by(kind)]
        foreign = [key.name for key in table.keys if not key.belongs_to(kind)]
        then = {"required": needed} if needed else {}
        if foreign:
            then = {**then, "properties": dict.fromkeys(foreign, False)}
        if then:
            rules.append({"if": {"properties": {table.kinds: _is(kind)}, "required": [table.kinds]}, "then": then})
    return rules


def _is(kind: str) -> Schema:
    return {"type": "string", "pattern": r"^decimal\("} if kind == "decimal" else {"const": kind}


def _columns_by_kind() -> Schema:
    """The columns of computed sources have keys of their own."""

    def columns(name: str) -> Schema:
        return {"properties": {"columns": {"additionalProperties": {"$ref": f"#/$defs/{name}"}}}}

    return {
        "if": {"properties": {"kind": {"const": "computed"}}, "required": ["kind"]},
        "then": columns("computed_column"),
        "else": columns("column"),
    }


def _gates_by_kind() -> list[Schema]:
    rules = _by_kind(keys.GATE_TABLE, keys.DELIVERED)
    return [{"if": rule["if"], "then": {"properties": {"gates": rule["then"]}}} for rule in rules]


def _arithmetic() -> Schema:
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
