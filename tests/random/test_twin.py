"""The twin's statements as the third opinion: of random specs they find the members that the oracle names.

Fewer specs than `test_agreement` draws: a statement takes DuckDB some milliseconds, and Spark a good many to plan, so there
one world's are one job. `MUSTER_RANDOM_EXAMPLES` draws more for DuckDB too, a tenth as many.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.sql.twin import segment_sql
from tests.random import runs, specs
from tests.random.test_agreement import EXAMPLES, SEED, SPECS_PER_WORLD
from tests.sql import duckdb_voice, spark_voice
from tests.sql.worlds import World, read_world

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Voice = Callable[[World], Mapping[str, list[str]]]

SPECS = max(EXAMPLES // 10, 540)
SPARK_SPECS = 30


def agree(voice: Voice, dialect: str, drawn: int, seed: int) -> None:
    """Fails with the first spec whose statement finds others than the oracle names, and with the statement."""
    for number, (moment, batch) in enumerate(specs.batches(specs.drawn(drawn, seed), SPECS_PER_WORLD)):
        with tempfile.TemporaryDirectory() as place:
            run = runs.write(Path(place), moment, seed + number, batch)
            world = read_world(run.folder, run.paths, moment.as_of, moment.time_zone)
            ours, theirs = voice(world), runs.expected(run)
            for name, wanted in theirs.items():
                if ours[name] != wanted:
                    statement = segment_sql(world.plan, name, dialect, world.specs)
                    pytest.fail(f"seed {seed}: {runs.difference(run, name, ours[name], wanted)}\n{statement}")


def test_duckdb_and_oracle_name_the_same_members() -> None:
    agree(duckdb_voice.answers, "duckdb", SPECS, SEED)


def test_spark_and_oracle_name_the_same_members(spark: SparkSession) -> None:
    own = spark_voice.own_session(spark)
    agree(lambda world: spark_voice.answers(own, world), "spark", SPARK_SPECS, SEED + 1)
