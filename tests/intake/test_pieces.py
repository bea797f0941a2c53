"""A large file in pieces: together they are the file, and each knows where in it it stands."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.catalog.csv_form import CsvForm
from jobs.catalog.model import Catalog, Column, Files, Source
from jobs.catalog.types import ColumnType
from jobs.catalog.values import FileNotes, file_stretches
from jobs.catalog.values.proposals import hints
from jobs.catalog.values.typed_batches import possible_blames
from jobs.errors import DataError
from jobs.intake import landing
from jobs.intake.checks import checks
from jobs.intake.delivery_counts import Counts
from jobs.intake.inlet import Part, StillChanging
from jobs.intake.landing import LandedFiles
from jobs.intake.part_counts import PartCounts, read_counts, together
from jobs.lake.stored_source import StoredSource
from tests.catalog.test_odd_files import REFUSED

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
    return [row for batch in inlet.batches(STORED, part, FileNotes()) for row in batch.column("n").to_pylist()]


def test_the_pieces_are_the_file(inlet: LandedFiles) -> None:
    pieces = inlet.pieces(whole(inlet))
    assert [(piece.first, piece.end) for piece in pieces] == [(0, 1), (1, 2), (2, 3), (3, 4)]
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
    counts = counted(inlet, inlet.pieces(whole(inlet)))
    assert [(str(blame), rows) for blame, rows in counts.wrong.items() if rows] == [
        ("n: not a whole number of 64 bits", 2)
    ]
    assert list(counts.places.values()) == ["row 8 of p.parquet"]


# --- files of text: every cut gives the file

TEXTS = (
    b'contact_id,n\na,1\n"b\n\n""x"",""\n",2\r\n"",\n\n\r\nc,x\n"d\r\n",4\n"\n",y\n"e",5',
    b'"contact\n_id",contact_id,n\r\n?,a,1\r\n"\n",b,2\r\n',
    b'{"contact_id": "a", "n": 1}\n\n{"contact_id": "b\\n\\"", "n": "x"}\r\n  \n{"N": 3}\n{"contact_id": "d", "n": 4}',
    b'{"contact_id": "a", "m": 1}\n{"contact_id": "b"}\n{}\n',
)


OFFICE = CsvForm(";", "windows-1252")
ENCODED = 'contact_id;n\r\n"Zoë";1\r\n"Köln\n; ""€""\r\n";x\r\nÅ;3\r\n"\xef\xbb\xbfÅ!";4'.encode("cp1252")


def landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, piece_bytes: int) -> LandedFiles:
    form = "jsonl" if data.startswith(b"{") else "csv"
    (tmp_path / f"p.{form}").write_bytes(data)
    monkeypatch.setattr(landing, "PIECE_BYTES", piece_bytes)
    return LandedFiles(str(tmp_path), Files(f"p.{form}", form))


def counted(inlet: LandedFiles, pieces: Sequence[Part]) -> Counts:
    """As workers and their driver count, the last piece first."""
    parts: list[PartCounts] = []
    keys: set[str] = set()
    for piece in reversed(pieces):
        counts, notes = PartCounts(piece.shown, piece.first), FileNotes()
        for rows in inlet.batches(STORED, piece, notes):
            counts.add(rows, STORED, None)
        counts.remarks += notes.remarks
        keys |= notes.keys
        parts.append(counts)
    if len(pieces) > 1:
        parts.append(PartCounts(pieces[0].shown, remarks=inlet.remarks(STORED, pieces[0], keys)))
    return together(parts, possible_blames(CONTACTS), {})


def test_a_file_of_an_office_program_is_the_same_wherever_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files("p.csv", "csv", csv=OFFICE)
    (tmp_path / "p.csv").write_bytes(ENCODED)
    source = replace(CONTACTS, origin=files)
    stored = StoredSource(Catalog({"contacts": source}), source, "UTC")
    inlet = LandedFiles(str(tmp_path), files)
    cuts: list[int] = []
    for piece_bytes in range(1, len(ENCODED) + 1):
        monkeypatch.setattr(landing, "PIECE_BYTES", piece_bytes)
        pieces = inlet.pieces(whole(inlet))
        read = [batch for piece in pieces for batch in inlet.batches(stored, piece, FileNotes())]
        ids = [one for batch in read for one in batch.column("contact_id").to_pylist()]
        assert ids == ["Zoë", 'Köln\n; "€"\r\n', "Å", "\u00ef\u00bb\u00bfÅ!"]
        assert [one for batch in read for one in batch.column("n").to_pylist()] == [1, None, 3, 4]
        cuts.append(len(pieces))
    assert max(cuts) == 5


def test_what_would_read_all_wrong_cells_is_found_from_all_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some pieces could be read otherwise, and one has nothing wrong."""
    (tmp_path / "p.csv").write_text('contact_id,n\na ,"1,000"\nb,"2,5"\nc,k.A.\nd,7\n')
    source = replace(CONTACTS, columns={"n": Column("n", ColumnType("decimal", 12, 3), raw="n")})
    stored = StoredSource(Catalog({"contacts": source}), source, "UTC")
    inlet = LandedFiles(str(tmp_path), Files("p.csv", "csv"))
    monkeypatch.setattr(landing, "PIECE_BYTES", 1)
    parts: list[PartCounts] = []
    for piece in inlet.pieces(whole(inlet)):
        counts, notes = PartCounts(piece.shown, piece.first), FileNotes()
        for rows in inlet.batches(stored, piece, notes):
            counts.add(rows, stored, None)
        counts.trials = notes.trials
        parts.append(read_counts(counts.to_bytes()))
    assert len(parts) == 5
    judged = checks(source, together(parts, possible_blames(source), {}), None)
    assert [check.complaint for check in judged if check.name == "wrong.n"] == [
        (
            "3 rows with n: not a decimal(12,3) (the first is row 1 of p.csv); "
            '3 of 3 are read by `written: {decimal_mark: ",", missing: ["k.A."]}`'
        )
    ]
    assert hints(source, together(parts, (), {}).trials) == [
        "texts of contact_id have blanks at an end, which `written: {trim: true}` takes off"
    ]


def test_utf_16_is_read_from_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files("p.csv", "csv", csv=CsvForm(encoding="utf-16"))
    (tmp_path / "p.csv").write_bytes("contact_id,n\na,1\nਊ,2\n".encode("utf-16"))  # a letter of two line ends
    monkeypatch.setattr(landing, "PIECE_BYTES", 1)
    inlet = LandedFiles(str(tmp_path), files)
    assert inlet.pieces(whole(inlet)) == [whole(inlet)]


@pytest.mark.parametrize("data", TEXTS)
def test_a_file_of_text_is_the_same_wherever_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    inlet = landed(tmp_path, monkeypatch, data, len(data))
    part = whole(inlet)
    rows = [row for batch in inlet.batches(STORED, part, FileNotes()) for row in batch.to_pylist()]
    expected = counted(inlet, [part])
    ways: set[int] = set()
    for piece_bytes in range(1, len(data)):
        monkeypatch.setattr(landing, "PIECE_BYTES", piece_bytes)
        for at_once in (3, 5, 1 << 22):
            monkeypatch.setattr(file_stretches, "READ_AT_ONCE", at_once)
            pieces = inlet.pieces(part)
            assert [piece.first for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])] or len(pieces) == 1
            read = [inlet.batches(STORED, piece, FileNotes()) for piece in pieces]
            assert [row for batches in read for batch in batches for row in batch.to_pylist()] == rows
            assert counted(inlet, pieces) == expected
            ways.add(len(pieces))
    assert max(ways) > 2


def test_a_row_of_many_lines_is_never_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inlet = landed(tmp_path, monkeypatch, b'contact_id,n\n"a\n\n\n\n",1\nb,2\n', 1)
    assert [(piece.first, piece.end, piece.weight) for piece in inlet.pieces(whole(inlet))] == [
        (0, 13, 13), (13, 23, 10), (23, 27, 4)
    ]  # fmt: skip


def test_a_packed_file_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.csv.gz").write_bytes(gzip.compress(TEXTS[0]))
    monkeypatch.setattr(landing, "PIECE_BYTES", 1)
    inlet = LandedFiles(str(tmp_path), Files("p.csv.gz", "csv"))
    assert inlet.pieces(whole(inlet)) == [whole(inlet)]


@pytest.mark.parametrize("data", [TEXTS[0], TEXTS[2]])
def test_a_file_of_text_that_shrinks_while_its_pieces_are_read_has_not_arrived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    """Whoever reads what is gone finds nothing there, and whoever reads half a row asks."""
    inlet = landed(tmp_path, monkeypatch, data, 1)
    part = whole(inlet)
    pieces = inlet.pieces(part)
    (tmp_path / part.name).write_bytes(data[: pieces[2].first + 2])
    assert numbers(inlet, pieces[-1]) == []
    with pytest.raises(StillChanging):
        numbers(inlet, pieces[2])
    with pytest.raises(StillChanging):
        inlet.check(part)


@pytest.mark.parametrize("data", [data for data, _ in REFUSED.values() if data.count(b"\n") > 1])
def test_a_file_that_is_no_table_has_a_piece_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    source = Source("s", "related", {**CONTACTS.columns, "name": Column("name", ColumnType("text"), raw="name")},
                    contact="contact_id")  # fmt: skip
    stored = StoredSource(Catalog({"s": source}), source, "UTC")
    inlet = landed(tmp_path, monkeypatch, data, 1)
    refusals = 0
    for piece in inlet.pieces(whole(inlet)):
        try:
            list(inlet.batches(stored, piece, FileNotes()))
        except DataError:
            refusals += 1
    assert refusals
