"""Stable random shares: a contact's number under a seed, and whether it lies in a share, exactly."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.predicates import Bools


def draw(contact_hash: NDArray[np.uint64], seed: str) -> NDArray[np.uint64]:
    """splitmix64(hash of the contact xor hash of the seed): the language says every step."""
    of_seed = int.from_bytes(hashlib.sha256(seed.encode("utf-8")).digest()[:8], "big")
    z = (contact_hash ^ np.uint64(of_seed)) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def in_sample(drawn: NDArray[np.uint64], low: Decimal, high: Decimal) -> Bools:
    """low * 2^64 <= 100 x < high * 2^64, exactly: x from the next whole number at or above low * 2^64 / 100."""
    first, end = (_ceiling(Fraction(share) * (1 << 64) / 100) for share in (low, high))
    inside = np.ones(drawn.size, np.bool_)
    if first:
        inside &= drawn >= np.uint64(first) if first < 1 << 64 else np.zeros(drawn.size, np.bool_)
    if end < 1 << 64:
        inside &= drawn < np.uint64(end)
    return inside


def _ceiling(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)
