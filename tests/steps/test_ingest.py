"""Deliveries that are taken in: what counts, what takes whose place, and what a killed ingest leaves."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from jobs.errors import Unreachable, UsageError
from jobs.intake import acceptance, landing
from jobs.intake.acceptance import asked_sources, ingest, look, recorded, skip_delivery
from jobs.intake.attempt import Attempt, take
from jobs.intake.audit import Audit
from jobs.intake.journal import read_entries, read_readings, write_entries
from jobs.intake.staging_places import new_place
from jobs.intake.taken_rows import take_in
from jobs.lake.reads import table_rows
from jobs.lake.tables import DELIVERIES
from jobs.lake.workers import Workers
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
    assert staged_places(company) == []

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
    for source in ("ticket", "loyalty"):  # of contacts that leave in the second night and never had a number
        company.texts[source] += 'gates: {unknown_contacts_at_most: "100%"}\n'
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


@pytest.mark.parametrize("piece_bytes", [1, landing.PIECE_BYTES])
def test_a_large_parquet_file_is_judged_the_same_read_in_pieces(
    company: Company, monkeypatch: pytest.MonkeyPatch, piece_bytes: int
) -> None:
    """Row numbers count in the file, and rows that exclude each other are found in different row groups."""
    monkeypatch.setattr(landing, "PIECE_BYTES", piece_bytes)
    path = "ticket/2026-11-22.parquet"
    company.texts = {
        "contacts": CONTACTS,
        "ticket": TICKET.replace("{date}.csv", "{date}.parquet").replace("csv}", "parquet}"),
    }
    company.deliver("contacts/2026-11-22.csv", *PEOPLE)

    def deliver(states: list[str]) -> None:
        (company.root / "landing" / path).parent.mkdir(exist_ok=True)
        tickets = pa.table({"contact_id": ["ada"] * 7, "ticket_id": [1, 2, 3, 4, 5, 2, 7], "state": states})
        pq.write_table(tickets, company.root / "landing" / path, row_group_size=2)

    deliver(["open"] * 5 + ["closed", "open"])
    (entry,) = company.ingest().refused
    assert (entry.reason or "").startswith(
        f"{path}: found 1 row too many, expected one row for each key (ticket_id). Deliver it again"
    )

    deliver(["open"] * 7)
    report = company.ingest()
    assert [(entry.source, entry.rows) for entry in report.accepted] == [("ticket", 7)]
    assert company.rows("ticket", report, ["ticket_id"]) == [(str(number),) for number in (1, 2, 3, 4, 5, 7)]


def test_large_files_of_text_are_judged_as_their_whole(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spark's workers read every row by itself, and this process the files whole: the journals and the rows are the same."""
    texts = {
        "contacts": CONTACTS,
        "order": ORDER.replace("50%", "100%"),
        "late": ORDER.replace("source: order", "source: late").replace("order/", "late/"),
        "torn": ORDER.replace("source: order", "source: torn").replace("order/", "torn/"),
        "ticket": TICKET.replace("{date}.csv", "{date}.jsonl").replace("csv}", "jsonl}"),
        "note": TICKET.replace("{date}.csv", "{date}.jsonl").replace("csv}", "jsonl}").replace("ticket", "note"),
        "odd": TICKET.replace("{date}.csv", "{date}.jsonl").replace("csv}", "jsonl}").replace("ticket", "odd"),
    }
    whole = Company(company.spark, tmp_path / "whole", texts)
    company.texts = texts
    for each in (company, whole):
        each.root.mkdir(exist_ok=True)
        each.deliver("contacts/2026-11-22.csv", *PEOPLE)
        each.deliver(
            "order/2026-11-22.csv", HEADER, '"ada",2026-11-01,1.00', '"a\n\nb",2026-11-01,2.00', ",2026-11-01,3.00"
        )
        each.deliver(
            "late/2026-11-22.csv", HEADER, "ada,2026-11-01,1.00", "", "ada,2026-11-01,1.001", "bob,x,y", "bob,,"
        )
        each.deliver("torn/2026-11-22.csv", HEADER, "ada,2026-11-01,x", "ada,2026-11-01", "bob,2026-11-01,z")
        each.deliver("ticket/2026-11-22.jsonl", *(f'{{"contact_id": "ada", "ticket_id": {n}}}' for n in (1, 2, 3)))
        each.deliver(
            "note/2026-11-22.jsonl", *(f'{{"contact_id": "ada", "note_id": 1, "state": "{n}"}}' for n in (1, 2))
        )
        each.deliver(
            "odd/2026-11-22.jsonl", '{"contact_id": "ada", "odd_id": 1}', "{", '{"contact_id": "ada", "odd_id": []}'
        )
    here = replace(whole.night("2026-11-24T00:00"), workers=Workers(lambda: company.spark, 1 << 40, 1 << 40))
    expected = ingest(here)
    monkeypatch.setattr(landing, "PIECE_BYTES", 1)
    report = company.ingest()
    judged = [
        [
            (row["source"], row["state"], row["reason"], json.loads(row["counts"]))
            for row in table_rows(lake, DELIVERIES)
        ]
        for lake in (company.lake, whole.lake)
    ]
    assert sorted(judged[0], key=str) == sorted(judged[1], key=str)
    assert report.failed_sources == expected.failed_sources
    assert sorted(report.failed_sources) == ["late", "note", "odd", "torn"]
    for name, columns in {"order": ["contact_id", "amount"], "ticket": ["ticket_id", "state"]}.items():
        assert company.rows(name, report, columns) == whole.rows(name, expected, columns) != []


def test_other_bytes_of_a_known_day_are_refused_until_somebody_decides(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-22.csv", HEADER, "ada,2026-11-01,1.00")
    company.ingest()
    company.deliver("order/2026-11-22.csv", HEADER, "ada,2026-11-01,2.00")
    refused = company.ingest()
    assert refused.failed_sources == {
        "order": "delivery 2026-11-22 was refused: the day 2026-11-22 has been accepted already, and these are other bytes. "
        "If they are meant to take its place: `ingest --source order --replace --as-of …`; else put the first ones back"
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


def attempt_of(company: Company) -> tuple[Attempt, list[Audit]]:
    """What an ingest does up to the commit of `deliveries`."""
    night = company.night("2026-11-24T00:00")
    entries = read_entries(company.lake)
    asked = asked_sources(night.catalog, ())
    news = {source.name: look(night, source, entries, read_readings(company.lake)) for source in asked}
    attempt = Attempt(night, new_place(entries), entries, news)
    return attempt, [each.audit for each in take(attempt, asked)]


def staged_places(company: Company) -> list[str]:
    return sorted(path.name for path in (company.root / "lake" / "staging").glob("*"))


def test_what_a_killed_ingest_staged_counts_for_nothing_and_a_later_one_removes_it(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-01,2.00")
    attempt_of(company)
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-01,3.00")
    attempt_of(company)  # killed twice, and the file was another the first time
    assert len(staged_places(company)) == 2
    report = company.ingest()
    assert report.states["order"].deliveries == (1,)
    assert company.rows("order", report, ["amount"]) == [(Decimal("1.00"),), (Decimal("3.00"),)]
    assert len(staged_places(company)) == 2, "either of them may have been alive, for all that this ingest knew"
    company.ingest()
    assert staged_places(company) == []


def test_an_ingest_killed_once_it_was_heard_is_finished_by_the_next_one_whatever_that_is_asked_for(
    company: Company,
) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", ",2026-11-02,9.00")
    attempt, audits = attempt_of(company)
    killed = recorded(attempt.night, attempt.place, attempt.entries, audits, attempt.news)
    assert company.rows("order", killed, ["amount"]) == []
    report = company.ingest(sources=["contacts"])
    assert (report.accepted, report.entries) == ((), killed.entries)
    assert company.rows("order", report, ["contact_id", "amount"]) == [("ada", Decimal("1.00"))]
    assert company.rows("contacts", report, ["contact_id"]) == [("ada",), ("bob",), ("cyd",)]
    take_in(company.lake, killed.accepted)  # the killed one was alive after all, only slow
    assert company.rows("order", report, ["amount"]) == [(Decimal("1.00"),)]
    assert staged_places(company) == [attempt.place.attempt], "the one that was finished may still be at work"
    company.ingest()
    assert staged_places(company) == []
    take_in(company.lake, killed.accepted)
    assert company.rows("order", report, ["amount"]) == [(Decimal("1.00"),)]


def test_an_attempt_that_comes_second_ends_with_a_sentence_and_leaves_nothing(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00")
    attempt, audits = attempt_of(company)
    first = company.ingest()
    with pytest.raises(
        Unreachable, match=r"another ingest recorded its deliveries meanwhile; nothing of this one counts"
    ):
        recorded(attempt.night, attempt.place, attempt.entries, audits, attempt.news)
    assert company.ingest().entries == first.entries
    assert company.rows("order", first, ["amount"]) == [(Decimal("1.00"),)]


def test_an_attempt_whose_answer_was_lost_keeps_its_rows_for_the_next(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal has heard it, and it does not know."""
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00")

    def answerless(*arguments: Any) -> None:
        write_entries(*arguments)
        if arguments[1]:
            raise Unreachable("the answer is lost")

    for number in (1, 2):  # of contacts, then of orders
        with monkeypatch.context() as patched:
            patched.setattr(acceptance, "write_entries", answerless)
            with pytest.raises(Unreachable, match="the answer is lost"):
                company.ingest()
        assert len(read_entries(company.lake)) == number
    report = company.ingest()
    assert company.rows("contacts", report, ["contact_id"]) == [("ada",), ("bob",), ("cyd",)]
    assert company.rows("order", report, ["amount"]) == [(Decimal("1.00"),)]


def test_accepted_rows_that_are_gone_are_said_and_can_be_read_again(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00")
    attempt, audits = attempt_of(company)
    recorded(attempt.night, attempt.place, attempt.entries, audits, attempt.news)
    shutil.rmtree(company.root / "lake" / "staging" / attempt.place.attempt / "order")
    with pytest.raises(
        Unreachable, match=r"the rows of order 2026-11-23 were accepted, not taken in, and are gone"
    ) as gone:
        company.ingest()
    assert "`ingest --again order --as-of …`" in gone.value.message
    again = company.ingest(again=["order"])
    assert again.states["order"].deliveries == (2,)
    assert company.rows("order", again, ["amount"]) == [(Decimal("1.00"),)]
    assert company.rows("contacts", company.ingest(), ["contact_id"]) == [("ada",), ("bob",), ("cyd",)]
