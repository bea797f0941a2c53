"""Compiled code on disk, where several processes fill one folder."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.kernel.compiled import SHIPPED
from jobs.settings import CHECKOUT

ASKS = """
import sys
import numpy as np
from jobs.kernel.compiled import forced, loops_for
def ask(kind):
    with forced(compiled=True):
        print(loops_for(0).first_at(np.arange(0, 200, 2, dtype=kind), 0, 100, 42))
"""
ASKS_AND_MEETS = """
import sys, time
from pathlib import Path
from numba.core.caching import IndexDataCacheFile
kind, own, other, folder = *sys.argv[1:4], Path(sys.argv[4])

def is_reached(step):
    for _ in range(50):
        if (folder / step).exists():
            return True
        time.sleep(0.1)
    return False

save_index = IndexDataCacheFile._save_index
def save_while_the_other_is_at_it(self, overloads):
    (folder / f"{own} knows its number").touch()
    both = is_reached(f"{other} knows its number")
    if both and own == "right":
        is_reached("left has saved its index")
    save_index(self, overloads)
    (folder / f"{own} has saved its index").touch()
    if both and own == "left":
        is_reached("right is done")

IndexDataCacheFile._save_index = save_while_the_other_is_at_it
ask(kind)
(folder / f"{own} is done").touch()
"""


def asking(compiled_in: Path | str, script: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(compiled_in), "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-c", ASKS + script, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_of_two_processes_that_fill_a_folder_neither_leaves_its_code_under_the_others_types(tmp_path: Path) -> None:
    compiled_in, meeting = tmp_path / "compiled", tmp_path / "meeting"
    meeting.mkdir()
    left = asking(compiled_in, ASKS_AND_MEETS, "int64", "left", "right", str(meeting))
    right = asking(compiled_in, ASKS_AND_MEETS, "int8", "right", "left", str(meeting))
    assert [process.communicate()[0] for process in (left, right)] == ["21\n"] * 2
    files = {path: path.read_bytes() for path in compiled_in.rglob("loops.first_at*")}
    assert len(files) == 3  # an index, and code for each of two types
    for kind in ("int64", "int8"):
        assert asking(compiled_in, "ask(sys.argv[1])", kind).communicate()[0] == "21\n"
    assert {path: path.read_bytes() for path in compiled_in.rglob("loops.first_at*")} == files


NAMES_A_TYPE_THAT_IS_GONE = b"cjobs.kernel.loops\nGone\n."


@pytest.mark.parametrize("kept", ["index", "code"])
@pytest.mark.parametrize("left", ["nothing", "a part", "a type that is gone"])
def test_files_that_cannot_be_read_are_compiled_again(tmp_path: Path, kept: str, left: str) -> None:
    assert asking(tmp_path, "ask('int64')").communicate()[0] == "21\n"
    (file,) = tmp_path.rglob(f"loops.first_at*.{'nbi' if kept == 'index' else 'nbc'}")
    whole = file.read_bytes()
    numba_release = whole[: len(whole) - len(_without_the_first(whole))] if kept == "index" else b""
    file.write_bytes(
        {"nothing": b"", "a part": whole[:-9], "a type that is gone": numba_release + NAMES_A_TYPE_THAT_IS_GONE}[left]
    )
    assert asking(tmp_path, "ask('int64')").communicate()[0] == "21\n"
    assert len(file.read_bytes()) == len(whole)


def _without_the_first(pickles: bytes) -> bytes:
    file = io.BytesIO(pickles)
    pickle.load(file)  # noqa: S301 - the bytes are those that the test wrote
    return file.read()


def test_where_the_folder_cannot_be_made_numba_takes_another(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert asking(tmp_path / "file" / "folder", "ask('int64')").communicate()[0] == "21\n"


HITS = "ask('int64')\nprint(loops_for(2_000_000).first_at.stats.cache_hits.total())"


def hits(folder: Path, compiled_in: Path, environment: Path | None = None) -> str:
    """Whether code that was found is run, by a process that imports `jobs` from the folder."""
    script = "" if environment is None else f"sys.prefix = {str(environment)!r}\n"
    names = {**os.environ, "NUMBA_CACHE_DIR": str(compiled_in), "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", ASKS + script + HITS]
    return subprocess.run(command, cwd=folder, env=names, capture_output=True, text=True, check=True).stdout


def test_code_is_found_wherever_the_text_lies_and_where_an_environment_brings_it(tmp_path: Path) -> None:
    """As in the archive that executors unpack: another folder each time, which they may not write."""
    shutil.copytree(CHECKOUT / "jobs", tmp_path / "elsewhere" / "jobs")
    assert hits(CHECKOUT, tmp_path / "compiled") == "21\n0\n"
    assert hits(tmp_path / "elsewhere", tmp_path / "compiled") == "21\n1\n"
    shutil.copytree(tmp_path / "compiled", tmp_path / "environment" / SHIPPED)
    assert hits(tmp_path / "elsewhere", tmp_path / "new", tmp_path / "environment") == "21\n1\n"
    assert hits(tmp_path / "elsewhere", tmp_path / "newer") == "21\n0\n"
