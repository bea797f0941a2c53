"""What an engine gives back, and what single passes share: tests in groups, a few segments counted before all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.bench.questions import TIME, AskedTests, RowsTest, ValueTest, read_questions
from jobs.bench.seeded_company import FIRST_NIGHT

SOURCES = ("contacts", *TIME)
A_GROUP = 48
"""Columns of one statement: more of them at once and DuckDB's aggregates spill."""
STEPS = (10, 100)
"""Numbers of segments that are measured beside all of them."""


@dataclass(frozen=True)
class PeerAnswer:
    """`points` are pairs of a number of segments and seconds; of `counts` only the segments that were counted."""

    load_seconds: float
    seconds: float
    extrapolated: bool
    points: list[tuple[int, float]]
    counts: dict[str, int]


def files(landing: Path, source: str) -> str:
    """What was there before the first night, as a pattern."""
    return str(landing / source / f"{FIRST_NIGHT.replace(day=FIRST_NIGHT.day - 1).isoformat()}-*.parquet")


def passes(root: Path, ids: Sequence[str], load: float, count: Callable[[AskedTests], dict[str, int]]) -> PeerAnswer:
    """Counts a few segments, more, and all of them."""
    questions = read_questions(root / "specs")
    points: list[tuple[int, float]] = []
    counts: dict[str, int] = {}
    for many in (*(step for step in STEPS if step < len(ids)), len(ids)):
        some = questions.of(ids[:many])
        begun = time.monotonic()
        counts = count(some)
        points.append((many, time.monotonic() - begun))
    return PeerAnswer(load, points[-1][1], False, points, counts)


def grouped(questions: AskedTests) -> list[tuple[str, list[int]]]:
    """Places of tests by their source, so many at once."""
    groups: list[tuple[str, list[int]]] = []
    for source in SOURCES:
        places = [place for place, test in enumerate(questions.tests) if source_of(test) == source]
        groups += [(source, places[start : start + A_GROUP]) for start in range(0, len(places), A_GROUP)]
    return groups


def source_of(test: ValueTest | RowsTest) -> str:
    return test.source if isinstance(test, RowsTest) else "contacts"


def is_no_row_false(test: ValueTest | RowsTest) -> bool:
    """Who has no rows has none of them, and a sum of 0: below whatever is asked; of a maximum nothing is known."""
    return isinstance(test, RowsTest) and test.function != "maximum"
