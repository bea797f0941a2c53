"""Deliveries that are taken in: what counts, what takes whose place, and what a killed ingest leaves."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from jobs.catalog.model import Files
from jobs.errors import UsageError
from jobs.intake.acceptance import skip_delivery
from jobs.intake.arrivals import sort_out
from jobs.intake.delivery_reader import DeliveryReader
from jobs.intake.landing import LandedFiles
from jobs.intake.staged_rows import stage, take_in
from jobs.lake.reads import table_rows
from jobs.lake.source_rows import delivered_rows
from jobs.lake.tables import DELIVERIES
from tests.steps.night import CONTACTS, LOYALTY, ORDER, PRODUCT, TICKET, Company

PEOPLE = ("contact_id,country,born_on", "ada,AT,1990-01-01", "bob,DE,", "cyd,,2000-02-29")
HEADER = "customer_id,ordered_at,amount"


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    return Company(spark, tmp_path)


def test_a_delivery_is_taken_in_once_with_its_values_exactly_and_nobodys_in_the_evidence(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver(
        "order/2026-11-22.csv",
        f"{HEADER},remark",
        "ada,2026-11-01T10:00,0012.50,an extra column does not matter",
        "zoe@x,2026-11-01T10:00:00Z,1.00,nobody knows her",
        "bob,2026-12-02,-0.01,after as_of: kept and not seen by evaluation",
        ",2026-11-05,5.00,nobody's: dropped and counted",
    )
    company.deliver("order/2026-11-23.csv", HEADER, "zoe@x,2026-11-01,secret-value")
    first = company.ingest()
    assert [(entry.source, entry.rows, entry.unknown_contacts) for entry in first.accepted] == [
        ("contacts", 3, 0),
        ("order", 4, 1),
    ]
    assert [entry.label for entry in first.refused] == ["2026-11-23"]
    assert company.rows("order", first, ["contact_id", "ordered_at", "amount"]) == [
        ("ada", datetime(2026, 11, 1, 9), Decimal("12.50")),  # Vienna is an hour ahead
        ("bob", datetime(2026, 12, 1, 23), Decimal("-0.01")),
        ("zoe@x", datetime(2026, 11, 1, 10), Decimal("1.00")),
    ]
    journal = table_rows(company.lake, DELIVERIES)
    counts = {(row["source"], row["label"]): json.loads(row["counts"]) for row in journal}
    assert counts["order", "2026-11-22"] == {"rows": 4, "missing_contact": 1, "unknown_contacts": 1}
    assert counts["order", "2026-11-23"] == {
        "rows": 1,
        "unknown_contacts": 1,
        "wrong": {"amount: not a decimal(12,2)": 1},
    }
    kept = [company.root / "lake" / row["quality"] for row in journal]
    kept += [path.with_suffix(".html") for path in kept]
    texts = [*(path.read_text() for path in kept), *(str(row) for row in journal)]
    assert len(texts) == 9
    assert not [text for text in texts if "secret-value" in text or "zoe@x" in text]
    assert not (company.root / "lake" / "staging" / "order").exists()

    second = company.ingest()
    assert (second.accepted, second.refused, second.entries) == ((), (), first.entries)


def test_each_way_of_delivering_has_its_meaning(company: Company) -> None:
    """Keyed rows and changes go by key in the order of days, full deliveries replace, one source reads another's rows."""
    gift = ORDER.replace("source: order", "source: gift").replace("customer_id", "given_to")
    company.texts = {
        "contacts": CONTACTS,
        "order": ORDER.replace("{date}.csv", "{date}*.csv.gz"),
        "gift": gift.replace('{files: {path: "order/{date}.csv", format: csv}}', "{same_as: order}"),
        "ticket": TICKET.replace("{date}.csv", "{date}.jsonl").replace("csv}", "jsonl}"),
        "loyalty": LOYALTY.replace("loyalty.csv", "loyalty.parquet").replace("csv}", "parquet}"),
        "product": PRODUCT,
    }
    company.deliver("contacts/2026-11-22.csv", *PEOPLE)
    packed = company.root / "landing" / "order" / "2026-11-23_1.csv.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(b"customer_id,given_to,ordered_at,amount\nada,bob,2026-11-01,7.00\n"))
    tickets = [{"ticket_id": 1, "state": "open"}, {"ticket_id": 2, "state": "open"}, {"ticket_id": 2, "state": "open"}]
    company.deliver("ticket/2026-11-22.jsonl", *(json.dumps({"contact_id": "ada", **one}) for one in tickets))
    company.deliver("ticket/2026-11-23.jsonl", '{"ticket_id": 1, "contact_id": "bob", "state": null}')
    tiers = company.root / "landing" / "loyalty.parquet"
    pq.write_table(pa.table({"contact_id": ["ada", "bob"], "tier": ["gold", "blue"]}), tiers)
    company.deliver("product/2026-11-22.csv", "product_id,brand", "007,Bond", "7,Seven", "8,Eight")
    company.deliver("product/2026-11-23.csv", "product_id,brand,deleted", "7,,true", "8,Huit,false", "9,Neuf,")
    first = company.ingest()
    assert first.failed_sources == {}
    assert company.rows("order", first, ["contact_id", "amount"]) == [("ada", Decimal("7.00"))]
    assert company.rows("gift", first, ["contact_id", "amount"]) == [("bob", Decimal("7.00"))]
    product = [("007", "Bond"), ("8", "Huit"), ("9", "Neuf")]
    assert company.rows("product", first, ["product_id", "brand"]) == product
    ticket = ["ticket_id", "contact_id", "state"]
    assert company.rows("ticket", first, ticket) == [("1", "bob", None), ("2", "ada", "open")]
    assert company.rows("loyalty", first, ["contact_id", "tier"]) == [("ada", "gold"), ("bob", "blue")]

    company.deliver("contacts/2026-11-24.csv", *PEOPLE[:2])
    late = '{"ticket_id": %d, "contact_id": "cyd", "state": "late"}'
    company.deliver("ticket/2026-11-21.jsonl", late % 2, late % 3)
    pq.write_table(pa.table({"contact_id": ["bob"], "tier": ["gold"]}), tiers)
    second = company.ingest("2026-11-25T00:00")
    assert company.rows("contacts", second, ["contact_id"]) == [("ada",)]
    assert company.rows("ticket", second, ticket) == [("1", "bob", None), ("2", "ada", "open"), ("3", "cyd", "late")]
    assert company.rows("loyalty", second, ["contact_id", "tier"]) == [("bob", "gold")]
    assert company.rows("product", second, ["product_id", "brand"]) == product
    assert second.states["loyalty"].deliveries == (2,)


def test_other_bytes_of_a_known_day_are_refused_until_somebody_decides(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-22.csv", HEADER, "ada,2026-11-01,1.00")
    company.ingest()
    company.deliver("order/2026-11-22.csv", HEADER, "ada,2026-11-01,2.00")
    refused = company.ingest()
    assert refused.failed_sources == {
        "order": "delivery 2026-11-22 was refused: the day 2026-11-22 has been accepted already, and these are other bytes. "
        "If they are meant to take its place: `ingest --source order --replace`; else put the first ones back"
    }
    assert len(company.ingest().entries) == len(refused.entries)  # the same refusal is told once

    replaced = company.ingest(sources=["order"], replacing=True)
    assert replaced.failed_sources == {}
    assert company.rows("order", replaced, ["amount"]) == [(Decimal("2.00"),)]

    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,x")
    assert "order" in company.ingest().failed_sources
    night = company.night("2026-11-24T00:00")
    with pytest.raises(UsageError, match=r"^--skip needs --reason: say why order can go on without 2026-11-23$"):
        skip_delivery(night, "order", "2026-11-23", "")
    with pytest.raises(UsageError, match=r"^--skip order 2026-11-22: no refused .* label; refused is: 2026-11-23$"):
        skip_delivery(night, "order", "2026-11-22", "typo")
    skip_delivery(night, "order", "2026-11-23", "the shop was closed")
    skipped = company.ingest()
    assert (skipped.failed_sources, skipped.states["order"].rows) == ({}, 1)

    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,3.00")  # corrected: needs nobody's permission
    corrected = company.ingest()
    assert company.rows("order", corrected, ["amount"]) == [(Decimal("2.00"),), (Decimal("3.00"),)]


def test_rows_that_a_killed_ingest_left_count_for_nothing_and_are_not_doubled(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-01,2.00")
    night = company.night("2026-11-24T00:00")
    source = night.catalog.sources["order"]
    inlet = LandedFiles(night.landing, Files("order/{date}.csv", "csv"))
    reader = DeliveryReader(night.stored(source), inlet)

    def killed_before_its_entries() -> None:
        """What every ingest does up to the commit of `deliveries`."""
        news = sort_out(source, inlet.arrived(), [], replace=False)
        staged = stage(company.spark, company.lake, reader, news.to_stage())
        take_in(company.spark, company.lake, staged, [1], again=False)

    killed_before_its_entries()
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-01,3.00")
    killed_before_its_entries()  # twice, and the file was another the first time
    report = company.ingest()
    assert report.states["order"].deliveries == (1,)
    assert company.rows("order", report, ["amount"]) == [(Decimal("1.00"),), (Decimal("3.00"),)]
    assert delivered_rows(company.spark, company.lake, source, reader.stored.schema, [1]).count() == 2
