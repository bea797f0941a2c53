"""Whose word the table `contacts` holds: a note of which deliveries it was last numbered from.

A note tells of one version of the table, which never changes, so it is true for ever; where it is missing or tells of
another version somebody only looks once more, and finds what is right already. So it needs no commit, and whoever writes
last wins.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from jobs.lake.contact_lookup import FOLDER
from jobs.lake.small_files import has_file, read_file, write_file

NOTE = f"{FOLDER}/numbered.json"


@dataclass(frozen=True)
class NumberedDeliveries:
    """At this version of `contacts` those are here who are in the `counting` deliveries; and whoever was delivered up to the
    entry of the journal has a number for life."""

    version: int
    entry_no: int
    counting: tuple[int, ...]


def read_numbered(lake: str, version: int) -> NumberedDeliveries | None:
    """The last note, which may tell of a version before this one, but of none after it; None: nobody knows."""
    if not has_file(lake, NOTE):
        return None
    written = json.loads(read_file(lake, NOTE))
    note = NumberedDeliveries(written["version"], written["entry_no"], tuple(written["counting"]))
    return note if note.version <= version else None


def note_numbered(lake: str, note: NumberedDeliveries) -> None:
    """Keeps the note in the place of the one before."""
    write_file(lake, NOTE, json.dumps(asdict(note)).encode())
