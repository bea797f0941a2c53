"""New contacts get their numbers, and accepted rows become tiles: one pack, visible whole or not at all.

The order of commits is what makes it safe to kill: numbers first (given once, whatever happens after), rows of unknown
contacts set aside next, and last the tiles, together with the row that says what the pack holds.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from time import monotonic

from pyspark.sql import DataFrame
from pyspark.sql.functions import lit

from jobs.errors import CatalogError, DataError, Problem, Unreachable
from jobs.intake.deliveries import Entry
from jobs.intake.journal import read_entries, read_readings
from jobs.lake.commits import append, replace, rows_of
from jobs.lake.contacts import Numbered, number_contacts, read_high_water
from jobs.lake.creation import ensure
from jobs.lake.pinned_tiles import Pack, Packed, last_pack, marker, packed_groups
from jobs.lake.reads import may_hold
from jobs.lake.source_rows import current_rows, delivered_rows
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import CONTACTS, DELIVERY_NO, TILES, Table, ddl, unplaced_table
from jobs.packs import tile_rows
from jobs.packs.additions import PARTS_AT_MOST, Packing, fresh, identity_tiles, source_tiles, unknown_rows
from jobs.runs.night import Night

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PackReport:
    """What a pack did. `packed` is false when nothing was new and the last pack stands."""

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
    journal = [entry for entry in read_entries(night.lake) if entry.entry_no <= entry_no]
    sources = _packed_sources(night, deliveries)
    _check_readings(night, deliveries)
    numbered = _number(night, before, deliveries, journal)
    wanted = Pack(before.pack_no + 1, numbered.high_water, entry_no, _packed(sources, deliveries, before))
    if (wanted.contacts, wanted.sources) == (before.contacts, before.sources):
        log.info("pack %d stands: nothing new in %.1f s", before.pack_no, monotonic() - begun)
        return PackReport(before, packed=False, numbered=numbered, set_aside={})
    now = _packing(night, before, wanted, parts_at_most)
    set_aside = _set_aside(now, sources, deliveries, journal)
    _write(now, wanted, _tiles(now, sources, deliveries))
    log.info(
        "pack %d: %d contacts, %d of them new, in %.1f s",
        wanted.pack_no,
        numbered.high_water,
        numbered.new,
        monotonic() - begun,
    )
    return PackReport(wanted, packed=True, numbered=numbered, set_aside=set_aside)


def _packed_sources(night: Night, deliveries: Mapping[str, Sequence[int]]) -> list[StoredSource]:
    """The sources that have tiles and a delivery, contacts first."""
    people = night.catalog.contacts
    if not deliveries.get(people.name):
        raise DataError(f"{people.name}: no delivery has been accepted, so nobody has a number. Run `ingest` first.")
    others = [source for source in night.catalog.sources.values() if source.has_contacts and source is not people]
    return [night.stored(source) for source in (people, *others) if deliveries.get(source.name)]


def _check_readings(night: Night, deliveries: Mapping[str, Sequence[int]]) -> None:
    """Every column was read as the catalog says now in every delivery that counts, else 11: never null in silence."""
    known = read_readings(night.lake)
    problems: list[Problem] = []
    for source in night.catalog.sources.values():
        readings = night.stored(source).readings if deliveries.get(source.name) else {}
        stored = [known.get((source.name, number), {}) for number in deliveries.get(source.name, ())]
        stale = sorted({name for one in stored for name, reading in readings.items() if one.get(name) != reading})
        if stale:
            said = f"{', '.join(stale)}: rows were stored that were read in another way. Run `ingest --again {source.name}`."
            problems.append(Problem(source.file, "", said))
    if problems:
        raise CatalogError("Delivered rows have to be read anew:", problems)


def _number(night: Night, before: Pack, deliveries: Mapping[str, Sequence[int]], journal: Sequence[Entry]) -> Numbered:
    """Numbers for everybody in a delivery of contacts since the last pack, even one that another has replaced since."""
    people = night.catalog.contacts
    counting = tuple(deliveries[people.name])
    last = before.sources.get(people.name)
    arrived = {
        entry.delivery_no
        for entry in journal
        if entry.source == people.name and entry.state == "accepted" and entry.entry_no > before.entry_no
    }
    if not arrived and last is not None and last.deliveries == counting:
        return Numbered(read_high_water(night.lake))
    schema = night.stored(people).schema
    rows = current_rows(night.spark, night.lake, people, schema, counting)
    everybody = rows.select("contact_id", DELIVERY_NO, lit(True).alias("now"))
    if replaced := sorted(number for number in arrived - set(counting) if number):
        others = delivered_rows(night.spark, night.lake, people, schema, replaced)
        everybody = everybody.union(others.select("contact_id", DELIVERY_NO, lit(False).alias("now")))
    return number_contacts(night.spark, night.lake, everybody, last.deliveries[-1] if last else None)


def _packed(
    sources: Sequence[StoredSource], deliveries: Mapping[str, Sequence[int]], before: Pack
) -> dict[str, Packed]:
    """What the pack holds of each source; of those that left the catalog, what they had."""
    now = {p.source.name: Packed(tuple(deliveries[p.source.name]), tile_rows.encoding(p)) for p in sources}
    return {**before.sources, **now}


def _packing(night: Night, before: Pack, wanted: Pack, parts_at_most: int) -> Packing:
    ensure(night.lake, TILES)
    numbers = rows_of(night.spark, night.lake, CONTACTS).where("contact_id IS NOT NULL")
    return Packing(
        spark=night.spark,
        lake=night.lake,
        before=before,
        pack_no=wanted.pack_no,
        contacts=wanted.contacts,
        numbers=numbers.select("contact_id", "contact_no"),
        groups=packed_groups(night.lake, before.pack_no),
        parts_at_most=parts_at_most,
    )


def _set_aside(
    now: Packing,
    sources: Sequence[StoredSource],
    deliveries: Mapping[str, Sequence[int]],
    journal: Sequence[Entry],
) -> dict[str, int]:
    """Rows of contacts nobody knows, of each source how many.

    Whoever was known when a delivery was counted has a number by now, so only those with unknown contacts are looked at.
    """
    unknown = {(entry.source, entry.delivery_no): entry.unknown_contacts for entry in journal if entry.unknown_contacts}
    found: dict[str, int] = {}
    for stored in sources:
        name = stored.source.name
        numbers = [one for one in fresh(now, stored.source, deliveries[name]) if (name, one) in unknown]
        if numbers:
            rows = unknown_rows(now, delivered_rows(now.spark, now.lake, stored.source, stored.schema, numbers))
            _keep_waiting(now, unplaced_table(name, stored.schema), rows)
            found[name] = sum(unknown[name, one] for one in numbers)
            log.info("%s: %d rows of unknown contacts set aside", name, found[name])
    return found


def _keep_waiting(now: Packing, table: Table, rows: DataFrame) -> None:
    """One commit with the rows that this pack sets aside; what a killed pack of this number left goes."""
    if may_hold(now.lake, table, "pack_no", [now.pack_no]):
        replace(now.spark, now.lake, table, rows, where=f"pack_no >= {now.pack_no}")
    else:
        append(now.spark, now.lake, table, rows)


def _tiles(now: Packing, sources: Sequence[StoredSource], deliveries: Mapping[str, Sequence[int]]) -> list[DataFrame]:
    made = [identity_tiles(now, rows_of(now.spark, now.lake, CONTACTS))]
    made += [source_tiles(now, stored, deliveries[stored.source.name]) for stored in sources]
    return [tiles for tiles in made if tiles is not None]


def _write(now: Packing, wanted: Pack, tiles: Sequence[DataFrame]) -> None:
    """One commit; of two packs with one number only the first is heard, and the other says so."""
    said = now.spark.createDataFrame([marker(wanted)], ddl(TILES.schema))
    append(now.spark, now.lake, TILES, reduce(DataFrame.unionByName, tiles, said), once=("pack", wanted.pack_no))
    if last_pack(now.lake, wanted.pack_no) != wanted:
        raise Unreachable(
            f"{now.lake}/tiles: another pack took the number {wanted.pack_no} meanwhile; nothing of this one counts. "
            "Run the step again when the other has finished."
        )
