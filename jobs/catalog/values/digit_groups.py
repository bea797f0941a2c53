"""Marks between groups of three digits, taken out of a whole column of numbers by their places in its bytes.

Out go the marks of texts in which each of them stands between a first group of one to three digits and further ones of
three, before any decimals. The others keep theirs, and are then no numbers to whoever reads them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.catalog.values.parsed import Mask

GROUP = 3
_BESIDE = GROUP + 1
"""So far from a mark stands what decides whether it is sound."""


def without_groups(texts: pa.Array, mark: str) -> pa.Array:
    """The texts without the marks of sound groups; `mark` is one character of ASCII, no digit and no sign."""
    valid, places, data = texts.buffers()
    if data is None or not len(texts):
        return texts
    ends = np.frombuffer(places, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    ends = ends - ends[0]
    taken = letters == ord(mark)
    if not taken.any():
        return texts
    unsound = taken & ~_sound(letters, ends[:-1], taken)
    if unsound.any():
        taken = taken & ~np.repeat(_counts(unsound, ends) > 0, np.diff(ends))
    shorter = ends - np.concatenate([np.zeros(1, np.int32), np.cumsum(_counts(taken, ends), dtype=np.int32)])
    if valid is not None and texts.offset:
        valid = texts.is_valid().buffers()[1]
    buffers = [valid, pa.py_buffer(shorter.astype(np.int32).tobytes()), pa.py_buffer(letters[~taken].tobytes())]
    return pa.Array.from_buffers(texts.type, len(texts), buffers)


def _counts(places: Mask, ends: NDArray[np.int32]) -> NDArray[np.int32]:
    """How many of the places are in each text."""
    before = np.concatenate([np.zeros(1, np.int32), np.cumsum(places, dtype=np.int32)])
    return np.diff(before[ends])


def _sound(letters: NDArray[np.uint8], starts: NDArray[np.int32], marks: Mask) -> Mask:
    """Where a mark may stand: three digits behind it and no fourth, and before it a whole group, the first or another.

    Everything is asked of every byte, from masks moved to its side: that is cheaper than to go from mark to mark.
    """
    size = len(letters)

    def padded(mask: Mask, outside: bool) -> Mask:
        edge = np.full(_BESIDE, outside)
        return np.concatenate([edge, mask, edge])

    def beside(mask: Mask, step: int) -> Mask:
        return mask[_BESIDE + step : _BESIDE + step + size]

    begins = np.zeros(size + 1, np.bool_)
    begins[starts] = True
    begins = begins[:size]
    minus = begins & (letters == ord("-"))
    first = padded(begins | np.concatenate([[False], minus[:-1]]), False)
    digit, begun, marked = (
        padded((letters - np.uint8(ord("0"))) <= 9, False),
        padded(begins, True),
        padded(marks, False),
    )
    behind = beside(begun, _BESIDE) | ~beside(digit, _BESIDE)
    for step in range(1, GROUP + 1):
        behind &= beside(digit, step) & ~beside(begun, step)
    before, digits = beside(marked, -_BESIDE).copy(), np.ones(size, np.bool_)
    for width in range(1, GROUP + 1):
        digits &= beside(digit, -width)
        before |= digits & beside(first, -width)
    return behind & before & ~begins
