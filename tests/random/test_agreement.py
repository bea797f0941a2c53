"""Thousands of random specs over random people: the product and the oracle name the same members.

By itself always the same specs are drawn. The nightly-size run is
`MUSTER_RANDOM_EXAMPLES=100000 python -m pytest tests/random`, with a new seed each time (`MUSTER_RANDOM_SEED` repeats one).
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

import pytest

from jobs.errors import SpecError
from tests.oracle.blank import by_accident
from tests.product import try_specs
from tests.random import runs, specs

EXAMPLES = int(os.environ.get("MUSTER_RANDOM_EXAMPLES", "0"))
SEED = int(os.environ.get("MUSTER_RANDOM_SEED") or (secrets.randbelow(10**9) if EXAMPLES else 20261124))
SPECS = EXAMPLES or 2400
PLAIN_SPECS = SPECS // 8
SPECS_PER_WORLD = 40


def tried(run: runs.Run, paths: list[Path]) -> dict[str, list[str]]:
    moment = run.moment
    return try_specs(paths, run.folder / "catalog", run.folder / "data", moment.as_of, moment.time_zone)


def test_product_and_oracle_name_the_same_members() -> None:
    for number, (moment, batch) in enumerate(specs.batches(specs.drawn(SPECS, SEED), SPECS_PER_WORLD)):
        with tempfile.TemporaryDirectory() as place:
            run = runs.write(Path(place), moment, SEED + number, batch)
            ours, theirs = tried(run, run.paths), runs.expected(run)
            for name, members in theirs.items():
                assert ours[name] == members, f"seed {SEED}: " + runs.difference(run, name, ours[name], members)


def refused(run: runs.Run, path: Path) -> bool:
    """Whether the product refuses a spec, and for no other reason than nobody by accident."""
    try:
        tried(run, [path])
    except SpecError as error:
        return "everyone" in str(error) or pytest.fail(
            f"refused for another reason: {error}\n{path.read_text('utf-8')}"
        )
    return False


def test_nobody_by_accident_is_judged_alike() -> None:
    for moment, plain in specs.batches(specs.drawn(PLAIN_SPECS, SEED, plain=True), SPECS_PER_WORLD):
        with tempfile.TemporaryDirectory() as place:
            run = runs.write(Path(place), moment, 0, plain)
            read = run.inputs
            for spec, path in zip(read.specs, run.paths, strict=True):
                expected = by_accident(spec, [spec], read.catalog)
                assert refused(run, path) == expected, (
                    f"seed {SEED}: refused should be {expected}: {path.read_text('utf-8')}"
                )
