"""Shows an `airflow dags test` as it goes: `follow.py LOG` keeps every line in LOG and prints those a person waits for.

Printed: which task runs and how long it took, what the step itself says, errors, the table. Left to the log: Airflow's
own bookkeeping, and how Spark fetches its jars where it is not handed them. What failed steps said last is printed once
more at the end: a machine that keeps only the end of what was printed still keeps the reason.
"""

from __future__ import annotations

import re
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

STAMP = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z \[(?P<level>\w+) *\] (?P<text>.*)$")
BY_STEP = re.compile(r"^(?P<text>.*?)\s+\[\S*(SparkSubmitHook|SubprocessHook|muster\.report)\] loc=\S+$")
TASK = re.compile(r"\[DAG TEST\] (?P<what>starting|end task) (?:task_id=)?(?P<id>[\w.]+).*")
FETCHING_JARS = re.compile(r":: loading settings ::|Ivy Default Cache set to")
JARS_READY = "artifacts copied,"
SUBMITTED = re.compile(r"Cannot execute: spark-submit .* Error code is: (?P<code>\d+)\.")
EXECUTED = re.compile(r"Bash command failed\. The command returned a non-zero exit code (?P<code>\d+)\.")
SAID_LAST = 20
"""How many lines of a failed step are repeated at the end."""
NOT_SAID_BY_A_STEP = re.compile(
    r"NativeCodeLoader|^\d\d/\d\d/\d\d [\d:]+ INFO |^Using Spark's default log4j|^Setting Spark log level|^Picked up JAVA"
    r"|^WARNING: Using incubator modules|^Spark-Submit cmd: |^Tmp dir root location: |^Running command: \[|^Output:$"
    r"|^Command exited with return code \d+$"
)


def main() -> None:
    """Copies standard input to the log, and to the screen what is worth seeing."""
    with Path(sys.argv[1]).open("w", encoding="utf-8") as log:
        for line in worth_seeing(_kept(sys.stdin, log)):
            print(line, flush=True)


def _kept(lines: Iterable[str], log: TextIO) -> Iterator[str]:
    for line in lines:
        log.write(line)
        log.flush()
        yield line.rstrip("\n")


def worth_seeing(lines: Iterable[str]) -> Iterator[str]:
    """The lines for the screen, in order. Before the first task nothing is shown."""
    started: float | None = None
    name, said = "", deque[str](maxlen=SAID_LAST)
    failed: dict[str, deque[str]] = {}
    fetching_jars = traceback = False
    for line in lines:
        stamped = STAMP.match(line)
        if stamped:
            traceback = "Task failed with exception" in line
            if traceback:
                failed[name] = said
        task = TASK.search(line)
        if task and task["what"] == "starting":
            started, name, said = time.monotonic(), task["id"], deque(maxlen=SAID_LAST)
            yield f"▸ {name}"
        elif started is None:
            continue
        elif task:
            yield f"  {task['id']} took {time.monotonic() - started:.0f} s"
        elif fetching_jars or FETCHING_JARS.search(line):
            fetching_jars = JARS_READY not in line
        elif message := _message(line, stamped, traceback):
            said.append(f"  {message}")
            yield said[-1]
    for task_id, last in failed.items():
        yield f"▸ {task_id} failed. It said last:"
        yield from last


def _message(line: str, stamped: re.Match[str] | None, traceback: bool) -> str:
    """What a step or an error says in this line; empty for bookkeeping."""
    if traceback and not stamped:
        if not line.startswith("airflow."):
            return ""
        line = SUBMITTED.sub(r"spark-submit ended with exit code \g<code>.", line)
        return EXECUTED.sub(r"the step ended with exit code \g<code>.", line)
    if stamped is None:
        return "" if NOT_SAID_BY_A_STEP.search(line) else line
    by_step = BY_STEP.match(stamped["text"])
    if by_step is None:
        return stamped["text"] if stamped["level"] in ("error", "critical") and not traceback else ""
    return "" if NOT_SAID_BY_A_STEP.search(by_step["text"]) else by_step["text"]


if __name__ == "__main__":
    main()
