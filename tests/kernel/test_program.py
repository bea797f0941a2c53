"""The program: equal atoms are one, nothing is computed that nobody asks for, and it travels."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from jobs.kernel.instructions import NOTHING, ONES
from jobs.kernel.program import Program, compile_program
from jobs.language.atoms import (
    AllOf,
    AnyOf,
    Arithmetic,
    Case,
    Cases,
    Compare,
    Computed,
    Everyone,
    Formula,
    InSegment,
    Keep,
    Meaning,
    Missing,
    NotOf,
    Pair,
    Quantile,
    Sample,
)
from tests.kernel.world import (
    CHOICE,
    INTEGER,
    MONEY,
    World,
    aggregate,
    at_least,
    at_most,
    attribute,
    catalog_of,
    column,
    contacts,
    equal_to,
    events,
    is_word,
    last,
    meaning,
    rows,
)

WORLD = World(
    catalog_of(contacts(points=INTEGER, price=MONEY), events(channel=CHOICE, amount=MONEY)),
    {"contacts": [(0, 1, "2.00"), (1, None, "1.00"), (2, 3, None)], "order": [(0, "2026-11-01", "web", "1.00")]},
)
POINTS, PRICE = attribute("points", INTEGER), attribute("price", MONEY)
RICH = Compare(POINTS, at_least(2))
KNOWN = Compare(POINTS, Missing(wanted=False))


def program(*meanings: Meaning) -> Program:
    return compile_program(WORLD.plan(*meanings))


def test_equal_conditions_of_many_segments_are_computed_once() -> None:
    web = rows(where=Compare(column("channel", CHOICE), is_word("web")), window=last("90d"))
    one = Compare(aggregate("count", over=web), at_least(2))
    many = [meaning(AllOf((one, RICH)), f"s{number}") for number in range(100)]
    assert program(*many).bitmaps == program(many[0]).bitmaps
    assert len(program(*many).leaves) == 2
    mirrored = [meaning(AllOf((one, RICH)), "a"), meaning(AllOf((RICH, one)), "b")]
    assert program(*mirrored).bitmaps == program(mirrored[0]).bitmaps


def test_windows_of_one_aggregate_share_a_sweep() -> None:
    asked = [
        meaning(Compare(aggregate("count", over=rows(window=last(text))), at_least(number)), f"s{text}_{number}")
        for text in ("7d", "30d", "90d")
        for number in (1, 2)
    ]
    (level,) = program(*asked).stages[0].levels
    (sweep,) = level.passes[0].selections[0].sweeps
    assert sweep.windows.size == 3
    assert sweep.tests.out.size == 6
    assert level.leaves == ()


@pytest.mark.parametrize(
    ("formula", "members"),
    [
        (Everyone(), [0, 1, 2, 3, 4, 5]),
        (NotOf(Everyone()), []),
        (AllOf((Everyone(), KNOWN)), [0, 2]),
        (AnyOf((Everyone(), RICH)), [0, 1, 2, 3, 4, 5]),
        (AnyOf((NotOf(Everyone()), RICH)), [2]),
        (NotOf(RICH), [0]),  # 1, 3, 4, 5: unknown
        (NotOf(NotOf(RICH)), [2]),
        (NotOf(KNOWN), [1, 3, 4, 5]),
        (AllOf((RICH, NotOf(RICH))), []),
        (AnyOf((RICH, NotOf(RICH))), [0, 2]),
        (NotOf(AllOf((RICH, KNOWN))), [0, 1, 3, 4, 5]),  # false and unknown is false
        (NotOf(AnyOf((RICH, KNOWN))), []),  # unknown or false is unknown
        (NotOf(AllOf((RICH, Compare(PRICE, at_least(9))))), [0, 1]),  # 2: true and unknown; 1: unknown and false
    ],
)
def test_kleenes_tables(formula: Formula, members: list[int]) -> None:
    assert WORLD.members(formula) == members


def test_bitmaps_that_are_always_there_need_no_operation() -> None:
    bare = program(meaning(RICH))
    assert program(meaning(AllOf((Everyone(), RICH)))).bitmaps == bare.bitmaps
    assert program(meaning(AnyOf((NotOf(Everyone()), RICH)))).bitmaps == bare.bitmaps
    assert ~NOTHING == ONES


def test_a_stage_runs_only_what_its_cuts_stand_on() -> None:
    group = Computed("insight", "group", INTEGER, Quantile(PRICE, 2))
    heavy = Compare(aggregate("sum", column("amount", MONEY)), at_least(1))
    built = program(
        meaning(AllOf((heavy, Compare(group, equal_to(2)))), "one"),
        meaning(RICH, "top", keep=Keep(1, None, POINTS)),
        meaning(InSegment("top"), "same"),
    )
    first, second = built.stages
    assert first.levels[0].passes == ()
    assert second.levels[0].passes != ()
    assert [segment for segment, _ in second.segments] == list(built.segments)


def test_cases_and_what_stands_on_them_wait_a_level() -> None:
    tier = Computed("insight", "tier", INTEGER, Cases((Case(RICH, 2), Case(KNOWN, 1))))
    own = Pair(column("amount", MONEY), "at_most", tier)
    built = program(meaning(Compare(aggregate("count", over=rows(where=own)), at_least(1))))
    assert len(built.stages[0].levels) == 3
    assert WORLD.members(Compare(aggregate("count", over=rows(where=own)), at_least(1))) == [0]


def test_above_follows_columns_and_segments() -> None:
    tenfold = Computed("insight", "tenfold", INTEGER, Arithmetic("multiply", (POINTS, Decimal(10))))
    more = Computed("insight", "more", INTEGER, Arithmetic("add", (tenfold, Decimal(1))))
    built = program(
        meaning(Compare(more, at_most(5)), "a"),
        meaning(InSegment("a"), "b"),
        meaning(RICH, "c", keep=Keep(1, None, tenfold)),
        meaning(RICH, "d"),
    )
    assert built.above("insight.tenfold") == ("a", "b", "c")
    assert built.above("insight.more") == ("a", "b")


def test_a_program_travels() -> None:
    asked = [meaning(AllOf((RICH, Sample(Decimal(0), Decimal(50), "x"))), "s")]
    sent = pickle.loads(pickle.dumps(program(*asked)))  # noqa: S301 - our own bytes
    from jobs.kernel.bucket_evaluation import evaluate_bucket
    from jobs.kernel.cuts import Cuts

    plan = WORLD.plan(*asked)
    answers = evaluate_bucket(sent, WORLD.bucket(plan), Cuts(), 0)
    assert answers.bits.tobytes() == WORLD.answers(*asked).bits.tobytes()
