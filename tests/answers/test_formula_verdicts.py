"""Verdicts and values of single contacts from tiles, and counts of the same verdicts over everybody."""

from __future__ import annotations

from decimal import Decimal

from jobs.answers.formula_verdicts import (
    Census,
    Decided,
    FormulaVerdict,
    census,
    census_questions,
    contact_questions,
    judge,
)
from jobs.kernel.tile_bucket import TilePart
from jobs.language.atoms import AllOf, Compare, Computed, Everyone, Formula, InSegment, NotOf, Pair, Quantile
from tests.kernel.world import (
    FLOAT,
    INTEGER,
    MONEY,
    TEXT,
    World,
    aggregate,
    at_least,
    attribute,
    catalog_of,
    column,
    contacts,
    events,
)

POINTS = attribute("points", INTEGER)
NAME = attribute("name", TEXT)
SPENT = aggregate("sum", column("amount", MONEY))
COUNT = aggregate("count", None)
HIGH = Compare(POINTS, at_least(10))
WORLD = World(
    catalog_of(contacts(points=INTEGER, name=TEXT, height=FLOAT), events(amount=MONEY)),
    {
        "contacts": [(0, 12, "ada", 1.5), (1, 3, None, None), (2, None, "cyd", None)],
        "order": [(0, "2026-11-01T10:00", "10.00"), (0, "2026-11-02T10:00", "5.00"), (2, "2026-11-03T10:00", "7.00")],
    },
    people=4,
    dead=frozenset({3}),
)


def asked(
    position: int, *formulas: Formula, decided: Decided | None = None, world: World = WORLD
) -> list[FormulaVerdict] | None:
    questions = contact_questions(formulas, world.catalog, world.plan().clock)
    part = TilePart(world.bucket(questions.plan), position, position + 1)
    return judge(questions, part, position, decided or Decided())


def test_a_formula_is_true_false_or_unknown_and_its_value_is_told() -> None:
    assert asked(0, HIGH) == [FormulaVerdict("true", (12,))]
    assert asked(1, HIGH) == [FormulaVerdict("false", (3,))]
    assert asked(2, HIGH) == [FormulaVerdict("unknown", (None,))]


def test_not_turns_a_verdict_round_and_keeps_the_value() -> None:
    assert asked(0, NotOf(HIGH)) == [FormulaVerdict("false", (12,))]
    assert asked(2, NotOf(HIGH)) == [FormulaVerdict("unknown", (None,))]


def test_no_rows_are_a_count_and_a_sum_of_zero() -> None:
    spent, count = Compare(SPENT, at_least(15)), Compare(COUNT, at_least(1))
    assert asked(0, spent, count) == [FormulaVerdict("true", (Decimal("15.00"),)), FormulaVerdict("true", (2,))]
    assert asked(1, spent, count) == [FormulaVerdict("false", (Decimal("0.00"),)), FormulaVerdict("false", (0,))]


def test_an_average_is_told_finer_than_its_column_and_is_missing_without_rows() -> None:
    mean = Compare(aggregate("average", column("amount", MONEY)), at_least(7))
    assert asked(0, mean) == [FormulaVerdict("true", (Decimal("7.500000"),))]  # 15 / 2
    assert asked(1, mean) == [FormulaVerdict("unknown", (None,))]


def test_a_sum_of_more_digits_than_fit_is_judged_and_said_to_be_long() -> None:
    most = "9999999999999999.99"
    orders = [(0, "2026-11-01T10:00", most), (0, "2026-11-02T10:00", most)]
    world = World(WORLD.catalog, {"contacts": WORLD.rows["contacts"], "order": orders}, people=4)
    assert asked(0, Compare(SPENT, at_least(Decimal("19999999999999999.98"))), world=world) == [
        FormulaVerdict("true", ("more than 18 digits",))
    ]


def test_two_values_that_are_compared_are_both_told() -> None:
    assert asked(0, Pair(POINTS, "less_than", COUNT)) == [FormulaVerdict("false", (12, 2))]
    assert asked(2, Pair(POINTS, "less_than", COUNT)) == [FormulaVerdict("unknown", (None, 1))]


def test_what_has_no_value_of_its_own_has_a_verdict_alone() -> None:
    assert asked(0, AllOf((HIGH, NotOf(HIGH)))) == [FormulaVerdict("false")]


def test_other_segments_are_what_they_were_decided_to_be() -> None:
    assert asked(0, InSegment("vips"), decided=Decided(segments={"vips": True})) == [FormulaVerdict("true")]
    assert asked(0, InSegment("vips"), decided=Decided(segments={"vips": False})) == [FormulaVerdict("false")]


def test_a_quantile_is_told_by_the_cuts_of_everybody() -> None:
    half = Computed("shop", "half", INTEGER, Quantile(POINTS, 2))
    quantile = half.value
    assert isinstance(quantile, Quantile)
    decided = Decided({quantile: (10,)})  # group 2 from 10 points on
    assert asked(0, Compare(half, at_least(2)), decided=decided) == [FormulaVerdict("true", (2,))]
    assert asked(1, Compare(half, at_least(2)), decided=decided) == [FormulaVerdict("false", (1,))]


def test_a_contact_that_has_left_is_not_judged() -> None:
    assert asked(3, HIGH) is None


def test_a_census_counts_live_contacts_and_leaves_the_unknown_to_neither_side() -> None:
    half = Compare(Computed("shop", "half", INTEGER, Quantile(POINTS, 2)), at_least(2))
    questions = census_questions([HIGH, NotOf(HIGH), half], WORLD.catalog, WORLD.plan().clock, Everyone())
    assert census(questions, lambda: [WORLD.bucket(questions.plan)]) == [
        Census(true=1, false=1),  # ada; bob. cyd has no points, the fourth is gone
        Census(true=1, false=1),
        Census(true=1, false=1),  # of 3 and 12 points the upper half is 12
    ]
