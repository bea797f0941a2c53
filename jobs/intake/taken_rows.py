"""Rows of accepted deliveries, from files that nobody knows to files of `sources/`, once, whoever takes them there.

The journal decides first, and only what it accepted gets into `sources/`. An ingest that is killed in between is finished
by the next one: a source's table keeps the number of the last entry whose rows it took in, so nothing is taken in twice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence

import pyarrow as pa

from jobs.errors import Unreachable
from jobs.intake.deliveries import Entry
from jobs.intake.staging_places import is_staged, read_staged, staged_at
from jobs.lake.file_commits import add_files
from jobs.lake.reads import last_number
from jobs.lake.tables import source_table

log = logging.getLogger(__name__)

WRITER = "ingest"
"""Under this name rows are committed to `sources/<source>`, with the number of the last entry they belong to."""


def take_in(lake: str, accepted: Iterable[Entry]) -> None:
    """Takes in the rows of these entries of the journal; those that are in are left as they are.

    Rows without a contact, and events without a time, belong to nobody and stay behind; the audit has counted them.
    """
    for place, entries in _by_place(accepted).items():
        _taken_in(lake, place, entries)


def pending(lake: str, entries: Sequence[Entry], besides: Collection[str] = ()) -> list[Entry]:
    """The accepted entries whose rows are not in `sources/`, because the ingest that wrote them was killed.

    `besides` are sources that are read anew. `Unreachable` where the rows are gone.
    """
    accepted = [
        entry for entry in entries if entry.state == "accepted" and entry.attempt and entry.source not in besides
    ]
    waiting = _not_in(lake, accepted)
    gone = [entry for entry in waiting if not is_staged(lake, entry.attempt or "", entry.source)]
    for entry in _not_in(lake, gone):  # unless whoever staged them has taken them in by now
        raise Unreachable(
            f"{staged_at(lake, entry.attempt or '', entry.source)}: the rows of {entry.source} {entry.label} were "
            "accepted, not taken in, and are gone from here. Put the folder back, or read the delivered files again: "
            f"`ingest --again {entry.source} --as-of …`."
        )
    return [entry for entry in waiting if entry not in gone]


def _not_in(lake: str, accepted: Sequence[Entry]) -> list[Entry]:
    """Those of the entries whose rows are not in `sources/` now."""
    last = {source: _last(lake, source) for source in {entry.source for entry in accepted}}
    return [entry for entry in accepted if entry.entry_no > last[entry.source]]


def _by_place(accepted: Iterable[Entry]) -> Mapping[tuple[str, str], list[Entry]]:
    """By attempt and source, the earliest attempt first: a table's number only grows."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in sorted(accepted, key=lambda entry: entry.entry_no):
        groups.setdefault((entry.attempt or "", entry.source), []).append(entry)
    return groups


def _taken_in(lake: str, place: tuple[str, str], entries: Sequence[Entry]) -> None:
    """Once this returns the rows are in, by whoever was faster: a later ingest may have finished this one's work."""
    source, last = place[1], max(entry.entry_no for entry in entries)
    if _last(lake, source) >= last:
        return
    try:
        table, files = read_staged(lake, *place)
        wanted = {entry.delivery_no for entry in entries}
        add_files(lake, table, [file for number, file in files if number in wanted], once=(WRITER, last))
    except Exception:
        if _last(lake, source) < last:
            raise
    log.info("%s: rows of %s are in", source, ", ".join(entry.label for entry in entries))


def _last(lake: str, source: str) -> int:
    return last_number(lake, source_table(source, pa.schema([])), WRITER)
