"""A pack that is killed shows nothing, and running it again gives what one run would have given."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

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
            patched.setattr(next_pack, "_write", dies)
            with pytest.raises(KeyboardInterrupt):
                company.pack(report)
        assert last_pack(company.lake).pack_no == 0
        assert table_rows(company.lake, TILES) == []
        assert {row["contact_no"] for row in table_rows(company.lake, CONTACTS)} == {0, 1}  # given, and given once
        assert [row["contact_id"] for row in table_rows(company.lake, waiting)] == ["zoe"]

    made = company.pack(report)
    assert (made.pack.pack_no, made.set_aside) == (1, {"order": 1})
    assert company.packed(1)[IDENTITY] == [("ada", True), ("bob", True)]
    assert [row[2] for row in company.packed(1)["order"]] == [100]
    assert [row["contact_id"] for row in table_rows(company.lake, waiting)] == ["zoe"]

    company.deliver("contacts/2026-11-24.csv", WHO, "ada,AT,", "bob,DE,", "zoe,DE,")
    company.take("2026-11-25T00:00")
    assert [row[2] for row in company.packed(2)["order"]] == [100, 200]
