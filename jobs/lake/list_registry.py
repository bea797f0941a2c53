"""The registry of contact lists, read: which lists there are, which version counts, and where its rows lie.

The registry's row, written last, makes a list; its `path` is the only address. Entries are never changed: the newest entry
of a (name, date, version) says its state. All of it without Spark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jobs.lake.reads import table_rows
from jobs.lake.tables import LIST_REGISTRY
from jobs.syntax.spelling import did_you_mean

USABLE = ("frozen", "imported")
"""States of a list that a segment may ask for."""

COLUMNS = (
    "name", "date", "version", "state", "rows", "path", "segment", "content_hash",
    "run_no", "as_of", "purpose", "channel", "attempt", "entry_no", "reason", "manifest",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One version of a list, as its newest entry says."""

    name: str
    date: date
    version: int
    state: str
    rows: int | None = None
    path: str | None = None
    segment: str | None = None
    content_hash: str | None = None
    run_no: int | None = None
    purpose: str | None = None
    channel: str | None = None
    attempt: str | None = None
    entry_no: int = 0
    reason: str | None = None
    manifest: str | None = None


def read_registry(lake: str) -> list[Listed]:
    """Every version of every list, by name, date and version."""
    newest: dict[tuple[str, date, int], Mapping[str, Any]] = {}
    for row in sorted(table_rows(lake, LIST_REGISTRY, COLUMNS), key=lambda row: row["entry_no"] or 0):
        newest[row["name"], row["date"], row["version"]] = row
    return [_listed(newest[key]) for key in sorted(newest)]


def _listed(row: Mapping[str, Any]) -> Listed:
    values = {name: row[name] for name in COLUMNS if name != "as_of"}
    return Listed(**{**values, "entry_no": row["entry_no"] or 0})


def versions(registry: Iterable[Listed], name: str, on: date) -> list[Listed]:
    """The versions of one list for one day, oldest first."""
    return sorted(
        (entry for entry in registry if (entry.name, entry.date) == (name, on)), key=lambda listed: listed.version
    )


@dataclass(frozen=True)
class ResolvedList:
    """What a segment's `list` means on one day: the version that counts, or why there is none."""

    listed: Listed | None
    problem: str = ""


def resolve(registry: Iterable[Listed], name: str, on: date | None, today: date) -> ResolvedList:
    """The list a spec asks for: the newest date not after as_of's day, or exactly `on`; its newest version.

    A recalled or expired one is a problem by name; an earlier one is never taken in its place.
    """
    current = [entry for entry in registry if entry.state != "superseded"]
    named = [entry for entry in current if entry.name == name]
    if not named:
        return ResolvedList(
            None, f"there is no contact list {name}{did_you_mean(name, {entry.name for entry in current})}"
        )
    dates = sorted({entry.date for entry in named if (entry.date == on if on else entry.date <= today)})
    if not dates:
        dates_frozen = ", ".join(sorted(entry.date.isoformat() for entry in named))
        wanted = f"of {on}" if on else f"of {today} or before"
        return ResolvedList(None, f"there is no contact list {name} {wanted}; it has {dates_frozen}")
    newest = versions(named, name, dates[-1])[-1]
    if newest.state not in USABLE:
        return ResolvedList(newest, f"contact list {name} of {newest.date} is {newest.state}")
    return ResolvedList(newest)
