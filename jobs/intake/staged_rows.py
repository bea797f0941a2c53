"""Deliveries on their way in: parsed into Parquet beside the tables, and counted in one pass.

Spark hands out parts and the one parser of the catalog reads them, in the workers; Spark casts nothing. What is staged is
seen by nobody: rows are taken in once `deliveries` says that they count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import array_contains, col, collect_set, count, count_distinct, count_if, lit, struct, when
from pyspark.sql.functions import min as least_of

from jobs.catalog.model import Source
from jobs.catalog.row_rules import RowRule, row_rules
from jobs.intake.delivery_counts import Counts
from jobs.intake.delivery_reader import CHANGING, FAULT, NO_ROWS, PLACE, REMARK, WRONG, DeliveryReader
from jobs.intake.inlet import Part
from jobs.intake.staging_places import StagingPlace, staged_at
from jobs.lake.spark import reaching
from jobs.lake.tables import DELIVERY_NO, ddl

KEPT = "_kept"
"""Whether a staged row belongs to somebody: what is taken in."""


@dataclass(frozen=True)
class Staged:
    """A source's deliveries as they lie in `staging/`, seen by nobody."""

    reader: DeliveryReader
    rows: DataFrame

    @property
    def source(self) -> Source:
        return self.reader.stored.source


def stage(
    spark: SparkSession, lake: str, place: StagingPlace, reader: DeliveryReader, parts: Sequence[tuple[int, Part]]
) -> Staged:
    """The parsed rows of these parts, with their problems, as they now lie in Parquet in the attempt's own place.

    With each part stands the number of its delivery.
    """
    slices = _spread(parts, spark.sparkContext.defaultParallelism)
    schema = reader.schema
    source = reader.stored.source
    handed_out = spark.createDataFrame(
        spark.sparkContext.parallelize([part for share in slices for part in share], max(1, len(slices))),
        "delivery_no BIGINT, name STRING, size BIGINT, content STRING",
    )

    def parse(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number, *part in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield from reader.staged_batches(number, Part(*part))

    address = staged_at(lake, place.attempt, source.name)
    rows = handed_out.mapInArrow(parse, ddl(schema)).withColumn(KEPT, _belongs(source))
    with reaching(address):
        rows.write.parquet(address)
    return Staged(reader, spark.read.schema(rows.schema).parquet(address))


def count_staged(staged: Staged, ever_known: DataFrame | None) -> dict[int, Counts]:
    """What one pass counts, by delivery. `ever_known` has the `contact_id` of all that the contacts source has ever had."""
    stored = staged.reader.stored
    rows = staged.rows
    knows = ever_known is not None and bool(stored.source.contact)
    if ever_known is not None and knows:
        marked = ever_known.select(col("contact_id").alias("_known"))
        rows = rows.join(marked, on=col("contact_id") == col("_known"), how="left")
    sums = rows.groupBy(DELIVERY_NO).agg(*_sums(staged.reader, knows))
    return {row[DELIVERY_NO]: _counts(row.asDict(), staged.reader) for row in sums.collect()}


def _belongs(source: Source) -> Column:
    kept = _is_row()
    if source.contact:
        kept &= col("contact_id").isNotNull()
    if source.time:
        kept &= col(source.time).isNotNull()
    return kept


def _is_row() -> Column:
    """Whether a staged row is one of the delivery, and no mark that says something of its files."""
    return reduce(and_, (col(mark).isNull() for mark in NO_ROWS))


def _sums(reader: DeliveryReader, knows: bool) -> list[Column]:
    source = reader.stored.source
    row = _is_row()
    no_contact = row & col("contact_id").isNull() if source.contact else lit(False)
    no_time = row & col(source.time).isNull() if source.time else lit(False)
    unknown = row & ~no_contact & col("_known").isNull() if knows else lit(False)
    sums = [
        count_if(row).alias("rows"),
        count_if(no_contact).alias("missing_contact"),
        count_if(no_time).alias("missing_time"),
        count_if(unknown).alias("unknown_contacts"),
        *(_too_many(rule).alias(rule.name) for rule in row_rules(source)),
        collect_set(FAULT).alias("faults"),
        collect_set(CHANGING).alias("changing"),
        collect_set(REMARK).alias("remarks"),
    ]
    for blame in reader.blames:
        blamed = array_contains(col(WRONG), str(blame))
        sums += [
            count_if(blamed).alias(blame.name),
            least_of(when(blamed, col(PLACE))).alias(f"place of {blame.name}"),
        ]
    return sums


def _too_many(rule: RowRule) -> Column:
    """How many rows break a rule: as many as there are, or as there are different ones, beyond one for each value."""
    if rule.same is None:
        return count(rule.by) - count_distinct(rule.by)
    different = count_distinct(when(col(rule.by).isNotNull(), struct(rule.by, rule.same)))
    return different - count_distinct(rule.by)


def _counts(row: dict[str, Any], reader: DeliveryReader) -> Counts:
    places = {blame: row[f"place of {blame.name}"] for blame in reader.blames}
    return Counts(
        **{name: row[name] for name in ("rows", "missing_contact", "missing_time", "unknown_contacts")},
        repeated={rule.name: row[rule.name] for rule in row_rules(reader.stored.source)},
        wrong={blame: row[blame.name] for blame in reader.blames},
        places={blame: f"row {place['row']} of {place['path']}" for blame, place in places.items() if place},
        faults=tuple(sorted(row["faults"])),
        changing=tuple(sorted(row["changing"])),
        remarks=tuple(sorted(row["remarks"])),
    )


def _spread(parts: Sequence[tuple[int, Part]], slots: int) -> list[list[tuple[int, str, int, str]]]:
    """The parts in about as many piles as there are cores, of about the same size: the largest part first."""
    piles: list[tuple[int, list[tuple[int, str, int, str]]]] = [(0, []) for _ in range(min(len(parts), slots))]
    for number, part in sorted(parts, key=lambda numbered: (-numbered[1].size, numbered[1].name)):
        size, pile = min(piles, key=lambda pile: pile[0])
        piles.remove((size, pile))
        piles.append((size + part.size, [*pile, (number, part.name, part.size, part.content)]))
    return [pile for _, pile in piles]
