"""The shipped segments on the sample company, and the shared examples: the statements name the same people in DuckDB."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jobs.settings import CHECKOUT
from tests.company.test_segments import AS_OF, flat, landing, members, specs
from tests.meaning.test_examples import SETS, parts
from tests.sql import duckdb_voice
from tests.sql.worlds import read_world

__all__ = ["flat", "landing", "members"]


def test_every_shipped_segment_has_the_members_that_hand_written_sql_finds(
    members: dict[str, list[str]], flat: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").symlink_to(flat)
    shutil.copytree(CHECKOUT / "conf" / "catalog", tmp_path / "catalog")
    world = read_world(tmp_path, specs(), AS_OF, "America/New_York")
    assert duckdb_voice.answers(world) == members


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_every_example_has_the_members_it_expects(folder: Path) -> None:
    paths, as_of, time_zone, expected = parts(folder)
    assert duckdb_voice.answers(read_world(folder, paths, as_of, time_zone)) == expected
