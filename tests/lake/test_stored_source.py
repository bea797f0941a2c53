"""How each stored column was read is a hash: it changes when the values may, and for nothing else."""

from __future__ import annotations

import pytest

from jobs.catalog.catalog_files import load_catalog
from jobs.lake.stored_source import StoredSource
from jobs.syntax.nodes import Problems

CONTACTS = b"version: 1\nsource: contacts\nkind: contacts\ncolumns: {}\n"
ORDER = """
version: 1
source: order
kind: events
contact: buyer
time: ordered_at
read: {files: {path: "order/{date}.csv", format: csv}}
columns:
  price: {type: "decimal(12,2)"}
  cost: {type: "decimal(12,2)"}
  margin: {type: "decimal(12,2)", derive: {subtract: [price, cost]}}
  due_on: {type: date}
"""
ALL = {"contact_id", "ordered_at", "price", "cost", "margin", "due_on"}


def readings(order: str, zone: str = "Europe/Vienna") -> dict[str, str]:
    problems = Problems()
    catalog = load_catalog([("contacts.yaml", CONTACTS), ("order.yaml", order.encode())], problems)
    assert catalog is not None, problems.errors
    return StoredSource(catalog, catalog.sources["order"], zone).readings


@pytest.mark.parametrize(
    ("before", "after", "read_anew"),
    [
        ("price: {", "price: {column: amount, ", {"price", "margin"}),
        ('cost: {type: "decimal(12,2)"', "cost: {type: integer", {"cost", "margin"}),
        ("subtract: [price, cost]", "subtract: [cost, price]", {"margin"}),
        ("contact: buyer", "contact: customer", {"contact_id"}),
        ("contact: buyer", "contact: buyer\ntime_zone: Asia/Tokyo", {"ordered_at"}),
        ("format: csv", "format: jsonl", ALL),
        ("due_on: {type: date}", "due_on: {type: date, meaning: When it is to be paid, sensitive: true}", set[str]()),
        ("order/{date}", "orders/{date}", set[str]()),
    ],
    ids=["name", "type", "arithmetic", "contact", "zone", "format", "meaning", "place"],
)
def test_only_what_a_change_of_the_catalog_reaches_is_read_otherwise(
    before: str, after: str, read_anew: set[str]
) -> None:
    old, new = readings(ORDER), readings(ORDER.replace(before, after))
    assert set(old) == set(new) == ALL
    assert {name for name in ALL if old[name] != new[name]} == read_anew


def test_the_accounts_zone_is_part_of_how_instants_are_read_and_of_nothing_else() -> None:
    old, new = readings(ORDER), readings(ORDER, "America/New_York")
    assert {name for name in ALL if old[name] != new[name]} == {"ordered_at"}
