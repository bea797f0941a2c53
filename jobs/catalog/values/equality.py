"""What makes two values of a type equal, as texts: equal texts, equal values, and the same for several columns of a row.

The one place that keys, lookups' keys and repeated rows are compared by, in a folder as in the lake: text is folded where
its column (or the other one of a pair) folds, 4.9 is 4.9.0, 007 is 7, 1.0 is 1.00, and a missing value equals a missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Column, Source
from jobs.catalog.types import BOOLEAN, FLOAT, TEXT, TIMESTAMP, ColumnType, fold, version_parts, version_text
from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.catalog.values.parsed import of_distinct


def key_texts(parts: Iterable[Column], columns: Mapping[str, pa.Array], folded: bool = False) -> pa.Array:
    """A text for each row, the same where every part of a key is; `folded`: text folds though its column does not."""
    return joined_texts([_equal_texts(columns[part.name], part.type, folded) for part in parts])


def content_texts(source: Source, columns: Mapping[str, pa.Array]) -> pa.Array:
    """A text for each row, the same where rows are alike: in contact, time and every listed column."""
    return joined_texts([_equal_texts(columns[name], kind) for name, kind in content(source).items()])


def content(source: Source) -> dict[str, ColumnType]:
    """The columns by which two rows of one key are alike or differ."""
    types = {column.name: column.type for column in source.columns.values()}
    if source.contact:
        types.setdefault(CONTACT_ID, TEXT)
    if source.time:
        types.setdefault(source.time, TIMESTAMP)
    if source.delivery == "changes":
        types.setdefault(DELETED, BOOLEAN)
    return types


def joined_texts(parts: list[pa.Array]) -> pa.Array:
    """One text a row from several: each behind its length, so that none runs into the next, a missing one as -."""
    texts = [pc.fill_null(pc.binary_join_element_wise(_length(part), part, ":"), "-") for part in parts]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "/")


def _length(texts: pa.Array) -> pa.Array:
    return pc.binary_length(texts).cast(pa.string())


def _equal_texts(values: pa.Array, kind: ColumnType, folded: bool = False) -> pa.Array:
    """Each value as a text that it shares with its equals alone; null where missing."""
    match kind.name:
        case "text":
            return _respelled(values, fold) if kind.fold or folded else values
        case "choice":
            return values
        case "version":
            return _respelled(values, lambda text: version_text(version_parts(text)))
        case "choices":
            return pc.binary_join(values, "|")
        case "integer" | "decimal" | "boolean":
            return values.cast(pa.string())
        case "date":
            return values.cast(pa.int32()).cast(pa.string())
        case "timestamp":
            return values.cast(pa.int64()).cast(pa.string())
        case "float":
            return pc.add(values, 0.0).cast(pa.string())  # so that -0.0 is 0.0
        case "point":
            known = pc.is_valid(values)
            sides = [_equal_texts(values.field(side), FLOAT) for side in ("latitude", "longitude")]
            return pc.if_else(known, pc.binary_join_element_wise(*sides, ","), pa.scalar(None, pa.string()))
        case _:
            assert_never(kind.name)


def _respelled(texts: pa.Array, respell: Callable[[str], str]) -> pa.Array:
    return of_distinct(texts, respell, pa.string()).values
