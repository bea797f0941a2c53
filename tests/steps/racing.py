"""One of several processes that work on the same lakes at the same moment, with one JVM for all of them.

`python -m tests.steps.racing ROOT LAKES WHO ALL AS_OF`. For each lake ROOT/<number> it waits until all have arrived (files
in ROOT/meeting), then evaluates and publishes the run of AS_OF, and publishes again where it was told 30. It prints JSON:
for each lake the exit codes it met, or the traceback of whatever was no message to a person.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from jobs.errors import UNREACHABLE, UserError
from jobs.runs.outcome import Outcome
from jobs.steps import evaluate, publish
from tests.conftest import FOR_TESTS
from tests.steps.planted import Planted

PATIENCE_S = 300.0
TRIES = 5


def meet(meeting: Path, moment: str, who: str, everyone: int) -> None:
    """Returns when all have come to this moment."""
    (meeting / f"{moment}.{who}").touch()
    end = time.monotonic() + PATIENCE_S
    while len(list(meeting.glob(f"{moment}.*"))) < everyone:
        assert time.monotonic() < end, f"not everyone came to {moment}"
        time.sleep(0.002)


def codes(step: Callable[[], Outcome]) -> list[int | str]:
    """The exit codes of a step that is run again as long as it says 30; last the traceback of what is no message."""
    met: list[int | str] = []
    for _ in range(TRIES):
        try:
            met.append(step().exit_code)
        except UserError as error:
            met.append(error.exit_code)
        except Exception:  # noqa: BLE001 - the test shows it
            met.append(traceback.format_exc())
        if met[-1] != UNREACHABLE:
            break
    return met


def main(root: str, lakes: int, who: str, everyone: int, as_of: str) -> None:
    from jobs.lake.spark import session

    settings = [Planted(None, Path(root) / str(number)).settings for number in range(lakes)]  # pyright: ignore[reportArgumentType]
    spark = session(settings[0], f"racing {who}", {**FOR_TESTS, "spark.master": "local[1]"})
    spark.range(1).collect()
    answers: list[list[int | str]] = []
    for number, each in enumerate(settings):
        meet(Path(root) / "meeting", f"lake{number}", who, everyone)
        answers.append(
            [
                *codes(lambda each=each: evaluate.run(each, as_of)),
                *codes(lambda each=each: publish.run(each, as_of)),
            ]
        )
    print("ANSWERS", json.dumps(answers))
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5])
