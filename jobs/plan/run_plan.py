"""The plan of a run: every segment's formula with nothing symbolic left, in an order in which references come first.

In a plan there is no TimeTest, no Moment and no symbolic window: all are Spans, Calendar, ints and Instants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.catalog.model import Catalog
from jobs.language.atoms import InList, Meaning, Quantile
from jobs.syntax.zones import Zone

AS_WRITTEN = "="
"""Behind a path of folded text: the text as it stands in the data. Only where something compares without folding it."""


@dataclass(frozen=True)
class Clock:
    """The one instant and zone of a run. `day` counts from 1970-01-01, in the account's zone."""

    as_of_us: int
    zone: Zone
    day: int


@dataclass(frozen=True)
class Stage:
    """One pass over the tiles. Pass k may use the cuts of passes before it.

    `quantiles` and `keeps` (segment ids): whose (value, count) pairs this pass gives, so that their cuts are known
    after it. `segments`: ids whose members are final in this pass (a kept one: in the pass after its cut). The last
    pass can answer every segment, so only the last one's bitmaps are written.
    """

    quantiles: tuple[Quantile, ...]
    keeps: tuple[str, ...]
    segments: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """`segments` are in dependency order, `columns` are the paths each source must supply (time and contact excluded).

    A path may stand there `AS_WRITTEN` too. `keep_cut_us`: rows of a source before it do not exist. `lists`: the lists
    some segment asks for. `decided`: ids of segments that are referred to and not computed, a run having said already who
    is in them.
    """

    clock: Clock
    catalog: Catalog
    segments: tuple[Meaning, ...]
    stages: tuple[Stage, ...]
    columns: Mapping[str, frozenset[str]]
    keep_cut_us: Mapping[str, int]
    lists: tuple[InList, ...]
    decided: tuple[str, ...] = ()

    @property
    def last_stage(self) -> int:
        """The number of the stage that answers every segment."""
        return len(self.stages) - 1
