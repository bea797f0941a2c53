"""Which parts of a program one stage runs, in which order: levels of passes, values, leaves and algebra.

A stage before the last runs only what its quantiles and keeps stand on.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import assert_never

import numpy as np

from jobs.kernel.instructions import (
    NEVER,
    Calculated,
    ChainLeaf,
    ChosenCase,
    CountedRows,
    GivenLeaf,
    KeepLeaf,
    Level,
    PairLeaf,
    QuantileGroup,
    SampleLeaf,
    StageProgram,
    Stored,
    TestLeaf,
    Typed,
)
from jobs.kernel.row_conditions import RowFormula
from jobs.kernel.row_program import contact_values
from jobs.kernel.source_passes import Compiled, Needed, Passes
from jobs.language.atoms import Quantile
from jobs.plan.run_plan import Stage


class Staging:
    def __init__(self, program: Compiled) -> None:
        self.program = program

    def stage(self, stage: Stage, final: bool) -> StageProgram:
        program = self.program
        segments = tuple(program.members.items()) if final else ()
        quantiles = tuple((program.quantiles[q], self._ranked(q)) for q in stage.quantiles)
        keeps = tuple((id_, program.ungated[id_], program.keeps[id_]) for id_ in stage.keeps)
        bits = [bit for _, bit in segments] + [bit for _, bit, _ in keeps]
        values = [value for _, value in quantiles] + [leaf.value for _, _, leaf in keeps if leaf.value != NEVER]
        return StageProgram(self._levels(self.needs(bits, values)), segments, quantiles, keeps)

    def _ranked(self, quantile: Quantile) -> int:
        number = self.program.quantiles[quantile]
        return next(v.value for v in self.program.values if isinstance(v, QuantileGroup) and v.quantile == number)

    # --- what is needed

    def needs(self, bits: Iterable[int], values: Iterable[int] = ()) -> Needed:
        needs = Needed()
        for bit in bits:
            self._need_bit(bit, needs)
        for value in values:
            self._need_value(value, needs, wanted=True)
        return needs

    def _need_bit(self, bit: int, needs: Needed) -> None:
        waiting = [bit]
        while waiting:
            at = waiting.pop()
            at = max(at, ~at)
            if at in needs.bits:
                continue
            needs.bits.add(at)
            how = self.program.bits[at]
            match how:
                case None:
                    pass
                case (_, inputs):
                    waiting += inputs
                case int(number):
                    self._need_leaf(number, needs)
                case _:
                    assert_never(how)

    def _need_leaf(self, number: int, needs: Needed) -> None:
        if number in needs.leaves:
            return
        needs.leaves.add(number)
        leaf = self.program.leaves[number].leaf
        match leaf:
            case TestLeaf(value):
                self._need_value(value, needs, wanted=False)
            case PairLeaf(left, _, right):
                self._need_value(left, needs, wanted=True)
                self._need_value(right, needs, wanted=True)
            case KeepLeaf(_, value):
                if value != NEVER:
                    self._need_value(value, needs, wanted=True)
            case ChainLeaf(chain):
                needs.chains.add(chain)
                for step in self.program.rows.chains[chain].steps:
                    self._need_contact_values(self.program.rows.gatherings[step.rows].where, needs)
            case SampleLeaf() | GivenLeaf():
                pass
            case _:
                assert_never(leaf)

    def _need_contact_values(self, where: RowFormula | None, needs: Needed) -> None:
        for value in contact_values(where):
            self._need_value(value, needs, wanted=True)

    def _need_value(self, number: int, needs: Needed, wanted: bool) -> None:
        if wanted:
            needs.wanted.add(number)
        if number in needs.values:
            return
        needs.values.add(number)
        node = self.program.values[number]
        match node:
            case Stored():
                pass
            case CountedRows(rows_value):
                self._need_contact_values(self.program.rows.items[rows_value].where, needs)
            case Calculated(_, operands):
                for operand in operands:
                    if not isinstance(operand, Decimal):
                        self._need_value(operand, needs, wanted=True)
            case ChosenCase(when):
                for bit in when:
                    self._need_bit(bit, needs)
            case QuantileGroup(_, value) | Typed(value):
                self._need_value(value, needs, wanted=True)
            case _:
                assert_never(node)

    # --- in which order

    def _levels(self, needs: Needed) -> tuple[Level, ...]:
        program = self.program
        deepest = max(
            [program.bit_levels[bit] for bit in needs.bits] + [program.value_levels[value] for value in needs.values],
            default=0,
        )
        return tuple(self._level(number, needs) for number in range(deepest + 1))

    def _level(self, level: int, needs: Needed) -> Level:
        program = self.program
        here = [bit for bit in sorted(needs.bits) if program.bit_levels[bit] == level]
        operations = [(bit, how) for bit in here if isinstance(how := program.bits[bit], tuple)]
        ends = np.cumsum([0, *(len(inputs) for _, (_, inputs) in operations)]).tolist()
        algebra = [
            (operation, bit, first, last)
            for (bit, (operation, _)), first, last in zip(operations, ends, ends[1:], strict=False)
        ]
        inputs = [bit for _, (_, inputs) in operations for bit in inputs]
        values = [
            value
            for value in sorted(needs.values)
            if program.value_levels[value] == level and not isinstance(program.values[value], CountedRows)
        ]
        passes, swept = Passes(program, needs, level).passes()
        leaves = [leaf for leaf in sorted(needs.leaves) if program.leaf_levels[leaf] == level and leaf not in swept]
        chains = [leaf for leaf in leaves if isinstance(program.leaves[leaf].leaf, ChainLeaf)]
        return Level(
            level,
            passes,
            tuple(values),
            tuple(leaf for leaf in leaves if leaf not in chains),
            tuple(chains),
            np.array(algebra, np.int32).reshape(-1, 4),
            np.array(inputs, np.int32),
        )
