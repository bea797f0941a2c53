"""A file of an office program on its way into the lake: one refusal that says all, then rows; and a changed `written`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.steps.night import CONTACTS, Company

PROFILE = """\
version: 1
source: profile
kind: attributes
contact: Nr
delivery: full
read: {{files: {{path: "profile/{{date}}.csv", format: csv{csv}}}}}
{written}columns:
  city: {{type: text, column: Ort}}
  since: {{type: date, column: Seit{since}}}
  turnover: {{type: "decimal(12,2)", column: Umsatz{turnover}}}
  wants: {{type: boolean, column: Newsletter{wants}}}
  tags: {{type: choices, values: [news, sale], column: Themen{tags}}}
"""
FILE = (
    "Nr;Ort;Seit;Umsatz;Newsletter;Themen\r\n"
    'ada ;Köln;24.12.2025;1.234,56;Ja;"news;sale"\r\n'
    "bob;Graz ;01.02.2026;12,5;Nein;news\r\n"
    "Summe;;;1.247,06;;\r\n"
).encode("windows-1252")
NOTHING = dict.fromkeys(("csv", "written", "since", "turnover", "wants", "tags"), "")
LINES = {
    "csv": 'csv: {delimiter: ";", encoding: windows-1252}',
    "since": 'written: {date: "DD.MM.YYYY"}',
    "turnover": 'written: {decimal_mark: ",", group_mark: "."}',
    "wants": 'written: {true: ["Ja"], false: ["Nein"]}',
    "tags": 'written: {separator: ";"}',
}
TRIM, SUM = "written: {trim: true}", 'written: {missing: ["Summe"]}'
COLUMNS = ("contact_id", "city", "since", "turnover", "wants", "tags")


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    made = Company(spark, tmp_path, {"contacts": CONTACTS, "profile": PROFILE.format(**NOTHING)})
    made.deliver("contacts/2026-11-23.csv", "contact_id,country,born_on", "ada,AT,1990-01-01", "bob,DE,")
    file = tmp_path / "landing" / "profile" / "2026-11-23.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(FILE)
    return made


def test_one_refusal_says_every_line_that_the_catalog_needs_and_a_change_of_them_is_noticed(company: Company) -> None:
    refusal = company.ingest().failed_sources["profile"]
    assert refusal.startswith(
        "delivery 2026-11-23 was refused: profile/2026-11-23.csv: line 2 is not UTF-8; found 0 of 6"
    )
    for line in (*LINES.values(), TRIM, SUM):
        assert line in refusal
    assert "2 rows with since: not a date as YYYY-MM-DD (the first is row 1); 2 of 2 are read by `written" in refusal
    for value in ("ada", "Köln", "2025", "1.234", "Graz"):
        assert value not in refusal

    whole = "written: {trim: true, missing: [Summe]}\n"
    said = {name: f", {line}" for name, line in LINES.items()}
    company.texts["profile"] = PROFILE.format(**{**said, "written": whole})
    report = company.ingest("2026-11-24T01:00")
    assert report.failed_sources == {}
    assert company.rows("profile", report, COLUMNS) == [
        ("ada", "Köln", date(2025, 12, 24), Decimal("1234.56"), True, ["news", "sale"]),
        ("bob", "Graz", date(2026, 2, 1), Decimal("12.50"), False, ["news"]),
    ]

    company.texts["profile"] = company.texts["profile"].replace("[Summe]", "[Summe, Graz]")
    again = company.ingest("2026-11-24T02:00")
    assert [row[:2] for row in company.rows("profile", again, COLUMNS)] == [("ada", "Köln"), ("bob", None)]
