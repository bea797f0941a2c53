"""Delta tables of others, written by delta-rs: versions as deliveries, growth, drift, and nights on them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from jobs.errors import DONE, PARTLY
from jobs.intake.delta_versions import VersionId, partition_value, read_id
from tests.cli.shop import Shop, run, shop

__all__ = ["shop"]

CONTACTS = """\
version: 1
source: contacts
kind: contacts
read: {delta: {path: people}}
columns: {country: {type: text}}
"""
ORDER = """\
version: 1
source: order
kind: events
contact: customer
time: at
read: {delta: {path: house/orders, version: latest}}
columns:
  amount: {type: "decimal(12,2)"}
  channel: {type: choice, values: [web, store]}
"""
AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
Order = tuple[str, str, str]


def orders(*rows: Order, **columns: Any) -> pa.Table:
    """Rows of customer, amount and channel; every one happened on 1 November."""
    customers, amounts, channels = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "customer": pa.array(customers, pa.string()),
            "at": pa.array([AT] * len(rows), pa.timestamp("us", tz="UTC")),
            "amount": pa.array(map(Decimal, amounts), pa.decimal128(12, 2)),
            "channel": pa.array(channels, pa.string()),
            **columns,
        }
    )


class House:
    """The shop whose rows are Delta tables of somebody else."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        for file in (shop.folder / "catalog").iterdir():
            file.unlink()
        self.catalog(ORDER)
        shop.write("catalog/contacts.yaml", CONTACTS)
        people = pa.table({"contact_id": ["ada", "bob", "cyd"], "country": ["AT", "DE", "DE"], "other": [1, 2, 3]})
        write_deltalake(shop.folder / "landing/people", people)
        shop.spec("web", {"event": "order", "where": {"attribute": "channel", "is": "web"}}, expect={"at_least": 0})
        shop.spec("rich", {"event": "order", "sum": {"of": "amount", "at_least": 10}}, expect={"at_least": 0})
        self.days = 0

    @property
    def path(self) -> Path:
        return self.shop.folder / "landing/house/orders"

    @property
    def table(self) -> DeltaTable:
        return DeltaTable(self.path)

    def catalog(self, text: str) -> None:
        self.shop.write("catalog/order.yaml", text)

    def append(self, *rows: Order, **options: Any) -> None:
        write_deltalake(self.path, orders(*rows), mode="append", **options)

    def overwrite(self, rows: pa.Table, **options: Any) -> None:
        write_deltalake(self.path, rows, mode="overwrite", **options)

    def night(self, *words: str, verb: str = "run") -> int:
        """A night more; its exit code."""
        self.days += 1
        return run(verb, "--as-of", f"2026-11-{10 + self.days}T00:00", "--ahead", *words).code

    def members(self) -> dict[str, int]:
        rows = json.loads(run("segments", "--json").out)
        return {row["id"]: row["members"] for row in rows if row["status"] == "published"}

    def deliveries(self) -> list[tuple[str, int | None]]:
        """State and rows of each delivery of orders."""
        rows = json.loads(run("deliveries", "--source", "order", "--json").out)
        return [(row["state"], row["rows"]) for row in rows]

    def reason(self) -> str:
        rows = json.loads(run("deliveries", "--source", "order", "--json").out)
        return next(row["reason"] for row in reversed(rows) if row["state"] == "refused")


@pytest.fixture
def house(shop: Shop) -> House:
    return House(shop)


def test_only_what_was_added_is_read_while_a_table_only_grows_else_all_of_it(house: House) -> None:
    """Every night's members are those of the table as it is then, however its rows came about."""
    house.append(("ada", "4.00", "web"))
    house.append(("bob", "10.00", "store"))
    assert (house.night(), house.members()) == (DONE, {"rich": 1, "web": 1})
    assert house.deliveries() == [("counts", 2)]

    house.append(("ada", "6.00", "store"))
    house.append(("cyd", "1.00", "web"), ("ada", "1.00", "web"))
    house.table.optimize.compact()  # changes no row
    assert (house.night(), house.members()) == (DONE, {"rich": 2, "web": 2})
    assert house.deliveries() == [("counts", 2), ("counts", 3)]

    house.table.optimize.compact()
    assert house.night("--json", verb="ingest") == DONE
    assert house.deliveries() == [("counts", 2), ("counts", 3)]

    house.table.delete("customer = 'bob'")
    assert (house.night(), house.members()) == (DONE, {"rich": 1, "web": 2})
    assert house.deliveries() == [("replaced", 2), ("counts", 4), ("replaced", 3)]

    house.append(("bob", "99.00", "web"))
    assert (house.night(), house.members()) == (DONE, {"rich": 2, "web": 3})
    house.table.restore(1)
    assert (house.night(), house.members()) == (DONE, {"rich": 1, "web": 1})


def test_a_full_source_is_read_whole_whenever_its_version_is_another(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    house.night()
    more = pa.table({"contact_id": ["dan"], "country": ["FR"], "other": [4]})
    write_deltalake(house.shop.folder / "landing/people", more, mode="overwrite")
    house.append(("dan", "12.00", "web"))
    assert (house.night(), house.members()) == (DONE, {"rich": 1, "web": 1})
    house.table.restore(0)
    DeltaTable(house.shop.folder / "landing/people").restore(0)
    assert (house.night(), house.members()) == (DONE, {"rich": 0, "web": 1})


def test_a_version_by_its_number_stays_as_it_is(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    house.append(("bob", "10.00", "store"))
    house.catalog(ORDER.replace("latest", "0"))
    assert (house.night(), house.members()) == (DONE, {"rich": 0, "web": 1})
    house.append(("cyd", "10.00", "web"))
    assert house.night() == DONE
    assert house.deliveries() == [("counts", 1)]
    house.catalog(ORDER)
    assert (house.night(), house.members()) == (DONE, {"rich": 2, "web": 2})
    assert house.deliveries() == [("counts", 1), ("counts", 2)]


def test_a_version_or_a_table_that_is_not_there_fails_its_source_alone(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    house.catalog(ORDER.replace("latest", "7"))
    assert house.night() == PARTLY
    wanted = "found no version 7 of the table (the newest is 0), expected one that is there; or say version: latest"
    assert house.reason() == f"house/orders: {wanted}"
    house.catalog(ORDER.replace("house/orders", "house/ordres"))
    house.night()
    assert "found no Delta table at" in house.reason()
    house.catalog(ORDER)
    assert (house.night(), house.members()) == (DONE, {"rich": 0, "web": 1})


def test_other_columns_are_refused_with_what_differs_until_the_catalog_or_a_person_says_so(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    assert house.night() == DONE
    retyped = orders(("ada", "4.00", "web"), ("bob", "20.00", "web"))
    retyped = retyped.set_column(2, "amount", retyped["amount"].cast(pa.float64()))
    retyped = retyped.rename_columns(["customer", "at", "amount", "chanel"])
    house.overwrite(retyped, schema_mode="overwrite")
    assert house.night() == PARTLY
    differs = "channel is gone, amount was decimal(12,2) and is double, chanel is new"
    told = (
        f"house/orders: the table's columns are others than at version 0: {differs}. Put order.yaml right; if it is, "
    )
    assert house.reason().startswith(told)
    assert house.reason().endswith("`ingest --source order --replace --as-of …`")
    assert house.members() == {}
    house.catalog(ORDER.replace("{type: choice", "{column: chanel, type: choice"))
    assert house.night() == PARTLY
    assert "amount was decimal(12,2) and is double" in house.reason()
    house.days += 1
    assert (
        run("ingest", "--source", "order", "--replace", "--as-of", f"2026-11-{10 + house.days}T00:00", "--ahead").code
        == DONE
    )
    assert run("run", "--as-of", f"2026-11-{10 + house.days}T00:00", "--ahead").code == DONE
    assert house.members() == {"rich": 1, "web": 2}


def test_a_refused_version_is_forgotten_once_a_later_one_is_right(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    house.night()
    house.append(("bob", "9.00", "phone"))
    assert house.night() == PARTLY
    assert "1 row with channel: not one of the catalog's values" in house.reason()
    house.append(("cyd", "12.00", "web"))
    assert house.night() == PARTLY
    house.table.update(updates={"channel": "'store'"}, predicate="channel = 'phone'")
    assert (house.night(), house.members()) == (DONE, {"rich": 1, "web": 2})


def test_what_was_taken_is_read_again_as_it_was_when_the_catalog_changes(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    house.night()
    house.append(("bob", "11.00", "store"))
    house.night()
    house.catalog(ORDER + "  whole: {type: integer, column: amount}\n")
    assert house.night() == DONE
    house.shop.spec("eleven", {"event": "order", "where": {"attribute": "whole", "is": 11}}, expect={"at_least": 0})
    assert (house.night(), house.members()["eleven"]) == (DONE, 1)


def test_partitions_and_columns_that_came_later_are_values_like_others(house: House) -> None:
    write_deltalake(
        house.path, orders(("ada", "4.00", "web"), ("bob", "5.00", "store")).drop(["amount"]), partition_by=["channel"]
    )
    write_deltalake(house.path, orders(("cyd", "10.00", "web")), mode="append", schema_mode="merge")
    assert (house.night(), house.members()) == (DONE, {"rich": 1, "web": 2})
    house.append(("bob", "10.00", "web"))
    assert (house.night(), house.members()) == (DONE, {"rich": 2, "web": 3})


def test_files_that_were_vacuumed_are_told_and_the_next_version_is_read(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    house.append(("bob", "10.00", "web"))
    house.night()
    house.append(("cyd", "10.00", "web"))
    house.append(("cyd", "1.00", "store"))
    house.table.optimize.compact()
    house.table.vacuum(0, dry_run=False, enforce_retention_duration=False)
    assert (house.night(), house.members()) == (DONE, {"rich": 2, "web": 3})  # what was added is not there: all is read
    house.catalog(ORDER.replace("latest", "0"))
    assert house.night() == PARTLY
    assert house.reason().startswith("house/orders: files of version 0 are gone (vacuumed, or deleted).")


def test_a_table_whose_log_was_cleaned_up_is_read_whole(house: House) -> None:
    house.append(("ada", "4.00", "web"))
    house.night()
    house.append(("bob", "10.00", "web"))
    house.append(("cyd", "10.00", "web"))
    house.table.create_checkpoint()
    for number in (0, 1):
        (house.path / "_delta_log" / f"{number:020d}.json").unlink()
    assert (house.night(), house.members()) == (DONE, {"rich": 2, "web": 3})
    assert ("counts", 3) in house.deliveries()


def test_a_table_that_was_made_anew_takes_the_place_of_the_old_one(house: House) -> None:
    import shutil

    house.append(("ada", "4.00", "web"))
    house.night()
    shutil.rmtree(house.path)
    house.append(("bob", "10.00", "store"))
    assert (house.night(), house.members()) == (DONE, {"rich": 1, "web": 0})


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2026-11-24", "date", date(2026, 11, 24)),
        ("2026-11-24 10:00:00", "timestamp", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-11-24T10:00:00.25Z", "timestamp", datetime(2026, 11, 24, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-24 10:00:00", "timestamp_ntz", datetime(2026, 11, 24, 10)),
        ("12.50", "decimal(12,2)", Decimal("12.50")),
        ("7", "long", 7),
        ("true", "boolean", True),
        ("a b", "string", "a b"),
        ("", "string", None),
        (None, "date", None),
    ],
)
def test_a_partition_is_typed_by_its_text(text: str | None, kind: str, value: object) -> None:
    assert partition_value(text, kind).as_py() == value


@pytest.mark.parametrize("id_", [VersionId("a-b", 12), VersionId("a-b", 12, 9)], ids=str)
def test_an_id_is_read_as_it_is_written(id_: VersionId) -> None:
    assert read_id(str(id_)) == id_
