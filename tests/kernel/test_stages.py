"""The loop over the stages: which passes it asks for, and that what is known is not asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.kernel.cuts import Cuts, Edge, KeepCut
from jobs.kernel.program import compile_program
from jobs.kernel.stages import LocalBuckets, StagePairs, find_cuts
from jobs.language.atoms import Compare, Computed, Everyone, InSegment, Keep, Quantile
from tests.kernel.world import INTEGER, World, attribute, catalog_of, contacts, equal_to, meaning

POINTS = attribute("points", INTEGER)
IDS = ["d", "c", "b", "a"]
WORLD = World(catalog_of(contacts(points=INTEGER)), {"contacts": [(0, 5), (1, 5), (2, 9), (3, 1)]}, people=4, ids=IDS)
BEST_HALF = Compare(Computed("insight", "half", INTEGER, Quantile(POINTS, 2)), equal_to(2))
SEGMENTS = (
    meaning(BEST_HALF, "best"),  # stage 0: the quantile
    meaning(InSegment("best"), "top", keep=Keep(2, None, POINTS)),  # stage 1: its keep
    meaning(Everyone(), "first", keep=Keep(1, None, POINTS)),  # stage 0: its keep
)


@dataclass(frozen=True, eq=False)
class Watched:
    """The buckets of a world, and what was asked of them: (stage, segments at whose edge ids were asked for)."""

    buckets: LocalBuckets
    asked: list[tuple[int, tuple[str, ...]]] = field(default_factory=list[tuple[int, tuple[str, ...]]])

    def pairs(self, cuts: Cuts, stage: int) -> StagePairs:
        self.asked.append((stage, ()))
        return self.buckets.pairs(cuts, stage)

    def edge_ids(self, cuts: Cuts, stage: int, edges: Mapping[str, Edge]) -> dict[str, list[list[str]]]:
        self.asked.append((stage, tuple(edges)))
        return self.buckets.edge_ids(cuts, stage, edges)


def cuts_of(known: Cuts | None = None) -> tuple[Cuts, list[tuple[int, tuple[str, ...]]]]:
    plan = WORLD.plan(*SEGMENTS)
    program = compile_program(plan)
    watched = Watched(LocalBuckets(program, lambda: [WORLD.bucket(plan)]))
    return find_cuts(plan, program, watched, known), watched.asked


def test_each_stage_is_one_pass_and_ids_are_asked_for_only_inside_equal_values() -> None:
    cuts, asked = cuts_of()
    # 1, 5, 5, 9: a value with s smaller ones is in half 1 + floor(2 * s / 4), so 9 alone is in the second.
    assert cuts.quantiles == {0: (9,)}
    assert cuts.keeps == {"first": KeepCut(9), "top": KeepCut(None)}  # of the one in "best" two are kept: everyone
    assert asked == [(0, ()), (1, ())]


def test_a_keep_among_equal_values_asks_for_ids_once() -> None:
    plan = WORLD.plan(meaning(Everyone(), "two", keep=Keep(2, None, POINTS)))
    program = compile_program(plan)
    watched = Watched(LocalBuckets(program, lambda: [WORLD.bucket(plan)]))
    assert find_cuts(plan, program, watched).keeps == {"two": KeepCut(5, "c")}  # 9, then of the two 5s the smaller id
    assert watched.asked == [(0, ()), (0, ("two",))]


def test_what_is_known_costs_no_pass() -> None:
    cuts, _ = cuts_of()
    assert cuts_of(cuts) == (cuts, [])
    half_known = Cuts(cuts.quantiles, {"first": cuts.keeps["first"]})
    found, asked = cuts_of(half_known)
    assert asked == [(1, ())]
    assert found == cuts
