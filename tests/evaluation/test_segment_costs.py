"""What a segment costs is divided so that nothing is left over, by who needs what, and foretold by the same division."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

import pytest

from jobs.answers.foretold_costs import GUESSED
from jobs.evaluation.meters import Meter
from jobs.evaluation.segment_costs import SharedWork
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.cuts import Cuts
from jobs.kernel.stopwatch import COMPILING, Stopwatch
from jobs.kernel.work_shares import Rates
from jobs.lake.tables import IDENTITY
from jobs.language import atoms
from jobs.language.atoms import AllOf, Chain, Compare, Computed, Everyone, InSegment, Keep, Meaning, NotOf, Quantile
from jobs.plan.run_plan import Plan
from jobs.runs.run_costs import RunCosts, SegmentCost
from tests.kernel.world import (
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
    equal_to,
    events,
    is_word,
    last,
    meaning,
    rows,
)

CATALOG = catalog_of(
    contacts(points=INTEGER, country=TEXT), events(amount=MONEY, product=TEXT), events("click", link=TEXT)
)
POINTS, COUNTRY = attribute("points", INTEGER), attribute("country", TEXT)
GERMAN, RICH = Compare(COUNTRY, is_word("DE")), Compare(POINTS, at_least(5))
SPENT = aggregate("sum", column("amount", MONEY), rows(window=last("30d")))
SPENDER, BUYER = Compare(SPENT, at_least("10")), Compare(aggregate("count", over=rows()), at_least(1))
CLICKED = Compare(aggregate("distinct", column("link", TEXT), rows("click")), at_least(2))
TWICE = Chain((atoms.Step("order"), atoms.Step("order")), last("1y"))
HALF = Compare(Computed("shop", "half", INTEGER, Quantile(POINTS, 2)), equal_to(2))


def work_of(*meanings: Meaning) -> SharedWork:
    return SharedWork.of(plan_of(*meanings))


def plan_of(*meanings: Meaning) -> Plan:
    return World(CATALOG, {}).plan(*meanings)


def foretold(*meanings: Meaning, by_kind: Mapping[tuple[str, ...], float] | None = None) -> Mapping[str, SegmentCost]:
    """By rates that say: one second for everything, however often it is done."""
    every = ("rows", "attribute", "pick", "index", "sweep", "groups", "gathering", "sequence", "computed", "test",
             "keep", "quantile", "begin", "algebra", "members", "compile")  # fmt: skip
    rates = Rates(by_kind or {(kind,): 1e9 for kind in every})
    sizes = {"contacts": 100, "order": 1000, "click": 7000, IDENTITY: 40}
    return work_of(*meanings).foretold(RunCosts(1, 0.0, 3, sizes, rates, {})).segments


EVERYTHING = (
    meaning(GERMAN, "germans"),
    meaning(AllOf((GERMAN, RICH)), "rich_germans"),
    meaning(AllOf((InSegment("germans"), NotOf(RICH))), "poor_germans"),
    meaning(SPENDER, "spenders"),
    meaning(AllOf((CLICKED, BUYER)), "clicked"),
    meaning(TWICE, "twice"),
    meaning(HALF, "upper"),
    meaning(Everyone(), "best", keep=Keep(3, None, POINTS)),
)


def test_who_is_made_of_what_others_need_costs_nearly_nothing_of_its_own() -> None:
    others = (meaning(AllOf((GERMAN, SPENDER)), "a"), meaning(AllOf((RICH, BUYER)), "b"))
    before = foretold(*others)
    after = foretold(*others, meaning(AllOf((GERMAN, RICH)), "borrowed"))
    # Its own: members to count (1), and one `and` of two conditions and who is live (3).
    assert after["borrowed"].own_seconds == pytest.approx(1 + 3)
    assert (after["borrowed"].own_tile_bytes, after["borrowed"].own_columns) == (0, ())
    assert after["borrowed"].own_bitmap_bytes == 3 * 4096  # its members, in each of three buckets
    # What it shares nobody else saves: the others' own tests are now half its.
    assert after["a"].own_seconds < before["a"].own_seconds


def test_an_own_sequence_or_aggregate_costs_more_than_an_attribute() -> None:
    three = (meaning(GERMAN, "germans"), meaning(TWICE, "twice"), meaning(CLICKED, "clicked"))
    # Its own: members, rows of contacts, a column of them, that as a value, a test, an `and` with who is live (2).
    assert foretold(*three)["germans"].own_seconds == pytest.approx(7)
    costs = foretold(*three, by_kind=GUESSED.rates.by_kind)
    assert costs["twice"].own_seconds > costs["germans"].own_seconds
    assert costs["clicked"].own_seconds > costs["germans"].own_seconds


def test_tiles_and_columns_are_a_segments_own_where_nobody_else_asks_for_them() -> None:
    costs = foretold(meaning(CLICKED, "clicked"), meaning(SPENDER, "spenders"), meaning(BUYER, "buyers"))
    assert (costs["clicked"].own_tile_bytes, costs["clicked"].own_columns) == (7000, ("click.link",))
    assert (costs["spenders"].own_tile_bytes, costs["spenders"].own_columns) == (0, ("order.amount",))
    assert (costs["buyers"].own_tile_bytes, costs["buyers"].own_columns) == (0, ())


def test_all_parts_add_up_to_the_whole() -> None:
    work = work_of(*EVERYTHING)
    spent = {stage: {key: 1 + number for number, key in enumerate(units)} for stage, units in enumerate(work.units)}
    meters: dict[int, Meter] = {}
    for stage, of_stage in spent.items():
        meters[stage] = Meter()
        meters[stage].watch.spent.update(of_stage)
    costs = work.measured(1, meters, 1)
    whole = sum(sum(of_stage.values()) for of_stage in spent.values()) / 1e9
    assert costs.seconds == pytest.approx(whole)
    assert sum(cost.own_seconds + cost.shared_seconds for cost in costs.segments.values()) == pytest.approx(whole)
    assert costs.segments.keys() == {meaning.id for meaning in EVERYTHING}


def test_work_without_any_segment_is_in_no_part() -> None:
    work = work_of()
    meter = Meter()
    meter.watch.spent.update(dict.fromkeys(work.units[0], 1_000_000_000))
    meter.bytes = {IDENTITY: 40, "order": 1000}
    costs = work.measured(1, {0: meter}, 1)
    assert costs.segments == {}
    assert costs.seconds == pytest.approx(len(work.units[0]))


def test_a_stage_before_the_last_is_whose_quantile_or_keep_it_is_for() -> None:
    work = work_of(meaning(HALF, "upper"), meaning(BUYER, "buyers"))
    meter = Meter()
    meter.watch.spent.update({key: 1 for key in work.units[0] if key != COMPILING})
    costs = work.measured(1, {0: meter}, 1)
    assert costs.segments.keys() == {"upper"}


def test_loops_are_compiled_for_everybody_whoever_is_first() -> None:
    work = work_of(meaning(HALF, "upper"), meaning(BUYER, "buyers"))
    meters = {0: Meter(), 1: Meter()}
    meters[0].watch.spent[COMPILING] = 6
    costs = work.measured(1, meters, 1)
    assert costs.seconds == pytest.approx(6e-9)
    assert {id_: (cost.own_seconds, cost.shared_seconds) for id_, cost in costs.segments.items()} == {
        "upper": (0, pytest.approx(3e-9)), "buyers": (0, pytest.approx(3e-9)),
    }  # fmt: skip


def test_every_lap_of_the_kernel_is_about_something_that_is_known() -> None:
    dice = random.Random(5)
    world = World(
        CATALOG,
        {
            "contacts": [(place, dice.randrange(9), dice.choice(["DE", "AT", None])) for place in range(50)],
            "order": [(dice.randrange(50), f"2026-11-{dice.randrange(1, 23):02}", "4.00", "p") for _ in range(900)],
            "click": [(dice.randrange(50), f"2026-11-{dice.randrange(1, 23):02}", "l") for _ in range(300)],
        },
        people=50,
    )
    simple = [each for each in EVERYTHING if each.id not in ("upper", "best")]
    plan = world.plan(*simple)
    work, watch = SharedWork.of(plan), Stopwatch()
    begun = perf_counter()
    evaluate_bucket(work.program, world.bucket(plan), Cuts(), 0, watch)
    passed = perf_counter() - begun
    meter = Meter()
    meter.watch.spent.update(watch.spent)
    costs = work.measured(1, {0: meter}, 1)
    assert 0 < costs.seconds <= passed
    assert sum(cost.own_seconds + cost.shared_seconds for cost in costs.segments.values()) == pytest.approx(
        costs.seconds
    )
    assert costs.segments["twice"].own_seconds > costs.segments["poor_germans"].own_seconds
    # What was measured is foretold: everything that is expected was met.
    expected = {key for key, unit in work.units[0].items() if unit.expected}
    assert expected <= watch.spent.keys()


def test_what_is_foretold_is_shared_as_what_is_measured() -> None:
    work = work_of(*EVERYTHING)
    meters: dict[int, Meter] = {}
    for stage, units in enumerate(work.units):
        meters[stage] = Meter()
        meters[stage].watch.spent.update({key: 10 for key, unit in units.items() if unit.expected})
        meters[stage].bytes = {"order": 1000, "click": 7000, IDENTITY: 40}
    measured = work.measured(1, meters, 3)
    again = work.foretold(replace(measured, run_no=2))
    assert again.seconds == pytest.approx(measured.seconds)
    for id_, cost in measured.segments.items():
        assert replace(again.segments[id_], own_seconds=0, shared_seconds=0) == replace(
            cost, own_seconds=0, shared_seconds=0
        )
        # Rates are kept by kind, so that times are the same where all of a kind took the same.
        assert (again.segments[id_].own_seconds > 0) == (cost.own_seconds > 0)
