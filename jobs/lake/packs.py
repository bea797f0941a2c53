"""Packs: one append to `tiles` is one pack, and one row of it says what the pack consists of.

That row is written with the tiles, so a pack is there whole or not at all. It also keeps what the next pack starts from:
the deliveries each source was packed from, how its values are encoded, and how many contacts had numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import broadcast, coalesce, col, count_if, lit
from pyspark.sql.functions import max as greatest_of
from pyspark.sql.functions import sum as sum_of

from jobs.lake.published import table_rows
from jobs.lake.tables import NO_MONTH, PACK, TILES
from jobs.lake.writing import rows_of

GROUP = ("source", "month", "bucket")
PRINT = "decimal(38,0)"
"""A fingerprint is the sum of its rows' 64-bit hashes, exactly: whatever their order, and parts add up to the whole."""


@dataclass(frozen=True)
class Packed:
    """One source in a pack: the deliveries it was packed from, in order, and the encoding of its tiles."""

    deliveries: tuple[int, ...]
    encoding: str


@dataclass(frozen=True)
class Pack:
    """What a pack says of itself. `contacts` is the number of numbers given by then. Pack 0 is the one before the first."""

    pack_no: int = 0
    contacts: int = 0
    sources: Mapping[str, Packed] = field(default_factory=dict[str, Packed])

    def to_json(self) -> str:
        return json.dumps(
            {
                "contacts": self.contacts,
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
    sources = {name: Packed(tuple(one["deliveries"]), one["encoding"]) for name, one in written["sources"].items()}
    return Pack(pack_no, written["contacts"], sources)


def last_pack(lake: str, upto: int | None = None) -> Pack:
    """The newest pack, or the newest not after `upto`; pack 0 when nothing has been packed. Needs no Spark."""
    rows = table_rows(lake, TILES, ["pack_no", "payload"], [("source", "=", PACK)])
    seen = [row for row in rows if upto is None or row["pack_no"] <= upto]
    newest = max(seen, key=lambda row: row["pack_no"], default=None)
    return Pack() if newest is None else read_pack(newest["pack_no"], newest["payload"].decode())


def marker(pack: Pack) -> tuple[object, ...]:
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
    return tuple(row.get(name) for name in TILES.schema.names)


def pinned_tiles(spark: SparkSession, lake: str, pack_no: int, sources: Iterable[str]) -> DataFrame:
    """The tiles of these sources as of a pack: of each source, month and bucket the newest base and all parts after it.

    One pass over everything but the payloads to find the bases; groups without rows are left out.
    """
    tiles = _upto(spark, lake, pack_no).where(col("source").isin(sorted(set(sources))))
    bases = tiles.where("base").groupBy(*GROUP).agg(greatest_of("pack_no").alias("base_no"))
    joined = tiles.join(broadcast(bases), on=list(GROUP), how="left")
    since = joined.where((col("pack_no") >= coalesce(col("base_no"), lit(0))) & (col("rows") > 0))
    return since.select(*TILES.schema.names)


def groups(spark: SparkSession, lake: str, pack_no: int, sources: Iterable[str]) -> DataFrame:
    """What is packed of each source, month and bucket as of a pack: `packed_rows`, `packed_print`, `encoding`, `parts`.

    Fingerprints of a base and the parts after it add up to that of all its rows.
    """
    tiles = _upto(spark, lake, pack_no).where(col("source").isin(sorted(set(sources)))).drop("payload")
    bases = tiles.where("base").groupBy(*GROUP).agg(greatest_of("pack_no").alias("base_no"))
    since = tiles.join(broadcast(bases), on=list(GROUP), how="left").where(
        col("pack_no") >= coalesce(col("base_no"), lit(0))
    )
    return since.groupBy(*GROUP).agg(
        sum_of("rows").alias("packed_rows"),
        sum_of(col("fingerprint").cast(PRINT)).alias("packed_print"),
        greatest_of("encoding").alias("encoding"),
        count_if((col("piece") == 0) & ~col("base")).alias("parts"),
    )


def _upto(spark: SparkSession, lake: str, pack_no: int) -> DataFrame:
    return rows_of(spark, lake, TILES).where(col("pack_no") <= pack_no)
