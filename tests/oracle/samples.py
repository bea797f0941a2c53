"""A stable random share (section 6.7): the hash, step by step, in whole numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

WORD = 2**64


def first_eight(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")


def splitmix64(z: int) -> int:
    z = (z + 0x9E3779B97F4A7C15) % WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % WORD
    return z ^ (z >> 31)


def draw(contact: str, seed: str) -> int:
    """A contact's number under a seed, 0 … 2^64 − 1."""
    return splitmix64(first_eight(contact) ^ first_eight(seed))


def in_sample(contact: str, sample: Mapping[str, Any]) -> bool:
    low, high = (Fraction(share) for share in sample["share"])
    return low * WORD <= 100 * draw(contact, sample["seed"]) < high * WORD
