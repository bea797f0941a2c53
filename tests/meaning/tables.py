"""The form of a meaning table, and the voices that answer it.

A `Table` is one small world: catalog, rows as CSV text, lists, as_of and zone. A `Case` is one spec in it with the ids
that must come out. A voice answers all cases of a table at once; the answers are kept for the other cases.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import oracle
from tests.product import try_specs
from tests.sql import duckdb_voice
from tests.sql.worlds import world_of

EVERYONE: dict[str, Any] = {"everyone": True}


@dataclass(frozen=True)
class Case:
    """One spec and its members, as ids with blanks between them or as a list. `why` is the arithmetic, for the reader."""

    name: str
    where: Any
    members: str | list[str]
    why: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further keys of the spec: `from`, `keep`."""

    @property
    def expected(self) -> list[str]:
        return sorted(self.members.split() if isinstance(self.members, str) else self.members)

    @property
    def spec(self) -> dict[str, Any]:
        return {"version": 1, "id": self.name, "name": self.name, "where": self.where, **self.more}


@dataclass(frozen=True, eq=False)
class Table:
    """A world and its cases. `catalog` maps a source's name to the keys of its file that are not fixed by it."""

    name: str
    catalog: Mapping[str, Mapping[str, Any]]
    data: Mapping[str, str]
    cases: Sequence[Case]
    lists: Mapping[str, str] = field(default_factory=dict)
    as_of: str = "2026-11-24T00:00"
    time_zone: str = "Europe/Vienna"

    def documents(self) -> dict[str, dict[str, Any]]:
        """The catalog's files in full."""
        return {name: {"version": 1, "source": name, **entry} for name, entry in self.catalog.items()}

    def texts(self) -> dict[str, str]:
        """The CSV files, without the blank lines that a triple-quoted text begins and ends with."""
        return {name: text.strip("\n") + "\n" for name, text in self.data.items()}

    def write(self, folder: Path) -> list[Path]:
        """The table as `try` reads it: `catalog/`, `data/`, `specs/`; the paths of the specs."""
        for name, document in self.documents().items():
            _write(folder / "catalog" / f"{name}.yaml", json_text(document))
        for name, text in self.texts().items():
            _write(folder / "data" / f"{name}.csv", text)
        for name, ids in self.lists.items():
            _write(folder / "data" / "lists" / f"{name}.csv", "\n".join(["contact_id", *ids.split()]) + "\n")
        return [_write(folder / "specs" / f"{case.name}.json", json_text(case.spec)) for case in self.cases]


@dataclass(frozen=True, eq=False)
class Asked:
    """A case in its table."""

    table: Table
    case: Case

    def __str__(self) -> str:
        return f"{self.table.name}-{self.case.name}"


Answers = Mapping[str, Sequence[str]]


def contacts(**columns: Any) -> dict[str, Any]:
    """A contacts source with these columns; a bare type stands for `{"type": …}`."""
    return {"kind": "contacts", "columns": typed(columns)}


def typed(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"type": entry} if isinstance(entry, str) else entry for name, entry in columns.items()}


def anyone(condition: Any) -> dict[str, Any]:
    """The condition, said of everyone: for those that a contact without data satisfies."""
    return {"all": [EVERYONE, condition]}


def json_text(value: Any) -> str:
    """JSON with decimals written as they stand."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {json_text(inner)}" for key, inner in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(json_text(inner) for inner in value) + "]"
        case Decimal():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def asked(tables: Sequence[Table]) -> list[Asked]:
    return [Asked(table, case) for table in tables for case in table.cases]


@cache
def oracle_answers(table: Table) -> Answers:
    """What the oracle says of every case of a table."""
    with tempfile.TemporaryDirectory() as place:
        paths = table.write(Path(place))
        read = oracle.read_folder(Path(place) / "catalog", Path(place) / "data", paths)
    return oracle.members(read.specs, read.catalog, read.data, read.lists, table.as_of, table.time_zone)


@cache
def product_answers(table: Table) -> Answers:
    """What `try` says of every case of a table."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        paths = table.write(here)
        return try_specs(paths, here / "catalog", here / "data", table.as_of, table.time_zone)


@cache
def duckdb_answers(table: Table) -> Answers:
    """What the SQL twin's statements find in DuckDB; on Spark, all of a table in one job, tests/sql asks them."""
    return duckdb_voice.answers(world_of(table))


VOICES: dict[str, Callable[[Table], Answers]] = {
    "oracle": oracle_answers,
    "product": product_answers,
    "duckdb": duckdb_answers,
}


def check(asks: Asked, voice: str) -> None:
    """Fails with the case's own reasoning when a voice answers otherwise."""
    answer = list(VOICES[voice](asks.table)[asks.case.name])
    assert answer == asks.case.expected, f"{voice} on {asks.case.where}: {asks.case.why or 'see the table'}"


def each_case(tables: Sequence[Table]) -> pytest.MarkDecorator:
    """Parametrizes a test over the cases of these tables."""
    return pytest.mark.parametrize("case", asked(tables), ids=str)


each_voice = pytest.mark.parametrize("voice", list(VOICES))
