"""The one protocol of all ways rows come in: what has arrived of a source, and the rows of each part of it.

A way is one file that keeps this protocol, and one line in `inlets`. Nobody else in the house knows whether rows come from
files, from a table or over a connection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from jobs.catalog.values import FileNotes
from jobs.errors import visible
from jobs.lake.stored_source import StoredSource


@dataclass(frozen=True)
class Part:
    """What one worker reads by itself: a file, a range of a table, or a piece of a large one.

    `name` is what its inlet finds it by, `content` the hash of what lay there when it was looked at, `size` its bytes. A
    piece has those of the whole, the stretch of it from `first` up to and without `end` (row groups of a Parquet file, bytes
    of another), and about how many bytes are its `own`.
    """

    name: str
    size: int = 0
    content: str = ""
    first: int = 0
    end: int | None = None
    own: int = 0

    @property
    def is_piece(self) -> bool:
        return self.end is not None

    @property
    def weight(self) -> int:
        """About how many bytes are to be read."""
        return self.own if self.is_piece else self.size

    @property
    def shown(self) -> str:
        """Its name in messages, logs and tables."""
        return visible(self.name)


@dataclass(frozen=True)
class Arrival:
    """A whole delivery. `label` is its day if `dated`, else a name as it is shown; `unfit` why it is refused unread.

    `renews`: of a source that otherwise delivers changes this is everything there is, in the place of all before it.
    `drift`: how its columns are others than those of the delivery before; then it is refused unless a person wants it so.
    `alive`: what is there may be another whenever it is read, so that what was refused of it is worth another look.
    """

    label: str
    parts: tuple[Part, ...]
    content_hash: str
    dated: bool
    unfit: str = ""
    renews: bool = False
    drift: str = ""
    alive: bool = False


@dataclass(frozen=True)
class Landed:
    """What there is of one source: `arrived` by label, and `waiting` labels with what they wait for, all as shown."""

    arrived: tuple[Arrival, ...]
    waiting: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class KnownDeliveries:
    """What a way in that has more to it than what lies there is told of its source: the ids of the deliveries that count, in
    their order; `anew` those of them that are to be read again; `replacing`: a person wants what there is to take the place
    of what was taken."""

    ids: tuple[str, ...] = ()
    anew: frozenset[str] = frozenset()
    replacing: bool = False


NOTHING_KNOWN = KnownDeliveries()


class StillChanging(Exception):
    """What was read is not what had arrived: somebody writes it still, so it has not arrived yet."""


class Inlet(Protocol):
    """One way in, for one source; goes to Spark's workers whole."""

    def arrived(self) -> Landed:
        """Every delivery there is now, whole ones apart from those that wait. `Unreachable` where one cannot look."""
        ...

    def check_sent(self) -> None:
        """`SettingsError` where workers on other machines cannot read what this one can."""
        ...

    def pieces(self, part: Part) -> Sequence[Part]:
        """What several workers can read of a part side by side: itself where it is small, or cannot be cut."""
        ...

    def check(self, part: Part) -> None:
        """`StillChanging` where a part is no longer what arrived. Asked of a part once all pieces of it are read."""
        ...

    def remarks(self, stored: StoredSource, part: Part, keys: Collection[str]) -> list[str]:
        """What is to be told of a part that was read in pieces, by the keys that notes have of them; `DataError` where it
        is refused."""
        ...

    def batches(self, stored: StoredSource, part: Part, notes: FileNotes) -> Iterator[pa.RecordBatch]:
        """The rows of a part with the columns of `arrow_schema`; with the last ones `notes` say what is to be told of it.

        `DataError` where it is no table, `StillChanging` where it is no longer what arrived (whatever else is wrong with
        it; a piece that can be read does not ask), `Unreachable` where it cannot be read.
        """
        ...
