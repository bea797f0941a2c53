"""Contacts are numbered densely, in hash order, for life."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.errors import Unreachable
from jobs.lake import contacts
from jobs.lake.commits import rows_of
from jobs.lake.contacts import number_contacts, read_high_water
from jobs.lake.creation import ensure, location
from jobs.lake.tables import CONTACTS

FIRST = ["ada", "bob", "cyd", "dee", "eli", "fay"]


def delivered(spark: SparkSession, ids: list[str], delivery: int, now: bool = True) -> DataFrame:
    return spark.createDataFrame(
        [(one, delivery, now) for one in ids], "contact_id string, delivery_no bigint, now boolean"
    )


def people(spark: SparkSession, lake: str) -> dict[str, tuple[int, bool, int, int | None]]:
    rows = rows_of(spark, lake, CONTACTS).collect()
    return {r["contact_id"]: (r["contact_no"], r["gone"], r["first_delivery"], r["last_delivery"]) for r in rows}


def hashed(contact_id: str) -> int:
    """The first 8 bytes of SHA-256, as the language has it."""
    return int.from_bytes(hashlib.sha256(contact_id.encode()).digest()[:8], "big")


def test_numbers_follow_the_hash_then_arrival_and_are_never_given_twice(spark: SparkSession, lake: str) -> None:
    number_contacts(spark, lake, delivered(spark, FIRST, 1), None)
    in_hash_order = sorted(FIRST, key=hashed)
    assert people(spark, lake) == {one: (number, False, 1, None) for number, one in enumerate(in_hash_order)}
    stored = {row["contact_id"]: row["contact_hash"] % 2**64 for row in rows_of(spark, lake, CONTACTS).collect()}
    assert stored == {one: hashed(one) for one in FIRST}

    again = number_contacts(spark, lake, delivered(spark, FIRST, 1), 1)
    assert (again.new, again.left, again.returned, again.high_water) == (0, 0, 0, 6)

    newer = ["zoe", "gil", "ada"]  # bob, cyd, dee, eli and fay are gone; gil and zoe are new
    second = number_contacts(spark, lake, delivered(spark, newer, 2), 1)
    assert (second.new, second.left, second.returned, second.high_water) == (2, 5, 0, 8)
    now = people(spark, lake)
    assert [now[one][0] for one in sorted(["zoe", "gil"], key=hashed)] == [6, 7]
    assert now["bob"] == (in_hash_order.index("bob"), True, 1, 1)

    third = number_contacts(spark, lake, delivered(spark, [*newer, "bob"], 3), 2)
    assert (third.new, third.left, third.returned) == (0, 0, 1)
    assert people(spark, lake)["bob"] == (in_hash_order.index("bob"), False, 1, None)


def test_a_number_is_not_reused_when_the_greatest_is_taken_out(spark: SparkSession, lake: str) -> None:
    from delta.tables import DeltaTable

    number_contacts(spark, lake, delivered(spark, FIRST, 1), None)
    table = DeltaTable.forPath(spark, location(lake, CONTACTS))
    table.delete("contact_no >= 3")
    assert number_contacts(spark, lake, delivered(spark, ["zoe"], 2), 1).high_water == 7
    assert people(spark, lake)["zoe"][0] == 6


def test_the_high_water_mark_outlives_a_checkpoint_of_the_log(spark: SparkSession, lake: str) -> None:
    ensure(lake, CONTACTS)
    assert read_high_water(lake) == 0
    number_contacts(spark, lake, delivered(spark, FIRST, 1), None)
    gateway: Any = spark
    gateway._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()  # the commit was not the JVM's
    log = gateway._jvm.org.apache.spark.sql.delta.DeltaLog.forTable(gateway._jsparkSession, location(lake, CONTACTS))
    log.checkpoint()
    (Path(lake) / "contacts/_delta_log/00000000000000000001.json").unlink()  # as the log's own cleaning does in time
    assert read_high_water(lake) == 6


def test_of_several_new_deliveries_the_earlier_ones_contacts_come_first(spark: SparkSession, lake: str) -> None:
    """Whoever was only in a delivery that another has replaced since gets a number all the same, and is gone."""
    rows = delivered(spark, ["ada", "bob"], 7).union(delivered(spark, ["ada", "cyd"], 3, now=False))
    assert number_contacts(spark, lake, rows, None).new == 3
    now = people(spark, lake)
    assert {now["ada"][0], now["cyd"][0]} == {0, 1}
    assert now["ada"][1:] == (False, 3, None)
    assert now["bob"] == (2, False, 7, None)
    assert now["cyd"][1:] == (True, 3, 3)


def test_two_packs_that_number_at_once_never_give_one_number_twice(
    spark: SparkSession, lake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one numbers more people, between the first one's look at the table and its commit."""
    number_contacts(spark, lake, delivered(spark, ["ada"], 1), None)
    give = contacts._give

    def overtaken(*arguments: Any) -> None:
        monkeypatch.setattr(contacts, "_give", give)
        number_contacts(spark, lake, delivered(spark, ["ada", "bob", "cyd", "dee"], 2), 1)
        give(*arguments)

    monkeypatch.setattr(contacts, "_give", overtaken)
    with pytest.raises(Unreachable, match="Run the step again"):
        number_contacts(spark, lake, delivered(spark, ["ada", "eli"], 2), 1)
    numbers = [number for number, *_ in people(spark, lake).values()]
    assert sorted(numbers) == [0, 1, 2, 3]
    assert "eli" not in people(spark, lake)

    number_contacts(spark, lake, delivered(spark, ["ada", "bob", "cyd", "dee", "eli"], 3), 2)
    assert people(spark, lake)["eli"][0] == 4
