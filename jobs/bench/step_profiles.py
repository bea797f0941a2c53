"""Where the time of a verb goes: stacks sampled by py-spy, from outside, of its driver and of Spark's Python workers.

A sample of the driver counts whether it computes or waits, so its shares add up to the seconds of the process; what it waits
for in the JVM is told as such. A sample of a worker counts only while it works. Seconds are those of sampling, which itself
costs some.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

A_SECOND = 50
"""Samples."""
SHOWN = 8
"""Rows of a table; the rest is one more."""
OURS = re.compile(r"^(\S+) \((jobs/[\w/]+)\.py:\d+\)$")
AROUND = ("jobs/lake/spark", "jobs/__main__", "jobs/runs/pins")
"""Modules that only call what does the work."""
SPARKS_START = ("launch_gateway (", "session (jobs/lake/spark.py", "warm_up (jobs/")
IMPORTING = "<frozen importlib._bootstrap"
IN_ZIPS = "<frozen zipimport>"
"""PySpark puts Spark's own jar on a worker's path, and before every task Python reads the directory of each zip there."""
WAITING = (
    "(daemon.py",
    "(selectors.py",
    "(socket.py",
    "read_int (",
    "write_with_length (",
    "_read_with_length (",
)
"""A worker that only waits for its next rows, or for somebody to take its own."""

Share = tuple[str, float]


def watched(spy: Path, target: Path, command: Sequence[str]) -> list[str]:
    """The command under py-spy, which leaves the stacks in `target`."""
    options = ["--rate", str(A_SECOND), "--idle", "--format", "raw", "--subprocesses", "--output", str(target)]
    return [str(spy), "record", *options, "--", *command]


def write_profiles(folder: Path, target: Path) -> None:
    """One Markdown page of all stacks in the folder."""
    pages = [_page(path.stem, *shares(path.read_text("utf-8").splitlines())) for path in sorted(folder.glob("*.raw"))]
    target.write_text("\n".join(pages), encoding="utf-8")


def shares(stacks: Iterable[str]) -> tuple[list[Share], list[Share]]:
    """Seconds by what was done, in the driver and in the workers, most first."""
    driver: Counter[str] = Counter()
    workers: Counter[str] = Counter()
    for process, frames, count in _parsed(stacks):
        if "pyspark" not in process and any("jobs/__main__.py" in frame for frame in frames):
            driver[_label(frames)] += count
        elif frames[0].startswith("_run_module_as_main") and not any(word in frames[-1] for word in WAITING):
            workers[_label(frames)] += count
    return _seconds(driver), _seconds(workers)


def _parsed(stacks: Iterable[str]) -> Iterator[tuple[str, list[str], int]]:
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        processes = [frame for frame in stack.split(";") if frame.startswith("process ")]
        frames = [frame for frame in stack.split(";") if not frame.startswith("process ")]
        if frames:
            yield processes[-1] if processes else "", frames, int(count)


def _label(frames: Sequence[str]) -> str:
    """The innermost function of ours, unless Spark starts or a module is imported."""
    if any(word in frame for frame in frames for word in SPARKS_START):
        return "Spark starts"
    if any(IN_ZIPS in frame for frame in frames):
        return "PySpark has the directory of its jar read"
    if any(IMPORTING in frame for frame in frames):
        return "imports"
    named = ((place, OURS.match(frame)) for place, frame in enumerate(frames))
    ours = [(place, match) for place, match in named if match and match[2] not in AROUND]
    if not ours:
        return "PySpark itself"
    place, match = ours[-1]
    in_jvm = any("py4j" in frame for frame in frames[place:])
    return f"`{match[2].removeprefix('jobs/')}` {match[1]}{', in the JVM' if in_jvm else ''}"


def _seconds(samples: Counter[str]) -> list[Share]:
    return [(label, count / A_SECOND) for label, count in samples.most_common()]


def _page(verb: str, driver: Sequence[Share], workers: Sequence[Share]) -> str:
    lines = [f"### {verb}", ""]
    for name, rows in (("driver", driver), ("workers", workers)):
        if rows:
            rest = [("the rest", sum(seconds for _, seconds in rows[SHOWN:]))] if rows[SHOWN:] else []
            lines += [f"| {name}, {sum(seconds for _, seconds in rows):.1f} s | s |", "|---|---:|"]
            lines += [f"| {label} | {seconds:.1f} |" for label, seconds in (*rows[:SHOWN], *rest)]
            lines.append("")
    return "\n".join(lines)
