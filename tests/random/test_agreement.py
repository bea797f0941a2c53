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

from tests.meaning import seen
from tests.meaning.tables import json_text
from tests.oracle.blank import by_accident
from tests.product import problems_of, try_specs
from tests.random import runs, specs
from tests.random.shrinking import shrunk

EXAMPLES = int(os.environ.get("MUSTER_RANDOM_EXAMPLES", "0"))
SEED = int(os.environ.get("MUSTER_RANDOM_SEED") or (secrets.randbelow(10**9) if EXAMPLES else 20261124))
SPECS = EXAMPLES or 2000
PLAIN_SPECS = SPECS // 2
SPECS_PER_WORLD = 90


def tried(run: runs.Run, paths: list[Path]) -> dict[str, list[str]]:
    moment = run.moment
    return try_specs(paths, run.folder / "catalog", run.folder / "data", moment.as_of, moment.time_zone)


def test_product_and_oracle_name_the_same_members() -> None:
    for number, (moment, batch) in enumerate(specs.batches(specs.drawn(SPECS, SEED), SPECS_PER_WORLD)):
        with tempfile.TemporaryDirectory() as place:
            run = runs.write(Path(place), moment, SEED + number, batch)
            theirs = runs.expected(run)
            try:
                ours = tried(run, run.paths)
            except Exception as error:
                raise AssertionError(f"seed {SEED}: {crashing(run, batch)}") from error
            for spec in batch:
                if ours[spec["id"]] != theirs[spec["id"]]:
                    pytest.fail(f"seed {SEED}: {told(run, spec, batch)}")


def crashing(run: runs.Run, batch: list[specs.Spec]) -> str:
    """The first spec that ends the product by itself."""
    for spec in batch:
        try:
            tried(run, [run.path(one) for one in depends_on(spec, batch)])
        except Exception as error:  # noqa: BLE001  whatever ends it is what we look for
            return f"{error!r} by {json_text(spec)}"
    return "only by all specs together"


def told(run: runs.Run, spec: specs.Spec, batch: list[specs.Spec]) -> str:
    """The smallest spec that still differs, and all that is known of the contacts it differs in."""
    *others, _ = depends_on(spec, batch)

    def both(changed: specs.Spec) -> tuple[list[str], list[str]]:
        small = run.with_specs([*others, changed])
        return tried(small, small.paths)[changed["id"]], runs.expected(small)[changed["id"]]

    def differs(changed: specs.Spec) -> bool:
        try:
            ours, theirs = both(changed)
        except Exception:  # noqa: BLE001  refused, or ended otherwise: not the difference we look for
            return False
        return ours != theirs

    if not differs(spec):
        return f"only beside other specs: {beside(run, spec, batch)}"
    found = shrunk(spec, differs)
    return runs.difference(run.with_specs([*others, found]), found["id"], *both(found))


def beside(run: runs.Run, spec: specs.Spec, batch: list[specs.Spec]) -> str:
    """The fewest specs of a batch among which one is answered otherwise than alone."""
    expected = runs.expected(run)[spec["id"]]

    def wrong(company: list[specs.Spec]) -> bool:
        try:
            return tried(run, [run.path(one) for one in company])[spec["id"]] != expected
        except Exception:  # noqa: BLE001  a spec without those that it refers to
            return False

    found = list(batch)
    for one in reversed(batch):  # those that refer to others first
        fewer = [other for other in found if other is not one]
        if one is not spec and wrong(fewer):
            found = fewer
    return "\n".join(["", *(json_text(one) for one in found), *(run.moment.as_of, run.moment.time_zone)])


def depends_on(spec: specs.Spec, batch: list[specs.Spec]) -> list[specs.Spec]:
    """All that the spec refers to, through others too, and at last the spec itself."""
    by_id = {one["id"]: one for one in batch}
    found: dict[str, specs.Spec] = {}
    for node in seen.nodes(spec):
        if "segment" in node:
            found.update({one["id"]: one for one in depends_on(by_id[node["segment"]], batch)})
    return [*found.values(), spec]


def test_nobody_by_accident_is_judged_alike() -> None:
    judged = 0
    for moment, plain in specs.batches(specs.drawn(PLAIN_SPECS, SEED, plain=True), SPECS_PER_WORLD):
        with tempfile.TemporaryDirectory() as place:
            run = runs.write(Path(place), moment, 0, plain)
            read = run.inputs
            problems = problems_of(
                run.paths, run.folder / "catalog", run.folder / "data", moment.as_of, moment.time_zone
            )
        for spec in read.specs:
            group = depends_on(spec, read.specs)
            if any(one["id"] in problems for one in group if one is not spec):
                continue
            said = problems.get(spec["id"], [])
            assert all("everyone" in problem.message for problem in said), (said, json_text(spec))
            assert bool(said) == by_accident(spec, group, read.catalog), f"seed {SEED}: {json_text(spec)}, told {said}"
            judged += 1
    assert judged > PLAIN_SPECS // 3
