"""How much work a predicate of many intervals is, counted: lines run and numbers looked at, never seconds.

`in` with a thousand values is a thousand intervals. Whatever value they are asked of, the work may grow with the contacts,
the rows and the intervals, never with their product.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import jobs.kernel
from jobs.kernel.bucket import Given, Identity
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.bucket_rows import RowBlock
from jobs.kernel.compiled import forced
from jobs.kernel.cuts import Cuts
from jobs.kernel.exact_arrays import Ratio, in_spans
from jobs.kernel.program import compile_program
from jobs.kernel.tile_bucket import TilePart
from jobs.language.atoms import (
    Compare,
    Computed,
    Formula,
    GroupCount,
    Having,
    Span,
    Spans,
    Test,
    Value,
    VersionSpan,
    VersionSpans,
    Words,
)
from tests.kernel.world import (
    DATE,
    FLOAT,
    INTEGER,
    MONEY,
    STAMP,
    TEXT,
    VERSION,
    World,
    aggregate,
    at_least,
    attribute,
    catalog_of,
    column,
    contacts,
    events,
    instant,
    meaning,
    rows,
)

PEOPLE = 256
ORDERS = 512
INTERVALS = 2000
A_LOOK = 16
"""Lines that one contact, row or interval may cost: 45,000 in all. Contacts times intervals are 512,000."""

KERNEL = str(Path(jobs.kernel.__file__).parent)


def every_other(scale: int = 0) -> Spans:
    """0, 2, 4 …, at a scale of two 0.00, 0.02 …: each an interval of its own."""
    step = Decimal(1).scaleb(-scale)
    return Spans(tuple(Span(value, value) for value in (2 * number * step for number in range(INTERVALS))))


def between() -> Spans:
    """Half open intervals, for types that have no single values."""
    return Spans(tuple(Span(Decimal(2 * n), Decimal(2 * n + 1), low_in=False) for n in range(INTERVALS)))


VERSIONS = VersionSpans(tuple(VersionSpan((n // 50, n % 50), (n // 50, n % 50)) for n in range(INTERVALS)))
TEXTS = Words("in", tuple(sorted(f"t{2 * n}" for n in range(INTERVALS))))
DAY = 86_400_000_000
INSTANTS = Spans(tuple(Span(n * DAY, n * DAY + 1) for n in range(INTERVALS)))

ITEMS, AMOUNT = column("items", INTEGER), column("amount", MONEY)
WORLD = World(
    catalog_of(
        contacts(number=INTEGER, money=MONEY, height=FLOAT, born=DATE, seen=STAMP, app=VERSION, name=TEXT),
        events(items=INTEGER, amount=MONEY, weight=FLOAT, app=VERSION, name=TEXT),
    ),
    {
        "contacts": [
            (n, n, f"{n}.02", float(n), instant("2026-01-01").date(), instant("2026-01-01"), f"{n // 50}.{n % 50}", f"t{n}")
            for n in range(PEOPLE)
        ],
        "order": [
            (n % PEOPLE, "2026-11-01", n, f"{n}.02", float(n), f"{n // 50}.{n % 50}", f"t{n}") for n in range(ORDERS)
        ],
    },
    people=PEOPLE,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Small:
    """A bucket of few positions, so that what is counted is small."""

    part: TilePart

    def parts(self) -> list[Small]:
        return [self]

    def identity(self) -> Identity:
        whole = self.part.identity()
        return replace(whole, live=whole.live[:PEOPLE], contact_hash=whole.contact_hash[:PEOPLE])

    def rows(self, source: str) -> RowBlock:
        return self.part.rows(source)

    def given(self, asked: Given) -> NDArray[np.bool_]:
        return self.part.given(asked)[:PEOPLE]


@contextmanager
def lines_of_the_kernel() -> Iterator[list[int]]:
    """How many lines of `jobs/kernel` run inside."""
    count = [0]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            count[0] += 1
        return trace if frame.f_code.co_filename.startswith(KERNEL) else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


def of_rows(path: str, kind: Any, test: Test) -> Formula:
    return Compare(aggregate("count", None, rows(where=Compare(column(path, kind), test))), at_least(1))


def of_groups(test: Test) -> Formula:
    groups = GroupCount(rows(), (ITEMS,), Having("sum", AMOUNT, MONEY, test), INTEGER)
    return Compare(groups, at_least(1))


def computed(value: Any) -> Value:
    return Computed("smart", "value", MONEY, value)


EVERYWHERE = {
    "integer": Compare(attribute("number", INTEGER), every_other()),
    "decimal": Compare(attribute("money", MONEY), every_other(2)),
    "float": Compare(attribute("height", FLOAT), between()),
    "date": Compare(attribute("born", DATE), every_other()),
    "timestamp": Compare(attribute("seen", STAMP), INSTANTS),
    "version": Compare(attribute("app", VERSION), VERSIONS),
    "text": Compare(attribute("name", TEXT), TEXTS),
    "count": Compare(aggregate("count"), every_other()),
    "days": Compare(aggregate("days"), every_other()),
    "distinct": Compare(aggregate("distinct", ITEMS), every_other()),
    "sum": Compare(aggregate("sum", AMOUNT), every_other(2)),
    "average": Compare(aggregate("average", AMOUNT), every_other(2)),
    "minimum": Compare(aggregate("minimum", AMOUNT), every_other(2)),
    "maximum": Compare(aggregate("maximum", column("weight", FLOAT)), between()),
    "first": Compare(aggregate("first"), INSTANTS),
    "last": Compare(aggregate("last"), INSTANTS),
    "latest": Compare(aggregate("latest", ITEMS), every_other()),
    "computed": Compare(computed(aggregate("sum", AMOUNT)), every_other(2)),
    "integers_of_rows": of_rows("items", INTEGER, every_other()),
    "floats_of_rows": of_rows("weight", FLOAT, between()),
    "versions_of_rows": of_rows("app", VERSION, VERSIONS),
    "texts_of_rows": of_rows("name", TEXT, TEXTS),
    "groups": of_groups(every_other(2)),
}


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_no_predicate_of_many_intervals_looks_at_every_contact_for_each(kind: str) -> None:
    plan = WORLD.plan(meaning(EVERYWHERE[kind]))
    program = compile_program(plan)
    bucket = Small(TilePart(WORLD.bucket(plan), 0, 32_768))
    with forced(compiled=False), lines_of_the_kernel() as lines:
        evaluate_bucket(program, bucket, Cuts(), 0)
    assert lines[0] < A_LOOK * (PEOPLE + ORDERS + INTERVALS)


class Watched(np.ndarray):
    """An array that counts how many numbers are looked at in it and in what is made of it."""

    looks = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [value.view(np.ndarray) if isinstance(value, Watched) else value for value in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        Watched.looks += max(np.size(value) for value in plain)
        return result.view(Watched) if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize("huge", [1, 10**30], ids=["in_64_bits", "in_whole_integers"])
def test_a_fraction_is_searched_for_among_intervals(huge: int) -> None:
    """Averages and sums too wide for 64 bits: whole arrays at once, so numbers are counted, not lines."""
    numerator = np.array([n * huge for n in range(PEOPLE)], np.int64 if huge == 1 else object).view(Watched)
    ratio = Ratio(numerator, np.full(PEOPLE, 2), np.ones(PEOPLE, np.bool_))
    Watched.looks = 0
    answers = in_spans(ratio, Spans(tuple(Span(4 * n * huge, 4 * n * huge) for n in range(INTERVALS))))
    assert np.flatnonzero(answers).tolist() == list(range(0, PEOPLE, 8))  # n / 2 is one of 0, 4, 8 …
    halvings = INTERVALS.bit_length()  # 11
    assert 0 < Watched.looks < 20 * PEOPLE * halvings
