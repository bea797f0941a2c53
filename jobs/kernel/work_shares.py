"""What each segment has its part in of a measured stage, and what one would have in a stage that has not run.

Work that one segment alone needs is its own: without the segment nobody would do it. Work that several need is divided
among them evenly. So the own and the shared parts of all segments add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jobs.kernel.stopwatch import WorkKey
from jobs.kernel.work_units import Units, WorkKind
from jobs.kernel.work_users import Users

Spent = Mapping[WorkKey, float]
"""Nanoseconds by what was done."""


@dataclass(frozen=True)
class WorkShare:
    """Of one thing that is divided: nanoseconds, or bytes."""

    own: float = 0.0
    shared: float = 0.0

    def __add__(self, other: WorkShare) -> WorkShare:
        return WorkShare(self.own + other.own, self.shared + other.shared)


def divided(units: Units, spent: Spent) -> dict[str, WorkShare]:
    """Each segment's part of a stage's work."""
    return shares_of(
        (nanoseconds * weight / units[key].weight, users)
        for key, nanoseconds in spent.items()
        for weight, users in units[key].parts
    )


def shares_of(parts: Iterable[tuple[float, Users]]) -> dict[str, WorkShare]:
    """Each segment's part of amounts that are needed by these; what nobody needs, as where no spec is right, is in
    no part."""
    shares: dict[str, WorkShare] = {}
    for amount, users in parts:
        for segment in users:
            part = WorkShare(own=amount) if len(users) == 1 else WorkShare(shared=amount / len(users))
            shares[segment] = shares.get(segment, WorkShare()) + part
    return shares


@dataclass(frozen=True)
class Rates:
    """Nanoseconds of a part of weight 1, by kind and by what is more general than one (`_beginnings`)."""

    by_kind: Mapping[WorkKind, float]

    def of(self, kind: WorkKind) -> float:
        """That of the nearest kind there is a rate for, of whatever source; 0 where there is none at all."""
        return next((self.by_kind[words] for words in _beginnings(kind) if words in self.by_kind), 0.0)

    def foretold(self, units: Units) -> dict[WorkKey, float]:
        """What these would take."""
        return {key: self.of(unit.kind) * unit.weight for key, unit in units.items() if unit.expected}


def rates_of(stages: Iterable[tuple[Units, Spent]]) -> Rates:
    """The rates of measured stages."""
    spent: dict[WorkKind, float] = {}
    weights: dict[WorkKind, float] = {}
    for units, of_stage in stages:
        for key, nanoseconds in of_stage.items():
            for kind in _beginnings(units[key].kind):
                spent[kind] = spent.get(kind, 0.0) + nanoseconds
                weights[kind] = weights.get(kind, 0.0) + units[key].weight
    return Rates({kind: spent[kind] / weights[kind] for kind in spent if weights[kind]})


def _beginnings(kind: WorkKind) -> list[WorkKind]:
    """A kind and what is more general: ("sweep", "order", "sum"), the same of any source, ("sweep", "order"), ("sweep",)."""
    anywhere = [(kind[0], "", *kind[2:])] if len(kind) > 2 else []
    return [kind, *anywhere, *(kind[:length] for length in range(len(kind) - 1, 0, -1))]
