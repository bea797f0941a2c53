"""One attempt to write a list: its rows in a place of their own, checked there before anybody may see them.

Members are a bitmap for each bucket; ids come from the identity tiles of the run's own pack. What was written is read back:
as many rows as members, no id twice, and the same rows as were sent. A stretch of buckets at a time; of the whole list this
process holds eight bytes an id, while it looks for one that is there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import chain
from multiprocessing import get_context

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.lake.file_commits import add_files, written
from jobs.lake.identities import NamedContacts
from jobs.lake.member_rows import SegmentMembers
from jobs.lake.processors import cores
from jobs.lake.stored_files import FilePiece, files_at, pieces, read_piece
from jobs.lake.table_files import TableFileWriter
from jobs.lake.tables import Table, list_table
from jobs.lists.content_hash import added, as_text, digests_of, summed
from jobs.lists.manifest import COLUMNS, Checked, Pins

NOTHING_MORE = pa.schema([])
GROUP_BYTES = 16 << 20
"""Of a list's rows in a row group, some 800,000: what a process hashes at a time."""
HASHED_ROWS = 1 << 19
"""Up to so many rows are hashed in this process."""


class IdsInOrder:
    """A fingerprint of texts one after the other, however they are cut into arrays."""

    def __init__(self) -> None:
        self._lengths, self._texts = sha256(), sha256()

    def add(self, ids: pa.Array) -> None:
        """Texts none of which is null."""
        assert ids.type == pa.string(), f"found {ids.type}"
        _, ends, texts = ids.buffers()
        places = np.frombuffer(ends, np.int32)[ids.offset : ids.offset + len(ids) + 1]
        self._lengths.update(np.diff(places).tobytes())
        self._texts.update(memoryview(texts)[places[0] : places[-1]] if texts else b"")

    @property
    def fingerprint(self) -> str:
        return self._lengths.hexdigest() + self._texts.hexdigest()


@dataclass
class Sent:
    """What was handed to the writer; `order` says which ids those were, one after the other."""

    members: int = 0
    without_id: int = 0
    order: IdsInOrder = field(default_factory=IdsInOrder)

    def add(self, ids: pa.Array) -> None:
        self.members += len(ids)
        self.without_id += ids.null_count


def write_attempt(lake: str, path: str, members: SegmentMembers, pins: Pins) -> Sent:
    """Writes the members' ids to a table of their own at `path`; says what was sent."""
    table, sent = list_table(path, NOTHING_MORE), Sent()
    with written(f"{lake}/{path}"):
        writer = TableFileWriter(lake, table, group_bytes=GROUP_BYTES)
        for bucket, ids in _people(lake, members, pins):
            sent.add(ids)
            kept = ids.drop_null()
            sent.order.add(kept)
            place = pa.repeat(pa.scalar(bucket, pa.int32()), len(kept))
            writer.write(pa.RecordBatch.from_arrays([kept, place], table.schema.names))
        file = writer.close()
    add_files(lake, table, [] if file is None else [file])
    return sent


def _people(lake: str, members: SegmentMembers, pins: Pins) -> Iterator[tuple[int, pa.StringArray]]:
    """The ids of the members of each bucket, null for those without one."""
    for stretch in members.stretches:
        contacts = NamedContacts(lake, pins.pack_no, stretch.bucket)
        for bucket, bits in zip(stretch.bucket, stretch.bits, strict=True):
            yield bucket, contacts.of(bucket, bits)


def check_attempt(lake: str, path: str, pins: Pins, sent: Sent) -> Checked:
    """What lies at `path`; an assertion when it is not exactly what the run published, for then the lake is broken."""
    table, order = list_table(path, NOTHING_MORE), IdsInOrder()
    groups = pieces(lake, table, files_at(lake, table), HASHED_ROWS)
    with _mapped(partial(_digested, lake, table), groups) as digested:
        for piece in groups:
            for ids in _ids(lake, table, piece):
                order.add(ids)
        parts = list(digested)
    whole = np.concatenate([*(marks for _, marks in parts), np.zeros(0, np.uint64)])
    assert sent.members == pins.members, f"{sent.members} members found, the run published {pins.members}"
    assert len(whole) == pins.members - sent.without_id, f"{len(whole)} rows written of {pins.members} members"
    distinct = _distinct(lake, table, groups, whole)
    assert distinct == len(whole), f"{len(whole)} rows hold {distinct} ids"
    assert order.fingerprint == sent.order.fingerprint, "the rows written are not those that were sent"
    return Checked(len(whole), distinct, sent.without_id, as_text(added(hash_ for hash_, _ in parts)))


Digested = tuple[int, NDArray[np.uint64]]
"""The content hash of some rows, and the first bytes of the digest of each."""


def _digested(lake: str, table: Table, piece: FilePiece) -> Digested:
    hashes: list[int] = []
    marks: list[NDArray[np.uint64]] = []
    for ids in _ids(lake, table, piece):
        digests = digests_of(pa.table([ids], names=list(COLUMNS)), COLUMNS)
        hashes.append(summed(digests))
        marks.append(digests[:, :8].copy().view(np.uint64)[:, 0])
    return added(hashes), np.concatenate(marks)


@contextmanager
def _mapped(work: Callable[[FilePiece], Digested], groups: Sequence[FilePiece]) -> Iterator[Iterator[Digested]]:
    """What the work makes of each, in their order. Python hashes under its lock, so many rows are given to processes."""
    if len(groups) < 2:
        yield map(work, groups)
        return
    with ProcessPoolExecutor(min(cores(), len(groups)), get_context("spawn")) as processes:
        yield processes.map(work, groups)


def _ids(lake: str, table: Table, piece: FilePiece) -> Iterator[pa.Array]:
    """What the table holds, in the order in which it was written: one file."""
    for rows in read_piece(lake, table, piece, COLUMNS):
        yield from (batch.column(0) for batch in rows.to_batches())


def _distinct(lake: str, table: Table, groups: Sequence[FilePiece], marks: NDArray[np.uint64]) -> int:
    """How many different ids there are, given the first bytes of the digest of each: of different ones ids differ."""
    marks.sort()
    again = marks[1:][marks[1:] == marks[:-1]]
    if not len(again):
        return len(marks)
    ids = chain.from_iterable(_ids(lake, table, piece) for piece in groups)
    return pc.count_distinct(pa.chunked_array(list(ids), pa.string())).as_py()
