"""Contacts are numbered as soon as a delivery of theirs is accepted and taken in, by whoever comes first.

That is the ingest that took it in; if it is killed before, the next ingest, or the pack that needs it. Numbers are for life,
so it changes nothing for whoever looks at an earlier version; who is gone is said as of the deliveries that are asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from time import monotonic

from jobs.intake.deliveries import Entry
from jobs.lake.contacts import Numbered, number_contacts, read_high_water
from jobs.lake.delivered_contacts import stored_deliveries
from jobs.lake.numbered_deliveries import NumberedDeliveries, note_numbered, read_numbered
from jobs.lake.pinned_tiles import last_pack
from jobs.runs.night import Night

log = logging.getLogger(__name__)


def number_delivered(night: Night, counting: Sequence[int], journal: Iterable[Entry]) -> Numbered:
    """Numbers for everybody whom these entries accepted, even in a delivery that another has replaced since; gone is whoever
    is in none that counts. Reads no row where the table says all that already. `Unreachable` (30): see `number_contacts`.
    """
    begun = monotonic()
    lake, people = night.lake, night.catalog.contacts
    version, high_water = read_high_water(lake)
    note, pack = read_numbered(lake, version), last_pack(lake)
    since = max(pack.entry_no, note.entry_no if note else 0)
    accepted = [entry for entry in journal if entry.source == people.name and entry.state == "accepted"]
    arrived = {entry.delivery_no or 0 for entry in accepted if entry.entry_no > since}
    if note and not arrived and (note.version, note.counting) == (version, tuple(counting)):
        return Numbered(high_water, version)
    packed = pack.sources.get(people.name)
    last = (note.counting if note else ()) or (packed.deliveries if packed else ())
    replaced = sorted(arrived - set(counting))
    everybody = stored_deliveries(lake, night.stored(people), counting, replaced)
    numbered = number_contacts(night.workers, lake, everybody, last[-1] if last else None)
    known = max([since, *(entry.entry_no for entry in accepted)])
    note_numbered(lake, NumberedDeliveries(numbered.version, known, tuple(counting)))
    log.info(
        "%s: %d new, %d gone, %d back in %.1f s",
        people.name, numbered.new, numbered.left, numbered.returned, monotonic() - begun,
    )  # fmt: skip
    return numbered
