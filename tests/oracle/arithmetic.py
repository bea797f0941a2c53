"""`add`, `subtract`, `multiply`, `divide`: exact fractions, rounded once at the end to the column's scale."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.oracle.values import Column, rounded

WORDS = ("add", "subtract", "multiply", "divide")


def computed_number(column: Column, expression: Any, operand: Callable[[str], Any]) -> Fraction | int | None:
    """The value of an arithmetic expression as the column's type holds it; a missing operand gives missing."""
    exact = evaluate(expression, operand)
    return None if exact is None else fitted(exact, column)


def fitted(exact: Fraction, column: Column) -> Fraction | int:
    """An exact number in an integer or decimal column."""
    return int(rounded(exact, 0)) if column.kind == "integer" else rounded(exact, column.scale)


def evaluate(expression: Any, operand: Callable[[str], Any]) -> Fraction | None:
    """A name, a number, or one word over two or more of these; division by zero gives None."""
    if isinstance(expression, str):
        value = operand(expression)
        return None if value is None else Fraction(value)
    if not isinstance(expression, dict):
        return Fraction(expression)
    ((word, inner),) = expression.items()
    operands = [evaluate(one, operand) for one in inner]
    present = [one for one in operands if one is not None]
    if len(present) < len(operands):
        return None
    result = present[0]
    for one in present[1:]:
        match word:
            case "add":
                result += one
            case "subtract":
                result -= one
            case "multiply":
                result *= one
            case _:
                if one == 0:
                    return None
                result /= one
    return result
