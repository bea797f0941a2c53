"""Passes over all buckets: tiles, bitmaps of lists and yesterday's memberships meet on their bucket, and the kernel answers.

Everything of a bucket reaches one task in order, by one shuffle that the grouping then needs no second time for. What comes
back is small: only bitmaps that differ from the newest earlier ones, or (`cut_passes`) the pairs that cuts are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import coalesce, col, lit

from jobs.evaluation.work_files import Work, WorkFile, load_work
from jobs.kernel.bucket import BucketAnswers, Given
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.cuts import Cuts
from jobs.kernel.tile_bucket import TileBucket
from jobs.lake.bitmaps import NOBODY
from jobs.lake.commits import rows_of
from jobs.lake.memberships import state_at
from jobs.lake.pinned_tiles import pinned_tiles
from jobs.lake.tables import IDENTITY, LIST_BITS, MEMBERSHIPS

LIST, EARLIER = "~list", "~earlier"
"""Marks of rows that are no tiles; no source has such a name, and both sort behind every source."""

ANSWER = "segment STRING, bucket INT, members BIGINT, bits BINARY, error STRING"
ROWS_AT_ONCE = 512
"""Rows of an answer's batch: 2 MiB of bitmaps."""

Arrow = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class ListRows:
    """Which rows of `list_bits` a mark stands for."""

    mark: str
    name: str
    date: str
    version: int
    attempt: str | None


@dataclass(frozen=True, eq=False)
class Buckets:
    """The rows of all buckets, shuffled by bucket. `earlier`: with the memberships before this run."""

    spark: SparkSession
    lake: str
    pack_no: int
    run_no: int
    sources: tuple[str, ...]
    lists: tuple[ListRows, ...] = ()

    def rows(self, earlier: bool) -> DataFrame:
        """bucket, source, month, pack_no, piece, mark, payload; sorted within each bucket."""
        parts = [self._tiles(), *map(self._list, self.lists)]
        if earlier:
            state = state_at(rows_of(self.spark, self.lake, MEMBERSHIPS), self.run_no - 1)
            parts.append(_marked(state, EARLIER, col("segment")))
        together = reduce(DataFrame.union, parts)
        return together.repartition("bucket").sortWithinPartitions("bucket", "source", "month", "pack_no", "piece")

    def _tiles(self) -> DataFrame:
        tiles = pinned_tiles(self.spark, self.lake, self.pack_no, [IDENTITY, *self.sources])
        return tiles.select("bucket", "source", "month", "pack_no", "piece", lit("").alias("mark"), "payload")

    def _list(self, asked: ListRows) -> DataFrame:
        rows = rows_of(self.spark, self.lake, LIST_BITS).where(
            (col("name") == asked.name)
            & (col("date") == lit(asked.date).cast("date"))
            & (col("version") == asked.version)
            & coalesce(col("attempt") == asked.attempt, lit(asked.attempt is None))
        )
        return _marked(rows, LIST, lit(asked.mark))


def _marked(rows: DataFrame, source: str, mark: Any) -> DataFrame:
    nothing = lit(0)
    return rows.select(
        "bucket", lit(source).alias("source"), nothing.cast("int").alias("month"), nothing.cast("bigint").alias("pack_no"),
        nothing.cast("int").alias("piece"), mark.alias("mark"), col("bits").alias("payload"),
    )  # fmt: skip


def answers(buckets: Buckets, work: WorkFile, cuts: Cuts, stage: int) -> DataFrame:
    """The last stage: a row for each segment and bucket whose bitmap differs from the newest earlier one, and one for
    each computed column (`error`, segment empty) that could not hold a value in a bucket."""
    return buckets.rows(earlier=True).groupBy("bucket").applyInArrow(_answer(work, cuts, stage), ANSWER)


# --- in the workers ------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class BucketGroup:
    """One bucket's rows, gathered; payloads in order of month, pack and piece."""

    bucket: int = 0
    tiles: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    lists: dict[str, bytes] = field(default_factory=dict[str, bytes])
    earlier: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def data(self, work: Work) -> TileBucket:
        given: dict[Given, bytes | None] = {asked: self.lists.get(mark) for mark, asked in work.lists.items()}
        tiles = {source: payloads for source, payloads in self.tiles.items() if source != IDENTITY}
        return TileBucket(work.catalog, work.columns, self.tiles.get(IDENTITY, []), tiles, work.lookups, given)


def gathered(batches: Iterator[pa.RecordBatch]) -> BucketGroup:
    """What a task was handed of one bucket."""
    group = BucketGroup()
    rows = [row for batch in batches for row in batch.to_pylist()]
    # They come so sorted; that the grouping keeps the order inside a bucket is not promised anywhere.
    for row in sorted(rows, key=lambda row: (row["month"], row["pack_no"], row["piece"])):
        group.bucket = row["bucket"]
        if row["source"] == LIST:
            group.lists[row["mark"]] = row["payload"]
        elif row["source"] == EARLIER:
            group.earlier[row["mark"]] = row["payload"]
        else:
            group.tiles.setdefault(row["source"], []).append(row["payload"])
    return group


def _answer(file: WorkFile, cuts: Cuts, stage: int) -> Arrow:
    def answer(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = load_work(file)
        group = gathered(batches)
        answers = evaluate_bucket(work.program, group.data(work), cuts, stage)
        differing = _differing(answers, group.earlier)
        for start in range(0, len(differing), ROWS_AT_ONCE):
            yield _bitmaps(group.bucket, answers, differing[start : start + ROWS_AT_ONCE])
        if answers.errors:
            yield _errors(group.bucket, sorted(answers.errors))

    return answer


def _differing(answers: BucketAnswers, earlier: Mapping[str, bytes]) -> list[int]:
    """The numbers of the segments whose bitmap is not the earlier one."""
    rows = enumerate(zip(answers.segments, answers.bits, strict=True))
    return [number for number, (segment, bits) in rows if bits.tobytes() != earlier.get(segment, NOBODY)]


def _bitmaps(bucket: int, answers: BucketAnswers, numbers: list[int]) -> pa.RecordBatch:
    members = [int(answers.members[number]) for number in numbers]
    bits = [answers.bits[number].tobytes() if count else None for number, count in zip(numbers, members, strict=True)]
    return pa.RecordBatch.from_arrays(
        [
            pa.array([answers.segments[number] for number in numbers], pa.string()),
            pa.array([bucket] * len(numbers), pa.int32()),
            pa.array(members, pa.int64()),
            pa.array(bits, pa.binary()),
            pa.nulls(len(numbers), pa.string()),
        ],
        names=["segment", "bucket", "members", "bits", "error"],
    )


def _errors(bucket: int, columns: list[str]) -> pa.RecordBatch:
    count = len(columns)
    return pa.RecordBatch.from_arrays(
        [
            pa.array([""] * count, pa.string()),
            pa.array([bucket] * count, pa.int32()),
            pa.array([0] * count, pa.int64()),
            pa.nulls(count, pa.binary()),
            pa.array(columns, pa.string()),
        ],
        names=["segment", "bucket", "members", "bits", "error"],
    )
