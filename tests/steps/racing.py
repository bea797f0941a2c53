"""One of several processes that work on the same lakes at the same moment, with one JVM for all of them.

`python -m tests.steps.racing WHO`. Every line of its standard input is a task, JSON: the `root` of a company, the `steps`
([name, as_of]) to run there one after the other, and, where others run theirs beside it, the folder in which all `everyone`
of them `meet` first. To every task it answers with a line ANSWER and JSON: for each step the codes it met, each with its
message, because a step is run again as long as it says 30; or the traceback of whatever was no message to a person.
"""

from __future__ import annotations

import json
import random
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jobs.errors import BUG, DONE, UNREACHABLE, UserError
from jobs.lake.file_commits import put_rows
from jobs.lake.spark import session
from jobs.lake.tables import CLAIMS
from jobs.runs.outcome import Outcome
from jobs.runs.run import find_run
from jobs.settings import Settings
from jobs.steps import evaluate, freeze, ingest, pack, publish, run, withdraw
from tests.conftest import FOR_TESTS
from tests.lake.spark_tables import append_by_spark
from tests.steps.night import settings_of

PATIENCE_S = 300.0
TRIES = 8
SEGMENT, LIST, LAUNCH = "germans", "july", "2026-11-24"
ONE_CORE = {**FOR_TESTS, "spark.master": "local[1]", "spark.sql.shuffle.partitions": "1"}


def frozen(settings: Settings, as_of: str) -> Outcome:
    return freeze.run(settings, as_of, segment=SEGMENT, list_name=LIST, date=LAUNCH)


def withdrawn(settings: Settings, as_of: str) -> Outcome:
    return withdraw.run(settings, find_run(settings, as_of).run_no, "by mistake")


def committed_by_spark(settings: Settings, number: str) -> Outcome:
    """A row of Spark's under a number that another process commits at this moment, too."""
    spark = session(settings, "racing", ONE_CORE)
    rows = contested(settings, number, "Spark")
    append_by_spark(spark, settings.lake, CLAIMS, rows, ("both", int(number)))
    return Outcome(DONE, number)


def committed_without_spark(settings: Settings, number: str) -> Outcome:
    """The same by delta-rs, at any moment of Spark's commit."""
    rows = contested(settings, number, "no Spark")
    time.sleep(random.uniform(0, 1.5))
    put_rows(settings.lake, CLAIMS, rows, ("both", int(number)))
    return Outcome(DONE, number)


def contested(settings: Settings, number: str, who: str) -> list[dict[str, str]]:
    """The row of one of two who have met."""
    meet(Path(settings.lake).parent / f"round{number}", who, 2)
    return [{"key": number, "fingerprint": who, "state": "open"}]


STEPS: Mapping[str, Callable[[Settings, str], Outcome]] = {
    "ingest": ingest.run,
    "pack": pack.run,
    "evaluate": evaluate.run,
    "publish": publish.run,
    "night": run.run,
    "freeze": frozen,
    "withdraw": withdrawn,
    "commit by Spark": committed_by_spark,
    "commit without Spark": committed_without_spark,
}


def meet(meeting: Path, who: str, everyone: int) -> None:
    """Returns when all have come."""
    meeting.mkdir(exist_ok=True)
    (meeting / who).touch()
    end = time.monotonic() + PATIENCE_S
    while len(list(meeting.iterdir())) < everyone:
        assert time.monotonic() < end, f"not everyone came to {meeting}"
        time.sleep(0.001)


def tries(step: Callable[[], Outcome]) -> list[tuple[int, str]]:
    """The exit codes and messages of a step that is run again as long as it says 30."""
    met: list[tuple[int, str]] = []
    for _ in range(TRIES):
        try:
            outcome = step()
            met.append((outcome.exit_code, outcome.summary))
        except UserError as error:
            met.append((error.exit_code, str(error)))
        except Exception:  # noqa: BLE001 - the test shows it
            met.append((BUG, traceback.format_exc()))
        if met[-1][0] != UNREACHABLE:
            break
    return met


def answer(task: Mapping[str, Any], who: str) -> list[list[tuple[int, str]]]:
    settings = settings_of(Path(task["root"]))
    if "meet" in task:
        meet(Path(task["meet"]), who, task["everyone"])
    return [tries(lambda name=name, as_of=as_of: STEPS[name](settings, as_of)) for name, as_of in task["steps"]]


def main(who: str) -> None:
    spark = session(settings_of(Path()), f"racing {who}", ONE_CORE)
    for line in sys.stdin:
        begun = time.monotonic()
        answers = answer(json.loads(line), who)
        print("ANSWER", json.dumps({"answers": answers, "seconds": round(time.monotonic() - begun, 1)}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
