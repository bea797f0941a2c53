"""A driver of Spark: `python -m tests.cluster.driving CONF`, where CONF holds the `spark-defaults.conf` of the cluster.

Every line of its standard input is a task, JSON: the `root` of a company, a `step`, and in how many `parts` Spark is to cut
work. To each it answers with a line ANSWER and JSON: the exit code and the message. The first answer says where the workers
import `jobs` from, and what else is on their path.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.errors import UserError
from jobs.lake.spark import session
from jobs.runs.outcome import Outcome
from jobs.settings import Settings
from jobs.steps import evaluate, ingest, pack
from tests.steps.night import settings_of

ANSWER = "ANSWER "
AS_OF = "2026-11-24T00:00"
STEPS: Mapping[str, Callable[[Settings, str], Outcome]] = {
    "ingest": ingest.run,
    "pack": pack.run,
    "evaluate": evaluate.run,
}


def main() -> None:
    """Answers until the input ends."""
    conf = Path(sys.argv[1])
    spark = session(replace(settings_of(conf), conf=conf), "cluster")
    answer(workers_paths(spark))
    for line in sys.stdin:
        task = json.loads(line)
        cut_into(spark, task["parts"])
        # All work is Spark's, however little there is.
        settings = replace(
            settings_of(Path(task["root"])), conf=conf, ingest_here_bytes=0, pack_here_rows=0, evaluate_here_rows=0
        )
        try:
            outcome = STEPS[task["step"]](settings, AS_OF)
            answer({"code": outcome.exit_code, "message": outcome.summary})
        except UserError as error:
            answer({"code": error.exit_code, "message": str(error)})
    spark.stop()


def answer(what: Mapping[str, object]) -> None:
    print(ANSWER + json.dumps(what), flush=True)


def cut_into(spark: SparkSession, parts: int) -> None:
    """As `spark.default.parallelism` would, which Spark reads each time it is asked how many cores there are."""
    context: Any = spark.sparkContext._jsc
    context.sc().conf().set("spark.default.parallelism", str(parts))


def workers_paths(spark: SparkSession) -> dict[str, list[str]]:
    """What `jobs` is imported from, and the whole path, of two workers."""
    rows = spark.range(0, 2, 1, 2).mapInArrow(_places, "place string").collect()
    return {"places": [row.place for row in rows]}


def _places(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import jobs

    for batch in batches:
        if batch.num_rows:
            yield pa.RecordBatch.from_pydict({"place": [jobs.__file__, *sys.path]})


if __name__ == "__main__":
    main()
