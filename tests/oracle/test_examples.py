"""The oracle gives every answer of the shared example sets."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.oracle import members, read_folder

SHARED = Path(os.environ.get("MUSTER_SHARED", Path(__file__).parents[3] / "shared")) / "examples"
SETS = sorted(path.parent for path in SHARED.glob("*/expected.json"))


def test_shared_examples_are_at_hand() -> None:
    if not SETS and not os.environ.get("CI"):
        pytest.skip("the shared examples are not beside the checkout: set MUSTER_SHARED to their folder")
    assert SETS, f"no example sets under {SHARED}"


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_every_example_has_the_members_it_expects(folder: Path) -> None:
    run = json.loads((folder / "run.json").read_text("utf-8"))
    read = read_folder(folder / "catalog", folder / "data", sorted((folder / "specs").glob("*.json")))
    answer = members(read.specs, read.catalog, read.data, read.lists, run["as_of"], run["time_zone"])
    assert answer == json.loads((folder / "expected.json").read_text("utf-8"))
