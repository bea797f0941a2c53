"""Numbers for contacts: dense, for life, given by the contacts source alone and never given twice.

The high-water mark is kept in the Delta log with the very commit that gives numbers, as the commit's transaction number:
it survives checkpoints, and the same commit repeated is no second one. A contact that leaves keeps number and tiles.

Up to `lookup_contacts` rows all of it happens in this process, in Arrow: of people who have a number three bytes each are
held, of new ones the id, its hash and its place (at the peak about 85 bytes for ids of ten letters, measured from 4M to 8M);
rows come and go in batches. Of more, workers take the people in shares (`contact_shares.py`), and here two bytes each are
held. Both ways give the same numbers to the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.errors import Unreachable
from jobs.lake.contact_lookup import keep_index, numbers_of
from jobs.lake.contact_shares import Shares
from jobs.lake.creation import location
from jobs.lake.delivered_contacts import DeliveredContacts, delivered_rows
from jobs.lake.file_commits import exchange_files_after, last_commit, written
from jobs.lake.new_contacts import People, contact_rows, fresh_contacts, in_order, mark_here
from jobs.lake.stored_files import FilePiece, StoredFile, files_at, read_piece
from jobs.lake.table_files import TableFile, write_table_file
from jobs.lake.tables import CONTACTS
from jobs.lake.workers import Workers

WRITER = "contact_no"


@dataclass(frozen=True)
class Numbered:
    """What numbering did. `high_water` is the next number to give, `version` that of the table which says so."""

    high_water: int
    version: int
    new: int = 0
    left: int = 0
    returned: int = 0


def number_contacts(
    workers: Workers, lake: str, deliveries: Sequence[DeliveredContacts], before: int | None
) -> Numbered:
    """Numbers for everybody in `deliveries` who has none, and who is gone or back.

    `deliveries` are those that count, in their order, and those that no pack has seen and others have replaced. New people
    come in order of arrival of their delivery, then of their hash, so the numbers are the same whenever packs were made.
    `before` is the last delivery of the pack before: who is gone now was in it. At most one commit, none when nobody
    changed. `Unreachable` (30) when somebody else has changed the table since it was looked at: both would give the same
    numbers to different people, or call people gone of whom only the other's deliveries say so.
    """
    version, high_water = read_high_water(lake)
    files = files_at(lake, CONTACTS, version)
    rows = sum(file.rows for file in files) + sum(piece.rows for each in deliveries for piece in each.pieces())
    if rows > workers.lookup_contacts:
        changes = _changes_in_shares(workers, lake, files, deliveries, rows, high_water)
    else:
        changes = _changes_here(workers, lake, files, deliveries, version, high_water)
    left, returned = changes.left, changes.returned
    counts = changes.new, int(left.sum()), int(returned.sum())
    if not any(counts):
        return Numbered(high_water, version)
    old = [file for file in files if _holds(lake, file, left | returned)] if any(counts[1:]) else []
    with written(location(lake, CONTACTS)):
        moved = [write_table_file(lake, CONTACTS, _moved(lake, file, left, returned, before)) for file in old]
        added = changes.write() if changes.new else []
    new_files: list[TableFile] = [*(file for file in moved if file is not None), *added]
    once = (WRITER, high_water + changes.new) if changes.new else None
    if not exchange_files_after(lake, CONTACTS, version, {file.path for file in old}, new_files, once):
        raise Unreachable(
            f"{location(lake, CONTACTS)}: somebody else has numbered contacts meanwhile; nothing of this one counts. "
            "Run the step again when the other has finished."
        )
    return Numbered(high_water + changes.new, version + 1, *counts)


def read_high_water(lake: str) -> tuple[int, int]:
    """The version of the table, and the next number to give as of it: one more than the greatest ever given, whatever rows
    have gone since; needs no Spark."""
    return last_commit(lake, CONTACTS, WRITER)


def changed_since(lake: str, before: int, numbers: int, now: Numbered) -> Numbered:
    """What has changed since an earlier version of the table, when so many numbers had been given: who is new, and who of
    the others is gone or back. Reads the files that are not in both; of a version below zero nobody knows who was gone."""
    numbered = replace(now, new=now.high_water - numbers)
    if before < 0:
        return numbered if numbers else replace(numbered, left=0, returned=0)
    try:
        then, current = files_at(lake, CONTACTS, before), files_at(lake, CONTACTS, now.version)
    except Unreachable:  # a version is forgotten after a month, and no pack shall wait for what is only told of it
        return numbered
    same = {file.path for file in then} & {file.path for file in current}
    was, are = (
        _read_people(lake, (file for file in files if file.path not in same), now.high_water)
        for files in (then, current)
    )
    both = was.stored & are.stored
    left, returned = both & ~was.gone & are.gone, both & was.gone & ~are.gone
    return replace(numbered, left=int(left.sum()), returned=int(returned.sum()))


def erased_numbers(lake: str, version: int) -> list[int]:
    """The numbers of those who have been erased by this version: rows that carry one belong to nobody."""
    numbers: list[int] = []
    for file in files_at(lake, CONTACTS, version):
        for rows in _rows(lake, file, ["contact_no", "erased"]):
            numbers += rows.filter(rows["erased"])["contact_no"].to_pylist()
    return numbers


@dataclass(frozen=True, eq=False)
class _Changes:
    """By number who has left and who is back, how many are new, and how the files of these are written."""

    left: NDArray[np.bool_]
    returned: NDArray[np.bool_]
    new: int
    write: Callable[[], list[TableFile]]


def _changes_here(
    workers: Workers,
    lake: str,
    files: Sequence[StoredFile],
    deliveries: Sequence[DeliveredContacts],
    version: int,
    high_water: int,
) -> _Changes:
    index = keep_index(workers, lake, version) if high_water else None
    people = _read_people(lake, files, high_water)

    def places_of(ids: pa.Array) -> pa.Array:
        return pa.nulls(len(ids), pa.int64()) if index is None else numbers_of(index, ids)

    fresh = in_order(fresh_contacts(mark_here(people, places_of, delivered_rows(deliveries)), deliveries))

    def write() -> list[TableFile]:
        numbers = np.arange(high_water, high_water + fresh.num_rows)
        file = write_table_file(lake, CONTACTS, contact_rows(fresh, numbers))
        return [] if file is None else [file]

    return _Changes(people.has_left, people.is_back, fresh.num_rows, write)


def _changes_in_shares(
    workers: Workers,
    lake: str,
    files: Sequence[StoredFile],
    deliveries: Sequence[DeliveredContacts],
    rows: int,
    high_water: int,
) -> _Changes:
    shares = Shares(workers, lake, files, deliveries, rows)
    looked = shares.look()
    masks = np.zeros((2, high_water), np.bool_)
    for mask, numbers in zip(masks, (looked.left, looked.returned), strict=True):
        mask[numbers] = True
    return _Changes(masks[0], masks[1], sum(looked.new.values()), lambda: shares.write(looked, high_water))


def _read_people(lake: str, files: Iterable[StoredFile], high_water: int) -> People:
    """Everybody who has a number; nobody who was erased."""
    people = People(np.zeros(high_water, np.bool_), np.zeros(high_water, np.bool_))
    for file in files:
        for rows in _rows(lake, file, ["contact_no", "gone", "erased"]):
            kept = rows.filter(pc.invert(pc.fill_null(rows["erased"], False)))
            numbers = kept["contact_no"].to_numpy()
            people.stored[numbers] = True
            people.gone[numbers] = pc.fill_null(kept["gone"], False).to_numpy()
    return people


def _moved(
    lake: str, file: StoredFile, left: NDArray[np.bool_], returned: NDArray[np.bool_], before: int | None
) -> Iterator[pa.RecordBatch]:
    """A file's rows; of whoever is gone or back they say so."""
    last = pa.scalar(before, pa.int64())
    for rows in _rows(lake, file, CONTACTS.schema.names):
        table = rows.select(CONTACTS.schema.names).cast(CONTACTS.schema)
        numbers = table["contact_no"].to_numpy()
        has_left, moved = pa.array(left[numbers]), pa.array((left | returned)[numbers])
        said = pc.if_else(has_left, last, pa.scalar(None, pa.int64()))
        for name, value in (("gone", has_left), ("last_delivery", said)):
            place = CONTACTS.schema.get_field_index(name)
            table = table.set_column(place, CONTACTS.schema.field(name), pc.if_else(moved, value, table[name]))
        yield from table.combine_chunks().to_batches()


def _holds(lake: str, file: StoredFile, moved: NDArray[np.bool_]) -> bool:
    return any(bool(moved[rows["contact_no"].to_numpy()].any()) for rows in _rows(lake, file, ["contact_no"]))


def _rows(lake: str, file: StoredFile, columns: Sequence[str]) -> Iterator[pa.Table]:
    return read_piece(lake, CONTACTS, FilePiece(file.path, 0, -1, file.rows), columns)
