"""What the twin's statements find on Spark: a table's statements are one job, each row with the id of its segment.

The rows are few and the statements many, so nearly all of the time is Spark's planning. The session is one of its own with
one partition, which needs no shuffle, and without generated code, which would be compiled for each statement and run once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.sql.twin import segment_sql
from tests.sql.worlds import World

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FOR_FEW_ROWS = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def own_session(spark: SparkSession) -> SparkSession:
    """A session beside the tests' own, with its own views and settings."""
    found = spark.newSession()
    for key, value in FOR_FEW_ROWS.items():
        found.conf.set(key, value)
    return found


def answers(spark: SparkSession, world: World) -> dict[str, list[str]]:
    """The members of every segment, in the order of code points."""
    for name, table in world.tables.items():
        spark.createDataFrame(table).coalesce(1).createOrReplaceTempView(name)
    statements = {id_: segment_sql(world.plan, id_, "spark", world.specs) for id_ in world.specs}
    members: dict[str, list[str]] = {id_: [] for id_ in statements}
    every = [f"SELECT '{id_}' AS segment, contact_id FROM (\n{sql})" for id_, sql in statements.items()]
    for segment, contact in spark.sql("\nUNION ALL\n".join(every)).collect():
        members[segment].append(contact)
    return {id_: sorted(found) for id_, found in members.items()}
