"""The verbs of a night as processes, each measured from outside: seconds, processor seconds, peak memory of its tree.

All of them, ours and those of other engines, get so many threads and so much memory: a tree that holds more is ended.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from jobs.bench.progress import Progress
from jobs.bench.step_profiles import watched
from jobs.errors import DONE
from jobs.settings import CHECKOUT

SAMPLE_SECONDS = 0.1
LAST_CHARACTERS = 1500
"""Of what a failed process said."""


class PhaseFailed(Exception):
    """A process that gives no figure, with its last lines; `reason` is its last one."""

    def __init__(self, name: str, why: str, output: str) -> None:
        super().__init__(f"{name} {why}; its last lines:\n{output[-LAST_CHARACTERS:]}")
        lines = output.strip().splitlines()
        self.reason = f"{why}: {lines[-1].strip()}" if lines else why


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
    """A folder that a bench works in: `landing`, `catalog`, `specs`, `lake`, and `conf` with so many threads for Spark."""

    root: Path
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory_bytes: int | None = None
    progress: Progress = field(default_factory=Progress)
    spy: Path | None = None

    @property
    def environment(self) -> Mapping[str, str]:
        folders = ("landing", "catalog", "specs", "lake", "conf")
        places = {f"MUSTER_{name.upper()}": str(self.root / name) for name in folders}
        threads = {name: str(self.threads) for name in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS")}
        return {**os.environ, **places, **threads, "MUSTER_TIME_ZONE": "UTC", "PYTHONPATH": str(CHECKOUT)}

    def write_conf(self) -> None:
        """The settings of this process, with as many threads for Spark as everybody has."""
        target = self.root / "conf"
        target.mkdir(parents=True, exist_ok=True)
        source = Path(os.environ.get("MUSTER_CONF") or CHECKOUT / "conf")
        for name in ("settings.yaml", "spark-defaults.conf"):
            shutil.copy(source / name, target / name)
        with (target / "spark-defaults.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"\nspark.master local[{self.threads}]\n")

    def _command(self, name: str, words: Sequence[str], module: str) -> Sequence[str]:
        """Our own verbs stand under py-spy where one is given."""
        command = [sys.executable, "-m", module, *words]
        if self.spy is None or module != "jobs":
            return command
        (self.root / "profiles").mkdir(exist_ok=True)
        return watched(self.spy, self.root / "profiles" / f"{name}.raw", command)

    def run(self, name: str, arguments: Sequence[str], module: str = "jobs") -> Phase:
        """`python -m MODULE ARGUMENTS`, watched; `PhaseFailed` with what it printed when it does not end as done."""
        log = self.root / "logs" / f"{name.replace(' ', '_').replace('/', '_')}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with self.progress.of(name), log.open("w", encoding="utf-8") as stream:
            begun = time.monotonic()
            process = psutil.Popen(
                self._command(name, arguments, module),
                env=self.environment, cwd=CHECKOUT, stdout=stream, stderr=subprocess.STDOUT,
            )  # fmt: skip
            watch = Watch(process, self.memory_bytes)
            code = process.wait()
            seconds = time.monotonic() - begun
            watch.stop()
        output = log.read_text(encoding="utf-8")
        if watch.ended_it:
            raise PhaseFailed(name, f"held more than {(self.memory_bytes or 0) / 1e9:.1f} GB", "")
        if code != DONE:
            raise PhaseFailed(name, f"ended with {code}", output)
        return Phase(name, seconds, watch.cpu_seconds, watch.peak_bytes, watch.largest_bytes, output)


class Watch:
    """Samples a process and its children until it is told to stop; ends them where they hold more than they may."""

    def __init__(self, process: psutil.Popen, memory_bytes: int | None = None) -> None:
        self.peak_bytes = self.largest_bytes = 0
        self.ended_it = False
        self._memory_bytes = memory_bytes
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
            family = self._family()
            sizes = [self._sample(process) for process in family]
            self.peak_bytes = max(self.peak_bytes, sum(sizes))
            self.largest_bytes = max(self.largest_bytes, *sizes, 0)
            if self._memory_bytes is not None and sum(sizes) > self._memory_bytes:
                self.ended_it = True
                _end(family)

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


def _end(family: Sequence[psutil.Process]) -> None:
    for process in family:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
