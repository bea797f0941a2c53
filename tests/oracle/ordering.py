"""The operators of everything that has an order or an equality."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any


def nearest_double(number: Any) -> float:
    return float(Fraction(number))


def ordered(value: Any, operator: str, wanted: Any, read: Callable[[Any], Any]) -> bool:
    """The operators of everything that has an order or an equality; `read` turns a literal into such a value."""
    match operator:
        case "is":
            return value == read(wanted)
        case "is_not":
            return value != read(wanted)
        case "in":
            return any(value == read(one) for one in wanted)
        case "not_in":
            return not any(value == read(one) for one in wanted)
        case "less_than":
            return value < read(wanted)
        case "at_most":
            return value <= read(wanted)
        case "more_than":
            return value > read(wanted)
        case "at_least":
            return value >= read(wanted)
        case "between":
            return read(wanted[0]) <= value <= read(wanted[1])
        case _:
            raise AssertionError(operator)


def number_holds(number: int, condition: dict[str, Any]) -> bool:
    """`{OP: n}` over a whole number."""
    ((operator, wanted),) = condition.items()
    return ordered(Fraction(number), operator, wanted, Fraction)
