"""Derived columns that are refused: each with the end of the one line that is said about it."""

from __future__ import annotations

DERIVED = {
    "float operand": ("{add: [f, 1]}", '/add/0: "f" is a float column, expected integer or decimal'),
    "unknown operand": ("{add: [nn, 1]}", '/add/0: this source lists no column "nn" — did you mean "n"?'),
    "lookup's column": (
        "{add: [p.n, 1]}",
        '/add/0: found "p.n", expected a column of this source; a lookup\'s columns cannot be derived from',
    ),
    "one operand": (
        "{add: [n]}",
        "/add: found a list of one, expected a list of two or more operands, columns or numbers",
    ),
    "unknown word": (
        "{plus: [n, 1]}",
        '/plus: unknown operation "plus" — known here: "add", "divide", "multiply", "subtract"',
    ),
    "two operations": (
        "{add: [n, 1], divide: [n, 2]}",
        ": found add and divide, expected exactly one operation; put one inside the other",
    ),
    "a circle": ("{add: [c, 1]}", ": found a cycle of derived columns, c → c, expected none"),
    "a flag": ("{add: [n, true]}", "/add/1: found true, expected a column, a number or an operation"),
    "a name": (
        "n",
        (
            ': found "n", expected one of add, subtract, multiply, divide with its operands, '
            'like {"subtract": ["amount", "cost"]}'
        ),
    ),
}
