"""Columns that a delivery was not read by as the catalog says now, and what becomes of them.

Values stay as they were read when the delivery was accepted. Once a column of the catalog is new, or is read otherwise, the
delivered files are read again, where the same bytes lie there still. Where they do not, or where what is read now is
refused, the column is unread: who would look at it fails, with the reason, and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jobs.catalog.model import Files
from jobs.catalog.row_rules import FOLDED_KEY, KEY
from jobs.intake.deliveries import Counted, Entry, counted
from jobs.intake.journal import Readings
from jobs.lake.stored_source import StoredSource

NAMED = 3
"""Labels that a message names; of others it says how many."""


@dataclass(frozen=True)
class StaleDelivery:
    """A delivery that counts, its columns that were read otherwise than the catalog says now, and why they are so still.

    `refused`: why reading it in the way of now was refused; "" where that has not been tried.
    """

    entry: Entry
    columns: frozenset[str]
    refused: str = ""


def stale_deliveries(stored: StoredSource, own: Sequence[Entry], readings: Readings) -> list[StaleDelivery]:
    """Those of a source, in their order. `own` are its entries."""
    return list(_stale(stored, own, readings))


def to_read_again(stored: StoredSource, own: Sequence[Entry], readings: Readings) -> set[int]:
    """The deliveries that are read again unasked: what was refused once, read as now, would be refused again."""
    stale = stale_deliveries(stored, own, readings)
    return {delivery.entry.delivery_no or 0 for delivery in stale if not delivery.refused}


def unread_columns(stored: StoredSource, own: Sequence[Entry], readings: Readings, asked: bool) -> dict[str, str]:
    """The reason for each column that nobody may look at, once an ingest is done. `asked`: it was about this source."""
    stale = stale_deliveries(stored, own, readings)
    names = sorted({name for delivery in stale for name in delivery.columns})
    return {
        name: _reason(stored, [delivery for delivery in stale if name in delivery.columns], asked) for name in names
    }


def with_unread(state: Counted, stored: StoredSource, unread: Mapping[str, str]) -> Counted:
    """The same source where these columns are unread: without one that all its rows need it has failed and has none."""
    needed = {name: why for name, why in sorted(unread.items()) if name in stored.needed}
    if not needed:
        return replace(state, unread=unread)
    reason = "; ".join(f"its {_called(name)} is unread: {why}" for name, why in needed.items())
    return replace(state, deliveries=(), rows=0, failed=state.failed or reason, unread=unread)


def _called(name: str) -> str:
    return "key" if name in (KEY, FOLDED_KEY) else f"column {name}"


def _stale(stored: StoredSource, own: Sequence[Entry], readings: Readings) -> Iterator[StaleDelivery]:
    for entry in counted(own, stored.source):
        read = readings.get((entry.source, entry.delivery_no or 0), {})
        columns = frozenset(name for name, reading in stored.readings.items() if read.get(name) != reading)
        if columns:
            yield StaleDelivery(entry, columns, _refused(stored, entry, own, readings))


def _refused(stored: StoredSource, entry: Entry, own: Sequence[Entry], readings: Readings) -> str:
    second = [other for other in own if other.counts_on and other.replaces[0] == entry.delivery_no]
    tried = [other for other in second if readings.get((other.source, other.delivery_no or 0)) == stored.readings]
    return tried[-1].reason or "" if tried else ""


def _reason(stored: StoredSource, stale: Sequence[StaleDelivery], asked: bool) -> str:
    """What is wrong with a column, and what to do about it."""
    refused = [delivery for delivery in stale if delivery.refused]
    gone = [delivery for delivery in stale if not delivery.refused]
    again, anew = f"`ingest --again {stored.source.name} --as-of …`", _anew(stored)
    parts: list[str] = []
    if gone and asked:
        parts.append(
            f"{_labels(gone)} {_was(gone)} read before the catalog said what it says now, and what was delivered does not "
            f"lie in landing any more. Put the same files back, and the next ingest reads them again{anew}."
        )
    elif gone:
        parts.append(f"{_labels(gone)} {_was(gone)} read before the catalog said what it says now. Run {again}.")
    if refused:
        parts.append(
            f"{_labels(refused)} {_was(refused)} read before the catalog said what it says now, and reading as it says was "
            f"refused: {refused[-1].refused} Put the catalog right{anew}; {again} tries once more."
        )
    return " ".join(parts)


def _anew(stored: StoredSource) -> str:
    """The other way out: other bytes in the place of these. Files without a day in their names only add up."""
    source, origin = stored.source, stored.catalog.origin_of(stored.source)
    if source.delivery == "full":
        return f", or deliver {source.name} anew"
    if isinstance(origin, Files) and not origin.dated:
        return ""
    return f", or deliver it anew: `ingest --source {source.name} --replace --as-of …`"


def _labels(stale: Sequence[StaleDelivery]) -> str:
    names = [delivery.entry.label for delivery in stale]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _was(stale: Sequence[StaleDelivery]) -> str:
    return "was" if len(stale) == 1 else "were"
