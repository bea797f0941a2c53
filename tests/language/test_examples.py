"""Every spec of the shared examples and every shipped segment is right."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs.catalog.catalog_files import read_catalog
from jobs.language.computed_columns import bind_catalog
from jobs.language.specs import read_specs
from jobs.syntax.nodes import Problems

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("MUSTER_SHARED", CHECKOUT.parent / "shared")) / "examples"
SETS = sorted(path.parent for path in SHARED.glob("*/expected.json"))


def test_shared_examples_are_at_hand() -> None:
    if not SETS and not os.environ.get("CI"):
        pytest.skip("the shared examples are not beside the checkout: set MUSTER_SHARED to their folder")
    assert SETS, f"no example sets under {SHARED}"


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_every_shared_spec_is_right(folder: Path) -> None:
    check(folder / "catalog", sorted((folder / "specs").glob("*.json")))


def test_every_shipped_segment_is_right() -> None:
    check(CHECKOUT / "conf" / "catalog", [CHECKOUT / "segment_specs"])


def check(catalog: Path, specs: list[Path]) -> None:
    problems = Problems()
    bound = bind_catalog(read_catalog(catalog), problems)
    assert bound is not None, problems.found
    found = read_specs(specs, bound)
    assert [str(problem) for problem in found.errors] == []
    assert found.valid
