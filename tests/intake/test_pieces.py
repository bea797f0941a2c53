"""A large file in pieces: together they are the file, and each knows where in it it stands."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.catalog.model import Catalog, Column, Files, Source
from jobs.catalog.types import ColumnType
from jobs.errors import DataError
from jobs.intake import landing
from jobs.intake.inlet import Part, StillChanging
from jobs.intake.landing import LandedFiles
from jobs.intake.part_counts import PartCounts
from jobs.lake.stored_source import StoredSource

CONTACTS = Source("contacts", "contacts", {"n": Column("n", ColumnType("integer"), raw="n")})
STORED = StoredSource(Catalog({"contacts": CONTACTS}), CONTACTS, "UTC")


@pytest.fixture
def inlet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LandedFiles:
    people = [f"c{number}" for number in range(10)]
    pq.write_table(pa.table({"contact_id": people, "n": range(10)}), tmp_path / "p.parquet", row_group_size=3)
    monkeypatch.setattr(landing, "PIECE_BYTES", 1)
    return LandedFiles(str(tmp_path), Files("p.parquet", "parquet"))


def whole(inlet: LandedFiles) -> Part:
    (arrival,) = inlet.arrived().arrived
    return arrival.parts[0]


def numbers(inlet: LandedFiles, part: Part) -> list[int]:
    return [row for batch in inlet.batches(STORED, part, []) for row in batch.column("n").to_pylist()]


def test_the_pieces_are_the_file(inlet: LandedFiles) -> None:
    pieces = inlet.pieces(whole(inlet))
    assert [(piece.first, piece.end, piece.before) for piece in pieces] == [(0, 1, 0), (1, 2, 3), (2, 3, 6), (3, 4, 9)]
    assert [numbers(inlet, piece) for piece in pieces] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
    assert numbers(inlet, whole(inlet)) == list(range(10))


def test_pieces_are_about_as_large_as_is_asked(inlet: LandedFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    part = whole(inlet)
    monkeypatch.setattr(landing, "PIECE_BYTES", part.size // 2)
    pieces = inlet.pieces(part)
    assert [(piece.first, piece.end) for piece in pieces] == [(0, 2), (2, 4)]
    assert [piece.weight for piece in pieces] == [part.size * 6 // 10, part.size * 4 // 10]
    monkeypatch.setattr(landing, "PIECE_BYTES", part.size)
    assert inlet.pieces(part) == [part]


def test_a_file_that_is_none_is_not_cut_and_its_reader_says_so(inlet: LandedFiles, tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_bytes((tmp_path / "p.parquet").read_bytes()[:-20])
    part = whole(inlet)
    assert inlet.pieces(part) == [part]
    with pytest.raises(DataError, match=r"p\.parquet: the file is no whole Parquet file"):
        numbers(inlet, part)


def test_a_file_cut_in_the_middle_of_a_row_group_is_refused_by_whoever_reads_there(
    inlet: LandedFiles, tmp_path: Path
) -> None:
    """The footer is whole and says more than there is."""
    file = tmp_path / "p.parquet"
    data = bytearray(file.read_bytes())
    start = pq.ParquetFile(file).metadata.row_group(2).column(1).dictionary_page_offset or 0
    data[start : start + 40] = bytes(40)
    file.write_bytes(data)
    pieces = inlet.pieces(whole(inlet))
    assert numbers(inlet, pieces[0]) == [0, 1, 2]
    with pytest.raises(DataError, match="the file is no whole Parquet file"):
        numbers(inlet, pieces[2])


def test_a_file_that_changes_while_its_pieces_are_read_has_not_arrived(inlet: LandedFiles, tmp_path: Path) -> None:
    part = whole(inlet)
    first, *_ = inlet.pieces(part)
    assert numbers(inlet, first) == [0, 1, 2]
    inlet.check(part)
    pq.write_table(pa.table({"contact_id": ["x"], "n": [1]}), tmp_path / "p.parquet")
    with pytest.raises(StillChanging):
        inlet.check(part)
    with pytest.raises(StillChanging):
        numbers(inlet, inlet.pieces(part)[0])


def test_a_wrong_row_is_named_by_its_place_in_the_file(inlet: LandedFiles, tmp_path: Path) -> None:
    people = [f"c{number}" for number in range(10)]
    written = [str(number) if number not in (7, 9) else "x" for number in range(10)]
    pq.write_table(pa.table({"contact_id": people, "n": written}), tmp_path / "p.parquet", row_group_size=3)
    first: dict[str, list[int]] = {}
    for piece in inlet.pieces(whole(inlet)):
        counts = PartCounts(piece.shown, piece.before)
        for rows in inlet.batches(STORED, piece, []):
            counts.add(rows, STORED, None)
        for problem, row in counts.first.items():
            first.setdefault(problem, []).append(row)
    assert list(first.values()) == [[8, 10]]
