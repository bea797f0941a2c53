"""The shared example sets: the product and the oracle give every answer that stands in them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.oracle import members, read_folder
from tests.product import try_specs

SHARED = Path(os.environ.get("MUSTER_SHARED", Path(__file__).parents[3] / "shared")) / "examples"
SETS = sorted(path.parent for path in SHARED.glob("*/expected.json"))


def test_shared_examples_are_at_hand() -> None:
    if not SETS and not os.environ.get("CI"):
        pytest.skip("the shared examples are not beside the checkout: set MUSTER_SHARED to their folder")
    assert SETS, f"no example sets under {SHARED}"


def parts(folder: Path) -> tuple[list[Path], str, str, dict[str, list[str]]]:
    run = json.loads((folder / "run.json").read_text("utf-8"))
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    return sorted((folder / "specs").glob("*.json")), run["as_of"], run["time_zone"], expected


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_oracle_gives_the_expected_members(folder: Path) -> None:
    specs, as_of, time_zone, expected = parts(folder)
    read = read_folder(folder / "catalog", folder / "data", specs)
    assert members(read.specs, read.catalog, read.data, read.lists, as_of, time_zone) == expected


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_try_gives_the_expected_members(folder: Path) -> None:
    specs, as_of, time_zone, expected = parts(folder)
    assert try_specs(specs, folder / "catalog", folder / "data", as_of, time_zone) == expected
