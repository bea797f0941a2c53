"""What the kernel asks of a bucket, and what it answers: the two sides of `evaluate_bucket`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.bucket_rows import RowBlock
from jobs.language.atoms import InList, InSegment

Given = InList | InSegment
"""Whose members are given, not computed: those of a contact list, or of a segment that a run has decided."""


@dataclass(frozen=True, eq=False)
class Identity:
    """Who stands at each position. All arrays have one length, a multiple of 64; positions of nobody are not live.

    `contact_ids` gives the ids by position ("" for nobody); it is asked only where ties or lists need them.
    """

    live: NDArray[np.bool_]
    contact_hash: NDArray[np.uint64]
    contact_ids: Callable[[], Sequence[str]]

    @property
    def width(self) -> int:
        return self.live.size


def contact_hash(contact_id: str) -> int:
    """First 8 bytes, big-endian, of SHA-256."""
    return int.from_bytes(hashlib.sha256(contact_id.encode("utf-8")).digest()[:8], "big")


def contact_hashes(contact_ids: Iterable[str]) -> NDArray[np.uint64]:
    digests = b"".join(hashlib.sha256(id_.encode("utf-8")).digest()[:8] for id_ in contact_ids)
    return np.frombuffer(digests, ">u8").astype(np.uint64)


class BucketPart(Protocol):
    """Some positions of a bucket, with all their rows; the other positions are not live in it."""

    def identity(self) -> Identity: ...

    def rows(self, source: str) -> RowBlock:
        """The source's rows of these positions, with every column the plan names. Asked once a level, one by one."""
        ...

    def given(self, asked: Given) -> NDArray[np.bool_]: ...


class BucketData(Protocol):
    """A bucket in parts, each with few enough rows for the memory of a worker; mostly one."""

    def parts(self) -> Iterable[BucketPart]: ...


@dataclass(frozen=True, eq=False)
class Pairs:
    """How often each value occurs, values ascending and distinct; `missing`: how many have none."""

    values: NDArray[np.generic]
    counts: NDArray[np.int64]
    missing: int = 0


@dataclass(frozen=True, eq=False)
class BucketAnswers:
    """One bucket's share of a stage.

    `bits` has a row of 4,096 bytes for each segment of `segments` (least significant bit first), `members` its counts.
    `quantiles` by number and `keeps` by segment are the pairs that the cuts are made from. `errors` names the computed
    columns (`source.column`) whose type could not hold a live contact's value.
    """

    segments: tuple[str, ...]
    bits: NDArray[np.uint8]
    members: NDArray[np.int64]
    quantiles: Mapping[int, Pairs]
    keeps: Mapping[str, Pairs]
    errors: frozenset[str]
