"""Who is in which segment at a run, found and read without Spark: which rows of `memberships` hold, then their bitmaps.

`memberships` is append-only, a row wherever bits differ from the newest earlier row; the state at a run is, for each
segment and bucket, the newest row not after it. Which rows those are is known from the small columns, file by file; of
bitmaps there are never more in memory than a stretch of buckets has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.errors import Unreachable
from jobs.lake.bitmaps import SIZE
from jobs.lake.creation import location
from jobs.lake.stored_files import FilePiece, StoredFile, files_at, opened_file, read_piece
from jobs.lake.tables import MEMBERSHIP_CHANGES, MEMBERSHIPS

WORDS = SIZE // 8
ROWS_AT_ONCE = 16_384
"""Bitmaps of a stretch of buckets, 64 MiB of them; one bucket is never cut."""
ROWS_UNPACKED = 4096
"""Bitmaps of a file that are unpacked at a time."""
BUCKETS = 1 << 32
"""More than there are buckets: a place is segment × BUCKETS + bucket."""

Numbers = NDArray[np.int64]
BitWords = NDArray[np.uint64]
"""A bitmap a row, in words; nobody is all zeros."""


@dataclass(frozen=True, eq=False)
class MemberRows:
    """Rows of `memberships`, one for each place, in order of bucket and segment. `segment` are indexes into `segments`,
    `file` into `files`; `row` counts in its file."""

    segments: Sequence[str] = ()
    files: Sequence[str] = ()
    columns: Mapping[str, Numbers] = field(default_factory=lambda: {name: np.zeros(0, np.int64) for name in COLUMNS})

    def __len__(self) -> int:
        return len(self.columns["bucket"])

    def __getitem__(self, name: str) -> Numbers:
        return self.columns[name]

    @property
    def place(self) -> Numbers:
        return self["segment"] * BUCKETS + self["bucket"]

    @property
    def names(self) -> list[str]:
        """The segment of each row."""
        return [self.segments[int(number)] for number in self["segment"]]

    def taken(self, rows: NDArray[Any]) -> MemberRows:
        """These rows of them, by number or by flag."""
        return MemberRows(self.segments, self.files, {name: values[rows] for name, values in self.columns.items()})


COLUMNS = ("segment", "bucket", "run_no", "members", "file", "row")


def rows_at(lake: str, upto: int | Mapping[str, int]) -> MemberRows:
    """The newest row of each segment and bucket not after a run; of these segments alone where each has a run of its own."""
    limits = None if isinstance(upto, int) else upto
    last = upto if isinstance(upto, int) else max(upto.values(), default=-1)
    segments: dict[str, int] = {name: number for number, name in enumerate(limits or ())}
    files = [file for file in files_at(lake, MEMBERSHIPS, column="run_no") if file.low is None or file.low <= last]
    standing = MemberRows().columns
    for number, file in enumerate(files):
        for part in _small_columns(lake, file, number, segments, limits, last):
            standing = _newest({name: np.concatenate([standing[name], part[name]]) for name in COLUMNS})
    return MemberRows(list(segments), [file.path for file in files], standing)


def _small_columns(
    lake: str, file: StoredFile, number: int, segments: dict[str, int], limits: Mapping[str, int] | None, last: int
) -> Iterator[dict[str, Numbers]]:
    first = 0
    for rows in read_piece(
        lake, MEMBERSHIPS, FilePiece(file.path, 0, -1, file.rows), ["segment", "bucket", "run_no", "members"]
    ):
        names = rows["segment"].combine_chunks().dictionary_encode()
        written: list[str] = names.dictionary.to_pylist()
        if limits is None:
            for name in written:
                segments.setdefault(name, len(segments))
        codes = np.array([segments.get(name, -1) for name in written], np.int64)
        most = np.array([last if limits is None else limits.get(name, -1) for name in written], np.int64)
        index = names.indices.to_numpy()
        values = {name: rows[name].to_numpy().astype(np.int64) for name in ("bucket", "run_no", "members")}
        wanted = np.flatnonzero(values["run_no"] <= most[index])
        places = {"segment": codes[index], "row": np.arange(first, first + rows.num_rows)}
        part = {name: column[wanted] for name, column in {**values, **places}.items()}
        yield {**part, "file": np.full(len(wanted), number, np.int64)}
        first += rows.num_rows


def _newest(columns: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Of each place the row of the greatest run."""
    order = np.lexsort((columns["run_no"], columns["segment"], columns["bucket"]))
    ordered = {name: values[order] for name, values in columns.items()}
    last = np.ones(len(order), np.bool_)
    same = [ordered[name][1:] == ordered[name][:-1] for name in ("segment", "bucket")]
    last[:-1] = ~(same[0] & same[1])
    return {name: values[last] for name, values in ordered.items()}


def members_at(lake: str, run_no: int) -> dict[str, int]:
    """How many members each segment has at a run; a segment without any row is not there. Reads no bitmap."""
    rows = rows_at(lake, run_no)
    totals = np.zeros(len(rows.segments), np.int64)
    np.add.at(totals, rows["segment"], rows["members"])
    return {rows.segments[int(number)]: int(totals[int(number)]) for number in np.unique(rows["segment"]).tolist()}


def touched_since(lake: str, run_no: int, since: Mapping[str, int]) -> set[str]:
    """The segments with a row later than the run named for each, up to `run_no`. Reads no bitmap."""
    rows = rows_at(lake, dict.fromkeys(since, run_no))
    then = np.array([since[segment] for segment in rows.segments], np.int64)
    return set(rows.taken(rows["run_no"] > then[rows["segment"]]).names)


@dataclass(frozen=True, eq=False)
class BucketBits:
    """Bitmaps of a stretch of buckets, one a row, in order of bucket."""

    segment: Sequence[str]
    bucket: Sequence[int]
    bits: BitWords


def members_of(lake: str, run_no: int, segments: Collection[str]) -> Iterator[BucketBits]:
    """The bitmaps of these segments at a run; buckets without members are left out."""
    rows = rows_at(lake, dict.fromkeys(segments, run_no))
    anybody = rows.taken(rows["members"] > 0)
    for stretch in stretches(anybody["bucket"]):
        part = anybody.taken(stretch)
        yield BucketBits(part.names, part["bucket"].tolist(), read_bits(lake, part))


@dataclass(frozen=True)
class SegmentMembers:
    """Who is in one segment at a run, read once when it is asked for: 4 KiB for each bucket with members stay in memory."""

    lake: str
    segment: str
    run_no: int

    @cached_property
    def stretches(self) -> Sequence[BucketBits]:
        return list(members_of(self.lake, self.run_no, [self.segment]))


def changes(lake: str, run_no: int, since: Mapping[str, int]) -> Iterator[pa.Table]:
    """Rows of `membership_changes` from the run named for each segment to `run_no`; untouched buckets are left out."""
    now, then = rows_at(lake, dict.fromkeys(since, run_no)), rows_at(lake, since)
    places = np.union1d(now.place, then.place)
    run_now, run_then = _runs_of(now, places), _runs_of(then, places)
    # In order of bucket: so lie the bitmaps in their files.
    touched = places[run_now != run_then]
    touched = touched[np.lexsort((touched // BUCKETS, touched % BUCKETS))]
    for stretch in stretches(touched % BUCKETS):
        part = touched[stretch]
        yield from _compared(run_no, now, part, _bits_of(lake, now, part), _bits_of(lake, then, part))


def _runs_of(rows: MemberRows, places: Numbers) -> Numbers:
    """The run of the row of each place, -1 where it has none."""
    order = np.argsort(rows.place)
    runs = np.full(len(places), -1, np.int64)
    runs[np.searchsorted(places, rows.place[order])] = rows["run_no"][order]
    return runs


def _bits_of(lake: str, rows: MemberRows, places: Numbers) -> BitWords:
    """The bitmap of each place, nobody where it has no row."""
    bits = np.zeros((len(places), WORDS), np.uint64)
    own = np.flatnonzero(np.isin(rows.place, places))
    order = np.argsort(places)
    bits[order[np.searchsorted(places[order], rows.place[own])]] = read_bits(lake, rows.taken(own))
    return bits


def _compared(run_no: int, rows: MemberRows, places: Numbers, now: BitWords, then: BitWords) -> Iterator[pa.Table]:
    entered, left = now & ~then, then & ~now
    counts = [np.bitwise_count(bits).sum(axis=1, dtype=np.int64) for bits in (entered, left)]
    differ = np.flatnonzero(counts[0] + counts[1])
    if not len(differ):
        return
    columns = {
        "run_no": pa.repeat(pa.scalar(run_no, pa.int64()), len(differ)),
        "segment": pa.array(rows.segments, pa.string()).take(pa.array(places[differ] // BUCKETS)),
        "bucket": pa.array((places[differ] % BUCKETS).astype(np.int32)),
        "entered": as_cells(entered[differ], counts[0][differ] > 0),
        "left": as_cells(left[differ], counts[1][differ] > 0),
        "entered_members": pa.array(counts[0][differ]),
        "left_members": pa.array(counts[1][differ]),
    }
    yield pa.table(columns, schema=MEMBERSHIP_CHANGES.schema)


def as_cells(bits: BitWords, anybody: NDArray[np.bool_]) -> pa.Array:
    """Bitmaps as the lake stores them; null for nobody."""
    ends = np.concatenate([[0], np.cumsum(anybody) * SIZE]).astype(np.int32)
    known = pa.py_buffer(np.packbits(anybody, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(bits[anybody]))
    return pa.Array.from_buffers(pa.binary(), len(anybody), [known, pa.py_buffer(ends), data])


def as_words(cells: pa.Array) -> BitWords:
    """Bitmaps of the lake, a row each."""
    cells = pc.fill_null(cells, bytes(SIZE))
    ends = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]
    assert (np.diff(ends) == SIZE).all(), f"a bitmap of the lake has {SIZE} bytes"
    whole = np.frombuffer(cells.buffers()[2], np.uint8)[ends[0] : ends[-1]]
    return whole.view(np.uint64).reshape(-1, WORDS)


def stretches(buckets: Numbers) -> Iterator[Numbers]:
    """Numbers of rows, which stand in order of bucket, in stretches of about `ROWS_AT_ONCE`."""
    first = 0
    while first < len(buckets):
        end = int(np.searchsorted(buckets, buckets[min(first + ROWS_AT_ONCE, len(buckets)) - 1], side="right"))
        yield np.arange(first, end)
        first = end


def read_bits(lake: str, rows: MemberRows) -> BitWords:
    """The bitmaps of these rows, in their order; of each file only the row groups that hold any are read."""
    bits = np.zeros((len(rows), WORDS), np.uint64)
    for number in np.unique(rows["file"]).tolist():
        own = np.flatnonzero(rows["file"] == number)
        own = own[np.argsort(rows["row"][own])]
        _read_bits(lake, rows.files[int(number)], rows["row"][own], own, bits)
    return bits


def _read_bits(lake: str, path: str, wanted: Numbers, places: Numbers, bits: BitWords) -> None:
    """Puts the bitmaps of a file's rows `wanted`, ascending, at `places`."""
    with opened_file(lake, MEMBERSHIPS, path) as parquet:
        try:
            first = 0
            for group in range(parquet.num_row_groups):
                count = parquet.metadata.row_group(group).num_rows
                low, high = np.searchsorted(wanted, [first, first + count])
                if low < high:
                    for batch in parquet.iter_batches(ROWS_UNPACKED, [group], ["bits"], use_threads=False):
                        low, high = np.searchsorted(wanted, [first, first + batch.num_rows])
                        cells = batch.column(0).take(pa.array(wanted[low:high] - first))
                        bits[places[low:high]] = as_words(cells)
                        first += batch.num_rows
                else:
                    first += count
        except (OSError, pa.ArrowInvalid) as error:
            raise Unreachable(
                f"{location(lake, MEMBERSHIPS)}/{path}: cannot be read to its end ({error}). Run the step again; if it "
                "ends like this again, put the file back from a copy."
            ) from error
