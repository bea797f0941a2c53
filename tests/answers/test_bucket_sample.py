"""A sample of buckets: which are asked, and whether the interval holds the truth as often as it says."""

from __future__ import annotations

import random

import pytest

from jobs.answers.bucket_sample import BUCKETS, BucketSample, Estimate, draw_buckets, everybody

POSITIONS = 32_768


def test_few_buckets_are_all_asked_and_the_count_is_exact() -> None:
    sample = draw_buckets(range(BUCKETS), 1)
    assert sample.whole
    assert sample.estimate({3: 5, 7: 6}, POSITIONS) == Estimate(11, 11, 11)
    assert everybody([]).estimate({}, POSITIONS) == Estimate(0, 0, 0)


def test_two_of_each_stratum_and_the_last_bucket_are_asked() -> None:
    sample = draw_buckets(range(306), 7)
    assert (sample.of, len(sample.buckets), sample.whole) == (306, 23, False)
    assert sample.buckets[-1] == 305
    assert draw_buckets(range(306), 7) == sample
    assert draw_buckets(range(306), 8) != sample
    first = 0
    for size, drawn in sample.strata[:-1]:
        assert all(first <= bucket < first + size for bucket in drawn)
        first += size


def test_the_estimate_is_that_of_the_textbook() -> None:
    """Two strata of 10 and 20 buckets, means 4 and 7, variances 8 and 2: total 180, variance 10²·0.8·8/2 + 20²·0.9·2/2.

    2 degrees of freedom, t = 4.302653, margin 112.2.
    """
    sample = BucketSample(((10, (0, 1)), (20, (10, 11))))
    assert sample.estimate({0: 2, 1: 6, 10: 6, 11: 8}, POSITIONS) == Estimate(180, 67, 293)


def test_nobody_among_those_asked_is_not_nobody() -> None:
    """3.689 is the upper end of a Poisson mean of which none was seen; 8 of 31 buckets were not asked: 3.689·8/23 = 1.28."""
    strata = (*((4, (4 * n, 4 * n + 1)) for n in range(4)), *((1, (100 + n,)) for n in range(15)))
    sample = BucketSample(strata)
    assert (sample.of, len(sample.buckets)) == (31, 23)
    assert sample.estimate({}, POSITIONS) == Estimate(0, 0, 2)


def test_what_was_seen_is_never_outside_the_interval() -> None:
    sample = BucketSample(((4, (0, 1)),))
    assert sample.estimate({0: 10, 1: 0}, 10) == Estimate(
        20, 10, 30
    )  # at least the 10 seen, at most 10 and two buckets


@pytest.mark.parametrize("trend", [0.0, 1.0])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(trend: float) -> None:
    dice = random.Random(11)
    held = 0
    for trial in range(400):
        counts = {bucket: int(dice.gauss(1000 + trend * bucket, 60)) for bucket in range(300)}
        sample = draw_buckets(range(300), trial)
        estimate = sample.estimate({bucket: counts[bucket] for bucket in sample.buckets}, POSITIONS)
        held += estimate.low <= sum(counts.values()) <= estimate.high
    assert 0.92 <= held / 400 <= 0.99
