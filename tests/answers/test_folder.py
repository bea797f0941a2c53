"""The rows of a folder: what is read, what stops it, and that two buckets are evaluated like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.answers import folder
from jobs.answers.folder import evaluate_folder, known_lists, read_folder
from jobs.catalog.model import Catalog
from jobs.errors import DataError
from jobs.language.atoms import Compare, Everyone, Formula, InList, Keep, Meaning
from jobs.plan.clock import make_clock
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Plan
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions
from tests.kernel.world import (
    INTEGER,
    MONEY,
    aggregate,
    at_least,
    attribute,
    catalog_of,
    column,
    contacts,
    events,
    meaning,
)

CATALOG = catalog_of(contacts(points=INTEGER), events(amount=MONEY))
POINTS = attribute("points", INTEGER)
SPENT = Compare(aggregate("sum", column("amount", MONEY)), at_least(10))


def plan(*meanings: Meaning, catalog: Catalog = CATALOG) -> Plan:
    return make_plan(meanings, catalog, make_clock(read_moment("2026-11-24T00:00"), zone_transitions("Europe/Vienna")))


def write(place: Path, **files: str) -> Path:
    for name, text in files.items():
        path = place / (name.replace("__", "/") + ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return place


def answer(place: Path, where: Formula, **more: object) -> list[str]:
    made = plan(meaning(where, **more))  # pyright: ignore[reportArgumentType]
    return evaluate_folder(made, read_folder(made, place, "Europe/Vienna"))["s"]


def test_members_are_ids_in_code_point_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        contacts="contact_id,points\nb,1\na,2\nB,3\n",
        order="contact_id,at,amount\nb,2026-11-01,11\nx,2026-11-01,99\n",
    )
    assert answer(tmp_path, Everyone()) == ["B", "a", "b"]
    assert answer(tmp_path, SPENT) == ["b"]


def test_a_missing_file_is_a_source_without_rows_but_contacts_must_be_there(tmp_path: Path) -> None:
    write(tmp_path, contacts="contact_id,points\na,1\n")
    assert answer(tmp_path, SPENT) == []
    (tmp_path / "contacts.csv").unlink()
    with pytest.raises(DataError) as caught:
        answer(tmp_path, SPENT)
    assert caught.value.problems[0].message == (
        "found no file of the contacts source, expected one of contacts.csv, contacts.jsonl, contacts.parquet"
    )


def test_everything_wrong_is_said_at_once_without_anybodys_value(tmp_path: Path) -> None:
    write(
        tmp_path,
        contacts="contact_id,points\nsecret-id,many\nsecret-id,1\n",
        order="contact_id,at,amount\na,2026-11-01,1.234\n",
        lists__vip="id\nsecret-id\n",
    )
    made = plan(meaning(SPENT), meaning(InList("vip"), "t"), meaning(Compare(POINTS, at_least(1)), "u"))
    with pytest.raises(DataError) as caught:
        read_folder(made, tmp_path, "Europe/Vienna")
    files = [Path(problem.file).name for problem in caught.value.problems]
    assert files == ["contacts.csv", "contacts.csv", "order.csv", "vip.csv"]
    assert "secret-id" not in str(caught.value)
    assert "1.234" not in str(caught.value)


def test_two_files_of_one_source_are_refused(tmp_path: Path) -> None:
    write(tmp_path, contacts="contact_id,points\na,1\n")
    (tmp_path / "contacts.jsonl").write_text('{"contact_id": "a", "points": 1}\n')
    with pytest.raises(DataError, match=r"found contacts.csv and contacts.jsonl, expected one file"):
        answer(tmp_path, Everyone())


def test_a_bad_source_stops_even_where_nothing_reaches_it(tmp_path: Path) -> None:
    write(tmp_path, contacts="contact_id,points\na,1\n", order="not a csv of orders\n")
    with pytest.raises(DataError, match=r"order\.csv: found none of the columns"):
        answer(tmp_path, Everyone())


def test_lists_by_date(tmp_path: Path) -> None:
    texts = {"vip": "a\n", "vip@2026-11-24": "b\n", "vip@2026-11-25": "c\n", "Not a list": "a\n"}
    write(tmp_path, contacts="contact_id,points\na,1\nb,1\nc,1\n")
    for name, ids in texts.items():
        write(tmp_path, **{f"lists__{name}": f"contact_id\n{ids}nobody\n"})
    from datetime import date

    assert answer(tmp_path, InList("vip")) == ["b"]
    assert answer(tmp_path, InList("vip", date(2026, 11, 25))) == ["c"]
    known = known_lists(tmp_path, plan(meaning(Everyone())).clock)
    assert set(known.dates) == {"vip"}
    assert known.wrong("vip", None) == ""
    assert "vip" in known.wrong("vipp", None)


def test_two_buckets_are_evaluated_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [f"c{number:03}" for number in range(300)]
    lines = "".join(f"{one},{number * 7 % 31}\n" for number, one in enumerate(people))
    bought = "".join(f"{one},2026-11-01,{number % 23}\n" for number, one in enumerate(people * 2))
    write(tmp_path, contacts="contact_id,points\n" + lines, order="contact_id,at,amount\n" + bought)
    asked = [meaning(SPENT, "spent"), meaning(Everyone(), "top", keep=Keep(40, None, POINTS))]
    made = plan(*asked)
    data = read_folder(made, tmp_path, "Europe/Vienna")
    whole = evaluate_folder(made, data)
    monkeypatch.setattr(folder, "BUCKET", 64)
    assert len(list(data.buckets(made.columns))) == 5
    assert evaluate_folder(made, data) == whole
    points = {one: number * 7 % 31 for number, one in enumerate(people)}
    assert whole["top"] == sorted(sorted(people, key=lambda one: (-points[one], one))[:40])


def test_what_a_computed_column_cannot_hold_stops_the_run(tmp_path: Path) -> None:
    from jobs.catalog.types import ColumnType
    from jobs.language.atoms import Computed

    small = ColumnType("decimal", precision=3, scale=2)
    value = Computed("insight", "spent", small, aggregate("sum", column("amount", MONEY)))
    write(tmp_path, contacts="contact_id,points\na,1\n", order="contact_id,at,amount\na,2026-11-01,10\n")
    with pytest.raises(
        DataError, match=r"insight.spent: a contact's value does not fit the column's type; widen it \(used by s\)"
    ):
        answer(tmp_path, Compare(value, at_least(1)))
