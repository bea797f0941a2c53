"""An order in which what is referred to comes first, and the cycles that stand against one. No recursion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def in_order(refers: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """All names, references first, otherwise as given; and for each reference that closes a cycle the names on it."""
    order: list[str] = []
    cycles: list[list[str]] = []
    done: set[str] = set()
    for start in refers:
        if start in done:
            continue
        path, open_ = [start], {start}
        waiting = [iter(refers[start])]
        while waiting:
            name = next((name for name in waiting[-1] if name not in done), None)
            if name is None:
                waiting.pop()
                open_.discard(path[-1])
                done.add(path[-1])
                order.append(path.pop())
            elif name in open_:
                cycles.append(path[path.index(name) :])
            else:
                path.append(name)
                open_.add(name)
                waiting.append(iter(refers[name]))
    return order, cycles
