"""What a wrong value of a column is not, in words: for problems, and for whoever counts them."""

from __future__ import annotations

from jobs.catalog.types import ColumnType
from jobs.catalog.written import WrittenForm
from jobs.syntax.nodes import shown
from jobs.syntax.word_lists import alternatives

_IN_COUNTS = {
    "epoch_seconds": "a whole number of seconds since 1970",
    "epoch_milliseconds": "a whole number of milliseconds since 1970",
}


def expected(column: ColumnType, written: WrittenForm) -> str:
    """`a decimal(12,2)`, `a date as DD.MM.YYYY`, `Ja or Nein`: the form is the catalog's, the value nobody's."""
    match column.name:
        case "text" | "version":
            return "a text" if column.name == "text" else "a version of digits and dots"
        case "choice":
            return "one of the catalog's values"
        case "choices":
            return f"a set of the catalog's values, with {written.separator or '|'} between them"
        case "boolean":
            return alternatives(map(_word, (*(written.true or ("true",)), *(written.false or ("false",)))))
        case "date":
            return f"a date as {written.date or 'YYYY-MM-DD'}"
        case "timestamp":
            return _timestamp(written)
        case "integer" | "decimal" | "float" | "point":
            return _number(column) + _marks(column, written)


def _timestamp(written: WrittenForm) -> str:
    if written.timestamp is None:
        return "a timestamp as YYYY-MM-DDTHH:MM:SS, with or without an offset, or a date"
    return _IN_COUNTS.get(str(written.timestamp), f"a timestamp as {written.timestamp}")


def _number(column: ColumnType) -> str:
    numbers = {
        "integer": "a whole number of 64 bits",
        "float": "a finite number",
        "point": "a latitude from -90 to 90 and a longitude from -180 to 180",
    }
    return numbers.get(column.name, f"a {column}")


def _marks(column: ColumnType, written: WrittenForm) -> str:
    mark = f"{shown(written.decimal_mark)} before decimals" if written.decimal_mark and column.name != "integer" else ""
    group = f"{shown(written.group_mark)} between groups of three" if written.group_mark else ""
    said = " and ".join(filter(None, (mark, group)))
    return f", with {said}" if said else ""


def _word(word: str) -> str:
    return word if word.isalnum() else shown(word)
