"""Two nights over every form that files have, and a Delta table: on the second each source has one thing wrong with it.

Each is refused by name with the next step, its segment keeps what was published, and no other source is touched by it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from pyarrow import parquet

from jobs.answers.delivered import read_delivered
from jobs.lake.segment_runs import read_segment_runs
from jobs.steps import run
from tests.steps.night import CONTACTS, settings_of, write_catalog

FORMS = ("csv", "jsonl", "parquet", "delta")
PEOPLE = [f"c{number:02}" for number in range(20)]
Rows = list[dict[str, Any]]
GATES = '{rows_at_least: 1, change_at_most: "50%", unknown_contacts_at_most: "10%", age_at_most: 36h}'
SOURCE = """
version: 1
source: {name}
kind: events
time: at
key: number
delivery: full
read: {{{read}}}
columns:
  number: {{type: text}}
  amount: {{type: "decimal(12,2)"}}
  day: {{type: date}}
gates: {gates}
"""


def order(number: int, **other: Any) -> dict[str, Any]:
    contact = PEOPLE[number % len(PEOPLE)]
    return {
        "contact_id": contact,
        "at": "2026-11-20T10:00",
        "number": str(number),
        "amount": "1.50",
        "day": "2026-11-01",
        **other,
    }


GOOD: Rows = [order(number) for number in range(100)]


def without(name: str) -> Rows:
    return [{key: value for key, value in row.items() if key != name} for row in GOOD]


def renamed(name: str, new: str) -> Rows:
    return [{new if key == name else key: value for key, value in row.items()} for row in GOOD]


CASES: Mapping[str, tuple[Callable[[], Rows | None], Sequence[str]]] = {
    # what: the second day's rows (None: nothing comes), and what is said of them
    "empty": (list, ("found 0 rows, expected at least 1 (rows_at_least)", "Deliver it again, corrected")),
    "half_loaded": (
        lambda: GOOD[:40],
        ("found 40 rows after 100", "(change_at_most 50%)", "Deliver it again, corrected"),
    ),
    "stale": (
        lambda: None,
        ("its newest delivery, 2026-11-22, is 48 hours old; age_at_most allows 36 hours", "anew, or change age_at_most in"),
    ),
    "dropped": (lambda: without("day"), ('the column "day" is missing', "Correct the file, or say in the catalog")),
    "renamed": (
        lambda: renamed("amount", "ammount"),
        ('the column "amount" is missing, found "ammount" (was it renamed?)', "Correct the file, or say in the catalog"),
    ),
    "retyped": (
        lambda: [order(number, amount="much") for number in range(100)],
        ("100 rows with amount: not a decimal(12,2)", "Deliver it again, corrected"),
    ),
    "twice": (
        lambda: [*GOOD, order(7, amount="2.50")],
        ("found 1 row too many, expected one row for each key (number)", "Deliver it again, corrected"),
    ),
    "nobodys": (
        lambda: [order(number, contact_id=None) for number in range(100)],
        ("found 100 rows and none that names a contact (100 without an id)", "say missing_contact_at_most"),
    ),
    "unknown": (
        lambda: [order(number, contact_id="who" if number < 11 else "c01") for number in range(100)],
        ("found 11 rows of contacts the contacts source lacks among 100", "unknown_contacts_at_most 10%"),
    ),
    "timeless": (
        lambda: [order(number, at=None if number == 3 else "2026-11-20T10:00") for number in range(100)],
        ("1 row with at: missing", "Deliver it again, corrected"),
    ),
    "beyond": (
        lambda: [order(n, at="9999-12-31T23:59:59-12:00" if n == 3 else "0001-01-02T00:00Z") for n in range(100)],
        ("1 row with at: outside the years 0001 to 9999 of UTC", "Deliver it again, corrected"),
    ),
}  # fmt: skip
OTHERWISE = {
    # In these forms something else is said of the same.
    ("jsonl", "empty"): ("its newest delivery, 2026-11-22, is 48 hours old",),  # an empty file has not arrived
    ("jsonl", "dropped"): (),  # missing in all rows, with a warning (rulings: a key that no line has)
    ("jsonl", "renamed"): (),
    ("delta", "dropped"): ("the table's columns are others than at version 0: day is gone", "--replace"),
    ("delta", "renamed"): ("the table's columns are others than at version 0: amount is gone, ammount is new", "--replace"),
    ("delta", "stale"): (),  # a table that stays as it is has its newest version
}  # fmt: skip


def write(root: Path, form: str, name: str, day: str, rows: Rows) -> None:
    """The rows as they would be delivered on a day: texts throughout, columns by their names."""
    folder = root / "landing" / name
    folder.mkdir(parents=True, exist_ok=True)
    names = list(rows[0] if rows else GOOD[0])
    table = pa.table({column: pa.array([row[column] for row in rows], pa.string()) for column in names})
    match form:
        case "csv":
            lines = [",".join(names), *(",".join(row[column] or "" for column in names) for row in rows)]
            (folder / f"{day}.csv").write_text("".join(f"{line}\n" for line in lines))
        case "jsonl":
            (folder / f"{day}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        case "parquet":
            (folder / day).mkdir()
            parquet.write_table(table.slice(0, 30), folder / day / "part-0.parquet")
            parquet.write_table(table.slice(30), folder / day / "part-1.parquet")
        case _:
            write_deltalake(str(folder), table, mode="overwrite", schema_mode="overwrite")


def origin(form: str, name: str) -> str:
    if form == "delta":
        return f"delta: {{path: {name}}}"
    path = f"{name}/{{date}}/part-*.parquet" if form == "parquet" else f"{name}/{{date}}.{form}"
    return f'files: {{path: "{path}", format: {form}}}'


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    """Of both nights, by segment, which is called as its source: the count, or why there is none."""
    root = tmp_path_factory.mktemp("bad")
    texts = {"contacts": CONTACTS}
    for form in FORMS:
        for case in (*CASES, "good"):
            name = f"{form}_{case}"
            texts[name] = SOURCE.format(name=name, read=origin(form, name), gates=GATES)
            write(root, form, name, "2026-11-22", GOOD)
            spec = {"version": 1, "id": name, "name": name, "where": {"event": name}}
            (root / "specs/all").mkdir(parents=True, exist_ok=True)
            (root / f"specs/all/{name}.json").write_text(json.dumps(spec))
    write_catalog(root, texts)
    people = "".join(f"{one},AT,\n" for one in PEOPLE)
    (root / "landing/contacts").mkdir()
    (root / "landing/contacts/2026-11-22.csv").write_text(f"contact_id,country,born_on\n{people}")
    settings = settings_of(root)
    first = run.run(settings, "2026-11-23T00:00")
    for form in FORMS:
        for case, (rows_of, _) in CASES.items():
            rows = rows_of()
            if rows is not None:
                write(root, form, f"{form}_{case}", "2026-11-23", rows)
        write(root, form, f"{form}_good", "2026-11-23", [*GOOD, order(100)])
    second = run.run(settings, "2026-11-24T00:00")
    assert second.exit_code == 21
    return told(settings.lake, first.details["run_no"]), told(settings.lake, second.details["run_no"])


def told(lake: str, run_no: Any) -> dict[str, str]:
    rows = read_segment_runs(lake, run_no)
    return {row.segment: str(row.members) if row.status == "published" else row.reason or "" for row in rows}


@pytest.mark.parametrize("form", FORMS)
def test_a_first_night_takes_every_form(nights: tuple[dict[str, str], dict[str, str]], form: str) -> None:
    assert {name: count for name, count in nights[0].items() if name.startswith(form)} == {
        f"{form}_{case}": "20" for case in (*CASES, "good")
    }


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_wrong_is_named_with_the_next_step(
    nights: tuple[dict[str, str], dict[str, str]], form: str, case: str
) -> None:
    reason = nights[1][f"{form}_{case}"]
    words = OTHERWISE.get((form, case), CASES[case][1])
    if not words:
        assert reason == "20"
    else:
        assert reason.startswith(f"source {form}_{case} failed: ")
        for word in words:
            assert word in reason
    for value in ("much", "who", "9999-12-31"):
        assert value not in reason


@pytest.mark.parametrize("form", FORMS)
def test_what_does_not_depend_on_it_is_published(nights: tuple[dict[str, str], dict[str, str]], form: str) -> None:
    assert nights[1][f"{form}_good"] == "20"


def test_days_of_long_ago_and_far_ahead_are_days_and_events_to_come_do_not_exist_yet(tmp_path: Path) -> None:
    """Years 0001 and 9999 are days like others; what happens at as_of or later is not there for the run."""
    rows = [
        order(0, at="2026-11-24T00:00", day="0001-01-01"),
        order(1, at="2026-11-23T23:59:59", day="9999-12-31"),
        order(2, at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC).isoformat(), day="2026-11-01"),  # 00:30 in Vienna
    ]
    texts = {"contacts": CONTACTS, "order": SOURCE.format(name="order", read=origin("csv", "order"), gates="{}")}
    write_catalog(tmp_path, texts)
    write(tmp_path, "csv", "order", "2026-11-23", rows)
    people = "".join(f"{one},AT,\n" for one in PEOPLE)
    (tmp_path / "landing/contacts").mkdir()
    (tmp_path / "landing/contacts/2026-11-22.csv").write_text(f"contact_id,country,born_on\n{people}")
    (tmp_path / "specs/all").mkdir(parents=True)
    far = {"event": "order", "where": {"attribute": "day", "more_than_ahead": "50y"}}
    for id_, where in {"any": {"event": "order"}, "far": far}.items():
        spec = {"version": 1, "id": id_, "name": id_, "where": where}
        (tmp_path / f"specs/all/{id_}.json").write_text(json.dumps(spec))
    outcome = run.run(settings_of(tmp_path), "2026-11-24T00:00")
    assert told(str(tmp_path / "lake"), outcome.details["run_no"]) == {"any": "1", "far": "1"}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_late_day_is_added_and_one_that_comes_again_counts_once(form: str, tmp_path: Path) -> None:
    """Days stand in the names of files, or of folders of Parquet; they count in the order of the days."""
    source = SOURCE.replace("key: number\n", "").replace("delivery: full\n", "")
    texts = {"contacts": CONTACTS, "order": source.format(name="order", read=origin(form, "order"), gates="{}")}
    write_catalog(tmp_path, texts)
    people = "".join(f"{one},AT,\n" for one in PEOPLE)
    (tmp_path / "landing/contacts").mkdir(parents=True)
    (tmp_path / "landing/contacts/2026-11-22.csv").write_text(f"contact_id,country,born_on\n{people}")
    (tmp_path / "specs/all").mkdir(parents=True)
    spec = {"version": 1, "id": "three", "name": "three", "where": {"event": "order", "count": {"at_least": 3}}}
    (tmp_path / "specs/all/three.json").write_text(json.dumps({**spec, "expect": {"at_least": 0}}))
    settings = settings_of(tmp_path)

    def night(as_of: str) -> tuple[str, dict[str, int]]:
        outcome = run.run(settings, as_of)
        assert outcome.exit_code == 0, outcome.summary
        counting = {row.label: row.rows or 0 for row in read_delivered(settings, "order") if row.state == "counts"}
        return told(settings.lake, outcome.details["run_no"])["three"], counting

    write(tmp_path, form, "order", "2026-11-22", GOOD[:40])
    assert night("2026-11-23T00:00") == ("0", {"2026-11-22": 40})
    write(tmp_path, form, "order", "2026-11-20", GOOD[40:60])  # two days late
    days = tmp_path / "landing/order"
    if form == "parquet":
        (days / "2026-11-22").rename(days / "old")
        write(tmp_path, form, "order", "2026-11-22", GOOD[:40])  # the same again
    else:
        write(tmp_path, form, "order", "2026-11-22", GOOD[:40])
    assert night("2026-11-24T00:00") == ("20", {"2026-11-20": 20, "2026-11-22": 40})
