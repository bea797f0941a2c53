"""What one source adds to a pack: parts where rows only add up, bases where rows were replaced, else nothing.

Whatever the order of deliveries, the tiles then answer as if everything had been packed at once: a source that only adds up
gets parts for what is new and for rows whose contact has become known since; of every other the months and buckets whose
fingerprint differs are made anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

from jobs.lake.commits import rows_of
from jobs.lake.creation import exists
from jobs.lake.pinned_tiles import Group, Pack, Packed
from jobs.lake.source_rows import current_rows, delivered_rows, placed_columns
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO, unplaced_table
from jobs.packs import tile_rows
from jobs.packs.tile_rows import Place

PARTS_AT_MOST = 8
"""A month and bucket with more parts is read slowly; the next pack makes a base of it."""


@dataclass(frozen=True)
class Packing:
    """A pack in the making. `people` are the rows of `contacts` as this pack has numbered them, `contacts` how many have
    a number, `numbers` are (contact_id, contact_no) of everybody who has one."""

    spark: SparkSession
    lake: str
    before: Pack
    pack_no: int
    contacts: int
    people: DataFrame
    groups: Mapping[str, Mapping[Place, Group]]
    parts_at_most: int = PARTS_AT_MOST

    @property
    def numbers(self) -> DataFrame:
        return self.people.where("contact_id IS NOT NULL").select("contact_id", "contact_no")


def source_tiles(packing_now: Packing, stored: StoredSource, deliveries: Sequence[int]) -> DataFrame | None:
    """The tiles of one source that this pack adds, None when there are none to add."""
    now = Packed(tuple(deliveries), tile_rows.encoding(stored))
    before = packing_now.before.sources.get(stored.source.name)
    if before == now and packing_now.before.contacts == packing_now.contacts:
        return None
    if before is None:
        return tile_rows.tiles_of(_placed_now(packing_now, stored, now), stored, packing_now.pack_no, base=True)
    only_added = set(before.deliveries) <= set(now.deliveries) and before.encoding == now.encoding
    if stored.source.adds_up and only_added:
        return _parts(packing_now, stored, before, now)
    return _bases(packing_now, stored, now)


def fresh_rows(packing_now: Packing, stored: StoredSource, now: Packed) -> DataFrame | None:
    """The rows of deliveries that no pack has seen; None when there are none."""
    before = packing_now.before.sources.get(stored.source.name)
    added = [number for number in now.deliveries if before is None or number not in before.deliveries]
    if not added:
        return None
    return delivered_rows(packing_now.spark, packing_now.lake, stored.source, stored.schema, added)


def identity_tiles(packing_now: Packing) -> DataFrame | None:
    """Tiles of the buckets in which somebody is new, gone, back or erased."""
    people = tile_rows.placed_people(packing_now.people)
    if not packing_now.before.pack_no:
        return tile_rows.identity_tiles(people, packing_now.pack_no)
    packed = packing_now.groups.get(tile_rows.IDENTITY, {})
    places = tile_rows.changed(tile_rows.fingerprints(people), packed, tile_rows.identity_encoding())
    if not places:
        return None
    return tile_rows.identity_tiles(tile_rows.only_places(packing_now.spark, people, places), packing_now.pack_no)


def _placed_now(packing_now: Packing, stored: StoredSource, now: Packed) -> DataFrame:
    rows = current_rows(packing_now.spark, packing_now.lake, stored.source, stored.schema, now.deliveries)
    return tile_rows.placed(rows, packing_now.numbers, stored)


def _parts(packing_now: Packing, stored: StoredSource, before: Packed, now: Packed) -> DataFrame | None:
    """A part for each month and bucket with new rows; groups with many parts become bases instead."""
    new = [rows for rows in (fresh_rows(packing_now, stored, now), _late(packing_now, stored, before)) if rows]
    groups = packing_now.groups.get(stored.source.name, {})
    full = [place for place, group in groups.items() if group.parts >= packing_now.parts_at_most]
    tiles: list[DataFrame] = []
    if new:
        rows = tile_rows.placed(reduce(DataFrame.unionByName, new), packing_now.numbers, stored)
        if full:
            rows = tile_rows.without_places(packing_now.spark, rows, full)
        tiles.append(tile_rows.tiles_of(rows, stored, packing_now.pack_no, base=False))
    if new and full:
        whole = tile_rows.only_places(packing_now.spark, _placed_now(packing_now, stored, now), full)
        tiles.append(tile_rows.tiles_of(whole, stored, packing_now.pack_no, base=True))
    return reduce(DataFrame.unionByName, tiles) if tiles else None


def _bases(packing_now: Packing, stored: StoredSource, now: Packed) -> DataFrame | None:
    """Bases for the months and buckets that changed; one pass to find them, one to make them."""
    rows = _placed_now(packing_now, stored, now)
    groups_now = tile_rows.fingerprints(rows)
    packed = packing_now.groups.get(stored.source.name, {})
    encoded = tile_rows.encoding(stored)
    places = tile_rows.changed(groups_now, packed, encoded)
    gone = {place for place in places if place not in groups_now}
    spark, number = packing_now.spark, packing_now.pack_no
    tiles: list[DataFrame] = []
    if places - gone:
        tiles.append(tile_rows.tiles_of(tile_rows.only_places(spark, rows, places - gone), stored, number, base=True))
    if gone:
        tiles.append(tile_rows.emptied(spark, stored.source.name, gone, encoded, number))
    return reduce(DataFrame.unionByName, tiles) if tiles else None


def _late(packing_now: Packing, stored: StoredSource, before: Packed) -> DataFrame | None:
    """Rows set aside by earlier packs whose contact has got a number since the last one."""
    table = unplaced_table(stored.source.name, stored.schema)
    last = packing_now.before
    if packing_now.contacts == last.contacts or not exists(packing_now.lake, table):
        return None
    waiting = rows_of(packing_now.spark, packing_now.lake, table)
    waiting = waiting.where((col("pack_no") <= last.pack_no) & col(DELIVERY_NO).isin(list(before.deliveries)))
    newly = packing_now.numbers.where(col("contact_no") >= last.contacts).select("contact_id")
    placed = waiting.select(DELIVERY_NO, *placed_columns(waiting, stored.schema))
    return placed.join(newly, on="contact_id", how="left_semi")
