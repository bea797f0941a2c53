"""One reading of a source: its rows are asked for once, and everything that a level asks of them is answered."""

from __future__ import annotations

from jobs.kernel.bucket_rows import RowBlock
from jobs.kernel.chain_queue import ChainQueue
from jobs.kernel.chains import collect
from jobs.kernel.compiled import loops_for
from jobs.kernel.groups import count_groups
from jobs.kernel.instructions import Level, Pass, Selection, Stored
from jobs.kernel.leaves import write_leaf
from jobs.kernel.loops import Picked
from jobs.kernel.registers import Registers
from jobs.kernel.sweeps import run_sweep
from jobs.kernel.vectors import dense
from jobs.kernel.working_rows import RowTable, WindowBounds


def read_stored(level: Level, registers: Registers) -> None:
    """Columns of contacts and attributes, one source at a time."""
    by_source: dict[str, list[tuple[int, Stored]]] = {}
    for value in level.values:
        node = registers.program.values[value]
        if isinstance(node, Stored):
            by_source.setdefault(node.source, []).append((value, node))
    for source, nodes in sorted(by_source.items()):
        block = registers.part.rows(source)
        registers.watch.lap("stored", source)
        for value, node in nodes:
            registers.values[value] = dense(block.columns[node.path], block.position, registers.width)
            registers.watch.lap("value", value)


def read_rows(asked: Pass, level: Level, chains: ChainQueue, registers: Registers) -> None:
    """Everything that a pass asks of a source's rows. Chains are answered on the way, so that their rows go early."""
    table = _working(registers.part.rows(asked.source), asked, registers)
    table.expect(selection.conditions for selection in asked.selections)
    bounds = table.bounds(asked.windows)
    registers.watch.lap("rows", level.number, asked.source)
    for number, selection in enumerate(asked.selections):
        for path in table.indexed(selection.conditions):
            registers.watch.lap("index", level.number, asked.source, path)
        picked = _picked(table, selection, bounds)
        registers.watch.lap("pick", level.number, asked.source, number)
        _answer(table, picked, selection, bounds, registers)
        if selection.gatherings:
            chains.answer(level)


def _working(block: RowBlock, asked: Pass, registers: Registers) -> RowTable:
    registers.loops = loops_for(asked.looks.at(block.position.size, registers.width))
    program = registers.program
    return RowTable(block, program.sources[asked.source], program.local, registers.vector, registers.loops)


def _picked(table: RowTable, selection: Selection, bounds: WindowBounds) -> Picked:
    first = min([bounds.lows[window] for window in selection.windows])
    last = max([bounds.highs[window] for window in selection.windows])
    return table.pick(selection.conditions, first, last)


def _answer(table: RowTable, picked: Picked, selection: Selection, bounds: WindowBounds, registers: Registers) -> None:
    lows, highs, watch = bounds.lows, bounds.highs, registers.watch
    for sweep in selection.sweeps:
        swept = run_sweep(table, picked, sweep, bounds, registers.output)
        if swept.values:
            by_number = zip(sweep.values.tolist(), swept.values, strict=True)
            registers.values.update((number, value) for number, value in by_number if value is not None)
        if not swept.tested:
            for leaf in (leaf for leaves in sweep.leaves for leaf in leaves):
                write_leaf(registers.program.leaves[leaf], registers)
        watch.lap("sweep", sweep.name)
    for value, groups, window in selection.groups:
        registers.values[value] = count_groups(table, picked, groups, lows[window], highs[window], registers.width)
        watch.lap("value", value)
    for gathering, window in selection.gatherings:
        node = registers.program.gatherings[gathering]
        registers.collected[gathering] = collect(table, picked, node, lows[window], highs[window])
        watch.lap("gathering", gathering)
