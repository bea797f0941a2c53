"""One bench from the first file to the last figure: what runs, in which order, and what is left behind."""

from __future__ import annotations

import json
import os
import platform
import shutil
from pathlib import Path

import psutil

from jobs.bench import measured_nights as nights
from jobs.bench.engine_runs import run_engines
from jobs.bench.figure_tables import as_markdown
from jobs.bench.figures import Figures
from jobs.bench.phases import Bench
from jobs.bench.progress import Progress
from jobs.bench.scales import Asked
from jobs.errors import UsageError

MARK = "made_by_bench"
"""A file that says: everything beside it may be made anew."""
RESULTS = ("bench.json", "bench.md")
"""What stays where nothing else is kept."""


def measure(root: Path, asked: Asked, progress: Progress) -> Figures:
    """Everything that is asked for, in `root`, which `prepare` has emptied; `PhaseFailed` when our own work fails."""
    bench = Bench(root, asked.threads, asked.memory_bytes, progress)
    figures = Figures(asked, machine())
    nights.make(bench, asked)
    if "copies" in asked.parts:
        nights.copy_files(bench, figures)
    counts = figures.counts = nights.first_night(bench, asked, figures)
    if "freeze" in asked.parts:
        table = nights.freeze(bench, counts, figures)
        if "copies" in asked.parts:
            nights.copy_list(bench, table, figures)
    if "engines" in asked.parts:
        run_engines(bench, asked, counts, figures)
    if "ad-hoc" in asked.parts and asked.size.events <= nights.LARGEST_TRY:
        nights.try_one(bench, counts, figures)
    if "csv" in asked.parts:
        nights.csv_ingest(bench, asked, figures)
    if "next" in asked.parts:
        nights.next_night(bench, asked, figures)
    if "warm" in asked.parts:
        nights.evaluate_again(bench, figures)
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
