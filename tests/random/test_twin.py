"""The twin's statements in DuckDB as the third opinion: of random specs they find the members that the oracle names.

The specs are the first of those that `test_agreement` draws, fewer of them: a statement takes DuckDB some milliseconds.
`MUSTER_RANDOM_EXAMPLES` draws more here too, a tenth as many.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from jobs.sql.twin import segment_sql
from tests.random import runs, specs
from tests.random.test_agreement import EXAMPLES, SEED, SPECS_PER_WORLD
from tests.sql import duckdb_voice
from tests.sql.worlds import World, read_world

SPECS = max(EXAMPLES // 10, 540)


def told(run: runs.Run, world: World, name: str, found: list[str], wanted: list[str]) -> str:
    """The difference, and the statement that makes it."""
    return f"{runs.difference(run, name, found, wanted)}\n{segment_sql(world.plan, name, 'duckdb', world.specs)}"


def test_twin_and_oracle_name_the_same_members() -> None:
    for number, (moment, batch) in enumerate(specs.batches(specs.drawn(SPECS, SEED), SPECS_PER_WORLD)):
        with tempfile.TemporaryDirectory() as place:
            run = runs.write(Path(place), moment, SEED + number, batch)
            world = read_world(run.folder, run.paths, moment.as_of, moment.time_zone)
            ours, theirs = duckdb_voice.answers(world), runs.expected(run)
            for name, wanted in theirs.items():
                if ours[name] != wanted:
                    pytest.fail(f"seed {SEED}: {told(run, world, name, ours[name], wanted)}")
