"""How a keep orders its members, who is before its cut, and the pairs that cuts are made from.

A keep orders by a value (those without one come last, whichever end is kept) or by the random numbers of a seed. Among
equal values, and among those without one, the smaller contact_id is first: so a cut is the same on every machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.bucket import Pairs
from jobs.kernel.cuts import CutValue, Edge, KeepCut, pairs_of
from jobs.kernel.instructions import NEVER, KeepLeaf
from jobs.kernel.predicates import Bools
from jobs.kernel.registers import Registers


def quantile_pairs(value: int, registers: Registers) -> Pairs:
    """How often live contacts have each value; those without one are in no group."""
    vector = registers.vector(value)
    return pairs_of(vector.values[vector.known & registers.live])


def keep_pairs(bitmap: int, leaf: KeepLeaf, registers: Registers) -> Pairs:
    """How often the members before the keep have each value."""
    members = registers.read(bitmap)
    values, known = _order(leaf, registers)
    return pairs_of(values[members & known], int((members & ~known).sum()))


def kept(leaf: KeepLeaf, registers: Registers) -> Bools:
    """Who is before the keep's cut, member or not."""
    cut: KeepCut = registers.cuts.keeps[leaf.segment]
    values, known = _order(leaf, registers)
    if cut.nobody:
        return np.zeros(known.size, np.bool_)
    if cut.value is None:
        return known | (~known if cut.last_id is None else _up_to(~known, cut.last_id, registers))
    edge = _at(values, known, cut.value)
    highest_first = leaf.value != NEVER and not leaf.lowest
    better = known & (values > cut.value if highest_first else values < cut.value)
    return better | (edge if cut.last_id is None else _up_to(edge, cut.last_id, registers))


def ids_at_edge(bitmap: int, leaf: KeepLeaf, edge: Edge, registers: Registers) -> list[str]:
    """The smallest contact_ids of the members whose value is the edge's, as many as it takes."""
    values, known = _order(leaf, registers)
    there = ~known if edge.value is None else _at(values, known, edge.value)
    ids = registers.identity.contact_ids()
    chosen = sorted(ids[position] for position in np.flatnonzero(there & registers.read(bitmap)).tolist())
    return chosen[: edge.take]


def _order(leaf: KeepLeaf, registers: Registers) -> tuple[NDArray[Any], Bools]:
    """What a keep orders by, and who has it."""
    if leaf.value == NEVER:
        return registers.drawn(leaf.seed), np.ones(registers.width, np.bool_)
    vector = registers.vector(leaf.value)
    return vector.values, vector.known


def _up_to(edge: Bools, last_id: str, registers: Registers) -> Bools:
    edge = edge & registers.live
    ids = registers.identity.contact_ids()
    before = np.zeros(edge.size, np.bool_)
    for position in np.flatnonzero(edge).tolist():
        before[position] = ids[position] <= last_id
    return before


def _at(values: NDArray[Any], known: Bools, edge: CutValue) -> Bools:
    return known & (values == np.asarray(edge, values.dtype))
