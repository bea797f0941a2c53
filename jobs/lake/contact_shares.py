"""Contacts taken in shares by workers, where they are too many for one process: the same people, the same numbers.

A share is a stretch of the hash of ids that numbers follow (`contact_hash`), so of one delivery the new people of an earlier
share have the smaller numbers, and counts of each are all that has to be added up. People who have a number and people who
are delivered are cut by share where they are read, and meet in the worker of their share, which holds a few hundred
megabytes, however many shares there are. It is gone through twice: once to count, and, where somebody is new, once to write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.layout import CONTACT_ID
from jobs.kernel.bucket import contact_hashes
from jobs.lake.contact_lookup import SHARE_ROWS, indexed, numbers_in, opened
from jobs.lake.creation import location
from jobs.lake.delivered_contacts import DeliveredContacts
from jobs.lake.handed_pieces import hand_out_pieces, tasks_in
from jobs.lake.moved_rows import cut_rows, from_bytes, stretches, to_bytes
from jobs.lake.new_contacts import People, contact_rows, fresh_contacts, in_order, mark_here
from jobs.lake.stored_files import FilePiece, StoredFile, pieces, read_piece
from jobs.lake.table_files import TableFile, write_table_file
from jobs.lake.tables import CONTACTS
from jobs.lake.workers import RowFlow, Workers

NUMBERED = -1
"""The place of those who have a number, before that of any delivery."""
PEOPLE = pa.schema(
    [CONTACTS.schema.field(name) for name in ("contact_no", CONTACT_ID, "contact_hash", "gone", "erased")]
)
CUT = pa.schema([("share", pa.int32()), ("place", pa.int32()), ("seq", pa.int64()), ("payload", pa.binary())])
CHANGED = pa.schema([("share", pa.int32()), ("left", pa.binary()), ("returned", pa.binary()), ("new", pa.string())])
WRITTEN = pa.schema([("file", pa.string())])


@dataclass(frozen=True)
class ContactChanges:
    """The numbers of those who have left and of those who are back; by (first delivery, share) how many are new."""

    left: NDArray[np.int64]
    returned: NDArray[np.int64]
    new: Mapping[tuple[int, int], int]

    def starts(self, high_water: int) -> Mapping[tuple[int, int], int]:
        """The first number of the new ones of each delivery and share."""
        starts: dict[tuple[int, int], int] = {}
        for group, count in sorted(self.new.items()):
            starts[group] = high_water
            high_water += count
        return starts


@dataclass(frozen=True)
class Shares:
    """Those who have a number, in `files`, and those who are delivered; `rows` of both together."""

    workers: Workers
    lake: str
    files: Sequence[StoredFile]
    deliveries: Sequence[DeliveredContacts]
    rows: int

    def look(self) -> ContactChanges:
        """What is to be changed."""
        rows = self._met().mapped(_Meeting(self.lake, tuple(self.deliveries)).changed, CHANGED).gathered(self._address)
        left, returned = (
            np.concatenate([np.frombuffer(row[name], np.int64) for row in rows] or [np.zeros(0, np.int64)])
            for name in ("left", "returned")
        )
        new = {(first, row["share"]): count for row in rows for first, count in json.loads(row["new"])}
        return ContactChanges(left, returned, new)

    def write(self, changes: ContactChanges, high_water: int) -> list[TableFile]:
        """Files of the new ones, which nobody knows yet; their numbers begin at the mark."""
        meeting = _Meeting(self.lake, tuple(self.deliveries), changes.starts(high_water))
        rows = self._met().mapped(meeting.written, WRITTEN).gathered(self._address)
        return [TableFile(**json.loads(row["file"])) for row in rows]

    @property
    def _address(self) -> str:
        return location(self.lake, CONTACTS)

    def _met(self) -> RowFlow:
        """Rows of `CUT`, those of a share in one place."""
        crew = self.workers.for_rows(self.rows)
        read = [(NUMBERED, piece) for piece in pieces(self.lake, CONTACTS, self.files)]
        read += [(place, piece) for place, each in enumerate(self.deliveries) for piece in each.pieces()]
        tasks = [(place, seq, piece) for seq, (place, piece) in enumerate(read)]
        count = self.rows // SHARE_ROWS + 1
        cut = _Cutter(self.lake, tuple(self.deliveries), count).cut
        return hand_out_pieces(crew, tasks).mapped(cut, CUT).moved("share", count, ("share", "place", "seq"))


@dataclass(frozen=True)
class _Cutter:
    """Cuts what is read by share; goes to workers whole."""

    lake: str
    deliveries: Sequence[DeliveredContacts]
    shares: int

    def cut(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for place, seq, piece in tasks_in(batches):
            for digests, rows in self._read(place, piece):
                for share, own in cut_rows(rows, stretches(digests, self.shares)):
                    values = {"share": share, "place": place, "seq": seq, "payload": to_bytes(own)}
                    yield pa.RecordBatch.from_pylist([values], CUT)

    def _read(self, place: int, piece: FilePiece) -> Iterator[tuple[NDArray[np.uint64], pa.Table]]:
        if place != NUMBERED:
            for rows in self.deliveries[place].read(piece):
                yield contact_hashes(rows[CONTACT_ID].to_pylist()), rows
            return
        for rows in read_piece(self.lake, CONTACTS, piece, PEOPLE.names):
            people = rows.select(PEOPLE.names).cast(PEOPLE)
            kept = people.filter(pc.invert(pc.fill_null(people["erased"], False)))
            yield kept["contact_hash"].to_numpy().view(np.uint64), kept.select(["contact_no", CONTACT_ID, "gone"])


@dataclass(frozen=True)
class _Meeting:
    """What becomes of a share's people where they meet; goes to workers whole. `starts`: the numbers of new ones."""

    lake: str
    deliveries: Sequence[DeliveredContacts]
    starts: Mapping[tuple[int, int], int] | None = None

    def changed(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Rows of `CUT` in, sorted, one row of `CHANGED` for each share out."""
        for share, people, numbers, fresh in self._shares(batches):
            firsts, counts = np.unique(fresh["first"].to_numpy(), return_counts=True)
            values = {
                "share": share,
                "left": numbers[people.has_left].tobytes(),
                "returned": numbers[people.is_back].tobytes(),
                "new": json.dumps(list(zip(firsts.tolist(), counts.tolist(), strict=True))),
            }
            yield pa.RecordBatch.from_pylist([values], CHANGED)

    def written(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same in, one row of `WRITTEN` for each file out."""
        assert self.starts is not None
        for share, _, _, fresh in self._shares(batches):
            rows = in_order(fresh)
            file = write_table_file(self.lake, CONTACTS, contact_rows(rows, self._numbers(share, rows)))
            if file is not None:
                yield pa.RecordBatch.from_pylist([{"file": json.dumps(asdict(file))}], WRITTEN)

    def _numbers(self, share: int, rows: pa.Table) -> NDArray[np.int64]:
        assert self.starts is not None
        firsts, places, counts = np.unique(rows["first"].to_numpy(), return_index=True, return_counts=True)
        starts = [self.starts[int(first), share] - place for first, place in zip(firsts, places, strict=True)]
        return np.arange(rows.num_rows) + np.repeat(np.array(starts, np.int64), counts)

    def _shares(self, batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, People, NDArray[np.int64], pa.Table]]:
        """Of each share its people who have a number, these numbers, and its new ones."""
        for share, cells in groupby(_cells_of(batches), key=lambda cell: cell[0]):
            known: list[pa.Table] = []
            delivered: list[tuple[int, bool, pa.Table]] = []
            for _, place, payload in cells:
                rows = from_bytes(payload)
                if place == NUMBERED:
                    known.append(rows)
                else:
                    delivered.append((place, self.deliveries[place].counts, rows))
            people, numbers, places_of = _people(known)
            fresh = fresh_contacts(mark_here(people, places_of, delivered), self.deliveries)
            yield share, people, numbers, fresh


def _cells_of(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, int, pa.Buffer]]:
    for batch in batches:
        shares, places = (batch.column(name).to_pylist() for name in ("share", "place"))
        yield from zip(shares, places, (cell.as_buffer() for cell in batch.column("payload")), strict=True)


def _people(known: Sequence[pa.Table]) -> tuple[People, NDArray[np.int64], Callable[[pa.Array], pa.Array]]:
    """Those of a share who have a number by their place in it, their numbers, and how ids are looked up."""
    if not known:
        nobody = np.zeros(0, np.bool_)
        return People(nobody, nobody), np.zeros(0, np.int64), lambda ids: pa.nulls(len(ids), pa.int64())
    rows = pa.concat_tables(known).combine_chunks()
    gone = pc.fill_null(rows["gone"], False).to_numpy()
    places = pa.array(np.arange(rows.num_rows))
    index = opened(indexed(pa.table({"contact_no": places, CONTACT_ID: rows[CONTACT_ID]})))
    return People(np.ones(rows.num_rows, np.bool_), gone), rows["contact_no"].to_numpy(), partial(numbers_in, index)
