"""A company whose nights are raced, and what a lake holds once all is done: what must be that of one after the other."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

from jobs.catalog.catalog_files import read_catalog
from jobs.intake.journal import read_entries
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.tables import CHANGE_ROWS, CLAIMS, CONTACT_NO, CONTACTS, IDENTITY, LIST_BITS, MEMBERSHIP_CHANGES
from jobs.lists.listed_rows import rows_for_lists
from jobs.runs.run import Run, runs_of
from jobs.runs.step_pins import PackPin
from tests.steps.night import CONTACTS as PEOPLE
from tests.steps.night import ORDER, decoded, deliver, settings_of, standing_tiles, write_catalog

BEFORE, FIRST, SECOND = "2026-11-21T00:00", "2026-11-22T00:00", "2026-11-23T00:00"
"""The night that is there already, and the two that are raced."""
WHO, HEADER = "contact_id,country,born_on", "customer_id,ordered_at,amount"
DELIVERED = {
    BEFORE: {
        "contacts/2026-11-20.csv": (WHO, "ada,AT,", "bob,DE,", "cyd,DE,"),
        "order/2026-11-20.csv": (HEADER, "ada,2026-11-01,10.00", "bob,2026-11-19T12:00,25.00", "zoe,2026-11-19,15.00"),
    },
    FIRST: {  # bob leaves; zoe and eli are not known yet
        "contacts/2026-11-21.csv": (WHO, "ada,DE,", "cyd,DE,"),
        "order/2026-11-21.csv": (HEADER, "ada,2026-11-20T12:00,20.00", "eli,2026-11-21,31.00", "cyd,2026-10-01,4.00"),
    },
    SECOND: {  # bob is back, cyd leaves, zoe and eli come, whose orders are there since days
        "contacts/2026-11-22.csv": (WHO, "ada,DE,", "bob,DE,", "eli,AT,", "zoe,DE,"),
        "order/2026-11-22.csv": (HEADER, "zoe,2026-11-22,15.00", "bob,2026-11-22,5.00", "nobody,2026-11-22,1.00"),
    },
}
SPECS: dict[str, dict[str, Any]] = {
    "germans": {"where": {"attribute": "country", "is": "DE"}, "publish": "rows"},
    "strict": {"where": {"attribute": "country", "is": "DE"}, "expect": {"at_least": 0, "change_at_most": "10%"}},
    "good": {"where": {"event": "order", "sum": {"of": "amount", "at_least": 30}}},
    "recent": {"where": {"event": "order", "within": "2d"}, "publish": "rows"},
}
Part = list[str]


def found(root: Path) -> None:
    """The company on the day before its first night."""
    root.mkdir()
    write_catalog(root, {"contacts": PEOPLE, "order": ORDER})
    (root / "specs" / "all").mkdir(parents=True)
    for id_, spec in SPECS.items():
        whole = {"version": 1, "id": id_, "name": id_, "expect": {"at_least": 0}, **spec}
        (root / "specs" / "all" / f"{id_}.json").write_text(json.dumps(whole))


def land(root: Path, day: str) -> None:
    for path, lines in DELIVERED[day].items():
        deliver(root, path, *lines)


def copied(root: Path, name: str) -> Path:
    copy = root.parent / name
    shutil.copytree(root, copy)
    return copy


def end_of(root: Path) -> dict[str, Part]:
    """What everybody can see, table by table; numbers of runs, packs and contacts left out, because who comes late takes a
    later one. Of every run what it was packed from: the rows of those who were live."""
    lake = settings_of(root).lake
    runs = {run.run_no: run for run in runs_of(lake)}
    newest = {f"{run.as_of:%d}": run for run in runs.values()}
    lists = rows_for_lists(settings_of(root))
    numbers = [row["contact_no"] for row in table_rows(lake, CONTACTS)]
    assert sorted(numbers) == list(range(len(numbers))), "numbers are dense, and everybody has one of his own"
    parts: dict[str, list[Any]] = {
        "journal": [(e.source, e.label, e.state, e.rows, e.unknown_contacts) for e in read_entries(lake)],
        "contacts": [(row["contact_id"], row["gone"]) for row in table_rows(lake, CONTACTS)],
        "runs": [(day, run.state, sorted(run.failed_sources)) for day, run in newest.items()],
        "packs": [(day, *row) for day, run in newest.items() for row in packed(root, run)],
        "segment_runs": [
            (f"{row.as_of:%d}", row.segment, row.status, row.members, row.entered, row.left)
            for row in read_segment_runs(lake)
        ],
        "changes": [
            (f"{runs[row['run_no']].as_of:%d}", row["segment"], row["entered_members"], row["left_members"])
            for row in table_rows(lake, MEMBERSHIP_CHANGES)
        ],
        "change_rows": [
            (f"{runs[row['run_no']].as_of:%d}", row["segment"], row["change"], row["contact_id"])
            for row in table_rows(lake, CHANGE_ROWS)
        ],
        "claims": [(row["key"], row["state"]) for row in table_rows(lake, CLAIMS)],
        "list_bits": [
            (row["name"], row["version"], row["bucket"], row["members"]) for row in table_rows(lake, LIST_BITS)
        ],
        "lists": [
            (row["name"], row["version"], row["state"], row["rows"], f"{runs[row['run_no']].as_of:%d}") for row in lists
        ],
    }
    for path in ("sources/contacts", "sources/order", "unplaced/order"):
        rows = [{key: value for key, value in row.items() if key != CONTACT_NO} for row in rows_at(lake, path)]
        parts[path] = [sorted((key, repr(value)) for key, value in row.items()) for row in rows]
    for path in ("segments/germans", "segments/recent"):
        parts[path] = [(row["contact_id"], row["as_of"]) for row in rows_at(lake, path)]
    parts["listed"] = [row["contact_id"] for address in lists for row in rows_at("", address["path"])]
    attempts = sorted(str(path) for path in Path(lake).glob("lists/*/*/*"))
    assert attempts == sorted(row["path"] for row in lists), "an attempt that came second leaves nothing"
    bits = Counter((row["segment"], row["bucket"], row["run_no"]) for row in rows_at(lake, "memberships"))
    assert set(bits.values()) <= {1}, "one row for each segment, bucket and run"
    assert list(Path(lake).glob("staging/*")) == []
    return {name: sorted(map(repr, rows)) for name, rows in parts.items()}


def rows_at(lake: str, path: str) -> list[dict[str, Any]]:
    address = f"{lake}/{path}" if lake else path
    return DeltaTable(address).to_pyarrow_table().to_pylist() if DeltaTable.is_deltatable(address) else []


def packed(root: Path, run: Run) -> list[tuple[Any, ...]]:
    """The rows of those who were live in a run's pack, by source; of every group the newest base and all parts after it."""
    pinned = run.pins.get("pack")
    if not isinstance(pinned, PackPin):
        return []
    sources = decoded(standing_tiles(settings_of(root).lake, pinned.pack_no), read_catalog(root / "catalog"))
    live = {who for who, is_live in sources.pop(IDENTITY) if is_live}
    return [(name, *row) for name, rows in sources.items() for row in rows if row[0] in live] + [
        (IDENTITY, who) for who in live
    ]
