"""A pack that is killed shows nothing, and running it again gives what one run would have given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.errors import Unreachable
from jobs.lake.pinned_tiles import last_pack
from jobs.lake.reads import table_rows
from jobs.lake.tables import CONTACTS, IDENTITY, TILES, unplaced_table
from jobs.packs import next_pack
from tests.steps.night import Company

WHO = "contact_id,country,born_on"
HEADER = "customer_id,ordered_at,amount"


def test_a_pack_killed_before_its_tiles_is_not_seen_and_finished_by_the_next(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company(spark, tmp_path)
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,", "bob,DE,")
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "zoe,2026-11-01,2.00")
    report = company.ingest()
    order = company.catalog().sources["order"]
    waiting = unplaced_table("order", company.night("2026-11-24T00:00").stored(order).schema)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(next_pack, "_commit", dies)
            with pytest.raises(KeyboardInterrupt):
                company.pack(report)
        assert last_pack(company.lake).pack_no == 0
        assert table_rows(company.lake, TILES) == []
        assert {row["contact_no"] for row in table_rows(company.lake, CONTACTS)} == {0, 1}  # given, and given once
        assert table_rows(company.lake, waiting) == []

    made = company.pack(report)
    assert (made.pack.pack_no, made.set_aside) == (1, {"order": 1})
    assert company.packed(1)[IDENTITY] == [("ada", True), ("bob", True)]
    assert [row[2] for row in company.packed(1)["order"]] == [100]
    assert [row["contact_id"] for row in table_rows(company.lake, waiting)] == ["zoe"]

    company.deliver("contacts/2026-11-24.csv", WHO, "ada,AT,", "bob,DE,", "zoe,DE,")
    company.take("2026-11-25T00:00")
    assert [row[2] for row in company.packed(2)["order"]] == [100, 200]


def test_what_a_pack_killed_behind_its_tiles_had_to_set_aside_is_set_aside_by_the_next(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company(spark, tmp_path)
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "zoe,2026-11-01,2.00")
    report = company.ingest()
    commit = next_pack._commit

    def dies_behind(*arguments: Any) -> None:
        commit(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(next_pack, "_commit", dies_behind)
        with pytest.raises(KeyboardInterrupt):
            company.pack(report)
    assert last_pack(company.lake).pack_no == 1
    company.deliver("contacts/2026-11-24.csv", WHO, "ada,AT,", "zoe,DE,")
    company.take("2026-11-25T00:00")
    assert [row[2] for row in company.packed(2)["order"]] == [100, 200]


def test_a_later_pack_of_earlier_days_neither_doubles_nor_loses_rows_that_wait(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Two nights are packed in the wrong order; the third has all deliveries again, and the fourth knows everybody."""
    company = Company(spark, tmp_path)
    company.deliver("contacts/2026-11-22.csv", WHO, "ada,AT,", "bob,DE,")
    company.deliver("order/2026-11-22.csv", HEADER, "ada,2026-11-01,1.00", "zoe,2026-11-01,2.00")
    first = company.ingest()
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("order/2026-11-23.csv", HEADER, "zoe,2026-11-02,4.00", "ada,2026-11-02,8.00")
    second = company.ingest()
    for number, report in enumerate((second, first, second), start=1):
        company.pack(report)
        assert company.packed(number)[IDENTITY] == [("ada", True), ("bob", report is first)]
    company.deliver("contacts/2026-11-24.csv", WHO, "ada,AT,", "zoe,DE,")
    company.take()
    assert [row[0::2] for row in company.packed(4)["order"]] == [("ada", 100), ("ada", 800), ("zoe", 200), ("zoe", 400)]


@pytest.mark.parametrize("winner", [0, 1])
def test_a_pack_that_comes_second_changes_nothing_of_the_first_ones(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winner: int
) -> None:
    """One pack is whole while the other, of another day, has numbered its contacts and stands before its tiles."""
    company = Company(spark, tmp_path)
    company.deliver("contacts/2026-11-22.csv", WHO, "ada,AT,", "bob,DE,")
    company.deliver("order/2026-11-22.csv", HEADER, "ada,2026-11-01,1.00", "zoe,2026-11-01,2.00")
    first = company.ingest()
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,", "cyd,DE,")
    company.deliver("order/2026-11-23.csv", HEADER, "eve,2026-11-02,4.00", "ada,2026-11-02,8.00")
    days = (first, company.ingest())
    here = (["ada", "bob"], ["ada", "cyd"])
    commit = next_pack._commit

    def overtaken(*arguments: Any) -> None:
        monkeypatch.setattr(next_pack, "_commit", commit)
        company.pack(days[winner])
        commit(*arguments)

    def live(pack_no: int) -> list[str]:
        return [who for who, is_live in company.packed(pack_no)[IDENTITY] if is_live]

    monkeypatch.setattr(next_pack, "_commit", overtaken)
    with pytest.raises(Unreachable, match="another pack took the number 1 meanwhile"):
        company.pack(days[1 - winner])
    assert live(1) == here[winner]
    company.pack(days[1 - winner])
    assert (live(1), live(2)) == (here[winner], here[1 - winner])
    company.deliver("contacts/2026-11-24.csv", WHO, "ada,AT,", "cyd,DE,", "eve,DE,", "zoe,DE,")
    company.take()
    orders = [(who, amount) for who, _, amount in company.packed(3)["order"]]
    assert orders == [("ada", 100), ("ada", 800), ("eve", 400), ("zoe", 200)]
