"""Accepted rows become tiles, and many packs answer as one would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DataError
from jobs.lake import contact_shares
from jobs.lake.pinned_tiles import last_pack, packed_groups
from jobs.lake.reads import table_rows
from jobs.lake.tables import CONTACTS, IDENTITY, PACK, TILES, unplaced_table
from jobs.lake.workers import Workers
from jobs.packs.next_pack import pack
from tests.steps.night import CONTACTS as PEOPLE
from tests.steps.night import LOYALTY, ORDER, TICKET, Company

HEADER = "customer_id,ordered_at,amount"
WHO = "contact_id,country,born_on"


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    return Company(spark, tmp_path)


def us(*when: int) -> int:
    """Microseconds of an instant written in UTC."""
    return int(datetime(*when, tzinfo=UTC).timestamp()) * 1_000_000


def tiles(company: Company, source: str, pack_no: int) -> list[dict[str, Any]]:
    """What one pack added of a source, by month."""
    rows = [row for row in table_rows(company.lake, TILES) if (row["source"], row["pack_no"]) == (source, pack_no)]
    return sorted(rows, key=lambda row: row["month"])


def test_rows_become_tiles_once_and_a_replaced_day_leaves_nothing_of_the_first(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,1970-01-03", "bob,,", "cyd,DE,")
    lines = (
        "ada,2026-11-01T00:30,12.50",  # 31 October in UTC: months of tiles are those of UTC
        "ada,2026-11-01T01:30,0.05",
        "bob,2026-11-05,",
    )
    company.deliver("order/2026-11-23.csv", HEADER, *lines, "zoe,2026-11-05,9.99")
    first = company.take()
    assert (first.pack.pack_no, first.pack.contacts, first.set_aside) == (1, 3, {"order": 1})
    people = [("ada", None, 2, "AT"), ("bob", None, None, None), ("cyd", None, None, "DE")]
    assert company.packed(1) == {
        IDENTITY: [("ada", True), ("bob", True), ("cyd", True)],
        "contacts": people,
        "order": [
            ("ada", us(2026, 10, 31, 23, 30), 1250),
            ("ada", us(2026, 11, 1, 0, 30), 5),
            ("bob", us(2026, 11, 4, 23), None),
        ],
    }
    october, november = tiles(company, "order", 1)
    assert [(one["month"], one["bucket"], one["rows"], one["base"]) for one in (october, november)] == [
        (202610, 0, 1, True),
        (202611, 0, 2, True),
    ]
    assert (november["first_at"].hour, november["last_at"].hour, october["first_at"].hour) == (0, 23, 23)

    again = company.take()
    assert (again.packed, again.pack) == (False, first.pack)

    company.deliver("order/2026-11-23.csv", HEADER, *lines[1:], "cyd,2026-11-05,3.00")
    company.take(replacing=True)
    assert [(who, amount) for who, _, amount in company.packed(2)["order"]] == [("ada", 5), ("bob", None), ("cyd", 300)]
    assert company.packed(2)["contacts"] == people
    october, november = tiles(company, "order", 2)
    assert (october["rows"], october["base"], october["payload"]) == (0, True, None)
    assert (november["rows"], november["base"]) == (3, True)
    assert not tiles(company, "contacts", 2)
    assert [who for who, *_ in company.packed(1)["order"]] == ["ada", "ada", "bob"]  # the pack before answers as it did


def test_whatever_the_order_of_deliveries_many_packs_answer_as_one(spark: SparkSession, tmp_path: Path) -> None:
    """Late days, contacts who come after their rows, replaced rows, people who leave and come back."""
    texts = {"contacts": PEOPLE, "order": ORDER, "ticket": TICKET, "loyalty": LOYALTY}
    ticket = "ticket_id,contact_id,state"
    nights: list[dict[str, tuple[str, ...]]] = [
        {
            "contacts/2026-11-20.csv": (WHO, "ada,AT,", "bob,DE,"),
            "order/2026-11-22.csv": (HEADER, "eve,2026-10-02,6.00", "cyd,2026-11-20,7.00", "eve,2026-11-20,7.00"),
            "ticket/2026-11-22.csv": (ticket, "1,bob,closed", "3,eve,closed"),
            "loyalty.csv": ("contact_id,tier", "ada,gold", "eve,gold"),
        },
        {
            "contacts/2026-11-21.csv": (WHO, "ada,AT,", "cyd,,", "eve,,"),
            "order/2026-10-31.csv": (HEADER, "bob,2026-09-29,4.00", "ada,2026-10-02,5.00", "ada,2026-10-02,5.00"),
            "ticket/2026-10-31.csv": (ticket, "1,ada,open", "2,bob,open", "3,eve,open"),
        },
        {
            "contacts/2026-11-22.csv": (WHO, "ada,DE,", "bob,DE,", "eve,,"),
            "order/2026-09-30.csv": (HEADER, "ada,2026-09-29,1.00", "eve,2026-09-29,2.00", "nobody,2026-09-01,3.00"),
        },
    ]
    answers = []
    for name, split in (("nightly", nights), ("once", [{k: v for each in nights for k, v in each.items()}])):
        company = Company(spark, tmp_path / name, dict(texts))
        company.root.mkdir()
        for number, files in enumerate(split):
            for file, lines in files.items():
                company.deliver(file, *lines)
            company.take(f"2026-11-{23 + number}T00:00")
        answers.append(company.packed(len(split)))
        parts = [group.parts for group in packed_groups(company.lake, len(split))["order"].values()]
        assert any(parts) == (name == "nightly")
    assert answers[0] == answers[1]
    told = answers[0]
    assert told[IDENTITY] == [("ada", True), ("bob", True), ("cyd", False), ("eve", True)]
    assert told["contacts"] == [("ada", None, None, "DE"), ("bob", None, None, "DE"), ("eve", None, None, None)]
    assert told["ticket"] == [("bob", None, "closed"), ("bob", None, "open"), ("eve", None, "closed")]
    assert told["loyalty"] == [("ada", None, "gold"), ("eve", None, "gold")]
    assert [(who, amount) for who, _, amount in told["order"]] == [
        ("ada", 100), ("ada", 500), ("ada", 500), ("bob", 400), ("cyd", 700), ("eve", 200), ("eve", 600), ("eve", 700),
    ]  # fmt: skip


def test_rows_wait_for_their_contact_and_who_leaves_keeps_number_and_tiles(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00", "bob,2026-11-02,2.00")
    assert company.take().set_aside == {"order": 1}
    order = company.catalog().sources["order"]
    waiting = unplaced_table("order", company.night("2026-11-24T00:00").stored(order).schema)
    assert [(row["contact_id"], row["pack_no"]) for row in table_rows(company.lake, waiting)] == [("bob", 1)]

    company.deliver("contacts/2026-11-24.csv", WHO, "bob,DE,")
    second = company.take("2026-11-25T00:00")
    assert (second.numbered.new, second.numbered.left, second.numbered.returned) == (1, 1, 0)
    assert company.packed(2)[IDENTITY] == [("ada", False), ("bob", True)]
    assert [row[0] for row in company.packed(2)["order"]] == ["ada", "bob"]
    assert [(one["rows"], one["base"]) for one in tiles(company, "order", 2)] == [(1, False)]
    numbers = {row["contact_id"]: row["contact_no"] for row in table_rows(company.lake, CONTACTS)}
    assert numbers == {"ada": 0, "bob": 1}

    company.deliver("contacts/2026-11-25.csv", WHO, "bob,DE,", "ada,DE,", "cyd,,")
    third = company.take("2026-11-26T00:00")
    assert (third.numbered.new, third.numbered.left, third.numbered.returned) == (1, 0, 1)
    assert company.packed(3)[IDENTITY] == [("ada", True), ("bob", True), ("cyd", True)]
    assert [row[0] for row in company.packed(3)["order"]] == ["ada", "bob"]  # the late row once
    assert numbers | {"cyd": 2} == {row["contact_id"]: row["contact_no"] for row in table_rows(company.lake, CONTACTS)}


def test_a_group_of_too_many_parts_becomes_a_base(company: Company) -> None:
    company.deliver("contacts/2026-11-01.csv", WHO, "ada,AT,")
    parts = []
    for day in range(1, 5):
        company.deliver(f"order/2026-11-{day:02}.csv", HEADER, f"ada,2026-11-01T{day:02}:00,{day}.00")
        made = company.pack(company.ingest(), parts_at_most=2)
        parts.append(packed_groups(company.lake, made.pack.pack_no)["order"][202611, 0].parts)
    assert parts == [0, 1, 2, 0]
    assert [row[2] for row in company.packed(4)["order"]] == [100, 200, 300, 400]


def test_a_changed_catalog_is_packed_anew_from_what_lies_in_landing(company: Company) -> None:
    company.texts["loyalty"] = LOYALTY
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,")
    company.deliver("loyalty.csv", "contact_id,tier", "ada,GOLD")
    company.deliver("order/2026-11-22.csv", f"{HEADER},shop", "ada,2026-11-01,1.00,Graz")
    company.take()

    company.texts["loyalty"] = LOYALTY.replace("{type: text}", "{type: text, fold: true}")
    assert company.take().packed
    assert company.packed(2)["loyalty"] == [("ada", None, "gold")]  # another encoding of the same rows

    other = ORDER.replace("columns:\n", "columns:\n  shop: {type: text}\n").replace("decimal(12,2)", "decimal(14,4)")
    company.texts["order"] = other
    company.take()
    assert [row[2:] for row in company.packed(3)["order"]] == [(10000, "Graz")]

    (company.root / "landing" / "order" / "2026-11-22.csv").unlink()
    with pytest.raises(DataError) as stopped:
        company.ingest(again=["order"])
    assert str(stopped.value) == (
        "ingest --again order: the files of these deliveries, which count, are gone from landing: 2026-11-22. "
        "Put them back, the same bytes under the same names; then run the step again."
    )


@dataclass
class Here(Company):
    """A company whose rows this process works on, and numbers contacts of more rows than the bound in shares."""

    bound: int = 1 << 40

    @property
    def workers(self) -> Workers:
        return Workers(lambda: self.spark, 1 << 40, 1 << 40, self.bound)


def test_contacts_and_tiles_are_the_same_whether_numbers_are_given_in_shares(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three nights: people come, leave and come back, a day is replaced, and rows wait for their contact."""
    monkeypatch.setattr(contact_shares, "SHARE_ROWS", 2)
    tables: list[Any] = []
    for bound in (1 << 40, 10, 0):
        (tmp_path / str(bound)).mkdir()
        company = Here(spark, tmp_path / str(bound), bound=bound)
        company.deliver("contacts/2026-11-22.csv", WHO, *(f"c{number},AT," for number in range(9)))
        company.deliver("order/2026-11-22.csv", HEADER, *(f"c{number},2026-11-01,{number}" for number in range(12)))
        company.take("2026-11-23T00:00")
        company.deliver("contacts/2026-11-23.csv", WHO, *(f"c{number},DE," for number in range(3, 12)))
        company.take("2026-11-24T00:00")
        company.deliver("contacts/2026-11-24.csv", WHO, *(f"c{number},," for number in range(14)))
        third = company.take("2026-11-25T00:00")
        people = sorted(table_rows(company.lake, CONTACTS), key=lambda row: row["contact_no"])
        stored = [(row["source"], row["bucket"], row["month"], row["pack_no"], row["rows"], row["payload"])
                  for row in table_rows(company.lake, TILES) if row["source"] != PACK]  # fmt: skip
        tables.append((third.numbered, people, sorted(stored, key=str), company.packed(3)))
    assert [row["contact_no"] for row in tables[0][1]] == list(range(14))
    assert tables[1] == tables[0]
    assert tables[2] == tables[0]


def test_without_contacts_nothing_is_packed(company: Company) -> None:
    with pytest.raises(
        DataError, match=r"^contacts: no delivery has been accepted, so nobody has a number\. Run `ingest`"
    ):
        pack(company.night("2026-11-24T00:00"), {}, 0)
    assert last_pack(company.lake).pack_no == 0
