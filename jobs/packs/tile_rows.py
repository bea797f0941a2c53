"""Rows become tiles: given their places by contact number, gathered by month and bucket, and encoded by the kernel.

A fingerprint is the sum of the rows' 64-bit hashes: whatever the order, and those of a base and its parts add up to that of
all rows. So a group whose rows and fingerprint are those of its tiles is left as it is, and the answer of many packs is
that of one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import broadcast, coalesce, col, count, lit, month, shiftright, xxhash64, year
from pyspark.sql.functions import sum as sum_of

from jobs.catalog.model import Catalog, Source
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.tiles import Tile, encode_identity, encode_pieces, tile_columns
from jobs.lake.pinned_tiles import Group
from jobs.lake.source_rows import ROW_HASH, with_hash
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import IDENTITY, NO_MONTH, TILES, ddl

PAYLOAD_FORMAT = 3
"""Counted up when the kernel's payload changes; every tile is then made anew."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PRINT = "decimal(38,0)"
Place = tuple[int, int]
"""(month, bucket)."""


def encoding(stored: StoredSource) -> str:
    """What a source's tiles depend on besides rows: the payload's format, and how each column is read and stored."""
    columns = {name: [str(kind), kind.fold] for name, kind in tile_columns(stored.source).items()}
    parts = [PAYLOAD_FORMAT, stored.source.time, sorted(columns.items()), sorted(stored.readings.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def placed(rows: DataFrame, numbers: DataFrame, stored: StoredSource) -> DataFrame:
    """The rows of contacts that have a number, with `month`, `bucket`, `position` and their hash; one join on contact_id."""
    at = year(stored.source.time) * 100 + month(stored.source.time) if stored.source.time else lit(NO_MONTH)
    with_numbers = with_hash(rows, stored.schema).join(numbers, on="contact_id", how="inner")
    return with_numbers.select(
        at.cast("int").alias("month"),
        *_bucket_and_position(),
        ROW_HASH,
        *(f"`{name}`" for name in _encoded_names(stored.source)),
    )


def placed_people(contacts: DataFrame) -> DataFrame:
    """Everyone who has a number, the same way: `contact_id` (null once erased) and whether they are live."""
    live = ~coalesce(col("gone"), lit(False)) & ~coalesce(col("erased"), lit(False))
    named = contacts.withColumn("live", live)
    return named.select(
        lit(NO_MONTH).alias("month"),
        *_bucket_and_position(),
        xxhash64("contact_no", coalesce(col("contact_id"), lit("")), "live").alias(ROW_HASH),
        "contact_id",
        "live",
    )


def fingerprints(placed_rows: DataFrame) -> dict[Place, Group]:
    """Rows and fingerprint of each month and bucket; one pass, one small row a group."""
    sums = placed_rows.groupBy("month", "bucket").agg(
        count(lit(1)).alias("rows"), sum_of(col(ROW_HASH).cast(PRINT)).alias("print")
    )
    return {(row["month"], row["bucket"]): Group(row["rows"], int(row["print"])) for row in sums.collect()}


def changed(now: Mapping[Place, Group], packed: Mapping[Place, Group], encoded: str) -> set[Place]:
    """The months and buckets whose tiles are not what they should be; those with no rows left included."""
    stale = {place for place, group in packed.items() if group.encoding != encoded}
    differ = {place for place, group in now.items() if not _same(group, packed.get(place))}
    return stale | differ | {place for place, group in packed.items() if place not in now and group.rows}


def only_places(spark: SparkSession, placed_rows: DataFrame, places: Iterable[Place]) -> DataFrame:
    """The rows of these months and buckets."""
    wanted = spark.createDataFrame(sorted(places), "month INT, bucket INT")
    return placed_rows.join(broadcast(wanted), on=["month", "bucket"], how="left_semi")


def without_places(spark: SparkSession, placed_rows: DataFrame, places: Iterable[Place]) -> DataFrame:
    """The rows of all other months and buckets."""
    unwanted = spark.createDataFrame(sorted(places), "month INT, bucket INT")
    return placed_rows.join(broadcast(unwanted), on=["month", "bucket"], how="left_anti")


def tiles_of(placed_rows: DataFrame, stored: StoredSource, pack_no: int, *, base: bool) -> DataFrame:
    """Rows of `tiles`, one for each piece; one shuffle on (month, bucket)."""
    source, catalog = stored.source, stored.catalog
    return _encoded(placed_rows, source.name, encoding(stored), pack_no, base, _encoder(source, catalog))


def identity_tiles(placed_rows: DataFrame, pack_no: int) -> DataFrame:
    """The same for those who have numbers."""
    return _encoded(placed_rows, IDENTITY, identity_encoding(), pack_no, True, lambda table: [encode_identity(table)])


def identity_encoding() -> str:
    return f"identity {PAYLOAD_FORMAT}"


def emptied(spark: SparkSession, source: str, places: Iterable[Place], encoded: str, pack_no: int) -> DataFrame:
    """Bases without rows, for months and buckets that have none left."""
    rows = [
        {
            "source": source,
            "month": at,
            "bucket": bucket,
            "pack_no": pack_no,
            "base": True,
            "piece": 0,
            "rows": 0,
            "encoding": encoded,
            "fingerprint": "0",
        }
        for at, bucket in sorted(places)
    ]
    return spark.createDataFrame(
        [tuple(row.get(name) for name in TILES.schema.names) for row in rows], ddl(TILES.schema)
    )


def _encoder(source: Source, catalog: Catalog) -> Callable[[pa.Table], list[Tile]]:
    return lambda table: encode_pieces(table, source, catalog)


def _encoded(
    rows: DataFrame, source: str, encoded: str, pack_no: int, base: bool, encode: Callable[[pa.Table], list[Tile]]
) -> DataFrame:
    def group(table: pa.Table) -> pa.Table:
        at, bucket = table["month"][0].as_py(), table["bucket"][0].as_py()
        total = str(sum(table[ROW_HASH].to_pylist()))
        return pa.Table.from_pylist(
            [
                {
                    "source": source,
                    "month": at,
                    "bucket": bucket,
                    "pack_no": pack_no,
                    "base": base,
                    "piece": piece,
                    "rows": tile.rows,
                    "first_at": _instant(tile.first_at),
                    "last_at": _instant(tile.last_at),
                    "encoding": encoded,
                    "fingerprint": total if piece == 0 else None,
                    "payload": tile.payload,
                }
                for piece, tile in enumerate(encode(table))
            ],
            schema=TILES.schema,
        )

    return rows.groupBy("month", "bucket").applyInArrow(group, ddl(TILES.schema))


def _encoded_names(source: Source) -> list[str]:
    return [*([source.time] if source.time else []), *(name for name in tile_columns(source) if name != source.time)]


def _bucket_and_position() -> tuple[Column, Column]:
    bucket = shiftright("contact_no", BUCKET.bit_length() - 1).cast("int")
    return bucket.alias("bucket"), (col("contact_no") % BUCKET).cast("int").alias("position")


def _same(group: Group, packed: Group | None) -> bool:
    return packed is not None and (group.rows, group.print) == (packed.rows, packed.print)


def _instant(at: int | None) -> datetime | None:
    return None if at is None else EPOCH + timedelta(microseconds=at)
