"""Makes every table in processes that the kernel stops while they write, and says how each one ended.

`python -m tests.lake.interrupting ROOT SIGNAL`. A process may write files of so many bytes and no more: at the next byte it
is killed (SIGNAL is "killed"), or its write fails as on a full disk ("full"). What it leaves of a table lies in the lake
ROOT/<bytes>. Each line of the answer: bytes, the table's path, and how the process ended.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs.errors import UNREACHABLE, Unreachable
from jobs.lake.creation import ensure
from jobs.lake.tables import Table
from tests.lake.every_table import TABLES


def made(lake: str, table: Table, most: int, stopped_by: str) -> int:
    """How a process ends that makes the table, with files of so many bytes at most: minus the signal, or its code."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if stopped_by == "killed" else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        ensure(lake, table)
    except Unreachable:
        os._exit(UNREACHABLE)
    os._exit(0)


def sizes(table: Table) -> Iterator[int]:
    """Where to stop: before the first byte of the commit, behind it, in the middle, before the last."""
    with TemporaryDirectory() as lake:
        assert made(lake, table, resource.RLIM_INFINITY, "killed") == 0
        (commit,) = Path(lake).rglob("0*.json")
        whole = commit.stat().st_size
    yield from (0, 1, whole // 2, whole - 1)


def main(root: str, stopped_by: str) -> None:
    for table in TABLES:
        for most in sizes(table):
            print(most, table.path, made(f"{root}/{most}", table, most, stopped_by))


if __name__ == "__main__":
    import deltalake  # noqa: F401 - loaded once, before the processes part

    main(*sys.argv[1:])
