"""What one pass over all buckets decides for the next: the thresholds of quantiles, and where each keep cuts off.

A bucket gives pairs (value, how many); the pairs of all buckets merged give the cuts. Where a keep's edge falls among
equal values, the smallest contact_ids of those are needed too (`Edge`, then `settle_edge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.bucket import Pairs
from jobs.language.atoms import Keep, Quantile

CutValue = int | float
Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class KeepCut:
    """The members up to here are kept: better values, and of the edge's value contact_ids up to `last_id`.

    `value` None: the edge lies among those without a value, and everyone with one is kept. `last_id` None: all at the
    edge are kept. `nobody`: nobody is.
    """

    value: CutValue | None
    last_id: str | None = None
    nobody: bool = False


@dataclass(frozen=True)
class Edge:
    """The cut is inside equal values: `take` of those at `value` (None: missing) are kept, smaller contact_ids first."""

    value: CutValue | None
    take: int


@dataclass(frozen=True)
class Cuts:
    """Everything decided so far: ascending thresholds by quantile number, cuts by segment."""

    quantiles: Mapping[int, tuple[CutValue, ...]] = field(default_factory=dict[int, tuple[CutValue, ...]])
    keeps: Mapping[str, KeepCut] = field(default_factory=dict[str, KeepCut])


def pairs_of(values: NDArray[np.generic], missing: int = 0) -> Pairs:
    """The pairs of plain values."""
    distinct, counts = np.unique(values, return_counts=True)
    return Pairs(distinct, counts.astype(np.int64), missing)


def no_pairs(missing: int = 0) -> Pairs:
    """Nobody has a value."""
    return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), missing)


def merge_pairs(parts: Iterable[Pairs]) -> Pairs:
    """The pairs of several buckets as one."""
    parts = list(parts)
    filled = [part for part in parts if part.values.size]
    missing = sum(part.missing for part in parts)
    if not filled:
        return no_pairs(missing)
    values, places = np.unique(np.concatenate([part.values for part in filled]), return_inverse=True)
    counts = np.zeros(values.size, np.int64)
    np.add.at(counts, places, np.concatenate([part.counts for part in filled]))
    return Pairs(values, counts, missing)


def merged_by_key(parts: Iterable[tuple[Key, Pairs]]) -> dict[Key, Pairs]:
    """The pairs of several buckets as one for each quantile, or each keep."""
    by_key: dict[Key, list[Pairs]] = {}
    for key, pairs in parts:
        by_key.setdefault(key, []).append(pairs)
    return {key: merge_pairs(parts_of_key) for key, parts_of_key in by_key.items()}


def thresholds(pairs: Pairs, groups: int) -> tuple[CutValue, ...]:
    """Ascending values so that a value's group is 1 + how many of them are at most it.

    A value with s smaller ones among n is in group 1 + floor(groups * s / n): threshold j is the first with
    groups * s >= j * n. Groups that begin behind the last value have none.
    """
    total = int(pairs.counts.sum())
    smaller = np.cumsum(pairs.counts) - pairs.counts
    values: list[CutValue] = []
    for group in range(1, groups):
        needed = -(-group * total // groups)
        place = int(np.searchsorted(smaller, needed))
        if place < smaller.size:
            values.append(pairs.values[place].item())
    return tuple(values)


def keep_cut(pairs: Pairs, keep: Keep) -> KeepCut | Edge:
    """Where the keep cuts off, or that the edge lies inside equal values."""
    wanted = how_many(keep, int(pairs.counts.sum()) + pairs.missing)
    if wanted == 0:
        return KeepCut(None, nobody=True)
    highest_first = keep.seed is None and not keep.lowest
    values, counts = (pairs.values[::-1], pairs.counts[::-1]) if highest_first else (pairs.values, pairs.counts)
    # Those without a value come after everyone who has one, whichever end is kept: missing is never the best.
    upto = np.cumsum(counts)
    place = int(np.searchsorted(upto, wanted))
    if place < upto.size:
        value = values[place].item()
        take = wanted - int(upto[place] - counts[place])
        return KeepCut(value) if take == counts[place] else Edge(value, take)
    take = wanted - int(upto[-1] if upto.size else 0)
    return KeepCut(None) if take >= pairs.missing else Edge(None, take)


def how_many(keep: Keep, members: int) -> int:
    """The count, or ceil(members * percent / 100), exactly."""
    if keep.count is not None:
        return keep.count
    assert keep.percent is not None
    share = Fraction(keep.percent) * members / 100
    return -(-share.numerator // share.denominator)


def kept(keep: Keep, members: int) -> int:
    """How many of the members a keep leaves."""
    return min(members, how_many(keep, members))


def settle_edge(edge: Edge, smallest: Iterable[Sequence[str]]) -> KeepCut:
    """The cut, from the contact_ids at the edge: of each bucket its `take` smallest are enough."""
    ids = sorted(contact_id for part in smallest for contact_id in part)
    assert len(ids) >= edge.take, "fewer contacts at a keep's edge than were counted"
    return KeepCut(edge.value, ids[edge.take - 1])


def quantile_key(quantile: Quantile) -> str:
    """The same for the same quantile of the same as_of, in whichever program it stands."""
    return sha256(repr(quantile).encode()).hexdigest()[:16]
