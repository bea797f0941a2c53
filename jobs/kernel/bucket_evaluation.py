"""Evaluates one bucket: passes over sources, then values, leaves and algebra, level by level; bitmaps come out.

Never raises for data: a computed column whose type cannot hold a contact's value is named in `errors`, and the caller
fails the segments above it (`Program.above`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.bucket import BucketAnswers, BucketData, BucketPart, Pairs
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.chain_queue import ChainQueue
from jobs.kernel.compiled import is_compiled, loops_for
from jobs.kernel.contact_values import compute
from jobs.kernel.cuts import Cuts, Edge, merge_pairs
from jobs.kernel.instructions import CountedRows, Level, StageProgram, Stored
from jobs.kernel.keep_order import ids_at_edge, keep_pairs, quantile_pairs
from jobs.kernel.leaves import answer_leaves
from jobs.kernel.program import Program
from jobs.kernel.readings import read_rows, read_stored
from jobs.kernel.registers import Registers, new_registers
from jobs.kernel.stopwatch import Stopwatch

STRIP_WORDS = 64
"""Words of every bitmap that the compiled algebra works on at a time: a few MB of cache for a thousand segments."""


def evaluate_bucket(
    program: Program, data: BucketData, cuts: Cuts, stage: int, watch: Stopwatch | None = None
) -> BucketAnswers:
    """What one stage asks of a bucket. Parts of a bucket share no position, so their answers add up. `watch` is told how
    long what took."""
    steps = program.stages[stage]
    watch = watch or Stopwatch()
    watch.start()
    answers = [_answers(steps, _evaluated(program, part, cuts, steps, watch)) for part in data.parts()]
    return answers[0] if len(answers) == 1 else _added(answers, steps)


def edge_ids(
    program: Program,
    data: BucketData,
    cuts: Cuts,
    stage: int,
    edges: Mapping[str, Edge],
    watch: Stopwatch | None = None,
) -> dict[str, list[str]]:
    """For each segment whose keep cuts inside equal values: the smallest contact_ids of this bucket's members there."""
    steps = program.stages[stage]
    watch = watch or Stopwatch()
    watch.start()
    smallest: dict[str, list[str]] = {segment: [] for segment in edges}
    for part in data.parts():
        registers = _evaluated(program, part, cuts, steps, watch)
        for segment, bitmap, leaf in steps.keeps:
            if segment in edges:
                smallest[segment] += ids_at_edge(bitmap, leaf, edges[segment], registers)
                watch.lap("keep", segment)
    return {segment: sorted(ids)[: edges[segment].take] for segment, ids in smallest.items()}


# --- one part ------------------------------------------------------------------------------------------------------------


def _evaluated(program: Program, part: BucketPart, cuts: Cuts, steps: StageProgram, watch: Stopwatch) -> Registers:
    registers = new_registers(program, cuts, part, loops_for(0), watch)
    chains = ChainQueue(steps, registers)
    watch.lap("begin")
    for level in steps.levels:
        if level.number == 0:
            read_stored(level, registers)
        for asked in level.passes:
            read_rows(asked, level, chains, registers)
        chains.answer(level)
        _compute(level, registers)
        answer_leaves(level.leaves, registers)
        _combine(level, registers)
    return registers


def _compute(level: Level, registers: Registers) -> None:
    for value in level.values:
        node = registers.program.values[value]
        if not isinstance(node, (Stored, CountedRows)):
            registers.values[value] = compute(node, registers)
            registers.watch.lap("value", value)


def _combine(level: Level, registers: Registers) -> None:
    """Ands and ors of the level's bitmaps."""
    words = registers.bits.view(np.uint64)
    loops = loops_for(level.inputs.size * words.shape[1] // 100)  # a slice at a time: fast as it stands
    strip = STRIP_WORDS if is_compiled(loops) else words.shape[1]
    loops.algebra(level.algebra, level.inputs, words, strip)
    registers.watch.lap("algebra", level.number)


def _answers(steps: StageProgram, registers: Registers) -> BucketAnswers:
    bits = registers.bits[[bitmap for _, bitmap in steps.segments]]
    members = np.bitwise_count(bits.view(np.uint64)).sum(axis=1, dtype=np.int64)
    full = _full_width(bits)
    registers.watch.lap("members")
    quantiles: dict[int, Pairs] = {}
    for number, value in steps.quantiles:
        quantiles[number] = quantile_pairs(value, registers)
        registers.watch.lap("quantile", number)
    keeps: dict[str, Pairs] = {}
    for segment, bitmap, leaf in steps.keeps:
        keeps[segment] = keep_pairs(bitmap, leaf, registers)
        registers.watch.lap("keep", segment)
    segments = tuple(segment for segment, _ in steps.segments)
    return BucketAnswers(segments, full, members, quantiles, keeps, frozenset(registers.errors))


def _full_width(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bitmaps of 4,096 bytes, positions that a small folder lacks being nobody."""
    if bits.shape[1] == BUCKET // 8:
        return bits
    full = np.zeros((bits.shape[0], BUCKET // 8), np.uint8)
    full[:, : bits.shape[1]] = bits
    return full


# --- several -------------------------------------------------------------------------------------------------------------


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
