"""Deliveries that are taken in: what counts, what is passed over, what takes whose place."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import UsageError
from jobs.lake.published import table_rows
from jobs.lake.tables import DELIVERIES
from jobs.steps.ingest import skip_delivery
from tests.steps.night import CONTACTS, LOYALTY, ORDER, PRODUCT, TICKET, Company

PEOPLE = ("contact_id,country,born_on", "ada,AT,1990-01-01", "bob,DE,", "cyd,,2000-02-29")


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    made = Company(spark, tmp_path)
    made.deliver("contacts/2026-11-23.csv", *PEOPLE)
    return made


def test_a_delivery_is_taken_in_once_with_its_values_exactly(company: Company) -> None:
    company.deliver(
        "order/2026-11-23.csv",
        "customer_id,ordered_at,amount,remark",
        "ada,2026-11-01T10:00,0012.50,an extra column does not matter",
        "zoe,2026-11-01T10:00:00Z,1.00,nobody knows her",
        "bob,2026-12-02,-0.01,after as_of: kept and not seen by evaluation",
        ",2026-11-05,5.00,nobody's: dropped and counted",
    )
    first = company.ingest()
    assert [(entry.source, entry.rows) for entry in first.accepted] == [("contacts", 3), ("order", 4)]
    assert first.failed_sources == {}
    assert company.rows("order", first, ["contact_id", "ordered_at", "amount"]) == [
        ("ada", datetime(2026, 11, 1, 9), Decimal("12.50")),  # Vienna is an hour ahead
        ("bob", datetime(2026, 12, 1, 23), Decimal("-0.01")),
        ("zoe", datetime(2026, 11, 1, 10), Decimal("1.00")),
    ]
    kept = next(row for row in table_rows(company.lake, DELIVERIES) if row["source"] == "order")
    assert json.loads(kept["counts"]) == {"rows": 4, "missing_contact": 1, "unknown_contacts": 1}
    assert (company.root / "lake" / kept["quality"]).is_file()
    assert (company.root / "lake" / kept["quality"]).with_suffix(".html").is_file()
    assert not (company.root / "lake" / "staging" / "order").exists()

    second = company.ingest()
    assert (second.accepted, second.refused, second.entries) == ((), (), first.entries)


def test_no_value_of_a_contact_is_kept_in_results_or_the_journal(company: Company) -> None:
    company.deliver("order/2026-11-23.csv", "customer_id,ordered_at,amount", "zoe@x,2026-11-01,secret-value")
    company.ingest()
    kept = [path.read_text() for path in (company.root / "lake" / "quality").rglob("*") if path.is_file()]
    kept += [str(row) for row in table_rows(company.lake, DELIVERIES)]
    assert len(kept) == 6  # two results, two pages, two entries
    assert not [text for text in kept if "secret-value" in text or "zoe@x" in text]


def test_rows_with_a_key_replace_earlier_ones_in_the_order_of_days(company: Company) -> None:
    company.texts = {"contacts": CONTACTS, "ticket": TICKET}
    company.deliver("ticket/2026-11-22.csv", "ticket_id,contact_id,state", "1,ada,open", "2,ada,open", "2,ada,open")
    company.deliver("ticket/2026-11-23.csv", "ticket_id,contact_id,state", "1,bob,closed", "3,cyd,open")
    report = company.ingest()
    assert company.rows("ticket", report, ["_raw_ticket_id", "contact_id", "state"]) == [
        ("1", "bob", "closed"),
        ("2", "ada", "open"),
        ("3", "cyd", "open"),
    ]
    company.deliver("ticket/2026-11-21.csv", "ticket_id,contact_id,state", "3,ada,late", "4,ada,late")
    assert company.rows("ticket", company.ingest(), ["_raw_ticket_id", "state"]) == [
        ("1", "closed"),
        ("2", "open"),
        ("3", "open"),  # of a later day than the one that came last
        ("4", "late"),
    ]


def test_changes_replace_by_key_and_take_deleted_rows_away(company: Company) -> None:
    company.texts = {"contacts": CONTACTS, "product": PRODUCT}
    company.deliver("product/2026-11-22.csv", "product_id,brand", "007,Bond", "7,Seven", "8,Eight")
    company.deliver("product/2026-11-23.csv", "product_id,brand,deleted", "7,,true", "8,Huit,false", "9,Neuf,")
    assert company.rows("product", company.ingest(), ["_raw_product_id", "brand"]) == [
        ("007", "Bond"),
        ("8", "Huit"),
        ("9", "Neuf"),
    ]


def test_a_full_delivery_replaces_everything_before_it(company: Company) -> None:
    company.texts = {"contacts": CONTACTS, "loyalty": LOYALTY}
    company.deliver("loyalty.csv", "contact_id,tier", "ada,gold", "bob,blue")
    company.ingest()
    company.deliver("loyalty.csv", "contact_id,tier", "bob,gold")
    company.deliver("contacts/2026-11-24.csv", *PEOPLE[:2])
    report = company.ingest("2026-11-25T00:00")
    assert company.rows("loyalty", report, ["contact_id", "tier"]) == [("bob", "gold")]
    assert company.rows("contacts", report, ["contact_id"]) == [("ada",)]
    assert report.states["loyalty"].deliveries == (2,)


def test_a_full_delivery_repeated_on_a_later_day_is_as_good_as_new(company: Company) -> None:
    company.texts = {"contacts": CONTACTS.replace("columns:", "gates: {age_at_most: 36h}\ncolumns:")}
    company.ingest()
    company.deliver("contacts/2026-11-26.csv", *PEOPLE)
    report = company.ingest("2026-11-27T00:00")
    assert [(entry.label, entry.delivery_no) for entry in report.accepted] == [("2026-11-26", 1)]
    assert report.failed_sources == {}


def test_two_sources_read_the_same_rows_with_another_contact(company: Company) -> None:
    gift = ORDER.replace("source: order", "source: gift").replace("customer_id", "given_to")
    company.texts["gift"] = gift.replace('{files: {path: "order/{date}.csv", format: csv}}', "{same_as: order}")
    company.deliver("order/2026-11-23.csv", "customer_id,given_to,ordered_at,amount", "ada,bob,2026-11-01,7.00")
    report = company.ingest()
    assert company.rows("order", report, ["contact_id", "amount"]) == [("ada", Decimal("7.00"))]
    assert company.rows("gift", report, ["contact_id", "amount"]) == [("bob", Decimal("7.00"))]


def test_other_bytes_of_a_known_day_are_refused_unless_they_are_meant_to_replace_it(company: Company) -> None:
    header = "customer_id,ordered_at,amount"
    company.deliver("order/2026-11-23.csv", header, "ada,2026-11-01,1.00")
    company.ingest()
    company.deliver("order/2026-11-23.csv", header, "ada,2026-11-01,2.00")
    refused = company.ingest()
    assert refused.failed_sources == {
        "order": "delivery 2026-11-23 was refused: the day 2026-11-23 has been accepted already, and these are other bytes. "
        "If they are meant to take its place: `ingest --source order --replace`; else put the first ones back"
    }
    assert len(company.ingest().entries) == len(refused.entries)  # the same refusal is told once

    replaced = company.ingest(sources=["order"], replacing=True)
    assert replaced.failed_sources == {}
    assert company.rows("order", replaced, ["amount"]) == [(Decimal("2.00"),)]


def test_the_first_bytes_put_back_end_a_refusal(company: Company) -> None:
    header = "customer_id,ordered_at,amount"
    file = company.deliver("order/2026-11-23.csv", header, "ada,2026-11-01,1.00")
    first = file.read_bytes()
    company.ingest()
    company.deliver("order/2026-11-23.csv", header, "ada,2026-11-01,2.00")
    assert "order" in company.ingest().failed_sources
    file.write_bytes(first)
    back = company.ingest()
    assert back.failed_sources == {}
    assert company.rows("order", back, ["amount"]) == [(Decimal("1.00"),)]


def test_a_person_may_go_on_without_a_refused_delivery_and_must_say_why(company: Company) -> None:
    company.deliver("order/2026-11-22.csv", "customer_id,ordered_at,amount", "ada,2026-11-01,1.00")
    company.deliver("order/2026-11-23.csv", "customer_id,ordered_at,amount", "ada,2026-11-01,x")
    assert "order" in company.ingest().failed_sources
    night = company.night("2026-11-24T00:00")
    with pytest.raises(UsageError, match=r"^--skip needs --reason: say why order can go on without 2026-11-23$"):
        skip_delivery(night, "order", "2026-11-23", "")
    with pytest.raises(UsageError, match=r"^--skip order 2026-11-22: no refused .* label; refused is: 2026-11-23$"):
        skip_delivery(night, "order", "2026-11-22", "typo")
    skip_delivery(night, "order", "2026-11-23", "the shop was closed")
    after = company.ingest()
    assert after.failed_sources == {}
    assert after.states["order"].rows == 1


def test_a_corrected_delivery_of_a_refused_day_needs_no_permission(company: Company) -> None:
    company.deliver("order/2026-11-23.csv", "customer_id,ordered_at,amount", "ada,2026-11-01,x")
    assert "order" in company.ingest().failed_sources
    company.deliver("order/2026-11-23.csv", "customer_id,ordered_at,amount", "ada,2026-11-01,3.00")
    report = company.ingest()
    assert report.failed_sources == {}
    assert company.rows("order", report, ["amount"]) == [(Decimal("3.00"),)]


def test_packed_and_other_formats_are_read_by_the_same_parser(company: Company) -> None:
    import gzip

    import pyarrow as pa
    import pyarrow.parquet as pq

    company.texts["order"] = ORDER.replace("{date}.csv", "{date}*.csv.gz")
    company.texts["loyalty"] = LOYALTY.replace("loyalty.csv", "loyalty.parquet").replace("csv}", "parquet}")
    company.texts["ticket"] = TICKET.replace("{date}.csv", "{date}.jsonl").replace("csv}", "jsonl}")
    packed = company.root / "landing" / "order" / "2026-11-23_1.csv.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(b"customer_id,ordered_at,amount\nada,2026-11-01,1.00\n"))
    company.deliver("ticket/2026-11-23.jsonl", '{"ticket_id": "a", "contact_id": "ada", "state": null}')
    pq.write_table(pa.table({"contact_id": ["bob"], "tier": ["gold"]}), company.root / "landing" / "loyalty.parquet")
    report = company.ingest()
    assert company.rows("order", report, ["contact_id", "amount"]) == [("ada", Decimal("1.00"))]
    assert company.rows("ticket", report, ["_raw_ticket_id", "state"]) == [("a", None)]
    assert company.rows("loyalty", report, ["contact_id", "tier"]) == [("bob", "gold")]
