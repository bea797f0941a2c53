"""What Spark reads and appends of the lake: big rows alone. Small ones, and files that workers wrote, are `file_commits`'.

Every append is one commit, tried again while another writer is in the way. It may carry a `once` number: Delta keeps it
with the commit and skips a repetition, so that a killed step can run again. Both kinds of commits hold on one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from pyspark.sql import DataFrame, DataFrameWriter, SparkSession
from pyspark.sql.functions import col, lit

from jobs.errors import Unreachable
from jobs.lake.creation import ensure, exists, location
from jobs.lake.spark import reaching, retried
from jobs.lake.tables import CODECS, Table, spark_type


def rows_of(spark: SparkSession, lake: str, table: Table, version: int | None = None) -> DataFrame:
    """The table's rows now, or at one version of it; no rows where the table has not been made yet."""
    address = location(lake, table)
    if not exists(lake, table):
        return spark.createDataFrame([], table.ddl)
    reader = spark.read.format("delta")
    return (reader if version is None else reader.option("versionAsOf", version)).load(address)


def append(spark: SparkSession, lake: str, table: Table, rows: DataFrame, once: tuple[str, int] | None = None) -> None:
    """One commit with these rows. `once` is (writer, number): a number not above the writer's last is not written again."""
    ensure(lake, table)
    writer = _once(_writer(rows, table).mode("append").option("mergeSchema", "true"), once)
    with reaching(location(lake, table)):
        retried(writer.save, location(lake, table))


def frame(spark: SparkSession, table: Table, rows: Iterable[Mapping[str, object]]) -> DataFrame:
    """A few rows of ours for a table, columns they lack null; a local relation, which costs no job of its own."""
    import pyarrow as pa

    return spark.createDataFrame(pa.Table.from_pylist([dict(row) for row in rows], table.schema)).coalesce(1)


def _once(writer: DataFrameWriter, once: tuple[str, int] | None) -> DataFrameWriter:
    return writer.option("txnAppId", once[0]).option("txnVersion", once[1]) if once else writer


def _writer(rows: DataFrame, table: Table) -> DataFrameWriter:
    return shaped(rows, table).write.format("delta").option("compression", CODECS[table.cells])


def shaped(rows: DataFrame, table: Table) -> DataFrame:
    """The rows with the table's columns in its order; columns the rows lack are null."""
    have = set(rows.columns)
    return rows.select(
        *(
            col(f"`{f.name}`") if f.name in have else lit(None).cast(spark_type(f.type)).alias(f.name)
            for f in table.schema
        )
    )


def check_writable(spark: SparkSession, lake: str) -> None:
    """Nothing when the lake's root can be made and written; else `Unreachable`, before any work is done."""
    gateway: Any = spark  # py4j's objects have no types
    with reaching(lake):
        hadoop = gateway._jvm.org.apache.hadoop.fs
        root = hadoop.Path(lake)
        files = root.getFileSystem(gateway._jsc.hadoopConfiguration())
        # A name of its own: Hadoop calls chmod on what it made, and another process's probe may be gone by then.
        probe = hadoop.Path(root, f".writable-{uuid4().hex}")
        if not files.mkdirs(root):
            raise Unreachable(
                f"{lake}: cannot be made. Check the folder above it, or set MUSTER_LAKE to another place; then run again."
            )
        files.create(probe, True).close()
        files.delete(probe, False)
