"""New contacts get their numbers, and accepted rows become tiles: one pack, visible whole or not at all.

The order of commits is what makes it safe to kill, and to be second: numbers first, where `ingest` has not given them
(once, whatever happens after), then the tiles, together with the row that says what the pack holds, and last what follows
from it: the rows of unknown contacts that it sets aside. A pack looks at the contacts as it has numbered them and no later:
what another one says of people meanwhile belongs to the other's deliveries.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import pyarrow as pa

from jobs.errors import DataError, Unreachable
from jobs.intake.contact_numbers import number_delivered
from jobs.intake.journal import read_entries
from jobs.lake.contacts import Numbered, changed_since
from jobs.lake.creation import ensure
from jobs.lake.file_commits import add_files
from jobs.lake.pinned_tiles import Pack, Packed, last_pack, marker, packed_groups
from jobs.lake.stored_source import StoredSource
from jobs.lake.table_files import TableFile, write_partitions
from jobs.lake.tables import TILES
from jobs.packs.additions import PARTS_AT_MOST, Packing, additions_of, encoding
from jobs.packs.row_numbers import row_numbers
from jobs.packs.tile_files import emptied, empty_rows, written_files
from jobs.packs.tile_job import write_tiles
from jobs.packs.unplaced_rows import set_aside
from jobs.runs.night import Night

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PackReport:
    """What a pack did. `packed` is false when nothing was new and the last pack stands. `numbered`: who is new, gone or back
    since the pack before."""

    pack: Pack
    packed: bool
    numbered: Numbered
    set_aside: Mapping[str, int]


def pack(
    night: Night, deliveries: Mapping[str, Sequence[int]], entry_no: int, parts_at_most: int = PARTS_AT_MOST
) -> PackReport:
    """Packs the deliveries that each source consists of, in their order; nothing is written when nothing is new.

    `entry_no` is the last entry of the journal that the run knows.
    """
    begun = monotonic()
    before = last_pack(night.lake)
    entries = read_entries(night.lake)
    set_aside(night, before, entries)  # unless whoever made that pack was killed, nothing
    sources = _packed_sources(night, deliveries)
    known = [entry for entry in entries if entry.entry_no <= entry_no]
    numbered = number_delivered(night, deliveries[night.catalog.contacts.name], known)
    packed = _packed(sources, deliveries, before)
    wanted = Pack(before.pack_no + 1, numbered.high_water, numbered.version, entry_no, packed)
    if (wanted.contacts, wanted.sources) == (before.contacts, before.sources):
        log.info("pack %d stands: nothing new in %.1f s", before.pack_no, monotonic() - begun)
        return PackReport(before, packed=False, numbered=numbered, set_aside={})
    numbered = changed_since(night.lake, before.people, before.contacts, numbered)
    packing = Packing(night.lake, before, wanted, packed_groups(night.lake, before.pack_no), parts_at_most)
    _commit(night.lake, wanted, _written(night, packing, sources))
    aside = set_aside(night, wanted, entries)
    log.info(
        "pack %d: %d contacts, %d of them new, in %.1f s",
        wanted.pack_no,
        numbered.high_water,
        numbered.new,
        monotonic() - begun,
    )
    return PackReport(wanted, packed=True, numbered=numbered, set_aside=aside)


def _packed_sources(night: Night, deliveries: Mapping[str, Sequence[int]]) -> list[StoredSource]:
    """The sources that have tiles and a delivery, contacts first."""
    people = night.catalog.contacts
    if not deliveries.get(people.name):
        raise DataError(f"{people.name}: no delivery has been accepted, so nobody has a number. Run `ingest` first.")
    others = [source for source in night.catalog.sources.values() if source.has_contacts and source is not people]
    return [night.stored(source) for source in (people, *others) if deliveries.get(source.name)]


def _packed(
    sources: Sequence[StoredSource], deliveries: Mapping[str, Sequence[int]], before: Pack
) -> dict[str, Packed]:
    """What the pack holds of each source; of those that left the catalog, what they had."""
    now = {p.source.name: Packed(tuple(deliveries[p.source.name]), encoding(p)) for p in sources}
    return {**before.sources, **now}


def _written(night: Night, packing: Packing, sources: Sequence[StoredSource]) -> list[TableFile]:
    """The files of a pack's tiles, and of the row that says what it holds; they belong to nobody yet."""
    lake, pack = night.lake, packing.pack
    ensure(lake, TILES)
    additions = additions_of(packing, sources)
    numbers = row_numbers(night.workers, lake, pack.people)
    rows = write_tiles(night.workers, lake, additions, pack.pack_no, numbers, pack.contacts)
    gone = [
        empty_rows(additions.additions[number], places, pack.pack_no)
        for number, places in emptied(rows, additions.additions).items()
    ]
    return [
        *written_files(rows, additions.additions),
        *write_partitions(lake, TILES, pa.concat_tables([marker(pack), *gone])),
    ]


def _commit(lake: str, pack: Pack, files: Sequence[TableFile]) -> None:
    """One commit; of two packs with one number only the first is heard, and the other says so."""
    add_files(lake, TILES, files, once=("pack", pack.pack_no))
    if last_pack(lake, pack.pack_no) != pack:
        raise Unreachable(
            f"{lake}/tiles: another pack took the number {pack.pack_no} meanwhile; nothing of this one counts. "
            "Run the step again when the other has finished."
        )
