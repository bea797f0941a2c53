"""Single buckets read without Spark: which tiles count as of a pack, whose bits, which version of a list, which lookup rows.

The tables are written by delta-rs, so nothing here starts Spark.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.values import arrow_schema
from jobs.lake.bucket_tiles import PackTiles, contact_number, list_bits, membership_bits, pinned_lookups, place_of
from jobs.lake.tables import CONTACTS, IDENTITY, LIST_BITS, MEMBERSHIPS, TILES, Table, source_table

ONE, TWO, THREE = (bytes([number]) + bytes(4095) for number in (1, 2, 3))


@pytest.fixture
def lake(tmp_path: Path) -> str:
    return str(tmp_path / "lake")


def write(lake: str, table: Table, *rows: dict[str, Any]) -> None:
    whole = [{name: row.get(name) for name in table.schema.names} for row in rows]
    found = pa.Table.from_pylist(whole, schema=table.schema)
    write_deltalake(f"{lake}/{table.path}", found, partition_by=list(table.partitions) or None)


def tile(source: str, pack_no: int, payload: bytes, base: bool = False, month: int = 0, **more: Any) -> dict[str, Any]:
    found = {"source": source, "month": month, "bucket": 0, "pack_no": pack_no, "base": base, "piece": 0, "rows": 1}
    return {**found, "payload": payload, **more}


def test_a_bucket_has_the_newest_base_of_each_month_and_the_parts_after_it(lake: str) -> None:
    write(
        lake,
        TILES,
        tile(IDENTITY, 1, b"id1", base=True),
        tile(IDENTITY, 3, b"id3"),
        tile(IDENTITY, 1, b"elsewhere", base=True, bucket=1),
        tile("order", 1, b"jan1", base=True, month=202601),
        tile("order", 2, b"jan2b", month=202601, piece=1),
        tile("order", 2, b"jan2a", month=202601),
        tile("order", 3, b"jan3", base=True, month=202601),
        tile("order", 4, b"jan4", month=202601),
        tile("order", 2, b"feb2", month=202602),  # never had a base: all its parts count
        tile("order", 3, b"", month=202602, rows=0),
        tile("click", 1, b"not asked", base=True),
    )

    def at(pack_no: int, bucket: int = 0) -> tuple[Any, Any]:
        found = PackTiles(lake, pack_no, frozenset({"order"})).bucket(bucket)
        return found.identities, found.tiles

    assert at(2) == ([b"id1"], {"order": [b"jan1", b"jan2a", b"jan2b", b"feb2"]})
    assert at(3) == ([b"id1", b"id3"], {"order": [b"jan3", b"feb2"]})
    assert at(4) == ([b"id1", b"id3"], {"order": [b"jan3", b"jan4", b"feb2"]})
    assert at(2, bucket=7) == ([], {})
    assert PackTiles(lake, 2, frozenset()).buckets == [0, 1]
    assert PackTiles(lake, 0, frozenset()).buckets == []


def test_a_membership_is_that_of_the_newest_run_up_to_the_one_asked(lake: str) -> None:
    rows: list[dict[str, Any]] = [
        {"segment": "a", "bucket": 0, "run_no": 1, "members": 1, "bits": ONE},
        {"segment": "a", "bucket": 0, "run_no": 3, "members": 2, "bits": THREE},
        {"segment": "b", "bucket": 0, "run_no": 1, "members": 1, "bits": TWO},
        {"segment": "b", "bucket": 0, "run_no": 2, "members": 0, "bits": None},
        {"segment": "a", "bucket": 1, "run_no": 2, "members": 1, "bits": TWO},
    ]
    write(lake, MEMBERSHIPS, *rows)
    assert membership_bits(lake, 1, ["a", "b", "c"], 0) == {"a": ONE, "b": TWO, "c": None}
    assert membership_bits(lake, 2, ["a", "b"], 0) == {"a": ONE, "b": None}
    assert membership_bits(lake, 9, ["a"], 0) == {"a": THREE}
    assert membership_bits(lake, 9, [], 0) == {}


def test_of_a_list_the_pinned_version_of_the_pinned_attempt_counts(lake: str) -> None:
    row: dict[str, Any] = {"name": "vips", "date": date(2026, 11, 24), "bucket": 0, "members": 1}
    write(
        lake,
        LIST_BITS,
        {**row, "version": 1, "attempt": "x", "bits": ONE},
        {**row, "version": 2, "attempt": "x", "bits": TWO},
        {**row, "version": 2, "attempt": "y", "bits": THREE},
    )
    pinned = {"date": "2026-11-24", "version": 2, "attempt": "y"}
    assert list_bits(lake, "vips", pinned, 0) == THREE
    assert list_bits(lake, "vips", pinned, 1) is None


def test_a_contact_keeps_its_number_and_an_erased_one_has_no_id(lake: str) -> None:
    write(lake, CONTACTS, {"contact_no": 40_000, "contact_id": "ada"}, {"contact_no": 5, "contact_id": None})
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
    write(
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
