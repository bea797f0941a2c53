"""The one loop over the stages of a plan: what is decided about everybody before the last pass can say who is in.

Where the buckets are (with Spark's workers, in a folder, in tiles that this process reads) stands behind `StageBuckets`;
what their answers come to is decided here. What is known already, because a run pinned it, costs no pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from jobs.kernel.bucket import BucketData, Pairs
from jobs.kernel.bucket_evaluation import edge_ids, evaluate_bucket
from jobs.kernel.cuts import Cuts, Edge, KeepCut, keep_cut, merged_by_key, no_pairs, settle_edge, thresholds
from jobs.kernel.program import Program
from jobs.language.atoms import Keep, Quantile
from jobs.plan.run_plan import Plan, Stage


@dataclass(frozen=True, eq=False)
class StagePairs:
    """What all buckets together say in a stage, by number of quantile and by segment. Nothing stands where none spoke."""

    quantiles: Mapping[int, Pairs]
    keeps: Mapping[str, Pairs]


class StageBuckets(Protocol):
    """All buckets of a run, wherever they are evaluated."""

    def pairs(self, cuts: Cuts, stage: int) -> StagePairs: ...

    def edge_ids(self, cuts: Cuts, stage: int, edges: Mapping[str, Edge]) -> Mapping[str, Iterable[Sequence[str]]]:
        """For each segment of `edges`, of every bucket the smallest contact_ids there."""
        ...


def find_cuts(plan: Plan, program: Program, buckets: StageBuckets, known: Cuts | None = None) -> Cuts:
    """The cuts that the last stage needs: those `known`, and the others by a pass for each stage before it."""
    cuts = known or Cuts()
    for number, stage in enumerate(plan.stages[:-1]):
        quantiles, keeps = _undecided(plan, program, stage, cuts)
        if quantiles or keeps:
            pairs = buckets.pairs(cuts, number)
            new = _thresholds(quantiles, pairs), _keep_cuts(keeps, pairs, partial(buckets.edge_ids, cuts, number))
            cuts = Cuts({**cuts.quantiles, **new[0]}, {**cuts.keeps, **new[1]})
    return cuts


def _undecided(plan: Plan, program: Program, stage: Stage, cuts: Cuts) -> tuple[dict[int, Quantile], dict[str, Keep]]:
    """A stage's quantiles, by number, and keeps, as far as `cuts` lack them."""
    numbers = {quantile: number for number, quantile in enumerate(program.quantiles)}
    keeps = {meaning.id: meaning.keep for meaning in plan.segments if meaning.keep is not None}
    return (
        {numbers[quantile]: quantile for quantile in stage.quantiles if numbers[quantile] not in cuts.quantiles},
        {segment: keeps[segment] for segment in stage.keeps if segment not in cuts.keeps},
    )


def _thresholds(quantiles: Mapping[int, Quantile], pairs: StagePairs) -> dict[int, tuple[int | float, ...]]:
    return {
        number: thresholds(pairs.quantiles.get(number, no_pairs()), quantile.groups)
        for number, quantile in quantiles.items()
    }


def _keep_cuts(
    keeps: Mapping[str, Keep],
    pairs: StagePairs,
    ids_at: Callable[[Mapping[str, Edge]], Mapping[str, Iterable[Sequence[str]]]],
) -> dict[str, KeepCut]:
    """Where each keep cuts off; the contact_ids are asked for only where a cut falls among equal values."""
    cuts = {segment: keep_cut(pairs.keeps.get(segment, no_pairs()), keep) for segment, keep in keeps.items()}
    settled = {segment: cut for segment, cut in cuts.items() if isinstance(cut, KeepCut)}
    edges = {segment: cut for segment, cut in cuts.items() if isinstance(cut, Edge)}
    if edges:
        smallest = ids_at(edges)
        settled |= {segment: settle_edge(edge, smallest[segment]) for segment, edge in edges.items()}
    return settled


@dataclass(frozen=True, eq=False)
class LocalBuckets:
    """Buckets that this process evaluates, one after the other. `buckets` is asked once a pass."""

    program: Program
    buckets: Callable[[], Iterable[BucketData]]

    def pairs(self, cuts: Cuts, stage: int) -> StagePairs:
        answers = [evaluate_bucket(self.program, bucket, cuts, stage) for bucket in self.buckets()]
        return StagePairs(
            merged_by_key(pair for answer in answers for pair in answer.quantiles.items()),
            merged_by_key(pair for answer in answers for pair in answer.keeps.items()),
        )

    def edge_ids(self, cuts: Cuts, stage: int, edges: Mapping[str, Edge]) -> dict[str, list[list[str]]]:
        parts = [edge_ids(self.program, bucket, cuts, stage, edges) for bucket in self.buckets()]
        return {segment: [part[segment] for part in parts] for segment in edges}
