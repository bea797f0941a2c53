"""The one Spark job of a pack: rows are read, cut, moved once as fragments, and written as tiles, all in the workers.

Spark hands out pieces of files, moves fragments to the task of their bucket, and gathers one small row for each file.
Fragments of sources with a key are moved twice: a row may replace one of another bucket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.kernel.bucket_rows import BUCKET
from jobs.lake.contact_lookup import ContactIndex
from jobs.lake.creation import location
from jobs.lake.spark import reaching
from jobs.lake.stored_files import FilePiece, files_at, pieces
from jobs.lake.tables import CONTACTS, DELIVERY_NO, TILES, ddl
from jobs.packs.additions import Additions
from jobs.packs.row_readings import CUT, KEY_FRAGMENT, PIECE, PieceReader, RowReading
from jobs.packs.tile_files import FRAGMENT, WRITTEN, tile_writer

TASKS_A_CORE = 4
"""So that one bucket with many rows does not hold the others of its task."""
KEY_ROWS = 1_000_000
"""About as many rows are compared by key at a time."""

Task = tuple[int, int, FilePiece]
"""The place of a reading, a number that orders what is read, and what to read."""


def write_tiles(
    spark: SparkSession, lake: str, additions: Additions, pack_no: int, index: ContactIndex, contacts: int
) -> list[Mapping[str, Any]]:
    """Writes the tiles that a pack adds into files nobody knows yet; rows of `WRITTEN`. `contacts` have numbers."""
    tasks = _tasks(lake, additions.readings, index.version)
    if not tasks:
        return []
    cores = spark.sparkContext.defaultParallelism
    by_key = [task for task in tasks if additions.readings[task[0]].by_key]
    direct = [task for task in tasks if not additions.readings[task[0]].by_key]
    key_parts = max(1, sum(piece.rows for *_, piece in by_key) // KEY_ROWS)
    reader = PieceReader(lake, index, tuple(additions.readings), key_parts)
    fragments: list[DataFrame] = []
    if direct:
        fragments.append(handed_out(spark, direct).mapInArrow(reader.cut, FRAGMENT))
    if by_key:
        cut = handed_out(spark, by_key).mapInArrow(reader.cut_by_key, KEY_FRAGMENT)
        fragments.append(_moved(cut, "part", min(key_parts, cores)).mapInArrow(reader.settle(), FRAGMENT))
    whole = fragments[0] if len(fragments) == 1 else fragments[0].union(fragments[1])
    parts = min(contacts // BUCKET + 1, cores * TASKS_A_CORE)
    write = tile_writer(lake, pack_no, tuple(additions.additions))
    with reaching(location(lake, TILES)):
        rows = _moved(whole, "bucket", parts).mapInArrow(write, ddl(WRITTEN)).collect()
    return [row.asDict() for row in rows]


def _moved(fragments: DataFrame, by: str, parts: int) -> DataFrame:
    return fragments.repartition(parts, by).sortWithinPartitions(by, "addition", "seq")


def _tasks(lake: str, readings: Sequence[RowReading], people: int) -> list[Task]:
    """What there is to read, in an order that depends on the tables alone."""
    tasks: list[Task] = []
    for number, reading in enumerate(readings):
        version = people if reading.table == CONTACTS else None
        column = DELIVERY_NO if reading.deliveries else None
        files = files_at(lake, reading.table, version, column)
        wanted = [file for file in files if not reading.deliveries or file.may_hold(reading.deliveries)]
        tasks += [
            (number, len(tasks) + place, piece) for place, piece in enumerate(pieces(lake, reading.table, wanted))
        ]
    return tasks


def handed_out(spark: SparkSession, tasks: Sequence[Task]) -> DataFrame:
    """Rows (`PIECE`) of the tasks in about as many piles as there are cores, of about as many rows: the largest first."""
    piles: list[list[Task]] = [[] for _ in range(min(len(tasks), spark.sparkContext.defaultParallelism))]
    for task in sorted(tasks, key=lambda task: (-task[2].rows, task[1])):
        min(piles, key=lambda pile: sum(piece.rows for *_, piece in pile)).append(task)
    rows = [(number, seq, p.path, p.first, p.last, p.rows) for pile in piles for number, seq, p in pile]
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, len(piles)), PIECE)


assert CUT.names == [column.split()[0] for column in FRAGMENT.split(", ")]
