"""Which of the deliveries that lie there are news: to be judged, to be refused unread, or known already.

The rules of labels and ids and nothing else: no file is opened, no table touched. `judge` what is new or was refused (the
catalog or the contacts may have changed since); `refuse` a known day with other bytes; `confirm` bytes that were accepted
once and now stand for a label again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields

from jobs.catalog.model import Source
from jobs.errors import DataError
from jobs.intake.deliveries import Entry, counted
from jobs.intake.inlet import Arrival, Landed, Part


@dataclass(frozen=True)
class PendingDelivery:
    """A delivery to be read and judged. `replaces` are those that no longer count once it is accepted."""

    source: str
    arrival: Arrival
    delivery_no: int
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sorted:
    """The news of one source. `refuse` has the reason; `confirm` the entry that is true again, with its new label."""

    judge: list[PendingDelivery] = field(default_factory=list[PendingDelivery])
    refuse: list[tuple[PendingDelivery, str]] = field(default_factory=list[tuple[PendingDelivery, str]])
    confirm: list[tuple[Entry, str]] = field(default_factory=list[tuple[Entry, str]])

    def to_stage(self) -> list[tuple[int, Part]]:
        """What is to be parsed: each part with the number of its delivery."""
        return [(pending.delivery_no, part) for pending in self.judge for part in pending.arrival.parts]


def sort_out(source: Source, landed: Landed, own: Sequence[Entry], replace: bool, anew: Collection[int] = ()) -> Sorted:
    """The news among what landed, in order of label. `own` are the source's entries so far, oldest first.

    `anew`: these deliveries, which count, are read again where they lie there still. A delivery that is read anew gets a
    number of its own and takes the place of its first reading, rows of which stay as they are for runs that pinned them.
    """
    news = Sorted()
    by_hash = {entry.content_hash: entry for entry in own if entry.content_hash}
    counting = {entry.content_hash: entry for entry in counted(own, source) if entry.content_hash}
    next_no = 1 + max((entry.delivery_no or 0 for entry in own), default=0)
    for arrival in landed.arrived:
        entry = by_hash.get(arrival.content_hash)
        if entry and entry.state == "skipped":
            continue
        number = entry.delivery_no if entry and entry.state == "refused" and entry.delivery_no else next_no
        read_before = counting.get(arrival.content_hash)
        if read_before and read_before.delivery_no in anew:
            news.judge.append(_again(source, arrival, read_before, number))
            next_no = max(next_no, number + 1)
            continue
        if accepted := read_before or (entry if entry and entry.state == "accepted" else None):
            _settle_accepted(news, source, arrival, accepted, own)
            continue
        next_no = max(next_no, number + 1)
        standing = _standing(own, arrival)
        pending = PendingDelivery(source.name, arrival, number, standing if replace else ())
        reason = _unfit(source, arrival, bool(standing) and not replace)
        if reason:
            news.refuse.append((pending, reason))
        else:
            news.judge.append(pending)
    return news


def _again(source: Source, arrival: Arrival, before: Entry, number: int) -> PendingDelivery:
    """A delivery that was read before, to be read once more; under its own label, whatever it is called today."""
    replaces = (before.delivery_no or 0, *before.replaces)
    return PendingDelivery(source.name, replace_fields(arrival, label=before.label), number, replaces)


def check_all_there(source: Source, landed: Landed, own: Sequence[Entry]) -> None:
    """`DataError` when a delivery that counts no longer lies there: reading anew would lose it."""
    there = {arrival.content_hash for arrival in landed.arrived}
    lost = [entry.label for entry in counted(own, source) if entry.content_hash not in there]
    if lost:
        raise DataError(
            f"ingest --again {source.name}: these deliveries count and their files are gone: {', '.join(lost)}. "
            "Put them back into landing, the same bytes under the same names; then run the step again."
        )


def _settle_accepted(news: Sorted, source: Source, arrival: Arrival, accepted: Entry, own: Sequence[Entry]) -> None:
    """Accepted bytes: nothing to do, unless their label was refused since, or a newer day repeats a full delivery."""
    last = [entry for entry in own if entry.label == arrival.label][-1:]
    refused_since = bool(last) and last[0].state == "refused"
    repeated = source.delivery == "full" and arrival.dated and not last and arrival.label > accepted.label
    if refused_since or repeated:
        news.confirm.append((accepted, arrival.label))


def _standing(own: Iterable[Entry], arrival: Arrival) -> tuple[int, ...]:
    """The accepted deliveries of this day that nothing has replaced. A path without a day may have any number."""
    if not arrival.dated:
        return ()
    entries = list(own)
    gone = {number for entry in entries if entry.state == "accepted" for number in entry.replaces}
    of_day = {e.delivery_no for e in entries if e.state == "accepted" and e.label == arrival.label and e.delivery_no}
    return tuple(sorted(of_day - gone))


def _unfit(source: Source, arrival: Arrival, other_bytes: bool) -> str:
    """Why a delivery is refused unread, "" when it is not."""
    if other_bytes:
        return (
            f"the day {arrival.label} has been accepted already, and these are other bytes. "
            f"If they are meant to take its place: `ingest --source {source.name} --replace`; else put the first ones back"
        )
    return arrival.unfit
