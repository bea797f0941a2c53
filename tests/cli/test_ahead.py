"""An as_of that has not come is refused by every verb that works on a run, unless somebody says that it is meant."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.errors import USAGE
from jobs.settings import CHECKOUT

VERBS = {
    "ingest": [],
    "pack": [],
    "evaluate": [],
    "publish": [],
    "run": [],
    "freeze": ["--segment", "germans", "--list", "july", "--date", "9000-01-02"],
}
TO_COME = "9000-01-01T00:00"


def said(lake: Path, *words: str) -> tuple[int, str]:
    env = os.environ | {"MUSTER_LAKE": str(lake), "MUSTER_TIME_ZONE": "Europe/Vienna"}
    ended = subprocess.run(
        [sys.executable, "-m", "jobs", *words], cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_an_as_of_ahead_of_the_clock_is_refused_with_the_way_out(tmp_path: Path, verb: str) -> None:
    code, message = said(tmp_path / "lake", verb, *VERBS[verb], "--as-of", TO_COME)
    assert code == USAGE
    assert re.fullmatch(
        rf"--as-of {TO_COME} is ahead of the clock, which shows \d{{4}}-\d\d-\d\dT\d\d:\d\dZ: a run of a day to come stands "
        r"before every night until then\. Take an instant that has come, or add --ahead if this one is meant\.\n",
        message,
    )
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("words", [["--as-of", TO_COME, "--ahead"], ["--as-of", "1998-02-01T00:00"]], ids=" ".join)
def test_one_that_is_meant_or_has_come_goes_on(tmp_path: Path, words: list[str]) -> None:
    code, message = said(tmp_path / "lake", "pack", *words)
    assert (code, message.partition(" has been opened")[0]) == (USAGE, f"no run of {words[1]}")


def test_withdraw_needs_a_reason_and_a_run_that_published(tmp_path: Path) -> None:
    code, message = said(tmp_path / "lake", "withdraw", "7", "--reason", " ")
    assert (code, message) == (USAGE, "withdraw needs --reason: say why run 7 is not to count\n")
    code, message = said(tmp_path / "lake", "withdraw", "7", "--reason", "by mistake")
    assert code == USAGE
    assert message == "run 7 has published nothing, so there is nothing to take back. `runs` shows the runs.\n"
