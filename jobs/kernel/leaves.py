"""Leaves answered: each test, pair, chain, sample, list and keep writes who it is true for, and who it is known of.

Tests of one value that are ranges or words are answered together, in a loop; everything else by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from jobs.catalog.types import WORDS
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.chains import followed
from jobs.kernel.compiled import loops_for
from jobs.kernel.instructions import (
    NEVER,
    ONES,
    ChainLeaf,
    GivenLeaf,
    KeepLeaf,
    Leaf,
    LeafOutput,
    PairLeaf,
    SampleLeaf,
    TestLeaf,
)
from jobs.kernel.keep_order import kept
from jobs.kernel.loops import Tests
from jobs.kernel.predicates import Bools, compare, holds, word_table
from jobs.kernel.registers import Registers
from jobs.kernel.row_conditions import Ranges
from jobs.kernel.sample_shares import in_sample
from jobs.kernel.workload import is_searched, looks_of_tests
from jobs.language.atoms import VersionSpans, Words


def answer_leaves(leaves: Iterable[int], registers: Registers) -> None:
    """Writes the bitmaps of these leaves, whose values are there."""
    by_value: dict[int, list[tuple[LeafOutput, Ranges | Words | VersionSpans]]] = {}
    for number in leaves:
        output = registers.program.leaves[number]
        match output.leaf:
            case TestLeaf(value, Ranges() | Words() | VersionSpans() as test) if _is_looped(value, test, registers):
                by_value.setdefault(value, []).append((output, test))
            case _:
                write_leaf(output, registers)
                registers.watch.lap("leaf", number)
    for value, asked in by_value.items():
        vector = registers.vector(value)
        if vector.type.name in WORDS:
            words = [(output.true, test) for output, test in asked if not isinstance(test, Ranges)]
            _answer_words(vector, words, registers)
        else:
            ranges = [(output.true, test) for output, test in asked if isinstance(test, Ranges)]
            _answer_ranges(vector, ranges, registers)
        for known in {output.known for output, _ in asked} - {ONES}:
            registers.write(known, vector.known)
        registers.watch.lap("tests", value)


def write_leaf(output: LeafOutput, registers: Registers) -> None:
    """Writes the bitmaps of one leaf."""
    true, known = _truth(output.leaf, registers)
    registers.write(output.true, true)
    if output.known != ONES:
        assert known is not None
        registers.write(output.known, known)


def _is_looped(value: int, test: Ranges | Words | VersionSpans, registers: Registers) -> bool:
    """Fractions are compared as such, and a test of many intervals is searched: neither goes through a loop."""
    searched = isinstance(test, Ranges) and is_searched(test)
    return not searched and isinstance(registers.values[value], Vector)


def _answer_ranges(vector: Vector, asked: Sequence[tuple[int, Ranges]], registers: Registers) -> None:
    """All tests of one column of numbers in one go: (bitmap, test)."""
    dtype = vector.values.dtype
    tests = Tests(
        of_step=np.array([0, len(asked)], np.int64),
        out=np.array([bitmap for bitmap, _ in asked], np.int64),
        spans=np.cumsum([0, *(len(test.low) for _, test in asked)], dtype=np.int64),
        low=np.array([low for _, test in asked for low in test.low], dtype),
        high=np.array([high for _, test in asked for high in test.high], dtype),
        known=np.full(1, NEVER, np.int64),
    )
    loops = loops_for(looks_of_tests((test for _, test in asked), registers.width))
    loops.answer(vector.values, vector.known.view(np.uint8), True, tests, 0, registers.output.answers)


def _answer_words(vector: Vector, asked: Sequence[tuple[int, Words | VersionSpans]], registers: Registers) -> None:
    loops = loops_for(len(asked) * registers.width)
    for bitmap, test in asked:
        table = word_table(vector.dictionary, test).view(np.uint8)
        loops.answer_codes(vector.values, table, registers.output.answers, bitmap)


def _truth(leaf: Leaf, registers: Registers) -> tuple[Bools, Bools | None]:
    """Who the leaf is true for, and who it is known of; None: of everyone."""
    match leaf:
        case TestLeaf(value, test):
            tested = registers.values[value]
            return holds(tested, test, registers.program.local), tested.known
        case PairLeaf(left, comparison, right):
            left_side, right_side = registers.vector(left), registers.vector(right)
            return compare(left_side, comparison, right_side), left_side.known & right_side.known
        case ChainLeaf(chain):
            return _chain(chain, registers), None
        case SampleLeaf(low, high, seed):
            return in_sample(registers.drawn(seed), low, high), None
        case GivenLeaf(asked):
            return registers.part.given(asked), None
        case KeepLeaf():
            return kept(leaf, registers), None


def _chain(number: int, registers: Registers) -> Bools:
    chain = registers.program.chains[number]
    steps = [registers.collected[step.rows] for step in chain.steps]
    loops = loops_for(sum(step.position.size for step in steps))
    return followed(chain, steps, registers.width, registers.program.local.as_of_us, loops)
