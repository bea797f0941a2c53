"""Evaluate in a process that has evaluated before: `python -m jobs.bench.warm_evaluation ROOT RESULT`.

Four runs an hour after one another, in one session: all segments, which warms it, then ten, a hundred and all, which are
measured. Each is the step `evaluate` itself, its commit included; as after a night, only bitmaps that changed are written.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from jobs.bench.seeded_company import FIRST_NIGHT
from jobs.settings import read_settings

STEPS = (10, 100)


def evaluate_some(root: Path, many: int, as_of: str) -> float:
    """Seconds of evaluating the first so many segments; what comes before it is not counted."""
    folder = root / f"specs_{many}" / "all"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((root / "specs" / "all").glob("*.json"))[:many]:
        shutil.copy(path, folder)
    settings = replace(read_settings(), specs=folder.parent)
    for verb in ("ingest", "pack", "evaluate"):
        begun = time.monotonic()
        import_module(f"jobs.steps.{verb}").run(settings, as_of)
    return time.monotonic() - begun


def main(arguments: Sequence[str]) -> None:
    root, result = map(Path, arguments)
    total = len(list((root / "specs" / "all").glob("*.json")))
    sizes = (total, *(step for step in STEPS if step < total), total)
    day = FIRST_NIGHT + timedelta(days=1)
    seconds = [(many, evaluate_some(root, many, f"{day}T{6 + place:02}:00")) for place, many in enumerate(sizes)]
    result.write_text(json.dumps(seconds[1:]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
