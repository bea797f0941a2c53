"""Two hashes: of what a catalog says, and of how a source's rows are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.catalog.fingerprint import catalog_hash, encoding_of
from jobs.catalog.reading import read_catalog
from tests.catalog.made import good

ORDER = """\
version: 1
source: order
kind: events
time: at
columns:
  amount: {type: "decimal(12,2)", unit: EUR}
  cost: {type: "decimal(12,2)"}
  sku: {type: text}
  channel: {type: choice, values: [web, app]}
  spot: {type: point, latitude: lat, longitude: lon}
  margin: {type: "decimal(12,2)", derive: {subtract: [amount, cost]}}
gates: {rows_at_least: 1}
"""


def hashed(text: str) -> str:
    return catalog_hash(good(order=text))


def encoded(text: str, account_zone: str = "UTC") -> str:
    catalog = good(order=text)
    return encoding_of(catalog.sources["order"], catalog, account_zone)


def test_a_catalog_that_says_the_same_has_the_same_hash() -> None:
    again = "# a comment\n" + ORDER.replace("kind: events\ntime: at\n", "time: at\nkind: events\n")
    assert hashed(again) == hashed(ORDER)
    assert len(hashed(ORDER)) == 64


@pytest.mark.parametrize(
    ("this", "that"),
    [("(12,2)", "(12,3)"), ("web, app", "app, web"), ("rows_at_least: 1", "rows_at_least: 2"), ("EUR", "USD"),
     ("[amount, cost]", "[cost, amount]"), ("longitude: lon", "longitude: lng")],
)  # fmt: skip
def test_a_catalog_that_says_something_else_has_another_hash(this: str, that: str) -> None:
    assert hashed(ORDER.replace(this, that)) != hashed(ORDER)


def test_the_number_one_is_not_the_text_one() -> None:
    number, decimal = (ORDER.replace("[amount, cost]", f"[amount, {one}]") for one in ("1", "1.0"))
    assert len({hashed(number), hashed(decimal)}) == 2


def test_where_a_catalog_lies_does_not_matter(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "contacts.yaml").write_text("version: 1\nsource: contacts\nkind: contacts\ncolumns: {}\n")
    assert catalog_hash(tmp_path / "a") == catalog_hash(tmp_path / "b") == catalog_hash(read_catalog(tmp_path / "a"))


@pytest.mark.parametrize(
    ("this", "that"),
    [("(12,2)", "(12,3)"), ("sku: {type: text}", "sku: {type: text, fold: true}"),
     ("sku: {type: text}", "sku: {type: version}"),
     ("sku: {type: text}", "sku: {type: text, column: SKU}"), ("longitude: lon", "longitude: lng"),
     ("[amount, cost]", "[cost, amount]"), ("time: at", "time: at\ntime_zone: Europe/Vienna"),
     ("time: at", "time: at\nkey: sku"),
     ("time: at", "time: at\ncontact: customer")],
)  # fmt: skip
def test_what_changes_the_stored_values_changes_the_encoding(this: str, that: str) -> None:
    assert encoded(ORDER.replace(this, that)) != encoded(ORDER)


@pytest.mark.parametrize(
    ("this", "that"),
    [("unit: EUR", "unit: USD"), ("rows_at_least: 1", "rows_at_least: 2"), ("[web, app]", "[web, app, store]")],
)
def test_what_does_not_change_the_stored_values_keeps_the_encoding(this: str, that: str) -> None:
    assert encoded(ORDER.replace(this, that)) == encoded(ORDER)


def test_the_accounts_zone_counts_only_where_it_is_needed() -> None:
    assert encoded(ORDER, "UTC") != encoded(ORDER, "Europe/Vienna")
    own = ORDER + "time_zone: Europe/Vienna\n"
    assert encoded(own, "UTC") == encoded(own, "Europe/Vienna")
