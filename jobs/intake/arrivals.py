"""Which of the deliveries that lie there are news: to be judged, to be refused unread, or known already.

The rules of labels and ids and nothing else: no file is opened, no table touched. `judge` what is new or was refused (the
catalog or the contacts may have changed since); `refuse` a known day with other bytes; `confirm` bytes that were accepted
once and now stand for a label again. What counts and has to be read anew is judged once more.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from itertools import count

from jobs.catalog.model import Source
from jobs.errors import DataError
from jobs.intake.deliveries import Entry, counted
from jobs.intake.inlet import Arrival, Landed, Part

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PendingDelivery:
    """A delivery to be read and judged. `replaces` are those that no longer count once it is accepted.

    `again`: it counts already, and is read a second time.
    """

    source: str
    arrival: Arrival
    delivery_no: int
    replaces: tuple[int, ...] = ()
    again: bool = False


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
    by_hash = {entry.content_hash: entry for entry in own if entry.content_hash and not entry.counts_on}
    counting = {entry.content_hash: entry for entry in counted(own, source) if entry.content_hash}
    numbers = count(1 + max((entry.delivery_no or 0 for entry in own), default=0))
    news.judge.extend(_read_again(source, landed, own, anew, numbers))
    anew_hashes = {pending.arrival.content_hash for pending in news.judge}
    for arrival in landed.arrived:
        entry = by_hash.get(arrival.content_hash)
        if arrival.content_hash in anew_hashes or (entry and entry.state == "skipped"):
            continue
        accepted = counting.get(arrival.content_hash) or (entry if entry and entry.state == "accepted" else None)
        if accepted and not _others_stand(own, arrival):
            _settle_accepted(news, source, arrival, accepted, own)
            continue
        number = entry.delivery_no if entry and entry.state == "refused" and entry.delivery_no else next(numbers)
        standing = _standing(own, arrival)
        replaced = _counting(own, source) if arrival.renews else standing if replace else ()
        pending = PendingDelivery(source.name, arrival, number, replaced)
        reason = _unfit(source, arrival, bool(standing) and not replace) or _drift(source, arrival, replace)
        if reason:
            news.refuse.append((pending, reason))
        else:
            news.judge.append(pending)
    return news


def _read_again(
    source: Source, landed: Landed, own: Sequence[Entry], anew: Collection[int], numbers: Iterator[int]
) -> Iterator[PendingDelivery]:
    """Deliveries that count and lie there, each once and under its own label, whatever its files are called today."""
    there = {arrival.content_hash: arrival for arrival in reversed(landed.arrived)}
    for before in counted(own, source):
        arrival = there.get(before.content_hash or "")
        if arrival is None or before.delivery_no not in anew:
            continue
        refused = [entry.delivery_no for entry in own if entry.counts_on and entry.replaces[0] == before.delivery_no]
        number = refused[-1] if refused and refused[-1] else next(numbers)
        arrival = replace_fields(arrival, label=before.label)
        others = _counting(own, source) if arrival.renews else before.replaces
        replaced = dict.fromkeys((before.delivery_no or 0, *others))
        yield PendingDelivery(source.name, arrival, number, tuple(replaced), again=True)


def _counting(own: Sequence[Entry], source: Source) -> tuple[int, ...]:
    return tuple(entry.delivery_no or 0 for entry in counted(own, source))


def check_some_there(source: Source, landed: Landed, own: Sequence[Entry]) -> None:
    """`DataError` when no delivery that counts lies there: there is nothing to read anew. Says which of several are gone."""
    there = {arrival.content_hash for arrival in landed.arrived}
    counting = counted(own, source)
    lost = [entry.label for entry in counting if entry.content_hash not in there]
    gone = f"{source.name}: the files of these deliveries, which count, are gone from landing: {', '.join(lost)}. "
    if lost and len(lost) == len(counting):
        raise DataError(
            f"ingest --again {gone}Put them back, the same bytes under the same names; then run the step again."
        )
    if lost:
        log.warning("%sThey stay as they were read.", gone)


def _settle_accepted(news: Sorted, source: Source, arrival: Arrival, accepted: Entry, own: Sequence[Entry]) -> None:
    """Accepted bytes: nothing to do, unless their label was refused since, or a newer day repeats a full delivery."""
    last = [entry for entry in own if entry.label == arrival.label][-1:]
    refused_since = bool(last) and last[0].state == "refused" and not last[0].counts_on
    repeated = source.delivery == "full" and arrival.dated and not last and arrival.label > accepted.label
    if refused_since or repeated:
        news.confirm.append((accepted, arrival.label))


def _others_stand(own: Sequence[Entry], arrival: Arrival) -> bool:
    """Whether other bytes of this label were accepted last: known ones that come back are news, as they were once.

    A path without a day has them again only where it had them before: else an old file was given another's name.
    """
    accepted = [entry.content_hash for entry in own if entry.label == arrival.label and entry.state == "accepted"]
    others = bool(accepted) and accepted[-1] != arrival.content_hash
    return others and (arrival.dated or arrival.content_hash in accepted)


def _standing(own: Iterable[Entry], arrival: Arrival) -> tuple[int, ...]:
    """The accepted deliveries of this day that nothing has replaced. A path without a day may have any number."""
    if not arrival.dated:
        return ()
    entries = list(own)
    gone = {number for entry in entries if entry.state == "accepted" for number in entry.replaces}
    of_day = {e.delivery_no for e in entries if e.state == "accepted" and e.label == arrival.label and e.delivery_no}
    return tuple(sorted(of_day - gone))


def _drift(source: Source, arrival: Arrival, replace: bool) -> str:
    """Why a delivery with other columns is refused unread, "" where it has none or a person wants it so."""
    if not arrival.drift or replace:
        return ""
    return (
        f"{arrival.drift}. Put {source.name}.yaml right; if it is, and this is meant: "
        f"`ingest --source {source.name} --replace --as-of …`"
    )


def _unfit(source: Source, arrival: Arrival, other_bytes: bool) -> str:
    """Why a delivery is refused unread, "" when it is not."""
    if other_bytes:
        return (
            f"the day {arrival.label} has been accepted already, and these are other bytes. "
            f"If they are meant to take its place: `ingest --source {source.name} --replace --as-of …`; "
            "else put the first ones back"
        )
    return arrival.unfit
