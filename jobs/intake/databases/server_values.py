"""Values as databases write them, as Arrow's arrays of the types that the server says: the same value, or a wrong one.

Servers hand out texts. What is no value of the server's own type (a day 0000-00-00, infinity, a number beyond 64 bits)
is not dropped here: it becomes something that no column of the catalog can hold, so that the one parser counts and
refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Source
from jobs.catalog.values.parsed import booleans, of_distinct
from jobs.catalog.values.typed_batches import types_read
from jobs.catalog.values.typed_times import LAST_DAY
from jobs.syntax.zones import DAY_US

CellKind = Literal[
    "integer", "decimal", "number", "float", "flag", "boolean", "day", "clock", "instant", "text", "bytes"
]
"""What a server says a column is. number: a decimal of any scale; flag: a whole number that may be a boolean; clock: a
timestamp without a zone."""

NO_DAY = LAST_DAY + 1000  # in every zone
NO_INSTANT = NO_DAY * DAY_US
CLOCK, INSTANT = pa.timestamp("us"), pa.timestamp("us", tz="UTC")
GREATEST_PRECISION = 38


@dataclass(frozen=True)
class ServerColumn:
    """A column as the server describes it. `single`: a float of 32 bits. `scale` of a decimal."""

    name: str
    kind: CellKind
    scale: int = 0
    single: bool = False


def typed_batches(
    batches: Iterable[pa.RecordBatch], columns: Sequence[ServerColumn], source: Source
) -> Iterator[pa.RecordBatch]:
    """The batches with texts as values; their columns are these, by place."""
    types = types_read(source)
    booleans = {name for name, kinds in types.items() if all(kind.name == "boolean" for kind in kinds)}
    for batch in batches:
        arrays = [
            typed(column, array, column.name in booleans) if pa.types.is_string(array.type) else array
            for column, array in zip(columns, batch.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def typed(column: ServerColumn, texts: pa.Array, boolean: bool = False) -> pa.Array:
    """The texts as values of the column's type, or as they are where they are none. `boolean`: so the catalog has it."""
    match column.kind:
        case "integer":
            return _cast(texts, pa.int64(), pa.decimal128(GREATEST_PRECISION, 0))
        case "decimal":
            return _cast(texts, pa.decimal128(GREATEST_PRECISION, column.scale))
        case "number":
            return _number(texts)
        case "float":
            return _cast(texts, pa.float64())
        case "flag":
            return _flag(texts, boolean)
        case "boolean":
            return _flag(texts, boolean=True)
        case "day":
            return _times(texts, pa.date32(), date.fromisoformat, NO_DAY)
        case "clock":
            return _times(texts, CLOCK, datetime.fromisoformat, NO_INSTANT)
        case "instant":
            return _instants(texts)
        case "text" | "bytes":
            return texts


def _cast(texts: pa.Array, *kinds: pa.DataType) -> pa.Array:
    """Of the first type that holds them all; as they are where none does."""
    for kind in kinds:
        try:
            return texts.cast(kind)
        except pa.ArrowInvalid:
            continue
    return texts


def _number(texts: pa.Array) -> pa.Array:
    """With as many decimals as one of them needs: 17.00 is a whole number."""
    short = pc.replace_substring_regex(texts, r"(\.[0-9]*?)0+$", r"\1")
    short = pc.replace_substring_regex(short, r"\.$", "")
    decimals = pc.binary_length(pc.replace_substring_regex(short, r"^[^.]*\.?", ""))
    scale = pc.max(decimals).as_py() or 0
    return _cast(short, pa.decimal128(GREATEST_PRECISION, scale)) if scale <= GREATEST_PRECISION else texts


def _flag(texts: pa.Array, boolean: bool) -> pa.Array:
    """Whole numbers, or true and false where all of them are 0 or 1."""
    if not boolean:
        return _cast(texts, pa.int64())
    values = pc.take(pa.array([True, True, False, False]), pc.index_in(texts, pa.array(["t", "1", "f", "0"])))
    return values if values.null_count == texts.null_count else texts  # as texts only true and false are booleans


def _instants(texts: pa.Array) -> pa.Array:
    """Of UTC, as sessions have their server write them: PostgreSQL with the offset, MariaDB without."""
    written = INSTANT if pc.any(pc.ends_with(texts, "+00")).as_py() else CLOCK
    try:
        return texts.cast(written).cast(INSTANT)
    except pa.ArrowInvalid:
        return _times(texts, INSTANT, datetime.fromisoformat, NO_INSTANT)


def _times(texts: pa.Array, kind: pa.DataType, read: Callable[[str], object], none: int) -> pa.Array:
    try:
        return texts.cast(kind)
    except pa.ArrowInvalid:
        parsed = of_distinct(texts, read, kind)
        if parsed.wrong is None:
            return parsed.values
        beyond = pa.scalar(none, pa.int32() if pa.types.is_date(kind) else pa.int64()).cast(kind)
        return pc.if_else(booleans(parsed.wrong), beyond, parsed.values)
