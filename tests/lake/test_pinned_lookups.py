"""Which rows of a lookup count in a run; and where a contact stands. The tables are written by delta-rs: no Spark."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.values import arrow_schema
from jobs.lake.contact_places import contact_number, place_of
from jobs.lake.pinned_lookups import pinned_lookups
from jobs.lake.tables import CONTACTS, source_table
from tests.lake.spark_tables import write_rows


@pytest.fixture
def lake(tmp_path: Path) -> str:
    return str(tmp_path / "lake")


def test_a_contact_keeps_its_number_and_an_erased_one_has_no_id(lake: str) -> None:
    write_rows(lake, CONTACTS, {"contact_no": 40_000, "contact_id": "ada"}, {"contact_no": 5, "contact_id": None})
    assert contact_number(lake, "ada") == 40_000
    assert contact_number(lake, "Ada") is None
    assert place_of(40_000) == (1, 7_232)  # 32,768 + 7,232


def test_lookups_are_the_last_delivered_row_of_each_key_without_the_deleted(lake: str, tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "contacts.yaml").write_text(
        "version: 1\nsource: contacts\nkind: contacts\ncolumns: {plan: {type: text}}\n"
    )
    (folder / "product.yaml").write_text(
        "version: 1\nsource: product\nkind: lookup\nkey: product_id\ndelivery: changes\ncolumns: {brand: {type: text}}\n"
    )
    (folder / "order.yaml").write_text(
        "version: 1\nsource: order\nkind: events\ntime: at\ncolumns: {product_id: {type: text}}\n"
        "lookups: {product: {source: product, on: product_id}}\n"
    )
    catalog = read_catalog(folder)
    whole = arrow_schema(catalog.sources["product"], catalog)
    stored = source_table("product", whole.remove(whole.get_field_index("_problems")))
    rows = [(1, "p1", "old", False), (1, "p2", "two", False), (2, "p1", "new", False), (3, "p2", "two", True)]
    write_rows(
        lake,
        stored,
        *(
            {"delivery_no": no, "product_id": key, "_key": f"2:{key}", "brand": brand, "deleted": gone}
            for no, key, brand, gone in rows
        ),
    )

    def brands(*deliveries: int) -> dict[str, str]:
        found = pinned_lookups(lake, catalog, {"order": ["product.brand"]}, {"product": deliveries})
        words = found.columns["product", "brand"]
        return {key: words.dictionary[words.values[row]] for key, row in found.keys["product", False].words.items()}

    assert brands(1) == {"p1": "old", "p2": "two"}
    assert brands(1, 2) == {"p1": "new", "p2": "two"}
    assert brands(2, 1) == {"p1": "old", "p2": "two"}  # in the order that counts, not that of numbers
    assert brands(1, 2, 3) == {"p1": "new"}
