"""Lets processes write tables and files until the kernel stops them, and says how each one ended.

`python -m tests.lake.interrupting ROOT tables|file killed|full`. A process may write files of so many bytes and no more: at
the next byte it is killed ("killed"), or its write fails as on a full disk ("full"). What it leaves lies in the lake
ROOT/<bytes>. The answer is JSON, one list for each process: bytes, path, exit code (minus the signal), message.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs.errors import Unreachable
from jobs.lake.creation import ensure
from jobs.lake.small_files import write_file
from jobs.lake.tables import Table
from tests.lake.every_table import TABLES

FILE = "inputs/a.json"
DATA = b"0123456789" * 1000


def ended(work: Callable[[], None], most: int, stopped_by: str) -> tuple[int, str]:
    """The exit code and the message of a process that does the work."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if stopped_by == "killed" else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        try:
            work()
        except Unreachable as error:
            os.write(writing, str(error).encode())
            os._exit(error.exit_code)
        os._exit(0)
    os.close(writing)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    with os.fdopen(reading, "rb") as message:
        return code, message.read().decode()


def sizes(whole: int) -> tuple[int, ...]:
    """Where to stop: before the first byte, behind it, in the middle, before the last."""
    return 0, 1, whole // 2, whole - 1


def commit_size(table: Table) -> int:
    with TemporaryDirectory() as lake:
        assert ended(lambda: ensure(lake, table), resource.RLIM_INFINITY, "killed")[0] == 0
        (commit,) = Path(lake).rglob("0*.json")
        return commit.stat().st_size


def works(root: str, what: str) -> Iterator[tuple[int, str, Callable[[], None]]]:
    if what == "file":
        for most in sizes(len(DATA)):
            yield most, FILE, lambda most=most: write_file(f"{root}/{most}", FILE, DATA)
        return
    for table in TABLES:
        for most in sizes(commit_size(table)):
            yield most, table.path, lambda most=most, table=table: ensure(f"{root}/{most}", table)


def main(root: str, what: str, stopped_by: str) -> None:
    print(json.dumps([[most, path, *ended(work, most, stopped_by)] for most, path, work in works(root, what)]))


if __name__ == "__main__":
    import deltalake  # noqa: F401 - loaded once, before the processes part

    main(*sys.argv[1:])
