"""A column as it was delivered, before anybody asked what type it should have.

CSV gives texts. JSON gives the same texts, numbers as they are written, with the sort of each cell beside them. Parquet,
Delta and JDBC give arrays that have a type already.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.parsed import Mask, Parsed, as_mask, booleans, only, present, some
from jobs.catalog.values.tidy_texts import tidied
from jobs.catalog.written import WrittenForm

TEXT, NUMBER, FLAG, LIST, OTHER = range(5)
"""Sorts of JSON's cells; a list of texts is written with | between them, everything else nested is OTHER."""


@dataclass(frozen=True, eq=False)
class Cells:
    """`array` as delivered; `sorts` of JSON's cells, which are all texts in `array`."""

    array: pa.Array
    sorts: NDArray[np.int8] | None = None

    @property
    def are_texts(self) -> bool:
        kind = self.array.type
        return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)

    def head(self, rows: int) -> Cells:
        """The first so many."""
        return Cells(self.array.slice(0, rows), None if self.sorts is None else self.sorts[:rows])

    def texts(self) -> pa.Array:
        """As texts, the empty one missing."""
        texts = self.array if self.array.type == pa.string() else self.array.cast(pa.string())
        empty = pc.equal(texts, "")
        if not pc.any(empty).as_py():
            return texts
        return pc.if_else(empty, pa.scalar(None, pa.string()), texts)

    def tidied(self, written: WrittenForm) -> Cells:
        """Texts as `written` trims them and takes them for missing; everything else as it is."""
        if not self.are_texts or not (written.trim or written.missing):
            return self
        texts = self.texts()
        if self.sorts is None:
            return Cells(tidied(texts, written))
        is_text = booleans(self.sorts == TEXT)
        return Cells(pc.if_else(is_text, tidied(texts, written), texts), self.sorts)

    def sort_outside(self, *allowed: int) -> Mask | None:
        """Where JSON wrote something of another sort."""
        if self.sorts is None:
            return None
        return some(present(self.array) & ~np.isin(self.sorts, allowed))


def plain(array: pa.Array) -> pa.Array:
    """One array of values, whatever it was encoded as."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def plain_texts(cells: Cells) -> Parsed:
    """The cells as texts, as they are. A whole number is the text of its digits, if JSON has it written as one.

    Any other number is wrong: 4.36641e11 and 7.0 are some writer's spelling, not the id that was meant.
    """
    kind = cells.array.type
    if cells.are_texts:
        texts = cells.texts()
        outside = cells.sort_outside(TEXT)
        if outside is None:
            return Parsed(texts)
        right = ~outside | (as_mask(pc.match_substring_regex(texts, r"^-?[0-9]+\z")) & (cells.sorts == NUMBER))
        return Parsed(only(texts, right), some(~right))
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0) or pa.types.is_null(kind):
        return Parsed(cells.array.cast(pa.string()))
    return Parsed(pa.nulls(len(cells.array), pa.string()), some(present(cells.array)))
