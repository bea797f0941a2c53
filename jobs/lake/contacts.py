"""Numbers for contacts: dense, for life, given by the contacts source alone and never given twice.

The high-water mark is kept in the Delta log with the very commit that gives numbers, as the commit's transaction number:
it survives checkpoints, and the same commit repeated is no second one. A contact that leaves keeps number and tiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import bool_or, coalesce, col, conv, count_if, lit, row_number, sha2, substring, when
from pyspark.sql.functions import max as greatest_of
from pyspark.sql.functions import min as least_of
from pyspark.sql.window import Window

from jobs.errors import Unreachable
from jobs.lake.commits import rows_of
from jobs.lake.creation import location
from jobs.lake.file_commits import exchange_files_after, last_commit
from jobs.lake.spark import reaching
from jobs.lake.table_files import TableFile, write_table_file
from jobs.lake.tables import CONTACTS, DELIVERY_NO, ddl

WRITER = "contact_no"
FILE = pa.schema([("path", pa.string()), ("size", pa.int64()), ("rows", pa.int64()), ("statistics", pa.string())])
"""What a worker says of the file it has written."""


@dataclass(frozen=True)
class Numbered:
    """What numbering did. `high_water` is the next number to give, `version` that of the table which says so."""

    high_water: int
    version: int
    new: int = 0
    left: int = 0
    returned: int = 0


def number_contacts(spark: SparkSession, lake: str, people: DataFrame, before: int | None) -> Numbered:
    """Numbers for those of `people` who have none, and who is gone or back.

    `people` has a row or more for everybody in the contacts source now (`now` true) and in a delivery of it that no pack has
    seen: `contact_id`, `delivery_no`, `now`. New ones come in order of arrival of their delivery, then of their hash, so the
    numbers are the same whenever packs were made. `before` is the last delivery of the pack before: who is gone now was in
    it. At most one commit, none when nobody changed; one join on contact_id. `Unreachable` (30) when somebody else has
    changed the table since it was looked at: both would give the same numbers to different people, or call people gone of
    whom only the other's deliveries say so.
    """
    version, high_water = read_high_water(lake)
    stored = rows_of(spark, lake, CONTACTS, version)
    changes = _changes(people, stored)
    counts = changes.agg(
        count_if("is_new").alias("new"), count_if("has_left").alias("left"), count_if("is_back").alias("returned")
    ).first()
    assert counts is not None
    new, left, returned = counts["new"], counts["left"], counts["returned"]
    if not (new or left or returned):
        return Numbered(high_water, version)
    written, old = _numbered(changes.where("is_new"), high_water), set[str]()
    if left or returned:
        moved = changes.where("has_left OR is_back").select("contact_no", "has_left")
        marked, old = _marked(stored, moved, before)
        written = written.union(marked)
    once = (WRITER, high_water + new) if new else None
    if not exchange_files_after(lake, CONTACTS, version, old, _written(lake, written), once):
        raise Unreachable(
            f"{location(lake, CONTACTS)}: somebody else has numbered contacts meanwhile; nothing of this one counts. "
            "Run the step again when the other has finished."
        )
    return Numbered(high_water + new, version + 1, new, left, returned)


def _marked(stored: DataFrame, moved: DataFrame, before: int | None) -> tuple[DataFrame, set[str]]:
    """The rows of every file in which somebody is gone or back, told so, and the paths of those files."""
    places = stored.select("*", col("_metadata.file_name").alias("_file"))
    named = places.join(moved, on="contact_no", how="left_semi").select("_file").distinct().collect()
    old = {row["_file"] for row in named}
    rows = places.where(col("_file").isin(sorted(old))).join(moved, on="contact_no", how="left")
    last = when(col("has_left"), lit(before).cast("bigint"))
    unmoved = col("has_left").isNull()
    changed = {
        "gone": when(unmoved, col("gone")).otherwise(col("has_left")),
        "last_delivery": when(unmoved, col("last_delivery")).otherwise(last),
    }
    return rows.withColumns(changed).select(*CONTACTS.schema.names), old


def _written(lake: str, rows: DataFrame) -> list[TableFile]:
    """The files that the workers have written these rows to; they belong to nobody yet."""

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        file = write_table_file(lake, CONTACTS, batches)
        if file is not None:
            yield pa.RecordBatch.from_pylist([{name: getattr(file, name) for name in FILE.names}], FILE)

    with reaching(location(lake, CONTACTS)):
        return [TableFile(**row.asDict()) for row in rows.mapInArrow(write, ddl(FILE)).collect()]


def read_high_water(lake: str) -> tuple[int, int]:
    """The version of the table, and the next number to give as of it: one more than the greatest ever given, whatever rows
    have gone since; needs no Spark."""
    return last_commit(lake, CONTACTS, WRITER)


def _changes(people: DataFrame, contacts: DataFrame) -> DataFrame:
    """One row for each contact delivered or ever known, and whether it is new, has left, or is back."""
    delivered = people.groupBy("contact_id").agg(
        bool_or("now").alias("now"), least_of(DELIVERY_NO).alias("first"), greatest_of(DELIVERY_NO).alias("last")
    )
    ever = contacts.where(~coalesce(col("erased"), lit(False))).select(
        "contact_no", "gone", col("contact_id").alias("known_id")
    )
    joined = delivered.join(ever, on=col("contact_id") == col("known_id"), how="full_outer")
    here, known_before = coalesce(col("now"), lit(False)), col("contact_no").isNotNull()
    return joined.select(
        "contact_id",
        "contact_no",
        here.alias("now"),
        "first",
        "last",
        (~known_before).alias("is_new"),
        (known_before & ~here & ~col("gone")).alias("has_left"),
        (known_before & here & col("gone")).alias("is_back"),
    )


def _numbered(fresh: DataFrame, start: int) -> DataFrame:
    """Rows of `contacts`: numbers from `start` by (delivery, hash as unsigned, id); one sort of the new ones."""
    digest = substring(
        sha2(col("contact_id"), 256), 1, 16
    )  # 64 bits as sixteen digits, whose text order is unsigned order
    everyone = Window.orderBy("first", digest, "contact_id")
    return fresh.select(
        (row_number().over(everyone) + lit(start - 1)).cast("bigint").alias("contact_no"),
        "contact_id",
        conv(digest, 16, -10).cast("bigint").alias("contact_hash"),  # -10: as a signed number
        col("first").alias("first_delivery"),
        when(~col("now"), col("last")).alias("last_delivery"),
        (~col("now")).alias("gone"),
        lit(False).alias("erased"),
    )
