"""What was delivered, and what follows from it: which deliveries count for a source, and why a source has failed.

The table `deliveries` is a journal: an entry is never changed, the state at a run is that of the entries up to the number it
pinned. A delivery counts from the moment its entry says `accepted`; rows in `sources/` without one are nobody's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from jobs.catalog.model import Catalog, Source
from jobs.catalog.row_rules import Belonging
from jobs.intake.inlet import KnownDeliveries
from jobs.plan.clock import HOUR_US, day_of, shifted
from jobs.plan.run_plan import Clock
from jobs.syntax.durations import Duration, words
from jobs.syntax.zones import Zone, zone_transitions

State = Literal["accepted", "refused", "skipped"]


@dataclass(frozen=True)
class Entry:
    """One line of the journal. `replaces` are numbers of deliveries that no longer count once this one does.

    A refused entry has them when it was a second reading: what it would have replaced, counts on. `attempt` is the place in
    which the rows of an accepted delivery were staged, `reason` why one was refused or skipped, or what is to be told of one
    that was accepted.
    """

    entry_no: int
    source: str
    label: str
    state: State
    delivery_no: int | None = None
    content_hash: str | None = None
    rows: int | None = None
    delivery: str | None = None
    replaces: tuple[int, ...] = ()
    as_of_us: int = 0
    reason: str | None = None
    unknown_contacts: int = 0
    attempt: str | None = None
    missing_contact: int = field(
        default=0, compare=False
    )  # kept among the counts, of which the journal has no second copy

    @property
    def belonging(self) -> Belonging:
        """Whose its rows were when they came."""
        return Belonging(self.rows or 0, self.missing_contact, self.unknown_contacts)

    def numbered(self, entry_no: int) -> Entry:
        return replace(self, entry_no=entry_no)

    def repeats(self, entries: Iterable[Entry]) -> bool:
        """Whether the last entry of this label says the same already, of the same bytes: then there is no news."""
        last = [entry for entry in entries if entry.source == self.source and entry.label == self.label][-1:]
        verdicts = [(entry.state, entry.delivery_no, entry.content_hash, entry.reason) for entry in last]
        return self.state == "refused" and verdicts == [(self.state, self.delivery_no, self.content_hash, self.reason)]

    @property
    def counts_on(self) -> bool:
        """Whether the bytes count as they were read before, although this reading of them was refused."""
        return self.state == "refused" and bool(self.replaces)

    @property
    def day(self) -> date | None:
        """The day in the label; None where the label is a path."""
        try:
            return date.fromisoformat(self.label)
        except ValueError:
            return None

    @property
    def place(self) -> tuple[str, int]:
        """Order among a source's deliveries: by day, then by arrival; those without a day by arrival alone, first.

        One that was read anew, or takes another's place, stands where that one stood.
        """
        return (self.label if self.day else "", min((self.delivery_no or 0, *self.replaces)))


@dataclass(frozen=True)
class Counted:
    """The deliveries a source consists of at one moment, in order; later ones win where rows have a key.

    `refused` are the deliveries that fail it. `unread`: columns that nobody may look at, each with the reason.
    """

    source: str
    deliveries: tuple[int, ...]
    rows: int
    newest: str = ""
    failed: str | None = None
    refused: tuple[Entry, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict[str, str])


def counted(entries: Sequence[Entry], source: Source) -> tuple[Entry, ...]:
    """The accepted entries that count, in order: for `full` the newest alone, else all that none has replaced."""
    last = {e.delivery_no: e for e in entries if e.source == source.name}
    accepted = {number: entry for number, entry in last.items() if entry.state == "accepted"}
    replaced = {number for entry in accepted.values() for number in entry.replaces}
    standing = sorted((e for e in accepted.values() if e.delivery_no not in replaced), key=lambda e: e.place)
    return tuple(standing[-1:] if source.delivery == "full" else standing)


def known_deliveries(counting: Sequence[Entry], anew: Collection[int] = (), replacing: bool = False) -> KnownDeliveries:
    """What an inlet is told of the deliveries that count. `anew`: the numbers of those to be read again."""
    ids = {entry.content_hash: entry.delivery_no for entry in counting if entry.content_hash}
    return KnownDeliveries(tuple(ids), frozenset(id_ for id_, number in ids.items() if number in anew), replacing)


def states(entries: Sequence[Entry], catalog: Catalog, clock: Clock) -> dict[str, Counted]:
    """For every source with rows of its own: the deliveries that count, and why it has failed, if it has."""
    by_source: dict[str, Counted] = {}
    for source in catalog.sources.values():
        if not source.is_computed:
            own = [entry for entry in entries if entry.source == source.name]
            counts = counted(own, source)
            by_source[source.name] = Counted(
                source.name,
                tuple(entry.delivery_no or 0 for entry in counts),
                sum(entry.rows or 0 for entry in counts),
                counts[-1].label if counts else "",
                failure(own, source, clock),
                tuple(standing_refusals(own, source)),
            )
    return by_source


def failure(own: Sequence[Entry], source: Source, clock: Clock) -> str | None:
    """Why nothing may be evaluated on this source now; None when all is well. `own` are the entries of this source."""
    for entry in standing_refusals(own, source)[-1:]:
        return f"delivery {entry.label} was refused: {entry.reason}"
    counts = counted(own, source)
    if not counts:
        return f"no delivery yet: nothing has been accepted{f' {source.origin.words}' if source.origin else ''}"
    return _too_old(own, counts[-1], source, clock)


def standing_refusals(own: Sequence[Entry], source: Source) -> list[Entry]:
    """The refusals that fail a source: of one that catches up only those of deliveries after the last one that counts."""
    standing = refusals(own)
    for newest in counted(own, source) if source.catches_up else ():
        standing = [entry for entry in standing if entry.place > newest.place]
    return standing


def refusals(own: Iterable[Entry]) -> list[Entry]:
    """Entries of the labels that are refused now: neither accepted nor skipped by a person since.

    A second reading that was refused is none: the first one counts on.
    """
    last: dict[str, Entry] = {}
    for entry in sorted(own, key=lambda entry: entry.entry_no):
        last[entry.label] = entry
    refused = (entry for entry in last.values() if entry.state == "refused" and not entry.counts_on)
    return sorted(refused, key=lambda entry: entry.place)


def _too_old(own: Sequence[Entry], newest: Entry, source: Source, clock: Clock) -> str | None:
    limit = source.gates.age_at_most
    if limit is None:
        return None
    since = delivered_us(own, newest, source, clock.zone)
    if since >= clock.as_of_us - _length_us(clock, limit):
        return None
    hours = (clock.as_of_us - since) // HOUR_US
    return (
        f"its newest delivery, {newest.label}, is {hours} hours old; age_at_most allows {words(limit)}. "
        f"Deliver {source.name} anew, or change age_at_most in {source.name}.yaml."
    )


def delivered_us(own: Sequence[Entry], newest: Entry, source: Source, account: Zone) -> int:
    """Since when a delivery counts as delivered: midnight of its day, or the as_of of the ingest that first took it."""
    if newest.day is None:
        return min(e.as_of_us for e in own if e.delivery_no == newest.delivery_no and e.state == "accepted")
    zone = zone_transitions(source.time_zone) if source.time_zone else account
    return zone.midnight_us(day_of(newest.day))


def _length_us(clock: Clock, duration: Duration) -> int:
    if duration.unit == "h":
        return duration.count * HOUR_US
    return clock.as_of_us - clock.zone.midnight_us(shifted(clock.day, duration, -1))


def rows_of_nobody(entries: Iterable[Entry], deliveries: Mapping[str, Sequence[int]]) -> dict[str, Belonging]:
    """Whose the rows are of the sources that consist of these deliveries: those in which some name nobody, by name."""
    last = {(entry.source, entry.delivery_no): entry for entry in entries if entry.state == "accepted"}
    sums: dict[str, Belonging] = {}
    for source, numbers in sorted(deliveries.items()):
        each = [last[source, number].belonging for number in numbers if (source, number) in last]
        whole = Belonging(
            sum(one.rows for one in each), sum(one.missing for one in each), sum(one.unknown for one in each)
        )
        if whole.nobodys:
            sums[source] = whole
    return sums


Pinned = tuple[int, dict[str, tuple[int, ...]], dict[str, dict[str, str]]]


def pinned_by(entries: Sequence[Entry], sources: Mapping[str, Counted]) -> Pinned:
    """What ingest pins: the number of the journal's last entry, the deliveries each source consists of, unread columns."""
    last = max((entry.entry_no for entry in entries), default=0)
    unread = {name: dict(counts.unread) for name, counts in sorted(sources.items()) if counts.unread}
    return last, {name: counts.deliveries for name, counts in sorted(sources.items())}, unread
