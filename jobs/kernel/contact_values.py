"""Values of contacts that are computed from others: arithmetic, cases, quantile groups, computed columns."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

import numpy as np

from jobs.catalog.types import INTEGER, WORDS, fold
from jobs.kernel import exact_arrays
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.exact_arrays import ValueArray
from jobs.kernel.instructions import Calculated, ChosenCase, QuantileGroup, Typed
from jobs.kernel.registers import Registers
from jobs.kernel.vectors import distinct_words, missing_vector, words_vector

ComputedNode = Calculated | ChosenCase | QuantileGroup | Typed


def compute(node: ComputedNode, registers: Registers) -> ValueArray:
    """The value of a node whose parts are there."""
    match node:
        case Calculated():
            return calculated(node, registers)
        case ChosenCase():
            return chosen(node, registers)
        case QuantileGroup(quantile, value):
            inner = registers.vector(value)
            edges = np.array(registers.cuts.quantiles[quantile], inner.values.dtype)
            groups = 1 + np.searchsorted(edges, inner.values, "right").astype(np.int64)
            return Vector(INTEGER, groups, inner.known)
        case Typed():
            return typed(node, registers)


def calculated(node: Calculated, registers: Registers) -> exact_arrays.Ratio:
    """Exact; missing where an operand is missing or a divisor is zero."""

    def operand(term: int | Decimal) -> exact_arrays.Ratio:
        if isinstance(term, Decimal):
            return exact_arrays.constant(term, registers.width)
        value = registers.values[term]
        return exact_arrays.ratio_of(value) if isinstance(value, Vector) else value

    operands = [operand(term) for term in node.operands]
    match node.operator:
        case "add":
            return reduce(exact_arrays.add, operands)
        case "subtract":
            return reduce(lambda left, right: exact_arrays.add(left, right, sign=-1), operands)
        case "multiply":
            return reduce(exact_arrays.multiply, operands)
        case "divide":
            return reduce(exact_arrays.divide, operands)


def chosen(node: ChosenCase, registers: Registers) -> Vector:
    """The literal of the first case that is true; none: missing."""
    empty = missing_vector(node.type, registers.width)
    values, known = empty.values, empty.known
    dictionary: tuple[str, ...] = ()
    literals = node.literals
    if node.type.name in WORDS:
        dictionary = distinct_words(map(str, literals), node.type)
        literals = tuple(dictionary.index(str(literal)) for literal in literals)
    for bitmap, literal in zip(reversed(node.when), reversed(literals), strict=True):
        true = registers.read(bitmap)
        values = np.where(true, np.asarray(literal, values.dtype), values)
        known = known | true
    return Vector(node.type, values, known, dictionary)


def typed(node: Typed, registers: Registers) -> Vector:
    """The value as its column's type holds it; what does not fit is missing, and said."""
    value = registers.values[node.value]
    if isinstance(value, Vector) and node.type.fold and not value.type.fold:
        return words_vector(value.values, [fold(word) for word in value.dictionary], node.type)
    if isinstance(value, Vector) and value.type.name not in ("integer", "decimal"):
        return Vector(node.type, value.values, value.known, value.dictionary, value.longitude)
    ratio = exact_arrays.ratio_of(value) if isinstance(value, Vector) else value
    vector, over = exact_arrays.fitted(ratio, node.type)
    if (over & registers.live).any():
        registers.errors.add(node.column)
    return vector
