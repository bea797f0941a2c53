"""One attempt to ingest: deliveries staged in its own place, counted and judged, source beside source.

Nothing that happens here is seen by anybody: what an attempt decides counts once the journal has heard it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from jobs.catalog.model import Source
from jobs.intake.arrivals import Sorted
from jobs.intake.audit import Audit, audit, confirmed, refused_unread
from jobs.intake.deliveries import Entry
from jobs.intake.inlet import NOTHING_KNOWN, Inlet, KnownDeliveries
from jobs.intake.inlets import inlet_of
from jobs.intake.staged_files import DeliveryReader, Staged, stage
from jobs.intake.staging_places import StagingPlace, begin, keep_staged
from jobs.lake.contact_lookup import ContactIndex
from jobs.lake.stored_columns import stored_names
from jobs.lake.tables import CONTACT_NO, source_table
from jobs.runs.night import Night

AT_ONCE = 2
"""Sources staged side by side: one's driver work fills the other's waiting."""


@dataclass(frozen=True)
class Attempt:
    """What one attempt starts from: the journal as it was, and the news of each source."""

    night: Night
    place: StagingPlace
    entries: Sequence[Entry]
    news: Mapping[str, Sorted]


@dataclass(frozen=True)
class Audited:
    """What was decided about a source; `staged` are the rows that it was decided on, None where none had to be read."""

    audit: Audit
    staged: Staged | None


def inlet_for(night: Night, source: Source, known: KnownDeliveries = NOTHING_KNOWN) -> Inlet:
    """The way in of a source that can be ingested."""
    inlet = inlet_of(night, source, known)
    assert inlet is not None, f"{source.name} was asked for and has no way in"
    return inlet


def take(attempt: Attempt, sources: Sequence[Source], index: ContactIndex | None = None) -> list[Audited]:
    """Stages and counts side by side, then judges one after the other. `index` knows whoever has a number."""
    night, news = attempt.night, attempt.news
    fresh = [source for source in sources if news[source.name].judge]
    if fresh:
        begin(night.lake, attempt.place)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        staged = list(pool.map(lambda source: _stage(attempt, source, index), fresh))
    judged = [
        Audited(
            audit(night, each.reader.stored, news[source.name], each.counts, attempt.entries, attempt.place.attempt),
            each,
        )
        for source, each in zip(fresh, staged, strict=True)
    ]
    return [*judged, *(Audited(_unread(night, source, news[source.name]), None) for source in sources)]


def _stage(attempt: Attempt, source: Source, index: ContactIndex | None) -> Staged:
    night, place = attempt.night, attempt.place.attempt
    stored = night.stored(source)
    names = stored_names(night.lake, source_table(source.name, stored.schema), stored.schema)
    schema = pa.schema([stored.schema.field(name).with_name(kept) for name, kept in names.items()])
    if index is not None and source.contact:
        schema = schema.append(pa.field(CONTACT_NO, pa.int64()))
    reader = DeliveryReader(
        stored,
        inlet_for(night, source),
        night.lake,
        source_table(source.name, schema),
        names,
        place,
        index if source.contact else None,
    )
    staged = stage(night.workers, reader, attempt.news[source.name].to_stage())
    keep_staged(night.lake, place, reader.table, staged.files)
    return staged


def _unread(night: Night, source: Source, news: Sorted) -> Audit:
    return Audit(source.name, (*refused_unread(night, source, news), *confirmed(night, news)))
