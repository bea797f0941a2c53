"""A shop of one folder with settings, catalog, specs and rows, and its verbs run in this process.

Paths are relative to the folder, so that whole messages can stand in the tests. What differs from a process of its own is
tested in `test_process.py`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jobs.__main__ import app
from jobs.errors import UserError

SETTINGS = """\
version: 1
time_zone: Europe/Vienna
lake: lake
landing: landing
specs: specs
catalog: catalog
freeze_max_age_hours: 26
keep_runs_days: 35
"""
CATALOG = {
    "contacts": """\
version: 1
source: contacts
kind: contacts
meaning: One row for each customer
columns:
  country: {type: text, meaning: Country of the billing address}
  language: {type: choice, values: [de, en]}
  born: {type: date}
""",
    "order": """\
version: 1
source: order
kind: events
time: ordered_at
columns:
  amount: {type: "decimal(12,2)", unit: EUR, meaning: What was paid}
  channel: {type: choice, values: [web, store]}
""",
    "smart": """\
version: 1
source: smart
kind: computed
columns:
  revenue: {type: "decimal(12,2)", unit: EUR, value: {event: order, sum: amount}}
""",
}
AS_OF = "2026-11-24T00:00"
GERMANS = {"attribute": "country", "is": "DE"}


@dataclass(frozen=True)
class Ended:
    """How a verb ended, and every character it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What stands on standard output as one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Shop:
    """The folder, which is also the current one."""

    folder: Path

    def write(self, path: str, text: str) -> str:
        """Writes a file of the folder and returns its relative path."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return path

    def spec(self, id_: str, where: Mapping[str, Any] = GERMANS, **keys: Any) -> str:
        """Writes `specs/crm/<id>.json` and returns its path."""
        whole = {"version": 1, "id": id_, "name": id_.capitalize(), "where": where, **keys}
        return self.write(f"specs/crm/{id_}.json", json.dumps(whole))

    def contacts(self, *rows: str) -> None:
        """Rows of contact_id, country, language, born."""
        self.write("data/contacts.csv", "\n".join(["contact_id,country,language,born", *rows]) + "\n")

    def orders(self, *rows: str) -> None:
        """Rows of contact_id, ordered_at, amount, channel."""
        self.write("data/order.csv", "\n".join(["contact_id,ordered_at,amount,channel", *rows]) + "\n")

    def attempt(self, *specs: str) -> Ended:
        """`try` of these specs over `data`."""
        return run("try", *specs, "--data", "data", "--as-of", AS_OF)


def run(*words: str) -> Ended:
    """A verb in this process, ended as `python -m jobs` ends it. What is no fault of the user's escapes."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            app(args=list(words), prog_name="python -m jobs")
            raise AssertionError("a verb returned without an exit code")
        except SystemExit as ended:
            code = ended.code
        except UserError as error:
            print(error, file=err)
            code = error.exit_code
    assert isinstance(code, int)
    return Ended(code, out.getvalue(), err.getvalue())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop with three contacts, no orders and no specs."""
    for name in ("LAKE", "LANDING", "SPECS", "CATALOG", "TIME_ZONE"):
        monkeypatch.delenv(f"MUSTER_{name}", raising=False)
    monkeypatch.setenv("MUSTER_CONF", str(tmp_path / "conf"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    made = Shop(tmp_path)
    made.write("conf/settings.yaml", SETTINGS)
    for name, text in CATALOG.items():
        made.write(f"catalog/{name}.yaml", text)
    made.contacts("bea,DE,de,1990-05-05", "ada,DE,en,", "cat,US,en,1980-01-01", "dan,,,")
    return made
