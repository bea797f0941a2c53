"""Verbs measured from outside: what a process and those it starts hold, and what a failed one said."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from jobs.bench.phases import Bench, PhaseFailed, Watch
from jobs.bench.random_segments import write_segments
from jobs.bench.seeded_company import SeededCompany

HELD = 150 * 1024 * 1024
STARTS_ONE_THAT_HOLDS = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", "import time; held = bytearray(b'x' * {HELD}); time.sleep(1)"], check=True)
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    SeededCompany(10, 10).write_catalog(tmp_path / "catalog")
    write_segments(tmp_path / "specs", 20, reuse=2)
    made = Bench(tmp_path)
    made.write_conf()
    return made


def test_a_verb_runs_on_the_folders_of_the_bench_and_is_measured(bench: Bench) -> None:
    phase = bench.run("validate all", ["validate"])
    assert "20" in phase.output
    assert phase.cpu_seconds > 0
    assert phase.seconds > 0
    assert 0 < phase.largest_bytes <= phase.peak_bytes


def test_a_verb_that_fails_is_no_figure_and_its_last_lines_are_told(bench: Bench) -> None:
    with pytest.raises(PhaseFailed, match=r"(?s)validate ended with 2; its last lines:.*--no-such"):
        bench.run("validate", ["validate", "--no-such"])


def test_memory_of_a_process_that_another_started_is_part_of_it() -> None:
    process = psutil.Popen([sys.executable, "-c", STARTS_ONE_THAT_HOLDS])
    watch = Watch(process)
    assert process.wait() == 0
    watch.stop()
    assert watch.largest_bytes > HELD
    assert watch.peak_bytes > watch.largest_bytes
