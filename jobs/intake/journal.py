"""The table `deliveries`, read and written: entries in, entries out, one commit for all that an ingest decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from jobs.intake.deliveries import Entry
from jobs.lake.file_commits import put_rows
from jobs.lake.reads import table_rows
from jobs.lake.tables import DELIVERIES

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
READ = (
    "entry_no",
    "source",
    "label",
    "state",
    "delivery_no",
    "content_hash",
    "rows",
    "delivery",
    "replaces",
    "as_of",
    "unknown_contacts",
    "attempt",
)


def read_entries(lake: str) -> list[Entry]:
    """Every entry, by number; needs no Spark."""
    entries = [_entry(row) for row in table_rows(lake, DELIVERIES, [*READ, "reason", "counts"])]
    return sorted(entries, key=lambda entry: entry.entry_no)


Readings = Mapping[tuple[str, int], Mapping[str, str]]


def read_readings(lake: str) -> Readings:
    """How the values of each delivery were read, by source and delivery number: a hash for each column."""
    rows = sorted(
        table_rows(lake, DELIVERIES, ["entry_no", "source", "delivery_no", "parsed"]), key=lambda r: r["entry_no"]
    )
    return {(row["source"], row["delivery_no"]): json.loads(row["parsed"]) for row in rows if row["parsed"]}


def write_entries(lake: str, entries: Sequence[Entry], evidence: Mapping[int, Mapping[str, str]]) -> None:
    """One commit with these entries, after which the accepted ones count. `evidence`: gates, counts, quality by number.

    Repeated with the same first number it writes nothing, so that of two ingests at once only one is heard.
    """
    if not entries:
        return
    rows = [
        {
            "entry_no": entry.entry_no,
            "source": entry.source,
            "label": entry.label,
            "state": entry.state,
            "delivery_no": entry.delivery_no,
            "content_hash": entry.content_hash,
            "rows": entry.rows,
            "delivery": entry.delivery,
            "replaces": json.dumps(entry.replaces),
            "as_of": EPOCH + timedelta(microseconds=entry.as_of_us),
            "reason": entry.reason,
            "unknown_contacts": entry.unknown_contacts,
            "attempt": entry.attempt,
            **{name: evidence.get(entry.entry_no, {}).get(name) for name in ("gates", "counts", "quality", "parsed")},
        }
        for entry in entries
    ]
    put_rows(lake, DELIVERIES, rows, once=("ingest", entries[0].entry_no))


def _entry(row: Mapping[str, Any]) -> Entry:
    values = dict(row)
    as_of = values.pop("as_of")
    values["as_of_us"] = (as_of - EPOCH) // timedelta(microseconds=1) if as_of else 0
    values["replaces"] = tuple(json.loads(values["replaces"] or "[]"))
    values["unknown_contacts"] = values["unknown_contacts"] or 0
    values["missing_contact"] = json.loads(values.pop("counts") or "{}").get("missing_contact", 0)
    return Entry(**values)
