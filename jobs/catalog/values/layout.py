"""Which columns of the data a source needs, and which columns it becomes."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from jobs.catalog.model import CONTACT_ID, DELETED, Catalog, Source
from jobs.catalog.row_rules import FOLDED_KEY, KEY
from jobs.catalog.types import ColumnType

INSTANT = pa.timestamp("us", tz="UTC")
POINT = pa.struct([pa.field("latitude", pa.float64()), pa.field("longitude", pa.float64())])
PROBLEMS = "_problems"


def arrow_type(column: ColumnType) -> pa.DataType:
    """How values of a type are carried."""
    match column.name:
        case "text" | "choice" | "version":
            return pa.string()
        case "choices":
            return pa.list_(pa.string())
        case "integer":
            return pa.int64()
        case "decimal":
            return pa.decimal128(column.precision, column.scale)
        case "float":
            return pa.float64()
        case "boolean":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "timestamp":
            return INSTANT
        case "point":
            return POINT


def arrow_schema(source: Source, catalog: Catalog) -> pa.Schema:
    """The columns a source's rows have once parsed; every one may be null.

    `contact_id` (not of lookups), the time, the listed columns, derived ones included, what `key` names beside them and
    the whole key as one text, `deleted` where delivered as changes, and `_problems`: what is wrong with the row, in words
    without values, null when nothing is.
    """
    assert source.name in catalog.sources, "a source is parsed as its own catalog says"
    return schema_of(source)


def schema_of(source: Source) -> pa.Schema:
    """The same for a source by itself."""
    fields = {name: pa.field(name, kind) for name, kind in _columns(source)}  # a listed contact_id or deleted: once
    return pa.schema(list(fields.values()))


def _columns(source: Source) -> Iterator[tuple[str, pa.DataType]]:
    if source.contact:
        yield CONTACT_ID, pa.string()
    if source.time:
        yield source.time, INSTANT
    for column in source.columns.values():
        yield column.name, arrow_type(column.type)
    for column in source.key_columns:
        yield column.name, arrow_type(column.type)
    if source.key:
        yield KEY, pa.string()
    if source.folds_for_others:
        yield FOLDED_KEY, pa.string()
    if source.delivery == "changes":
        yield DELETED, pa.bool_()
    yield PROBLEMS, pa.list_(pa.string())


def delivered(source: Source) -> tuple[str, ...]:
    """The columns that the data must have, under the names they have there, each once."""
    names = [source.raw_name(name) for name in (source.contact, source.time) if name]
    for column in (*source.columns.values(), *source.key_columns):
        names += [name for name in (column.raw, column.latitude, column.longitude) if name]
    return tuple(dict.fromkeys(names))


def identifying(source: Source) -> tuple[str, ...]:
    """Those of them that say whose a row is, of when, and which row it is."""
    names = [source.raw_name(name) for name in (source.contact, source.time) if name]
    return tuple(dict.fromkeys([*names, *(column.raw for column in source.key_columns)]))


def wanted(source: Source) -> tuple[str, ...]:
    """The columns to read: `delivered`, and one that may be absent."""
    names = delivered(source)
    return (*names, DELETED) if source.delivery == "changes" and DELETED not in names else names
