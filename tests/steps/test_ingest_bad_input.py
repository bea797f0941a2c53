"""Bad deliveries: the whole message of each, and that a bad one fails its source alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DATA, UNREACHABLE, CatalogError, DataError, Unreachable
from jobs.steps.ingest import run
from tests.steps.night import CONTACTS, LOYALTY, ORDER, TICKET, Company

PEOPLE = ("contact_id,country,born_on", "ada,AT,1990-01-01", "bob,DE,", "cyd,,2000-02-29")
HEADER = "customer_id,ordered_at,amount"
GOOD = (HEADER, "ada,2026-11-01,1.00")
AGAIN = "Deliver it again, corrected, or go on without it: `ingest --skip order 2026-11-23 --reason … --as-of …`."


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    return Company(spark, tmp_path)


def test_each_bad_delivery_is_refused_with_all_its_reasons_and_fails_its_own_source(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    sources = {
        "zero_rows": (HEADER,),
        "renamed": ("customer_id,ordered_at,ammount", "ada,2026-11-01,1.00"),
        "texts": (HEADER, "ada,2026-11-01,1.00", "ada,2026-11-01,abc", "bob,2026-11-31,1.239", "bob,,1.00"),
        "unknown": (HEADER, "ada,2026-11-01,1.00", "zoe,2026-11-01,1.00", "yve,2026-11-01,1.00"),
        "good": GOOD,
    }
    company.texts = {"contacts": CONTACTS}
    for name, lines in sources.items():
        company.texts[name] = ORDER.replace("source: order", f"source: {name}").replace("order/", f"{name}/")
        company.deliver(f"{name}/2026-11-23.csv", *lines)
    company.texts["keyed"] = TICKET.replace("ticket", "keyed").replace("keyed_id", "ticket_id")
    company.deliver("keyed/2026-11-23.csv", "ticket_id,contact_id,state", "1,ada,open", "1,ada,closed", "2,ada,open")
    company.texts["twice"] = LOYALTY.replace("loyalty", "twice")
    company.deliver("twice.csv", "contact_id,tier", "ada,gold", "ada,gold", "bob,blue")
    company.texts["nowhere"] = ORDER.replace("source: order", "source: nowhere").replace("order/", "nowhere/")

    report = company.ingest()

    def refused(source: str, complaint: str) -> str:
        again = AGAIN.replace("order", source)
        return f"delivery 2026-11-23 was refused: {source}/2026-11-23.csv: {complaint}. {again}"

    assert report.failed_sources == {
        "zero_rows": refused("zero_rows", "found 0 rows, expected at least 1 (rows_at_least)"),
        "renamed": (
            'delivery 2026-11-23 was refused: renamed/2026-11-23.csv: the column "amount" is missing, found "ammount" '
            '(was it renamed?). Correct the file, or say in the catalog with "column" what the column is called there. '
            + AGAIN.replace("order", "renamed")
        ),
        "texts": refused(
            "texts",
            "2 rows with amount: not a decimal(12,2) (the first is row 2 of texts/2026-11-23.csv); "
            "1 row with ordered_at: not a timestamp as YYYY-MM-DDTHH:MM:SS, with or without an offset, or a date "
            "(the first is row 3 of texts/2026-11-23.csv); "
            "1 row with ordered_at: missing (the first is row 4 of texts/2026-11-23.csv)",
        ),
        "unknown": refused(
            "unknown",
            "found 2 rows of contacts the contacts source lacks among 3, "
            "expected at most 1 (unknown_contacts_at_most 50%)",
        ),
        "keyed": refused("keyed", "found 1 row too many, expected one row for each key (ticket_id)"),
        "twice": "delivery twice.csv was refused: twice.csv: found 1 row too many, "
        "expected one row for each contact. Deliver it again, corrected.",
        "nowhere": "no delivery yet: nothing has been accepted that matches nowhere/{date}.csv",
    }
    assert report.states["good"].rows == 1


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            None,
            "contacts: no delivery yet: nothing has been accepted that matches contacts/{date}.csv",
        ),
        (
            (*PEOPLE, "ada,DE,"),
            (
                "contacts: delivery 2026-11-23 was refused: contacts/2026-11-23.csv: found 1 row too many, "
                "expected one row for each contact. Deliver it again, corrected."
            ),
        ),
        (
            ("contact_id,country,born_on", "ada,XX,1990-01-01"),
            (
                "contacts: delivery 2026-11-23 was refused: contacts/2026-11-23.csv: 1 row with country: "
                "not one of the catalog's values (the first is row 1 of contacts/2026-11-23.csv). "
                "Deliver it again, corrected."
            ),
        ),
    ],
    ids=["missing landing file", "duplicate contact", "unlisted choice"],
)
def test_bad_contacts_stop_the_night_and_nothing_else_is_taken_in(
    company: Company, lines: tuple[str, ...] | None, message: str
) -> None:
    if lines:
        company.deliver("contacts/2026-11-23.csv", *lines)
    company.deliver("order/2026-11-23.csv", *GOOD)
    with pytest.raises(DataError) as stopped:
        company.ingest()
    assert stopped.value.exit_code == DATA
    assert str(stopped.value) == f"{message}\nNothing can be evaluated without contacts; published segments stay."


def test_a_source_that_does_not_say_where_its_rows_come_from_is_a_catalog_error(company: Company) -> None:
    company.texts["order"] = "\n".join(line for line in ORDER.splitlines() if not line.startswith("read:"))
    with pytest.raises(CatalogError) as stopped:
        company.ingest()
    assert str(stopped.value) == (
        "These sources do not say where their rows come from, so they cannot be ingested:\n"
        f"  {company.root}/catalog/order.yaml: found no files or table to read, expected read: "
        "{files: {path: …, format: …}}, {delta: …} or {jdbc: …}"
    )


def test_a_lake_that_cannot_be_written_is_said_before_any_work(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", *PEOPLE)
    (company.root / "lake").write_text("a file stands where the lake should be")
    company.catalog()
    with pytest.raises(Unreachable) as stopped:
        run(company.settings, "2026-11-24T00:00")
    assert stopped.value.exit_code == UNREACHABLE
    assert str(stopped.value) == (
        f"{company.lake}: cannot be written (File exists). "
        "Check that the folder is yours and has room, or set MUSTER_LAKE to another one; then run the step again."
    )
