"""Contact ids to numbers, whole columns at a time: the ids of `contacts` in order of a hash, mapped into every worker.

An index is one Arrow file that belongs to one version of the table; its columns lie side by side in the order of a 64-bit
hash of the id, so that a million ids are looked up by one sorted search. A hash only says where to look: the ids themselves
are compared, so whoever is found is that contact and no other. On a local lake the file is mapped, not loaded: workers of
one machine share its pages.

Of more people than `lookup_contacts` it is several files, a share of stretches of the hash each, and nobody holds more than
one of them: many rows are moved to whoever holds the share of their contacts, a few are looked up in one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.layout import CONTACT_ID
from jobs.errors import Unreachable
from jobs.lake.handed_pieces import hand_out_pieces, tasks_in
from jobs.lake.moved_rows import cut_rows, from_bytes, stretches, to_bytes, whole
from jobs.lake.places import filesystem
from jobs.lake.small_files import address, file_names, remove_file, renamed_into_place
from jobs.lake.stored_files import StoredFile, files_at, pieces, read_file_rows, read_piece
from jobs.lake.tables import CONTACTS
from jobs.lake.workers import Crew, Workers

FOLDER = "contact_index"
SEED = 1
KEPT_BESIDES = 2
"""Indexes of earlier versions that stay: somebody who began earlier may be reading them."""
PEOPLE = ("contact_no", CONTACT_ID)
SHARE_ROWS = 2_000_000
"""About as many people are in a share: of an id of ten letters some 300 MB where they are numbered."""
MADE = pa.schema([("made", pa.int32())])
CUT = pa.schema([("share", pa.int32()), ("payload", pa.binary())])
SCHEMA = pa.schema([("hash", pa.uint64()), ("contact_no", pa.int64()), ("contact_id", pa.string())])


@dataclass(frozen=True)
class ContactIndex:
    """The index of one version of `contacts`, in so many shares; workers find the files by it."""

    lake: str
    version: int
    shares: int = 1

    def path(self, share: int = 0) -> str:
        """Of one share, under the lake's root; of another release of the hash it is another file."""
        name = f"{share}of{self.shares}-" if self.shares > 1 else ""
        return f"{FOLDER}/{self.version:08d}-{name}{pl.__version__}.arrow"


def keep_index(workers: Workers, lake: str, version: int) -> ContactIndex:
    """The index of a version of the table, made by workers (or here, where people are few) where it is missing."""
    people = files_at(lake, CONTACTS, version)
    rows = sum(file.rows for file in people)
    index = ContactIndex(lake, version, 1 if rows <= workers.lookup_contacts else rows // SHARE_ROWS + 1)
    present = file_names(lake, FOLDER)
    if not {index.path(share).rpartition("/")[2] for share in range(index.shares)} <= set(present):
        crew = workers.for_rows(rows)
        (_make if index.shares == 1 else _make_shares)(crew, index, people)
    versions = sorted({int(name[:8]) for name in present if name[:8].isdecimal() and int(name[:8]) < version})
    for name in present:
        if name[:8].isdecimal() and int(name[:8]) in versions[:-KEPT_BESIDES]:
            remove_file(lake, f"{FOLDER}/{name}")
    return index


def _make(crew: Crew, index: ContactIndex, people: Sequence[StoredFile]) -> None:
    def make(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            _write(index, 0, indexed(read_file_rows(index.lake, CONTACTS, people, PEOPLE)))
        yield pa.RecordBatch.from_pydict({"made": pa.array([0], pa.int32())})

    crew.hand_out([[(0,)]], MADE).mapped(make, MADE).gathered(address(index.lake, FOLDER))


def _make_shares(crew: Crew, index: ContactIndex, people: Sequence[StoredFile]) -> None:
    """People are cut by share where they are read, and each share is written where its people meet."""

    def cut(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for *_, piece in tasks_in(batches):
            for rows in read_piece(index.lake, CONTACTS, piece, PEOPLE):
                own = rows.select(list(PEOPLE)).filter(pc.is_valid(rows[CONTACT_ID]))
                for share, part in by_share(own, own[CONTACT_ID], index.shares):
                    yield pa.RecordBatch.from_pylist([{"share": share, "payload": to_bytes(part)}], CUT)

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        cells = (cell for batch in batches for cell in zip(batch["share"].to_pylist(), batch["payload"], strict=True))
        for share, own in groupby(cells, key=lambda cell: cell[0]):
            rows = pa.concat_tables([from_bytes(payload.as_buffer()) for _, payload in own])
            _write(index, share, indexed(rows))
            yield pa.RecordBatch.from_pydict({"made": pa.array([share], pa.int32())})

    tasks = [(0, seq, piece) for seq, piece in enumerate(pieces(index.lake, CONTACTS, people))]
    moved = hand_out_pieces(crew, tasks).mapped(cut, CUT).moved("share", index.shares, ("share",))
    written = {row["made"] for row in moved.mapped(write, MADE).gathered(address(index.lake, FOLDER))}
    for share in set(range(index.shares)) - written:
        _write(index, share, SCHEMA.empty_table())


def by_share(rows: pa.Table, ids: pa.ChunkedArray, shares: int) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each share of their contacts, in their order."""
    return cut_rows(rows, stretches(_hashes(ids), shares))


def indexed(people: pa.Table) -> pa.Table:
    """Rows of `contacts` as an index has them; those without an id, because they were erased, are in none."""
    rows = people.filter(pc.is_valid(people["contact_id"])).combine_chunks()
    hashes = _hashes(rows["contact_id"])
    order = np.argsort(hashes, kind="stable")
    columns = [pa.array(hashes[order]), rows["contact_no"].take(order), rows["contact_id"].take(order)]
    return pa.table([whole(column) for column in columns], schema=SCHEMA)


@dataclass(frozen=True, eq=False)
class OpenIndex:
    """An index in memory. `starts`: where the rows begin whose hashes have the same first bits, as many bits as make about
    as many places as there are rows; so a hash is found in a step or two, however many there are."""

    hashes: NDArray[np.uint64]
    numbers: NDArray[np.int64]
    ids: pa.Array
    shift: np.uint64
    starts: NDArray[np.int64]

    def place_of(self, asked: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The first row whose hash is not below the one asked for."""
        place = self.starts[(asked >> self.shift).astype(np.int64)]
        rows = self._below(np.arange(len(asked)), place, asked)
        while rows.size:
            place[rows] += 1
            rows = self._below(rows, place, asked)
        return place

    def _below(self, rows: NDArray[np.int64], place: NDArray[np.int64], asked: NDArray[np.uint64]) -> NDArray[np.int64]:
        rows = rows[place[rows] < len(self.hashes)]
        return rows[self.hashes[place[rows]] < asked[rows]]

    def with_hash(
        self, rows: NDArray[np.int64], place: NDArray[np.int64], asked: NDArray[np.uint64]
    ) -> NDArray[np.int64]:
        """Those of the rows whose place has the hash asked for."""
        rows = rows[place[rows] < len(self.hashes)]
        return rows[self.hashes[place[rows]] == asked[rows]]


def opened(index: pa.Table) -> OpenIndex:
    """Rows of `SCHEMA`, to be asked."""
    hashes = index["hash"].to_numpy()
    bits = max(1, len(hashes).bit_length() - 1)
    shift = np.uint64(64 - bits)
    starts = np.searchsorted(hashes, np.arange(1 << bits, dtype=np.uint64) << shift)
    return OpenIndex(hashes, index["contact_no"].to_numpy(), whole(index["contact_id"]), shift, starts)


def numbers_in(index: OpenIndex, ids: pa.Array) -> pa.Array:
    """int64: the number of each id, null where nobody has it."""
    asked = _hashes(ids)
    place = index.place_of(asked)
    result = np.zeros(len(asked), np.int64)
    missing = np.ones(len(asked), np.bool_)
    rows = np.arange(len(asked))
    while (rows := index.with_hash(rows, place, asked)).size:
        theirs, mine = index.ids.take(pa.array(place[rows])), ids.take(pa.array(rows))
        same = pc.fill_null(pc.equal(theirs, mine), False).to_numpy(zero_copy_only=False)
        result[rows[same]] = index.numbers[place[rows[same]]]
        missing[rows[same]] = False
        rows = rows[~same]
        place[rows] += 1  # two ids of one hash stand side by side
    return pa.array(result, mask=missing)


def numbers_of(index: ContactIndex, ids: pa.Array, share: int = 0) -> pa.Array:
    """The same, in a worker, by a kept index of one share, or of ids that are all in this one."""
    return numbers_in(_opened(index, share), ids)


def numbers_of_few(index: ContactIndex, ids: pa.Array) -> pa.Array:
    """The same of any ids, whose shares are looked at one after the other."""
    if index.shares == 1:
        return numbers_of(index, ids)
    result = np.zeros(len(ids), np.int64)
    missing = np.ones(len(ids), np.bool_)
    places = pa.table({"id": ids, "place": np.arange(len(ids))})
    for share, own in by_share(places, places["id"], index.shares):
        numbers = numbers_of(index, whole(own["id"]), share)
        rows = own["place"].to_numpy()
        result[rows], missing[rows] = (
            pc.fill_null(numbers, 0).to_numpy(),
            pc.is_null(numbers).to_numpy(zero_copy_only=False),
        )
    return pa.array(result, mask=missing)


def _hashes(ids: pa.Array | pa.ChunkedArray) -> NDArray[np.uint64]:
    return pl.Series(pl.from_arrow(whole(ids))).hash(SEED).to_numpy()


def _write(index: ContactIndex, share: int, rows: pa.Table) -> None:
    with (
        renamed_into_place(index.lake, index.path(share)) as stream,
        pa.ipc.new_file(stream, SCHEMA) as writer,
    ):
        for batch in rows.to_batches() or [pa.RecordBatch.from_pylist([], SCHEMA)]:
            writer.write_batch(batch)


@lru_cache(maxsize=1)
def _opened(index: ContactIndex, share: int) -> OpenIndex:
    path = address(index.lake, index.path(share))
    try:
        return opened(_mapped(path))
    except OSError as error:
        raise Unreachable(
            f"{path}: cannot be read ({error}). It is made anew where it is missing: run the step again."
        ) from error


def _mapped(path: str) -> pa.Table:
    system, place = filesystem(path)
    if isinstance(system, pa.fs.LocalFileSystem):
        return pa.ipc.open_file(pa.memory_map(place)).read_all()
    with system.open_input_stream(place) as stream:
        return pa.ipc.open_file(pa.py_buffer(stream.read())).read_all()
