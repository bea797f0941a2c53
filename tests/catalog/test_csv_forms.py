"""CSV cut at other delimiters and in other encodings: the rows, or what the file is instead and the line that reads it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from jobs.catalog.csv_form import COMMAS, ENCODINGS, SINGLE_BYTE, CsvForm
from jobs.catalog.model import Files
from jobs.catalog.values import csv_text
from jobs.errors import DataError
from tests.catalog.made import column, good, read, said

ROWS = ["Zoë", "Linz; Urfahr", 'say "hi"', "a\nb", "€ 5 – 6"]


def keys(form: str) -> str:
    return (
        f'kind: related\nread: {{files: {{path: "s_{{date}}.csv", format: csv, csv: {{{form}}}}}}}\n'
        "columns: {name: {type: text}, n: {type: integer}}\n"
    )


def written(delimiter: str = ";", names: list[str] = ROWS) -> str:
    quoted = ('"{}"'.format(name.replace('"', '""')) for name in names)
    rows = (delimiter.join((f"c{row}", name, str(row))) + "\r\n" for row, name in enumerate(quoted))
    return delimiter.join(("contact_id", "name", "n")) + "\r\n" + "".join(rows)


def outcome(form: str, data: bytes, name: str = "s.csv") -> list[str] | str:
    try:
        table = read(keys(form), data, name=name)
    except DataError as error:
        return str(error)
    assert column(table, "n") == list(range(table.num_rows))
    assert column(table, "_problems") == [None] * table.num_rows
    return column(table, "name")


def meant(what: str, form: str) -> str:
    return f"s.csv: {what}. If the file is meant to be so, say in the catalog, in {{files: …}}: csv: {{{form}}}"


READ: dict[str, tuple[str, bytes, list[str]]] = {
    "semicolons": ('delimiter: ";"', written().encode(), ROWS),
    "tabs": (r'delimiter: "\t"', written("\t").encode(), ROWS),
    "bars": ('delimiter: "|"', written("|").encode(), ROWS),
    "a comma is a letter then": ('delimiter: ";"', b"contact_id;name;n\nc0;a,b;0\n", ["a,b"]),
    "windows-1252": ('delimiter: ";", encoding: windows-1252', written().encode("cp1252"), ROWS),
    "by another name": ('delimiter: ";", encoding: CP1252', written().encode("cp1252"), ROWS),
    "nothing beyond ASCII": ("encoding: windows-1252", b"contact_id,name,n\nc0,Ann,0\n", ["Ann"]),
    "one letter beyond ASCII": (
        "encoding: iso-8859-2",
        "contact_id,name,n\nc0,Łódź,0\n".encode("iso-8859-2"),
        ["Łódź"],
    ),
    "UTF-16, little end first": ('delimiter: ";", encoding: utf-16', b"\xff\xfe" + written().encode("utf-16-le"), ROWS),
    "UTF-16, big end first": ('delimiter: ";", encoding: utf-16', b"\xfe\xff" + written().encode("utf-16-be"), ROWS),
    "UTF-16 without a mark": ('delimiter: ";", encoding: utf-16-le', written().encode("utf-16-le"), ROWS),
    "UTF-16 with a mark all the same": (
        'delimiter: ";", encoding: utf-16-le',
        b"\xff\xfe" + written().encode("utf-16-le"),
        ROWS,
    ),
    "letters of two units": ("encoding: utf-16", "contact_id,name,n\nc0,🎻🎻,0\n".encode("utf-16"), ["🎻🎻"]),
    "packed": ('delimiter: ";", encoding: windows-1252', gzip.compress(written().encode("cp1252")), ROWS),
}

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "UTF-8 that is said to be windows-1252": (
        'delimiter: ";", encoding: windows-1252',
        written().encode(),
        meant("every letter beyond ASCII is UTF-8's, expected windows-1252", 'delimiter: ";", encoding: utf-8'),
    ),
    "UTF-8 with a mark": (
        'delimiter: ";", encoding: windows-1252',
        b"\xef\xbb\xbf" + written().encode(),
        meant("found the byte order mark of UTF-8, expected windows-1252", 'delimiter: ";", encoding: utf-8'),
    ),
    "windows-1252 that is said to be ISO 8859": (
        'delimiter: ";", encoding: iso-8859-1',
        written().encode("cp1252"),
        meant(
            "line 7 is not iso-8859-1, which has no letter for what stands there",
            'delimiter: ";", encoding: windows-1252',
        ),
    ),
    "windows-1252 that is said to be ASCII": (
        'delimiter: ";", encoding: ascii',
        written().encode("cp1252"),
        meant("line 2 is not ascii", 'delimiter: ";", encoding: windows-1252'),
    ),
    "a byte that windows-1252 has no letter for": (
        "encoding: windows-1252",
        b"contact_id,name,n\nc0,Zo\xeb,0\nc1,\x81,1\n",
        "s.csv: line 3 is not windows-1252. Save the file as UTF-8.",
    ),
    "UTF-16 that is said to have a mark": (
        "encoding: utf-16",
        written(",").encode("utf-16-be"),
        meant("found no byte order mark, expected UTF-16 that begins with one", 'delimiter: ",", encoding: utf-16-be'),
    ),
    "UTF-16 that is UTF-8": (
        "encoding: utf-16",
        written(",").encode(),
        meant("found no byte order mark, expected UTF-16 that begins with one", 'delimiter: ",", encoding: utf-8'),
    ),
    "UTF-16 that ends in half a letter": (
        "encoding: utf-16-le",
        written(",", ["a"]).encode("utf-16-le") + b"x",
        "s.csv: line 3 is not UTF-16-LE. Save the file as UTF-8.",
    ),
    "another delimiter": (
        'delimiter: "|"',
        written("\t").encode(),
        meant(
            'found 0 of 3 columns in the first line, and 3 of them where it is cut at tabs instead of "|"',
            r'delimiter: "\t", encoding: utf-8',
        ),
    ),
}


@pytest.mark.parametrize("case", READ)
def test_a_file_is_cut_as_the_catalog_says(case: str) -> None:
    form, data, rows = READ[case]
    assert outcome(form, data, name_of(data)) == rows


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_otherwise_is_refused_with_the_line_that_would_read_it(case: str) -> None:
    form, data, message = REFUSED[case]
    assert outcome(form, data) == message


@pytest.mark.parametrize("size", [3, 4, 5, 7])
def test_where_blocks_end_makes_no_difference(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    cases = {**READ, **REFUSED}
    whole = {case: outcome(form, data, name_of(data)) for case, (form, data, _) in cases.items()}
    monkeypatch.setattr(csv_text, "BLOCK", size)
    assert {case: outcome(form, data, name_of(data)) for case, (form, data, _) in cases.items()} == whole


def name_of(data: bytes) -> str:
    return "s.csv.gz" if data.startswith(b"\x1f\x8b") else "s.csv"


@pytest.mark.parametrize("encoding", SINGLE_BYTE)
def test_line_ends_quotes_and_delimiters_are_the_bytes_of_ascii(encoding: str) -> None:
    assert bytes(range(128)).decode(encoding) == bytes(range(128)).decode("ascii")
    for letter in range(128, 256):
        assert len((bytes([letter]) + b"\n").decode(encoding, "replace")) == 2


def test_a_second_source_of_the_same_rows_is_cut_as_the_first() -> None:
    table = read(
        "kind: related\nread: {same_as: o}\ncolumns: {n: {type: integer}}\n",
        b"contact_id;n\nc1;7\n",
        o='version: 1\nsource: o\nkind: related\nread: {files: {path: o.csv, format: csv, csv: {delimiter: ";"}}}\n'
        "columns: {}\n",
    )
    assert column(table, "n") == [7]


def test_how_a_file_is_cut_is_part_of_how_its_values_are_read() -> None:
    def form(csv: str) -> str:
        origin = good(s=f"version: 1\nsource: s\n{keys(csv)}").sources["s"].origin
        assert isinstance(origin, Files)
        return origin.form

    assert form("") == form('delimiter: ","') == form("encoding: UTF8") == "csv"
    assert len({form(""), form('delimiter: ";"'), form("encoding: cp1252"), form("encoding: cp1250")}) == 4


FILES = "s.yaml#/read/files/csv"
WRONG = {
    'delimiter: ";;"': '/delimiter: found ";;", expected one character of ASCII between two fields, like ";", no letter, '
    "digit or quote",
    "delimiter: tab": '/delimiter: found "tab", expected one character of ASCII between two fields, like ";", no letter, '
    'digit or quote; a tab is "\\t"',
    "delimiter: x": '/delimiter: found "x", expected one character of ASCII between two fields, like ";", no letter, '
    "digit or quote",
    "encoding: windows-1225": '/encoding: found "windows-1225", expected an encoding, like utf-8, windows-1252 or utf-16 — '
    'did you mean "windows-1252"?',
    "encoding: shift_jis": '/encoding: found "shift_jis", expected utf-8, utf-16 or an encoding of one byte a letter, like '
    "windows-1252; have the file written as utf-8",
    "encoding: 1252": '/encoding: found 1252, expected an encoding as text, like "windows-1252"',
    "delimter: x": '/delimter: unknown key "delimter" in csv — did you mean "delimiter"?',
}


@pytest.mark.parametrize("form", WRONG)
def test_a_form_that_is_none_is_refused_in_the_catalog(form: str) -> None:
    assert said(s=f"version: 1\nsource: s\n{keys(form)}") == [FILES + WRONG[form]]


def test_only_csv_is_cut() -> None:
    assert said(s=f"version: 1\nsource: s\n{keys('').replace('format: csv', 'format: jsonl')}") == [
        's.yaml#/read/files/csv: the key "csv" does not belong in files of format jsonl: only those of format csv have it'
    ]


@pytest.mark.parametrize("encoding", ["latin1", "klingon", ""])
def test_a_form_that_is_none_cannot_be_built(encoding: str) -> None:
    assert COMMAS.encoding in ENCODINGS
    with pytest.raises(ValueError, match="expected one of the names"):
        CsvForm(encoding=encoding)
    with pytest.raises(ValueError, match="expected none"):
        Files("s.jsonl", "jsonl", csv=CsvForm(";"))


def test_a_list_of_contacts_is_utf_8_whatever_stands_in_the_catalog(tmp_path: Path) -> None:
    from jobs.catalog.values import read_contact_ids

    path = tmp_path / "news.csv"
    path.write_bytes(b"\xef\xbb\xbfcontact_id\nc1\n")
    assert list(read_contact_ids(path)) == ["c1"]
    path.write_bytes("contact_id\nZoë\n".encode("cp1252"))
    with pytest.raises(DataError, match=r"news\.csv: line 2 is not UTF-8\. Save the file as UTF-8\."):
        list(read_contact_ids(path))
