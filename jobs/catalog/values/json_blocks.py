"""Many lines of JSON at once, by Arrow's reader, where that is sure to give what `json_rows.py` gives line by line.

What makes it sure, and where it is not so nothing is read here: every line starts with `{` and ends with `}`, and msgspec,
which is as strict as JSON is, finds as many objects as there are lines, so each line is one object (Arrow alone would take
NaN and two objects on a line, and crash at a bare null). Arrow refuses keys that are there twice, escaped ones too. A column
is read as one sort of value, and nothing else passes in it. Decimals are searched for digits that their type has no room
for: Arrow would drop zeros. What nobody reads is read all the same, for its keys; of several sorts it is left line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

from jobs.catalog.model import Source
from jobs.catalog.types import ColumnType
from jobs.catalog.values.cells import FLAG, LIST, NUMBER, TEXT, Cells
from jobs.catalog.values.json_rows import JsonRow, json_cell
from jobs.catalog.values.layout import arrow_type
from jobs.catalog.values.typed_batches import types_read

_LF, _CR, _OPENS, _CLOSES = b"\n\r{}"
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_ .-]+\Z")
_ESCAPED_LETTER = r"\\u00[2-7]"
"""How a plain key could be written otherwise."""


class _AnyObject(msgspec.Struct):
    """Whatever keys it has: they are looked at, and left."""


_OBJECTS = msgspec.json.Decoder(_AnyObject)


@dataclass(frozen=True, eq=False)
class JsonBlock:
    """The columns of some lines, and all keys that these have."""

    cells: Mapping[str, Cells]
    rows: int
    keys: Sequence[str]


class BlockReader:
    """Reads blocks of one file, once it has learned from some rows what its columns look like."""

    def __init__(self, source: Source, names: Sequence[str]) -> None:
        self._names = names
        self._types = types_read(source)
        self._sorts: dict[str, int] = {}

    @property
    def has_learned(self) -> bool:
        return bool(self._sorts)

    def learn(self, rows: Sequence[JsonRow]) -> None:
        """From now on a column is expected to be of the sort that most of its values here have."""
        for name in {name for row in rows for name in row}:
            sorts = Counter(json_cell(row[name])[1] for row in rows if row.get(name) is not None)
            if sorts:
                self._sorts[name] = sorts.most_common(1)[0][0]

    def read(self, block: bytes) -> JsonBlock | None:
        """The lines of a block, the last one ended too; None where it is not sure that they mean what Arrow reads."""
        schema = self._schema()
        lines = _objects(block)
        if schema is None or lines is None or self._has_odd_decimals(block, schema):
            return None
        try:
            table = arrow_json.read_json(
                pa.BufferReader(block),
                read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(block) + 1),
                parse_options=arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="infer"),
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        if table.num_rows != lines:
            return None
        arrays = {name: _whole(table[name]) for name in self._names if name in table.column_names}
        if any(self._is_unsure(name, array, schema) for name, array in arrays.items()):
            return None
        absent = {name: pa.nulls(lines, pa.string()) for name in self._names if name not in arrays}
        cells = {name: Cells(array) for name, array in {**absent, **arrays}.items()}
        return JsonBlock(cells, lines, table.column_names)

    def _is_unsure(self, name: str, array: pa.Array, schema: pa.Schema) -> bool:
        """A column that nobody knew of was read as Arrow guessed; `-0` of a text is not `0`."""
        if name not in schema.names:
            return array.null_count < len(array)
        is_text = any(kind.name == "text" for kind in self._types[name])
        return is_text and pa.types.is_integer(array.type) and bool(pc.any(pc.equal(array, 0)).as_py())

    def _schema(self) -> pa.Schema | None:
        """What each key that has been seen is to be read as; None where one of the source's columns cannot be."""
        fields: list[pa.Field] = []
        for name, sort in self._sorts.items():
            kind = _kind(name, sort, self._types[name]) if name in self._types else _kind_of_unread(name, sort)
            if kind is not None:
                fields.append(pa.field(name, kind))
            elif name in self._types:
                return None
        return pa.schema(fields)

    def _has_odd_decimals(self, block: bytes, schema: pa.Schema) -> bool:
        patterns = [
            _odd_decimal(field.name, field.type.precision, field.type.scale)
            for field in schema
            if pa.types.is_decimal(field.type)
        ]
        if not patterns:
            return False
        odd = pc.match_substring_regex(pa.array([block], pa.binary()), "|".join([_ESCAPED_LETTER, *patterns]))
        return bool(odd[0].as_py())


def _objects(block: bytes) -> int | None:
    """How many lines there are, each one object by itself; None where that is not so, or not seen at once."""
    letters = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(letters == _LF)
    last = ends - 1 - (letters[ends - 1] == _CR)  # of a block that starts with a line end it is not `}`
    starts = letters[ends[:-1] + 1]
    if letters[0] != _OPENS or not (letters[last] == _CLOSES).all() or not (starts == _OPENS).all():
        return None
    try:
        block.decode("utf-8")
        objects = len(_OBJECTS.decode_lines(block))
    except (UnicodeDecodeError, msgspec.MsgspecError, RecursionError):
        return None
    return objects if objects == len(ends) else None


def _kind(name: str, sort: int, types: Sequence[ColumnType]) -> pa.DataType | None:
    """What a column of the source is read as, so that what passes is what a line at a time would give."""
    first, names = types[0], {kind.name for kind in types}
    match sort:
        case _ if sort == TEXT:
            return pa.string()
        case _ if sort == FLAG and names == {"boolean"}:
            return pa.bool_()
        case _ if sort == LIST and names == {"choices"}:
            return pa.list_(pa.string())
        case _ if sort == NUMBER and names <= {"integer", "text"}:
            return pa.int64()
        case _ if sort == NUMBER and names == {"float"}:
            return pa.float64()
        case _ if sort == NUMBER and names == {"decimal"} and len(set(types)) == 1 and _PLAIN_KEY.match(name):
            return arrow_type(first)
        case _:
            return None


def _kind_of_unread(name: str, sort: int) -> pa.DataType | None:
    """Of what nobody reads only texts are worth knowing: Arrow would try whether they are instants."""
    return pa.string() if sort == TEXT and name.isascii() else None  # half a surrogate pair is no name of Arrow's


def _odd_decimal(name: str, precision: int, scale: int) -> str:
    """A number of that key with more digits than there is room for, before the point or behind it, or an exponent."""
    long, fine = f"[0-9]{{{precision - scale + 1}}}", rf"\.[0-9]{{{scale + 1}}}"
    return rf'"{re.escape(name)}"\s*:\s*-?(?:{long}|[0-9]+(?:{fine}|(?:\.[0-9]+)?[eE]))'


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
