"""What the laps of a stage are about: of each its kind, by which rates are kept, and in which parts it is whose work.

One list for both: a measured lap is divided by it among the segments that need it, and a plan that has not run yet is
foretold by it, part by part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from jobs.kernel.instructions import (
    ChainLeaf,
    Level,
    Pass,
    Selection,
    StageProgram,
    Stored,
    TestLeaf,
)
from jobs.kernel.program import Program
from jobs.kernel.stopwatch import COMPILING, WorkKey
from jobs.kernel.work_users import NOBODY, StageUsers, Users
from jobs.kernel.working_rows import WORTH_AN_INDEX

WorkKind = tuple[str, ...]
"""Words from the general to the special: ("sweep", "order", "sum")."""


@dataclass(frozen=True)
class WorkUnit:
    """`parts`: (weight, the segments that need it). `expected`: whether a plan may be foretold by it; how a few things are
    done depends on the data, and they are then foretold by what they mostly are."""

    kind: WorkKind
    parts: tuple[tuple[float, Users], ...]
    expected: bool = True

    @property
    def weight(self) -> float:
        return sum(weight for weight, _ in self.parts)


Units = Mapping[WorkKey, WorkUnit]


def units_of(program: Program, steps: StageProgram, users: StageUsers) -> dict[WorkKey, WorkUnit]:
    """Everything that a stage's laps can be about. What nobody asks for in particular is everybody's."""
    shared = ((1.0, users.everyone),)
    return {
        key: unit if unit.parts and all(whole for _, whole in unit.parts) else replace(unit, parts=shared)
        for key, unit in _Units(program, steps, users).all()
    }


@dataclass(frozen=True)
class _Units:
    program: Program
    steps: StageProgram
    users: StageUsers

    def all(self) -> Iterator[tuple[WorkKey, WorkUnit]]:
        each = tuple((1.0, frozenset([segment])) for segment in sorted(self.users.everyone))
        together = ((1.0, self.users.everyone),)  # one segment less saves nothing of it
        yield COMPILING, WorkUnit(("compile",), together, expected=False)
        yield ("begin",), WorkUnit(("begin",), together)
        for level in self.steps.levels:
            if level.number == 0:
                yield from self._stored(level)
            for asked in level.passes:
                yield from self._pass(asked, level.number)
            for value in level.values:
                yield ("value", value), WorkUnit(self._kind_of_value(value), ((1.0, self._of(value)),))
            yield from self._leaves(level)
            yield ("algebra", level.number), WorkUnit(("algebra",), self._algebra(level))
        yield ("members",), WorkUnit(("members",), each)
        for number, _ in self.steps.quantiles:
            yield ("quantile", number), WorkUnit(("quantile",), ((1.0, self.users.quantiles[number]),))
        for segment, _, _ in self.steps.keeps:
            yield ("keep", segment), WorkUnit(("keep",), ((1.0, self.users.keeps[segment]),))

    def _of(self, value: int) -> Users:
        return self.users.values.get(value, NOBODY)

    def _kind_of_value(self, value: int) -> WorkKind:
        node = self.program.values[value]
        return ("attribute", node.source) if isinstance(node, Stored) else ("computed",)

    def _stored(self, level: Level) -> Iterator[tuple[WorkKey, WorkUnit]]:
        nodes = {value: self.program.values[value] for value in level.values}
        for source in sorted({node.source for node in nodes.values() if isinstance(node, Stored)}):
            of_source = [v for v, node in nodes.items() if isinstance(node, Stored) and node.source == source]
            whole = _together(self._of(value) for value in of_source)
            yield ("stored", source), WorkUnit(("rows", source), self._reading(source, whole))

    def _reading(self, source: str, whole: Users) -> tuple[tuple[float, Users], ...]:
        """Unpacking rows: who asks for any, and for each column."""
        columns = [self.users.columns.get((source, path), NOBODY) & whole for path in self._paths(source)]
        return ((1.0, whole), *((1.0, of_column) for of_column in columns if of_column))

    def _paths(self, source: str) -> list[str]:
        return sorted(self.program.sources[source].columns)

    def _pass(self, asked: Pass, level: int) -> Iterator[tuple[WorkKey, WorkUnit]]:
        source = asked.source
        by_selection = [_together(self._askers(selection)) for selection in asked.selections]
        yield ("rows", level, source), WorkUnit(("rows", source), self._reading(source, _together(by_selection)))
        paths: dict[str, Users] = {}
        tested = Counter(conjunct.path for selection in asked.selections for conjunct in selection.conditions)
        for number, (selection, whole) in enumerate(zip(asked.selections, by_selection, strict=True)):
            yield ("pick", level, source, number), WorkUnit(("pick", source), ((1.0, whole),))
            for path in {conjunct.path for conjunct in selection.conditions if conjunct.path}:
                paths[path] = paths.get(path, NOBODY) | whole
            yield from self._answers(selection, source)
        for path, whole in paths.items():
            worth = tested[path] >= WORTH_AN_INDEX
            yield ("index", level, source, path), WorkUnit(("index", source), ((1.0, whole),), worth)

    def _askers(self, selection: Selection) -> Iterator[Users]:
        for sweep in selection.sweeps:
            yield from map(self._of, sweep.values.tolist())
        for value, _, _ in selection.groups:
            yield self._of(value)
        for gathering, _ in selection.gatherings:
            yield self.users.gatherings.get(gathering, NOBODY)

    def _answers(self, selection: Selection, source: str) -> Iterator[tuple[WorkKey, WorkUnit]]:
        for sweep in selection.sweeps:
            parts = tuple((1.0, self._of(value)) for value in sweep.values.tolist())
            yield ("sweep", sweep.name), WorkUnit(("sweep", source, sweep.function), parts)
        for value, _, _ in selection.groups:
            yield ("value", value), WorkUnit(("groups", source), ((1.0, self._of(value)),))
        for gathering, _ in selection.gatherings:
            whole = self.users.gatherings.get(gathering, NOBODY)
            yield ("gathering", gathering), WorkUnit(("gathering", source), ((1.0, whole),))

    def _leaves(self, level: Level) -> Iterator[tuple[WorkKey, WorkUnit]]:
        tests: dict[int, list[Users]] = {}
        for number in (*level.leaves, *level.chains):
            leaf, whole = self.program.leaves[number].leaf, self.users.leaves.get(number, NOBODY)
            kind = "sequence" if isinstance(leaf, ChainLeaf) else "test"
            yield ("leaf", number), WorkUnit((kind,), ((1.0, whole),), not isinstance(leaf, TestLeaf))
            if isinstance(leaf, TestLeaf):
                tests.setdefault(leaf.value, []).append(whole)
        for value, of_tests in tests.items():
            yield ("tests", value), WorkUnit(("test",), tuple((1.0, whole) for whole in of_tests))

    def _algebra(self, level: Level) -> tuple[tuple[float, Users], ...]:
        return tuple(
            (float(last - first), self.users.bits.get(target, NOBODY))
            for _, target, first, last in level.algebra.tolist()
        )


def _together(users: Iterable[Users]) -> Users:
    return NOBODY.union(*users)
