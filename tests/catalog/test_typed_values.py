"""JSON Lines and Parquet: the same value exactly, whatever type carries it, or a problem."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from jobs.catalog.values import FileNotes, arrow_schema, parse_batches, read_batches
from jobs.errors import DataError
from tests.catalog.made import column, good, read, source

D = Decimal


def keys(kind: str) -> str:
    return f"kind: related\ncolumns: {{c: {{type: {kind}}}}}\n"


def from_parquet(kind: str, values: pa.Array) -> pa.Table:
    file = BytesIO()
    ids = pa.array(["c1"] * len(values))
    parquet.write_table(pa.table({"contact_id": ids, "c": values}), file)
    return read(keys(kind), file.getvalue(), "parquet", name="s.parquet")


def from_memory(kind: str, values: pa.Array) -> pa.Table:
    """The way of Delta and JDBC: batches that another reader has made."""
    catalog = good(s=f"version: 1\nsource: s\n{keys(kind)}")
    one = catalog.sources["s"]
    batch = pa.RecordBatch.from_arrays([pa.array(["c1"] * len(values)), values], names=["contact_id", "c"])
    return pa.Table.from_batches(
        parse_batches(one, catalog, [batch], "Europe/Vienna", "shop.orders"), schema=arrow_schema(one, catalog)
    )


WRONG = object()
VIENNA_NOON, NOON = datetime(2026, 1, 15, 12), datetime(2026, 1, 15, 12, tzinfo=UTC)

# type of the column, what carries it, and what becomes of each value
TYPED: list[tuple[str, pa.DataType, list[tuple[Any, Any]]]] = [
    ("text", pa.string(), [("a", "a"), ("", None), (None, None)]),
    ("text", pa.large_string(), [("a", "a")]),
    ("text", pa.dictionary(pa.int32(), pa.string()), [("a", "a"), ("", None), (None, None)]),
    ("text", pa.int64(), [(5, "5"), (-12, "-12"), (None, None)]),
    ("text", pa.decimal128(20, 0), [(D("12345678901234567890"), "12345678901234567890")]),
    ("text", pa.decimal128(20, 2), [(D("5.00"), WRONG)]),
    ("text", pa.float64(), [(5.0, WRONG)]),
    ("text", pa.bool_(), [(True, WRONG)]),
    ("text", pa.binary(), [(b"a", WRONG)]),
    ("integer", pa.int8(), [(5, 5), (None, None)]),
    ("integer", pa.uint64(), [(2**63 - 1, 2**63 - 1), (2**63, WRONG)]),
    ("integer", pa.decimal128(38, 2), [(D("5.00"), 5), (D("5.50"), WRONG), (D(2**63), WRONG)]),
    ("integer", pa.float64(), [(5.0, WRONG), (None, None)]),
    ("integer", pa.string(), [("5", 5), ("5.0", WRONG)]),
    ("'decimal(12,2)'", pa.decimal128(12, 2), [(D("1.23"), D("1.23"))]),
    ("'decimal(12,2)'", pa.decimal128(38, 18), [(D("1.23"), D("1.23")), (D("1.239"), WRONG), (D(10) ** 10, WRONG)]),
    ("'decimal(12,2)'", pa.decimal256(60, 4), [(D("1.23"), D("1.23")), (D("1.2301"), WRONG), (D(10) ** 50, WRONG)]),
    ("'decimal(12,2)'", pa.int64(), [(5, D("5.00")), (10**10 - 1, D(10**10 - 1)), (10**10, WRONG)]),
    (
        "'decimal(12,2)'",
        pa.float64(),
        [(12.34, D("12.34")), (1.5, D("1.50")), (-0.07, D("-0.07")), (0.0, D("0.00")), (None, None), (0.1 + 0.2, WRONG),
         (12.345, WRONG), (9999999999.99, D("9999999999.99")), (1e10, WRONG), (float("nan"), WRONG),
         (float("-inf"), WRONG)],
    ),
    (
        "'decimal(18,2)'",
        pa.float64(),
        # Above 2^51 hundredths: the nearest double of each, and the double between two of them.
        [(22517998136852.49, D("22517998136852.49")), (1234567890123456.8, D("1234567890123456.75")),
         (22517998136852.492, WRONG), (1e300, WRONG)],
    ),
    ("'decimal(18,0)'", pa.float64(), [(3.0, D(3)), (2.0**53, D(2**53)), (0.5, WRONG)]),
    ("'decimal(12,2)'", pa.float32(), [(0.5, D("0.50")), (12.34, WRONG)]),
    ("float", pa.float32(), [(0.5, 0.5), (None, None)]),
    ("float", pa.float64(), [(0.1, 0.1), (float("nan"), WRONG), (float("inf"), WRONG)]),
    ("float", pa.int64(), [(3, 3.0), (2**53 + 1, 2.0**53)]),
    ("float", pa.decimal128(10, 2), [(D("0.10"), 0.1)]),
    ("boolean", pa.bool_(), [(True, True), (False, False), (None, None)]),
    ("boolean", pa.int64(), [(1, WRONG)]),
    ("version", pa.string(), [("4.12", "4.12"), ("x", WRONG)]),
    ("version", pa.decimal128(4, 2), [(D("4.12"), WRONG)]),
    ("choice, values: [a, b]", pa.dictionary(pa.int8(), pa.string()), [("a", "a"), ("c", WRONG)]),
    (
        "choices, values: [a, b]",
        pa.list_(pa.string()),
        [(["b", "a", "b"], ["a", "b"]), ([], None), (None, None), (["a|b"], WRONG), (["c"], WRONG), ([""], WRONG),
         ([None], WRONG)],
    ),
    ("choices, values: [a, b]", pa.list_(pa.int64()), [([1], WRONG)]),
    ("date", pa.date32(), [(date(2024, 2, 29), date(2024, 2, 29)), (None, None)]),
    ("date", pa.date64(), [(date(2024, 2, 29), date(2024, 2, 29))]),
    ("date", pa.timestamp("us"), [(datetime(2024, 2, 29), date(2024, 2, 29)), (datetime(2024, 2, 29, 0, 1), WRONG)]),
    ("date", pa.timestamp("s"), [(datetime(1, 1, 1), date(1, 1, 1)), (datetime(9999, 12, 31, 23), WRONG)]),
    ("date", pa.timestamp("ns"), [(datetime(2024, 2, 29), date(2024, 2, 29)), (None, None)]),
    ("date", pa.timestamp("us", "UTC"), [(datetime(2024, 2, 29, tzinfo=UTC), WRONG)]),
    ("timestamp", pa.timestamp("us", "UTC"), [(NOON, NOON)]),
    ("timestamp", pa.timestamp("s"), [(VIENNA_NOON, datetime(2026, 1, 15, 11, tzinfo=UTC)), (None, None)]),
    ("timestamp", pa.timestamp("ms", "America/New_York"), [(NOON, NOON)]),
    ("timestamp", pa.date32(), [(date(2026, 1, 15), datetime(2026, 1, 14, 23, tzinfo=UTC))]),
    ("timestamp", pa.string(), [("2026-01-15", datetime(2026, 1, 14, 23, tzinfo=UTC)), ("x", WRONG)]),
    ("timestamp", pa.int64(), [(0, WRONG)]),
    ("integer", pa.null(), [(None, None)]),
    ("timestamp", pa.null(), [(None, None)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "carried", "values"), TYPED, ids=lambda part: str(part) if not isinstance(part, list) else ""
)
@pytest.mark.parametrize("way", [from_parquet, from_memory])
def test_a_typed_value_is_the_same_exactly_or_a_problem(
    way: Any, kind: str, carried: pa.DataType, values: list[tuple[Any, Any]]
) -> None:
    table = way(kind, pa.array([given for given, _ in values], carried))
    assert column(table, "c") == [None if becomes is WRONG else becomes for _, becomes in values]
    assert [told is not None for told in column(table, "_problems")] == [becomes is WRONG for _, becomes in values]


def test_nanoseconds_that_are_no_whole_microsecond_are_a_problem() -> None:
    table = from_memory("timestamp", pa.array([1_000, 1_001, None], pa.timestamp("ns", "UTC")))
    assert column(table, "c") == [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=1), None, None]
    assert [told is not None for told in column(table, "_problems")] == [False, True, False]


def test_seconds_beyond_the_calendar_are_a_problem() -> None:
    table = from_memory("timestamp", pa.array([2**62, -(2**62), 0], pa.timestamp("s", "UTC")))
    assert [told is not None for told in column(table, "_problems")] == [True, True, False]


def test_ids_that_are_whole_numbers_are_the_text_of_their_digits() -> None:
    file = BytesIO()
    parquet.write_table(pa.table({"contact_id": pa.array([7, None], pa.int64())}), file)
    table = read("kind: related\ncolumns: {}\n", file.getvalue(), "parquet")
    assert column(table, "contact_id") == ["7", None]
    table = read(
        "kind: related\ncolumns: {}\n", '{"contact_id": 7}\n{"contact_id": "007"}\n{"contact_id": 7.5}\n', "jsonl"
    )
    assert column(table, "contact_id") == ["7", "007", None]
    assert column(table, "_problems") == [None, None, ["contact_id: not a text"]]


def test_a_parquet_file_that_is_none_or_lacks_a_column_is_refused() -> None:
    with pytest.raises(DataError, match=r"s\.parquet: the file is no whole Parquet file\. Deliver it again\."):
        read(keys("text"), b"PAR1 and so on", "parquet", name="s.parquet")
    file = BytesIO()
    parquet.write_table(pa.table({"contact_id": ["c1"], "cc": ["x"]}), file)
    with pytest.raises(DataError, match=r'the column "c" is missing, found "cc" \(was it renamed\?\)'):
        read(keys("text"), file.getvalue(), "parquet")


# --- JSON Lines ----------------------------------------------------------------------------------------------------------

JSON: list[tuple[str, list[tuple[str, Any]]]] = [
    ("text", [('"a"', "a"), ('""', None), ("null", None), ("5", "5"), ("-12", "-12"), ("1" * 30, "1" * 30),
              ("5.0", WRONG), ("4.36641e11", WRONG), ("5e0", WRONG), ("true", WRONG), ('["a"]', WRONG), ("{}", WRONG)]),
    ("integer", [("5", 5), ("-0", 0), ('"5"', 5), ("5.0", WRONG), ("1e2", WRONG), ("3e0", WRONG), ("true", WRONG),
                 ("9223372036854775808", WRONG)]),
    (
        "'decimal(12,2)'",
        [("0.1", D("0.10")), ("1.23", D("1.23")), ("1.239", WRONG), ("0.30000000000000004", WRONG), ("5", D("5.00")),
         ("1.5e1", D("15.00")), ("1e-2", D("0.01")), ("1e-3", WRONG), ('"1e-2"', WRONG),
         ('"12.50"', D("12.50")), ("1e400", WRONG), ("1e999999999", WRONG)],
    ),
    ("float", [("0.1", 0.1), ("1e3", 1000.0), ("1e400", WRONG), ("1e-400", 0.0), ("false", WRONG)]),
    ("boolean", [("true", True), ("false", False), ('"true"', True), ("1", WRONG)]),
    ("choices, values: [a, b]", [('["b", "a"]', ["a", "b"]), ('"a|b"', ["a", "b"]), ("[]", None),
                                 ('["a|b"]', WRONG), ("[1]", WRONG)]),
    ("date", [('"2024-02-29"', date(2024, 2, 29)), ("20240229", WRONG)]),
    ("version", [('"4.10"', "4.10"), ("4.10", WRONG)]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values"), JSON, ids=lambda part: part if isinstance(part, str) else "")
def test_a_json_value_is_read_with_its_digits(kind: str, values: list[tuple[str, Any]]) -> None:
    lines = "".join(f'{{"contact_id": "c1", "c": {text}}}\n' for text, _ in values)
    table = read(keys(kind), lines, "jsonl")
    assert column(table, "c") == [None if becomes is WRONG else becomes for _, becomes in values]
    assert [told is not None for told in column(table, "_problems")] == [becomes is WRONG for _, becomes in values]


def test_a_key_absent_from_a_line_is_missing_and_blank_lines_are_no_rows() -> None:
    table = read(keys("integer"), '{"contact_id": "c1"}\n\n  \n{"c": 1, "x": {"y": [1]}}\n', "jsonl")
    assert list(zip(column(table, "contact_id"), column(table, "c"), strict=True)) == [("c1", None), (None, 1)]


def test_a_json_number_is_an_id_or_a_key_only_when_it_is_written_as_a_whole_number() -> None:
    """4.36641e11 is some spreadsheet's 436641012345: read as a number it would be another person's id."""
    lines = ["7", '"007"', "4.36641e11", "7.0", "7e0", "1E2", "-3", '"4.36641e11"']
    data = "".join(f'{{"contact_id": {one}, "id": {one}, "note": {one}}}\n' for one in lines)
    table = read("kind: related\nkey: id\ncolumns: {note: {type: text}}\n", data, "jsonl")
    ids = ["7", "007", None, None, None, None, "-3", "4.36641e11"]
    assert column(table, "contact_id") == column(table, "id") == column(table, "note") == ids
    wrong = ["contact_id: not a text", "note: not a text", "id: not a text"]
    assert column(table, "_problems") == [None if one else wrong for one in ids]


LINES = {
    "no JSON": (
        '{"contact_id": "c1", "c": 1}\n{"contact_id"\n',
        "line 2 is no JSON, expected one object on each line. Correct the line.",
    ),
    "a list": ("[1]\n", "line 1 is no object, expected names with values. Correct the line."),
    "a key twice": ('{"c": 1, "c": 2}\n', "line 1: found a key twice, expected each once. Correct the line."),
    "NaN": ('{"c": NaN}\n', "line 1: found NaN, which is no JSON. Correct the line."),
    "a mark behind the first": (
        '\ufeff{"c": 1}\n\ufeff{"c": 1}\n',
        "line 2 is no JSON, expected one object on each line. Correct the line.",
    ),
    "half a pair": (
        '{"contact_id": "\\ud800", "c": 1}\n', "found half a surrogate pair in a text. Write the file again as UTF-8."
    ),
    "too deep": ("[" * 100_000 + "\n", "line 1 is no JSON, expected one object on each line. Correct the line."),
    "nobody's rows": (
        '{"contact": "c1", "c": 1}\n',
        ('the column "contact_id" is missing, found "contact" (was it renamed?). '
        'Correct the file, or say in the catalog with "column" what the column is called there.'),
    ),
    "nothing that is asked for": (
        '{"name": 1}\n',
        ('found none of the columns "contact_id", "c" in its lines, expected a name for each. '
        'Is it the right file, with a header and commas between the columns? Else correct the catalog.'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_a_file_of_something_else_is_refused(case: str) -> None:
    data, message = LINES[case]
    with pytest.raises(DataError) as caught:
        read(keys("integer"), data.encode(), "jsonl", name="s.jsonl")
    assert str(caught.value) == f"s.jsonl: {message}"


@pytest.mark.parametrize(
    ("line", "told"), [('{"contact_id": "c1", "C": 1}', True), ('{"contact_id": "c1", "c": null}', False)]
)
def test_a_column_that_no_line_has_is_missing_in_all_of_them_and_told(line: str, told: bool) -> None:
    one, catalog = source(keys("integer"))
    notes = FileNotes()
    batches = list(read_batches(one, catalog, "s.jsonl", "jsonl", "UTC", BytesIO(f"{line}\n{line}\n".encode()), notes))
    assert [batch["c"].to_pylist() for batch in batches] == [[None, None]]
    assert notes.remarks == (
        ['no line has the column "c", so it is missing in all of them, found "C" (was it renamed?)'] if told else []
    )


def test_a_byte_order_mark_at_the_start_is_taken_off() -> None:
    line = '{"contact_id": "c1", "c": 1}\n'
    for lines in (1, 10_000):  # one by one, and many at once
        assert column(read(keys("integer"), "\ufeff" + line * lines, "jsonl"), "c") == [1] * lines
    assert read(keys("integer"), "\ufeff", "jsonl").num_rows == 0


def test_a_file_without_rows_has_no_rows() -> None:
    assert read(keys("integer"), b"\n", "jsonl").num_rows == 0
    assert read(keys("integer"), b"", "jsonl").num_rows == 0


def test_many_lines_come_in_batches_in_order() -> None:
    rows = 70_000
    lines = "".join(f'{{"contact_id": "c1", "c": {row}}}\n' for row in range(rows))
    assert column(read(keys("integer"), lines.encode(), "jsonl"), "c") == list(range(rows))
