"""Keeps and quantiles over several buckets: exact edges, ties by contact_id, missing ones last."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from jobs.kernel.bucket import Pairs, contact_hash
from jobs.kernel.cuts import Edge, KeepCut, keep_cut, merge_pairs, pairs_of, settle_edge, thresholds
from jobs.kernel.program import compile_program
from jobs.kernel.sample_shares import draw, in_sample
from jobs.language.atoms import Compare, Computed, Everyone, InSegment, Keep, NotOf, Quantile, Sample
from tests.kernel.world import (
    FLOAT,
    INTEGER,
    World,
    at_least,
    attribute,
    catalog_of,
    contacts,
    equal_to,
    meaning,
    members_of,
    run_stages,
)

POINTS = attribute("points", INTEGER)
SCORES = {0: 5, 1: 9, 2: 5, 3: None, 4: 5, 5: None, 6: 1}
IDS = ["g", "b", "f", "c", "e", "a", "d"]
WORLD = World(catalog_of(contacts(points=INTEGER)), {"contacts": list(SCORES.items())}, people=7, ids=IDS)


def kept(keep: Keep, world: World = WORLD) -> list[int]:
    return world.segments(meaning(Everyone(), keep=keep))["s"]


@pytest.mark.parametrize(
    ("count", "highest", "lowest"),
    [  # ids: 0 g, 1 b, 2 f, 3 c, 4 e, 5 a, 6 d; 5 points have e, f, g in this order; missing a, c
        (1, [1], [6]),
        (2, [1, 4], [4, 6]),
        (3, [1, 2, 4], [2, 4, 6]),
        (4, [0, 1, 2, 4], [0, 2, 4, 6]),
        (5, [0, 1, 2, 4, 6], [0, 1, 2, 4, 6]),
        (6, [0, 1, 2, 4, 5, 6], [0, 1, 2, 4, 5, 6]),
        (7, [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 6]),
        (100, [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_keep_cuts_inside_ties_and_inside_the_missing(count: int, highest: list[int], lowest: list[int]) -> None:
    assert kept(Keep(count, None, POINTS)) == highest
    assert kept(Keep(count, None, POINTS, lowest=True)) == lowest


def test_percent_is_rounded_up_exactly() -> None:
    assert len(kept(Keep(None, Decimal("0.1"), POINTS))) == 1
    assert len(kept(Keep(None, Decimal("28.571428571428571428571428571428571428"), POINTS))) == 2  # just under 2/7
    assert len(kept(Keep(None, Decimal("28.571428571428571428571428571428571429"), POINTS))) == 3  # just over 2/7
    assert len(kept(Keep(None, Decimal(100), POINTS))) == 7
    nobody = World(WORLD.catalog, WORLD.rows, people=7, dead=frozenset(range(7)))
    assert kept(Keep(None, Decimal(50), POINTS), nobody) == []


def test_keep_at_random_takes_the_smallest_draws() -> None:
    seed = "ab-2026"
    order = sorted(range(7), key=lambda position: by_hand(IDS[position], seed))
    assert kept(Keep(3, None, None, seed=seed)) == sorted(order[:3])


def test_a_kept_segment_is_referred_to_after_its_keep() -> None:
    top = meaning(Compare(POINTS, at_least(5)), "top", keep=Keep(2, None, POINTS))
    best = meaning(InSegment("top"), "best", keep=Keep(1, None, POINTS, lowest=True))
    others = meaning(NotOf(InSegment("best")), "others", base=InSegment("top"))
    assert WORLD.segments(top, best, others) == {"best": [4], "others": [1], "top": [1, 4]}


def test_quantile_groups_count_strictly_smaller_values() -> None:
    values = [1, 2, 2, 2, 5, 9, None]
    world = World(
        catalog_of(contacts(points=INTEGER)), {"contacts": list(enumerate(values))}, people=8, dead=frozenset({7})
    )
    for groups in (2, 3, 4, 5, 100):
        asked = Computed("insight", "group", INTEGER, Quantile(POINTS, groups))
        present = [value for value in values if value is not None]
        for position, value in enumerate(values):
            if value is None:
                assert position not in world.members(Compare(asked, at_least(1)))
                continue
            smaller = sum(other < value for other in present)
            assert position in world.members(Compare(asked, equal_to(1 + groups * smaller // 6))), (groups, position)


def test_a_quantile_of_floats_and_of_nobody() -> None:
    world = World(catalog_of(contacts(score=FLOAT)), {"contacts": [(0, -0.0), (1, 0.0), (2, 1e-300)]})
    asked = Computed("insight", "group", INTEGER, Quantile(attribute("score", FLOAT), 3))
    assert world.members(Compare(asked, equal_to(1))) == [0, 1]
    assert world.members(Compare(asked, equal_to(3))) == [2]
    empty = World(world.catalog, {})
    assert empty.members(Compare(asked, at_least(1))) == []


def test_cuts_hold_over_all_buckets() -> None:
    random = np.random.default_rng(3)
    points = [int(value) if value >= 0 else None for value in random.integers(-2, 6, 400)]
    ids = [f"c{number:03}" for number in random.permutation(400)]
    worlds = [
        World(WORLD.catalog, {"contacts": list(enumerate(points[at : at + 100]))}, people=100, ids=ids[at : at + 100])
        for at in range(0, 400, 100)
    ]
    plan = worlds[0].plan(
        *(meaning(Everyone(), f"k{count}", keep=Keep(count, None, POINTS)) for count in (1, 77, 150, 390, 1000)),
        meaning(Compare(Computed("insight", "group", INTEGER, Quantile(POINTS, 4)), equal_to(4)), "best_quarter"),
    )
    program = compile_program(plan)
    answers, _ = run_stages(plan, program, [world.bucket(plan) for world in worlds])
    order = sorted(range(400), key=lambda one: (points[one] is None, -(points[one] or 0), ids[one]))
    for count in (1, 77, 150, 390, 1000):
        found = [100 * place + one for place, answer in enumerate(answers) for one in members_of(answer, f"k{count}")]
        assert found == sorted(order[:count])
    present = [value for value in points if value is not None]
    best = [one for one in range(400) if (v := points[one]) is not None and group(v, present, 4) == 4]
    assert [
        100 * place + one for place, answer in enumerate(answers) for one in members_of(answer, "best_quarter")
    ] == best


def group(value: int, values: list[int], groups: int) -> int:
    return 1 + groups * sum(other < value for other in values) // len(values)


# --- the pieces by themselves --------------------------------------------------------------------------------------------


def test_pairs_are_merged_and_cut() -> None:
    merged = merge_pairs(
        [pairs_of(np.array([3, 1, 3]), 2), pairs_of(np.array([2, 3]), 1), pairs_of(np.zeros(0, np.int64))]
    )
    assert merged.values.tolist() == [1, 2, 3]
    assert merged.counts.tolist() == [1, 1, 3]
    assert merged.missing == 3
    assert keep_cut(merged, Keep(3, None, POINTS)) == KeepCut(3)
    assert keep_cut(merged, Keep(2, None, POINTS)) == Edge(3, 2)
    assert keep_cut(merged, Keep(6, None, POINTS)) == Edge(None, 1)
    assert keep_cut(merged, Keep(8, None, POINTS)) == KeepCut(None)
    assert settle_edge(Edge(3, 2), [["b"], ["a", "c"]]) == KeepCut(3, "b")
    assert thresholds(merged, 2) == ()  # 2 of 5 are smaller than 3: still the lower half
    assert thresholds(merged, 3) == (3,)
    assert keep_cut(Pairs(merged.values, merged.counts), Keep(None, Decimal(40), POINTS)) == Edge(3, 2)


def by_hand(contact: str, seed: str) -> int:
    mask = (1 << 64) - 1
    z = ((contact_hash(contact) ^ contact_hash(seed)) + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)


def test_draws_are_splitmix64_of_the_two_hashes() -> None:
    hashes = np.array([contact_hash(one) for one in IDS], np.uint64)
    assert draw(hashes, "s").tolist() == [by_hand(one, "s") for one in IDS]
    assert draw(np.array([contact_hash("s")], np.uint64), "s").tolist() == [0xE220A8397B1DCDAF]  # splitmix64(0)


@pytest.mark.parametrize(
    ("low", "high"), [("0", "10"), ("0.5", "99.9"), ("50", "100"), ("33.333333333333333333", "66")]
)
def test_shares_are_compared_exactly_at_their_edges(low: str, high: str) -> None:
    first = -(-Fraction(low) * (1 << 64) // 100)
    end = -(-Fraction(high) * (1 << 64) // 100)
    near = [x for edge in (first, end) for x in range(edge - 2, edge + 3) if 0 <= x < 1 << 64]
    found = in_sample(np.array(near, np.uint64), Decimal(low), Decimal(high))
    assert found.tolist() == [Fraction(low) * (1 << 64) <= 100 * x < Fraction(high) * (1 << 64) for x in near]


def test_a_sample_is_the_draw_between_its_shares() -> None:
    half = World(WORLD.catalog, {}, people=500)
    found = half.members(Sample(Decimal(0), Decimal(50), "x"))
    assert found == [one for one in range(500) if 100 * by_hand(f"c{one}", "x") < 50 << 64]
    assert half.members(NotOf(Sample(Decimal(0), Decimal(50), "x"))) == sorted(set(range(500)) - set(found))
