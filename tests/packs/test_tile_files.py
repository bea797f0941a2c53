"""Fragments become files of tiles: pieces of at most 16 MiB, only what differs, and what has no rows any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.catalog.model import Catalog, Column, Files, Source
from jobs.catalog.types import ColumnType
from jobs.kernel.tiles import PIECE_BYTES, decode_tiles
from jobs.lake.moved_rows import to_bytes
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import TILES
from jobs.packs.row_readings import CUT
from jobs.packs.tile_files import Addition, emptied, empty_rows, tile_writer, written_files

NOTE = Source(
    "note", "related", {"text": Column("text", ColumnType("text"), raw="text")}, contact="contact_id",
    delivery="append", origin=Files("note/{date}.csv", "csv"),
)  # fmt: skip
STORED = StoredSource(Catalog({"note": NOTE}), NOTE, "UTC")
Rows = Sequence[tuple[int, str | None]]
"""(position, text)."""


def fragments(*cut: tuple[int, Rows]) -> Iterator[pa.RecordBatch]:
    """What a task is handed, as bucket and rows."""
    cells = [
        {
            "bucket": bucket,
            "addition": 0,
            "seq": seq,
            "payload": to_bytes(
                pa.table(
                    {
                        "position": pa.array([position for position, _ in rows], pa.int32()),
                        "text": pa.array([text for _, text in rows], pa.string()),
                    }
                )
            ),
        }
        for seq, (bucket, rows) in enumerate(cut)
    ]
    yield pa.RecordBatch.from_pylist(cells, CUT)


def written(
    lake: Path, addition: Addition, *cut: tuple[int, Rows]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of the tiles' files, and what the task says of them."""
    (told,) = tile_writer(str(lake), 7, [addition])(fragments(*cut))
    files = written_files(told.to_pylist(), [addition])
    tiles = [row for file in files for row in pq.read_table(lake / TILES.path / file.path).to_pylist()]
    assert sum(file.rows for file in files) == len(tiles)
    return tiles, told.to_pylist()


def texts(tiles: list[dict[str, Any]]) -> list[tuple[int, str | None]]:
    block = decode_tiles([tile["payload"] for tile in tiles], NOTE, STORED.catalog, ["text"])
    words = block.columns["text"]
    named = (words.dictionary[code] if known else None for code, known in zip(words.values, words.known, strict=True))
    return list(zip(block.position.tolist(), named, strict=True))


def test_a_tile_of_more_than_16_mib_is_written_in_pieces_that_are_one_again(tmp_path: Path) -> None:
    """40,000 texts of 512 letters that nothing can compress, all of one contact."""
    rows = [(5, "".join(sha256(f"{row} {part}".encode()).hexdigest() for part in range(8))) for row in range(40_000)]
    pieces, _ = written(tmp_path, Addition(STORED, "now", base=True), (1, rows[:30_000]), (1, rows[30_000:]))
    assert [tile["piece"] for tile in pieces] == [0, 1]
    assert all(len(tile["payload"]) <= PIECE_BYTES for tile in pieces)
    assert {(tile["bucket"], tile["base"], tile["pack_no"], tile["encoding"]) for tile in pieces} == {
        (1, True, 7, "now")
    }
    assert sum(tile["rows"] for tile in pieces) == len(rows)
    assert [tile["fingerprint"] is None for tile in pieces] == [False, True]
    assert sorted(texts(pieces)) == sorted(rows)


def test_only_what_differs_is_written_and_what_has_no_rows_any_more_is_named(tmp_path: Path) -> None:
    rows: list[tuple[int, Rows]] = [(n, [(1, f"text {n}"), (2, None)]) for n in range(3)]
    first, _ = written(tmp_path, Addition(STORED, "now", base=True), *rows)
    prints = {(0, tile["bucket"]): tile["fingerprint"] for tile in first}
    assert len(set(prints.values())) == 3

    again = Addition(STORED, "now", base=True, packed={**prints, (0, 1): "", (0, 9): "other"})
    tiles, told = written(tmp_path, again, rows[0], rows[1], (2, [(1, "text 2"), (3, None)]))
    assert sorted(tile["bucket"] for tile in tiles) == [1, 2]  # 0 is as it was
    assert emptied(told, [again]) == {0: {(0, 9)}}
    (gone,) = empty_rows(again, [(0, 9)], 7).to_pylist()
    assert (gone["bucket"], gone["rows"], gone["base"], gone["payload"]) == (9, 0, True, None)


def test_the_order_in_which_rows_come_leaves_no_trace(tmp_path: Path) -> None:
    rows: Rows = [(3, "c"), (1, "a"), (2, None), (1, "b")]
    one, _ = written(tmp_path, Addition(STORED, "now", base=True), (4, rows))
    two, _ = written(tmp_path, Addition(STORED, "now", base=True), (4, [rows[2], rows[0]]), (4, [rows[1], rows[3]]))
    assert one[0]["payload"] == two[0]["payload"]


def test_months_and_buckets_that_an_addition_is_not_about_are_left_alone(tmp_path: Path) -> None:
    rows: list[tuple[int, Rows]] = [(n, [(1, "x")]) for n in range(4)]
    only, _ = written(tmp_path, Addition(STORED, "now", base=True, only=frozenset({(0, 1), (0, 2)})), *rows)
    besides, _ = written(tmp_path, Addition(STORED, "now", base=False, besides=frozenset({(0, 1), (0, 2)})), *rows)
    assert sorted(tile["bucket"] for tile in only) == [1, 2]
    assert sorted(tile["bucket"] for tile in besides) == [0, 3]
