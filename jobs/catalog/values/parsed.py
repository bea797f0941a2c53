"""What becomes of a column's cells: values, and which cells hold something that is no value of the column's type.

Masks are NumPy arrays of booleans, one for each row; None stands for "nowhere", which nearly every column is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Parsed:
    """`values` is null where the cell was missing or wrong; `wrong` is true where something else stood there.

    `outside` of timestamps: where what stood there is one, but beyond the years that can be stored.
    """

    values: pa.Array
    wrong: Mask | None = None
    outside: Mask | None = None

    def blaming(self, wrong: Mask | None) -> Parsed:
        """The same, with these cells wrong as well."""
        return replace(self, wrong=either(self.wrong, wrong))


def as_mask(array: pa.Array) -> Mask:
    """A boolean array's trues; nulls are false."""
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False)


def either(*masks: Mask | None) -> Mask | None:
    """True where any is; None when none is given."""
    given = [mask for mask in masks if mask is not None]
    return np.logical_or.reduce(given) if given else None


def present(array: pa.Array) -> Mask:
    """Where something stands."""
    if not array.null_count:
        return np.ones(len(array), dtype=np.bool_)
    return pc.is_valid(array).to_numpy(zero_copy_only=False)


def some(mask: Mask) -> Mask | None:
    """The mask, None when it is false everywhere."""
    return mask if mask.any() else None


def booleans(mask: Mask) -> pa.Array:
    """A mask as an Arrow array, without a detour over Python values."""
    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, _bits(mask)])


def _bits(mask: Mask) -> pa.Buffer:
    return pa.py_buffer(np.packbits(mask, bitorder="little").tobytes())


def only(array: pa.Array, mask: Mask) -> pa.Array:
    """The values where the mask is true, null elsewhere."""
    return array if mask.all() else pc.if_else(booleans(mask), array, pa.scalar(None, array.type))


def one_by_one(texts: pa.Array, read: Callable[[Any], object], kind: pa.DataType) -> Parsed:
    """Each text read in Python; ValueError makes it a wrong one. For the odd ones: a million take a second or two."""
    values: list[Any] = []
    wrong = np.zeros(len(texts), dtype=np.bool_)
    for row, text in enumerate(texts.to_pylist()):
        value = None
        if text is not None:
            try:
                value = read(text)
            except ValueError:
                wrong[row] = True
        values.append(value)
    return Parsed(pa.array(values, kind), some(wrong))


def of_distinct(texts: pa.Array, read: Callable[[Any], object], kind: pa.DataType) -> Parsed:
    """The same, each distinct text read once."""
    coded = texts.dictionary_encode()
    read_ones = one_by_one(coded.dictionary, read, kind)
    values = read_ones.values.take(coded.indices)
    if read_ones.wrong is None:
        return Parsed(values)
    return Parsed(values, some(as_mask(booleans(read_ones.wrong).take(coded.indices))))


def from_numbers(numbers: NDArray[Any], known: Mask, kind: pa.DataType, words: int = 1) -> pa.Array:
    """An array of int64, instants, dates or (two words each) decimals from NumPy integers, null where not known."""
    width = np.int32 if pa.types.is_date32(kind) else np.int64
    data = pa.py_buffer(np.ascontiguousarray(numbers, dtype=width).tobytes())
    return pa.Array.from_buffers(kind, len(numbers) // words, [None if known.all() else _bits(known), data])
