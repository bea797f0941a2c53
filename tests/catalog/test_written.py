"""Texts that are not in the default form: what the catalog says of them, and what each then is, in every format."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.catalog.made import column, read

D = Decimal


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


# type, written, {text: value}, [wrong texts], the form that is expected
CASES: dict[str, tuple[str, str, dict[str, Any], list[str], str]] = {
    "days with zeros": (
        "date", "{date: DD.MM.YYYY}",
        {"04.05.1980": date(1980, 5, 4), "29.02.2000": date(2000, 2, 29), "01.01.0001": date(1, 1, 1),
         "31.12.9999": date(9999, 12, 31)},
        ["4.5.1980", "1980-05-04", "29.02.1900", "30.02.2000", "00.01.2000", "01.00.2000", "01.13.2000", "01.01.0000",
         "04.05.80", "04.05.19800", "04,05,1980", "04.05.1980 ", "o4.05.1980", "04.05.١٩٨٠"],
        "a date as DD.MM.YYYY",
    ),
    "days without zeros": (
        "date", "{date: M/D/YYYY}",
        {"2/28/2024": date(2024, 2, 28), "02/28/2024": date(2024, 2, 28), "12/1/2025": date(2025, 12, 1),
         "11/24/2026": date(2026, 11, 24)},
        ["28/2/2024", "2/29/2023", "002/28/2024", "2/28/24", "2//2024", "/2/2024", "2-28-2024"],
        "a date as M/D/YYYY",
    ),
    "days of digits alone": (
        "date", "{date: YYYYMMDD}", {"20240229": date(2024, 2, 29)}, ["2024229", "2024-02-29", "20240230"],
        "a date as YYYYMMDD",
    ),
    "days with midnight behind": (
        "date", '{date: "DD.MM.YYYY 00:00"}', {"24.11.2026 00:00": date(2026, 11, 24)},
        ["24.11.2026", "24.11.2026 00:01"], "a date as DD.MM.YYYY 00:00",
    ),
    "letters of several bytes between": (
        "date", "{date: DD·MM·YYYY}", {"24·11·2026": date(2026, 11, 24)}, ["24.11.2026", "24··11·202"],
        "a date as DD·MM·YYYY",
    ),
    "instants by a local clock": (
        "timestamp", '{timestamp: "DD.MM.YYYY HH:mm"}',
        {"24.11.2026 09:30": at(2026, 11, 24, 8, 30), "29.03.2026 02:30": at(2026, 3, 29, 1, 30),
         "25.10.2026 02:30": at(2026, 10, 25, 0, 30), "01.07.2026 00:00": at(2026, 6, 30, 22)},
        ["24.11.2026", "24.11.2026 9:30", "24.11.2026 24:00", "24.11.2026 09:60", "2026-11-24T09:30", "31.11.2026 09:30",
         "24.11.2026T09:30"],
        "a timestamp as DD.MM.YYYY HH:mm",
    ),
    "instants with seconds": (
        "timestamp", '{timestamp: "M/D/YYYY H:mm:ss"}',
        {"7/1/2026 9:05:59": at(2026, 7, 1, 7, 5, 59), "12/24/2026 18:00:00": at(2026, 12, 24, 17)},
        ["7/1/2026 9:5:59", "7/1/2026 9:05:60", "7/1/2026"], "a timestamp as M/D/YYYY H:mm:ss",
    ),
    "instants of local midnights": (
        "timestamp", "{timestamp: DD.MM.YYYY}", {"24.11.2026": at(2026, 11, 23, 23)}, ["2026-11-24"],
        "a timestamp as DD.MM.YYYY",
    ),
    "seconds since 1970": (
        "timestamp", "{timestamp: epoch_seconds}",
        {"0": at(1970, 1, 1), "1704448800": at(2024, 1, 5, 10), "-1": at(1969, 12, 31, 23, 59, 59)},
        ["1704448800.0", "1e9", "2024-01-05", " 0", "1.704.448.800"], "a whole number of seconds since 1970",
    ),
    "milliseconds since 1970": (
        "timestamp", "{timestamp: epoch_milliseconds}", {"1704448800123": at(2024, 1, 5, 10, 0, 0, 123000)}, ["x"],
        "a whole number of milliseconds since 1970",
    ),
    "decimals": (
        "'decimal(12,2)'", '{decimal_mark: ",", group_mark: "."}',
        {"1.234,56": D("1234.56"), "1234,56": D("1234.56"), "-3.000,00": D("-3000.00"), "12,5": D("12.50"), "7": D("7.00"),
         "9.999.999.999,99": D("9999999999.99"), "0,1": D("0.10")},
        ["1234.56", "12.34", "1.23,4", "1.2345", "1234.567,00", "1,234.56", "1.234,567", ",5", "5,", "1..234", ".123",
         "1.234.", "10.000.000.000,00", "1,2,3", "-.123", "+1"],
        'a decimal(12,2), with "," before decimals and "." between groups of three',
    ),
    "decimals without groups": (
        "'decimal(12,2)'", '{decimal_mark: ","}', {"12,5": D("12.50"), "-0,07": D("-0.07")},
        ["12.5", "1.234,56", "1,234"], 'a decimal(12,2), with "," before decimals',
    ),
    "groups alone": (
        "'decimal(12,2)'", '{group_mark: ","}', {"1,234.56": D("1234.56"), "1234.5": D("1234.50")},
        ["1.234,56", "12,34.00", "1,2345"], 'a decimal(12,2), with "," between groups of three',
    ),
    "blanks between groups": (
        "integer", '{group_mark: "\\u202f"}', {"1\u202f234\u202f567": 1234567, "12": 12}, ["1 234", "1\u202f23", "1.0"],
        'a whole number of 64 bits, with "\\u202f" between groups of three',
    ),
    "whole numbers": (
        "integer", '{decimal_mark: ",", group_mark: "."}', {"1.234.567": 1234567, "-1.000": -1000, "007": 7},
        ["1.234,00", "1,0", "1.23"], 'a whole number of 64 bits, with "." between groups of three',
    ),
    "floats": (
        "float", '{decimal_mark: ",", group_mark: "."}', {"1.234,5": 1234.5, "2,5e-3": 0.0025, "1.000e2": 100000.0},
        ["2.5", "NaN"], 'a finite number, with "," before decimals and "." between groups of three',
    ),
    "a mark beyond ASCII": (
        "float", '{decimal_mark: "٫"}', {"2٫5": 2.5}, ["2.5", "2,5"], 'a finite number, with "٫" before decimals',
    ),
    "words": (
        "boolean", '{true: [Ja, ja, "1"], false: [Nein, "-"]}',
        {"Ja": True, "ja": True, "1": True, "Nein": False, "-": False}, ["JA", "nein", "true", "false", "0", "Ja "],
        'Ja, ja, 1, Nein or "-"',
    ),
    "one word": ("boolean", "{true: [X]}", {"X": True, "false": False, "FALSE": False}, ["true", "x"], "X or false"),
    "a separator": (
        "choices, values: [news, sale, a b]", '{separator: ", "}',
        {"news, sale": ["news", "sale"], "a b, news, a b": ["a b", "news"], "sale": ["sale"]},
        ["news,sale", "news|sale", "news, ", "other"], "a set of the catalog's values, with ,  between them",
    ),
    "words for missing": (
        "integer", '{missing: ["NULL", "-", "k.A."]}', {"NULL": None, "-": None, "k.A.": None, "-1": -1},
        ["null", "NULL ", "K.A.", "--"], "a whole number of 64 bits",
    ),
    "blanks at the ends": (
        "integer", "{trim: true}", {" 1": 1, "2 ": 2, "\t3\n": 3, "\u00a04\u2003": 4, "  ": None, "\u3000": None},
        ["1 2", "\u200b1"], "a whole number of 64 bits",
    ),
    "blanks around words for missing": (
        "date", "{trim: true, missing: [n/a], date: D.M.YYYY}", {" n/a ": None, " 1.2.2026 ": date(2026, 2, 1)}, ["N/A"],
        "a date as D.M.YYYY",
    ),
    "choices in blanks": (
        "choice, values: [web]", "{trim: true}", {" web ": "web"}, ["w eb"], "one of the catalog's values",
    ),
    "versions in blanks": ("version", "{trim: true}", {" 4.9 ": "4.9"}, ["v4"], "a version of digits and dots"),
    "texts": (
        "text", '{trim: true, missing: ["-", "a b"]}',
        {" a ": "a", "-": None, " - ": None, " a b": None, "a  b": "a  b", " ": None, "NULL": "NULL"}, [], "a text",
    ),
}  # fmt: skip


def of_column(kind: str, written: str) -> str:
    return f"kind: related\ncolumns: {{c: {{type: {kind}, written: {written}}}}}\n"


def of_source(kind: str, written: str) -> str:
    return f"kind: related\nwritten: {written}\ncolumns: {{c: {{type: {kind}}}}}\n"


def from_csv(keys: str, texts: list[str]) -> pa.Table:
    rows = ('c1,"{}"'.format(text.replace('"', '""')) for text in texts)
    return read(keys, "contact_id,c\n" + "\n".join(rows) + "\n")


def from_json(keys: str, texts: list[str]) -> pa.Table:
    return read(keys, "\n".join(json.dumps({"contact_id": "c1", "c": text}) for text in texts), "jsonl")


def from_parquet(keys: str, texts: list[str]) -> pa.Table:
    file = BytesIO()
    parquet.write_table(pa.table({"contact_id": ["c1"] * len(texts), "c": pa.array(texts, pa.large_string())}), file)
    return read(keys, file.getvalue(), "parquet")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", [from_csv, from_json, from_parquet])
@pytest.mark.parametrize("keys", [of_column, of_source])
def test_a_text_is_what_the_catalog_says_and_nothing_else(case: str, way: Any, keys: Any) -> None:
    kind, written, right, wrong, form = CASES[case]
    table = way(keys(kind, written), ["", *right, *wrong, *right])
    assert column(table, "c") == [None, *right.values(), *[None] * len(wrong), *right.values()]
    fine = [None] * len(right)
    assert column(table, "_problems") == [None, *fine, *[[f"c: not {form}"]] * len(wrong), *fine]


def test_a_column_that_is_all_right_is_read_as_beside_wrong_ones() -> None:
    """Without a null and a wrong text the bytes of a column are looked at in other ways."""
    for kind, written, right, _, _ in CASES.values():
        assert column(from_csv(of_column(kind, written), list(right)), "c") == list(right.values())


def test_instants_outside_the_years_are_told_as_such() -> None:
    for written, text in (
        ("epoch_seconds", "9" * 18),
        ("epoch_milliseconds", "-" + "9" * 18),
        ("YYYY-MM-DD", "0001-01-01"),
    ):
        table = from_csv(of_column("timestamp", f"{{timestamp: {written}}}"), [text])
        assert column(table, "_problems") == [["c: outside the years 0001 to 9999 of UTC"]]


def test_a_column_has_its_own_words_before_its_sources_key_by_key() -> None:
    table = read(
        'kind: related\nwritten: {date: DD.MM.YYYY, trim: true, missing: ["-"]}\n'
        "columns: {a: {type: date}, b: {type: date, written: {date: M/D/YYYY}}, c: {type: text, written: {trim: false}}}\n",
        "contact_id,a,b,c\n c1 ,24.11.2026 , 11/24/2026, x \n-,-,-,-\n",
    )
    day = date(2026, 11, 24)
    assert table.to_pylist() == [
        {"contact_id": "c1", "a": day, "b": day, "c": " x ", "_problems": None},
        {"contact_id": None, "a": None, "b": None, "c": None, "_problems": None},
    ]


def test_contact_time_key_and_flag_that_are_not_listed_are_written_as_their_source_says() -> None:
    written = 'written: {trim: true, missing: ["-"], timestamp: "DD.MM.YYYY HH:mm", true: [x], group_mark: "\'"}\n'
    table = read(
        f"kind: events\ntime: at\nkey: [k, n]\ndelivery: changes\n{written}columns: {{n: {{type: integer}}}}\n",
        "contact_id,at,k,n,deleted\n 7 ,24.11.2026 10:00,A ,1'000,x\n7,24.11.2026 10:00,-,2,-\n",
    )
    assert column(table, "contact_id") == ["7", "7"]
    assert column(table, "at") == [at(2026, 11, 24, 9)] * 2
    assert column(table, "k") == ["A", None]
    assert column(table, "_key") == ["1:A/4:1000", "-/1:2"]
    assert column(table, "deleted") == [True, None]
    assert column(table, "_problems") == [None, None]


def test_a_contact_that_is_listed_is_written_as_its_column_says() -> None:
    table = read("kind: related\ncontact: who\ncolumns: {who: {type: text, written: {trim: true}}}\n", "who\n 7\n")
    assert table.to_pylist() == [{"contact_id": "7", "who": "7", "_problems": None}]


def test_the_key_of_a_lookup_is_trimmed_where_its_source_says_so() -> None:
    table = read("kind: lookup\nkey: id\nwritten: {trim: true}\ncolumns: {}\n", "id\n 007 \n")
    assert table.to_pylist() == [{"id": "007", "_key": "3:007", "_problems": None}]


def test_both_coordinates_of_a_point_have_the_marks() -> None:
    keys = 'kind: related\ncolumns: {p: {type: point, latitude: a, longitude: b, written: {decimal_mark: ","}}}\n'
    table = read(keys, 'contact_id,a,b\nc1,"48,2","16,37"\nc1,48.2,"1"\n')
    assert column(table, "p") == [{"latitude": 48.2, "longitude": 16.37}, None]
    assert column(table, "_problems")[1] == [
        'p: not a latitude from -90 to 90 and a longitude from -180 to 180, with "," before decimals'
    ]


def test_what_json_has_sorts_for_is_read_as_json_writes_it() -> None:
    table = read(
        'kind: related\nwritten: {decimal_mark: ",", group_mark: ".", true: [Ja], false: [Nein], missing: ["7", "true"], '
        'separator: ";", trim: true}\n'
        "columns: {n: {type: 'decimal(6,3)'}, b: {type: boolean}, c: {type: choices, values: [x, y]}, t: {type: text}}\n",
        '{"contact_id": " 7 ", "n": 1.234, "b": true, "c": ["y", "x"], "t": 7}\n'
        '{"contact_id": "8", "n": "1.234", "b": "Ja", "c": "x;y", "t": "7"}\n'
        '{"contact_id": 7, "n": "1,234", "b": "true", "c": "x|y", "t": " a "}\n',
        "jsonl",
    )
    assert [list(row.values())[:-1] for row in table.to_pylist()] == [
        [None, D("1.234"), True, ["x", "y"], "7"],
        ["8", None, True, ["x", "y"], None],
        ["7", D("1.234"), None, None, "a"],
    ]
    assert [told is not None for told in column(table, "_problems")] == [False, True, True]


def test_columns_that_have_a_type_are_no_texts() -> None:
    file = BytesIO()
    ids, days = pa.array([7, 8]), pa.array([date(2026, 11, 24), None])
    choices = pa.array([["x", "y"], None])
    parquet.write_table(pa.table({"contact_id": ids, "d": days, "c": choices}), file)
    table = read(
        'kind: related\nwritten: {date: DD.MM.YYYY, missing: ["7"], trim: true, separator: ";"}\n'
        "columns: {d: {type: date}, c: {type: choices, values: [x, y]}}\n",
        file.getvalue(),
        "parquet",
    )
    assert column(table, "contact_id") == ["7", "8"]
    assert column(table, "d") == [date(2026, 11, 24), None]
    assert column(table, "c") == [["x", "y"], None]


ISO = {
    "2026-11-24 10:00": at(2026, 11, 24, 9),
    "2026-11-24 10:00:00.25": at(2026, 11, 24, 9, 0, 0, 250000),
    "2026-11-24T10:00+0100": at(2026, 11, 24, 9),
    "2026-11-24 10:00:30-0230": at(2026, 11, 24, 12, 30, 30),
    "2026-11-24 10:00Z": at(2026, 11, 24, 10),
    "2026-11-24T10:00+1800": at(2026, 11, 23, 16),
    "2026-11-24T10:00:00.123456000": at(2026, 11, 24, 9, 0, 0, 123456),
    "2026-11-24T10:00:00.1234560Z": at(2026, 11, 24, 10, 0, 0, 123456),
    "2026-11-24 10:00:00.000000000+01:00": at(2026, 11, 24, 9),
}


@pytest.mark.parametrize("wrong", [[], ["2026-02-30 10:00"], ["2026-02-30 10:00+0100"], ["x"]])
def test_the_default_form_of_instants_is_what_programs_write(wrong: list[str]) -> None:
    keys = "kind: related\ncolumns: {c: {type: timestamp}}\n"
    assert column(from_csv(keys, [*ISO, *wrong]), "c") == [*ISO.values(), *[None] * len(wrong)]
    for text, value in ISO.items():
        assert column(from_csv(keys, [text]), "c") == [value]
