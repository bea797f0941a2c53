"""Arithmetic as catalogs write it, `{subtract: [amount, {multiply: [cost, 2]}]}`: what is named in it, in which order.

Used for `derive` (columns of the row) and, by the language, for the arithmetic of computed columns (columns of the
contact). What comes out is said in exact.py; what a name means, and whether its type may be used, is the caller's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import assert_never

from jobs.catalog.exact import OPERATORS, ArithmeticOperator
from jobs.syntax.nodes import Node, Problems
from jobs.syntax.shapes import whole_list
from jobs.syntax.spelling import did_you_mean


@dataclass(frozen=True)
class Name:
    """A column's name, as written; `at` is where, for the caller's own problems."""

    name: str
    at: Node = field(compare=False, repr=False)


@dataclass(frozen=True)
class NumberLiteral:
    value: int | Decimal


@dataclass(frozen=True)
class Operation:
    """From left to right: `{subtract: [a, b, c]}` is a - b - c."""

    operator: ArithmeticOperator
    operands: tuple[Expression, ...]


Expression = Name | NumberLiteral | Operation

EXPECTED = 'expected one of add, subtract, multiply, divide with its operands, like {"subtract": ["amount", "cost"]}'


def read_arithmetic(node: Node, problems: Problems) -> Operation | None:
    """The operation a node writes, all names as they stand; None when something in it is a problem."""
    if not isinstance(node.value, dict) or not node.value:
        problems.add(node, f"found {node.found()}, {EXPECTED}")
        return None
    unknown = [key for key in node.keys() if key not in OPERATORS]
    for key in unknown:
        problems.add(node.key_place(key), f'unknown operation "{key}"{did_you_mean(key, OPERATORS)}')
    if unknown:
        return None
    if len(node.value) > 1:
        problems.add(
            node, f"found {' and '.join(node.keys())}, expected exactly one operation; put one inside the other"
        )
        return None
    (written,) = node.keys()
    operator: ArithmeticOperator = next(operator for operator in OPERATORS if operator == written)
    operands = _read_operands(node.child(written), problems)
    return None if operands is None else Operation(operator, operands)


def _read_operands(node: Node, problems: Problems) -> tuple[Expression, ...] | None:
    if not isinstance(node.value, list) or len(node.value) < 2:
        what = "a list of one" if isinstance(node.value, list) and node.value else node.found()
        problems.add(node, f"found {what}, expected a list of two or more operands, columns or numbers")
        return None
    operands = whole_list(_read_operand(child, problems) for child in node.items())
    return None if operands is None else tuple(operands)


def _read_operand(node: Node, problems: Problems) -> Expression | None:
    match node.value:
        case str() if node.value:
            return Name(node.value, node)
        case bool() | None | str() | list():
            problems.add(node, f"found {node.found()}, expected a column, a number or an operation")
            return None
        case dict():
            return read_arithmetic(node, problems)
        case number:
            return NumberLiteral(number)


def unit_of(expression: Expression, unit: Callable[[Name], str], problems: Problems) -> str:
    """The unit of what comes out, empty where it has none; a problem where numbers of two units are added or subtracted."""
    match expression:
        case Name():
            return unit(expression)
        case NumberLiteral():
            return ""
        case Operation(operator, operands):
            units = [unit_of(operand, unit, problems) for operand in operands]
            if operator in ("multiply", "divide"):
                return ""  # EUR a piece, square metres: only the column itself can say what comes out
            common = next(filter(None, units), "")
            for operand, own in zip(operands, units, strict=True):
                if own not in ("", common):
                    message = f'found a number in {own}, expected one in {common}: "{operator}" takes one unit'
                    problems.add(next(names(operand)).at, message)
            return common
        case _:
            assert_never(expression)


def check_unit(
    operation: Operation, unit: Callable[[Name], str], declared: str, node: Node, problems: Problems
) -> None:
    """Whether an operation's units go together, and with the unit that is written for what comes out."""
    own = unit_of(operation, unit, problems)
    if own and declared and own != declared:
        problems.add(node, f"found numbers in {own} for a column in {declared}, expected one unit")


def names(expression: Expression) -> Iterator[Name]:
    """Every column named, in the order written, as often as it is."""
    match expression:
        case Name():
            yield expression
        case NumberLiteral():
            return
        case Operation():
            for operand in expression.operands:
                yield from names(operand)
        case _:
            assert_never(expression)
