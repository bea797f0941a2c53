"""Passes over all buckets, each answered by the kernel where the bucket is read. What comes back is small: a row for each
file that was written, each column that overflowed, each size; or (`cut_passes`) the pairs that cuts are made from.

A pass is one function of some buckets, and there are two ways to hand these out: in this process, which starts no JVM, or as
a Spark job whose rows are numbers of piles. Both give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.evaluation.bucket_cells import BucketPayloads
from jobs.evaluation.work_files import Work, WorkFile, keep_work, kernel_data, load_work
from jobs.kernel.bucket import BucketAnswers
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.cuts import Cuts
from jobs.lake.bitmaps import NOBODY
from jobs.lake.creation import location
from jobs.lake.file_commits import written
from jobs.lake.spark import reaching
from jobs.lake.table_files import TableFile, TableFileWriter
from jobs.lake.tables import MEMBERSHIPS, ddl

PILES_A_CORE = 4
"""So that one bucket with many rows does not hold the others of its pile."""
ROWS_AT_ONCE = 512
"""Rows of bitmaps that are handed to a file at a time: 2 MiB."""


class BucketPass(Protocol):
    """What is asked of every bucket; goes to workers whole."""

    @property
    def schema(self) -> pa.Schema: ...

    def answer(self, work: Work, buckets: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Rows of `schema` about these buckets."""
        ...


class Hands(Protocol):
    """Who goes through the buckets."""

    def rows(self, asked: BucketPass) -> list[dict[str, Any]]:
        """What all buckets together say, in no order."""
        ...


@dataclass(frozen=True, eq=False)
class ThisProcess:
    """This process, bucket after bucket; for work that is done before a JVM has started."""

    work: Work

    def rows(self, asked: BucketPass) -> list[dict[str, Any]]:
        with written(location(self.work.cells.lake, MEMBERSHIPS)):
            return [row for batch in asked.answer(self.work, self.work.cells.buckets) for row in batch.to_pylist()]


@dataclass(frozen=True, eq=False)
class SparkWorkers:
    """Spark's workers, each with a pile of buckets at a time; a pass is a job. `parts` piles, else four for each core."""

    spark: SparkSession
    work: Work
    file: WorkFile
    parts: int | None = None

    def rows(self, asked: BucketPass) -> list[dict[str, Any]]:
        piles = self._piles()
        with reaching(self.work.cells.lake):
            numbers = self.spark.range(0, len(piles), 1, len(piles)) if piles else None
            rows = (
                []
                if numbers is None
                else numbers.mapInArrow(_task(self.file, piles, asked), ddl(asked.schema)).collect()
            )
        return [row.asDict() for row in rows]

    def _piles(self) -> list[list[int]]:
        cells = self.work.cells
        parts = self.parts or self.spark.sparkContext.defaultParallelism * PILES_A_CORE
        return piles_of(cells.buckets, cells.rows, parts)


def piles_of(buckets: Sequence[int], rows: Mapping[int, int], parts: int) -> list[list[int]]:
    """The buckets in their order in at most so many piles, of about as many rows each."""
    piles: dict[int, list[int]] = {}
    total, before = sum(rows[bucket] for bucket in buckets), 0
    for bucket in buckets:
        piles.setdefault(before * parts // total, []).append(bucket)
        before += rows[bucket]
    return list(piles.values())


def with_spark(spark: SparkSession, run_no: int, work: Work, parts: int | None = None) -> SparkWorkers:
    """Spark's workers, once the work lies where they find it."""
    return SparkWorkers(spark, work, keep_work(work.cells.lake, run_no, work), parts)


def _task(
    file: WorkFile, piles: Sequence[Sequence[int]], asked: BucketPass
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def answer(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for pile in batch.column(0).to_pylist():
                yield from asked.answer(load_work(file), piles[pile])

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

    def answer(self, work: Work, buckets: Sequence[int]) -> Iterator[pa.RecordBatch]:
        writer = TableFileWriter(work.cells.lake, MEMBERSHIPS)
        rows: list[dict[str, Any]] = []
        for read in work.cells.read(buckets, earlier=self.written):
            answers = evaluate_bucket(work.program, kernel_data(work, read), self.cuts, self.stage)
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
