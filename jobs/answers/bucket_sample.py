"""A sample of buckets, and how many contacts there are by what was counted in it, with its margin.

Contacts stand in buckets by number, and numbers are given in order of arrival: neighbours are alike. So buckets lie in as
many strata of neighbours as pairs are drawn, two from each; the last bucket, which is not full, is always asked. The
estimate and its variance are those of stratified sampling (Cochran, Sampling Techniques, 1977, section 5.4), the interval
has 95 % by Student's t. It is never narrower than that of a Poisson count of those who were seen: nobody among those who
were asked does not mean nobody. What was seen is never outside of it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BUCKETS = 24
"""Buckets of a sample: 786,432 contacts, which a thousand events each would not make slow."""
DRAWN = 2
"""Buckets of a stratum: the fewest that tell a variance."""
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number of contacts, and the ends of its interval; all three alike where everybody was counted."""

    count: int
    low: int
    high: int

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class BucketSample:
    """`strata`: of each how many buckets it has, and which were drawn."""

    strata: tuple[tuple[int, tuple[int, ...]], ...]

    @property
    def buckets(self) -> list[int]:
        """Those that are asked."""
        return sorted(bucket for _, drawn in self.strata for bucket in drawn)

    @property
    def of(self) -> int:
        """How many buckets there are."""
        return sum(size for size, _ in self.strata)

    @property
    def whole(self) -> bool:
        """Whether all of them are asked."""
        return all(size == len(drawn) for size, drawn in self.strata)

    def estimate(self, counts: Mapping[int, int], positions: int) -> Estimate:
        """From the count in each bucket that was asked; a bucket has at most so many `positions`."""
        total, variance, freedom, seen = 0.0, 0.0, 0, 0
        for size, drawn in self.strata:
            values = [counts.get(bucket, 0) for bucket in drawn]
            mean = sum(values) / len(values)
            seen += sum(values)
            total += size * mean
            if size > len(drawn):
                spread = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
                variance += size * size * (1 - len(values) / size) * spread / len(values)
                freedom += len(values) - 1
        if not freedom:
            return Estimate(seen, seen, seen)
        margin = _t(freedom) * math.sqrt(variance)
        unseen = self.of - len(self.buckets)
        fewest, most = (seen + ends * unseen / len(self.buckets) for ends in _poisson(seen))
        low = max(seen, math.floor(min(total - margin, fewest)))
        high = min(seen + unseen * positions, math.ceil(max(total + margin, most)))
        return Estimate(round(total), low, high)


def _poisson(seen: int) -> tuple[float, float]:
    """The ends of the exact interval of a Poisson mean of which so many were seen (Garwood, 1936)."""
    from scipy.special import gammaincinv

    tail = (1 - CONFIDENCE) / 2
    return (float(gammaincinv(seen, tail)) if seen else 0.0), float(gammaincinv(seen + 1, 1 - tail))


def _t(freedom: int) -> float:
    """So many standard errors stand on either side."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))


def draw_buckets(buckets: Sequence[int], seed: int, at_most: int = BUCKETS) -> BucketSample:
    """The sample of these buckets; all of them where they are not more. The same seed draws the same ones, so that two
    questions differ by what is asked and not by whom."""
    ordered = sorted(buckets)
    if len(ordered) <= at_most:
        return everybody(ordered)
    *full, last = ordered
    pairs = (at_most - 1) // DRAWN
    ends = [number * len(full) // pairs for number in range(pairs + 1)]
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    strata = [full[first:end] for first, end in pairwise(ends)]
    return BucketSample((*((len(stratum), tuple(dice.sample(stratum, DRAWN))) for stratum in strata), (1, (last,))))


def everybody(buckets: Sequence[int]) -> BucketSample:
    """All of them."""
    return BucketSample(tuple((1, (bucket,)) for bucket in buckets))
