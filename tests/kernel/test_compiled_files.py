"""Compiled code on disk, where several processes fill one folder."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.kernel.compiled_files import LOCK
from jobs.settings import CHECKOUT

COMPILES = """
import sys
import numpy as np
from jobs.kernel.compiled import forced, loops_for
with forced(compiled=True):
    for kind in sys.argv[1:]:
        print(loops_for(0).first_at(np.arange(0, 200, 2, dtype=kind), 0, 100, 42), flush=True)
"""
KINDS = ["int64", "int32", "uint32"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "compiled"
    made.mkdir()
    return made


def compiling(folder: Path, kinds: list[str]) -> subprocess.Popen[str]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(
        [sys.executable, "-c", COMPILES, *kinds], env=environment, stdout=subprocess.PIPE, text=True
    )


def test_nobody_writes_while_another_process_does(folder: Path) -> None:
    with (folder / LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = compiling(folder, KINDS)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.communicate(timeout=5)
        assert not list(folder.rglob("*.nb[ic]"))
    assert waiting.communicate()[0].split() == ["21"] * 3
    assert list(folder.rglob("loops.first_at*.nbi"))


def test_processes_that_fill_a_folder_at_once_leave_what_the_next_can_use(folder: Path) -> None:
    both = [compiling(folder, KINDS), compiling(folder, KINDS[::-1])]
    assert [process.communicate()[0].split() for process in both] == [["21"] * 3] * 2
    files = {path: path.read_bytes() for path in folder.rglob("loops.first_at*")}
    assert compiling(folder, KINDS).communicate()[0].split() == ["21"] * 3
    assert {path: path.read_bytes() for path in folder.rglob("loops.first_at*")} == files
