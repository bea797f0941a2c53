"""Delta tables of others, written by Spark: its ways of writing instants and partitions, and what is refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DONE, PARTLY
from tests.cli.shop import Shop, run, shop

__all__ = ["shop"]

CONTACTS = """\
version: 1
source: contacts
kind: contacts
read: {files: {path: contacts.csv, format: csv}}
columns: {country: {type: text}}
"""
ORDER = """\
version: 1
source: order
kind: events
time: at
read: {delta: {path: orders}}
columns:
  day: {type: date}
  amount: {type: "decimal(12,2)"}
"""
ROWS = """
SELECT * FROM VALUES
  ('ada', TIMESTAMP '2026-11-01 09:00:00', DATE '2026-11-01', CAST(4.00 AS DECIMAL(12,2))),
  ('bob', TIMESTAMP '2026-11-02 23:30:00', DATE '2026-11-02', CAST(10.00 AS DECIMAL(12,2))),
  ('cyd', TIMESTAMP '0001-01-01 00:00:00', DATE '2026-11-03', CAST(10.00 AS DECIMAL(12,2)))
AS t(contact_id, at, day, amount)
"""
INT96 = "spark.sql.parquet.outputTimestampType"
SEGMENTS = {
    "at_nine": {"event": "order", "first": {"on": "2026-11-01T10:00"}},  # nine in UTC is ten in Vienna
    "on_the_third": {"event": "order", "first": {"on": "2026-11-03"}},  # half past eleven in UTC is the next day there
    "by_day": {"event": "order", "where": {"attribute": "day", "after": "2026-11-01"}},
}


@pytest.fixture
def orders(shop: Shop) -> Path:
    for file in (shop.folder / "catalog").iterdir():
        file.unlink()
    shop.write("catalog/contacts.yaml", CONTACTS)
    shop.write("catalog/order.yaml", ORDER)
    shop.write("landing/contacts.csv", "contact_id,country\nada,AT\nbob,AT\ncyd,AT\n")
    for id_, where in SEGMENTS.items():
        shop.spec(id_, where, expect={"at_least": 0})
    return shop.folder / "landing/orders"


@pytest.fixture(params=["TIMESTAMP_MICROS", "INT96"])
def instants(spark: SparkSession, request: pytest.FixtureRequest) -> Iterator[str]:
    before = spark.conf.get(INT96)
    spark.conf.set(INT96, request.param)
    yield request.param
    spark.conf.set(INT96, before or "")


def night(day: int) -> int:
    return run("run", "--as-of", f"2026-11-{day}T00:00", "--ahead").code


def members() -> dict[str, int]:
    return {row["id"]: row["members"] for row in json.loads(run("segments", "--json").out)}


def reason() -> str:
    return next(row["reason"] for row in json.loads(run("deliveries", "--json").out) if row["state"] == "refused")


def test_instants_and_partitions_are_what_spark_wrote(spark: SparkSession, orders: Path, instants: str) -> None:
    spark.sql(ROWS).write.format("delta").partitionBy("day").save(str(orders))
    assert (night(10), members()) == (DONE, {"at_nine": 1, "on_the_third": 1, "by_day": 2})
    spark.sql(ROWS).where("contact_id = 'bob'").selectExpr("'ada' AS contact_id", "at", "day", "amount").write.format(
        "delta"
    ).mode("append").save(str(orders))
    assert (night(11), members()) == (DONE, {"at_nine": 1, "on_the_third": 1, "by_day": 3})
    spark.sql(
        f"MERGE INTO delta.`{orders}` t USING (SELECT 'bob' AS c) s ON t.contact_id = s.c WHEN MATCHED THEN DELETE"
    )
    assert (night(12), members()) == (DONE, {"at_nine": 1, "on_the_third": 0, "by_day": 2})


def test_deletion_vectors_are_refused_by_name_until_they_are_gone(spark: SparkSession, orders: Path) -> None:
    spark.sql(ROWS).coalesce(1).write.format("delta").option("delta.enableDeletionVectors", "true").save(str(orders))
    assert (night(10), members()["by_day"]) == (DONE, 2)
    spark.sql(f"DELETE FROM delta.`{orders}` WHERE contact_id = 'bob'")
    assert night(11) == PARTLY
    assert "found deletion vectors, so that its files hold rows which are deleted" in reason()
    spark.sql(f"REORG TABLE delta.`{orders}` APPLY (PURGE)")
    assert (night(12), members()["by_day"]) == (DONE, 1)


def test_column_mapping_is_refused_by_name(spark: SparkSession, orders: Path) -> None:
    spark.sql(ROWS).write.format("delta").option("delta.columnMapping.mode", "name").save(str(orders))
    assert night(10) == PARTLY
    assert "found a table with column mapping (delta.columnMapping.mode = name)" in reason()
