"""Refusals propose the setting that would read all wrong cells, and never a value."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from jobs.catalog.model import Format
from jobs.catalog.types import TYPE_NAMES
from jobs.catalog.values import FileNotes, arrow_schema, csv_text, parse_batches, read_batches, settle
from jobs.catalog.values.proposals import settings
from jobs.errors import DataError
from tests.catalog.made import ZONE, source
from tests.product import try_specs

SHARED = Path(os.environ.get("MUSTER_SHARED", Path(__file__).parents[3] / "shared")) / "examples"
OFFICE = SHARED / "office"


def told(keys: str, data: str | bytes, form: Format = "csv") -> list[str]:
    """Everything that is wrong with the values of a file."""
    one, catalog = source(keys)
    notes = FileNotes()
    content = data.encode() if isinstance(data, str) else data
    batches = read_batches(one, catalog, "s.csv", form, ZONE, file=BytesIO(content), notes=notes)
    table = pa.Table.from_batches(batches, schema=arrow_schema(one, catalog))
    return list(settle(one, table, notes.trials).problems)


def column_of(kind: str, *texts: str, written: str = "{}") -> list[str]:
    rows = (f"c1\t{text}\n" for text in texts)
    read = r'read: {files: {path: "s{date}.csv", format: csv, csv: {delimiter: "\t"}}}'
    keys = f"kind: related\n{read}\ncolumns: {{c: {{type: {kind}, written: {written}}}}}\n"
    return told(keys, "contact_id\tc\n" + "".join(rows))


WHICH = ": whoever delivers it knows which is meant"
# type, texts of which some are wrong by the default form, and what is said behind the place of the first
PROPOSED: dict[str, tuple[str, list[str], str]] = {
    "days": ("date", ["24.11.2026", "01.02.2026"], '2 of 2 are read by `written: {date: "DD.MM.YYYY"}`'),
    "one day": ("date", ["24.11.2026"], '1 of 1 is read by `written: {date: "DD.MM.YYYY"}`'),
    "days without zeros": ("date", ["4.11.2026", "24.1.2026"], '2 of 2 are read by `written: {date: "D.M.YYYY"}`'),
    "days with midnight": (
        "date",
        ["24.11.2026 00:00:00"],
        '1 of 1 is read by `written: {date: "DD.MM.YYYY 00:00:00"}`',
    ),
    "months first": ("date", ["2/28/2024", "12/1/2025"], '2 of 2 are read by `written: {date: "M/D/YYYY"}`'),
    "who knows what comes first": (
        "date",
        ["02/03/2024", "12/11/2025"],
        '2 of 2 are read by `written: {date: "MM/DD/YYYY"}` and by `written: {date: "DD/MM/YYYY"}`' + WHICH,
    ),
    "words for missing": (
        "date",
        ["2026-11-24", "NULL", "-"],
        '2 of 2 are read by `written: {missing: ["-", "NULL"]}`',
    ),
    "days and words for missing": (
        "date",
        ["24.11.2026", "k.A."],
        '2 of 2 are read by `written: {date: "DD.MM.YYYY", missing: ["k.A."]}`',
    ),
    "blanks": ("integer", ["1", " 2"], "1 of 1 is read by `written: {trim: true}`"),
    "blanks and words": (
        "integer",
        ["1 ", " N/A"],
        '2 of 2 are read by `written: {missing: ["N/A"], trim: true}`',
    ),
    "instants": (
        "timestamp",
        ["24.11.2026 09:30:00", "01.02.2026 10:00:00"],
        '2 of 2 are read by `written: {timestamp: "DD.MM.YYYY HH:mm:ss"}`',
    ),
    "counts of seconds or of milliseconds": (
        "timestamp",
        ["1704448800"],
        "1 of 1 is read by `written: {timestamp: epoch_seconds}` and by `written: {timestamp: epoch_milliseconds}`"
        + WHICH,
    ),
    "counts of milliseconds": (
        "timestamp",
        ["1704448800123"],
        "1 of 1 is read by `written: {timestamp: epoch_milliseconds}`",
    ),
    "decimals": ("'decimal(12,2)'", ["12,5", "7"], '1 of 1 is read by `written: {decimal_mark: ","}`'),
    "decimals in groups": (
        "'decimal(12,2)'",
        ["12,5", "1.234,56"],
        '2 of 2 are read by `written: {decimal_mark: ",", group_mark: "."}`',
    ),
    "groups": ("'decimal(12,2)'", ["1,234.56", "1.50"], '1 of 1 is read by `written: {group_mark: ","}`'),
    "groups with no-break spaces": (
        "float",
        ["1\xa0234,5"],
        '1 of 1 is read by `written: {decimal_mark: ",", group_mark: "\xa0"}`',
    ),
    "a group or decimals": (
        "'decimal(12,3)'",
        ["1,234"],
        '1 of 1 is read by `written: {decimal_mark: ","}` and by `written: {group_mark: ","}`' + WHICH,
    ),
    "yes and no": ("boolean", ["Ja", "Nein", "Ja"], '3 of 3 are read by `written: {true: ["Ja"], false: ["Nein"]}`'),
    "one and zero": ("boolean", ["1", "0"], '2 of 2 are read by `written: {true: ["1"], false: ["0"]}`'),
    "a separator": ("choices, values: [a, b]", ["a;b", "a"], '1 of 1 is read by `written: {separator: ";"}`'),
    "choices in blanks": ("choice, values: [web]", ["web ", "web"], "1 of 1 is read by `written: {trim: true}`"),
}

NOT_PROPOSED: dict[str, tuple[str, list[str]]] = {
    "two forms": ("date", ["24.11.2026", "2/28/2024"]),
    "some right by the default and some by another": ("date", ["2026-11-24", "24.11.2026"]),
    "points before and behind": ("'decimal(12,2)'", ["1.50", "1,50"]),
    "no form that is tried": ("date", ["24 Nov 2026"]),
    "no number": ("integer", ["12", "twelve"]),
    "another word": ("boolean", ["Ja", "vielleicht"]),
    "decimals of whole numbers": ("integer", ["1.0"]),
    "another value": ("choice, values: [web]", ["store"]),
}


@pytest.mark.parametrize("case", PROPOSED)
def test_what_would_read_all_wrong_cells_is_proposed(case: str) -> None:
    kind, texts, setting = PROPOSED[case]
    (problem,) = [line for line in column_of(kind, *texts) if " with c: " in line]
    assert problem.partition("); ")[2] == setting


@pytest.mark.parametrize("case", NOT_PROPOSED)
def test_what_would_not_read_all_is_not_proposed(case: str) -> None:
    kind, texts = NOT_PROPOSED[case]
    (problem,) = column_of(kind, *texts)
    assert problem.endswith(")")
    assert "written" not in problem


def test_a_proposal_keeps_what_the_column_says_already() -> None:
    written = '{missing: ["?"], trim: true, date: DD.MM.YYYY}'
    (problem,) = column_of("date", "2026-11-24", "?", "- ", written=written)
    assert problem.endswith('; 2 of 2 are read by `written: {date: "YYYY-MM-DD", missing: ["?", "-"]}`')


def test_a_column_of_many_batches_is_read_by_what_reads_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "BLOCK", 64)
    monkeypatch.setattr("jobs.catalog.values.csv_files.BLOCK", 64)
    days = [f"{1 + number % 12:02}/{1 + number % 12:02}/2026" for number in range(50)]
    assert "and by" in column_of("date", *days)[0]
    assert column_of("date", *days, "02/28/2026")[0].endswith('; 51 of 51 are read by `written: {date: "MM/DD/YYYY"}`')
    assert column_of("date", "28/02/2026", *days, "02/28/2026")[0].endswith("(the first is row 1)")


def test_columns_of_json_and_parquet_are_proposed_for_as_far_as_they_are_texts() -> None:
    keys = 'kind: related\ncolumns: {c: {type: "decimal(12,2)"}}\n'
    lines = '{"contact_id": "c1", "c": "1,5"}\n{"contact_id": "c1", "c": 2.5}\n'
    assert told(keys, lines, "jsonl") == [
        's: 1 row with c: not a decimal(12,2) (the first is row 1); 1 of 1 is read by `written: {decimal_mark: ","}`'
    ]
    file = BytesIO()
    parquet.write_table(pa.table({"contact_id": ["c1"], "c": [True]}), file)
    assert told(keys, file.getvalue(), "parquet") == ["s: 1 row with c: not a decimal(12,2) (the first is row 1)"]


def test_texts_of_a_table_are_proposed_for_too() -> None:
    one, catalog = source("kind: related\ncolumns: {c: {type: date}}\n")
    batch = pa.RecordBatch.from_pydict({"contact_id": ["c1"], "c": ["24.11.2026"]})
    notes = FileNotes()
    table = pa.Table.from_batches(parse_batches(one, catalog, [batch], ZONE, "shop.people", notes))
    (problem,) = settle(one, table, notes.trials).problems
    assert problem.endswith('; 1 of 1 is read by `written: {date: "DD.MM.YYYY"}`')


def test_a_point_is_proposed_for_with_both_columns() -> None:
    keys = "kind: related\ncolumns: {p: {type: point, latitude: a, longitude: b}}\n"
    (problem,) = told(keys, 'contact_id,a,b\nc1,"48,2","16,37"\n')
    assert problem.endswith('; 1 of 1 is read by `written: {decimal_mark: ","}`')


def test_texts_that_may_not_be_meant_as_they_are_are_told_beside_what_is_wrong() -> None:
    keys = "kind: related\ncontact: id\ncolumns: {name: {type: text}, n: {type: integer}}\n"
    assert told(keys, "id,name,n\n7 ,k.A.,k.A.\nSumme,,12\n") == [
        (
            "s: 1 row with n: not a whole number of 64 bits (the first is row 1); "
            '1 of 1 is read by `written: {missing: ["k.A."]}`'
        ),
        "s: texts of id have blanks at an end, which `written: {trim: true}` takes off",
        's: texts of name hold what means missing elsewhere, which `written: {missing: ["k.A."]}` takes for it here, too',
        's: a row has a word for a sum as its id, which `written: {missing: ["Summe"]}` makes a row of nobody',
    ]
    assert told(keys, "id,name,n\n7 ,k.A.,1\nSumme,,12\n") == []


def test_no_setting_that_is_tried_is_there_twice() -> None:
    for kind in TYPE_NAMES:
        forms = [str(setting.written) for setting in settings(kind)]
        assert len(forms) == len({*forms})


# --- a file of an office program -----------------------------------------------------------------------------------------

BARE = """\
version: 1
source: customer
kind: contacts
contact: Kundennummer
{source}columns:
  email: {{type: text, fold: true, column: E-Mail}}
  city: {{type: text, column: Ort}}
  born: {{type: date, column: Geburtsdatum{born}}}
  since: {{type: date, column: Kunde seit{since}}}
  turnover: {{type: "decimal(12,2)", unit: EUR, column: Umsatz{turnover}}}
  opt_in: {{type: boolean, column: Newsletter{opt_in}}}
  interests: {{type: choices, values: [Wein, Käse, Brot], column: Interessen{interests}}}
"""
COLUMNS = ("born", "since", "turnover", "opt_in", "interests")
CSV = 'csv: {delimiter: ";", encoding: windows-1252}'
LINES = {
    "born": 'written: {date: "DD.MM.YYYY"}',
    "since": 'written: {date: "M/D/YYYY"}',
    "turnover": 'written: {decimal_mark: ",", group_mark: ".", missing: ["k.A."]}',
    "opt_in": 'written: {true: ["Ja"], false: ["Nein"], missing: ["k.A."]}',
    "interests": 'written: {separator: ","}',
}
OF_ALL = ("written: {trim: true}", 'written: {missing: ["k.A."]}')


def office_specs() -> list[Path]:
    return sorted((OFFICE / "specs").glob("*.json"))


@pytest.mark.skipif(not OFFICE.is_dir(), reason="the shared examples are not beside the checkout: set MUSTER_SHARED")
def test_the_first_refusal_says_every_line_that_the_catalog_needs(tmp_path: Path) -> None:
    run = json.loads((OFFICE / "run.json").read_text("utf-8"))
    expected = json.loads((OFFICE / "expected.json").read_text("utf-8"))

    def answers(**lines: str) -> dict[str, list[str]]:
        written = {name: f", {lines[name]}" if name in lines else "" for name in COLUMNS}
        text = BARE.format(source=lines.get("source", ""), **written)
        (tmp_path / "customer.yaml").write_text(text, encoding="utf-8")
        return try_specs(office_specs(), tmp_path, OFFICE / "data", run["as_of"], run["time_zone"])

    with pytest.raises(DataError) as caught:
        answers()
    message = str(caught.value)
    for line in (CSV, *LINES.values(), *OF_ALL):
        assert f"`{line}`" in message or line == CSV
        assert line in message
    for value in ("00017", "ann@", "example.com", "Köln", "1980", "1.234", "Wein", "Linz"):
        assert value not in message
    read = f'read: {{files: {{path: "customer_{{date}}.csv", format: csv, {CSV}}}}}\n'
    whole = f'{read}written: {{trim: true, missing: ["k.A."]}}\n'
    assert answers(source=whole, **LINES) == {path.stem: expected[path.stem] for path in office_specs()}
