"""Tiles, memberships and lists of single buckets, read without Spark: for questions about one contact, and for counts.

The same groups as `pinned_tiles` gives: of each source, month and bucket the newest base as of a pack, and all parts after
it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Catalog, Source
from jobs.catalog.row_rules import KEY
from jobs.catalog.values import arrow_schema
from jobs.catalog.values.layout import CONTACT_ID, DELETED, PROBLEMS
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.lookups import Lookups, flatten_lookups
from jobs.lake.reads import read_rows, table_rows
from jobs.lake.stored_columns import placed_rows
from jobs.lake.tables import CONTACTS, DELIVERY_NO, IDENTITY, LIST_BITS, MEMBERSHIPS, TILES

PLACE = ("source", "month", "pack_no", "piece", "bucket", "base", "rows")


@dataclass(frozen=True)
class BucketTiles:
    """One bucket's payloads: identities, and each source's in order of month and pack."""

    identities: Sequence[bytes]
    tiles: Mapping[str, Sequence[bytes]]


@dataclass(frozen=True, eq=False)
class PackTiles:
    """The tiles of these sources as of a pack."""

    lake: str
    pack_no: int
    sources: frozenset[str]

    @cached_property
    def buckets(self) -> list[int]:
        """The buckets in which anybody has a number."""
        rows = read_rows(self.lake, TILES, ["bucket", "pack_no"], [("source", "=", IDENTITY)]).to_pylist()
        return sorted({row["bucket"] for row in rows if row["pack_no"] <= self.pack_no})

    def bucket(self, number: int) -> BucketTiles:
        """One bucket; without identities where nobody has a number in it, or its tiles are no longer kept."""
        sources = sorted(self.sources | {IDENTITY})
        where = [("bucket", "=", number), ("source", "in", sources)]
        packed = [row for row in table_rows(self.lake, TILES, PLACE, where) if row["pack_no"] <= self.pack_no]
        bases: dict[tuple[str, int], int] = {}
        for row in packed:
            if row["base"]:
                group = row["source"], row["month"]
                bases[group] = max(bases.get(group, 0), row["pack_no"])
        first = min((bases.get((row["source"], row["month"]), 0) for row in packed), default=0)
        rows = table_rows(self.lake, TILES, [*PLACE, "payload"], [*where, ("pack_no", ">=", first)])
        payloads: dict[str, list[bytes]] = {}
        for row in sorted(rows, key=lambda row: (row["month"], row["pack_no"], row["piece"])):
            base = bases.get((row["source"], row["month"]), 0)
            if base <= row["pack_no"] <= self.pack_no and row["rows"] > 0:
                payloads.setdefault(row["source"], []).append(row["payload"])
        return BucketTiles(payloads.pop(IDENTITY, []), payloads)


def contact_number(lake: str, contact_id: str) -> int | None:
    """The number of a contact for life; None where none was ever given, or it was erased."""
    rows = read_rows(lake, CONTACTS, ["contact_no", CONTACT_ID])
    place = pc.index(rows[CONTACT_ID], contact_id).as_py()
    return None if place < 0 else rows["contact_no"][place].as_py()


def place_of(contact_no: int) -> tuple[int, int]:
    """Bucket and position."""
    return divmod(contact_no, BUCKET)


def membership_bits(lake: str, run_no: int, segments: Collection[str], bucket: int) -> dict[str, bytes | None]:
    """The bitmaps of segments in a bucket at a run, as `memberships.state_at` has them; None: nobody."""
    newest: dict[str, dict[str, Any]] = {}
    where = [("bucket", "=", bucket), ("segment", "in", sorted(segments))]
    for row in table_rows(lake, MEMBERSHIPS, ["segment", "run_no", "bits"], where) if segments else ():
        if row["run_no"] <= run_no and row["run_no"] >= newest.get(row["segment"], row)["run_no"]:
            newest[row["segment"]] = row
    return {segment: newest[segment]["bits"] if segment in newest else None for segment in segments}


def list_bits(lake: str, name: str, pinned: Mapping[str, Any], bucket: int) -> bytes | None:
    """The bitmap of the version of a list that a run pinned; None: nobody of this bucket."""
    rows = table_rows(lake, LIST_BITS, filters=[("name", "=", name), ("bucket", "=", bucket)])
    wanted = date.fromisoformat(pinned["date"]), pinned["version"], pinned["attempt"]
    bitmaps = [row["bits"] for row in rows if (row["date"], row["version"], row["attempt"]) == wanted]
    return bitmaps[0] if bitmaps else None


def pinned_lookups(
    lake: str, catalog: Catalog, columns: Mapping[str, Iterable[str]], deliveries: Mapping[str, Sequence[int]]
) -> Lookups:
    """The lookups that a plan's columns reach, from the deliveries that a run pinned."""

    def rows(source: Source) -> pa.Table:
        schema = arrow_schema(source, catalog)
        stored = schema.remove(schema.get_field_index(PROBLEMS))
        return _newest(source, placed_rows(lake, source.name, stored), deliveries[source.name], stored)

    return flatten_lookups(catalog, columns, rows)


def _newest(source: Source, rows: pa.Table, deliveries: Sequence[int], schema: pa.Schema) -> pa.Table:
    """Of each key the row of its last delivery, as `source_rows.current_rows` has it, in order of their deliveries."""
    order = pc.index_in(rows[DELIVERY_NO], value_set=pa.array(deliveries, pa.int64()))
    counting = rows.filter(pc.is_valid(order)).take(pc.sort_indices(order.filter(pc.is_valid(order))))
    keys = pc.dictionary_encode(counting[KEY].combine_chunks(), null_encoding="encode").indices.to_numpy()
    last = np.full(int(keys.max(initial=-1)) + 1, -1)
    last[keys] = np.arange(keys.size)  # of places that occur again the last one stays
    kept = counting.take(pa.array(np.sort(last)))
    if source.delivery == "changes":
        kept = kept.filter(pc.invert(pc.fill_null(kept[DELETED], False)))
    return kept.select(schema.names).cast(schema)
