"""Tiles: what goes in comes out, in order, whatever the pieces; every type."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jobs.catalog.model import Column, Lookup, Source
from jobs.catalog.types import ColumnType
from jobs.kernel.bucket import contact_hash
from jobs.kernel.bucket_rows import RowBlock, Vector
from jobs.kernel.lookups import flatten_lookups
from jobs.kernel.tiles import (
    PIECE_BYTES,
    decode_identity,
    decode_tiles,
    encode_identity,
    encode_pieces,
    encode_tile,
    positions_of,
)
from jobs.kernel.vectors import missing_vector
from tests.kernel.world import (
    BOOLEAN,
    CHOICES,
    DATE,
    FLOAT,
    FOLDED,
    INTEGER,
    MONEY,
    POINT,
    STAMP,
    TEXT,
    VERSION,
    World,
    catalog_of,
    events,
    instant,
    lookup,
    micros,
    related,
)


def seen(vector: Vector) -> list[Any]:
    """The values as a test writes them; None where missing."""
    values = vector.values.tolist()
    if vector.dictionary or vector.values.dtype == np.int32:
        values = [vector.dictionary[code] if code >= 0 else "" for code in values]
    if vector.longitude is not None:
        values = list(zip(values, vector.longitude.tolist(), strict=True))
    return [value if known else None for value, known in zip(values, vector.known.tolist(), strict=True)]


def packed(world: World, name: str, *paths: str, cut: int = 1_000_000) -> RowBlock:
    source = world.catalog.sources[name]
    table = world.table(source)
    starts = range(0, table.num_rows, cut)
    payloads = [encode_tile(table.slice(at, cut), source, world.catalog).payload for at in starts]
    lookups = flatten_lookups(world.catalog, {name: paths}, world.table)
    return decode_tiles(payloads, source, world.catalog, paths, lookups)


@pytest.mark.parametrize("cut", [1, 2, 10], ids=["a_row_a_tile", "two", "one_tile"])
@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        (TEXT, ["b", "a", None, "a", ""], ["b", "a", None, "a", None]),
        (TEXT, ["ä", "z", "𝄞", "\uffff", "Z"], ["ä", "z", "𝄞", "\uffff", "Z"]),
        (FOLDED, ["Straße", "STRASSE", "e\u0301", "É", None], ["strasse", "strasse", "é", "é", None]),
        (VERSION, ["4.09", "4.9.0", "4.12.1", "0.0", None], ["4.9", "4.9", "4.12.1", "0", None]),
        (CHOICES, [["b", "a"], ["a", "b", "a"], [], None, ["c"]], ["a|b", "a|b", None, None, "c"]),
        (INTEGER, [0, -1, 300, (1 << 63) - 1, None], [0, -1, 300, (1 << 63) - 1, None]),
        (MONEY, ["0.01", "-9999999999999999.99", "5", None, "2.5"], [1, -999999999999999999, 500, None, 250]),
        (FLOAT, [0.1, -1e300, 0.0, None, 5e-324], [0.1, -1e300, 0.0, None, 5e-324]),
        (BOOLEAN, [True, False, None, True, False], [1, 0, None, 1, 0]),
        (DATE, [date(1970, 1, 2), date(1, 1, 1), None, date(9999, 12, 31), date(1969, 12, 31)],
         [1, -719162, None, 2932896, -1]),
        (STAMP, [instant("1970-01-01T00:00:01"), None, None, instant("2026-11-24T00:00"), None],
         [1_000_000, None, None, micros("2026-11-24T00:00"), None]),
        (POINT, [{"latitude": 48.2, "longitude": 16.3}, None, {"latitude": None, "longitude": 1.0},
                 {"latitude": 0.0, "longitude": -180.0}, None], [(48.2, 16.3), None, None, (0.0, -180.0), None]),
    ],
    ids=lambda value: value.name if isinstance(value, ColumnType) else "",
)  # fmt: skip
def test_every_type_comes_out_as_it_went_in(kind: ColumnType, written: list[Any], stored: list[Any], cut: int) -> None:
    world = World(
        catalog_of(events(x=kind)), {"order": [(p, f"2026-01-0{p + 1}", one) for p, one in enumerate(written)]}
    )
    block = packed(world, "order", "x", cut=cut)
    assert seen(block.columns["x"]) == stored
    assert block.position.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", [TEXT, VERSION, INTEGER, FLOAT, POINT], ids=str)
def test_a_column_of_nothing(kind: ColumnType) -> None:
    world = World(catalog_of(events(x=kind)), {"order": [(0, "2026-01-01", None)]})
    assert seen(packed(world, "order", "x").columns["x"]) == [None]
    none = packed(World(world.catalog, {}), "order", "x")
    assert none.position.size == 0
    assert seen(none.columns["x"]) == seen(missing_vector(kind, 0)) == []


def test_dictionaries_stand_in_the_types_own_order() -> None:
    world = World(
        catalog_of(related(app=VERSION, name=TEXT)), {"device": [(0, "4.10", "é"), (1, "4.9", "z"), (2, "4", "𝄞")]}
    )
    columns = packed(world, "device", "app", "name", cut=1).columns
    assert columns["app"].dictionary == ("4", "4.9", "4.10")
    assert columns["name"].dictionary == ("z", "é", "𝄞")


def test_rows_stand_in_order_of_time_and_position_whatever_the_tiles() -> None:
    rows = [
        (2, "2026-01-02", 1),
        (0, "2026-01-02", 2),
        (5, "2026-01-01", 3),
        (2, "2026-01-01", 4),
        (0, "2026-01-03", 5),
    ]
    world = World(catalog_of(events(n=INTEGER)), {"order": rows})
    for cut in (1, 2, 3, 5):
        block = packed(world, "order", "n", cut=cut)
        assert block.columns["n"].values.tolist() == [4, 3, 2, 1, 5]
        assert block.position.tolist() == [2, 5, 0, 2, 0]


def test_rows_of_many_tiles_stand_in_order_of_time_and_position_and_then_as_they_came() -> None:
    dice = np.random.default_rng(11)
    for _ in range(40):
        size = int(dice.integers(1, 60))
        days, positions = dice.integers(1, 8, size).tolist(), dice.integers(0, 6, size).tolist()
        rows = [(positions[n], f"2026-01-0{days[n]}", n) for n in range(size)]
        world = World(catalog_of(events(n=INTEGER)), {"order": rows})
        block = packed(world, "order", "n", cut=int(dice.integers(1, 9)))
        in_order = sorted(range(size), key=lambda n: (days[n], positions[n]))
        assert [days[n] for n in block.columns["n"].values.tolist()] == sorted(days)
        assert block.position.tolist() == [positions[n] for n in in_order]


def test_rows_without_time_stand_in_order_of_position() -> None:
    world = World(catalog_of(related(n=INTEGER)), {"device": [(9, 1), (2, 2), (9, 3), (0, 4)]})
    for cut in (1, 3, 4):
        block = packed(world, "device", "n", cut=cut)
        assert block.time is None
        assert block.position.tolist() == [0, 2, 9, 9]


def test_a_tile_says_what_it_holds() -> None:
    source = events(n=INTEGER, amount=MONEY, x=FLOAT, name=TEXT)
    world = World(
        catalog_of(source), {"order": [(1, "2026-01-02", -7, "1.50", 0.5, "a"), (0, "2026-01-01", 3, None, -2.5, "b")]}
    )
    tile = encode_tile(world.table(source), source, world.catalog)
    assert (tile.rows, tile.first_at, tile.last_at) == (2, micros("2026-01-01"), micros("2026-01-02"))
    assert positions_of(tile.payload).tolist() == [0, 1]


def test_no_piece_is_larger_than_its_limit() -> None:
    source = events(name=TEXT)
    names = [f"{number * 0x9E3779B97F4A7C15:x}" for number in range(5000)]
    table = pa.table(
        {
            "position": pa.array(np.zeros(5000, np.int32)),
            "at": pa.array(np.arange(5000), pa.timestamp("us", "UTC")),
            "name": names,
        }
    )
    assert PIECE_BYTES == 16 * 1024 * 1024
    pieces = encode_pieces(table, source, catalog_of(source), limit=20_000)
    assert len(pieces) > 4
    assert max(len(piece.payload) for piece in pieces) <= 20_000
    block = decode_tiles([piece.payload for piece in reversed(pieces)], source, catalog_of(source), ["name"])
    vector = block.columns["name"]
    assert [vector.dictionary[code] for code in vector.values.tolist()] == names


def test_only_the_positions_asked_for() -> None:
    world = World(catalog_of(events(name=TEXT)), {"order": [(p, "2026-01-01", f"n{p}") for p in range(10)]})
    source = world.catalog.sources["order"]
    payload = encode_tile(world.table(source), source, world.catalog).payload
    block = decode_tiles([payload], source, world.catalog, ["name"], positions=(3, 6))
    assert block.position.tolist() == [3, 4, 5]
    assert seen(block.columns["name"]) == ["n3", "n4", "n5"]


def test_lookups_are_mapped_by_their_key_and_chained() -> None:
    catalog = catalog_of(
        events(product_id=TEXT, lookups={"product": Lookup("product", "product", "product_id")}),
        lookup("brand", "brand_id", brand_id=TEXT, name=FOLDED),
        lookup("product", "product_id", product_id=TEXT, brand_id=TEXT, price=MONEY),
    )
    product = catalog.sources["product"]
    chained = type(product)(
        "product", "lookup", product.columns, lookups={"brand": Lookup("brand", "brand", "brand_id")}, contact="",
        key=("product_id",),
    )  # fmt: skip
    catalog = catalog_of(catalog.sources["order"], catalog.sources["brand"], chained)
    world = World(
        catalog,
        {
            "brand": [("b1", "Acme"), ("b2", None)],
            "product": [("7", "b1", "1.00"), ("07", "b2", "2.00"), ("8", "gone", None)],
            "order": [(p, "2026-01-01", one) for p, one in enumerate(["7", "07", "8", "9", None])],
        },
    )
    columns = packed(world, "order", "product.price", "product.brand.name", "product_id", cut=2).columns
    assert seen(columns["product.price"]) == [100, 200, None, None, None]
    assert seen(columns["product.brand.name"]) == ["acme", None, None, None, None]
    assert seen(columns["product_id"]) == ["7", "07", "8", "9", None]


@pytest.mark.parametrize("cut", [1, 3, 10], ids=["a_row_a_tile", "three", "one_tile"])
@pytest.mark.parametrize(
    ("kind", "held", "keys", "looking", "rows"),
    [
        (INTEGER, INTEGER, [7, None, -7, (1 << 63) - 1], [7, 8, None, -7, (1 << 63) - 1], [0, None, None, 2, 3]),
        (INTEGER, INTEGER, [], [7, None], [None, None]),
        (INTEGER, INTEGER, [0, 5], [0, None], [0, None]),
        (MONEY, MONEY, ["1.00", "-0.01"], ["1", "-0.01", "100", None], [0, 1, None, None]),
        (BOOLEAN, BOOLEAN, [False, True], [True, False, None], [1, 0, None]),
        (DATE, DATE, [date(1, 1, 1), date(9999, 12, 31)], [date(9999, 12, 31), None, date(1, 1, 1)], [1, None, 0]),
        (VERSION, VERSION, ["4.9", "0.0"], ["4.09.0", "0", "4.90", None], [0, 1, None, None]),
        (TEXT, TEXT, ["a", "A"], ["A", "a", "b", None], [1, 0, None, None]),
        (FOLDED, TEXT, ["a", "STRASSE"], ["A", "straße", "b", None], [0, 1, None, None]),
        (TEXT, FOLDED, ["A", "STRASSE"], ["a", "straße", "b", None], [0, 1, None, None]),
        (FOLDED, FOLDED, ["A", "b"], ["a", "B", None], [0, 1, None]),
    ],
    ids=lambda value: f"{value}{value.fold or ''}" if isinstance(value, ColumnType) else "",
)  # fmt: skip
def test_a_lookup_is_found_by_what_its_type_calls_equal(
    kind: ColumnType, held: ColumnType, keys: list[Any], looking: list[Any], rows: list[int | None], cut: int
) -> None:
    table = replace(lookup("product", "id", id=held, place=INTEGER), looked_up_as=kind)
    catalog = catalog_of(events(x=kind, lookups={"product": Lookup("product", "product", "x")}), table)
    bought = [(position, "2026-01-01", one) for position, one in enumerate(looking)]
    world = World(catalog, {"product": [(key, place) for place, key in enumerate(keys)], "order": bought})
    assert seen(packed(world, "order", "product.place", cut=cut).columns["product.place"]) == rows


def test_of_lookup_rows_that_only_a_pair_of_columns_makes_one_the_last_delivered_answers() -> None:
    """Each was alone in its delivery; for the column that folds, the later one is the same row delivered again."""
    table = replace(lookup("product", "id", id=TEXT, price=MONEY), looked_up_as=FOLDED)
    catalog = catalog_of(events(x=FOLDED, lookups={"product": Lookup("product", "product", "x")}), table)
    rows = {"product": [("a", "1.00"), ("A", "2.00")], "order": [(0, "2026-01-01", "a")]}
    assert seen(packed(World(catalog, rows), "order", "product.price").columns["product.price"]) == [200]


def test_a_lookup_may_be_on_the_time_itself() -> None:
    table = lookup("day", "at", at=STAMP, name=TEXT)
    source = Source(
        "order", "events", {"at": Column("at", STAMP, raw="at")}, time="at", lookups={"day": Lookup("day", "day", "at")}
    )
    catalog = catalog_of(source, table)
    at = pa.array([instant("2026-01-01"), instant("2026-01-02")], pa.timestamp("us", "UTC"))
    orders = pa.table({"position": pa.array([0, 1], pa.int32()), "at": at})
    world = World(catalog, {"day": [(instant("2026-01-02"), "second")]})
    lookups = flatten_lookups(catalog, {"order": ["day.name"]}, world.table)
    payload = encode_tile(orders, source, catalog).payload
    assert seen(decode_tiles([payload], source, catalog, ["day.name"], lookups).columns["day.name"]) == [None, "second"]


def test_identities_know_who_lives_and_the_later_tile_holds() -> None:
    first = encode_identity(
        pa.table(
            {"position": pa.array([0, 1, 5], pa.int32()), "contact_id": ["a", "ß", None], "live": [True, True, False]}
        )
    )
    later = encode_identity(pa.table({"position": pa.array([1], pa.int32()), "contact_id": ["ß"], "live": [False]}))
    who = decode_identity([first.payload, later.payload])
    assert np.flatnonzero(who.live).tolist() == [0]
    assert int(who.contact_hash[1]) == contact_hash("ß")
    assert [who.contact_ids()[place] for place in (0, 1, 2, 5)] == ["a", "ß", "", ""]
