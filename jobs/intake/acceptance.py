"""What has landed is found, staged, judged, accepted or refused, and taken in: the work of ingest, source by source.

Contacts come first and get their numbers, because rows of the others carry them, and are counted by who is known then. A
delivery counts from the one commit of `deliveries` that names it; until then nothing has happened, and of several ingests
at once one is heard. Then its rows are taken in, by this ingest or, if it is killed, by the next one before it does
anything else. A refused delivery fails its source and the segments that reach it, no others; only the contacts source stops
the night.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as replace_fields

from jobs.catalog.model import Catalog, Source
from jobs.errors import CatalogError, DataError, Problem, Unreachable, UsageError, UserError
from jobs.intake.arrivals import Sorted, check_some_there, sort_out
from jobs.intake.attempt import Attempt, inlet_for, take
from jobs.intake.audit import Audit, quality_folder, tell_waiting
from jobs.intake.contact_numbers import number_delivered
from jobs.intake.databases.moments import cuts_held
from jobs.intake.deliveries import Counted, Entry, counted, known_deliveries, refusals, states
from jobs.intake.inlets import check_connections, has_inlet
from jobs.intake.journal import Readings, read_entries, read_readings, write_entries
from jobs.intake.staging_places import StagingPlace, forget_places, last_entry_no, new_place, settled_places
from jobs.intake.taken_rows import pending, take_in
from jobs.intake.unread_columns import to_read_again, unread_columns, with_unread
from jobs.lake.contact_lookup import ContactIndex, keep_index
from jobs.lake.contacts import read_high_water
from jobs.lake.small_files import remove_folder
from jobs.runs.night import Night
from jobs.runs.run import Run
from jobs.runs.step_pins import IngestPin
from jobs.syntax.spelling import did_you_mean

log = logging.getLogger(__name__)


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

    @property
    def all_refused(self) -> list[Entry]:
        """What was refused now, and what was refused before and fails its source still: each once."""
        standing = [entry for state in self.states.values() for entry in state.refused]
        return sorted({*self.refused, *standing}, key=lambda entry: entry.entry_no)


@cuts_held()
def has_news(night: Night, last: Run, replacing: bool, again: bool) -> bool:
    """Whether an ingest now would decide something that a finished run did not know."""
    entries, readings = read_entries(night.lake), read_readings(night.lake)
    known = {entry.content_hash for entry in entries}
    if again or last_entry_no(entries) > last.pinned(IngestPin).entry_no:
        return True
    for source in asked_sources(night.catalog, ()):
        news = look(night, source, entries, readings, replacing)
        deliveries = [*news.judge, *(refused for refused, _ in news.refuse)]
        fresh = any(delivery.arrival.content_hash not in known for delivery in deliveries)
        if fresh or news.confirm or any(each.replaces or each.arrival.alive for each in news.judge):
            return True
    return False


@cuts_held()
def ingest(
    night: Night, *, sources: Sequence[str] = (), replacing: bool = False, again: Sequence[str] = ()
) -> IngestReport:
    """Takes in what has landed for these sources (all when none is named); `DataError` (20) when contacts are bad.

    `replacing`: other bytes of a known day take its place. What was read otherwise than the catalog says now is read again
    where it lies there still; `again`: of these sources all that counts is.
    Of several ingests at once one is heard; the others end with `Unreachable` (30), and nothing of theirs counts.
    """
    asked = asked_sources(night.catalog, [*sources, *again])
    _finish_others(night.lake, again)
    people = night.catalog.contacts
    names = [source.name for source in asked]
    reports = [_taken(night, [source for source in asked if source is people], names, replacing, again)]
    if people in asked and any(entry.state == "refused" and not entry.counts_on for entry in reports[0].refused):
        return _checked(reports, people)
    version = _numbered(night, reports[0])
    others = [source for source in asked if source is not people]
    index = keep_index(night.workers, night.lake, version) if others else None
    reports.append(_taken(night, others, names, replacing, again, index))
    return _checked(reports, people if people in asked else None)


def _finish_others(lake: str, again: Collection[str]) -> None:
    """What earlier ingests were heard with is taken in, and what nothing will come of any more is taken away."""
    entries = read_entries(lake)
    unfinished = pending(lake, entries, besides=again)
    take_in(lake, unfinished)
    forget_places(lake, set(settled_places(lake, entries)) - {entry.attempt for entry in unfinished})


def _taken(
    night: Night,
    sources: Sequence[Source],
    asked: Collection[str],
    replacing: bool,
    again: Collection[str],
    index: ContactIndex | None = None,
) -> IngestReport:
    """One attempt: what has landed for these sources is decided in one commit of the journal, and taken in.

    `asked`: all sources that the ingest is about.
    """
    entries, readings = read_entries(night.lake), read_readings(night.lake)
    news = {source.name: look(night, source, entries, readings, replacing, source.name in again) for source in sources}
    place = new_place(entries)
    try:
        audits = [each.audit for each in take(Attempt(night, place, entries, news), sources, index)]
        report = recorded(night, place, entries, audits, asked)
    except Exception as error:
        if _is_heard(night.lake, place):
            raise
        _give_up(night.lake, place)
        if (isinstance(error, Unreachable) or not isinstance(error, UserError)) and is_overtaken(night.lake, place):
            raise overtaken(night.lake) from error
        raise
    take_in(night.lake, report.accepted)
    forget_places(night.lake, [place.attempt])
    return report


def _numbered(night: Night, report: IngestReport) -> int:
    """A version of `contacts` in which whoever was delivered has a number."""
    counting = report.states[night.catalog.contacts.name].deliveries
    if not counting:
        return read_high_water(night.lake)[0]
    return number_delivered(night, counting, report.entries).version


def _checked(reports: Sequence[IngestReport], people: Source | None) -> IngestReport:
    """What the attempts of one ingest have decided together; `DataError` (20) when contacts have failed."""
    last = reports[-1]
    report = IngestReport(
        tuple(entry for each in reports for entry in each.accepted),
        tuple(entry for each in reports for entry in each.refused),
        last.states,
        last.entries,
    )
    if people is not None and (reason := report.failed_sources.get(people.name)):
        raise DataError(f"{people.name}: {reason}\nNothing can be evaluated without contacts; published segments stay.")
    return report


def _is_heard(lake: str, place: StagingPlace) -> bool:
    """Whether the journal names the attempt, or cannot be asked: its rows may be all that there is of what was accepted.

    A commit may have landed though its answer was lost; then the next ingest takes the rows in.
    """
    try:
        return any(entry.attempt == place.attempt for entry in read_entries(lake))
    except Unreachable:
        return True


def _give_up(lake: str, place: StagingPlace) -> None:
    """Takes away what an attempt left that is not heard."""
    forget_places(lake, [place.attempt])
    with suppress(Unreachable):
        remove_folder(lake, quality_folder(place.attempt))


def is_overtaken(lake: str, place: StagingPlace) -> bool:
    """Whether another ingest has recorded its deliveries since this attempt began."""
    return last_entry_no(read_entries(lake)) >= place.start


def overtaken(lake: str) -> Unreachable:
    """What an attempt ends with that is not heard."""
    return Unreachable(
        f"{lake}/deliveries: another ingest recorded its deliveries meanwhile; nothing of this one counts. "
        "Run the step again when the other has finished."
    )


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
        entry_no=1 + last_entry_no(entries),
        state="skipped",
        as_of_us=night.clock.as_of_us,
        reason=reason,
    )
    write_entries(night.lake, [skipped], {})
    log.info("%s %s: skipped: %s", source, label, reason)


def asked_sources(catalog: Catalog, names: Sequence[str]) -> list[Source]:
    """The delivered sources with these names; all of them when none is named."""
    delivered = [source for source in catalog.sources.values() if not source.is_computed]
    for name in names:
        known = [source.name for source in delivered]
        if name not in known:
            raise UsageError(f"--source {name}: the catalog has no such delivered source{did_you_mean(name, known)}")
    wanted = [source for source in delivered if source.name in names or not names]
    unreadable = [source for source in wanted if not has_inlet(catalog, source)]
    if unreadable:
        message = (
            "found no files or table to read, expected read: {files: {path: …, format: …}}, {delta: …} or {jdbc: …}"
        )
        problems = [Problem(source.file, "", message) for source in unreadable]
        raise CatalogError("These sources do not say where their rows come from, so they cannot be ingested:", problems)
    check_connections(catalog, wanted)
    return wanted


def look(
    night: Night,
    source: Source,
    entries: Sequence[Entry],
    readings: Readings,
    replacing: bool = False,
    again: bool = False,
) -> Sorted:
    """The news of one source. `again`: all that counts is read anew, not only what was read otherwise."""
    own = [entry for entry in entries if entry.source == source.name]
    counting = counted(own, source)
    anew = {e.delivery_no or 0 for e in counting} if again else to_read_again(night.stored(source), own, readings)
    landed = inlet_for(night, source, known_deliveries(counting, anew, replacing)).arrived()
    for label, why in landed.waiting:
        tell_waiting(source, label, why)
    if again:
        check_some_there(source, landed, own)
    return sort_out(source, landed, own, replacing, anew)


def recorded(
    night: Night, place: StagingPlace, entries: Sequence[Entry], audits: Sequence[Audit], asked: Collection[str]
) -> IngestReport:
    """One commit with what was decided, read back: of two ingests at once only one is heard, and the other says so."""
    decided: list[Entry] = []
    evidence: dict[int, Mapping[str, str]] = {}
    for audit in audits:
        for entry in audit.entries:
            numbered = entry.numbered(place.start + len(decided))
            if not numbered.repeats(entries):
                decided.append(numbered)
                evidence[numbered.entry_no] = audit.kept(night.lake, numbered, place.attempt)
    write_entries(night.lake, decided, evidence)
    journal = read_entries(night.lake) if decided else list(entries)
    if not set(decided) <= set(journal):
        raise overtaken(night.lake)
    return IngestReport(
        tuple(entry for entry in decided if entry.state == "accepted"),
        tuple(entry for entry in decided if entry.state == "refused"),
        states_now(night, journal, asked),
        tuple(journal),
    )


def states_now(night: Night, journal: Sequence[Entry], asked: Collection[str]) -> dict[str, Counted]:
    """The state of every source by the journal, its unread columns included. `asked`: the sources that were looked for."""
    readings = read_readings(night.lake)
    sources = states(journal, night.catalog, night.clock)
    for name, state in sources.items():
        stored = night.stored(night.catalog.sources[name])
        own = [entry for entry in journal if entry.source == name]
        sources[name] = with_unread(state, stored, unread_columns(stored, own, readings, name in asked))
    return sources
