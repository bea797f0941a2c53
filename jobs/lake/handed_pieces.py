"""Pieces of files as tasks of a crew: handed out in even piles, and read again from rows of Arrow by whoever got them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from jobs.lake.stored_files import FilePiece
from jobs.lake.workers import Crew, RowFlow, even_piles

PIECE = pa.schema(
    [
        ("place", pa.int32()), ("seq", pa.int64()),
        ("path", pa.string()), ("first", pa.int32()), ("last", pa.int32()), ("rows", pa.int64()),
    ]
)  # fmt: skip

Task = tuple[int, int, FilePiece]
"""A place among what there is to read, a number that orders what is read, and what to read."""


def hand_out_pieces(crew: Crew, tasks: Sequence[Task]) -> RowFlow:
    """Rows (`PIECE`) of the tasks, in a pile of about as many rows for each core."""
    piles = even_piles(tasks, lambda task: task[2].rows, crew.cores)
    rows = [[(place, seq, p.path, p.first, p.last, p.rows) for place, seq, p in pile] for pile in piles]
    return crew.hand_out(rows, PIECE)


def tasks_in(batches: Iterable[pa.RecordBatch]) -> Iterator[Task]:
    """The tasks of rows of `PIECE`."""
    for batch in batches:
        for place, seq, *piece in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield place, seq, FilePiece(*piece)
