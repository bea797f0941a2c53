"""Under which name a source's table keeps a column: its own, or its own and its type once the catalog has changed the type.

A table's columns keep their types for ever, and rows that were read in the old way stay where they are. So a column of
another type gets a place of its own beside the old one. Where a delivery was read otherwise than the catalog says now, that
place is empty, and nobody may read it as "missing": the intake says which deliveries these are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from jobs.lake.reads import read_rows, table_schema
from jobs.lake.tables import DELIVERY_NO, Table, source_table, spark_type


def typed_name(field: pa.Field) -> str:
    """The name of the place that a column has when its own name is taken by another type."""
    return f"{field.name}@{re.sub(r'[^a-z0-9]+', '_', spark_type(field.type).lower()).strip('_')}"


def placed_rows(lake: str, source: str, parsed: pa.Schema) -> pa.Table:
    """The whole table of a source without Spark: its parsed columns, and the number of each row's delivery."""
    table = source_table(source, parsed)
    typed = pa.schema([*table.schema, *(pa.field(typed_name(field), field.type) for field in parsed)])
    rows = read_rows(lake, Table(table.path, typed, table.statistics))
    columns = [rows[DELIVERY_NO], *(_column(rows, field) for field in parsed)]
    return pa.table(columns, names=[DELIVERY_NO, *parsed.names])


def _column(rows: pa.Table, field: pa.Field) -> pa.ChunkedArray:
    own = rows[field.name]
    fits = spark_type(own.type) == spark_type(field.type)
    return (own if fits else rows[typed_name(field)]).cast(field.type)


def read_names(parsed: pa.Schema) -> list[str]:
    """Every name under which a file of the table may hold these columns."""
    return [name for field in parsed for name in (field.name, typed_name(field))]


def placed_columns(rows: pa.Table, parsed: pa.Schema, beside: Sequence[str]) -> pa.Table:
    """A file's rows as the parsed columns, those `beside` first; null where the file has no place for a column."""
    columns = [rows[name] for name in beside] + [_placed(rows, field) for field in parsed]
    return pa.table(columns, names=[*beside, *parsed.names])


def _placed(rows: pa.Table, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    for name in (field.name, typed_name(field)):
        if name in rows.column_names and spark_type(rows.schema.field(name).type) == spark_type(field.type):
            return rows[name].cast(field.type)
    return pa.nulls(rows.num_rows, field.type)


def stored_names(lake: str, table: Table, parsed: pa.Schema) -> dict[str, str]:
    """Under which name a table of rows keeps each parsed column: another one where its own has another type now."""
    stored = table_schema(lake, table)
    types = {} if stored is None else {field.name: spark_type(field.type) for field in stored}
    return {
        field.name: field.name if types.get(field.name) in (None, spark_type(field.type)) else typed_name(field)
        for field in parsed
    }
