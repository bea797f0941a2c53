"""Accepted rows become tiles, and many packs answer as one would."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import CatalogError, DataError
from jobs.lake.packs import last_pack, packed_groups
from jobs.lake.published import table_rows
from jobs.lake.tables import CONTACTS, IDENTITY, TILES, unplaced_table
from jobs.lake.writing import rows_of
from jobs.steps.pack import pack
from tests.steps.night import CONTACTS as PEOPLE
from tests.steps.night import LOYALTY, ORDER, TICKET, Company

HEADER = "customer_id,ordered_at,amount"
WHO = "contact_id,country,born_on"


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    return Company(spark, tmp_path)


def us(*when: int) -> int:
    """Microseconds of an instant written in UTC."""
    return int((datetime(*when) - datetime(1970, 1, 1)).total_seconds()) * 1_000_000  # type: ignore[misc]


def test_rows_become_tiles_by_source_month_and_bucket(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,1970-01-03", "bob,,", "cyd,DE,")
    company.deliver(
        "order/2026-11-23.csv",
        HEADER,
        "ada,2026-11-01T00:30,12.50",  # 31 October in UTC: months of tiles are those of UTC
        "ada,2026-11-01T01:30,0.05",
        "bob,2026-11-05,",
        "zoe,2026-11-05,9.99",
    )
    packed = company.take()
    assert (packed.pack.pack_no, packed.pack.contacts, packed.set_aside) == (1, 3, {"order": 1})
    assert company.packed(1) == {
        IDENTITY: [("ada", True), ("bob", True), ("cyd", True)],
        "contacts": [("ada", None, 2, "AT"), ("bob", None, None, None), ("cyd", None, None, "DE")],
        "order": [
            ("ada", us(2026, 10, 31, 23, 30), 1250),
            ("ada", us(2026, 11, 1, 0, 30), 5),
            ("bob", us(2026, 11, 4, 23), None),
        ],
    }
    tiles = {(row["source"], row["month"]): row for row in table_rows(company.lake, TILES)}
    assert sorted(tiles) == [("_identity", 0), ("_pack", 0), ("contacts", 0), ("order", 202610), ("order", 202611)]
    november = tiles["order", 202611]
    assert (november["rows"], november["base"], november["piece"], november["bucket"]) == (2, True, 0, 0)
    assert json.loads(november["bounds"]) == {"amount": [5, 2]}
    assert (november["last_at"].hour, tiles["order", 202610]["first_at"].hour) == (23, 23)


def test_a_night_with_nothing_new_makes_no_pack(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00")
    first = company.take()
    second = company.take()
    assert (first.packed, second.packed, second.pack) == (True, False, first.pack)


def test_whatever_the_order_of_deliveries_the_answer_is_that_of_one_pack(spark: SparkSession, tmp_path: Path) -> None:
    """Late days, unknown contacts who come later, replaced rows, contacts who leave and return: packed night by night in
    two orders, and once at the end, the tiles hold the same."""
    texts = {"contacts": PEOPLE, "order": ORDER, "ticket": TICKET, "loyalty": LOYALTY}
    day: dict[str, tuple[str, ...]] = {
        "order/2026-09-30.csv": (HEADER, "ada,2026-09-29,1.00", "eve,2026-09-29,2.00", "nobody,2026-09-01,3.00"),
        "order/2026-10-31.csv": (HEADER, "bob,2026-09-29,4.00", "ada,2026-10-02,5.00", "ada,2026-10-02,5.00"),
        "order/2026-11-22.csv": (HEADER, "eve,2026-10-02,6.00", "cyd,2026-11-20,7.00", "eve,2026-11-20,7.00"),
        "ticket/2026-10-31.csv": ("ticket_id,contact_id,state", "1,ada,open", "2,bob,open", "3,eve,open"),
        "ticket/2026-11-22.csv": ("ticket_id,contact_id,state", "1,bob,closed", "3,eve,closed"),
    }
    nights = [list(day)[:2], list(day)[2:4], list(day)[4:]]
    people = ["ada,AT,", "bob,DE,"], ["ada,AT,", "cyd,,", "eve,,"], ["ada,DE,", "bob,DE,", "eve,,"]
    tiers = ["ada,gold", "eve,gold"], ["ada,blue", "eve,gold"], ["eve,gold"]
    found = []
    for order in (0, 1):
        company = Company(spark, tmp_path / str(order), dict(texts))
        (tmp_path / str(order)).mkdir()
        for night, files in enumerate(nights if order == 0 else nights[::-1]):
            company.deliver(f"contacts/2026-11-{20 + night}.csv", WHO, *people[night])
            company.deliver("loyalty.csv", "contact_id,tier", *tiers[night])
            for file in files:
                company.deliver(file, *day[file])
            company.take(f"2026-11-{23 + night}T00:00")
        found.append(company.packed(3))
        assert any(group.parts for group in packed_groups(company.lake, 3)["order"].values())
    once = Company(spark, tmp_path / "once", dict(texts))
    (tmp_path / "once").mkdir()
    once.deliver(
        "contacts/2026-11-20.csv", WHO, *dict.fromkeys(line for each in people for line in each if line != "ada,AT,")
    )
    once.take()  # so that everybody who was ever seen has a number here too
    once.deliver("contacts/2026-11-22.csv", WHO, *people[2])
    once.deliver("loyalty.csv", "contact_id,tier", *tiers[2])
    for file, lines in day.items():
        once.deliver(file, *lines)
    once.take()
    found.append(once.packed(2))
    assert found[0] == found[2]
    assert found[1] == found[2]
    assert found[2][IDENTITY] == [("ada", True), ("bob", True), ("cyd", False), ("eve", True)]
    assert found[2]["ticket"] == [("bob", None, "closed"), ("bob", None, "open"), ("eve", None, "closed")]
    assert len(found[2]["order"]) == 8  # nine rows, and nobody is still nobody


def test_a_row_whose_contact_comes_later_waits_and_is_packed_once(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-02,2.00")
    assert company.take().set_aside == {"order": 1}
    table = unplaced_table("order", company.night("2026-11-24T00:00").parser(company.catalog().sources["order"]).schema)
    assert [row["contact_id"] for row in rows_of(company.spark, company.lake, table).collect()] == ["bob"]

    company.deliver("contacts/2026-11-24.csv", WHO, "ada,AT,", "bob,DE,")
    company.take("2026-11-25T00:00")
    assert [row[0] for row in company.packed(2)["order"]] == ["ada", "bob"]
    late = [row for row in table_rows(company.lake, TILES) if row["source"] == "order" and row["pack_no"] == 2]
    assert [(row["rows"], row["base"]) for row in late] == [(1, False)]

    company.deliver("contacts/2026-11-25.csv", WHO, "ada,AT,", "bob,DE,", "cyd,,")
    company.deliver("order/2026-11-25.csv", HEADER, "cyd,2026-11-24,3.00")
    company.take("2026-11-26T00:00")
    assert [row[0] for row in company.packed(3)["order"]] == ["ada", "bob", "cyd"]
    assert [row[0] for row in company.packed(1)["order"]] == ["ada"]  # an earlier pack answers as it did


def test_who_leaves_keeps_number_and_tiles_and_is_the_same_when_they_return(company: Company) -> None:
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-02,2.00")
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,", "bob,DE,")
    company.take()
    numbers = {row["contact_id"]: row["contact_no"] for row in table_rows(company.lake, CONTACTS)}
    company.deliver("contacts/2026-11-24.csv", WHO, "bob,DE,")
    assert company.take("2026-11-25T00:00").numbered.left == 1
    assert company.packed(2)[IDENTITY] == [("ada", False), ("bob", True)]
    assert len(company.packed(2)["order"]) == 2
    company.deliver("contacts/2026-11-25.csv", WHO, "bob,DE,", "ada,DE,")
    assert company.take("2026-11-26T00:00").numbered.returned == 1
    assert company.packed(3)[IDENTITY] == [("ada", True), ("bob", True)]
    assert {row["contact_id"]: row["contact_no"] for row in table_rows(company.lake, CONTACTS)} == numbers


def test_a_replaced_day_leaves_nothing_of_the_first_in_the_tiles(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,", "bob,,")
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-09-01,1.00", "ada,2026-11-01,1.00", "bob,2026-11-02,2.00")
    company.take()
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-02,3.00")
    company.take(replacing=True)
    assert [row[2] for row in company.packed(2)["order"]] == [100, 300]
    empty = [row for row in table_rows(company.lake, TILES) if row["month"] == 202609 and row["pack_no"] == 2]
    assert [(row["rows"], row["base"], row["payload"]) for row in empty] == [(0, True, None)]


def test_a_group_of_many_parts_becomes_a_base(company: Company) -> None:
    company.deliver("contacts/2026-11-01.csv", WHO, "ada,AT,")
    for day in range(1, 11):
        company.deliver(f"order/2026-11-{day:02}.csv", HEADER, f"ada,2026-11-01T{day:02}:00,{day}.00")
        company.take("2026-11-24T00:00")
    groups = packed_groups(company.lake, 9)["order"], packed_groups(company.lake, 10)["order"]
    assert [group[202611, 0].parts for group in groups] == [8, 0]
    assert [row[2] for row in company.packed(10)["order"]] == [day * 100 for day in range(1, 11)]


def test_a_changed_encoding_makes_the_tiles_anew_from_the_sources(company: Company) -> None:
    company.texts = {"contacts": PEOPLE, "loyalty": LOYALTY}
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("loyalty.csv", "contact_id,tier", "ada,GOLD")
    company.take()
    company.texts["loyalty"] = LOYALTY.replace("{type: text}", "{type: text, fold: true}")
    assert company.take().packed
    assert company.packed(2)["loyalty"] == [("ada", None, "gold")]


def test_a_column_never_stored_is_asked_for_and_never_null_in_silence(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("order/2026-11-22.csv", f"{HEADER},shop", "ada,2026-11-01,1.00,Graz")
    company.take()
    company.texts["order"] = ORDER.replace("columns:\n", "columns:\n  shop: {type: text}\n")
    company.deliver("order/2026-11-23.csv", f"{HEADER},shop", "ada,2026-11-02,2.00,Wien")
    with pytest.raises(CatalogError) as stopped:
        company.take()
    assert str(stopped.value) == (
        "Delivered rows have to be read anew:\n"
        f"  {company.root}/catalog/order.yaml: shop: rows were stored that were read in another way. "
        "Run `ingest --again order`."
    )
    company.take(again=["order"])
    assert [row[3] for row in company.packed(2)["order"]] == ["Graz", "Wien"]


def test_a_column_of_another_type_is_read_anew_from_the_delivered_files(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("order/2026-11-22.csv", HEADER, "ada,2026-11-01,1.00")
    company.take()
    company.texts["order"] = ORDER.replace("decimal(12,2)", "decimal(14,4)")
    company.take(again=["order"])
    assert [row[2] for row in company.packed(2)["order"]] == [10000]


def test_without_contacts_nothing_is_packed(company: Company) -> None:
    with pytest.raises(
        DataError, match=r"^contacts: no delivery has been accepted, so nobody has a number\. Run `ingest`"
    ):
        pack(company.night("2026-11-24T00:00"), {}, 0)
    assert last_pack(company.lake).pack_no == 0
