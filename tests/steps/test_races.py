"""Steps side by side: real processes that meet at a barrier, and the end is that of one after the other.

Raced with real processes, because threads of one JVM share Delta's locks. Each process starts its JVM once and runs every
round of every case. The lakes are copies of one, each as far as the case needs it. Steps that start no JVM are raced ten
times, the others once: there a round costs some seconds, most of them Spark's own. MUSTER_RACE_ROUNDS=10 is what a change
of anything that commits is tried with.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import DONE, PARTLY, UNREACHABLE
from jobs.settings import CHECKOUT
from tests.steps.raced_company import BEFORE, FIRST, SECOND, copied, end_of, found, land, rows_at

WITHOUT_SPARK = {"publish", "withdraw", "freeze"}
Steps = list[tuple[str, str]]
"""Name and as_of."""
NOON, NEXT_NIGHT = "2026-11-22T12:00", "2026-11-23T01:00"


@dataclass
class Racers:
    """Two processes that work on lakes beside each other, each with a JVM of its own."""

    root: Path
    processes: list[subprocess.Popen[str]] = field(default_factory=list[subprocess.Popen[str]])
    races: int = 0

    def start(self) -> None:
        for who in ("left", "right"):
            with (self.root / f"{who}.log").open("w") as log:
                command = [sys.executable, "-m", "tests.steps.racing", who]
                self.processes.append(
                    subprocess.Popen(
                        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=CHECKOUT
                    )
                )

    def stop(self) -> None:
        for process in self.processes:
            process.communicate(timeout=60)

    def race(self, root: Path, *both: Steps) -> list[Any]:
        """What each met, who began at the same moment."""
        self.races += 1
        together = {"meet": str(self.root / f"meeting{self.races}"), "everyone": len(both)}
        return self.run(*({"root": str(root), "steps": steps} | together for steps in both))

    def run(self, *tasks: dict[str, Any]) -> list[Any]:
        """What each met of these tasks, the first for the first process."""
        workers = self.processes[: len(tasks)]
        for process, task in zip(workers, tasks, strict=True):
            assert process.stdin is not None
            process.stdin.write(f"{json.dumps(task)}\n")
            process.stdin.flush()
        return [self._answer(process) for process in workers]

    def _answer(self, process: subprocess.Popen[str]) -> Any:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line.removeprefix("ANSWER "))
        raise AssertionError(f"a racer has gone; its log lies in {self.root}")


@dataclass(frozen=True)
class Stages:
    """One company at the moments from which it is raced. `landed`: one night is published, files of two more days lie
    there; `ingested`: both nights are opened and have taken in what was there by then; `packed`: both are; `evaluated`: both
    are; `published`: the first of them is."""

    racers: Racers
    landed: Path
    ingested: Path
    packed: Path
    evaluated: Path
    published: Path


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    folder = tmp_path_factory.mktemp("races")
    racers = Racers(folder)
    racers.start()
    first = folder / "first"
    found(first)
    land(first, BEFORE)
    in_turn(racers, first, [("night", BEFORE)])
    landed = copied(first, "landed")
    for day, name in ((FIRST, first), (SECOND, first)):
        land(name, day)
        land(landed, day)
        in_turn(racers, name, [("ingest", day)])
    packed = copied(first, "packed")
    in_turn(racers, packed, [("pack", FIRST), ("pack", SECOND)])
    evaluated = copied(packed, "evaluated")
    in_turn(racers, evaluated, [("evaluate", FIRST), ("evaluate", SECOND)])
    published = copied(evaluated, "published")
    in_turn(racers, published, [("publish", FIRST)])
    yield Stages(racers, landed, first, packed, evaluated, published)
    racers.stop()


def in_turn(racers: Racers, root: Path, steps: Steps) -> None:
    (answer,) = racers.run({"root": str(root), "steps": steps})
    codes = [code for met in answer["answers"] for code, _ in met]
    assert set(codes) <= {DONE, PARTLY}, answer


CASES: Sequence[Any] = (
    pytest.param("landed", [("ingest", FIRST)], [("ingest", FIRST)], id="two ingests of one night"),
    pytest.param("ingested", [("pack", SECOND)], [("pack", SECOND)], id="two packs of one night"),
    pytest.param("ingested", [("pack", FIRST)], [("pack", SECOND)], id="two packs of two nights"),
    pytest.param(
        "packed",
        [("evaluate", FIRST), ("publish", FIRST)],
        [("evaluate", FIRST), ("publish", FIRST)],
        id="one night is evaluated and published twice",
    ),
    pytest.param(
        "packed",
        [("evaluate", FIRST), ("publish", FIRST)],
        [("evaluate", SECOND), ("publish", SECOND)],
        id="two nights are evaluated and published",
    ),
    pytest.param("evaluated", [("publish", FIRST)], [("publish", FIRST)], id="one night is published twice"),
    pytest.param("evaluated", [("publish", FIRST)], [("publish", SECOND)], id="two nights are published"),
    pytest.param("published", [("freeze", NOON)], [("freeze", NOON)], id="two freezes of one list"),
    pytest.param(
        "published",
        [("freeze", NEXT_NIGHT)],
        [("publish", SECOND)],
        id="a freeze while the next night is published",
    ),
    pytest.param(
        "published",
        [("withdraw", FIRST)],
        [("publish", SECOND)],
        id="a night is taken back while the next one is published",
    ),
    pytest.param(
        "landed", [("night", FIRST)], [("night", SECOND)], id="two whole nights, which begin with two ingests"
    ),
)


def rounds_of(steps: Steps) -> int:
    usual = 10 if {name for name, _ in steps} <= WITHOUT_SPARK else 1
    return int(os.environ.get("MUSTER_RACE_ROUNDS", usual))


@pytest.mark.parametrize(("stage", "left", "right"), CASES)
def test_side_by_side_ends_as_one_after_the_other(
    stages: Stages, stage: str, left: Steps, right: Steps, request: pytest.FixtureRequest
) -> None:
    start, name = getattr(stages, stage), f"{request.node.callspec.id}".replace(" ", "_")
    steps = {"forwards": left + right, "backwards": right + left}
    if left == right:
        del steps["backwards"]
    orders = {copied(start, f"{name}_{order}"): each for order, each in steps.items()}
    for answer in stages.racers.run(*({"root": str(root), "steps": each} for root, each in orders.items())):
        assert {code for met in answer["answers"] for code, _ in met} <= {DONE, PARTLY}, answer
    ends = [end_of(root) for root in orders]
    for number in range(rounds_of(left + right)):
        root = copied(start, f"{name}_{number}")
        for answer in stages.racers.race(root, left, right):
            for met in answer["answers"]:
                *lost, (code, message) = met
                assert code in (DONE, PARTLY), message
                for code, message in lost:
                    assert code == UNREACHABLE, message
                    assert "run the step again" in message.lower(), message
        for part, rows in end_of(root).items():
            assert rows in [end[part] for end in ends], (root, part)


def test_of_a_commit_by_spark_and_one_without_under_one_number_one_is_heard(stages: Stages, tmp_path: Path) -> None:
    rounds = int(os.environ.get("MUSTER_RACE_ROUNDS", "5"))
    tasks = [
        [(step, str(number)) for number in range(1, rounds + 1)] for step in ("commit by Spark", "commit without Spark")
    ]
    for answer in stages.racers.race(tmp_path, *tasks):
        assert [codes[-1][0] for codes in answer["answers"]] == [DONE] * rounds, answer
    rows = sorted(int(row["key"]) for row in rows_at(str(tmp_path / "lake"), "claims"))
    assert rows == list(range(1, rounds + 1))
