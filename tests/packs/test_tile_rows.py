"""Rows become pieces of at most 16 MiB, and fingerprints say what is packed whatever the order."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, concat, lit, sha2

from jobs.catalog.model import Catalog, Column, Files, Source
from jobs.catalog.types import ColumnType
from jobs.kernel.tiles import PIECE_BYTES, decode_tiles
from jobs.lake.pinned_tiles import Group
from jobs.lake.stored_source import StoredSource
from jobs.packs.tile_rows import Place, changed, fingerprints, placed, tiles_of

NOTE = Source(
    "note", "related", {"text": Column("text", ColumnType("text"), raw="text")}, contact="contact_id",
    delivery="append", origin=Files("note/{date}.csv", "csv"),
)  # fmt: skip
STORED = StoredSource(Catalog({"note": NOTE}), NOTE, "UTC")
ROWS = 40_000


def test_a_tile_of_more_than_16_mib_is_written_in_pieces_that_are_one_again(
    spark: SparkSession, tmp_path: Path
) -> None:
    """40,000 texts of 512 letters that nothing can compress, all of one contact."""
    letters = concat(*(sha2(concat(col("id"), lit(f" {n}")), 256) for n in range(8)))
    rows = spark.range(ROWS).select(lit("ada").alias("contact_id"), letters.alias("text"))
    numbers = spark.createDataFrame([("ada", 32_768 + 5)], "contact_id string, contact_no bigint")
    made = tiles_of(placed(rows, numbers, STORED), STORED, 1, base=True).collect()

    pieces = sorted(made, key=lambda tile: tile["piece"])
    assert [tile["piece"] for tile in pieces] == [0, 1]
    assert all(len(tile["payload"]) <= PIECE_BYTES for tile in pieces)
    assert {(tile["bucket"], tile["month"], tile["base"]) for tile in pieces} == {(1, 0, True)}
    assert sum(tile["rows"] for tile in pieces) == ROWS
    assert (pieces[0]["fingerprint"] is None, pieces[1]["fingerprint"]) == (False, None)
    block = decode_tiles([bytes(tile["payload"]) for tile in pieces], NOTE, STORED.catalog, ["text"])
    assert (block.position == 5).all()
    assert len(set(block.columns["text"].dictionary)) == ROWS


def test_a_fingerprint_tells_rows_apart_and_not_their_order(spark: SparkSession) -> None:
    numbers = spark.createDataFrame([("ada", 0), ("bob", 1)], "contact_id string, contact_no bigint")

    def print_of(*rows: tuple[str, str | None]) -> Group:
        frame = spark.createDataFrame(list(rows), "contact_id string, text string").coalesce(1)
        (group,) = fingerprints(placed(frame, numbers, STORED)).values()
        return group

    same = print_of(("ada", "x"), ("bob", None), ("ada", "x"))
    assert print_of(("ada", "x"), ("ada", "x"), ("bob", None)) == same
    others = [
        print_of(("ada", "x"), ("bob", None)),
        print_of(("ada", "x"), ("bob", None), ("bob", None)),
        print_of(("bob", "x"), ("bob", None), ("ada", "x")),
        print_of(("ada", "x"), ("bob", ""), ("ada", "x")),
    ]
    assert same not in others


def test_what_has_to_be_packed_anew_differs_is_gone_or_is_encoded_otherwise() -> None:
    def group(total: int, encoding: str = "now", rows: int = 1) -> Group:
        return Group(rows=rows, print=total, encoding=encoding)

    packed: dict[Place, Group] = {
        (0, 1): group(7),
        (0, 2): group(7),
        (0, 3): group(7, "old"),
        (0, 4): group(7),
        (0, 5): group(0, rows=0),
    }
    now = {(0, 1): group(7), (0, 2): group(8), (0, 3): group(7), (0, 6): group(9)}
    assert changed(now, packed, "now") == {(0, 2), (0, 3), (0, 4), (0, 6)}
