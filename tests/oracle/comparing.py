"""One value against an operator: section 3 of the language, every type.

`holds` answers True, False or None (unknown); missing is unknown for everything but `is_empty`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.oracle import places, times
from tests.oracle.clock import Clock
from tests.oracle.logic import Verdict
from tests.oracle.ordering import nearest_double, ordered
from tests.oracle.values import Cell, folded, version

READ_LITERAL: dict[str, Callable[[Any], Any]] = {
    "choice": str,
    "integer": Fraction,
    "decimal": Fraction,
    "float": nearest_double,
    "version": version,
}
NUMBERS = ("integer", "decimal", "float")


def holds(cell: Cell, operator: str, wanted: Any, clock: Clock) -> Verdict:
    """Whether the value satisfies the operator; `wanted` is a literal of the spec, or the cell of another column."""
    if operator == "is_empty":
        return (cell.value is None) == wanted
    if cell.value is None or (isinstance(wanted, Cell) and wanted.value is None):
        return None
    if isinstance(wanted, Cell):
        return against_column(cell, operator, wanted)
    match cell.column.kind:
        case "text":
            return text(cell.value, operator, wanted, cell.column.fold)
        case "choices":
            return several(cell.value, operator, wanted)
        case "boolean":
            return cell.value is wanted
        case "point":
            return {"within_radius": places.within_radius, "inside": places.inside}[operator](cell.value, wanted)
        case "date":
            return times.date_holds(cell.value, operator, wanted, clock)
        case "timestamp":
            return times.timestamp_holds(cell.value, operator, wanted, clock)
        case kind:
            return ordered(cell.value, operator, wanted, READ_LITERAL[kind])


def text(value: str, operator: str, wanted: Any, fold: bool) -> bool:
    same: Callable[[str], str] = folded if fold else str
    found = same(value)
    match operator:
        case "contains":
            return same(wanted) in found
        case "not_contains":
            return same(wanted) not in found
        case "starts_with":
            return found.startswith(same(wanted))
        case "ends_with":
            return found.endswith(same(wanted))
        case _:
            return ordered(found, operator, wanted, same)


def several(value: frozenset[str], operator: str, wanted: list[str]) -> bool:
    match operator:
        case "has_any":
            return bool(value & set(wanted))
        case "has_all":
            return value >= set(wanted)
        case "has_none":
            return not value & set(wanted)
        case _:
            raise AssertionError(operator)


def against_column(cell: Cell, operator: str, other: Cell) -> bool:
    """Two present columns of one type; number types mix, beside a float both are doubles."""
    one, two = cell.value, other.value
    kinds = {cell.column.kind, other.column.kind}
    if "float" in kinds:
        one, two = nearest_double(one), nearest_double(two)
    elif kinds <= set(NUMBERS):
        one, two = Fraction(one), Fraction(two)
    elif kinds == {"text"} and (cell.column.fold or other.column.fold):
        one, two = folded(one), folded(two)
    return ordered(one, times.AS_ORDERED.get(operator, operator), two, lambda value: value)
