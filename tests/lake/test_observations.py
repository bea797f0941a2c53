"""What was counted while rows were written, and that nothing was where a commit had been made before."""

from __future__ import annotations

from pyspark.sql import Observation, SparkSession
from pyspark.sql.functions import count, lit

from jobs.lake.commits import append, frame
from jobs.lake.observations import observed
from jobs.lake.tables import CLAIMS


def test_a_write_tells_what_it_counted_and_one_that_is_passed_over_tells_nothing(
    spark: SparkSession, lake: str
) -> None:
    rows = frame(spark, CLAIMS, [{"key": str(number), "fingerprint": "a", "state": "open"} for number in range(3)])
    counts = []
    for number in (1, 1, 2):
        watched = Observation()
        append(spark, lake, CLAIMS, rows.observe(watched, count(lit(1)).alias("rows")), once=("tests", number))
        counts.append(observed(spark, watched))
    assert counts == [{"rows": 3}, None, {"rows": 3}]
