"""Numbers for contacts: dense, for life, given by the contacts source alone and never given twice.

The high-water mark is kept in the Delta log with the very commit that gives numbers, as the commit's transaction number:
it survives checkpoints, and the same commit repeated is no second one. A contact that leaves keeps number and tiles.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import bool_or, coalesce, col, conv, count_if, lit, row_number, sha2, substring, when
from pyspark.sql.functions import max as greatest_of
from pyspark.sql.functions import min as least_of
from pyspark.sql.window import Window

from jobs.lake.commits import append, merge, rows_of
from jobs.lake.creation import ensure
from jobs.lake.reads import last_number
from jobs.lake.tables import CONTACTS, DELIVERY_NO

WRITER = "contact_no"


@dataclass(frozen=True)
class Numbered:
    """What numbering did. `high_water` is the next number to give."""

    high_water: int
    new: int = 0
    left: int = 0
    returned: int = 0


def number_contacts(spark: SparkSession, lake: str, people: DataFrame, before: int | None) -> Numbered:
    """Numbers for those of `people` who have none, and who is gone or back.

    `people` has a row or more for everybody in the contacts source now (`now` true) and in a delivery of it that no pack has
    seen: `contact_id`, `delivery_no`, `now`. New ones come in order of arrival of their delivery, then of their hash, so the
    numbers are the same whenever packs were made. `before` is the last delivery of the pack before: who is gone now was in
    it. At most two commits, none when nobody changed; one join on contact_id.
    """
    ensure(lake, CONTACTS)
    high_water = read_high_water(lake)
    compared = _compared(people, rows_of(spark, lake, CONTACTS))
    found = compared.agg(
        count_if("is_new").alias("new"), count_if("has_left").alias("left"), count_if("is_back").alias("returned")
    ).first()
    assert found is not None
    new, left, returned = found["new"], found["left"], found["returned"]
    if new:
        fresh = _numbered(compared.where("is_new"), high_water)
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


def read_high_water(lake: str) -> int:
    """The next number to give: one more than the greatest ever given, whatever rows have gone since; needs no Spark."""
    return last_number(lake, CONTACTS, WRITER)


def _compared(people: DataFrame, known: DataFrame) -> DataFrame:
    """One row for each contact delivered or ever known, and whether it is new, has left, or is back."""
    delivered = people.groupBy("contact_id").agg(
        bool_or("now").alias("now"), least_of(DELIVERY_NO).alias("first"), greatest_of(DELIVERY_NO).alias("last")
    )
    ever = known.where(~coalesce(col("erased"), lit(False))).select(
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
