"""Evaluates one bucket: passes over sources, then values, leaves and algebra, level by level; bitmaps come out.

Never raises for data: a computed column whose type cannot hold a contact's value is named in `errors`, and the caller
fails the segments above it (`Program.above`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.catalog.types import WORDS
from jobs.kernel.bucket import BucketAnswers, BucketData, BucketPart, Identity, Pairs
from jobs.kernel.bucket_rows import BUCKET, Vector
from jobs.kernel.chains import collect, followed
from jobs.kernel.compiled import is_compiled, loops_for
from jobs.kernel.contact_values import compute
from jobs.kernel.cuts import Cuts, Edge, KeepCut, Number, merge_pairs, pairs_of
from jobs.kernel.groups import count_groups
from jobs.kernel.instructions import (
    NEVER,
    ONES,
    ChainLeaf,
    Counted,
    GivenLeaf,
    KeepLeaf,
    Leaf,
    LeafOutput,
    Level,
    PairLeaf,
    Pass,
    SampleLeaf,
    Selection,
    StageProgram,
    Stored,
    TestLeaf,
)
from jobs.kernel.loops import Tests
from jobs.kernel.predicates import Bools, compare, holds, word_table
from jobs.kernel.program import Program
from jobs.kernel.registers import Registers, new_registers
from jobs.kernel.row_conditions import Ranges
from jobs.kernel.sample_shares import draw, in_sample
from jobs.kernel.sweeps import run_sweep
from jobs.kernel.vectors import dense
from jobs.kernel.working_rows import Bounds, RowTable
from jobs.kernel.workload import is_searched, looks_of_tests
from jobs.language.atoms import VersionSpans, Words

STRIP_WORDS = 64
"""Words of every bitmap that the compiled algebra works on at a time: a few MB of cache for a thousand segments."""


def evaluate_bucket(program: Program, data: BucketData, cuts: Cuts, stage: int) -> BucketAnswers:
    """What one stage asks of a bucket. Parts of a bucket share no position, so their answers add up."""
    steps = program.stages[stage]
    answers = [_Part(program, part, cuts, steps).answers() for part in data.parts()]
    return answers[0] if len(answers) == 1 else _added(answers, steps)


def edge_ids(
    program: Program, data: BucketData, cuts: Cuts, stage: int, edges: Mapping[str, Edge]
) -> dict[str, list[str]]:
    """For each segment whose keep cuts inside equal values: the smallest contact_ids of this bucket's members there."""
    found: dict[str, list[str]] = {segment: [] for segment in edges}
    for part in data.parts():
        run = _Part(program, part, cuts, program.stages[stage])
        run.run()
        for segment, bitmap, leaf in run.steps.keeps:
            if segment in edges:
                found[segment] += run.at_edge(bitmap, leaf, edges[segment])
    return {segment: sorted(ids)[: edges[segment].take] for segment, ids in found.items()}


def _full_width(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bitmaps of 4,096 bytes, positions that a small folder lacks being nobody."""
    if bits.shape[1] == BUCKET // 8:
        return bits
    full = np.zeros((bits.shape[0], BUCKET // 8), np.uint8)
    full[:, : bits.shape[1]] = bits
    return full


def _added(parts: Sequence[BucketAnswers], steps: StageProgram) -> BucketAnswers:
    segments = tuple(segment for segment, _ in steps.segments)
    bits = np.zeros((len(segments), BUCKET // 8), np.uint8)
    for part in parts:
        bits |= part.bits
    return BucketAnswers(
        segments,
        bits,
        np.array([part.members for part in parts], np.int64).sum(axis=0, dtype=np.int64),
        {number: merge_pairs(part.quantiles[number] for part in parts) for number, _ in steps.quantiles},
        {segment: merge_pairs(part.keeps[segment] for part in parts) for segment, _, _ in steps.keeps},
        frozenset[str]().union(*(part.errors for part in parts)),
    )


class _Part:
    """One stage over one part of a bucket."""

    def __init__(self, program: Program, data: BucketPart, cuts: Cuts, steps: StageProgram) -> None:
        self.program = program
        self.data = data
        self.steps = steps
        self.identity: Identity = data.identity()
        self.registers: Registers = new_registers(program, cuts, self.identity.live, loops_for(0))
        self._random: dict[str, NDArray[np.uint64]] = {}
        self._answered: set[int] = set()
        self._waiting = Counter(gathering for level in steps.levels for gathering in self._gatherings(level))

    def answers(self) -> BucketAnswers:
        self.run()
        wanted = [bitmap for _, bitmap in self.steps.segments]
        found = self.registers.bits[wanted]
        return BucketAnswers(
            tuple(segment for segment, _ in self.steps.segments),
            _full_width(found),
            np.bitwise_count(found.view(np.uint64)).sum(axis=1, dtype=np.int64),
            {number: self._quantile_pairs(value) for number, value in self.steps.quantiles},
            {segment: self._keep_pairs(bitmap, leaf) for segment, bitmap, leaf in self.steps.keeps},
            frozenset(self.registers.errors),
        )

    def run(self) -> None:
        for number, level in enumerate(self.steps.levels):
            if number == 0:
                self._read_stored()
            for asked in level.passes:
                self._pass(asked, level)
            self._chains(level)
            for value in level.values:
                node = self.program.values[value]
                if not isinstance(node, (Stored, Counted)):
                    self.registers.values[value] = compute(node, self.registers)
            self._leaves(level)
            self._algebra(level)

    def _algebra(self, level: Level) -> None:
        words = self.registers.bits.view(np.uint64)
        loops = loops_for(level.inputs.size * words.shape[1] // 100)  # a slice at a time: fast as it stands
        strip = STRIP_WORDS if is_compiled(loops) else words.shape[1]
        loops.algebra(level.algebra, level.inputs, words, strip)

    def _read_stored(self) -> None:
        """Columns of contacts and attributes, one source at a time."""
        by_source: dict[str, list[tuple[int, Stored]]] = {}
        for value in self.steps.levels[0].values:
            node = self.program.values[value]
            if isinstance(node, Stored):
                by_source.setdefault(node.source, []).append((value, node))
        for source, nodes in sorted(by_source.items()):
            block = self.data.rows(source)
            for value, node in nodes:
                self.registers.values[value] = dense(block.columns[node.path], block.position, self.identity.width)

    # --- rows

    def _gatherings(self, level: Level) -> list[int]:
        """The gatherings of the level's chains, each once a chain."""
        leaves = [self.program.leaves[number].leaf for number in level.chains]
        chains = [self.program.chains[leaf.chain] for leaf in leaves if isinstance(leaf, ChainLeaf)]
        return [gathering for chain in chains for gathering in {step.rows for step in chain.steps}]

    def _pass(self, asked: Pass, level: Level) -> None:
        block = self.data.rows(asked.source)
        self.registers.loops = loops_for(asked.looks.at(block.position.size, self.identity.width))
        shape = self.program.sources[asked.source]
        table = RowTable(block, shape, self.program.local, self.registers.vector, self.registers.loops)
        table.expect(selection.conditions for selection in asked.selections)
        bounds = table.bounds(asked.windows)
        for selection in asked.selections:
            self._selection(table, selection, bounds)
            if selection.gatherings:
                self._chains(level)

    def _selection(self, table: RowTable, selection: Selection, bounds: Bounds) -> None:
        registers, lows, highs = self.registers, bounds.lows, bounds.highs
        first = min([lows[window] for window in selection.windows])
        last = max([highs[window] for window in selection.windows])
        picked = table.pick(selection.conditions, first, last)
        for sweep in selection.sweeps:
            swept = run_sweep(table, picked, sweep, bounds, registers.output)
            if swept.values:
                found = zip(sweep.values.tolist(), swept.values, strict=True)
                registers.values.update((number, value) for number, value in found if value is not None)
            if not swept.tested:
                for leaf in (leaf for leaves in sweep.leaves for leaf in leaves):
                    self._leaf(self.program.leaves[leaf])
        for value, groups, window in selection.groups:
            registers.values[value] = count_groups(table, picked, groups, lows[window], highs[window], registers.width)
        for gathering, window in selection.gatherings:
            node = self.program.gatherings[gathering]
            registers.collected[gathering] = collect(table, picked, node, lows[window], highs[window])

    # --- leaves

    def _leaves(self, level: Level) -> None:
        by_value: dict[int, list[tuple[LeafOutput, Ranges | Words | VersionSpans]]] = {}
        for number in level.leaves:
            output = self.program.leaves[number]
            leaf = output.leaf
            if (
                isinstance(leaf, TestLeaf)
                and isinstance(leaf.test, (Ranges, Words, VersionSpans))
                and not (isinstance(leaf.test, Ranges) and is_searched(leaf.test))
                and isinstance(self.registers.values[leaf.value], Vector)
            ):
                by_value.setdefault(leaf.value, []).append((output, leaf.test))
            else:
                self._leaf(output)
        for value, asked in by_value.items():
            vector = self.registers.vector(value)
            if vector.type.name in WORDS:
                self._word_leaves(
                    vector, [(output.true, test) for output, test in asked if not isinstance(test, Ranges)]
                )
            else:
                self._range_leaves(vector, [(output.true, test) for output, test in asked if isinstance(test, Ranges)])
            for known in {output.known for output, _ in asked} - {ONES}:
                self.registers.write(known, vector.known)

    def _range_leaves(self, vector: Vector, asked: Sequence[tuple[int, Ranges]]) -> None:
        """All tests of one column of numbers in one go: (bitmap, test)."""
        registers = self.registers
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

    def _word_leaves(self, vector: Vector, asked: Sequence[tuple[int, Words | VersionSpans]]) -> None:
        registers = self.registers
        loops = loops_for(len(asked) * registers.width)
        answers = registers.output.answers
        for bitmap, test in asked:
            table = word_table(vector.dictionary, test).view(np.uint8)
            loops.answer_codes(vector.values, table, answers, bitmap)

    def _leaf(self, output: LeafOutput) -> None:
        true, known = self._truth(output.leaf)
        self.registers.write(output.true, true)
        if output.known != ONES:
            assert known is not None
            self.registers.write(output.known, known)

    def _truth(self, leaf: Leaf) -> tuple[Bools, Bools | None]:
        registers = self.registers
        match leaf:
            case TestLeaf(value, test):
                found = registers.values[value]
                return holds(found, test, self.program.local), found.known
            case PairLeaf(left, comparison, right):
                one, other = registers.vector(left), registers.vector(right)
                return compare(one, comparison, other), one.known & other.known
            case ChainLeaf(chain):
                return self._chain(chain), None
            case SampleLeaf(low, high, seed):
                return in_sample(self._draw(seed), low, high), None
            case GivenLeaf(asked):
                return self.data.given(asked), None
            case KeepLeaf():
                return self._kept(leaf, registers.cuts.keeps[leaf.segment]), None

    def _chains(self, level: Level) -> None:
        """Answers the chains whose rows are all there, and lets go of rows that no other chain asks for."""
        for number in level.chains:
            leaf = self.program.leaves[number].leaf
            assert isinstance(leaf, ChainLeaf)
            needed = {step.rows for step in self.program.chains[leaf.chain].steps}
            if number not in self._answered and needed <= self.registers.collected.keys():
                self._leaf(self.program.leaves[number])
                self._answered.add(number)
                self._waiting.subtract(needed)
                for gathering in needed:
                    if not self._waiting[gathering]:
                        del self.registers.collected[gathering]

    def _chain(self, number: int) -> Bools:
        chain = self.program.chains[number]
        steps = [self.registers.collected[step.rows] for step in chain.steps]
        loops = loops_for(sum(step.position.size for step in steps))
        return followed(chain, steps, self.registers.width, self.program.local.as_of_us, loops)

    def _draw(self, seed: str) -> NDArray[np.uint64]:
        if seed not in self._random:
            self._random[seed] = draw(self.identity.contact_hash, seed)
        return self._random[seed]

    # --- quantiles and keeps

    def _quantile_pairs(self, value: int) -> Pairs:
        vector = self.registers.vector(value)
        return pairs_of(vector.values[vector.known & self.identity.live])

    def _order(self, leaf: KeepLeaf) -> tuple[NDArray[Any], Bools]:
        """What a keep orders by, and who has it."""
        if leaf.value == NEVER:
            return self._draw(leaf.seed), np.ones(self.registers.width, np.bool_)
        vector = self.registers.vector(leaf.value)
        return vector.values, vector.known

    def _keep_pairs(self, bitmap: int, leaf: KeepLeaf) -> Pairs:
        members = self.registers.read(bitmap)
        values, known = self._order(leaf)
        return pairs_of(values[members & known], int((members & ~known).sum()))

    def _kept(self, leaf: KeepLeaf, cut: KeepCut) -> Bools:
        values, known = self._order(leaf)
        if cut.nobody:
            return np.zeros(known.size, np.bool_)
        if cut.value is None:
            return known | (~known if cut.last_id is None else self._up_to(~known, cut.last_id))
        edge = _at(values, known, cut.value)
        highest_first = leaf.value != NEVER and not leaf.lowest
        better = known & (values > cut.value if highest_first else values < cut.value)
        return better | (edge if cut.last_id is None else self._up_to(edge, cut.last_id))

    def _up_to(self, edge: Bools, last_id: str) -> Bools:
        edge = edge & self.identity.live
        ids = self.identity.contact_ids()
        found = np.zeros(edge.size, np.bool_)
        for position in np.flatnonzero(edge).tolist():
            found[position] = ids[position] <= last_id
        return found

    def at_edge(self, bitmap: int, leaf: KeepLeaf, edge: Edge) -> list[str]:
        """The contact_ids of the members whose value is the edge's."""
        values, known = self._order(leaf)
        there = ~known if edge.value is None else _at(values, known, edge.value)
        ids = self.identity.contact_ids()
        chosen = sorted(ids[position] for position in np.flatnonzero(there & self.registers.read(bitmap)).tolist())
        return chosen[: edge.take]


def _at(values: NDArray[Any], known: Bools, edge: Number) -> Bools:
    return known & (values == np.asarray(edge, values.dtype))
