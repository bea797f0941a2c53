"""Nights that ask the tables of meaning: all worlds of a lake land once, and every as_of is a night of its own.

Whatever a table asks goes through ingest, pack, evaluate and publish; what came of it is read from the tables of the lake. A
contact list is planted as one that was imported, by the numbers that the first night gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.sql import SparkSession

from jobs.kernel.bucket_rows import BUCKET
from jobs.lake.file_commits import put_rows
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.tables import CONTACTS, LIST_BITS, LIST_REGISTRY, MEMBERSHIPS
from jobs.runs.run import find_run
from jobs.settings import Settings
from jobs.steps import evaluate, ingest, pack, publish
from tests.meaning.merged import merged
from tests.meaning.tables import Case, Table, json_text
from tests.steps.night import settings_of

DELIVERED = "2018-01-01"
"""The day that all files carry."""
BEFORE_ALL_DATES = "1970-01-01"
"""A list of the lake has a launch day; one without a date is the one that is older than all others of its name."""


@dataclass(frozen=True)
class Published:
    """What a night made of a segment; `members` are the ids that its bitmaps stand for."""

    status: str
    reason: str
    count: int | None
    members: list[str]


@dataclass
class Nights:
    """A lake of worlds that can be merged, under `root`."""

    spark: SparkSession
    root: Path
    tables: Sequence[Table]

    @property
    def lake(self) -> str:
        return str(self.root / "lake")

    @property
    def settings(self) -> Settings:
        return settings_of(self.root, self.tables[0].time_zone)

    @cached_property
    def answers(self) -> Mapping[str, Published]:
        """Every segment of every world, by its id under its world's prefix: in order of as_of, a night for each."""
        assert not self.root.joinpath("landing").exists(), (
            "the nights of this lake have ended early: see its first case"
        )
        answers: dict[str, Published] = {}
        for number, as_of in enumerate(sorted({table.as_of for table in self.tables})):
            whole = merged("whole", self.tables, as_of)
            if number == 0:
                assert not any(table.lists for table in self.tables if table.as_of == as_of), "lists need numbers first"
                self.land(whole)
            self.night(as_of, whole.cases)
            if number == 0:
                self.import_lists(whole.lists)
            answers |= self.published(as_of, whole.cases)
        return answers

    def land(self, whole: Table) -> None:
        """The catalog, and a file for each source that reads its own; without a row where a folder may lack the file."""
        texts = whole.texts()
        for name, document in whole.documents().items():
            if document["kind"] != "computed" and "read" not in document:
                document["read"] = {"files": {"path": f"{name}/{{date}}.csv", "format": "csv"}}
                if name not in texts:
                    document["gates"] = {"rows_at_least": 0}
                put(self.root / "landing" / name / f"{DELIVERED}.csv", texts.get(name) or header(document))
            put(self.root / "catalog" / f"{name}.yaml", json_text(document))

    def night(self, as_of: str, cases: Sequence[Case]) -> None:
        """All four steps. What is held or failed says so itself, in what was published."""
        folder = self.root / "specs" / "all"
        for case in cases:
            put(folder / f"{case.name}.json", json_text({**case.spec, "expect": {"at_least": 0}}))
        for step in (ingest, pack, evaluate, publish):
            step.run(self.settings, as_of)
        for case in cases:
            (folder / f"{case.name}.json").unlink()

    def people(self) -> dict[int, str]:
        return {row["contact_no"]: row["contact_id"] for row in table_rows(self.lake, CONTACTS)}

    def import_lists(self, lists: Mapping[str, str]) -> None:
        """Every list with the contacts that are on it; an id that is no contact's is nobody."""
        if not lists:
            return
        numbers = {contact_id: number for number, contact_id in self.people().items()}
        registry: list[dict[str, Any]] = []
        bits: list[dict[str, Any]] = []
        for written, ids in lists.items():
            name, _, day = written.partition("@")
            key = {"name": name, "date": date.fromisoformat(day or BEFORE_ALL_DATES), "version": 1, "attempt": "import"}
            on = [numbers[contact_id] for contact_id in ids.split() if contact_id in numbers]
            registry.append({**key, "state": "imported", "entry_no": 1, "rows": len(on)})
            bits += [{**key, **bucket} for bucket in bitmaps(on)]
        put_rows(self.lake, LIST_BITS, bits)
        put_rows(self.lake, LIST_REGISTRY, registry)

    def published(self, as_of: str, cases: Sequence[Case]) -> dict[str, Published]:
        """What the lake's own tables say of these segments as of the night: bitmaps of numbers, and whose they are."""
        run_no = find_run(self.settings, as_of).run_no
        people = self.people()
        newest = {
            (row["segment"], row["bucket"]): row["bits"]
            for row in sorted(table_rows(self.lake, MEMBERSHIPS), key=lambda row: row["run_no"])
            if row["run_no"] <= run_no
        }
        members: dict[str, list[str]] = {case.name: [] for case in cases}
        for (segment, bucket), bits in newest.items():
            if bits is not None and segment in members:
                members[segment] += [people[bucket * BUCKET + place] for place in places(bits)]
        rows = {row.segment: row for row in read_segment_runs(self.lake, run_no)}
        return {
            name: Published(rows[name].status, rows[name].reason or "", rows[name].members, sorted(ids))
            for name, ids in members.items()
        }


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def header(document: Mapping[str, Any]) -> str:
    """The file of a source without rows."""
    columns = document["columns"]
    names = [document.get("contact", "contact_id"), *([document["time"]] if "time" in document else [])]
    return ",".join([*names, *(column.get("column", name) for name, column in columns.items())]) + "\n"


def bitmaps(numbers: Iterable[int]) -> list[dict[str, Any]]:
    """`bucket`, `members` and `bits` of contacts: the first of a bucket is the lowest bit of the first byte."""
    by_bucket: dict[int, np.ndarray] = {}
    for number in numbers:
        by_bucket.setdefault(number // BUCKET, np.zeros(BUCKET, bool))[number % BUCKET] = True
    return [
        {"bucket": bucket, "members": int(on.sum()), "bits": np.packbits(on, bitorder="little").tobytes()}
        for bucket, on in by_bucket.items()
    ]


def places(bits: bytes) -> list[int]:
    """The positions that are set in a bucket's bitmap."""
    return np.flatnonzero(np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")).tolist()
