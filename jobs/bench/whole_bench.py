"""One bench from the first file to the last figure: what runs, in which order, and what is left behind."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

import psutil

from jobs.bench import measured_nights as nights
from jobs.bench.chart import draw
from jobs.bench.engine_runs import run_engine
from jobs.bench.figure_tables import as_markdown
from jobs.bench.figures import Figures
from jobs.bench.phases import Bench
from jobs.bench.progress import Progress
from jobs.bench.scales import Asked
from jobs.bench.step_profiles import write_profiles
from jobs.errors import UsageError

MARK = "made_by_bench"
"""A file that says: everything beside it may be made anew."""
RESULTS = ("bench.json", "bench.md", "bench.png")
"""What stays where nothing else is kept."""
PROFILES = "profiles.md"
"""What stays too, where py-spy was given."""


def _engines(bench: Bench, asked: Asked, figures: Figures) -> None:
    for engine in asked.engines:
        run_engine(bench, asked, engine, figures)
        write_results(bench.root, figures)


NIGHT = "night"
"""What is never left out: everything else is about it."""
ORDER: tuple[tuple[str, Callable[[Bench, Asked, Figures], None]], ...] = (
    ("copies", nights.copy_files),
    (NIGHT, nights.first_night),
    ("freeze", nights.freeze),
    ("ad-hoc", nights.try_one),
    ("next", nights.next_night),
    ("warm", nights.evaluate_again),
    ("csv", nights.csv_ingest),
    ("jsonl", nights.jsonl_ingest),
    ("straggler", nights.straggler),
    ("engines", _engines),
)


def measure(root: Path, asked: Asked, progress: Progress, spy: Path | None = None) -> Figures:
    """Everything that is asked for, in `root`, which `prepare` has emptied; `PhaseFailed` when our own work fails.

    `spy` is py-spy's program: with it our verbs are profiled, and slower.
    """
    bench = Bench(root, asked.threads, asked.memory_bytes, progress, spy)
    figures = Figures(asked, machine())
    nights.make(bench, asked)
    for part, work in ORDER:
        if part in (NIGHT, *asked.parts):
            work(bench, asked, figures)
            write_results(root, figures)  # a long bench that is ended leaves what it has found
    if spy is not None:
        write_profiles(root / "profiles", root / PROFILES)
    return figures


def prepare(root: Path) -> None:
    """An empty folder with our mark; a folder of somebody else's is left as it is (`UsageError`)."""
    if root.exists() and any(root.iterdir()) and not (root / MARK).exists():
        raise UsageError(
            f"--folder: {root} holds files that no bench has made, and a bench makes its folder anew. Name another one, or "
            "one that does not exist yet."
        )
    clear(root)
    root.mkdir(parents=True, exist_ok=True)
    (root / MARK).touch()


def clear(root: Path, but: tuple[str, ...] = ()) -> None:
    """Removes what a bench has made, all but the files of these names."""
    if not (root / MARK).exists():
        return
    for path in root.iterdir():
        if path.name in (*but, MARK):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def machine() -> str:
    """Cores, memory and Python, as the caption of a table has them."""
    memory = psutil.virtual_memory().total / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, Python {platform.python_version()}"


def write_results(root: Path, figures: Figures) -> None:
    """The files of `RESULTS`."""
    (root / "bench.json").write_text(json.dumps(figures.as_json(), indent=1) + "\n", encoding="utf-8")
    (root / "bench.md").write_text(as_markdown(figures), encoding="utf-8")
    draw(figures, root / "bench.png")
