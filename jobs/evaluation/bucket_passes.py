"""Passes over all buckets: tiles, bitmaps of lists and yesterday's memberships meet on their bucket, and the kernel answers.

Everything of a bucket reaches one task in order, by one shuffle that the grouping then needs no second time for. What comes
back is small: only bitmaps that differ from the newest earlier ones, or the pairs that cuts are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import coalesce, col, lit

from jobs.evaluation.work_files import Work, load_work
from jobs.kernel.bucket import BucketAnswers, Pairs
from jobs.kernel.bucket_evaluation import edge_ids, evaluate_bucket
from jobs.kernel.cuts import Cuts, Edge
from jobs.kernel.tile_bucket import TileBucket
from jobs.lake.bitmaps import NOBODY
from jobs.lake.commits import rows_of
from jobs.lake.memberships import state_at
from jobs.lake.pinned_tiles import pinned_tiles
from jobs.lake.tables import IDENTITY, LIST_BITS, MEMBERSHIPS

LIST, EARLIER = "~list", "~earlier"
"""Marks of rows that are no tiles; no source has such a name, and both sort behind every source."""

ANSWER = "segment STRING, bucket INT, members BIGINT, bits BINARY, error STRING"
PAIRS = "kind STRING, name STRING, dtype STRING, `values` BINARY, counts BINARY, missing BIGINT"
EDGES = "segment STRING, contact_ids ARRAY<STRING>"
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

    def _list(self, one: ListRows) -> DataFrame:
        rows = rows_of(self.spark, self.lake, LIST_BITS).where(
            (col("name") == one.name)
            & (col("date") == lit(one.date).cast("date"))
            & (col("version") == one.version)
            & coalesce(col("attempt") == one.attempt, lit(one.attempt is None))
        )
        return _marked(rows, LIST, lit(one.mark))


def _marked(rows: DataFrame, source: str, mark: Any) -> DataFrame:
    nothing = lit(0)
    return rows.select(
        "bucket", lit(source).alias("source"), nothing.cast("int").alias("month"), nothing.cast("bigint").alias("pack_no"),
        nothing.cast("int").alias("piece"), mark.alias("mark"), col("bits").alias("payload"),
    )  # fmt: skip


def answers(buckets: Buckets, work: str, cuts: Cuts, stage: int) -> DataFrame:
    """The last stage: a row for each segment and bucket whose bitmap differs from the newest earlier one, and one for
    each computed column (`error`, segment empty) that could not hold a value in a bucket."""
    return buckets.rows(earlier=True).groupBy("bucket").applyInArrow(_answer(work, cuts, stage), ANSWER)


def pairs(buckets: Buckets, work: str, cuts: Cuts, stage: int) -> dict[tuple[str, str], list[Pairs]]:
    """An earlier stage: what each bucket says of each quantile (its number as text) and keep."""
    rows = buckets.rows(earlier=False).groupBy("bucket").applyInArrow(_pairs(work, cuts, stage), PAIRS)
    found: dict[tuple[str, str], list[Pairs]] = {}
    for row in rows.collect():
        values, counts = np.frombuffer(row["values"], row["dtype"]), np.frombuffer(row["counts"], np.int64)
        found.setdefault((row["kind"], row["name"]), []).append(Pairs(values, counts, row["missing"]))
    return found


def edges(buckets: Buckets, work: str, cuts: Cuts, stage: int, at: Mapping[str, Edge]) -> dict[str, list[list[str]]]:
    """For each segment whose keep cuts inside equal values: of each bucket the smallest ids at the edge."""
    rows = buckets.rows(earlier=False).groupBy("bucket").applyInArrow(_edges(work, cuts, stage, dict(at)), EDGES)
    found: dict[str, list[list[str]]] = {segment: [] for segment in at}
    for row in rows.collect():
        found[row["segment"]].append(list(row["contact_ids"]))
    return found


# --- in the workers ------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Group:
    """One bucket's rows, gathered; payloads in order of month, pack and piece."""

    bucket: int = 0
    tiles: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    lists: dict[str, bytes] = field(default_factory=dict[str, bytes])
    earlier: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def data(self, work: Work) -> TileBucket:
        lists = {asked: self.lists.get(mark) for mark, asked in work.lists.items()}
        tiles = {source: payloads for source, payloads in self.tiles.items() if source != IDENTITY}
        return TileBucket(work.catalog, work.columns, self.tiles.get(IDENTITY, []), tiles, work.lookups, lists)


def _gathered(batches: Iterator[pa.RecordBatch]) -> _Group:
    group = _Group()
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


def _answer(address: str, cuts: Cuts, stage: int) -> Arrow:
    def answer(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = load_work(address)
        group = _gathered(batches)
        found = evaluate_bucket(work.program, group.data(work), cuts, stage)
        differing = _differing(found, group.earlier)
        for start in range(0, len(differing), ROWS_AT_ONCE):
            yield _bitmaps(group.bucket, found, differing[start : start + ROWS_AT_ONCE])
        if found.errors:
            yield _errors(group.bucket, sorted(found.errors))

    return answer


def _differing(found: BucketAnswers, earlier: Mapping[str, bytes]) -> list[int]:
    """The numbers of the segments whose bitmap is not the earlier one."""
    rows = enumerate(zip(found.segments, found.bits, strict=True))
    return [number for number, (segment, bits) in rows if bits.tobytes() != earlier.get(segment, NOBODY)]


def _bitmaps(bucket: int, found: BucketAnswers, numbers: list[int]) -> pa.RecordBatch:
    members = [int(found.members[number]) for number in numbers]
    bits = [found.bits[number].tobytes() if count else None for number, count in zip(numbers, members, strict=True)]
    return pa.RecordBatch.from_arrays(
        [
            pa.array([found.segments[number] for number in numbers], pa.string()),
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


def _pairs(address: str, cuts: Cuts, stage: int) -> Arrow:
    def pairs_of_bucket(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = load_work(address)
        group = _gathered(batches)
        found = evaluate_bucket(work.program, group.data(work), cuts, stage)
        told = [("quantile", str(number), one) for number, one in found.quantiles.items()]
        told += [("keep", segment, one) for segment, one in found.keeps.items()]
        rows = [
            {
                "kind": kind, "name": name, "dtype": one.values.dtype.str, "values": one.values.tobytes(),
                "counts": one.counts.tobytes(), "missing": one.missing,
            }
            for kind, name, one in told
        ]  # fmt: skip
        yield pa.RecordBatch.from_pylist(rows, PAIRS_SCHEMA)

    return pairs_of_bucket


PAIRS_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("dtype", pa.string()),
        ("values", pa.binary()),
        ("counts", pa.binary()),
        ("missing", pa.int64()),
    ]
)


def _edges(address: str, cuts: Cuts, stage: int, at: Mapping[str, Edge]) -> Arrow:
    def edges_of_bucket(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = load_work(address)
        group = _gathered(batches)
        found = edge_ids(work.program, group.data(work), cuts, stage, at)
        yield pa.RecordBatch.from_pydict({"segment": list(found), "contact_ids": list(found.values())}, EDGES_SCHEMA)

    return edges_of_bucket


EDGES_SCHEMA = pa.schema([("segment", pa.string()), ("contact_ids", pa.list_(pa.string()))])
