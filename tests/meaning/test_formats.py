"""Rows as JSON lines mean what they mean as CSV: numbers are numbers, several choices a list, missing is null or absent."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.meaning.all_cases import ALL_TABLES
from tests.meaning.tables import Table
from tests.product import try_specs

NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


def types_of(table: Table, source: str) -> dict[str, str]:
    """The type of each name in a source's data; a file read twice has the names of both."""
    found: dict[str, str] = {}
    for name, entry in table.documents().items():
        if name == source or entry.get("read", {}).get("same_as") == source:
            for column, declared in entry["columns"].items():
                found[declared.get("column", column)] = declared["type"].split("(")[0]
    return found


def value(kind: str, text: str) -> str:
    """A field of CSV as JSON."""
    if kind in ("integer", "decimal", "float") and NUMBER.fullmatch(text):
        return text
    if kind == "boolean":
        return text
    return json.dumps(text.split("|") if kind == "choices" else text)


def line(row: Mapping[str, str], types: Mapping[str, str], number: int) -> str:
    """A row as an object; its missing values are null in every other row, absent in the rest."""
    parts = [f"{json.dumps(name)}: {value(types.get(name, 'text'), text)}" for name, text in row.items() if text]
    if number % 2 == 0:
        parts += [f"{json.dumps(name)}: null" for name, text in row.items() if not text]
    return "{" + ", ".join(parts) + "}"


def as_json_lines(table: Table, folder: Path) -> list[Path]:
    specs = table.write(folder)
    for source, text in table.texts().items():
        (folder / "data" / f"{source}.csv").unlink()
        rows = csv.DictReader(io.StringIO(text, newline=""))
        types = types_of(table, source)
        lines = [line(row, types, number) for number, row in enumerate(rows)]
        (folder / "data" / f"{source}.jsonl").write_text("".join(f"{one}\n" for one in lines), "utf-8")
    return specs


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_json_lines_mean_the_same(table: Table) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        specs = as_json_lines(table, folder)
        answers: dict[str, Any] = try_specs(specs, folder / "catalog", folder / "data", table.as_of, table.time_zone)
    assert answers == {case.name: case.expected for case in table.cases}
