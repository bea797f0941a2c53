"""The one exact fraction: what arithmetic gives, the one rounding, and which numbers a type can hold.

Derived columns are computed by NumPy, a contact's values by the kernel, and both once more by SQL. Each does so in its own
way, for speed; what has to come out is said here, and each takes its rule and its limits from here. Everything is a
fraction until one rounding at the very end, so that no order of operations changes an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, Literal, get_args

from jobs.catalog.types import ColumnType

ArithmeticOperator = Literal["add", "subtract", "multiply", "divide"]
OPERATORS: tuple[ArithmeticOperator, ...] = get_args(ArithmeticOperator)

LEAST_WHOLE, GREATEST_WHOLE = -(2**63), 2**63 - 1
"""What an integer column holds: 64 bits."""
SAFE = 2**62
"""Two numbers below it can be added in 64 bits."""


def calculated(operator: ArithmeticOperator, operands: Sequence[Fraction | None]) -> Fraction | None:
    """From left to right, `subtract` of a, b and c is a - b - c; missing if an operand is, or a divisor is zero."""
    numbers = [operand for operand in operands if operand is not None]
    if len(numbers) < len(operands) or (operator == "divide" and 0 in numbers[1:]):
        return None
    return reduce(_CALCULATE[operator], numbers)


_CALCULATE: Mapping[ArithmeticOperator, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda left, right: left + right,
    "subtract": lambda left, right: left - right,
    "multiply": lambda left, right: left * right,
    "divide": lambda left, right: left / right,
}


def half_up(size: Any, divisor: Any) -> Any:
    """size / divisor as the nearest whole number, a half to the next one; neither is negative.

    Of Python's integers, or of arrays of them: the caller sees to it that 2 * size + divisor fits. A sign is taken off
    before and put back after, so that halves go away from zero, as `ROUND_HALF_UP` of Java and Python does.
    """
    return (2 * size + divisor) // (2 * divisor)


def rounded(value: Fraction, scale: int) -> int:
    """The nearest number of `scale` decimals, times 10^scale; a half goes away from zero."""
    units: int = half_up(abs(value.numerator) * 10**scale, value.denominator)
    return -units if value < 0 else units


def bounds(column: ColumnType) -> tuple[int, int]:
    """The least and the greatest number that an integer or decimal column holds, in units of 10^-scale, both in."""
    if column.name == "integer":
        return LEAST_WHOLE, GREATEST_WHOLE
    assert column.name == "decimal", f"{column} holds no exact numbers"
    return 1 - 10**column.precision, 10**column.precision - 1


def holds(column: ColumnType, units: int) -> bool:
    """Whether the column can hold so many units of 10^-scale."""
    least, greatest = bounds(column)
    return least <= units <= greatest
