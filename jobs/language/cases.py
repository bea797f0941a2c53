"""`cases` of a computed column: the value of the first case whose condition is true; none: missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from jobs.catalog import keys
from jobs.catalog.exact import holds
from jobs.catalog.model import Column
from jobs.catalog.types import ColumnType, TypeName
from jobs.language.atoms import Case, Cases, Literal_
from jobs.language.context import Context
from jobs.language.intervals import plain
from jobs.language.suggestions import suggestion
from jobs.syntax.literals import (
    read_boolean,
    read_date,
    read_date_or_moment,
    read_number,
    read_text,
    read_version,
)
from jobs.syntax.nodes import Json, Node, Problems, shown
from jobs.syntax.shapes import read_list, read_scalar, whole_list


def read_cases(node: Node, column: Column, context: Context) -> Cases | None:
    """The cases in their order; None when one of them is a problem (all are reported)."""
    if column.type.name == "point":
        context.problems.add(node, "found cases for a point, expected another type: no point can be written")
        return None
    if not isinstance(node.value, list) or not node.value:
        context.problems.add(node, f"found {node.found()}, expected a list of cases, at least one")
        return None
    cases = whole_list(_read_case(child, column, context) for child in node.items())
    return None if cases is None else Cases(tuple(cases))


def _read_case(node: Node, column: Column, context: Context) -> Case | None:
    fields = keys.CASE.read(node, context.problems)
    written, decided_by = fields.get(keys.CASE_IS), fields.get(keys.CASE_WHEN)
    value = None if written is None else read_literal(written, column.type, context.problems)
    when = None if decided_by is None else context.read(decided_by)
    return Case(when.lower(), value) if fields.fine and value is not None and when is not None else None


def read_literal(node: Node, column: ColumnType, problems: Problems) -> Literal_ | None:
    """A value of the column's type, as it could stand in the data."""
    if column.name == "choices":
        words = read_list(
            node, lambda child: read_scalar(child, lambda value: _word(value, column), problems), problems
        )
        return None if words is None else tuple(sorted(set(words)))
    return read_scalar(node, lambda value: _LITERALS[column.name](value, column), problems)


def _word(value: Json, column: ColumnType) -> str:
    text = read_text(value)
    if not text:
        raise ValueError("found an empty text, which is a missing value; leave the case out")
    if column.values and text not in column.values:
        raise ValueError(f"found {shown(text)}, expected one of the column's values{suggestion(text, column.values)}")
    return text


def _exact(value: Json, column: ColumnType) -> int | Decimal:
    number = plain(read_number(value))
    scaled = Fraction(number) * 10**column.scale
    if scaled.denominator != 1:
        expected = "a whole number" if column.scale == 0 else f"at most {column.scale} decimals"
        raise ValueError(f"found {shown(value)}, expected {expected} for a column of type {column}")
    if not holds(column, int(scaled)):
        raise ValueError(f"found {shown(value)}, expected a number that {column} can hold")
    return number


def _float(value: Json, column: ColumnType) -> float:
    return float(read_number(value))


def _moment(value: Json, column: ColumnType) -> Literal_:
    return read_date_or_moment(value)


def _date(value: Json, column: ColumnType) -> date:
    return read_date(value)


def _boolean(value: Json, column: ColumnType) -> bool:
    return read_boolean(value)


def _version(value: Json, column: ColumnType) -> tuple[int, ...]:
    return read_version(value)


_LITERALS: dict[TypeName, Callable[[Json, ColumnType], Literal_]] = {
    "text": _word,
    "choice": _word,
    "integer": _exact,
    "decimal": _exact,
    "float": _float,
    "boolean": _boolean,
    "version": _version,
    "date": _date,
    "timestamp": _moment,
}
