"""Text to value, for each type: the whole column is matched with one expression and cast at once.

The expressions are RE2's, so their time is linear in the text whatever it holds. No number passes through a float on its
way to an integer or a decimal.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.exact import GREATEST_WHOLE, LEAST_WHOLE
from jobs.catalog.time_patterns import TimePattern
from jobs.catalog.types import ColumnType
from jobs.catalog.values.instants import parse_dates, parse_timestamps
from jobs.catalog.values.layout import arrow_type
from jobs.catalog.values.parsed import Parsed, as_mask, of_distinct, only, present, some
from jobs.catalog.values.pattern_times import parse_epochs, parse_pattern_dates, parse_pattern_timestamps
from jobs.catalog.values.tidy_texts import plain_numbers
from jobs.catalog.written import WrittenForm
from jobs.syntax.literals import TEXT_LIMIT, VERSION_PART_DIGITS
from jobs.syntax.zones import Zone

_INTEGER = r"^-?0*[0-9]{1,18}\z"
_LONG_INTEGER = r"^-?[0-9]{19,}\z"
_FLOAT = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\z"
_VERSION = rf"^0*[0-9]{{1,{VERSION_PART_DIGITS}}}(\.0*[0-9]{{1,{VERSION_PART_DIGITS}}})*\z"


def parse_texts(column: ColumnType, written: WrittenForm, texts: pa.Array, zone: Zone) -> Parsed:
    """The values of a column of tidied texts, null where missing; `zone` is that of timestamps without an offset."""
    match column.name:
        case "text":
            return Parsed(texts)
        case "choice":
            return _among(texts, as_mask(pc.is_in(texts, pa.array(column.values, pa.string()))))
        case "choices":
            return of_distinct(texts, _reader_of_choices(column, written.separator or "|"), arrow_type(column))
        case "integer":
            return _integers(plain_numbers(texts, written))
        case "decimal":
            return _decimals(column, plain_numbers(texts, written))
        case "float" | "point":
            return parse_floats(plain_numbers(texts, written))
        case "boolean":
            return _booleans(texts, written)
        case "version":
            right = as_mask(pc.match_substring_regex(texts, _VERSION))
            return _among(texts, right & as_mask(pc.less_equal(pc.utf8_length(texts), TEXT_LIMIT)))
        case "date":
            return parse_dates(texts) if written.date is None else parse_pattern_dates(texts, written.date)
        case "timestamp":
            return _timestamps(texts, written, zone)


def _timestamps(texts: pa.Array, written: WrittenForm, zone: Zone) -> Parsed:
    match written.timestamp:
        case None:
            return parse_timestamps(texts, zone)
        case TimePattern() as pattern:
            return parse_pattern_timestamps(texts, pattern, zone)
        case epoch:
            return parse_epochs(texts, epoch)


def _booleans(texts: pa.Array, written: WrittenForm) -> Parsed:
    words = pa.array([*written.true_words, *written.false_words], pa.string())
    values = pc.less(pc.index_in(texts, words), len(written.true_words))
    return Parsed(values, some(present(texts) & ~present(values)))


def parse_floats(texts: pa.Array) -> Parsed:
    """The double nearest to each number; what is no number or beyond every double is wrong."""
    right = as_mask(pc.match_substring_regex(texts, _FLOAT))
    values = only(texts, right).cast(pa.float64())
    right &= as_mask(pc.is_finite(values))
    return Parsed(only(values, right), some(present(texts) & ~right))


def _among(texts: pa.Array, right: np.ndarray) -> Parsed:
    return Parsed(only(texts, right), some(present(texts) & ~right))


def _integers(texts: pa.Array) -> Parsed:
    right = as_mask(pc.match_substring_regex(texts, _INTEGER))
    wrong = some(present(texts) & ~right)
    short = only(texts, right).cast(pa.int64())
    if wrong is None:
        return Parsed(short)
    long = of_distinct(only(texts, as_mask(pc.match_substring_regex(texts, _LONG_INTEGER))), _long_integer, pa.int64())
    wrong &= ~present(long.values)
    return Parsed(pc.coalesce(short, long.values), some(wrong))


def _long_integer(text: str) -> int:
    """Nineteen digits and more: some still fit into 64 bits."""
    digits = text.lstrip("-").lstrip("0")
    number = int(text) if len(digits) <= 19 else GREATEST_WHOLE + 1
    if not LEAST_WHOLE <= number <= GREATEST_WHOLE:
        raise ValueError(f"found {len(digits)} digits, expected a whole number of 64 bits")
    return number


def _decimals(column: ColumnType, texts: pa.Array) -> Parsed:
    before = column.precision - column.scale
    whole = rf"0*[0-9]{{1,{before}}}" if before else "0+"
    fraction = rf"(\.[0-9]{{1,{column.scale}}})?" if column.scale else ""
    right = as_mask(pc.match_substring_regex(texts, rf"^-?{whole}{fraction}\z"))
    return Parsed(only(texts, right).cast(arrow_type(column)), some(present(texts) & ~right))


def _reader_of_choices(column: ColumnType, separator: str) -> Callable[[str], list[str]]:
    listed = frozenset(column.values)

    def read(text: str) -> list[str]:
        choices = set(text.split(separator))
        if not choices <= listed:
            raise ValueError("a value that the catalog does not list")
        return sorted(choices)

    return read
