"""Small files are there whole or not at all, whatever the disk does meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.errors import UNREACHABLE, Unreachable
from jobs.lake.small_files import folders, read_file, remove_folder, write_file
from tests.lake.interrupting import DATA, FILE


@pytest.mark.parametrize("before", [None, b"what stood there"])
@pytest.mark.parametrize("stopped_by", ["killed", "full"])
def test_a_write_that_is_stopped_at_any_byte_leaves_what_stood_there(
    tmp_path: Path, before: bytes | None, stopped_by: str
) -> None:
    command = [sys.executable, "-m", "tests.lake.interrupting", str(tmp_path), "file", stopped_by]
    if before is not None:
        for most in (0, 1, len(DATA) // 2, len(DATA) - 1):
            write_file(str(tmp_path / str(most)), FILE, before)
    ends = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert len(ends) == 4
    for most, path, code, message in ends:
        lake, file = str(tmp_path / str(most)), tmp_path / str(most) / path
        assert (file.read_bytes() if file.exists() else None) == before
        if stopped_by == "killed":
            assert code == -signal.SIGXFSZ
        else:
            assert code == UNREACHABLE
            assert message.startswith(f"{file}: cannot be read or written (")
            assert message.endswith("or set MUSTER_LAKE to another one; then run the step again.")
            assert list(file.parent.iterdir()) == ([file] if before else [])  # and nothing of the attempt
        write_file(lake, FILE, DATA)
        assert read_file(lake, FILE) == DATA


def test_a_folder_that_is_none_any_more_ends_with_30_and_the_next_step(lake: str) -> None:
    write_file(lake, FILE, DATA)
    Path(lake).rename(f"{lake}.elsewhere")
    Path(lake).write_text("a file stands where the lake was")
    for work in (lambda: write_file(lake, FILE, DATA), lambda: read_file(lake, FILE)):
        with pytest.raises(Unreachable) as stopped:
            work()
        assert str(stopped.value).startswith(f"{lake}/{FILE}: cannot be read or written (")
        assert str(stopped.value).endswith("then run the step again.")
    # Where nothing is, nothing is to be seen or removed.
    remove_folder(lake, "inputs")
    assert folders(lake, "inputs") == []
