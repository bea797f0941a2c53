"""Contact ids to numbers, whole columns at a time: the ids of `contacts` in order of a hash, mapped into every worker.

An index is one Arrow file that belongs to one version of the table; its columns lie side by side in the order of a 64-bit
hash of the id, so that a million ids are looked up by one sorted search. A hash only says where to look: the ids themselves
are compared, so whoever is found is that contact and no other. On a local lake the file is mapped, not loaded: workers of
one machine share its pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.layout import CONTACT_ID
from jobs.errors import Unreachable
from jobs.lake.places import filesystem
from jobs.lake.small_files import address, file_names, remove_file, renamed_into_place
from jobs.lake.stored_files import files_at, read_file_rows
from jobs.lake.tables import CONTACTS
from jobs.lake.workers import Workers

FOLDER = "contact_index"
SEED = 1
KEPT_BESIDES = 2
"""Indexes of earlier versions that stay: somebody who began earlier may be reading them."""
PEOPLE = ("contact_no", CONTACT_ID)
MADE = pa.schema([("made", pa.bool_())])
SCHEMA = pa.schema([("hash", pa.uint64()), ("contact_no", pa.int64()), ("contact_id", pa.string())])


@dataclass(frozen=True)
class ContactIndex:
    """The index of one version of `contacts`; workers find the file by it."""

    lake: str
    version: int

    @property
    def path(self) -> str:
        """Under the lake's root; of another release of the hash it is another file."""
        return f"{FOLDER}/{self.version:08d}-{pl.__version__}.arrow"


def keep_index(workers: Workers, lake: str, version: int) -> ContactIndex:
    """The index of a version of the table, made by one worker (or here, where there are few) where it is missing."""
    index = ContactIndex(lake, version)
    present = file_names(lake, FOLDER)
    if index.path.rpartition("/")[2] not in present:
        people = files_at(lake, CONTACTS, version)

        def make(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for _ in batches:
                _write(index, indexed(read_file_rows(lake, CONTACTS, people, PEOPLE)))
            yield pa.RecordBatch.from_pydict({"made": [True]})

        crew = workers.for_rows(sum(file.rows for file in people))
        crew.hand_out([[(True,)]], MADE).mapped(make, MADE).gathered(address(lake, FOLDER))
    older = [name for name in present if name[:8].isdecimal() and int(name[:8]) < version]
    for name in older[:-KEPT_BESIDES]:
        remove_file(lake, f"{FOLDER}/{name}")
    return index


def indexed(people: pa.Table) -> pa.Table:
    """Rows of `contacts` as an index has them; those without an id, because they were erased, are in none."""
    rows = people.filter(pc.is_valid(people["contact_id"])).combine_chunks()
    hashes = _hashes(rows["contact_id"])
    order = np.argsort(hashes, kind="stable")
    columns = [pa.array(hashes[order]), rows["contact_no"].take(order), rows["contact_id"].take(order)]
    return pa.table([_whole(column) for column in columns], schema=SCHEMA)


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
    return OpenIndex(hashes, index["contact_no"].to_numpy(), _whole(index["contact_id"]), shift, starts)


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


def numbers_of(index: ContactIndex, ids: pa.Array) -> pa.Array:
    """The same, in a worker, by a kept index."""
    return numbers_in(_opened(index), ids)


def _hashes(ids: pa.Array | pa.ChunkedArray) -> NDArray[np.uint64]:
    return pl.Series(pl.from_arrow(_whole(ids))).hash(SEED).to_numpy()


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], column.type)])


def _write(index: ContactIndex, rows: pa.Table) -> None:
    with (
        renamed_into_place(index.lake, index.path) as stream,
        pa.ipc.new_file(stream, SCHEMA) as writer,
    ):
        for batch in rows.to_batches() or [pa.RecordBatch.from_pylist([], SCHEMA)]:
            writer.write_batch(batch)


@lru_cache(maxsize=1)
def _opened(index: ContactIndex) -> OpenIndex:
    try:
        return opened(_mapped(index))
    except OSError as error:
        raise Unreachable(
            f"{address(index.lake, index.path)}: cannot be read ({error}). It is made anew where it is missing: "
            "run the step again."
        ) from error


def _mapped(index: ContactIndex) -> pa.Table:
    system, place = filesystem(address(index.lake, index.path))
    if isinstance(system, pa.fs.LocalFileSystem):
        return pa.ipc.open_file(pa.memory_map(place)).read_all()
    with system.open_input_stream(place) as stream:
        return pa.ipc.open_file(pa.py_buffer(stream.read())).read_all()
