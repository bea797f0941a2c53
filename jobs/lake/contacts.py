"""Numbers for contacts: dense, for life, given by the contacts source alone and never given twice.

The high-water mark is kept in the Delta log with the very commit that gives numbers, as the commit's transaction number:
it survives checkpoints, and the same commit repeated is no second one. A contact that leaves keeps number and tiles.

All of it happens in this process, in Arrow: of people who have a number three bytes each are held, of new ones the id,
its hash and its place (at the peak about 85 bytes for ids of ten letters, measured from 4M to 8M); rows come and go in
batches. So a later night is flat, and a first load grows with its people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.errors import Unreachable
from jobs.kernel.bucket import contact_hashes
from jobs.lake.contact_lookup import ContactIndex, keep_index, numbers_of
from jobs.lake.creation import location
from jobs.lake.delivered_contacts import DeliveredContacts
from jobs.lake.file_commits import exchange_files_after, last_commit, written
from jobs.lake.stored_files import BATCH_ROWS, FilePiece, StoredFile, files_at, read_piece
from jobs.lake.table_files import TableFile, write_table_file
from jobs.lake.tables import CONTACTS
from jobs.lake.workers import Workers

WRITER = "contact_no"
PLACES = pa.schema([(CONTACT_ID, pa.string()), (DELETED, pa.bool_()), ("place", pa.int32())])
FRESH = pa.schema([(CONTACT_ID, pa.string()), ("first", pa.int64()), ("last", pa.int64()), ("now", pa.bool_())])


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
    index = keep_index(workers, lake, version) if high_water else None
    people = _read_people(lake, files, high_water)
    fresh = _fresh(_mark_here(people, index, deliveries), deliveries)
    left, returned = people.has_left, people.is_back
    counts = fresh.num_rows, int(left.sum()), int(returned.sum())
    if not any(counts):
        return Numbered(high_water, version)
    old = [file for file in files if _holds(lake, file, left | returned)] if any(counts[1:]) else []
    with written(location(lake, CONTACTS)):
        added = [write_table_file(lake, CONTACTS, _moved(lake, file, left, returned, before)) for file in old]
        added.append(write_table_file(lake, CONTACTS, _numbered(fresh, high_water)))
    new_files: list[TableFile] = [file for file in added if file is not None]
    once = (WRITER, high_water + fresh.num_rows) if fresh.num_rows else None
    if not exchange_files_after(lake, CONTACTS, version, {file.path for file in old}, new_files, once):
        raise Unreachable(
            f"{location(lake, CONTACTS)}: somebody else has numbered contacts meanwhile; nothing of this one counts. "
            "Run the step again when the other has finished."
        )
    return Numbered(high_water + fresh.num_rows, version + 1, *counts)


def read_high_water(lake: str) -> tuple[int, int]:
    """The version of the table, and the next number to give as of it: one more than the greatest ever given, whatever rows
    have gone since; needs no Spark."""
    return last_commit(lake, CONTACTS, WRITER)


@dataclass(frozen=True, eq=False)
class _People:
    """By number: who is in the table, who is gone as it says, and who is here as the deliveries say."""

    stored: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    here: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "here", np.zeros(len(self.stored), np.bool_))

    @property
    def has_left(self) -> NDArray[np.bool_]:
        return self.stored & ~self.here & ~self.gone

    @property
    def is_back(self) -> NDArray[np.bool_]:
        return self.stored & self.here & self.gone


def _read_people(lake: str, files: Iterable[StoredFile], high_water: int) -> _People:
    """Everybody who has a number; nobody who was erased."""
    people = _People(np.zeros(high_water, np.bool_), np.zeros(high_water, np.bool_))
    for file in files:
        for rows in _rows(lake, file, ["contact_no", "gone", "erased"]):
            kept = rows.filter(pc.invert(pc.fill_null(rows["erased"], False)))
            numbers = kept["contact_no"].to_numpy()
            people.stored[numbers] = True
            people.gone[numbers] = pc.fill_null(kept["gone"], False).to_numpy()
    return people


def _mark_here(people: _People, index: ContactIndex | None, deliveries: Sequence[DeliveredContacts]) -> pa.Table:
    """Marks whom the deliveries that count leave in the source; the rows (`PLACES`) of those who have no number."""
    unknown: list[pa.Table] = [PLACES.empty_table()]
    for place, delivery in enumerate(deliveries):
        for rows in delivery.rows():
            ids, deleted = rows[CONTACT_ID].combine_chunks(), rows[DELETED].combine_chunks()
            numbers = pa.nulls(len(ids), pa.int64()) if index is None else numbers_of(index, ids)
            is_known = pc.is_valid(numbers)
            if delivery.counts:
                known = numbers.drop_null().to_numpy()
                people.here[known] = ~deleted.filter(is_known).to_numpy(zero_copy_only=False)
            others = pc.invert(is_known)
            places = pa.array(np.full(len(ids), place, np.int32)).filter(others)
            unknown.append(pa.table([ids.filter(others), deleted.filter(others), places], schema=PLACES))
    return pa.concat_tables(unknown)


def _fresh(rows: pa.Table, deliveries: Sequence[DeliveredContacts]) -> pa.Table:
    """`FRESH`: one row for each of them who is to get a number.

    Whoever the last delivery that counts has deleted is not now in the source; whoever is in a replaced one was.
    """
    numbers = pl.Series([delivery.delivery_no for delivery in deliveries], dtype=pl.Int64)
    counts = pl.Series([delivery.counts for delivery in deliveries], dtype=pl.Boolean)
    place = pl.col("place")
    frame = pl.DataFrame(pl.from_arrow(rows)).with_columns(
        delivery=pl.lit(numbers).gather(place), counts=pl.lit(counts).gather(place)
    )
    current = frame.filter("counts")
    if len(deliveries) > 1:
        current = current.sort("place", maintain_order=True).unique(CONTACT_ID, keep="last")
    people = pl.concat([current.filter(~pl.col(DELETED)), frame.filter(~pl.col("counts"))])
    if len(deliveries) > 1:
        of_each = people.group_by(CONTACT_ID).agg(
            first=pl.col("delivery").min(), last=pl.col("delivery").max(), now=pl.col("counts").any()
        )
    else:
        of_each = people.select(CONTACT_ID, first="delivery", last="delivery", now="counts")
    return of_each.to_arrow().cast(FRESH)


def _numbered(fresh: pa.Table, start: int) -> Iterator[pa.RecordBatch]:
    """Rows of `contacts`: numbers from `start` by (delivery, hash as unsigned, id); one sort of the new ones."""
    hashes = [contact_hashes(batch[CONTACT_ID].to_pylist()) for batch in fresh.to_batches(BATCH_ROWS)]
    digest = np.concatenate(hashes) if hashes else np.zeros(0, np.uint64)
    rows = fresh.append_column("digest", pa.array(digest)).combine_chunks()
    order = pc.sort_indices(rows, [(name, "ascending") for name in ("first", "digest", CONTACT_ID)])
    for first in range(0, len(order), BATCH_ROWS):
        own = rows.take(order.slice(first, BATCH_ROWS))
        columns = {
            "contact_no": pa.array(np.arange(own.num_rows) + start + first),
            "contact_id": own[CONTACT_ID],
            "contact_hash": pa.array(own["digest"].to_numpy().view(np.int64)),
            "first_delivery": own["first"],
            "last_delivery": pc.if_else(own["now"], pa.scalar(None, pa.int64()), own["last"]),
            "gone": pc.invert(own["now"]),
            "erased": pa.repeat(False, own.num_rows),
        }
        yield from pa.table(columns).cast(CONTACTS.schema).combine_chunks().to_batches()


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
