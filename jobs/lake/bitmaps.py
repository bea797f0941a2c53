"""Bitmaps of a bucket as the lake stores them: 4 KiB, least significant bit first, null for nobody."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.bucket_rows import BUCKET

SIZE = BUCKET // 8
NOBODY = bytes(SIZE)


def positions(bits: bytes | None) -> NDArray[np.int64]:
    """The positions of a bucket that are set, ascending."""
    return np.flatnonzero(flags(bits))


def flags(bits: bytes | None) -> NDArray[np.bool_]:
    """One flag for each position of a bucket."""
    return np.unpackbits(np.frombuffer(bits or NOBODY, np.uint8), bitorder="little").view(np.bool_)


def packed(positions_set: Iterable[int] | NDArray[np.integer]) -> bytes:
    """The bitmap in which exactly these positions are set."""
    marks = np.zeros(BUCKET, np.bool_)
    marks[np.fromiter(positions_set, np.int64)] = True
    return np.packbits(marks, bitorder="little").tobytes()


def counted(bits: bytes | None) -> int:
    """How many positions are set."""
    return 0 if bits is None else int(np.bitwise_count(np.frombuffer(bits, np.uint64)).sum())


def but_not(kept: bytes | None, taken_out: bytes | None) -> bytes | None:
    """Who is in one and not in the other; None for nobody."""
    left, right = (np.frombuffer(bits or NOBODY, np.uint64) for bits in (kept, taken_out))
    rest = left & ~right
    return rest.tobytes() if rest.any() else None
