"""The verbs of a night as processes, each measured from outside: seconds, processor seconds, peak memory of its tree."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from jobs.errors import DONE, PARTLY
from jobs.settings import CHECKOUT

SAMPLE_SECONDS = 0.1


@dataclass(frozen=True)
class Phase:
    """One measured process. `peak_bytes` is the largest sum of resident memory over it and its children."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    largest_bytes: int
    output: str


@dataclass(frozen=True)
class Bench:
    """A folder that a bench works in: `landing`, `catalog`, `specs`, `lake`."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        places = {f"MUSTER_{name.upper()}": str(self.root / name) for name in ("landing", "catalog", "specs", "lake")}
        return {**os.environ, **places, "MUSTER_TIME_ZONE": "UTC", "PYTHONPATH": str(CHECKOUT)}

    def run(self, name: str, arguments: Sequence[str], accepted: Sequence[int] = (DONE, PARTLY)) -> Phase:
        """`python -m jobs ARGUMENTS`, watched; what it printed goes into the error when its exit code is none of these."""
        log = self.root / "logs" / f"{name.replace(' ', '_')}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w", encoding="utf-8") as stream:
            begun = time.monotonic()
            process = psutil.Popen(
                [sys.executable, "-m", "jobs", *arguments],
                env=self.environment, cwd=CHECKOUT, stdout=stream, stderr=subprocess.STDOUT,
            )  # fmt: skip
            watch = Watch(process)
            code = process.wait()
            seconds = time.monotonic() - begun
            watch.stop()
        output = log.read_text(encoding="utf-8")
        if code not in accepted:
            raise RuntimeError(f"{name} ended with {code}; its last lines:\n{output[-2000:]}")
        return Phase(name, seconds, watch.cpu_seconds, watch.peak_bytes, watch.largest_bytes, output)


class Watch:
    """Samples a process and its children until it is told to stop."""

    def __init__(self, process: psutil.Popen) -> None:
        self.peak_bytes = self.largest_bytes = 0
        self._cpu: dict[int, float] = {}
        self._process = process
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @property
    def cpu_seconds(self) -> float:
        return sum(self._cpu.values())

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            sizes = [self._sample(process) for process in self._family()]
            self.peak_bytes = max(self.peak_bytes, sum(sizes))
            self.largest_bytes = max(self.largest_bytes, *sizes, 0)

    def _family(self) -> list[psutil.Process]:
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _sample(self, process: psutil.Process) -> int:
        try:
            with process.oneshot():
                times, memory = process.cpu_times(), process.memory_info()
        except psutil.NoSuchProcess:
            return 0
        self._cpu[process.pid] = times.user + times.system
        # Forked workers share pages with their parent; what is shared is counted once, with the parent.
        return memory.rss - memory.shared if process.pid != self._process.pid else memory.rss
