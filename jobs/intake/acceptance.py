"""What has landed is found, parsed, staged, judged, and accepted or refused: the work of ingest, source by source.

A delivery counts from the one commit of `deliveries` at the end: until then its rows in `sources/` are nobody's, so this can
be killed anywhere and done again. A refused delivery fails its source and the segments that reach it, no others; only the
contacts source stops the night.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import replace as replace_fields

from pyspark.sql import DataFrame

from jobs.catalog.model import Catalog, Source
from jobs.errors import CatalogError, DataError, Problem, Unreachable, UsageError
from jobs.intake.arrivals import Sorted, sort_out
from jobs.intake.audit import Audit, audit, confirmed, refused_unread, tell_waiting
from jobs.intake.deliveries import Counted, Entry, counted, refusals, states
from jobs.intake.delivery_reader import DeliveryReader
from jobs.intake.inlet import Inlet
from jobs.intake.inlets import inlet_of
from jobs.intake.journal import read_entries, write_entries
from jobs.intake.staged_rows import Staged, count_staged, forget, stage, take_in
from jobs.lake.commits import rows_of
from jobs.lake.creation import exists
from jobs.lake.source_rows import delivered_rows
from jobs.lake.tables import CONTACTS
from jobs.runs.night import Night
from jobs.runs.run import Run
from jobs.runs.step_pins import IngestPin
from jobs.syntax.spelling import did_you_mean

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Sources staged side by side: one's driver work fills the other's waiting for a commit."""


@dataclass(frozen=True)
class IngestReport:
    """What an ingest decided, and the state of every source after it. `entries` is the whole journal."""

    accepted: tuple[Entry, ...]
    refused: tuple[Entry, ...]
    states: Mapping[str, Counted]
    entries: tuple[Entry, ...]

    @property
    def failed_sources(self) -> dict[str, str]:
        return {name: state.failed for name, state in self.states.items() if state.failed}


def has_news(night: Night, last: Run, replacing: bool, again: bool) -> bool:
    """Whether an ingest now would decide something that a finished run did not know."""
    entries = read_entries(night.lake)
    known = {entry.content_hash for entry in entries}
    if again or max((entry.entry_no for entry in entries), default=0) > last.pinned(IngestPin).entry_no:
        return True
    for source in asked_sources(night.catalog, ()):
        news = _look(night, source, entries, replacing, again=False)
        fresh = [
            one for one in [*news.judge, *(one for one, _ in news.refuse)] if one.arrival.content_hash not in known
        ]
        if fresh or news.confirm or any(one.replaces for one in news.judge):
            return True
    return False


def ingest(
    night: Night, *, sources: Sequence[str] = (), replacing: bool = False, again: Sequence[str] = ()
) -> IngestReport:
    """Takes in what has landed for these sources (all when none is named); `DataError` (20) when contacts are bad.

    `replacing`: other bytes of a known day take its place. `again`: these are read anew, after a change of their catalog.
    """
    entries = read_entries(night.lake)
    asked = asked_sources(night.catalog, [*sources, *again])
    news = {source.name: _look(night, source, entries, replacing, source.name in again) for source in asked}
    people = night.catalog.contacts
    audits: list[Audit] = []
    if people in asked:
        audits += _take(night, [people], news, entries, known=None)
    if not any(entry.state == "refused" for one in audits for entry in one.entries):
        others = [source for source in asked if source is not people]
        audits += _take(night, others, news, entries, known=_everybody(night, entries, audits))
    report = _recorded(night, entries, audits)
    forget(night.lake, [source for source in asked if news[source.name].judge])
    if people in asked and (reason := report.failed_sources.get(people.name)):
        raise DataError(f"{people.name}: {reason}\nNothing can be evaluated without contacts; published segments stay.")
    return report


def skip_delivery(night: Night, source: str, label: str, reason: str) -> None:
    """A person's word that a source goes on without a refused delivery; `UsageError` unless there is one and a reason."""
    asked_sources(night.catalog, [source])
    if not reason.strip():
        raise UsageError(f"--skip needs --reason: say why {source} can go on without {label}")
    entries = read_entries(night.lake)
    open_ones = {entry.label: entry for entry in refusals(entry for entry in entries if entry.source == source)}
    if label not in open_ones:
        listed = ", ".join(open_ones) or "nothing"
        raise UsageError(f"--skip {source} {label}: no refused delivery of that label; refused is: {listed}")
    skipped = replace_fields(
        open_ones[label],
        entry_no=1 + max(entry.entry_no for entry in entries),
        state="skipped",
        as_of_us=night.clock.as_of_us,
        reason=reason,
    )
    write_entries(night.spark, night.lake, [skipped], {})
    log.info("%s %s: skipped: %s", source, label, reason)


def asked_sources(catalog: Catalog, names: Sequence[str]) -> list[Source]:
    """The delivered sources with these names; all of them when none is named."""
    delivered = [source for source in catalog.sources.values() if not source.is_computed]
    for name in names:
        known = [source.name for source in delivered]
        if name not in known:
            raise UsageError(f"--source {name}: the catalog has no such delivered source{did_you_mean(name, known)}")
    wanted = [source for source in delivered if source.name in names or not names]
    unreadable = [source for source in wanted if inlet_of(catalog.origin_of(source), "") is None]
    if unreadable:
        said = "found no files to read, expected read: {files: {path: …, format: …}}"
        problems = [Problem(source.file, "", said) for source in unreadable]
        raise CatalogError("These sources do not say where their rows come from, so they cannot be ingested:", problems)
    return wanted


def _look(night: Night, source: Source, entries: Sequence[Entry], replacing: bool, again: bool) -> Sorted:
    landed = _inlet(night, source).arrived()
    for label, why in landed.waiting:
        tell_waiting(source, label, why)
    own = [entry for entry in entries if entry.source == source.name]
    return sort_out(source, landed, own, replacing, again)


def _inlet(night: Night, source: Source) -> Inlet:
    inlet = inlet_of(night.catalog.origin_of(source), night.landing)
    assert inlet is not None, f"{source.name} was asked for and has no way in"
    return inlet


def _take(
    night: Night,
    sources: Sequence[Source],
    news: Mapping[str, Sorted],
    entries: Sequence[Entry],
    known: DataFrame | None,
) -> list[Audit]:
    """Stages, counts, judges, and puts what is accepted into `sources/`: side by side, but judged one after the other."""
    fresh = [source for source in sources if news[source.name].judge]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        staged = list(pool.map(lambda source: _stage(night, source, news[source.name]), fresh))
        counts = list(pool.map(lambda one: count_staged(one, known), staged))
        judged = [
            audit(night, one.reader.stored, news[one.reader.stored.source.name], found, entries)
            for one, found in zip(staged, counts, strict=True)
        ]
        list(pool.map(lambda one, found: _take_in(night, one, found, news), staged, judged))
    rest = [
        Audit(
            source.name,
            (*refused_unread(night, source, news[source.name]), *confirmed(night, news[source.name])),
        )
        for source in sources
    ]
    return [*judged, *rest]


def _stage(night: Night, source: Source, news: Sorted) -> Staged:
    reader = DeliveryReader(night.stored(source), _inlet(night, source))
    return stage(night.spark, night.lake, reader, news.to_stage())


def _take_in(night: Night, staged: Staged, judged: Audit, news: Mapping[str, Sorted]) -> None:
    accepted = [entry.delivery_no for entry in judged.entries if entry.state == "accepted" and entry.delivery_no]
    if accepted:
        take_in(night.spark, night.lake, staged, accepted, news[judged.source].again)


def _everybody(night: Night, entries: Sequence[Entry], audits: Sequence[Audit]) -> DataFrame:
    """The `contact_id` of everybody who has a number or is in the contacts source now, once."""
    people = night.catalog.contacts
    after = [*entries, *(entry for one in audits for entry in one.entries)]
    numbers = [entry.delivery_no or 0 for entry in counted(after, people)]
    now = delivered_rows(night.spark, night.lake, people, night.stored(people).schema, numbers).select("contact_id")
    if len(numbers) == 1 and not exists(night.lake, CONTACTS):
        return now
    return now.union(rows_of(night.spark, night.lake, CONTACTS).select("contact_id")).distinct()


def _recorded(night: Night, entries: Sequence[Entry], audits: Sequence[Audit]) -> IngestReport:
    """One commit with what was decided, read back: of two ingests at once only one is heard, and the other says so."""
    start = 1 + max((entry.entry_no for entry in entries), default=0)
    decided, evidence = [], {}
    for one in audits:
        for entry in one.entries:
            numbered = entry.numbered(start + len(decided))
            if not numbered.repeats(entries):
                decided.append(numbered)
                evidence[numbered.entry_no] = one.kept(night.lake, numbered)
    write_entries(night.spark, night.lake, decided, evidence)
    journal = read_entries(night.lake) if decided else list(entries)
    if not set(decided) <= set(journal):
        raise Unreachable(
            f"{night.lake}/deliveries: another ingest recorded its deliveries meanwhile; nothing of this one counts. "
            "Run the step again when the other has finished."
        )
    return IngestReport(
        tuple(entry for entry in decided if entry.state == "accepted"),
        tuple(entry for entry in decided if entry.state == "refused"),
        states(journal, night.catalog, night.clock),
        tuple(journal),
    )
