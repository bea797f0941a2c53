"""The shipped segments on the sample company: members by hand-written SQL in DuckDB, and by `try`, are the same people."""

from __future__ import annotations

import atexit
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import duckdb
import pytest

from jobs.settings import CHECKOUT
from tests.company.delivered import rows_of
from tests.company.landing import LABEL, make_landing
from tests.company.relational_tables import as_file, database_tables
from tests.company.shop import open_shop

AS_OF = "1998-07-01T00:00"

MEMBERS = Path(__file__).with_name("members")
"""One file of SQL for each folder of specs, and `views.sql`, which they all begin with."""


def queries() -> dict[str, str]:
    """Segment → its query; under the empty name what makes the views."""
    found = {"": ""}
    for file in sorted(MEMBERS.glob("*.sql"), key=lambda path: (path.stem != "views", path.stem)):
        views, *named = re.split(r"^-- (\w+)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found[""] += views
        found.update(zip(named[::2], named[1::2], strict=True))
    return found


@cache
def made_landing() -> Path:
    """The sample company's landing folder; what is made here is made once a process, whoever asks."""
    folder = Path(mkdtemp(prefix="muster-landing-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    make_landing(folder)
    return folder


@cache
def made_flat() -> Path:
    """What was delivered and what stands in databases, a file a source, under the names that `try` looks for."""
    data = made_landing().with_name(f"{made_landing().name}-flat")
    data.mkdir()
    atexit.register(rmtree, data, ignore_errors=True)
    for folder in made_landing().iterdir():
        (file,) = (path for path in folder.iterdir() if path.is_file())  # of a Delta table its one file
        (data / file.name.replace(LABEL, folder.name)).symlink_to(file)
    for table in database_tables(open_shop()):
        (data / f"{table.source}.csv").write_bytes(as_file(table).content)
    return data


@cache
def members_by_sql() -> dict[str, list[str]]:
    """Segment → its members, in code point order."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for file in sorted(made_flat().iterdir()):
            con.execute(f'create table "{file.name.split(".")[0]}" as select * from {rows_of(file)}')
        asked = queries()
        con.execute(asked.pop(""))
        return {id_: sorted(row[0] for row in con.execute(sql).fetchall()) for id_, sql in asked.items()}


@pytest.fixture
def landing() -> Path:
    return made_landing()


@pytest.fixture
def flat() -> Path:
    return made_flat()


@pytest.fixture
def members() -> dict[str, list[str]]:
    return members_by_sql()


def specs() -> list[Path]:
    return sorted(path for path in (CHECKOUT / "segment_specs").glob("*/*.json") if "." not in path.stem)


def test_every_shipped_segment_has_a_query() -> None:
    assert {path.stem for path in specs()} == queries().keys() - {""}
    assert len(specs()) >= 15


def test_every_shipped_segment_says_whose_it_is_and_what_it_is_for() -> None:
    for path in specs():
        spec = json.loads(path.read_text(encoding="utf-8"))
        assert all(spec.get(key) for key in ("name", "description", "owner", "tags", "expect")), path.name


def test_sizes_lie_within_what_the_specs_expect(members: dict[str, list[str]]) -> None:
    for path in specs():
        expect = json.loads(path.read_text(encoding="utf-8"))["expect"]
        assert expect["at_least"] <= len(members[path.stem]) <= expect["at_most"], path.stem


def test_no_query_names_a_person_twice(members: dict[str, list[str]]) -> None:
    assert [id_ for id_, found in members.items() if len(found) != len(set(found))] == []


def test_every_segment_has_the_members_that_its_query_finds(members: dict[str, list[str]], flat: Path) -> None:
    command = [sys.executable, "-m", "jobs", "try", *map(str, specs()), "--catalog", "conf/catalog"]
    command += ["--data", str(flat), "--as-of", AS_OF, "--time-zone", "America/New_York"]
    tried = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    assert json.loads(tried.stdout) == members
