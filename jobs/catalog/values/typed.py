"""Cells that have a type already, checked against the column's: the same value exactly, or wrong.

An integer is a decimal is a float where nothing is lost; a double is the decimal that it is nearest to, if it is one; a
timestamp without a zone is a date at midnight. A whole number is a text by its digits. Texts are read as CSV's are,
whatever the format; `written` is about them alone.
"""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.types import ColumnType
from jobs.catalog.values.cells import FLAG, LIST, NUMBER, TEXT, Cells, plain_texts
from jobs.catalog.values.layout import arrow_type
from jobs.catalog.values.parsed import Mask, Parsed, as_mask, booleans, either, of_distinct, only, present, some
from jobs.catalog.values.texts import parse_texts
from jobs.catalog.values.typed_numbers import typed_decimals, typed_floats, typed_integers
from jobs.catalog.values.typed_times import typed_dates, typed_timestamps
from jobs.catalog.written import AS_USUAL, WrittenForm
from jobs.syntax.zones import Zone

_SORTS: dict[str, tuple[int, ...]] = {
    "integer": (TEXT, NUMBER), "decimal": (TEXT, NUMBER), "float": (TEXT, NUMBER), "point": (TEXT, NUMBER),
    "boolean": (TEXT, FLAG), "choices": (TEXT, LIST),
}  # fmt: skip
"""What JSON may write for a type; only texts for the others."""

_EXPONENT = re.compile(r"[eE]([+-]?[0-9]{1,3})\Z")


def parse_cells(column: ColumnType, written: WrittenForm, cells: Cells, zone: Zone) -> Parsed:
    """The values of one column's cells. A point's coordinates are read as floats, one column at a time."""
    cells = cells.tidied(written)
    if column.name == "text":
        return plain_texts(cells)
    if not cells.are_texts:
        return _parse_typed(column, cells.array, zone)
    texts = cells.texts()
    other = cells.sort_outside(*_SORTS.get(column.name, (TEXT,)))
    if column.name == "decimal" and cells.sorts is not None:
        texts = _without_exponents(texts, cells.sorts == NUMBER)
    return _parse_sorts(
        column, written, Cells(texts if other is None else only(texts, ~other), cells.sorts), zone
    ).blaming(other)


def _parse_sorts(column: ColumnType, written: WrittenForm, cells: Cells, zone: Zone) -> Parsed:
    """Texts as the catalog says that they are written, and what JSON has sorts of its own for as JSON writes it."""
    if cells.sorts is None or written.is_default:
        return parse_texts(column, written, cells.array, zone)
    is_text = cells.sorts == TEXT
    texts = parse_texts(column, written, only(cells.array, is_text), zone)
    others = parse_texts(column, AS_USUAL, only(cells.array, ~is_text), zone)
    wrong, outside = either(texts.wrong, others.wrong), either(texts.outside, others.outside)
    return Parsed(pc.if_else(booleans(is_text), texts.values, others.values), wrong, outside)


def _without_exponents(texts: pa.Array, numbers: Mask) -> pa.Array:
    """JSON's numbers with their exponents written out, where that takes a few digits: 1.5e1 is 15.

    Only for decimals, of which every spelling is one value; the others stay, to be wrong.
    """

    def written_out(text: str) -> str:
        exponent = _EXPONENT.search(text)
        if exponent is None or abs(int(exponent[1])) > 40 or len(text) > 40:
            return text
        return f"{Decimal(text):f}"

    if not (numbers & as_mask(pc.match_substring_regex(texts, "[eE]"))).any():
        return texts
    return pc.if_else(booleans(numbers), of_distinct(only(texts, numbers), written_out, pa.string()).values, texts)


def _parse_typed(column: ColumnType, array: pa.Array, zone: Zone) -> Parsed:
    if pa.types.is_null(array.type):
        return Parsed(pa.nulls(len(array), _carried(column)))
    parsed = None
    match column.name:
        case "integer":
            parsed = typed_integers(array)
        case "decimal":
            parsed = typed_decimals(column, array)
        case "float" | "point":
            parsed = typed_floats(array)
        case "boolean" if pa.types.is_boolean(array.type):
            parsed = Parsed(array)
        case "choices":
            parsed = _choices(column, array, zone)
        case "date":
            parsed = typed_dates(array)
        case "timestamp":
            parsed = typed_timestamps(array, zone)
        case _:
            pass  # words are texts and nothing else
    return parsed or Parsed(pa.nulls(len(array), _carried(column)), some(present(array)))


def _carried(column: ColumnType) -> pa.DataType:
    return pa.float64() if column.name == "point" else arrow_type(column)


def _choices(column: ColumnType, array: pa.Array, zone: Zone) -> Parsed | None:
    """A list of texts is the text with | between them, unless one of them holds a | itself, or is empty or missing."""
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)):
        return None
    if not (pa.types.is_string(array.type.value_type) or pa.types.is_large_string(array.type.value_type)):
        return None
    parents, elements = pc.list_parent_indices(array), array.flatten()
    odd = pc.fill_null(pc.or_(pc.match_substring(elements, "|"), pc.equal(elements, "")), True)
    wrong = np.zeros(len(array), dtype=np.bool_)
    wrong[parents.filter(odd).to_numpy()] = True
    joined = pc.binary_join(array, "|").cast(pa.string())
    parsed = parse_texts(column, AS_USUAL, Cells(only(joined, ~wrong)).texts(), zone)
    return Parsed(parsed.values, some(wrong) if parsed.wrong is None else parsed.wrong | wrong)
