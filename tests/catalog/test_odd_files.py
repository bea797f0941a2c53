"""One table of odd files: what becomes of each, or the whole message. READ and REFUSED are there for other rooms to run too.

Every file is of one source with the columns contact_id, name (text) and n (integer).
"""

from __future__ import annotations

import gzip
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from pyarrow import fs

from jobs.catalog.model import Format
from jobs.catalog.values import csv_text, read_batches, read_contact_ids
from jobs.catalog.values.csv_text import BLOCK
from jobs.errors import DATA, DataError, Unreachable
from tests.catalog.made import column, good, read

KEYS = "kind: related\ncolumns: {name: {type: text}, n: {type: integer}}\n"
HEADER = b"contact_id,name,n\n"
CSV = "Write the file again as CSV by RFC 4180."
MEANT = 'If the file is meant to be so, say in the catalog, in {{files: …}}: csv: {{delimiter: ",", encoding: {}}}'

Rows = list[tuple[str | None, str | None, int | None]]

READ: dict[str, tuple[bytes, Rows]] = {
    "plain": (HEADER + b"c1,Ann,1\nc2,Bob,2\n", [("c1", "Ann", 1), ("c2", "Bob", 2)]),
    "no line end at the end": (HEADER + b"c1,Ann,1", [("c1", "Ann", 1)]),
    "CRLF": (b"contact_id,name,n\r\nc1,Ann,1\r\n", [("c1", "Ann", 1)]),
    "a header and nothing else": (HEADER, []),
    "a header without a line end": (HEADER.strip(), []),
    "an empty field is missing": (HEADER + b"c1,,\n", [("c1", None, None)]),
    "an empty quoted field is missing too": (HEADER + b'c1,"",""\n', [("c1", None, None)]),
    "a row of missing values is a row": (HEADER + b",,\n", [(None, None, None)]),
    "blank lines are no rows": (HEADER + b"\nc1,Ann,1\n\n\r\nc2,Bob,2\n\n", [("c1", "Ann", 1), ("c2", "Bob", 2)]),
    "quotes around fields": (b'"contact_id","name","n"\n"c1","Ann","1"\n', [("c1", "Ann", 1)]),
    "a comma in quotes": (HEADER + b'c1,"Ann, of York",1\n', [("c1", "Ann, of York", 1)]),
    "a doubled quote in quotes": (HEADER + b'c1,"say ""hi""",1\n', [("c1", 'say "hi"', 1)]),
    "only a quote in quotes": (HEADER + b'c1,"""",1\n', [("c1", '"', 1)]),
    "a newline in quotes": (HEADER + b'c1,"a\nb",1\nc2,x,2\n', [("c1", "a\nb", 1), ("c2", "x", 2)]),
    "CRLF in quotes stays as it is": (HEADER + b'c1,"a\r\nb",1\r\n', [("c1", "a\r\nb", 1)]),
    "a carriage return in quotes": (HEADER + b'c1,"a\rb",1\n', [("c1", "a\rb", 1)]),
    "nothing is trimmed": (HEADER + b" c1,\tAnn ,1\n", [(" c1", "\tAnn ", 1)]),
    "extra columns are ignored": (b"x,contact_id,n,name,y\n?,c1,1,Ann,?\n", [("c1", "Ann", 1)]),
    "an extra column may be there twice": (b"x,contact_id,n,name,x\n?,c1,1,Ann,?\n", [("c1", "Ann", 1)]),
    "a header with a newline in quotes": (b'contact_id,"a\nb",name,n\nc1,?,Ann,1\n', [("c1", "Ann", 1)]),
    "letters beyond ASCII": (HEADER + "c1,Zoë 🎻,1\n".encode(), [("c1", "Zoë 🎻", 1)]),
    "words that other readers take for missing": (HEADER + b"NULL,NaN,\n", [("NULL", "NaN", None)]),
    "a NUL is a character": (HEADER + b"c1,a\x00b,1\n", [("c1", "a\x00b", 1)]),
    "a byte order mark": (b"\xef\xbb\xbf" + HEADER + b"c1,Ann,1\n", [("c1", "Ann", 1)]),
    "a byte order mark before a quote": (b'\xef\xbb\xbf"contact_id",name,n\nc1,Ann,1\n', [("c1", "Ann", 1)]),
    "packed": (gzip.compress(HEADER + b"c1,Ann,1\n"), [("c1", "Ann", 1)]),
    "packed in two pieces": (gzip.compress(HEADER) + gzip.compress(b"c1,Ann,1\n"), [("c1", "Ann", 1)]),
}

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"", "found no header, expected a first line that names the columns. Deliver it again."),
    "an empty first line": (
        b"\n" + HEADER,
        "found no header, expected a first line that names the columns. Deliver it again.",
    ),
    "no header": (
        b"c1,Ann,1\nc2,Bob,2\n",
        (
            'found none of the columns "contact_id", "name", "n" in the first line, expected a name for each. '
            "Is it the right file, with a header and commas between the columns? Else correct the catalog."
        ),
    ),
    "semicolons": (
        b"contact_id;name;n\nc1;Ann;1\n",
        (
            "found 0 of 3 columns in the first line, and 3 of them where it is cut at semicolons instead of commas. "
            'If the file is meant to be so, say in the catalog, in {files: …}: csv: {delimiter: ";", encoding: utf-8}'
        ),
    ),
    "a renamed column": (
        b"contact_id,nmae,n\nc1,Ann,1\n",
        (
            'the column "name" is missing, found "nmae" (was it renamed?). '
            'Correct the file, or say in the catalog with "column" what the column is called there.'
        ),
    ),
    "a column of other capitals": (
        b"contact_id,Name,n\nc1,Ann,1\n",
        (
            'the column "name" is missing, found "Name" (was it renamed?). '
            'Correct the file, or say in the catalog with "column" what the column is called there.'
        ),
    ),
    "a column too few": (
        b"contact_id,name\nc1,Ann\n",
        (
            'the column "n" is missing. '
            'Correct the file, or say in the catalog with "column" what the column is called there.'
        ),
    ),
    "a column twice": (
        b"contact_id,name,n,n\nc1,Ann,1,2\n",
        'found "n" more than once, expected each column once. Rename the others.',
    ),
    "a short row": (
        HEADER + b"c1,Ann,1\nc2,Bob\n",
        (
            "row 2 behind the header has 2 fields, the header has 3. "
            "Correct the row; a delimiter or a line end inside a value needs quotes."
        ),
    ),
    "a short row behind blank lines": (
        HEADER + b'\n"c1\n",Ann,1\n\n\nc2,Bob\n',
        (
            "row 2 behind the header has 2 fields, the header has 3. "
            "Correct the row; a delimiter or a line end inside a value needs quotes."
        ),
    ),
    "a long row": (
        HEADER + b"c1,Ann,of York,1\n",
        (
            "row 1 behind the header has 4 fields, the header has 3. "
            "Correct the row; a delimiter or a line end inside a value needs quotes."
        ),
    ),
    "a comma at the end of a row": (
        HEADER + b"c1,Ann,1,\n",
        (
            "row 1 behind the header has 4 fields, the header has 3. "
            "Correct the row; a delimiter or a line end inside a value needs quotes."
        ),
    ),
    "a quote inside a field": (
        HEADER + b'c1,5" disk,1\n',
        "line 2: found a quote within a field, expected quotes around the whole field and doubled inside it. " + CSV,
    ),
    "letters behind a closing quote": (
        HEADER + b'c1,Ann,1\nc2,"Bob" B,2\n',
        "line 3: found a quote within a field, expected quotes around the whole field and doubled inside it. " + CSV,
    ),
    "a blank before a quote": (
        HEADER + b'c1, "Ann",1\n',
        "line 2: found a quote within a field, expected quotes around the whole field and doubled inside it. " + CSV,
    ),
    "a quote escaped by a backslash": (
        HEADER + b'c1,"say \\"hi\\"",1\n',
        "line 2: found a quote within a field, expected quotes around the whole field and doubled inside it. " + CSV,
    ),
    "a quote that is never closed": (
        HEADER + b'c1,"Ann,1\nc2,Bob,2\n',
        "the quote opened on line 2 is never closed. " + CSV,
    ),
    "carriage returns alone": (
        b"contact_id,name,n\rc1,Ann,1\r",
        "line 1: found a carriage return alone, expected rows that end in CRLF or LF. " + CSV,
    ),
    "a carriage return in a field": (
        HEADER + b"c1,An\rn,1\n",
        "line 2: found a carriage return alone, expected rows that end in CRLF or LF. " + CSV,
    ),
    "two byte order marks": (
        b"\xef\xbb\xbf" * 2 + HEADER + b"c1,Ann,1\n",
        (
            'the column "contact_id" is missing, found "\\ufeffcontact_id" (was it renamed?). '
            'Correct the file, or say in the catalog with "column" what the column is called there.'
        ),
    ),
    "UTF-16": (
        "contact_id,name,n\nc1,Ann,1\n".encode("utf-16"),
        "found the byte order mark of UTF-16, expected UTF-8. " + MEANT.format("utf-16"),
    ),
    "UTF-16 without a mark": (
        "contact_id,name,n\nc1,Zoë,1\n".encode("utf-16-be"),
        "found letters of two bytes each, expected UTF-8. " + MEANT.format("utf-16-be"),
    ),
    "Latin-1": (
        HEADER + "c1,Ann,1\nc2,Zoë,2\n".encode("latin-1"),
        "line 3 is not UTF-8. " + MEANT.format("windows-1252"),
    ),
    "half a letter at the end": (
        HEADER + b"c1,Ann,1\nc2,Bob,\xc3",
        "line 3 is not UTF-8. "
        + MEANT.format("windows-1252")
        + ". Read so, it is refused for this: 1 row with n: not a whole number of 64 bits (the first is row 2)",
    ),
}


def name_of(data: bytes) -> str:
    return "s.csv.gz" if data.startswith(b"\x1f\x8b") else "s.csv"


def rows_of(data: bytes, name: str | None = None) -> Rows:
    table = read(KEYS, data, name=name or name_of(data))
    assert column(table, "_problems") == [None] * table.num_rows
    return list(zip(*(column(table, one) for one in ("contact_id", "name", "n")), strict=True))


@pytest.mark.parametrize("case", READ)
def test_a_strange_file_has_these_rows(case: str) -> None:
    data, rows = READ[case]
    assert rows_of(data) == rows


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_table_is_refused_without_anybodys_value(case: str) -> None:
    data, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        read(KEYS, data)
    assert str(caught.value) == f"s.csv: {message}"
    assert caught.value.exit_code == DATA == 20


def test_where_blocks_end_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file in blocks of a few bytes, so that each two neighbours are once the end of one and the start of the next."""
    cases = {**READ, **REFUSED}
    whole = {case: outcome(data) for case, (data, _) in cases.items()}
    for size in (3, 4, 5, 7, 11):
        monkeypatch.setattr(csv_text, "BLOCK", size)
        assert {case: outcome(data) for case, (data, _) in cases.items()} == whole, size


def outcome(data: bytes) -> Any:
    try:
        return rows_of(data)
    except DataError as error:
        return str(error)


def test_a_packed_file_that_ends_too_soon_is_refused() -> None:
    whole = gzip.compress(HEADER + b"c1,Ann,1\n" * 1000)
    for broken in (whole[:-9], b"\x1f\x8b" + b"no gzip"):
        with pytest.raises(DataError, match="cannot be unpacked, expected a whole gzip file"):
            read(KEYS, broken, name="s.csv.gz")


def test_a_packed_file_under_a_plain_name_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"found a packed file, expected text\. Unpack it, or let its name end in \.gz\."
    ):
        read(KEYS, gzip.compress(HEADER), name="s.csv")


def test_a_row_longer_than_a_block_is_refused() -> None:
    data = HEADER + b"c1,Ann,1\n" + b'c2,"' + b"x" * (2 * BLOCK + 10) + b'",1\n'
    with pytest.raises(DataError, match=r"found a row of more than 4 MiB\. Is a quote missing\?"):
        read(KEYS, data)


def test_a_file_of_many_blocks_keeps_every_row_in_order() -> None:
    rows = 300_000
    data = HEADER + b"".join(b'c%d,"a ""quoted"", long\nname",%d\n' % (row, row) for row in range(rows))
    assert len(data) > 2 * BLOCK
    table = read(KEYS, data)
    assert column(table, "n") == list(range(rows))
    assert set(column(table, "name")) == {'a "quoted", long\nname'}


def test_a_file_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    catalog = good(s=f"version: 1\nsource: s\n{KEYS}")
    with pytest.raises(DataError, match=r"nowhere\.csv: the file cannot be read \(No such file or directory\)"):
        list(read_batches(catalog.sources["s"], catalog, tmp_path / "nowhere.csv", "csv", "UTC"))


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_of_another_store_is_read_like_one_of_this_machine(form: Format, ending: str, tmp_path: Path) -> None:
    data = READ["plain"][0]
    if form == "jsonl":
        data = b'{"contact_id": "c1", "name": "Ann", "n": 1}\n{"contact_id": "c2", "name": "Bob", "n": 2}\n'
    path = tmp_path / f"s.{form}{ending}"
    path.write_bytes(gzip.compress(data) if ending else data)
    catalog = good(s=f"version: 1\nsource: s\n{KEYS}")
    with fs.LocalFileSystem().open_input_stream(str(path), compression=None) as file:
        (batch,) = read_batches(catalog.sources["s"], catalog, path.name, form, "UTC", file=cast("BinaryIO", file))
    assert batch.to_pydict()["n"] == [1, 2]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_store_that_breaks_off_is_not_the_files_fault(form: Format) -> None:
    class BreaksOff(RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise ConnectionResetError(104, "Connection reset by peer")

    catalog = good(s=f"version: 1\nsource: s\n{KEYS}")
    with pytest.raises(Unreachable) as caught:
        list(read_batches(catalog.sources["s"], catalog, f"s.{form}", form, "UTC", file=cast("BinaryIO", BreaksOff())))
    assert str(caught.value) == (
        f"s.{form}: the file cannot be read to its end (Connection reset by peer). Check the store, then run this again."
    )


def test_a_contact_list_is_one_column_of_ids(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_bytes(b'contact_id\nc2\n" c1"\n\n""\nc2\n')
    assert list(read_contact_ids(path)) == ["c2", " c1", "c2"]


@pytest.mark.parametrize("header", [b"id", b"contact_id,name", b"Contact_id", b"", b"c1"])
def test_a_contact_list_with_another_header_is_refused(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "news.csv"
    path.write_bytes(header + b"\nc1\n")
    with pytest.raises(DataError, match=r"news\.csv: found another header, expected the one column contact_id"):
        list(read_contact_ids(path))
