"""One attempt to write a list: its rows in a place of their own, checked there before anybody may see them.

Members are a bitmap for each bucket; ids come from the identity tiles of the run's own pack. What was written is read back:
as many rows as members, no id twice, and the same rows as were sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql.functions import coalesce, col, count, count_distinct, count_if, lit, xxhash64
from pyspark.sql.functions import sum as total

from jobs.lake.commits import append, rows_of
from jobs.lake.identities import named
from jobs.lake.memberships import state_at
from jobs.lake.observations import observed
from jobs.lake.tables import MEMBERSHIPS, list_table
from jobs.lists.content_hash import added, as_text, content_hash
from jobs.lists.manifest import COLUMNS, Checked, Pins

NOTHING_MORE = pa.schema([])


@dataclass(frozen=True)
class Sent:
    """What was handed to the writer."""

    members: int
    without_id: int
    fingerprint: int


def bits_of(spark: SparkSession, lake: str, segment: str, pins: Pins) -> DataFrame:
    """`bucket` and `bits` of the segment's members in the pinned run."""
    rows = rows_of(spark, lake, MEMBERSHIPS).where(col("segment") == segment)
    return state_at(rows, pins.run_no).select("bucket", "bits")


def write_attempt(spark: SparkSession, lake: str, path: str, segment: str, pins: Pins) -> Sent:
    """Writes the members' ids to a table of their own at `path`; says what was sent."""
    bits = bits_of(spark, lake, segment, pins).select("bucket", lit("").alias("mark"), "bits")
    people = named(spark, lake, pins.pack_no, bits).select("contact_id", "bucket")
    watched = Observation()
    seen = people.observe(
        watched,
        count(lit(1)).alias("members"),
        count_if(col("contact_id").isNull()).alias("without_id"),
        coalesce(total(_fingerprint()), lit(0)).alias("fingerprint"),
    )
    append(spark, lake, list_table(path, NOTHING_MORE), seen.where(col("contact_id").isNotNull()))
    counts = observed(spark, watched)
    assert counts is not None, "rows were written to a place of their own, and nobody saw them"
    return Sent(counts["members"], counts["without_id"], int(counts["fingerprint"]))


def check_attempt(spark: SparkSession, lake: str, path: str, pins: Pins, sent: Sent) -> Checked:
    """What lies at `path`; an assertion when it is not exactly what the run published, for then the lake is broken."""
    rows = rows_of(spark, lake, list_table(path, NOTHING_MORE))
    counts = rows.agg(
        count(lit(1)).alias("rows"),
        count_distinct("contact_id").alias("distinct"),
        coalesce(total(_fingerprint()), lit(0)).alias("fingerprint"),
    ).first()
    assert counts is not None
    assert sent.members == pins.members, f"{sent.members} members found, the run published {pins.members}"
    assert counts["rows"] == pins.members - sent.without_id, f"{counts['rows']} rows written of {pins.members} members"
    assert counts["distinct"] == counts["rows"], f"{counts['rows']} rows hold {counts['distinct']} ids"
    assert int(counts["fingerprint"]) == sent.fingerprint, "the rows written are not those that were sent"
    return Checked(counts["rows"], counts["distinct"], sent.without_id, hash_of(rows))


def hash_of(rows: DataFrame) -> str:
    """The content hash of a list's rows; one number a partition comes back."""
    parts = rows.select(*COLUMNS).mapInArrow(_hash_parts(), "hash BINARY").collect()
    return as_text(added(int.from_bytes(part["hash"], "big") for part in parts))


def _hash_parts() -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def parts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        number = added(content_hash(batch, COLUMNS) for batch in batches)
        yield pa.RecordBatch.from_pydict({"hash": [number.to_bytes(32, "big")]})

    return parts


def _fingerprint():
    return xxhash64("contact_id").cast("decimal(38,0)")
