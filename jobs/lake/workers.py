"""Who works through rows of Arrow: Spark's workers, or this process where there is so little to do that no JVM is worth it.

What is done are the same functions of batches; a crew hands rows out to them, moves what they give to where it meets, and
gathers what is left. Both crews come to the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any, Protocol, Self, TypeVar

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from jobs.lake.file_commits import written
from jobs.lake.processors import cores
from jobs.lake.spark import reaching, session
from jobs.lake.tables import ddl
from jobs.settings import LOOKUP_CONTACTS, Settings

BatchWork = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]
T = TypeVar("T")


class RowFlow(Protocol):
    """Rows on their way; nothing is done before they are gathered."""

    def mapped(self, work: BatchWork, schema: pa.Schema) -> Self:
        """What the work makes of them, as rows of `schema`."""
        ...

    def moved(self, by: str, parts: int, order: Sequence[str]) -> Self:
        """Those of one value of `by` in one place, in this order; at most so many places."""
        ...

    def beside(self, others: Self) -> Self:
        """These and others of the same columns."""
        ...

    def gathered(self, address: str) -> list[dict[str, Any]]:
        """All of them. `Unreachable` where the address that the work is about cannot be read or written."""
        ...


class Crew(Protocol):
    """Those who work."""

    @property
    def cores(self) -> int:
        """How many of them there are."""
        ...

    @property
    def elsewhere(self) -> bool:
        """Whether they are other processes: what is large is then left where they find it, not sent with each task."""
        ...

    @property
    def on_other_machines(self) -> bool:
        """Whether they may be: those of a cluster."""
        ...

    def hand_out(self, piles: Sequence[Sequence[tuple[Any, ...]]], schema: pa.Schema) -> RowFlow:
        """Rows of `schema`, a pile for each of them."""
        ...


@dataclass(frozen=True, eq=False)
class Workers:
    """Whom there is to work. `spark` starts when it is asked; up to so many rows, or bytes of files, this process does the
    work itself. Up to so many contacts are numbered, and looked up, in one table."""

    spark: Callable[[], SparkSession]
    here_rows: int = 0
    here_bytes: int = 0
    lookup_contacts: int = LOOKUP_CONTACTS

    def for_rows(self, count: int) -> Crew:
        return OwnCrew() if count <= self.here_rows else SparkCrew(self.spark())

    def for_bytes(self, count: int) -> Crew:
        return OwnCrew() if count <= self.here_bytes else SparkCrew(self.spark())


def workers_of(settings: Settings, step: str, here_rows: int = 0, here_bytes: int = 0) -> Workers:
    """Those of a step; its session starts once, whoever asks first."""
    lock = Lock()

    def start() -> SparkSession:
        with lock:
            return session(settings, step)

    return Workers(start, here_rows, here_bytes, settings.lookup_contacts)


def even_piles(items: Iterable[T], weight: Callable[[T], int], count: int) -> list[list[T]]:
    """The items in at most so many piles of about the same weight, none of them empty: the heaviest item first."""
    piles: list[list[T]] = []
    weights: list[int] = []
    for item in sorted(items, key=weight, reverse=True):
        if len(piles) < count:
            piles.append([item])
            weights.append(weight(item))
        else:
            lightest = weights.index(min(weights))
            piles[lightest].append(item)
            weights[lightest] += weight(item)
    return piles


def _batch_of(pile: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([dict(zip(schema.names, row, strict=True)) for row in pile], schema)


# --- this process --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnCrew:
    """Threads of this process, one for each core: rows of Arrow are read, sorted, encoded and written outside of Python's
    lock. What is moved lies in memory."""

    cores: int = field(default_factory=cores)
    elsewhere: bool = False
    on_other_machines: bool = False

    def hand_out(self, piles: Sequence[Sequence[tuple[Any, ...]]], schema: pa.Schema) -> OwnFlow:
        batches = [_batch_of(pile, schema) for pile in piles]
        return OwnFlow(schema, self.cores, [partial(iter, [batch]) for batch in batches])


Batches = Callable[[], Iterator[pa.RecordBatch]]


@dataclass(frozen=True, eq=False)
class OwnFlow:
    """Rows in this process, made anew each time they are asked for: what each of some tasks makes."""

    schema: pa.Schema
    cores: int
    tasks: Sequence[Batches]

    def mapped(self, work: BatchWork, schema: pa.Schema) -> OwnFlow:
        def after(task: Batches) -> Batches:
            return lambda: (_as(schema, batch) for batch in work(task()))

        return OwnFlow(schema, self.cores, [after(task) for task in self.tasks])

    def moved(self, by: str, parts: int, order: Sequence[str]) -> OwnFlow:
        lock = Lock()
        waiting: dict[int, list[pa.RecordBatch]] = {}  # by part its rows, until somebody has taken them

        def part(number: int) -> Iterator[pa.RecordBatch]:
            with lock:
                if number not in waiting:
                    waiting.update(_shared_out(self._results(), by, parts))
                rows = waiting.pop(number)
            return _in_order(rows, order)

        return OwnFlow(self.schema, self.cores, [partial(part, number) for number in range(parts)])

    def beside(self, others: OwnFlow) -> OwnFlow:
        return OwnFlow(self.schema, self.cores, [*self.tasks, *others.tasks])

    def gathered(self, address: str) -> list[dict[str, Any]]:
        with written(address):
            return [row for batch in self._results() for row in batch.to_pylist()]

    def _results(self) -> list[pa.RecordBatch]:
        with ThreadPoolExecutor(self.cores) as threads:
            return list(chain.from_iterable(threads.map(lambda task: list(task()), self.tasks)))


MOVED_ROWS = 256
"""Rows of a batch behind a move: fragments of some kilobytes to some megabytes each."""


def _as(schema: pa.Schema, batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([batch.column(field.name).cast(field.type) for field in schema], schema=schema)


def _shared_out(batches: Iterable[pa.RecordBatch], by: str, parts: int) -> dict[int, list[pa.RecordBatch]]:
    """Single rows, those of one value in one part; nothing is copied."""
    shared: dict[int, list[pa.RecordBatch]] = {number: [] for number in range(parts)}
    for batch in batches:
        for row, value in enumerate(batch.column(by).to_pylist()):
            shared[value % parts].append(batch.slice(row, 1))
    return shared


def _in_order(rows: Sequence[pa.RecordBatch], order: Sequence[str]) -> Iterator[pa.RecordBatch]:
    places = [tuple(row.column(name)[0].as_py() for name in order) for row in rows]
    sorted_rows = [rows[number] for number in sorted(range(len(rows)), key=places.__getitem__)]
    for first in range(0, len(rows), MOVED_ROWS):
        yield from pa.Table.from_batches(sorted_rows[first : first + MOVED_ROWS]).combine_chunks().to_batches()


# --- Spark's -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SparkCrew:
    """Spark's workers."""

    spark: SparkSession
    elsewhere: bool = True

    @property
    def cores(self) -> int:
        return self.spark.sparkContext.defaultParallelism

    @property
    def on_other_machines(self) -> bool:
        return not re.fullmatch(r"local(\[.*\])?", self.spark.sparkContext.master or "")

    def hand_out(self, piles: Sequence[Sequence[tuple[Any, ...]]], schema: pa.Schema) -> SparkFlow:
        # Numbers of piles are all that Spark hands out: rows of Python would be a worker more for each core.
        numbers = self.spark.range(0, len(piles), 1, max(1, len(piles)))
        batches = [_batch_of(pile, schema) for pile in piles]

        def rows_of(handed: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            return (batches[number] for each in handed for number in each.column(0).to_pylist())

        return SparkFlow(numbers, schema, rows_of)


@dataclass(frozen=True, eq=False)
class SparkFlow:
    """Rows of `schema`: those of a frame, or what the work makes of them, as Arrow and in one go however much it is."""

    rows: DataFrame
    schema: pa.Schema
    work: BatchWork | None = None

    @property
    def frame(self) -> DataFrame:
        return self.rows if self.work is None else self.rows.mapInArrow(self.work, ddl(self.schema))

    def mapped(self, work: BatchWork, schema: pa.Schema) -> SparkFlow:
        first = self.work  # not the flow itself, whose frame cannot go to workers
        return SparkFlow(self.rows, schema, work if first is None else lambda batches: work(first(batches)))

    def moved(self, by: str, parts: int, order: Sequence[str]) -> SparkFlow:
        return SparkFlow(self.frame.repartition(parts, by).sortWithinPartitions(*order), self.schema)

    def beside(self, others: SparkFlow) -> SparkFlow:
        return SparkFlow(self.frame.union(others.frame), self.schema)

    def gathered(self, address: str) -> list[dict[str, Any]]:
        with reaching(address):
            return [row.asDict() for row in self.frame.collect()]
