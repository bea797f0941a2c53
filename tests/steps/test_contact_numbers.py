"""Contacts get their numbers when their delivery is taken in, and rows of others carry them from then on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import SparkSession

from jobs.intake import acceptance, contact_numbers
from jobs.lake import contact_lookup, contact_shares
from jobs.lake.creation import location
from jobs.lake.reads import table_rows
from jobs.lake.tables import CONTACT_NO, CONTACTS, DELIVERIES, IDENTITY, PACK, TILES
from jobs.lake.workers import Workers
from jobs.packs import row_numbers
from jobs.packs.next_pack import pack
from tests.steps.night import CONTACTS as PEOPLE
from tests.steps.night import LOYALTY, ORDER, TICKET, Company
from tests.steps.raced_company import rows_at

WHO, HEADER, TICKETS = "contact_id,country,born_on", "customer_id,ordered_at,amount", "ticket_id,contact_id,state"
MONDAY, TUESDAY, WEDNESDAY = "2026-11-23T00:00", "2026-11-24T00:00", "2026-11-25T00:00"


def no_spark() -> SparkSession:
    pytest.fail("nobody needs Spark here")


@dataclass
class Here(Company):
    """A company whose nights start no JVM, and look up contacts of more rows than the bound in shares."""

    bound: int = 1 << 40

    @property
    def workers(self) -> Workers:
        return Workers(no_spark, 1 << 30, 1 << 30, self.bound)


@dataclass
class BySpark(Company):
    """The same, worked for by Spark."""

    bound: int = 1 << 40

    @property
    def workers(self) -> Workers:
        return Workers(lambda: self.spark, 0, 0, self.bound)


SOURCES = {"contacts": PEOPLE, "order": ORDER, "ticket": TICKET, "loyalty": LOYALTY}


def company_at(root: Path, bound: int = 1 << 40) -> Here:
    root.mkdir(exist_ok=True)
    nobody: Any = None
    return Here(nobody, root, dict(SOURCES), bound=bound)


@pytest.fixture
def company(tmp_path: Path) -> Here:
    return company_at(tmp_path)


def numbers(company: Company) -> dict[str, int]:
    return {row["contact_id"]: row["contact_no"] for row in table_rows(company.lake, CONTACTS)}


def carried(company: Company, source: str) -> list[tuple[str, int | None]]:
    """The contacts of a source's rows, and the numbers that they carry."""
    rows = rows_at(company.lake, f"sources/{source}")
    return sorted(((row["contact_id"], row[CONTACT_NO]) for row in rows), key=str)


def live(company: Company, pack_no: int) -> list[str]:
    return [who for who, is_live in company.packed(pack_no)[IDENTITY] if is_live]


def orders(company: Company, pack_no: int) -> list[tuple[str, int]]:
    return [(who, amount) for who, _, amount in company.packed(pack_no)["order"]]


def first_day(company: Company) -> None:
    company.deliver("contacts/2026-11-22.csv", WHO, "ada,AT,", "bob,DE,")
    company.deliver("order/2026-11-22.csv", HEADER, "zoe,2026-11-01,1", "ada,2026-11-01,2", "bob,2026-11-02,4")


def second_day(company: Company) -> None:
    company.deliver("contacts/2026-11-23.csv", WHO, "ada,AT,", "zoe,DE,")
    company.deliver("order/2026-11-23.csv", HEADER, "zoe,2026-11-02,8", "eve,2026-11-02,16")


def test_rows_carry_the_numbers_of_their_contacts_and_only_those_that_carry_none_are_looked_up(
    company: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    numbers_of_few = row_numbers.numbers_of_few

    def noted(index: Any, ids: pa.Array) -> pa.Array:
        looked_up.extend(ids.to_pylist())
        return numbers_of_few(index, ids)

    monkeypatch.setattr(row_numbers, "numbers_of_few", noted)
    first_day(company)
    company.deliver("ticket/2026-11-22.csv", TICKETS, "1,ada,open", "2,zoe,open", "3,bob,open")
    company.deliver("loyalty.csv", "contact_id,tier", "ada,gold", "zoe,gold")
    report = company.ingest(MONDAY)
    known = numbers(company)
    assert sorted(known) == ["ada", "bob"]
    for source in ("order", "ticket"):
        assert carried(company, source) == [("ada", known["ada"]), ("bob", known["bob"]), ("zoe", None)]
    assert CONTACT_NO not in rows_at(company.lake, "sources/contacts")[0]
    first = company.pack(report, MONDAY)
    assert (first.numbered.new, first.set_aside) == (2, {"loyalty": 1, "order": 1, "ticket": 1})
    # Rows of contacts themselves came before the numbers. Zoe's are looked up for tiles, and once more when set aside.
    assert sorted(looked_up) == ["ada", "bob", *["zoe"] * 6]

    second_day(company)
    company.deliver("ticket/2026-11-23.csv", TICKETS, "1,zoe,shut", "2,eve,shut")
    company.take(TUESDAY)
    assert ("zoe", numbers(company)["zoe"]) in carried(company, "ticket")
    assert orders(company, 2) == [("ada", 200), ("bob", 400), ("zoe", 100), ("zoe", 800)]
    packed = company.packed(2)
    assert packed["ticket"] == [("bob", None, "open"), ("zoe", None, "shut")]
    assert packed["loyalty"] == [("ada", None, "gold"), ("zoe", None, "gold")]


def test_people_are_looked_at_again_only_when_the_table_says_something_else(
    company: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    number_contacts = contact_numbers.number_contacts

    def noted(*arguments: Any) -> Any:
        times.append(1)
        return number_contacts(*arguments)

    monkeypatch.setattr(contact_numbers, "number_contacts", noted)
    first_day(company)
    report = company.ingest(MONDAY)
    assert len(times) == 1
    company.pack(report, MONDAY)
    company.ingest(MONDAY)
    company.take(TUESDAY)
    assert len(times) == 1
    second_day(company)
    company.take(WEDNESDAY)
    assert len(times) == 2
    company.pack(report, MONDAY)  # bob is here as of Monday, and zoe is not
    assert len(times) == 3


@pytest.mark.parametrize("next_step", ["ingest", "pack"])
def test_an_ingest_killed_before_numbers_are_given_is_finished_by_whatever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, next_step: str
) -> None:
    whole, killed = (company_at(tmp_path / name) for name in ("whole", "killed"))
    for company in (whole, killed):
        company.deliver("contacts/2026-11-21.csv", WHO, "ada,AT,", "cyd,DE,")
        first_day(company)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(acceptance, "number_delivered", dies)
        with pytest.raises(KeyboardInterrupt):
            killed.ingest(MONDAY)
    assert table_rows(killed.lake, CONTACTS) == []
    if next_step == "pack":
        pack(killed.night(MONDAY), {"contacts": (2,)}, 2)
    killed.ingest(MONDAY, sources=["order"])
    whole.ingest(MONDAY)
    assert numbers(killed) == numbers(whole)
    assert sorted(numbers(whole)) == ["ada", "bob", "cyd"]
    assert carried(killed, "order") == carried(whole, "order")
    for company in (whole, killed):
        company.take(MONDAY)
    last = 2 if next_step == "pack" else 1
    assert killed.packed(last) == whole.packed(1)
    assert live(whole, 1) == ["ada", "bob"]


def test_an_older_run_is_packed_as_of_its_own_deliveries_whatever_came_in_since(company: Here) -> None:
    first_day(company)
    monday = company.ingest(MONDAY)
    second_day(company)
    tuesday = company.ingest(TUESDAY)
    first = company.pack(monday, MONDAY)
    assert (first.numbered.new, first.numbered.left, first.numbered.returned) == (3, 0, 0)
    assert live(company, 1) == ["ada", "bob"]
    assert orders(company, 1) == [("ada", 200), ("bob", 400), ("zoe", 100)]
    second = company.pack(tuesday, TUESDAY)
    assert (second.numbered.new, second.numbered.left, second.numbered.returned) == (0, 1, 1)
    assert live(company, 2) == ["ada", "zoe"]
    assert orders(company, 2) == [("ada", 200), ("bob", 400), ("zoe", 100), ("zoe", 800)]
    assert live(company, 1) == ["ada", "bob"]


def test_rows_of_an_older_lake_carry_no_number_and_are_looked_up_by_their_ids(tmp_path: Path) -> None:
    new, old = (company_at(tmp_path / name) for name in ("new", "old"))
    reports = []
    for company in (new, old):
        first_day(company)
        reports.append(company.ingest(MONDAY))
    stored = f"{old.lake}/sources/order"
    without = DeltaTable(stored).to_pyarrow_table().drop_columns([CONTACT_NO])
    write_deltalake(stored, without, mode="overwrite", schema_mode="overwrite")
    for company, report in zip((new, old), reports, strict=True):
        company.pack(report, MONDAY)
        second_day(company)
        company.take(TUESDAY)
    zoe = numbers(old)["zoe"]
    assert carried(old, "order") == [
        ("ada", None), ("bob", None), ("eve", None), ("zoe", zoe), ("zoe", None),
    ]  # fmt: skip
    for number in (1, 2):
        assert old.packed(number) == new.packed(number)
    assert orders(old, 2) == [("ada", 200), ("bob", 400), ("zoe", 100), ("zoe", 800)]


def test_a_row_that_carries_the_number_of_somebody_erased_is_nobodys(company: Here) -> None:
    first_day(company)
    company.ingest(MONDAY)
    bob = numbers(company)["bob"]
    erased = {"erased": "true", "contact_id": "null", "contact_hash": "null"}
    DeltaTable(location(company.lake, CONTACTS)).update(predicate=f"contact_no = {bob}", updates=erased)
    second_day(company)
    company.take(TUESDAY)
    assert ("bob", bob) in carried(company, "order")
    assert orders(company, 1) == [("ada", 200), ("zoe", 100), ("zoe", 800)]
    assert live(company, 1) == ["ada", "zoe"]


# --- in shares: the same numbers, counts and tiles


def three_days(company: Company) -> list[Any]:
    """What the journal, the sources and the tiles hold after nights of people who come and go, rows of unknown people, rows
    without a person or a time, files of several parts, and rows that exclude each other."""
    ticket = TICKET.replace("{date}.csv", "{date}*.csv")
    company.texts["order"] = ORDER.replace("50%", "80%")
    company.texts["ticket"] = ticket + 'gates: {unknown_contacts_at_most: "80%"}\n'
    numbered: list[Any] = []
    for day in (21, 22, 23):
        people = range(3 * (day - 21), 3 * (day - 21) + 8)
        company.deliver(f"contacts/2026-11-{day}.csv", WHO, *(f"c{number},AT," for number in people))
        rows = [f"c{number % 17},2026-11-{1 + number % 9:02},{number}" for number in range(40)]
        company.deliver(f"order/2026-11-{day}.csv", HEADER, *rows, ",2026-11-01,1", "c16,,2", "c1,,3")
        for part in "ab":
            tickets = [f"{part}{number},c{number + day % 3},{day}" for number in range(12)]
            company.deliver(f"ticket/2026-11-{day}{part}.csv", TICKETS, *tickets)
        company.deliver("loyalty.csv", "contact_id,tier", *(f"c{number},{day}" for number in range(14)))
        if day == 22:
            company.deliver("ticket/2026-11-22b.csv", TICKETS, "a1,c1,other", "b1,c15,this")
        pack = company.take(f"2026-11-{day + 1}T00:00")
        numbered.append((pack.numbered, pack.set_aside))
    journal = [
        [
            *(row[name] for name in ("source", "label", "state", "rows", "unknown_contacts", "reason")),
            json.loads(row["counts"]),
        ]
        for row in table_rows(company.lake, DELIVERIES)
    ]
    tiles = [
        (row["source"], row["bucket"], row["month"], row["pack_no"], row["piece"], row["rows"])
        for row in table_rows(company.lake, TILES)
        if row["source"] != PACK
    ]
    sources = [carried(company, source) for source in ("order", "ticket", "loyalty")]
    packed = [company.packed(number) for number in (1, 2, 3)]
    people = sorted(table_rows(company.lake, CONTACTS), key=lambda row: row["contact_no"])
    return [numbered, sorted(journal, key=str), sources, sorted(tiles), packed, people]


def test_in_shares_deliveries_are_counted_numbered_and_packed_the_same(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (contact_shares, contact_lookup):
        monkeypatch.setattr(room, "SHARE_ROWS", 3)
    usual = three_days(company_at(tmp_path / "usual"))
    unknown = {(row[0], row[1]): row[4] for row in usual[1]}
    assert unknown["order", "2026-11-21"] > 0
    assert any(row[2] == "refused" for row in usual[1])
    assert three_days(company_at(tmp_path / "some", 10)) == usual
    assert three_days(company_at(tmp_path / "all", 0)) == usual
    (tmp_path / "spark").mkdir()
    assert three_days(BySpark(spark, tmp_path / "spark", dict(SOURCES), bound=0)) == usual
    shares = {path.name.split("-")[1] for path in (tmp_path / "spark/lake/contact_index").glob("*.arrow")}
    assert len(shares) > 3
