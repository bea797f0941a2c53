"""`describe`: what it drafts is read by `try` and `ingest`, names no value of a contact, and says what a person decides."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from pyarrow import parquet

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.time_patterns import TimePattern
from jobs.catalog.types import TypeName
from jobs.catalog.values import arrow_schema, read_batches, settle
from jobs.catalog.values.proposals import settings
from tests.catalog import test_csv_forms, test_odd_files
from tests.cli.shop import Shop, run
from tests.steps.test_ingest_office_file import FILE

CONTACTS = "version: 1\nsource: people\nkind: contacts\nread: {files: {path: people.csv, format: csv}}\ncolumns: {}\n"
EVERYBODY = {"everyone": True}


@pytest.fixture
def empty(shop: Shop) -> Shop:
    """A shop without a catalog."""
    for file in (shop.folder / "catalog").iterdir():
        file.unlink()
    return shop


def land(shop: Shop, path: str, data: bytes) -> str:
    file = shop.folder / "landing" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return f"landing/{path}"


def draft(shop: Shop, thing: str, name: str = "") -> str:
    named = ["--source", name] if name else []
    ended = run("describe", thing, *named)
    assert (ended.code, ended.err) == (0, ""), ended.err
    return ended.out


def reads(shop: Shop, thing: str, name: str, data: str, drafted: str = "") -> list[str]:
    """The draft is written as it is; the very file is read by `try` without an error. The contacts' ids that it names."""
    if drafted:
        shop.write(f"catalog/{name}.yaml", drafted)
    else:
        out = run("describe", thing, "--source", name, "--out", f"catalog/{name}.yaml")
        assert out.code == 0, out.err
    contacts = "\nkind: contacts" in (shop.folder / f"catalog/{name}.yaml").read_text(encoding="utf-8")
    if not contacts:
        shop.write("catalog/people.yaml", CONTACTS)
    catalog = read_catalog(shop.folder / "catalog")
    source = catalog.sources[name]
    ending = data.partition(".")[2]
    path = shop.folder / f"data/{name}.{ending}"
    path.parent.mkdir(exist_ok=True)
    for old in path.parent.iterdir():
        old.unlink()
    path.write_bytes((shop.folder / thing).read_bytes())
    form = "csv" if "csv" in ending else "jsonl" if "jsonl" in ending else "parquet"
    table = pa.Table.from_batches(read_batches(source, catalog, path, form, "UTC"), arrow_schema(source, catalog))
    assert settle(source, table).problems == ()
    ids = [id_ for id_ in table["contact_id"].to_pylist() if id_] if source.contact else []
    if not contacts:
        rows = io.StringIO()
        csv.writer(rows).writerows([["contact_id"], *([id_] for id_ in sorted({*ids, "somebody"}))])
        shop.write("data/people.csv", rows.getvalue())
    tried = run("try", shop.spec("everybody", EVERYBODY), "--data", "data", "--as-of", "2026-11-24T00:00")
    assert tried.code == 0, tried.err
    for file in (shop.folder / "catalog").iterdir():
        file.unlink()
    return sorted({*ids})


ODD = {
    **{f"odd: {case}": data for case, (data, rows) in test_odd_files.READ.items() if not rows or rows[0][0]},
    **{f"cut: {case}": data for case, (_, data, _) in test_csv_forms.READ.items()},
    **{case: test_odd_files.REFUSED[case][0] for case in ("semicolons", "UTF-16", "Latin-1", "a column twice")},
    "office": FILE,
}
"""Files that name somebody: others are refused by whoever reads rows."""


@pytest.mark.parametrize("case", ODD)
def test_what_is_drafted_of_an_odd_file_is_read_by_try(empty: Shop, case: str) -> None:
    data = ODD[case]
    ending = "csv.gz" if data.startswith(b"\x1f\x8b") else "csv"
    reads(empty, land(empty, f"odd_2026-11-23.{ending}", data), "odd", f"odd.{ending}")


MOMENTS = [datetime(2026, 2, 13, 9, 5, 30), datetime(2026, 11, 24, 0, 0, 0), datetime(1999, 12, 31, 23, 59, 59)]
"""A day above 12, so that months are known."""


def written_time(pattern: TimePattern, moment: datetime) -> str:
    """The moment by a pattern, each part put where it stands."""
    parts = {"YYYY": moment.year, "MM": moment.month, "DD": moment.day, "HH": moment.hour, "mm": moment.minute,
             "ss": moment.second}  # fmt: skip
    text = pattern.text
    for part, value in parts.items():
        text = text.replace(part, f"{value:04}" if part == "YYYY" else f"{value:02}")
    for part, value in {"M": moment.month, "D": moment.day, "H": moment.hour}.items():
        text = text.replace(part, str(value))
    return text


def forms(kind: TypeName) -> Iterator[tuple[str, list[str]]]:
    """Of each setting that is tried what `written` says, "" for the default form, and texts of a column written so."""
    for setting in settings(kind):
        written = setting.written
        pattern = written.date or written.timestamp
        if written.trim:
            continue
        if isinstance(pattern, TimePattern):
            told = "" if str(pattern) in USUAL[kind] else str(pattern)
            yield told, [written_time(pattern, moment) for moment in MOMENTS]
        elif kind == "decimal" and setting.family:
            mark, group = written.decimal_mark or ".", written.group_mark
            whole = f"1{group}234{group}567{mark}89" if group else f"7{mark}1"
            yield "" if (mark, group) == (".", "") else group or mark, [f"1{group}234{mark}56", f"-12{mark}5", whole]
        elif kind == "boolean" and written.true and "-" not in written.false:
            yes, no = written.true[0], written.false[0]
            yield "" if yes == "true" else yes, [yes, no, yes]


USUAL = {"date": ("YYYY-MM-DD",), "timestamp": ("YYYY-MM-DD", "YYYY-MM-DD HH:mm", "YYYY-MM-DD HH:mm:ss")}
"""Patterns of the default form."""
KINDS: dict[TypeName, tuple[str, ...]] = {
    "date": ("date",), "timestamp": ("date", "timestamp"), "decimal": ("decimal",), "boolean": ("boolean",),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_of_writing_is_found_and_read(empty: Shop, kind: TypeName) -> None:
    """Each form is a column of its own, with a word for nothing known and an empty field."""
    columns = {f"{kind}_{number}": form for number, form in enumerate(forms(kind))}
    assert len(columns) > 10
    rows = zip(*([*texts, "k.A.", ""] for _, texts in columns.values()), strict=True)
    text = io.StringIO()
    lines = [["contact_id", *columns], *([f"c{number}", *row] for number, row in enumerate(rows))]
    csv.writer(text, delimiter="|").writerows(lines)
    path = land(empty, "odd.csv", text.getvalue().encode())
    facts = json.loads(run("describe", path, "--json").out)
    drafted = {column["name"]: column for column in facts["columns"]}
    for name, (told, _) in columns.items():
        assert drafted[name]["type"].startswith(KINDS[kind]), (name, told)
        assert told in (drafted[name]["written"] or "") if told else drafted[name]["written"] is None, (name, told)
    reads(empty, path, "odd", "odd.csv", facts["yaml"])


ROWS = [
    {"contact_id": "00017", "plz": "04109", "amount": Decimal("12.50"), "at": "2026-11-24T10:00", "n": 7, "ok": True},
    {
        "contact_id": "00018",
        "plz": "80331",
        "amount": Decimal("7.05"),
        "at": "2026-11-24T10:01:30Z",
        "n": -3,
        "ok": False,
    },
    {"contact_id": "00017", "plz": None, "amount": None, "at": "2026-11-25", "n": None, "ok": None},
]


def test_json_lines_parquet_and_delta_are_described_alike(empty: Shop) -> None:
    texts = [{**row, "amount": None if row["amount"] is None else float(row["amount"])} for row in ROWS]
    lines = "".join(json.dumps({key: value for key, value in row.items() if value is not None}) + "\n" for row in texts)
    table = pa.table({name: [row[name] for row in ROWS] for name in ROWS[0]})
    parquet.write_table(table, empty.folder / "rows.parquet")
    write_deltalake(str(empty.folder / "landing/rows"), table)
    things = {
        "jsonl": land(empty, "rows.jsonl", lines.encode()),
        "parquet": land(empty, "rows_20261124.parquet", (empty.folder / "rows.parquet").read_bytes()),
        "delta": "landing/rows",
    }
    for name, thing in things.items():
        facts = json.loads(run("describe", thing, "--json", "--source", "visit").out)
        assert (facts["kind"], facts["contact"], facts["time"], facts["rows"]) == ("events", "contact_id", "at", 3), (
            name
        )
        types = {column["name"]: column["type"] for column in facts["columns"]}
        assert types == {
            "plz": "text", "amount": "decimal(12,2)", "at": "timestamp", "n": "integer", "ok": "boolean",
        }, name  # fmt: skip
    assert 'delta: {path: "rows", version: latest}' in draft(empty, "landing/rows")
    assert 'path: "rows_{date}.parquet"' in draft(empty, things["parquet"])
    assert reads(empty, things["jsonl"], "visit", "visit.jsonl") == ["00017", "00018"]
    assert reads(empty, things["parquet"], "visit", "visit.parquet") == ["00017", "00018"]


def test_a_night_takes_in_what_was_drafted(empty: Shop) -> None:
    """Files in other forms, a Delta table and a folder of Parquet, each by its draft as it is."""
    land(empty, "people.csv", b"contact_id\nada\nbob\n")
    empty.write("catalog/people.yaml", CONTACTS)
    table = pa.table(
        {"contact_id": ["ada", "bob", "ada"], "day": ["2026-11-20", "2026-11-21", "2026-11-22"], "n": [1, 2, 3]}
    )
    write_deltalake(str(empty.folder / "landing/answers"), table)
    (empty.folder / "landing/visits/2026-11-23").mkdir(parents=True)
    for number in (1, 2):
        parquet.write_table(table, empty.folder / f"landing/visits/2026-11-23/part-{number}.parquet")
    things = {
        "profile": land(empty, "profile/2026-11-23.csv", FILE),
        "answers": "landing/answers",
        "visits": "landing/visits/2026-11-23",
        "odd": land(empty, "odd.csv", "contact_id\tday\nada\t20.11.2026\nada\t21.11.2026\n".encode("utf-16")),
    }
    for name, thing in things.items():
        drafted = run("describe", thing, "--out", f"catalog/{name}.yaml")
        assert drafted.code == 0, drafted.err
    ended = run("ingest", "--as-of", "2026-11-24T00:00", "--ahead", "--json")
    assert ended.code == 0, ended.out
    counts = {row["source"]: row["rows"] for row in json.loads(run("deliveries", "--json").out)}
    assert counts == {"people": 2, "profile": 3, "answers": 3, "visits": 6, "odd": 2}


def test_no_value_of_a_contact_is_written(empty: Shop) -> None:
    """Names, addresses, numbers and rare words stay in the file, however few of them there are."""
    people = [("Ada Lovelace", "ada@x.example", "Am Hof 1", "0664 123"), ("Bo Li", "bo@x.example", "Weg 2", "0664 456")]
    rows = [["customer_id", "name", "e-mail", "address", "phone", "tier", "colour", "code"]]
    for row in range(400):
        colour = "mauve" if row == 399 else "red"
        rows.append([str(row), *people[row % 2], "gold" if row % 3 else "basic", colour, f"K{row % 3}"])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    told = draft(empty, land(empty, "people.csv", text.getvalue().encode()))
    assert "tier: {type: choice, values: [basic, gold]}" in told
    assert "colour: {type: text}  # decide: 2 different texts: a choice? values: […]" in told
    for value in ("Ada", "Lovelace", "x.example", "Am Hof", "0664", "mauve", "red]", "K1"):
        assert value not in told


@pytest.mark.parametrize("header", ["c1,Ann,1", "a@b.example,Ann,x", "2026-11-24,Ann,x"])
def test_a_first_line_that_is_a_row_is_refused_and_not_repeated(empty: Shop, header: str) -> None:
    ended = run("describe", land(empty, "odd.csv", f"{header}\nc2,Bob,2\n".encode()))
    assert ended.code == 20
    assert (
        "expected a header: it may be a row. Have the file written with a first line that names the columns."
        in ended.err
    )
    assert "Ann" not in ended.err


def test_a_first_line_whose_words_come_again_is_refused(empty: Shop) -> None:
    ended = run("describe", land(empty, "odd.csv", b"Ann,Vienna\nBob,Vienna\n"))
    assert (ended.code, ended.out) == (20, "")
    assert "a word of the first line stands in its column again" in ended.err


def test_a_box_that_was_ticked_is_no_row(empty: Shop) -> None:
    """Surveys export a column for each answer, with its own name where it was given."""
    told = draft(empty, land(empty, "survey.csv", b"customer_id,Wine,Cheese\nc1,Wine,\nc2,,Cheese\n"))
    assert "wine: {type: text, column: Wine}  # 50 % missing" in told


def test_a_double_written_out_is_no_decimal_of_sixteen_places(empty: Shop) -> None:
    told = draft(empty, land(empty, "odd.csv", b"customer_id,paid\nc1,1.39\nc2,0.8300000000000001\n"))
    assert "paid: {type: float}  # decide: measured numbers, of which there are no sums" in told


@pytest.mark.parametrize("thing", ["landing/nowhere.csv", "landing/nowhere.parquet", "landing/nowhere"])
def test_what_is_not_there_is_told(empty: Shop, thing: str) -> None:
    ended = run("describe", thing)
    assert ended.code == 20
    assert ended.err.startswith(f"{thing}: the file cannot be read (No such file or directory). Check that it is there")


def test_a_spreadsheet_is_told_from_text(empty: Shop) -> None:
    ended = run("describe", land(empty, "kunden.csv", b"PK\x03\x04 and more"))
    assert ended.code == 20
    assert ended.err == (
        "landing/kunden.csv: found an office program's own file or an archive, expected text. "
        "Save it there as CSV (UTF-8).\n"
    )


def test_a_file_that_is_there_is_left_as_it_is(empty: Shop) -> None:
    path = land(empty, "odd.csv", b"contact_id,n\nc1,1\n")
    empty.write("catalog/odd.yaml", "mine")
    ended = run("describe", path, "--out", "catalog/odd.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "--out: catalog/odd.yaml is there already; it is left as it is. Name another file.\n"
    assert (empty.folder / "catalog/odd.yaml").read_text() == "mine"


def test_types_hold_for_every_row_and_a_look_at_the_first_ones_says_so(empty: Shop) -> None:
    rows = "".join(f"c{row},{row}\n" for row in range(70_000))
    path = land(empty, "odd.csv", f"contact_id,n\n{rows}c,many\n".encode())
    assert "by all 70,001 rows" in draft(empty, path)
    assert "n: {type: text}" in draft(empty, path)
    first = run("describe", path, "--first", "1000").out
    assert "by the first 1,000 rows" in first
    assert "n: {type: integer}" in first


def test_what_is_missing_is_counted_with_the_words_for_it(empty: Shop) -> None:
    rows = "".join(f"c{row};{'k.A.' if row % 4 == 0 else '24.12.1990'};x\n" for row in range(40))
    told = draft(empty, land(empty, "people.csv", f"customer_id;born;note\n{rows}".encode()))
    assert "  born: {type: date}  # 25 % missing\n" in told
    assert 'written: {date: "DD.MM.YYYY", missing: ["k.A."]}' in told


def test_days_that_could_be_two_are_told(empty: Shop) -> None:
    told = draft(empty, land(empty, "odd.csv", b"contact_id,born\nc1,02/03/2024\nc2,04/05/2024\n"))
    assert 'written: {date: "MM/DD/YYYY"}' in told
    assert (
        '# decide: read as written: {date: "MM/DD/YYYY"} here; `written: {date: "DD/MM/YYYY"}` reads it as other'
        in told
    )


def test_coordinates_become_a_point_and_a_lookup_is_one(empty: Shop) -> None:
    path = land(empty, "store.csv", b"store_id,lat,lon,city\ns1,48.2,16.37,Wien\ns2,47.1,15.4,Graz\n")
    told = draft(empty, path)
    assert "kind: lookup" in told
    assert "key: store_id" in told
    assert "place: {type: point, latitude: lat, longitude: lon}" in told
    reads(empty, path, "store", "store.csv")


def test_columns_that_tell_rows_apart_together_are_told(empty: Shop) -> None:
    rows = "".join(f"c{row % 3},{row // 2},{row % 2},2026-11-{20 + row % 5}\n" for row in range(40))
    told = draft(
        empty, land(empty, "order_2026-11-24.csv", f"customer_id,order_id,line_no,ordered_at\n{rows}".encode())
    )
    assert "kind: events" in told
    assert "# key: [order_id, line_no]  # decide" in told
