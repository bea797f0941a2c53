"""Typed Arrow columns as vectors: the one place where a delivered value becomes a number or a code.

Words are codes into a dictionary that stands in the type's own order (text, choice and choices by code point, versions by
their parts), so that a greater code is a greater value. Folded text is stored folded, choices sorted and joined by "|",
versions without zeros at the end. Missing values are 0 (numbers) or -1 (words) and not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.types import WORDS, ColumnType, fold, version_parts, version_text
from jobs.kernel.bucket_rows import Vector
from jobs.language.atoms import Literal_

MISSING_CODE = -1


def choices_text(chosen: Iterable[str]) -> str:
    return "|".join(sorted({choice for choice in chosen if choice}))


def canonical(kind: ColumnType) -> Callable[[str], str] | None:
    """How one written word becomes the word that is stored; None: as it is."""
    match kind.name:
        case "version":
            return lambda text: version_text(version_parts(text))
        case "choices":
            return lambda text: choices_text(text.split("|"))
        case "text" if kind.fold:
            return fold
        case _:
            return None


def distinct_words(words: Iterable[str], kind: ColumnType) -> tuple[str, ...]:
    """Distinct words in the order of their type."""
    return tuple(sorted(set(words), key=version_parts if kind.name == "version" else None))


def stored_literal(value: Literal_, kind: ColumnType) -> int | float | str:
    """A computed column's literal as its vector stores it."""
    match kind.name, value:
        case "version", tuple():
            return version_text(int(part) for part in value)
        case "choices", tuple():
            return choices_text(map(str, value))
        case _, str():
            spell = canonical(kind)
            return value if spell is None else spell(value)
        case "float", int() | float() | Decimal():
            return float(value)
        case _, int() | Decimal():
            return int(Decimal(value).scaleb(kind.scale))
        case _:
            raise AssertionError(f"no literal of type {kind} is a {type(value).__name__}")


def vector_of(column: pa.Array | pa.ChunkedArray, kind: ColumnType) -> Vector:
    """A typed Arrow column as a vector."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):  # combining no chunks at all gives none
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if kind.name in WORDS:
        return _words(array, kind)
    if kind.name == "point":
        return _point(array, kind)
    known = known_of(array)
    return Vector(kind, np.where(known, _numbers(array, kind), 0), known)


def known_of(array: pa.Array) -> NDArray[np.bool_]:
    if array.null_count == 0:
        return np.ones(len(array), np.bool_)
    return array.is_valid().to_numpy(zero_copy_only=False)


def fixed_width(array: pa.Array, dtype: Any, each: int = 1) -> NDArray[Any]:
    """The values' memory itself, `each` numbers a value; what stands where a value is missing is undefined."""
    buffer = array.buffers()[1]
    if buffer is None or len(array) == 0:
        return np.zeros(0, dtype)
    numbers = np.frombuffer(buffer, dtype)
    return numbers[array.offset * each : (array.offset + len(array)) * each : each]


def _numbers(array: pa.Array, kind: ColumnType) -> NDArray[Any]:
    match kind.name:
        case "decimal":
            wanted = pa.decimal128(38, kind.scale)
            exact = (
                array if pa.types.is_decimal128(array.type) and array.type.scale == kind.scale else array.cast(wanted)
            )
            return fixed_width(exact, np.int64, 2)  # |value| < 10^18: the low half of 128 bits is all of it
        case "boolean":
            return array.cast(pa.int8()).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        case "date":
            return fixed_width(array.cast(pa.date32()), np.int32).astype(np.int64)
        case "timestamp":
            return fixed_width(array.cast(pa.timestamp("us", "UTC")), np.int64)
        case "float":
            return fixed_width(array.cast(pa.float64()), np.float64)
        case _:
            return fixed_width(array.cast(pa.int64()), np.int64)


def _words(array: pa.Array, kind: ColumnType) -> Vector:
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        array = pc.binary_join(array, "|")
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    written: list[str] = encoded.dictionary.to_pylist()
    codes = encoded.indices.fill_null(MISSING_CODE).to_numpy(zero_copy_only=False).astype(np.int32)
    spell = canonical(kind)
    stored = written if spell is None else [spell(word) if word else "" for word in written]
    return words_vector(codes, stored, kind)


def words_vector(codes: NDArray[np.integer], written: Sequence[str], kind: ColumnType) -> Vector:
    """A vector of codes into any list of stored words: unordered, repeated and empty ones are put right."""
    dictionary = distinct_words((word for word in written if word), kind)
    place = {word: code for code, word in enumerate(dictionary)}
    moved = np.fromiter((place.get(word, MISSING_CODE) for word in (*written, "")), np.int32, len(written) + 1)
    new = moved[codes]  # -1 takes the last one, which is missing
    return Vector(kind, new, new >= 0, dictionary)


def _point(array: pa.Array, kind: ColumnType) -> Vector:
    latitude, longitude = array.field("latitude"), array.field("longitude")
    known = known_of(array) & known_of(latitude) & known_of(longitude)
    return Vector(
        kind,
        np.where(known, fixed_width(latitude, np.float64), 0.0),
        known,
        longitude=np.where(known, fixed_width(longitude, np.float64), 0.0),
    )


def taken(vector: Vector, rows: NDArray[np.integer]) -> Vector:
    """The vector at these rows; -1 gives missing."""
    inside = rows >= 0
    if not vector.values.size:
        return missing_vector(vector.type, rows.size)
    known = vector.known[rows] & inside
    blank = MISSING_CODE if vector.type.name in WORDS else 0
    values = vector.values[rows]
    if not inside.all():
        values = np.where(inside, values, np.asarray(blank, values.dtype))
    longitude = None if vector.longitude is None else vector.longitude[rows]
    return replace(vector, values=values, known=known, longitude=longitude)


def missing_vector(kind: ColumnType, size: int) -> Vector:
    known = np.zeros(size, np.bool_)
    if kind.name in WORDS:
        return Vector(kind, np.full(size, MISSING_CODE, np.int32), known)
    if kind.name in ("float", "point"):
        empty = np.zeros(size, np.float64)
        return Vector(kind, empty, known, longitude=empty if kind.name == "point" else None)
    return Vector(kind, np.zeros(size, np.int64), known)


def dense(vector: Vector, position: NDArray[np.integer], width: int) -> Vector:
    """One value for each position, from rows of which each position has at most one."""
    rows = np.full(width, -1, np.int32)
    rows[position] = np.arange(position.size, dtype=np.int32)
    return taken(vector, rows)


def joined(vectors: Sequence[Vector], kind: ColumnType) -> Vector:
    """One vector from several, dictionaries merged."""
    if not vectors:
        return missing_vector(kind, 0)
    if len(vectors) == 1:
        return vectors[0]
    known = np.concatenate([vector.known for vector in vectors])
    if kind.name not in WORDS:
        longitudes = [vector.longitude for vector in vectors if vector.longitude is not None]
        return Vector(
            kind,
            np.concatenate([vector.values for vector in vectors]),
            known,
            longitude=np.concatenate(longitudes) if longitudes else None,
        )
    dictionary, moves = merged([vector.dictionary for vector in vectors], kind)
    codes = [move[vector.values] for move, vector in zip(moves, vectors, strict=True)]
    return Vector(kind, np.concatenate(codes), known, dictionary)


def merged(
    dictionaries: Sequence[tuple[str, ...]], kind: ColumnType
) -> tuple[tuple[str, ...], list[NDArray[np.int32]]]:
    """The union in order, and for each dictionary the new codes of its own (the last of each: -1 stays -1)."""
    first = dictionaries[0]
    if all(dictionary == first for dictionary in dictionaries):
        same = np.append(np.arange(len(first), dtype=np.int32), np.int32(MISSING_CODE))
        return first, [same] * len(dictionaries)
    union = distinct_words((word for dictionary in dictionaries for word in dictionary), kind)
    place = {word: code for code, word in enumerate(union)}
    moves = [
        np.fromiter((*(place[word] for word in dictionary), MISSING_CODE), np.int32, len(dictionary) + 1)
        for dictionary in dictionaries
    ]
    return union, moves
