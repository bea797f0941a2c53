"""Files as they lie in a real landing: written still while a night begins, and under names somebody chose badly."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.steps.night import ORDER, Company

PEOPLE = ("contact_id,country,born_on", "ada,AT,1990-01-01", "bob,DE,")
HEADER = "customer_id,ordered_at,amount"
ROW = "ada,2026-11-01,1.00"


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    return Company(spark, tmp_path)


def test_a_file_that_is_written_while_it_is_read_is_taken_in_whole_by_a_later_night(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    file = company.deliver("order/2026-11-23.csv", HEADER, ROW)
    done = threading.Event()
    written = 1

    def write() -> None:
        nonlocal written
        while not done.wait(0.001):
            with file.open("a") as stream:
                stream.write(f"{ROW}\n")
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with caplog.at_level(logging.INFO, "jobs.intake"):
            early = company.ingest()
    finally:
        done.set()
        writer.join()
    assert [entry.source for entry in early.entries] == ["contacts"]
    waits = "order/2026-11-23.csv to stay as it is: it changed while it was read"
    assert f"order 2026-11-23 has not arrived: it waits for {waits}" in caplog.messages
    late = company.ingest()
    assert [(entry.source, entry.label, entry.rows) for entry in late.accepted] == [("order", "2026-11-23", written)]
    assert late.failed_sources == {}


def test_names_are_shown_escaped_wherever_they_appear(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    company.texts["order"] = ORDER.replace("order/{date}.csv", "order/*.csv").replace(
        "source: order", "source: order\nkey: n"
    )
    company.texts["order"] += "delivery: append\n"
    company.texts["order"] = company.texts["order"].replace("columns:", "columns:\n  n: {type: integer}")
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    header = f"{HEADER},n"
    company.deliver("order/good\u202evsc.csv", header, f"{ROW},1")
    company.deliver("order/bad\n12:00:00 order x: accepted, 9 rows.csv", header, f"{ROW},x")
    company.deliver("order/half\n.csv", HEADER, ROW)
    company.deliver(os.fsdecode(b"order/\xff.csv"), header, f"{ROW},2")
    with caplog.at_level(logging.INFO, "jobs.intake"):
        report = company.ingest()
    told = [*caplog.messages, *(f"{entry.label} {entry.reason}" for entry in report.entries)]
    told += report.failed_sources.values()
    assert [text for text in told if not text.isprintable()] == []
    labels = {entry.label: entry.state for entry in report.entries if entry.source == "order"}
    assert labels == {
        "order/good\\u202evsc.csv": "accepted",
        "order/bad\\u000a12:00:00 order x: accepted, 9 rows.csv": "refused",
        "order/half\\u000a.csv": "refused",
    }
    waits = "order order/\\udcff.csv has not arrived: it waits for a name in UTF-8 instead of order/\\udcff.csv"
    assert waits in caplog.messages
    assert company.ingest().entries == report.entries  # and nothing is told twice in the journal
