"""Numbers for contacts: dense, for life, given by the contacts source alone and never given twice.

The high-water mark is kept in the Delta log with the very commit that gives numbers, as the commit's transaction number:
it survives checkpoints, and the same commit repeated is no second one. A contact that leaves keeps number and tiles.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import array, array_position, coalesce, col, conv, count_if, lit, row_number, sha2, substring
from pyspark.sql.window import Window

from jobs.lake.tables import CONTACTS, DELIVERY_NO
from jobs.lake.writing import append, ensure, location, merge, rows_of

log = logging.getLogger(__name__)

WRITER = "contact_no"


@dataclass(frozen=True)
class Numbered:
    """What numbering did. `high_water` is the next number to give."""

    high_water: int
    new: int = 0
    left: int = 0
    returned: int = 0


def number_contacts(
    spark: SparkSession, lake: str, rows: DataFrame, deliveries: Sequence[int], before: int | None
) -> Numbered:
    """Numbers for the contacts in `rows` (the contacts source now) that have none, and who is gone or back.

    New ones come in hash order within their delivery. `before` is the last delivery of the pack before: who is gone now
    was in it. At most two commits, none when nobody changed.
    """
    ensure(spark, lake, CONTACTS)
    high_water = read_high_water(spark, lake)
    now = rows.select("contact_id", DELIVERY_NO)
    known = rows_of(spark, lake, CONTACTS)
    compared = _compared(now, known)
    found = compared.agg(
        count_if("is_new").alias("new"), count_if("has_left").alias("left"), count_if("is_back").alias("returned")
    ).first()
    assert found is not None
    new, left, returned = found["new"], found["left"], found["returned"]
    if new:
        fresh = _numbered(compared.where("is_new"), deliveries, high_water)
        append(spark, lake, CONTACTS, fresh, once=(WRITER, high_water + new))
    if left or returned:
        moved = compared.where("has_left OR is_back").select(
            "contact_no", col("has_left").alias("gone"), lit(before).cast("bigint").alias("at")
        )
        merge(
            spark,
            lake,
            CONTACTS,
            moved,
            "old.contact_no = new.contact_no",
            update={"gone": "new.gone", "last_delivery": "CASE WHEN new.gone THEN new.at END"},
        )
    return Numbered(high_water + new, new, left, returned)


def read_high_water(spark: SparkSession, lake: str) -> int:
    """The next number to give: one more than the greatest ever given, whatever rows have gone since."""
    gateway: Any = spark  # py4j's objects have no types
    log_of = gateway._jvm.org.apache.spark.sql.delta.DeltaLog.forTable(gateway._jsparkSession, location(lake, CONTACTS))
    found = log_of.update(False, gateway._jvm.scala.Option.empty(), gateway._jvm.scala.Option.empty()).transactions()
    mark = found.get(WRITER)
    return int(mark.get()) if mark.isDefined() else 0


def _compared(now: DataFrame, known: DataFrame) -> DataFrame:
    """One row for each contact now or ever, and whether it is new, has left, or is back; one join on contact_id."""
    ever = known.where(~coalesce(col("erased"), lit(False))).select(
        "contact_no", "gone", col("contact_id").alias("known_id")
    )
    joined = now.join(ever, on=col("contact_id") == col("known_id"), how="full_outer")
    return joined.select(
        "contact_id",
        DELIVERY_NO,
        "contact_no",
        col("contact_no").isNull().alias("is_new"),
        (col("contact_id").isNull() & ~col("gone")).alias("has_left"),
        (col("contact_id").isNotNull() & coalesce(col("gone"), lit(False))).alias("is_back"),
    )


def _numbered(fresh: DataFrame, deliveries: Sequence[int], start: int) -> DataFrame:
    """Rows of `contacts`: numbers from `start` in order of (delivery, hash as unsigned, id); one sort of the new ones."""
    digest = substring(
        sha2(col("contact_id"), 256), 1, 16
    )  # 64 bits as sixteen digits, whose text order is unsigned order
    order = array_position(array(*(lit(number) for number in deliveries)), col(DELIVERY_NO))
    everyone = Window.orderBy(order, digest, "contact_id")
    return fresh.select(
        (row_number().over(everyone) + lit(start - 1)).cast("bigint").alias("contact_no"),
        "contact_id",
        conv(digest, 16, -10).cast("bigint").alias("contact_hash"),  # -10: as a signed number
        col(DELIVERY_NO).alias("first_delivery"),
        lit(False).alias("gone"),
        lit(False).alias("erased"),
    )
