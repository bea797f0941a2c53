"""An order in which what is referred to comes first, and the cycles that stand against one: graphlib's, told all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import cast

TOLD = 100
"""Cycles looked for; finding each one walks the graph again, and nobody mends more of them at a time."""


def in_order(refers: Mapping[str, Iterable[str]]) -> tuple[list[str], list[list[str]]]:
    """All names, references first; and the cycles, each as the names on it, every one referring to the next.

    A reference stands on one of the cycles at most. Beyond a hundred cycles the names that are left come last, in the order
    given, and something before them is missing: what refers to them has to be refused by whoever looks it up.
    """
    graph = {name: dict.fromkeys(others) for name, others in refers.items()}
    cycles: list[list[str]] = []
    while len(cycles) < TOLD:
        try:
            return list(TopologicalSorter(graph).static_order()), cycles
        except CycleError as error:
            # Its list goes from what is referred to, to what refers to it, and ends where it began.
            cycle = cast("list[str]", error.args[1])[:0:-1]
            cycles.append(cycle)
            for name, other in pairs(cycle):
                del graph[name][other]
    return _as_far_as_possible(graph), cycles


def pairs(cycle: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Each name of a cycle with the one it refers to."""
    return zip(cycle, [*cycle[1:], cycle[0]], strict=True)


def way_round(cycle: Sequence[str], start: str) -> str:
    """The cycle as it is told in the file of `start`: `a → b → a`, a long one with its ends only."""
    place = cycle.index(start)
    ring = [*cycle[place:], *cycle[:place], start]
    return " → ".join(ring if len(ring) <= 6 else [*ring[:3], "…", *ring[-2:]])


def _as_far_as_possible(graph: Mapping[str, Iterable[str]]) -> list[str]:
    sorter = TopologicalSorter(graph)
    with suppress(CycleError):  # the names that stand before any cycle still come
        sorter.prepare()
    order: list[str] = []
    while ready := sorter.get_ready():
        order += ready
        sorter.done(*ready)
    placed = set(order)
    return [*order, *(name for name in graph if name not in placed)]
