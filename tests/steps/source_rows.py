"""The rows a source consists of, given the deliveries that count: later ones win where rows have a key.

This is the only meaning `sources/<source>` has. Reading the table itself shows superseded and unaccepted rows too.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import array, array_position, col, lit, row_number
from pyspark.sql.types import DataType, StructType
from pyspark.sql.window import Window

from jobs.catalog.model import Source
from jobs.catalog.row_rules import KEY
from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.lake.stored_columns import typed_name
from jobs.lake.tables import DELIVERY_NO, ddl, source_table
from tests.lake.spark_tables import rows_of


def delivered_rows(
    spark: SparkSession, lake: str, source: Source, parsed: pa.Schema, deliveries: Sequence[int]
) -> DataFrame:
    """The rows of these deliveries as they came, duplicates of a key included."""
    rows = rows_of(spark, lake, source_table(source.name, parsed))
    return rows.where(col(DELIVERY_NO).isin(list(deliveries))).select(DELIVERY_NO, *placed_columns(rows, parsed))


def placed_columns(rows: DataFrame, parsed: pa.Schema) -> list[Column]:
    """The parsed columns as a source's table keeps them; null where it has no place for them."""
    stored = {field.name: field.dataType for field in rows.schema}
    columns: list[Column] = []
    for field, kind in zip(parsed, _types(parsed), strict=True):
        place = field.name if stored.get(field.name) == kind else typed_name(field)
        columns.append((col(f"`{place}`") if place in stored else lit(None).cast(kind)).alias(field.name))
    return columns


def _types(parsed: pa.Schema) -> list[DataType]:
    fields = StructType.fromDDL(ddl(parsed))
    assert isinstance(fields, StructType)
    return [field.dataType for field in fields]


def current_rows(
    spark: SparkSession, lake: str, source: Source, parsed: pa.Schema, deliveries: Sequence[int]
) -> DataFrame:
    """The source's rows once these deliveries, in their order, have been taken in; one shuffle on the key if it has one."""
    rows = delivered_rows(spark, lake, source, parsed, deliveries)
    key = identity(source)
    if not key or not deliveries:
        return rows
    order = array_position(array(*(lit(number) for number in deliveries)), col(DELIVERY_NO))
    newest = Window.partitionBy(*key).orderBy(order.desc())
    kept = rows.withColumn("_newest", row_number().over(newest)).where(col("_newest") == 1).drop("_newest")
    return kept.where(~col(DELETED).eqNullSafe(lit(True))) if source.delivery == "changes" else kept


def identity(source: Source) -> tuple[str, ...]:
    """The stored columns that say which row a later one replaces, equal where keys are; none where rows only add up."""
    if source.key:
        return (KEY,)
    return (CONTACT_ID,) if source.one_row_each else ()
