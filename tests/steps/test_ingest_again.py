"""A catalog that changed is no dead end: what lies there is read again by itself, the rest fails only who looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DONE, PARTLY, UsageError
from jobs.intake.journal import read_entries
from jobs.publication import report
from jobs.runs.pins import pin
from jobs.runs.run import runs_of
from jobs.runs.step_pins import PublishPin
from jobs.steps import ingest
from tests.steps.night import CONTACTS, ORDER, PRODUCT, Company

PEOPLE = ("contact_id,country,born_on", "ada,AT,1990-01-01", "bob,DE,", "cyd,,2000-02-29")
HEADER = "customer_id,ordered_at,amount,shop,product_id"
WITH_SHOP = ORDER.replace("columns:\n", "columns:\n  shop: {type: text}\n")
SHOP = """
version: 1
source: sums
kind: computed
columns:
  in_graz: {type: integer, value: {event: order, where: {attribute: shop, is: Graz}, count: rows}}
"""
GRAZ = {"event": "order", "where": {"attribute": "shop", "is": "Graz"}}
DEAR = {"event": "order", "where": {"attribute": "amount", "at_least": 5}}


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    made = Company(spark, tmp_path)
    made.deliver("contacts/2026-11-22.csv", *PEOPLE)
    made.spec("austria", {"attribute": "country", "is": "AT"})
    made.spec("dear", DEAR)
    return made


def deliver_orders(company: Company, day: str, *rows: str, header: str = HEADER) -> Path:
    return company.deliver(f"order/{day}.csv", header, *rows)


def test_a_new_column_is_read_by_itself_also_where_the_day_was_replaced_and_replaced_again(company: Company) -> None:
    deliver_orders(company, "2026-11-22", "ada,2026-11-01,9.00,Graz,1")
    deliver_orders(company, "2026-11-23", "cyd,2026-11-02,6.00,Wels,1")
    company.take()
    for amount in ("1.00", "7.00"):
        deliver_orders(company, "2026-11-22", f"bob,2026-11-01,{amount},Graz,1")
        company.take(sources=["order"], replacing=True)

    company.texts["order"] = WITH_SHOP
    company.spec("graz", GRAZ)
    deliver_orders(company, "2026-11-24", "cyd,2026-11-02,6.00,Graz,1")
    night = company.whole_night("2026-11-26T00:00")
    assert (night.exit_code, company.told(night)) == (DONE, {"austria": 1, "dear": 2, "graz": 2})
    entries = read_entries(company.lake)
    assert company.ingest("2026-11-27T00:00").entries == tuple(entries), (
        "what has been read again is not read once more"
    )
    assert {entry.label: entry.replaces for entry in entries[-3:]} == {
        "2026-11-22": (4, 3),
        "2026-11-23": (2,),
        "2026-11-24": (),
    }


def test_only_who_looks_at_a_column_that_cannot_be_read_fails_until_the_files_are_back(company: Company) -> None:
    deliver_orders(company, "2026-11-22", "ada,2026-11-01,9.00,Graz,1")
    kept = company.root / "landing" / "order" / "2026-11-22.csv"
    company.take()
    away = kept.rename(company.root / "2026-11-22.csv")
    deliver_orders(company, "2026-11-23", "cyd,2026-11-02,6.00,Graz,1")
    company.texts |= {"order": WITH_SHOP, "sums": SHOP}
    company.spec("graz", GRAZ)
    company.spec("sums_up", {"attribute": "sums.in_graz", "at_least": 1})
    company.spec("dear_not_graz", {"all": [{"segment": "dear"}, {"not": {"segment": "graz"}}]})

    night = company.whole_night("2026-11-25T00:00")
    unread = (
        "2026-11-22 was read before the catalog said what it says now, and what was delivered does not lie in landing any "
        "more. Put the same files back, and the next ingest reads them again, or deliver it anew: "
        "`ingest --source order --replace --as-of …`."
    )
    assert (night.exit_code, company.told(night)) == (
        PARTLY,
        {
            "austria": 1,
            "dear": 2,
            "graz": f"column order.shop is unread: {unread}",
            "sums_up": f"column order.shop is unread: {unread}",
            "dear_not_graz": f"refers to segment graz, which failed: column order.shop is unread: {unread}",
        },
    )
    told = ingest.run(company.settings, "2026-11-25T00:00")
    assert (told.exit_code, told.summary.splitlines()) == (
        PARTLY,
        ["run 1: nothing new was delivered", f"  order.shop is unread: {unread}"],
    )
    last = report.run(company.settings, "2026-11-25T00:00")
    assert (last.exit_code, last.summary.splitlines()[1]) == (PARTLY, f"  column order.shop is unread: {unread}")

    away.rename(kept)
    again = company.whole_night("2026-11-25T00:00")  # no later as_of is needed: the files are news
    assert (again.exit_code, company.told(again)) == (
        DONE,
        {"austria": 1, "dear": 2, "graz": 2, "sums_up": 2, "dear_not_graz": 0},
    )


def test_what_is_refused_when_it_is_read_again_counts_on_as_it_was_read(company: Company) -> None:
    old = deliver_orders(company, "2026-11-22", "ada,2026-11-01,9.00", header="customer_id,ordered_at,amount")
    company.take()
    company.texts["order"] = WITH_SHOP
    company.spec("graz", GRAZ)
    deliver_orders(company, "2026-11-23", "cyd,2026-11-02,6.00,Graz,1")
    report = company.ingest()
    assert (report.failed_sources, report.states["order"].deliveries) == ({}, (1, 3))
    told = company.failures(report)
    assert set(told) == {"graz"}
    assert told["graz"].startswith(
        "column order.shop is unread: 2026-11-22 was read before the catalog said what it says now, and reading as it says "
        'was refused: order/2026-11-22.csv: the column "shop" is missing.'
    )
    assert "`ingest --source order --replace --as-of …`" in told["graz"]
    assert "`ingest --again order --as-of …` tries once more" in told["graz"]

    assert company.ingest("2026-11-26T00:00").entries == report.entries, "it is not tried every night"
    company.ingest("2026-11-26T00:00", again=["order"])
    entries = [entry for entry in read_entries(company.lake) if entry.source == "order"]
    assert [entry.state for entry in entries if entry.label == "2026-11-22"] == ["accepted", "refused"], "told once"

    old.write_text(f"{HEADER}\nada,2026-11-01,9.00,Graz,1\n")
    corrected = company.ingest("2026-11-27T00:00", sources=["order"], replacing=True)
    assert company.failures(corrected) == {}
    assert company.rows("order", corrected, ["contact_id", "shop"]) == [("ada", "Graz"), ("cyd", "Graz")]


def test_another_zone_of_the_account_is_read_by_itself_and_fails_only_what_it_moves(company: Company) -> None:
    company.texts["visit"] = ORDER.replace("source: order", "source: visit").replace("order/", "visit/")
    company.spec("first_of_november", {"event": "order", "within": {"from": "2026-11-01", "to": "2026-11-01"}})
    company.spec("visitors", {"event": "visit"})
    visits = company.deliver("visit/2026-11-22.csv", HEADER, "cyd,2026-11-01T00:30,9.00,Graz,1")
    deliver_orders(company, "2026-11-22", "ada,2026-11-01T00:30,9.00,Graz,1", "bob,2026-11-01T02:00:00Z,9.00,Graz,1")
    company.take()
    visits.unlink()
    company.zone = "America/New_York"  # bob's instant is still 31 October there, ada's text is the same local day
    night = company.whole_night("2026-11-24T00:00")
    told = company.told(night)
    lost = told.pop("visitors")
    assert (night.exit_code, told) == (PARTLY, {"austria": 1, "dear": 2, "first_of_november": 1})
    assert isinstance(lost, str)
    assert lost.startswith("source visit failed: its column ordered_at is unread: 2026-11-22 was read before")


def test_a_lookups_column_fails_who_looks_it_up_and_its_key_all_who_do(company: Company) -> None:
    lookups = "lookups:\n  product: {source: product, on: product_id}\n"
    company.texts["order"] = f"{ORDER}{lookups}".replace("columns:\n", "columns:\n  product_id: {type: text}\n")
    company.texts["product"] = PRODUCT.replace("columns:\n", "columns:\n  maker: {type: text}\n")
    company.spec("acme", {"event": "order", "where": {"attribute": "product.brand", "is": "Acme"}})
    company.spec("made", {"event": "order", "where": {"attribute": "product.maker", "is": "Made"}})
    deliver_orders(company, "2026-11-22", "ada,2026-11-01,9.00,Graz,1")
    product = company.deliver("product/2026-11-22.csv", "product_id,brand,maker,label", "1,Acme,Made,Other")
    assert company.failures(company.ingest()) == {}
    product.unlink()

    company.texts["product"] = company.texts["product"].replace("brand: {", "brand: {column: label, ")
    told = company.failures(company.ingest())
    assert set(told) == {"acme"}
    assert told["acme"].startswith("column product.brand is unread: 2026-11-22 was read before")
    company.texts["product"] = company.texts["product"].replace("key: product_id", "key: label")
    told = company.failures(company.ingest())
    assert set(told) == {"acme", "made"}
    assert told["made"].startswith("source product failed: its key is unread: 2026-11-22 was read before")


def test_rows_that_wait_for_their_contact_may_have_a_column_of_another_type(company: Company) -> None:
    deliver_orders(company, "2026-11-22", "ada,2026-11-01,9.00,Graz,1", "eve,2026-11-01,7.00,Graz,1")
    company.take()
    company.texts["order"] = ORDER.replace("decimal(12,2)", "decimal(14,4)")
    company.take("2026-11-25T00:00")
    company.deliver("contacts/2026-11-25.csv", *PEOPLE, "eve,DE,")
    company.take("2026-11-26T00:00")
    assert [(who, amount) for who, _, amount in company.packed(3)["order"]] == [("ada", 90000), ("eve", 70000)]


def test_contacts_with_a_new_column_that_cannot_be_read_hold_up_nobody_else(company: Company) -> None:
    deliver_orders(company, "2026-11-22", "ada,2026-11-01,9.00,Graz,1")
    company.ingest()
    company.texts["contacts"] = CONTACTS.replace("columns:\n", "columns:\n  city: {type: text}\n")
    company.spec("graz", {"attribute": "city", "is": "Graz"})
    deliver_orders(company, "2026-11-23", "cyd,2026-11-02,6.00,Graz,1")
    report = company.ingest()
    assert (report.failed_sources, report.states["order"].deliveries) == ({}, (1, 2)), "orders were taken in beside it"
    told = company.failures(report)
    assert set(told) == {"graz"}
    assert told["graz"].startswith("column contacts.city is unread: 2026-11-22 was read before the catalog said")


def test_what_cannot_be_done_for_a_run_that_has_pinned_says_what_to_do(company: Company) -> None:
    deliver_orders(company, "2026-11-22", "ada,2026-11-01,x,Graz,1")
    company.catalog()
    as_of = "2026-11-24T00:00"
    ingest.run(company.settings, as_of)
    another = (
        "What came since is for another run: finish this one (`run --as-of 2026-11-24T00:00`) and say the same again, "
        "or say it with the next night's --as-of."
    )
    pinned = f"run 1 of {as_of} has pinned its deliveries and is not finished: nothing was read. {another}"
    for asked in ({"again": ["contacts"]}, {"replace": True}):
        with pytest.raises(UsageError) as refused:
            ingest.run(company.settings, as_of, **asked)  # type: ignore[arg-type]
        assert refused.value.message == pinned
    resumed = ingest.run(company.settings, as_of)
    assert resumed.summary.splitlines()[0] == f"run 1: its deliveries are pinned already. {another}"
    skipped = ingest.run(company.settings, as_of, skip=("order", "2026-11-22"), reason="the till was broken")
    assert skipped.summary == (
        f"order goes on without 2026-11-22: the till was broken. Run 1 of {as_of} has pinned its deliveries without it. "
        f"{another}"
    )
    pin(company.lake, runs_of(company.lake)[0], PublishPin())  # what finishes a run
    again = ingest.run(company.settings, as_of, again=["contacts"])
    assert again.summary.splitlines()[0] == "run 2: 1 deliveries accepted, 0 refused"


def test_lines_that_all_lack_a_column_are_taken_in_with_a_warning_in_the_lake_too(company: Company) -> None:
    company.texts["order"] = ORDER.replace(".csv", ".jsonl").replace("csv}", "jsonl}")
    company.deliver("order/2026-11-22.jsonl", '{"customer_id": "ada", "ordered_at": "2026-11-01"}')
    company.catalog()
    took = ingest.run(company.settings, "2026-11-24T00:00")
    counts, warning = took.summary.splitlines()
    assert (took.exit_code, counts) == (DONE, "run 1: 2 deliveries accepted, 0 refused")
    assert warning == (
        "  order: delivery 2026-11-22 was accepted, with a warning: order/2026-11-22.jsonl: no line has the column "
        '"amount", so it is missing in all of them'
    )
    report = company.ingest()
    assert (report.states["order"].rows, company.rows("order", report, ["contact_id", "amount"])) == (
        1,
        [("ada", None)],
    )
