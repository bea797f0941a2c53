"""Text to value, each type: what is right and what it becomes, what is wrong, in CSV and in JSON texts alike."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.catalog.made import column, read

RIGHT: dict[str, dict[str, Any]] = {
    "text": {"a": "a", " a ": " a ", "İ": "İ", "true": "true", "5": "5", "a|b": "a|b"},
    "choice, values: [web, app, 'NO']": {"web": "web", "NO": "NO"},
    "choices, values: [a, b, c]": {"a": ["a"], "b|a": ["a", "b"], "c|c": ["c"], "a|b|c": ["a", "b", "c"]},
    "integer": {
        "0": 0, "-0": 0, "007": 7, "-12": -12, "123456789012345678": 123456789012345678,
        "9223372036854775807": 2**63 - 1, "-9223372036854775808": -(2**63), "0000000000000000000000000000001": 1,
    },
    "'decimal(12,2)'": {
        "1": Decimal("1.00"), "1.2": Decimal("1.20"), "1.23": Decimal("1.23"), "-0.01": Decimal("-0.01"),
        "-0": Decimal("0.00"), "0001.50": Decimal("1.50"), "9999999999.99": Decimal("9999999999.99"),
    },
    "'decimal(18,18)'": {"0.123456789012345678": Decimal("0.123456789012345678"), "-0": Decimal(0)},
    "'decimal(18,0)'": {"999999999999999999": Decimal(999999999999999999)},
    "float": {
        "0.1": 0.1, "1": 1.0, "-2.5e3": -2500.0, "1E-2": 0.01, "1e-999": 0.0,
        "1.7976931348623157e308": 1.7976931348623157e308,
        "9007199254740993": 9007199254740992.0,
    },
    "boolean": {"true": True, "false": False, "TRUE": True, "False": False, "tRuE": True},
    "version": {"4": "4", "4.12.1": "4.12.1", "4.09": "4.09", "4.0": "4.0", "0": "0"},
    "date": {
        "2024-02-29": date(2024, 2, 29), "0001-01-01": date(1, 1, 1), "9999-12-31": date(9999, 12, 31),
    },
}  # fmt: skip

WRONG: dict[str, tuple[str, list[str]]] = {
    "choice, values: [web, app]": ("not one of the catalog's values", ["Web", "web ", "web|app", "store"]),
    "choices, values: [a, b]": (
        "not a set of the catalog's values, with | between them", ["c", "a|c", "a||b", "|a", "a|", "A", "a, b"],
    ),
    "integer": (
        "not a whole number of 64 bits",
        ["1.0", "1e3", "+1", " 1", "1 ", "1,000", "1_000", "0x1F", "-", "٣", "9223372036854775808", "-9223372036854775809",
         "1" * 400, "true"],
    ),
    "'decimal(12,2)'": (
        "not a decimal(12,2)",
        ["1.239", "1.230", "10000000000", "10000000000.00", ".5", "5.", "1e2", "+1", "1,50", "NaN", "Infinity", "$1", "--1"],
    ),
    "'decimal(18,18)'": ("not a decimal(18,18)", ["1", "0.1234567890123456789"]),
    "'decimal(18,0)'": ("not a decimal(18,0)", ["1.0", "1000000000000000000"]),
    "float": ("not a finite number", ["NaN", "nan", "inf", "Infinity", "-inf", "1e999", "1e", ".5", "5.", "0x1p3", "1,5"]),
    "boolean": ("not true or false", ["truE ", "1", "0", "yes", "t", "true ", "falsé"]),
    "version": (
        "not a version of digits and dots",
        ["4.x", "4.", ".4", "4..1", "v4", "4-beta", "4.1234567890123456789", "-1"],
    ),
    "date": (
        "not a date as YYYY-MM-DD",
        ["2024-1-5", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01", "20240105", "05.01.2024",
         "2024-01-05T00:00", "10000-01-01", " 2024-01-05"],
    ),
    "timestamp": (
        "not a timestamp as YYYY-MM-DDTHH:MM:SS, with or without an offset, or a date",
        ["2024-1-5", "2024-01-05  10:00", "2024-01-05 ", "2024-01-05T10",
         "2024-01-05t10:00", "2024-01-05T24:00", "2024-01-05T10:60",
         "2024-01-05T10:00:60", "2024-01-05T10:00:00.1234567", "2024-01-05T10:00:00.1234560001",
         "2024-01-05T10:00:00.0000001",
         "2024-02-30T10:00", "2024-02-30", "0000-01-01T10:00",
         "0000-01-01", "0000-01-01T10:00Z", "2024-02-30T10:00Z", "2024-01-05T10:00+1:00", "2024-01-05T10:00+100",
         "2024-01-05T10:00+1801",
         "2024-01-05T10:00+18:01", "2024-01-05T10:00+19:00", "2024-01-05T10:00z", "yesterday", "1704448800",
         "10000-01-01T00:00"],
    ),
}  # fmt: skip


def keys(kind: str) -> str:
    return f"kind: related\ncolumns: {{c: {{type: {kind}}}}}\n"


def csv_of(texts: list[str]) -> str:
    quoted = ('c1,"{}"'.format(text.replace('"', '""')) for text in texts)
    return "contact_id,c\n" + "\n".join(quoted) + "\n"


@pytest.mark.parametrize("kind", RIGHT)
def test_a_right_text_is_exactly_its_value(kind: str) -> None:
    texts = RIGHT[kind]
    table = read(keys(kind), csv_of([*texts, ""]))
    assert column(table, "c") == [*texts.values(), None]
    assert column(table, "_problems") == [None] * (len(texts) + 1)


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_text_is_a_problem_that_does_not_repeat_it(kind: str) -> None:
    message, texts = WRONG[kind]
    table = read(keys(kind), csv_of(["", *texts]))
    told = dict(zip(texts, column(table, "_problems")[1:], strict=True))
    assert told == {text: [f"c: {message}"] for text in texts}
    assert column(table, "c") == [None] * (len(texts) + 1)
    assert column(table, "_problems")[0] is None


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_text_takes_nothing_from_the_right_ones_beside_it(kind: str) -> None:
    """The slow path of a batch with a wrong value gives what the fast one gives."""
    right = (
        {"2024-05-06T07:08:09.5Z": datetime(2024, 5, 6, 7, 8, 9, 500000, UTC)}
        if kind == "timestamp"
        else RIGHT.get(kind, {})
    )
    for wrong in WRONG[kind][1]:
        table = read(keys(kind), csv_of([*right, wrong, *right]))
        assert column(table, "c") == [*right.values(), None, *right.values()], wrong


@pytest.mark.parametrize("kind", RIGHT)
def test_json_texts_are_read_as_those_of_csv(kind: str) -> None:
    lines = "\n".join(json.dumps({"contact_id": "c1", "c": text}) for text in RIGHT[kind])
    table = read(keys(kind), lines, "jsonl")
    assert column(table, "c") == list(RIGHT[kind].values())
    assert column(table, "_problems") == [None] * len(RIGHT[kind])


def test_several_problems_of_a_row_are_all_told_by_column() -> None:
    table = read(
        "kind: events\ntime: at\ncolumns: {n: {type: integer}, b: {type: boolean, column: flag}}\n",
        "contact_id,at,n,flag\nc1,2024-01-05,1,true\nc1,never,x,1\nc1,,2,false\n",
    )
    assert column(table, "_problems") == [
        None,
        [
            "n: not a whole number of 64 bits",
            "b: not true or false",
            "at: not a timestamp as YYYY-MM-DDTHH:MM:SS, with or without an offset, or a date",
        ],
        ["at: missing"],
    ]


def test_a_missing_time_is_no_problem_where_the_gate_says_how_many_there_may_be() -> None:
    table = read(
        'kind: events\ntime: at\ncolumns: {}\ngates: {missing_time_at_most: "1%"}\n', "contact_id,at\nc1,\nc1,never\n"
    )
    assert column(table, "_problems") == [
        None,
        ["at: not a timestamp as YYYY-MM-DDTHH:MM:SS, with or without an offset, or a date"],
    ]


POINT = "kind: related\ncolumns: {home: {type: point, latitude: lat, longitude: lon}}\n"


@pytest.mark.parametrize(
    ("latitude", "longitude", "point"),
    [
        ("48.2", "16.37", {"latitude": 48.2, "longitude": 16.37}),
        ("-90", "180", {"latitude": -90.0, "longitude": 180.0}),
        ("90", "-180.0", {"latitude": 90.0, "longitude": -180.0}),
        ("", "", None),
        ("48.2", "", None),
        ("", "16.37", None),
    ],
)
def test_a_point_needs_both_coordinates(latitude: str, longitude: str, point: dict[str, float] | None) -> None:
    table = read(POINT, f"contact_id,lat,lon\nc1,{latitude},{longitude}\n")
    assert column(table, "home") == [point]
    assert column(table, "_problems") == [None]


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("90.1", "0"), ("0", "180.001"), ("x", "0"), ("0", "x"), ("x", ""), ("", "181")]
)
def test_a_coordinate_that_is_none_is_a_problem(latitude: str, longitude: str) -> None:
    table = read(POINT, f"contact_id,lat,lon\nc1,{latitude},{longitude}\nc2,1,2\n")
    assert column(table, "home") == [None, {"latitude": 1.0, "longitude": 2.0}]
    assert column(table, "_problems") == [
        ["home: not a latitude from -90 to 90 and a longitude from -180 to 180"],
        None,
    ]


def test_a_key_is_stored_typed_and_once_more_as_one_text() -> None:
    table = read(
        "kind: events\ntime: at\ncontact: customer\nkey: [order_id, line]\nlookups: {p: {source: p, on: sku}}\n"
        "columns: {line: {type: integer, column: pos}, sku: {type: integer}}\n",
        "customer,at,order_id,pos,sku\n c1,2024-01-05T00:00Z,A-1 ,01,007\nc2,2024-01-05T00:00Z,,2,\n",
        p="version: 1\nsource: p\nkind: lookup\nkey: id\ncolumns: {}\n",
    )
    assert table.schema.names == ["contact_id", "at", "line", "sku", "order_id", "_key", "_problems"]
    assert table.to_pylist() == [
        {
            "contact_id": " c1", "at": datetime(2024, 1, 5, tzinfo=UTC), "line": 1, "sku": 7, "order_id": "A-1 ",
            "_key": "4:A-1 /1:1", "_problems": None,
        },
        {
            "contact_id": "c2", "at": datetime(2024, 1, 5, tzinfo=UTC), "line": 2, "sku": None, "order_id": None,
            "_key": "-/1:2", "_problems": None,
        },
    ]  # fmt: skip


def test_a_lookup_has_its_key_and_no_contact() -> None:
    table = read("kind: lookup\nkey: id\ncolumns: {name: {type: text}}\n", "id,name\n007,Bond\n")
    assert table.to_pylist() == [{"name": "Bond", "id": "007", "_key": "3:007", "_problems": None}]


def test_a_lookup_that_is_looked_up_folded_has_its_key_folded_too() -> None:
    table = read(
        "kind: lookup\nkey: id\ncolumns: {}\n",
        "id\nSTRASSE\n",
        o="version: 1\nsource: o\nkind: related\ncolumns: {p: {type: text, fold: true}}\n"
        "lookups: {p: {source: s, on: p}}\n",
    )
    assert table.to_pylist() == [{"id": "STRASSE", "_key": "7:STRASSE", "_folded_key": "7:strasse", "_problems": None}]


def test_the_contact_may_be_listed_as_a_column_too() -> None:
    table = read("kind: related\ncolumns: {contact_id: {type: text}}\n", "contact_id\nc1\n")
    assert table.to_pylist() == [{"contact_id": "c1", "_problems": None}]


def test_changes_say_which_rows_go() -> None:
    keyed = "kind: related\nkey: k\ndelivery: changes\ncolumns: {}\n"
    table = read(keyed, "contact_id,k,deleted\nc1,1,true\nc1,2,false\nc1,3,\nc1,4,x\n")
    assert column(table, "deleted") == [True, False, None, None]
    assert column(table, "_problems") == [None, None, None, ["deleted: not true or false"]]
    assert column(read(keyed, "contact_id,k\nc1,1\n"), "deleted") == [
        None
    ]  # the column is only there to take rows away
