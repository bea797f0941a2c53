"""Chains that wait for their rows: each is answered as soon as all of its steps' rows are there, and rows are let go of.

Set-aside rows are the largest thing the kernel holds beside the rows it reads, so none stays longer than it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from jobs.kernel.instructions import ChainLeaf, Level, StageProgram
from jobs.kernel.leaves import write_leaf
from jobs.kernel.program import Program
from jobs.kernel.registers import Registers


class ChainQueue:
    """The chains of one stage over one part of a bucket."""

    def __init__(self, steps: StageProgram, registers: Registers) -> None:
        self._registers = registers
        self._answered: set[int] = set()
        leaves = [leaf for level in steps.levels for leaf in level.chains]
        self._waiting = Counter(rows for leaf in leaves for rows in _gatherings(leaf, registers.program))

    def answer(self, level: Level) -> None:
        """Answers the level's chains whose rows are all there, and lets go of rows that no other chain asks for."""
        registers = self._registers
        for leaf in level.chains:
            needed = _gatherings(leaf, registers.program)
            if leaf not in self._answered and needed <= registers.collected.keys():
                write_leaf(registers.program.leaves[leaf], registers)
                registers.watch.lap("leaf", leaf)
                self._answered.add(leaf)
                self._let_go(needed)

    def _let_go(self, gatherings: Iterable[int]) -> None:
        for gathering in gatherings:
            self._waiting[gathering] -= 1
            if not self._waiting[gathering]:
                del self._registers.collected[gathering]


def _gatherings(number: int, program: Program) -> set[int]:
    leaf = program.leaves[number].leaf
    assert isinstance(leaf, ChainLeaf)
    return {step.rows for step in program.chains[leaf.chain].steps}
