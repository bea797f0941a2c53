"""A folder as `try` takes it: catalog, rows, lists and specs, read into plain dictionaries."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Folder:
    """The inputs of `members`, without as_of and zone."""

    specs: list[dict[str, Any]]
    catalog: dict[str, dict[str, Any]]
    data: dict[str, list[dict[str, str | None]]]
    lists: dict[str, list[str]]


def read_folder(catalog: Path, data: Path, specs: Iterable[Path]) -> Folder:
    """The specs named, and what lies in the two folders."""
    sources = {path.stem: read_catalog(path) for path in sorted(catalog.glob("*.yaml"))}
    forms = {name: source.get("read", {}).get("files", {}).get("csv", {}) for name, source in sources.items()}
    files = [path for path in sorted(data.iterdir()) if path.suffix in (".csv", ".jsonl")]
    return Folder(
        [read_spec(path) for path in specs],
        sources,
        {path.stem: read_rows(path, **forms.get(path.stem, {})) for path in files},
        {path.stem: _ids(path) for path in sorted((data / "lists").glob("*.csv"))},
    )


def read_spec(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"), parse_float=Decimal)


def read_catalog(path: Path) -> dict[str, Any]:
    """A catalog file; YAML's own numbers with a fraction come as exact decimals."""
    text = path.read_text("utf-8")
    if text.lstrip().startswith("{"):
        return json.loads(text, parse_float=Decimal)
    return _exact(YAML(typ="safe", pure=True).load(text))


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _exact(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def read_rows(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str | None]]:
    """Rows as text; an empty field is missing."""
    if path.suffix == ".csv":
        with path.open(encoding=encoding, newline="") as lines:
            rows = csv.DictReader(lines, delimiter=delimiter)
            return [{key: value or None for key, value in row.items()} for row in rows]
    lines = path.read_text("utf-8").split("\n")
    rows = [json.loads(line, parse_float=str, parse_int=str) for line in lines if line.strip()]
    return [{key: _text(value) for key, value in row.items()} for row in rows]


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(value) or None
    return value or None


def _ids(path: Path) -> list[str]:
    return [row["contact_id"] for row in read_rows(path) if row["contact_id"]]
