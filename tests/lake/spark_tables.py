"""The lake's tables as somebody else's Spark reads and appends to them, with nothing of ours in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from jobs.lake.creation import ensure, exists, location
from jobs.lake.tables import Table


def rows_of(spark: SparkSession, lake: str, table: Table) -> DataFrame:
    """The table's rows now; no rows where the table has not been made yet."""
    if not exists(lake, table):
        return spark.createDataFrame([], table.ddl)
    return spark.read.format("delta").load(location(lake, table))


def append_by_spark(
    spark: SparkSession, lake: str, table: Table, rows: Sequence[Mapping[str, object]], once: tuple[str, int]
) -> None:
    """One commit with these rows; none where the writer has committed this number, or a greater one, before."""
    ensure(lake, table)
    columns = pa.Table.from_pylist([dict(row) for row in rows], table.schema)
    writer = spark.createDataFrame(columns).coalesce(1).write.format("delta").mode("append")
    writer.option("txnAppId", once[0]).option("txnVersion", once[1]).save(location(lake, table))
