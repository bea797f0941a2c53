"""Packs: one append to `tiles` is one pack, and one row of it says what the pack consists of.

That row is written with the tiles, so a pack is there whole or not at all. It also keeps what the next pack starts from:
the deliveries each source was packed from, how its values are encoded, and how many contacts had numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from jobs.lake.reads import table_rows
from jobs.lake.tables import NO_MONTH, PACK, TILES

GROUP = ("source", "month", "bucket")


@dataclass(frozen=True)
class Packed:
    """One source in a pack: the deliveries it was packed from, in order, and the encoding of its tiles."""

    deliveries: tuple[int, ...]
    encoding: str


@dataclass(frozen=True)
class Pack:
    """What a pack says of itself. Pack 0 is the one before the first.

    `contacts` is how many numbers had been given by then, `people` the version of the table that says so and who is gone;
    `entry_no` the last entry of the journal that was known.
    """

    pack_no: int = 0
    contacts: int = 0
    people: int = -1
    entry_no: int = 0
    sources: Mapping[str, Packed] = field(default_factory=dict[str, Packed])

    def to_json(self) -> str:
        return json.dumps(
            {
                "contacts": self.contacts,
                "people": self.people,
                "entry_no": self.entry_no,
                "sources": {
                    name: {"deliveries": list(packed.deliveries), "encoding": packed.encoding}
                    for name, packed in sorted(self.sources.items())
                },
            },
            sort_keys=True,
        )


def read_pack(pack_no: int, text: str) -> Pack:
    """The pack that a row of `tiles` describes."""
    written: dict[str, Any] = json.loads(text)
    sources = {
        name: Packed(tuple(packed["deliveries"]), packed["encoding"]) for name, packed in written["sources"].items()
    }
    return Pack(pack_no, written["contacts"], written.get("people", -1), written["entry_no"], sources)


def last_pack(lake: str, upto: int | None = None) -> Pack:
    """The newest pack, or the newest not after `upto`; pack 0 when nothing has been packed. Needs no Spark."""
    written = {number: text for number, text in _written(lake).items() if upto is None or number <= upto}
    newest = max(written, default=None)
    return Pack() if newest is None else read_pack(newest, written[newest])


def packed_before(lake: str, pack_no: int) -> dict[str, set[int]]:
    """By source the deliveries that some pack before this one was made from. Needs no Spark."""
    deliveries: dict[str, set[int]] = {}
    for number, text in _written(lake).items():
        if number < pack_no:
            for name, packed in read_pack(number, text).sources.items():
                deliveries.setdefault(name, set()).update(packed.deliveries)
    return deliveries


def _written(lake: str) -> dict[int, str]:
    """What every pack says of itself, by number."""
    rows = table_rows(lake, TILES, ["pack_no", "payload"], [("source", "=", PACK)])
    return {row["pack_no"]: row["payload"].decode() for row in rows}


def marker(pack: Pack) -> pa.Table:
    """The row of `tiles` that says what this pack consists of."""
    row: dict[str, object] = {
        "source": PACK,
        "month": NO_MONTH,
        "bucket": -1,
        "pack_no": pack.pack_no,
        "base": True,
        "piece": 0,
        "rows": 0,
        "payload": pack.to_json().encode(),
    }
    return pa.Table.from_pylist([row], TILES.schema)


@dataclass
class Group:
    """What is packed of one month and bucket: rows, the fingerprint of the base, parts after it, how it is encoded."""

    rows: int = 0
    fingerprint: str = ""
    parts: int = 0
    encoding: str = ""


def packed_groups(lake: str, pack_no: int) -> dict[str, dict[tuple[int, int], Group]]:
    """By source, then (month, bucket): what is packed as of a pack. Reads no payload and needs no Spark."""
    names = [*GROUP, "pack_no", "base", "piece", "rows", "fingerprint", "encoding"]
    rows = [row for row in table_rows(lake, TILES, names) if row["pack_no"] <= pack_no and row["source"] != PACK]
    by_source: dict[str, dict[tuple[int, int], Group]] = {}
    for row in sorted(rows, key=lambda row: (row["pack_no"], row["piece"])):
        groups = by_source.setdefault(row["source"], {})
        place = row["month"], row["bucket"]
        if row["base"] and row["piece"] == 0:
            groups[place] = Group(encoding=row["encoding"] or "")
        group = groups.setdefault(place, Group(encoding=row["encoding"] or ""))
        group.rows += row["rows"]
        if row["piece"] == 0:
            group.fingerprint = row["fingerprint"] or "" if row["base"] else group.fingerprint
            group.parts += not row["base"]
    return by_source
