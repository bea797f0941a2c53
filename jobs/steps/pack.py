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
from pyspark.sql.functions import count, lit

from jobs.errors import CatalogError, DataError, Problem, Unreachable
from jobs.lake import packing
from jobs.lake.contacts import Numbered, number_contacts, read_high_water
from jobs.lake.journal import read_readings
from jobs.lake.packs import Pack, Packed, last_pack, marker, packed_groups
from jobs.lake.parsing import Parser
from jobs.lake.rows import current_rows
from jobs.lake.tables import CONTACTS, TILES, ddl, unplaced_table
from jobs.lake.writing import append, ensure, replace, rows_of
from jobs.steps.ingest import Night
from jobs.steps.packs import Packing, fresh_rows, has_contacts, identity_tiles, source_tiles, unknown_rows

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PackReport:
    """What a pack did. `packed` is false when nothing was new and the last pack stands."""

    pack: Pack
    packed: bool
    numbered: Numbered
    set_aside: Mapping[str, int]


def pack(night: Night, deliveries: Mapping[str, Sequence[int]]) -> PackReport:
    """Packs the deliveries that each source consists of, in their order; nothing is written when nothing is new."""
    begun = monotonic()
    before = last_pack(night.lake)
    parsers = _parsers(night, deliveries)
    _check_readings(night, parsers, deliveries)
    numbered = _number(night, before, deliveries)
    wanted = Pack(before.pack_no + 1, numbered.high_water, _packed(parsers, deliveries, before))
    if (wanted.contacts, wanted.sources) == (before.contacts, before.sources):
        log.info("pack %d stands: nothing new in %.1f s", before.pack_no, monotonic() - begun)
        return PackReport(before, packed=False, numbered=numbered, set_aside={})
    now = _packing(night, before, wanted)
    set_aside = _set_aside(now, parsers, deliveries)
    _write(now, wanted, _tiles(now, parsers, deliveries))
    log.info(
        "pack %d: %d contacts, %d of them new, in %.1f s",
        wanted.pack_no,
        numbered.high_water,
        numbered.new,
        monotonic() - begun,
    )
    return PackReport(wanted, packed=True, numbered=numbered, set_aside=set_aside)


def _parsers(night: Night, deliveries: Mapping[str, Sequence[int]]) -> list[Parser]:
    """The parsers of the sources that have tiles and a delivery, contacts first."""
    people = night.catalog.contacts
    if not deliveries.get(people.name):
        raise DataError(f"{people.name}: no delivery has been accepted, so nobody has a number. Run `ingest` first.")
    others = [source for source in night.catalog.sources.values() if has_contacts(source) and source is not people]
    return [night.parser(source) for source in (people, *others) if deliveries.get(source.name)]


def _check_readings(night: Night, parsers: Sequence[Parser], deliveries: Mapping[str, Sequence[int]]) -> None:
    """Every column was read as the catalog says now in every delivery that counts, else 11: never null in silence."""
    known = read_readings(night.lake)
    problems: list[Problem] = []
    for parser in parsers:
        source = parser.source
        stale: set[str] = set()
        for number in deliveries[source.name]:
            stored = known.get((source.name, number), {})
            stale |= {name for name, reading in parser.readings.items() if stored.get(name) != reading}
        if stale:
            names = ", ".join(sorted(stale))
            said = f"{names}: rows were stored that were read in another way. Run `ingest --again {source.name}`."
            problems.append(Problem(source.file, "", said))
    if problems:
        raise CatalogError("Delivered rows have to be read anew:", problems)


def _number(night: Night, before: Pack, deliveries: Mapping[str, Sequence[int]]) -> Numbered:
    people = night.catalog.contacts
    numbers = tuple(deliveries[people.name])
    last = before.sources.get(people.name)
    if last is not None and last.deliveries == numbers:
        return Numbered(read_high_water(night.spark, night.lake))
    rows = current_rows(night.spark, night.lake, people, night.parser(people).schema, numbers)
    return number_contacts(night.spark, night.lake, rows, numbers, last.deliveries[-1] if last else None)


def _packed(parsers: Sequence[Parser], deliveries: Mapping[str, Sequence[int]], before: Pack) -> dict[str, Packed]:
    """What the pack holds of each source; of those that left the catalog, what they had."""
    now = {p.source.name: Packed(tuple(deliveries[p.source.name]), packing.encoding(p)) for p in parsers}
    return {**before.sources, **now}


def _packing(night: Night, before: Pack, wanted: Pack) -> Packing:
    ensure(night.spark, night.lake, TILES)
    numbers = rows_of(night.spark, night.lake, CONTACTS).where("contact_id IS NOT NULL")
    return Packing(
        spark=night.spark,
        lake=night.lake,
        before=before,
        pack_no=wanted.pack_no,
        contacts=wanted.contacts,
        numbers=numbers.select("contact_id", "contact_no"),
        groups=packed_groups(night.lake, before.pack_no),
    )


def _set_aside(now: Packing, parsers: Sequence[Parser], deliveries: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Rows of contacts nobody knows, counted in one job and written where there are any; how many of each source."""
    waiting: dict[str, tuple[Parser, DataFrame]] = {}
    for parser in parsers:
        rows = fresh_rows(now, parser, deliveries[parser.source.name])
        if rows is not None and parser.source.kind != "contacts":
            waiting[parser.source.name] = parser, unknown_rows(now, rows)
    if not waiting:
        return {}
    counts = [
        rows.agg(count(lit(1)).alias("rows")).select(lit(name).alias("source"), "rows")
        for name, (_, rows) in waiting.items()
    ]
    found = {row["source"]: row["rows"] for row in reduce(DataFrame.unionByName, counts).collect() if row["rows"]}
    for name, rows_aside in found.items():
        parser, rows = waiting[name]
        replace(now.spark, now.lake, unplaced_table(name, parser.schema), rows, where=f"pack_no >= {now.pack_no}")
        log.info("%s: %d rows of unknown contacts set aside", name, rows_aside)
    return found


def _tiles(now: Packing, parsers: Sequence[Parser], deliveries: Mapping[str, Sequence[int]]) -> list[DataFrame]:
    made = [identity_tiles(now, rows_of(now.spark, now.lake, CONTACTS))]
    made += [source_tiles(now, parser, deliveries[parser.source.name]) for parser in parsers]
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
