"""Texts before they are read as values: what `written` takes off them, and numbers in the one form that is read.

In this order: white space at the ends, words that mean missing, marks between digits. Every step leaves a text that is not
by the catalog wrong for whoever reads it.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.values.digit_groups import without_groups
from jobs.catalog.values.parsed import as_mask, only
from jobs.catalog.written import WrittenForm


def tidied(texts: pa.Array, written: WrittenForm) -> pa.Array:
    """The texts without white space at their ends and without words for missing; the empty text is missing."""
    if written.trim:
        trimmed = pc.utf8_trim_whitespace(texts)
        texts = only(trimmed, ~as_mask(pc.equal(trimmed, "")))
    if written.missing:
        texts = only(texts, ~as_mask(pc.is_in(texts, pa.array(written.missing, pa.string()))))
    return texts


def plain_numbers(texts: pa.Array, written: WrittenForm) -> pa.Array:
    """Numbers with a point before their decimals and nothing between groups; a text that is no such number is none after."""
    decimal_mark, group_mark = written.decimal_mark or ".", written.group_mark
    if group_mark.isascii() and group_mark:
        texts = without_groups(texts, group_mark)
    elif group_mark:
        texts = _without_long_marks(texts, decimal_mark, group_mark)
    if decimal_mark == ".":
        return texts
    if decimal_mark.isascii():
        return _swapped(texts, decimal_mark)
    return pc.replace_substring(pc.replace_substring(texts, ".", ","), decimal_mark, ".")


def _without_long_marks(texts: pa.Array, decimal_mark: str, group_mark: str) -> pa.Array:
    group, mark = re.escape(group_mark), re.escape(decimal_mark)
    grouped = pc.match_substring_regex(texts, rf"^-?[0-9]{{1,3}}(?:{group}[0-9]{{3}})+(?:{mark}[0-9]|[eE]|\z)")
    return pc.if_else(pc.fill_null(grouped, False), pc.replace_substring(texts, group_mark, ""), texts)


def _swapped(texts: pa.Array, mark: str) -> pa.Array:
    """The mark and the point in each other's place: a point that stood there is then wrong."""
    valid, ends, data = texts.buffers()
    if data is None:
        return texts
    table = bytes.maketrans(f"{mark}.".encode(), f".{mark}".encode())
    swapped = pa.py_buffer(data.to_pybytes().translate(table))
    return pa.Array.from_buffers(texts.type, len(texts), [valid, ends, swapped], offset=texts.offset)
