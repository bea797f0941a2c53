"""What the newest night knows of a source: how many rows, since when, how fresh, how well its columns are filled.

From tiles and the journal, without Spark: rows and days stand beside the tiles, columns are looked at in a sample of
buckets. How often a word occurs is told of frequent words alone, and never of sensitive columns (catalog/shown_counts.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.answers.bucket_sample import draw_buckets
from jobs.answers.evidence import Evidence
from jobs.catalog.model import Catalog, Column, Source
from jobs.catalog.shown_counts import Bounds, Shown, frequent, share
from jobs.catalog.types import WORDS
from jobs.evaluation.bucket_cells import tile_cells
from jobs.intake.deliveries import Entry, counted, delivered_us, failure
from jobs.intake.journal import read_entries
from jobs.kernel.bucket_rows import BUCKET, RowBlock, Vector
from jobs.kernel.tiles import decode_identity, decode_tiles
from jobs.lake.segment_runs import newest_run, read_segment_runs
from jobs.lake.stored_cells import chosen, read_cells
from jobs.lake.tables import IDENTITY, TILES
from jobs.plan.clock import HOUR_US, date_of
from jobs.publication.report import local_text
from jobs.runs.run import instant, run_numbered
from jobs.runs.step_pins import PackPin
from jobs.settings import Settings

Positions = NDArray[np.int32]
LiveFlags = NDArray[np.bool_]
ROWS_ASKED = 1_000_000
"""Of a source, about: beyond it fewer buckets are asked."""
FREQUENT = 10
"""Words of a column that are shown, at most."""


@dataclass(frozen=True)
class SourceFacts:
    """One source in the lake. `rows` None: it has none of its own. Days are local, of the rows' times; `label` is its newest
    delivery's, so many hours old at the run's as_of; `failure`: why nothing is evaluated on it, if so."""

    rows: int | None = None
    first_day: str = ""
    last_day: str = ""
    label: str = ""
    age_hours: int | None = None
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"rows": self.rows, "first_day": self.first_day or None, "last_day": self.last_day or None,
                "delivery": self.label or None, "age_hours": self.age_hours, "failure": self.failure}  # fmt: skip


@dataclass(frozen=True)
class FilledColumn:
    """How many of the rows have a value, in per cent, or in words where nobody may know; and the frequent words with their
    share of the values, in per cent."""

    filled: Shown = None
    words: Mapping[str, Shown] = field(default_factory=dict[str, Shown])


@dataclass(frozen=True, eq=False)
class LakeFacts:
    """The newest published night of a lake, and what it knows of its sources."""

    settings: Settings
    evidence: Evidence

    @property
    def catalog(self) -> Catalog:
        return self.evidence.kept.catalog

    @property
    def basis(self) -> str:
        as_of = local_text(instant(self.evidence.run.as_of_us), self.evidence.clock.zone)
        return f"By the tiles of run {self.evidence.run.run_no} as of {as_of}."

    def sources(self, names: Iterable[str]) -> dict[str, SourceFacts]:
        """What is known of each of these sources."""
        known = [name for name in names if name in self.catalog.sources]
        tiles = self._tiles([name for name in known if self.catalog.sources[name].has_contacts])
        entries = read_entries(self.settings.lake)
        return {name: self._of_source(self.catalog.sources[name], tiles, entries) for name in known}

    def _of_source(self, source: Source, tiles: pa.Table, entries: Sequence[Entry]) -> SourceFacts:
        if source.is_computed:
            return SourceFacts()
        clock = self.evidence.clock
        own = [entry for entry in entries if entry.source == source.name]
        counting = counted(own, source)
        packed = tiles.filter(pc.equal(tiles["source"], source.name))
        rows = pc.sum(packed["rows"]).as_py() if source.has_contacts else sum(each.rows or 0 for each in counting)
        ages = [(clock.as_of_us - delivered_us(own, newest, source, clock.zone)) // HOUR_US for newest in counting[-1:]]
        label = counting[-1].label if counting else ""
        return SourceFacts(
            rows or 0, *self._days(packed, source), label, ages[0] if ages else None, failure(own, source, clock) or ""
        )

    def _days(self, tiles: pa.Table, source: Source) -> tuple[str, str]:
        if not source.has_time:
            return "", ""
        ends = pc.min(tiles["first_at"]), pc.max(tiles["last_at"])
        days = [end.cast(pa.int64()).as_py() if end.is_valid else None for end in ends]
        zone = self.evidence.clock.zone
        first, last = ("" if day is None else date_of(zone.local_day(day)).isoformat() for day in days)
        return first, last

    def _tiles(self, names: Sequence[str]) -> pa.Table:
        pack = self.evidence.run.pinned(PackPin).pack_no
        return tile_cells(self.settings.lake, pack, names, ("first_at", "last_at"))

    # --- columns ---------------------------------------------------------------------------------------------------------

    def columns(self, name: str) -> dict[str, FilledColumn]:
        """What is known of the columns of a source; nothing where it has no tiles."""
        source = self.catalog.sources.get(name)
        if source is None or not source.has_contacts:
            return {}
        tiles = self._tiles([IDENTITY, name])
        counts = {column: _Counts() for column in source.columns.values() if column.name != source.time}
        asked = 0
        for block, live in self._blocks(source, tiles, [column.name for column in counts]):
            here = live[block.position]
            asked += int(here.sum())
            for column, count in counts.items():
                count.add(block.columns[column.name], block.position, here, not column.sensitive)
        return {column.name: count.facts(column, asked) for column, count in counts.items()}

    def _payloads(self, cells: pa.Table) -> list[bytes]:
        return [cell for cell in read_cells(self.settings.lake, TILES, cells, "payload") if cell is not None]

    def _blocks(self, source: Source, tiles: pa.Table, columns: Sequence[str]) -> Iterator[tuple[RowBlock, LiveFlags]]:
        """The rows of each bucket that is asked, and who of it is live."""
        own = tiles.filter(pc.equal(tiles["source"], source.name))
        buckets = sorted(set(own["bucket"].to_pylist()))
        rows = pc.sum(own["rows"]).as_py() or 0
        most = max(1, len(buckets) * ROWS_ASKED // max(rows, ROWS_ASKED))
        for bucket in draw_buckets(buckets, self.evidence.run.run_no, max(most, 3)).buckets if buckets else ():
            payloads = {
                each: self._payloads(chosen(tiles, bucket=[bucket], source=[each])) for each in (IDENTITY, source.name)
            }
            yield (
                decode_tiles(payloads[source.name], source, self.catalog, columns),
                decode_identity(payloads[IDENTITY]).live,
            )


def lake_facts(settings: Settings) -> LakeFacts | None:
    """The newest published night; None where there is none."""
    row = next(iter(newest_run(read_segment_runs(settings.lake))), None)
    return (
        None if row is None else LakeFacts(settings, Evidence(settings.lake, run_numbered(settings.lake, row.run_no)))
    )


@dataclass
class _Counts:
    """Of one column: values that are there, and of each word rows and contacts."""

    known: int = 0
    rows: Counter[str] = field(default_factory=Counter[str])
    contacts: Counter[str] = field(default_factory=Counter[str])

    def add(self, vector: Vector, position: Positions, live: LiveFlags, words: bool) -> None:
        known = vector.known & live
        self.known += int(known.sum())
        if not words or vector.type.name not in (*WORDS, "boolean"):
            return
        names, codes, bearers = _words(vector, position, known)
        rows = np.bincount(codes, minlength=len(names))
        contacts = np.bincount(np.unique(codes * BUCKET + bearers) // BUCKET, minlength=len(names))
        for word, of_rows, of_contacts in zip(names, rows.tolist(), contacts.tolist(), strict=True):
            self.rows[word] += of_rows
            self.contacts[word] += of_contacts

    def facts(self, column: Column, asked: int) -> FilledColumn:
        told = frequent(self.contacts, column.sensitive)
        words = sorted(told, key=lambda word: (-self.rows[word], word))[:FREQUENT]
        shares = {word: share(self.rows[word], self.known) for word in words}
        bounds = Bounds(0, asked) if column.sensitive else None
        return FilledColumn(share(self.known, asked, bounds), shares)


def _words(
    vector: Vector, position: Positions, known: LiveFlags
) -> tuple[Sequence[str], NDArray[np.int64], NDArray[np.int64]]:
    """The words of a column, and for each time one occurs which it is and whose it is; of several choices each one."""
    codes, bearers = vector.values[known].astype(np.int64), position[known].astype(np.int64)
    if vector.type.name != "choices":
        return vector.dictionary or ("false", "true"), codes, bearers
    sets = [text.split("|") for text in vector.dictionary]
    names = sorted({word for words in sets for word in words})
    numbers = [np.array([names.index(word) for word in words], np.int64) for words in sets]
    sizes = np.array([words.size for words in numbers], np.int64)
    each = [numbers[code] for code in codes.tolist()]
    return names, np.concatenate([*each, np.zeros(0, np.int64)]), np.repeat(bearers, sizes[codes])
