"""Which segments need what of a stage: every value, leaf, bitmap and gathering, and every column of a source's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from jobs.kernel.contact_program import ContactCompiler
from jobs.kernel.instructions import NEVER, CountedRows, KeepLeaf, QuantileGroup, RowsGroups, StageProgram, Stored
from jobs.kernel.row_program import row_paths
from jobs.kernel.schedule import Staging
from jobs.kernel.source_passes import Needed

K = TypeVar("K")

Users = frozenset[str]
NOBODY: Users = frozenset()


def owner(segment: str) -> str:
    """The segment that a name of the program stands for: what is only counted beside one is that one's work."""
    return segment.partition(" ")[0]


@dataclass
class StageUsers:
    """By number; of columns by source and path."""

    bits: dict[int, Users] = field(default_factory=dict[int, Users])
    leaves: dict[int, Users] = field(default_factory=dict[int, Users])
    values: dict[int, Users] = field(default_factory=dict[int, Users])
    gatherings: dict[int, Users] = field(default_factory=dict[int, Users])
    columns: dict[tuple[str, str], Users] = field(default_factory=dict[tuple[str, str], Users])
    quantiles: dict[int, Users] = field(default_factory=dict[int, Users])
    keeps: dict[str, Users] = field(default_factory=dict[str, Users])
    everyone: Users = NOBODY

    @property
    def sources(self) -> dict[str, Users]:
        """Who needs rows of a source."""
        users: dict[str, Users] = {}
        for (source, _), of_column in self.columns.items():
            users[source] = users.get(source, NOBODY) | of_column
        return users


def needs_of(compiler: ContactCompiler) -> dict[str, Needed]:
    """What each segment stands on, through other segments too."""
    staging = Staging(compiler)
    return {segment: staging.needs([bit]) for segment, bit in compiler.members.items()}


def stage_users(compiler: ContactCompiler, needs: Mapping[str, Needed], steps: StageProgram) -> StageUsers:
    """Whose the work of one stage is. `needs`: those of all segments."""
    users = StageUsers()
    for needed, segments in _demands(compiler, needs, steps, users):
        users.everyone |= segments
        for numbers, by_number in (
            (needed.bits, users.bits),
            (needed.leaves, users.leaves),
            (needed.values, users.values),
        ):
            _add(by_number, numbers, segments)
        for chain in needed.chains:
            _add(users.gatherings, (step.rows for step in compiler.rows.chains[chain].steps), segments)
    for value, segments in users.values.items():
        _add(users.columns, _columns_of_value(compiler, value), segments)
    for gathering, segments in users.gatherings.items():
        rows = compiler.rows.gatherings[gathering]
        paths = {"", *row_paths(rows.where), *rows.columns}
        _add(users.columns, ((rows.source, path) for path in paths), segments)
    return users


def _demands(
    compiler: ContactCompiler, needs: Mapping[str, Needed], steps: StageProgram, users: StageUsers
) -> Iterator[tuple[Needed, Users]]:
    """What a stage is asked for, and by which segments."""
    staging = Staging(compiler)
    for segment, _ in steps.segments:
        yield needs[segment], frozenset([owner(segment)])
    for number, value in steps.quantiles:
        users.quantiles[number] = _whoever(
            needs, lambda needed, number=number: any(_is_group_of(compiler, value, number) for value in needed.values)
        )
        yield staging.needs([], [value]), users.quantiles[number]
    for segment, bit, leaf in steps.keeps:
        users.keeps[segment] = _whoever(
            needs, lambda needed, segment=segment: any(_is_keep_of(compiler, leaf, segment) for leaf in needed.leaves)
        )
        yield staging.needs([bit], [leaf.value] if leaf.value != NEVER else []), users.keeps[segment]


def _whoever(needs: Mapping[str, Needed], asks: Callable[[Needed], bool]) -> Users:
    return frozenset(owner(segment) for segment, needed in needs.items() if asks(needed))


def _is_group_of(compiler: ContactCompiler, value: int, quantile: int) -> bool:
    node = compiler.values[value]
    return isinstance(node, QuantileGroup) and node.quantile == quantile


def _is_keep_of(compiler: ContactCompiler, number: int, segment: str) -> bool:
    leaf = compiler.leaves[number].leaf
    return isinstance(leaf, KeepLeaf) and leaf.segment == segment


def _columns_of_value(compiler: ContactCompiler, value: int) -> Iterator[tuple[str, str]]:
    """The columns that a value reads itself; of the path "" whoever reads any row of a source at all."""
    match compiler.values[value]:
        case Stored(source, path):
            yield from ((source, ""), (source, path))
        case CountedRows(number):
            item = compiler.rows.items[number]
            per = item.per if isinstance(item, RowsGroups) else ()
            yield from ((item.source, path) for path in {"", item.of, *per, *row_paths(item.where)})
        case _:
            pass


def _add(users: dict[K, Users], keys: Iterable[K], segments: Users) -> None:
    for key in keys:
        users[key] = users.get(key, NOBODY) | segments
