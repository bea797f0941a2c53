"""Passes over all buckets, each answered by the kernel where the bucket is read. What comes back is small: a row for each
file that was written, each column that overflowed, each size; or (`cut_passes`) the pairs that cuts are made from.

A pass is one function of some buckets. What is handed out (`lake/workers`) are the numbers of piles of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import pyarrow as pa

from jobs.evaluation.bucket_cells import BucketPayloads
from jobs.evaluation.meters import METER, Meter
from jobs.evaluation.work_files import Work, keep_work, kernel_data, load_work
from jobs.kernel.bucket import BucketAnswers
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.compiled import loops_for
from jobs.kernel.cuts import Cuts
from jobs.lake.bitmaps import NOBODY
from jobs.lake.creation import location
from jobs.lake.table_files import TableFile, TableFileWriter
from jobs.lake.tables import MEMBERSHIPS
from jobs.lake.workers import BatchWork, Crew

PILES_A_CORE = 4
"""So that one bucket with many rows does not hold the others of its pile."""
ROWS_AT_ONCE = 512
"""Rows of bitmaps that are handed to a file at a time: 2 MiB."""
PILE = pa.schema([pa.field("pile", pa.int64(), nullable=False)])


class BucketPass(Protocol):
    """What is asked of every bucket; goes to workers whole."""

    @property
    def stage(self) -> int: ...

    @property
    def schema(self) -> pa.Schema: ...

    def answer(self, work: Work, buckets: Sequence[int], meter: Meter) -> Iterator[pa.RecordBatch]:
        """Rows of `schema` about these buckets; the meter is told what they cost."""
        ...


@dataclass(frozen=True, eq=False)
class HandedBuckets:
    """The buckets of a run, handed out to a crew in `parts` piles; `load` gives whoever gets a pile the work. `meters`: what
    each stage has cost so far."""

    crew: Crew
    work: Work
    load: Callable[[], Work]
    parts: int
    meters: dict[int, Meter] = field(default_factory=dict[int, Meter])

    def rows(self, asked: BucketPass) -> list[dict[str, Any]]:
        """What all buckets together say of a pass, in no order."""
        cells = self.work.cells
        piles = piles_of(cells.buckets, cells.rows, self.parts)
        if not piles:
            return []
        numbers = self.crew.hand_out([[(number,)] for number in range(len(piles))], PILE)
        answers = numbers.mapped(_task(self.load, piles, asked), asked.schema.append(METER))
        rows: list[dict[str, Any]] = []
        for row in answers.gathered(location(cells.lake, MEMBERSHIPS)):
            reading = row.pop(METER.name)
            if reading is None:
                rows.append(row)
            else:
                self.meters.setdefault(asked.stage, Meter()).add(reading)
        return rows


def hand_out(crew: Crew, run_no: int, work: Work, parts: int | None = None) -> HandedBuckets:
    """A run's buckets for a crew, the work where it is found. In so many parts, else four for each core of others; the
    kernel takes one bucket after the other in this process."""
    load = partial(load_work, keep_work(work.cells.lake, run_no, work)) if crew.elsewhere else lambda: work
    return HandedBuckets(crew, work, load, parts or (crew.cores * PILES_A_CORE if crew.elsewhere else 1))


def piles_of(buckets: Sequence[int], rows: Mapping[int, int], parts: int) -> list[list[int]]:
    """The buckets in their order in at most so many piles, of about as many rows each."""
    piles: dict[int, list[int]] = {}
    total, before = sum(rows[bucket] for bucket in buckets), 0
    for bucket in buckets:
        piles.setdefault(before * parts // total, []).append(bucket)
        before += rows[bucket]
    return list(piles.values())


def _task(load: Callable[[], Work], piles: Sequence[Sequence[int]], asked: BucketPass) -> BatchWork:
    def answer(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for pile in batch.column(0).to_pylist():
                work, meter = load(), Meter()
                # One bucket alone may not be worth compiled loops; a pile of them is.
                loops_for(sum(work.cells.rows[bucket] for bucket in piles[pile]))
                for rows in asked.answer(work, piles[pile], meter):
                    yield rows.append_column(METER, pa.nulls(rows.num_rows, METER.type))
                yield pa.RecordBatch.from_pylist([{METER.name: meter.reading()}], asked.schema.append(METER))

    return answer


ANSWER = pa.schema(
    [
        ("path", pa.string()),  # a file with memberships …
        ("size", pa.int64()),
        ("rows", pa.int64()),
        ("statistics", pa.string()),
        ("error", pa.string()),  # … or a computed column that could not hold a value …
        ("segment", pa.string()),  # … or the members in a bucket of what is only counted
        ("members", pa.int64()),
    ]
)


@dataclass(frozen=True)
class LastPass:
    """The last stage: bitmaps that differ from the newest earlier ones are written as files of `memberships`, which nobody
    knows until they are committed. `written` false: they are not, only the rest is asked."""

    cuts: Cuts
    stage: int
    run_no: int
    written: bool

    @property
    def schema(self) -> pa.Schema:
        return ANSWER

    def answer(self, work: Work, buckets: Sequence[int], meter: Meter) -> Iterator[pa.RecordBatch]:
        writer = TableFileWriter(work.cells.lake, MEMBERSHIPS)
        rows: list[dict[str, Any]] = []
        for read in work.cells.read(buckets, earlier=self.written):
            meter.count(read.tiles)
            answers = evaluate_bucket(work.program, kernel_data(work, read), self.cuts, self.stage, meter.watch)
            if self.written:
                for batch in self._differing(read, answers):
                    writer.write(batch)
            rows += ({"error": column} for column in sorted(answers.errors))
            rows += (
                {"segment": segment, "members": int(count)}
                for segment, count in zip(answers.segments, answers.members, strict=True)
                if is_only_counted(segment)
            )
        file = writer.close()
        if file is not None:
            rows.append({name: getattr(file, name) for name in ("path", "size", "rows", "statistics")})
        yield pa.RecordBatch.from_pylist(rows, ANSWER)

    def _differing(self, read: BucketPayloads, answers: BucketAnswers) -> Iterator[pa.RecordBatch]:
        numbers = [
            number
            for number, segment in enumerate(answers.segments)
            if not is_only_counted(segment) and answers.bits[number].tobytes() != read.earlier.get(segment, NOBODY)
        ]
        for start in range(0, len(numbers), ROWS_AT_ONCE):
            yield _bitmaps(read.bucket, self.run_no, answers, numbers[start : start + ROWS_AT_ONCE])


def is_only_counted(segment: str) -> bool:
    """Whether it is no segment but one of the two names beside a sensitive one (`sensitive_bounds`)."""
    return " " in segment


def _bitmaps(bucket: int, run_no: int, answers: BucketAnswers, numbers: Sequence[int]) -> pa.RecordBatch:
    members = [int(answers.members[number]) for number in numbers]
    columns = {
        "segment": [answers.segments[number] for number in numbers],
        "bucket": [bucket] * len(numbers),
        "run_no": [run_no] * len(numbers),
        "members": members,
        "bits": [
            answers.bits[number].tobytes() if count else None for number, count in zip(numbers, members, strict=True)
        ],
    }
    return pa.RecordBatch.from_pydict(columns, MEMBERSHIPS.schema)


def written_files(rows: Iterable[dict[str, Any]]) -> list[TableFile]:
    """The files among rows of `ANSWER`."""
    return [
        TableFile(row["path"], row["size"], row["rows"], row["statistics"]) for row in rows if row["path"] is not None
    ]
