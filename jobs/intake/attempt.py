"""One attempt to ingest: deliveries staged in its own place, counted and judged, source beside source.

Nothing that happens here is seen by anybody: what an attempt decides counts once the journal has heard it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql.functions import col

from jobs.catalog.model import Source
from jobs.intake.arrivals import Sorted
from jobs.intake.audit import Audit, audit, confirmed, refused_unread
from jobs.intake.deliveries import Entry, counted
from jobs.intake.delivery_reader import DeliveryReader
from jobs.intake.inlet import Inlet
from jobs.intake.inlets import inlet_of
from jobs.intake.staged_rows import KEPT, Staged, count_staged, stage
from jobs.intake.staging_places import StagingPlace
from jobs.intake.taken_rows import AT_ONCE
from jobs.lake.commits import rows_of
from jobs.lake.creation import exists
from jobs.lake.source_rows import delivered_rows
from jobs.lake.tables import CONTACTS, DELIVERY_NO
from jobs.runs.night import Night


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


def inlet_for(night: Night, source: Source) -> Inlet:
    """The way in of a source that can be ingested."""
    inlet = inlet_of(night.catalog.origin_of(source), night.landing)
    assert inlet is not None, f"{source.name} was asked for and has no way in"
    return inlet


def take(attempt: Attempt, sources: Sequence[Source], ever_known: DataFrame | None = None) -> list[Audited]:
    """Stages and counts side by side, then judges one after the other. `ever_known`: see `count_staged`."""
    night, news = attempt.night, attempt.news
    fresh = [source for source in sources if news[source.name].judge]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        staged = list(pool.map(lambda source: _stage(attempt, source), fresh))
        counts = list(pool.map(lambda rows: count_staged(rows, ever_known), staged))
    judged = [
        Audited(
            audit(night, rows.reader.stored, news[rows.source.name], of_each, attempt.entries, attempt.place.attempt),
            rows,
        )
        for rows, of_each in zip(staged, counts, strict=True)
    ]
    return [*judged, *(Audited(_unread(night, source, news[source.name]), None) for source in sources)]


def everybody(attempt: Attempt, contacts: Sequence[Audited]) -> DataFrame:
    """The `contact_id` of everybody who has a number, or will be in the contacts source once this attempt is heard; once."""
    night, people = attempt.night, attempt.night.catalog.contacts
    after = [*attempt.entries, *(entry for audited in contacts for entry in audited.audit.entries)]
    numbers = [entry.delivery_no or 0 for entry in counted(after, people)]
    stored = delivered_rows(night.spark, night.lake, people, night.stored(people).schema, numbers).select("contact_id")
    staged = [audited.staged.rows for audited in contacts if audited.staged is not None]
    for rows in staged:
        stored = stored.union(rows.where(col(DELIVERY_NO).isin(numbers) & col(KEPT)).select("contact_id"))
    if len(numbers) == 1 and not exists(night.lake, CONTACTS):
        return stored
    return stored.union(rows_of(night.spark, night.lake, CONTACTS).select("contact_id")).distinct()


def _stage(attempt: Attempt, source: Source) -> Staged:
    night = attempt.night
    reader = DeliveryReader(night.stored(source), inlet_for(night, source))
    return stage(night.spark, night.lake, attempt.place, reader, attempt.news[source.name].to_stage())


def _unread(night: Night, source: Source, news: Sorted) -> Audit:
    return Audit(source.name, (*refused_unread(night, source, news), *confirmed(night, news)))
