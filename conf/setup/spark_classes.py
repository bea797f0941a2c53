"""`spark-submit spark_classes.py`: a session that does once what steps do, so that the JVM can keep the classes it loads.

A JVM that finds them kept starts a step with a third less work: it neither unpacks nor verifies them again. Nothing but
time depends on it: an archive that does not fit (another Java, another class path) is not used.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from delta.tables import DeltaTable
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, lit

ROWS = "number long, bucket int, word string"


def main() -> None:
    """Appends, updates, merges, groups and maps a table of three rows."""
    spark = SparkSession.builder.getOrCreate()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "table"))
        rows = spark.createDataFrame([(1, 0, "a"), (2, 1, "b"), (3, 0, "c")], ROWS)
        rows.write.format("delta").option("txnAppId", "set-up").option("txnVersion", 1).save(path)
        DeltaTable.forPath(spark, path).update(col("number") == lit(3), {"word": lit("d")})
        merging = DeltaTable.forPath(spark, path).alias("old").merge(rows.alias("new"), "old.number = new.number")
        merging.whenNotMatchedInsertAll().execute()
        table = spark.read.format("delta").load(path)
        sorted_rows = table.repartition("bucket").sortWithinPartitions("bucket", "number")
        sorted_rows.mapInArrow(_same, ROWS).write.format("delta").mode("overwrite").save(path)
        grouped = table.groupBy("bucket").applyInArrow(lambda bucket: bucket, ROWS)
        grouped.join(rows.select("number").distinct(), "number", "left").groupBy("word").count().collect()


def _same(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    return batches


if __name__ == "__main__":
    main()
