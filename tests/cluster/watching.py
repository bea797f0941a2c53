"""Processes of Spark's seen from outside: whose child is which, and which one has a file of the lake open to write."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

DAEMON = b"pyspark.daemon"
EXECUTOR = b"CoarseGrainedExecutorBackend"
STANDING = ("T", "t", "Z", "X")
"""States of a process that does nothing any more."""
LOOK_AGAIN_S = 0.05
"""After so long processes are looked for that have begun since."""


def processes() -> dict[int, int]:
    """Every process, with its parent."""
    found: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def below(pid: int, parents: dict[int, int]) -> Iterator[int]:
    for child, parent in parents.items():
        if parent == pid:
            yield child
            yield from below(child, parents)


def called(pid: int, word: bytes) -> bool:
    with suppress(OSError):
        return word in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def workers_of(driver: int) -> list[int]:
    """Python workers: those that a daemon of Python's has forked."""
    parents = processes()
    return [pid for pid in below(driver, parents) if called(pid, DAEMON) and called(parents[pid], DAEMON)]


def written_by(pid: int, folder: str) -> str | None:
    """A data file in this folder that the process has open to write."""
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                path = str(link.readlink())
                if path.startswith(folder) and path.endswith(".parquet") and _to_write(pid, link.name):
                    return path
    return None


def _to_write(pid: int, number: str) -> bool:
    flags = Path(f"/proc/{pid}/fdinfo/{number}").read_text().partition("flags:")[2].split()[0]
    return bool(int(flags, 8) & os.O_ACCMODE)


def stop_a_writer(driver: int, folder: str, answers: Sequence[object]) -> tuple[int, str] | None:
    """A worker of the driver's, stopped while it writes a file in the folder, and that file; None when the driver has
    answered before one was seen."""
    workers: list[int] = []
    looked = 0.0
    while not answers:
        if time.monotonic() - looked > LOOK_AGAIN_S:
            workers, looked = workers_of(driver), time.monotonic()
        for pid in workers:
            if written_by(pid, folder) and (path := _stopped(pid, folder)):
                return pid, path
    return None


def _stopped(pid: int, folder: str) -> str | None:
    """What the process, which stands now, writes; None where it had finished: then it goes on."""
    with suppress(OSError):
        os.kill(pid, signal.SIGSTOP)
        while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in STANDING:
            time.sleep(0.0005)
        if path := written_by(pid, folder):
            return path
        os.kill(pid, signal.SIGCONT)
    return None


def executor_above(pid: int) -> int:
    """The process of the executor that a worker belongs to."""
    parents = processes()
    while not called(pid, EXECUTOR):
        pid = parents[pid]
    return pid


def kill_whole(pid: int) -> None:
    """Kills a process and all below it, as a machine that is lost."""
    for each in [pid, *below(pid, processes())]:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
