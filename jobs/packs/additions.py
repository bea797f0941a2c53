"""What one source adds to a pack: parts where rows only add up, bases where rows were replaced, else nothing.

Whatever the order of deliveries, the tiles then answer as if everything had been packed at once: a source that only adds up
gets parts for what is new and for rows whose contact has become known since; of every other the months and buckets whose
fingerprint differs are made anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jobs.kernel.tiles import tile_columns
from jobs.lake.creation import exists
from jobs.lake.pinned_tiles import Group, Pack, Packed
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import CONTACTS, IDENTITY, source_table, unplaced_table
from jobs.packs.row_readings import RowReading
from jobs.packs.tile_files import Addition, Place

PARTS_AT_MOST = 8
"""A month and bucket with more parts is read slowly; the next pack makes a base of it."""
PAYLOAD_FORMAT = 4
"""Counted up when the kernel's payload or its fingerprint changes; every tile is then made anew."""


@dataclass(frozen=True)
class Packing:
    """A pack in the making, on top of the one before: `groups` are what that one left."""

    lake: str
    before: Pack
    pack: Pack
    groups: Mapping[str, Mapping[Place, Group]]
    parts_at_most: int = PARTS_AT_MOST


@dataclass
class Additions:
    """Everything that a pack adds, and the rows that go into it. Both are known by their places in their lists."""

    additions: list[Addition] = field(default_factory=list[Addition])
    readings: list[RowReading] = field(default_factory=list[RowReading])

    def add(self, addition: Addition, readings: Iterable[RowReading]) -> None:
        number = len(self.additions)
        self.additions.append(addition)
        self.readings += [replace(reading, addition=number) for reading in readings]


def additions_of(packing: Packing, sources: Iterable[StoredSource]) -> Additions:
    """What a pack adds of everybody who has a number, and of each source."""
    additions = Additions()
    _add_people(additions, packing)
    for stored in sources:
        _add_source(additions, packing, stored)
    return additions


def encoding(stored: StoredSource) -> str:
    """What a source's tiles depend on besides rows: the payload's format, and how each column is read and stored."""
    columns = {name: [str(kind), kind.fold] for name, kind in tile_columns(stored.source).items()}
    parts = [PAYLOAD_FORMAT, stored.source.time, sorted(columns.items()), sorted(stored.readings.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _add_people(additions: Additions, packing: Packing) -> None:
    """Tiles of the buckets in which somebody is new, gone, back or erased."""
    encoded = f"identity {PAYLOAD_FORMAT}"
    prints = _prints(packing.groups.get(IDENTITY, {}), encoded)
    as_they_were = packing.pack.people == packing.before.people and all(prints.values())
    if packing.before.pack_no and as_they_were:
        return
    additions.add(Addition(None, encoded, base=True, packed=prints), [RowReading(0, CONTACTS)])


def _add_source(additions: Additions, packing: Packing, stored: StoredSource) -> None:
    name = stored.source.name
    now, before = packing.pack.sources[name], packing.before.sources.get(name)
    if before == now and packing.before.contacts == packing.pack.contacts:
        return
    groups = packing.groups.get(name, {})
    only_added = (
        before is not None and set(before.deliveries) <= set(now.deliveries) and before.encoding == now.encoding
    )
    if before is not None and only_added and stored.source.adds_up:
        _add_parts(additions, packing, stored, before, now)
    else:
        packed = None if before is None else _prints(groups, now.encoding)
        additions.add(Addition(stored, now.encoding, base=True, packed=packed), [_whole(stored, now.deliveries)])


def _add_parts(additions: Additions, packing: Packing, stored: StoredSource, before: Packed, now: Packed) -> None:
    """A part for each month and bucket with new rows; groups with many parts become bases instead."""
    fresh = [number for number in now.deliveries if number not in before.deliveries]
    readings = [_whole(stored, fresh)] if fresh else []
    readings += _late(packing, stored, before)
    if not readings:
        return
    groups = packing.groups.get(stored.source.name, {})
    full = frozenset(place for place, group in groups.items() if group.parts >= packing.parts_at_most)
    additions.add(Addition(stored, now.encoding, base=False, besides=full), readings)
    if full:
        buckets = frozenset(bucket for _, bucket in full)
        additions.add(
            Addition(stored, now.encoding, base=True, only=full),
            [replace(_whole(stored, now.deliveries), buckets=buckets)],
        )


def _whole(stored: StoredSource, deliveries: Sequence[int]) -> RowReading:
    return RowReading(0, source_table(stored.source.name, stored.schema), stored, tuple(deliveries))


def _late(packing: Packing, stored: StoredSource, before: Packed) -> list[RowReading]:
    """Rows set aside by earlier packs whose contact has got a number since the last one."""
    table = unplaced_table(stored.source.name, stored.schema)
    last = packing.before
    if packing.pack.contacts == last.contacts or not exists(packing.lake, table):
        return []
    return [RowReading(0, table, stored, before.deliveries, upto_pack=last.pack_no, since=last.contacts)]


def _prints(groups: Mapping[Place, Group], encoded: str) -> dict[Place, str]:
    """By month and bucket that have rows, the fingerprint of what is packed; empty where it has to be made anew."""
    return {
        place: group.fingerprint if group.encoding == encoded and not group.parts else ""
        for place, group in groups.items()
        if group.rows
    }
