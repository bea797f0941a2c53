"""The lake's tables as others read and write them: somebody else's Spark, and delta-rs, with nothing of ours in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from delta import exceptions as delta_exceptions
from deltalake import write_deltalake
from pyspark.sql import DataFrame, SparkSession
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from jobs.lake.creation import ensure, exists, location
from jobs.lake.tables import Table

CONFLICTS: tuple[type[Exception], ...] = tuple(getattr(delta_exceptions, name) for name in delta_exceptions.__all__)
"""Another writer was first. In Python none of these is a kind of another, though one stands above the others in Java."""


def rows_of(spark: SparkSession, lake: str, table: Table) -> DataFrame:
    """The table's rows now; no rows where the table has not been made yet."""
    if not exists(lake, table):
        return spark.createDataFrame([], table.ddl)
    return spark.read.format("delta").load(location(lake, table))


def append_by_spark(
    spark: SparkSession, lake: str, table: Table, rows: Sequence[Mapping[str, object]], once: tuple[str, int]
) -> None:
    """One commit with these rows, tried again while others come first; none where the writer has committed this number, or
    a greater one, before."""
    ensure(lake, table)
    columns = pa.Table.from_pylist([dict(row) for row in rows], table.schema)
    writer = spark.createDataFrame(columns).coalesce(1).write.format("delta").mode("append")
    writer = writer.option("txnAppId", once[0]).option("txnVersion", once[1])
    conflict = retry_if_exception_type(CONFLICTS)
    wait = wait_exponential_jitter(multiplier=0.5)
    Retrying(retry=conflict, stop=stop_after_attempt(5), wait=wait, reraise=True)(writer.save, location(lake, table))


def write_rows(lake: str, table: Table, *rows: Mapping[str, Any]) -> None:
    """A table made by delta-rs with these rows, columns they lack null."""
    whole = pa.Table.from_pylist([{name: row.get(name) for name in table.schema.names} for row in rows], table.schema)
    write_deltalake(f"{lake}/{table.path}", whole, partition_by=list(table.partitions) or None)
