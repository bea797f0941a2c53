"""Random draws for large feeds: whole columns at once, the same on every machine.

Only uniform draws of PCG64 and plain arithmetic on them, no library's distributions and no logarithms, whose last bit is not
the same on every processor.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Draws:
    """One stream of draws, seeded by a number that nothing else uses."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))

    def uniform(self, rows: int) -> Floats:
        """From 0 up to, but not, 1."""
        return self._generator.random(rows)

    def small(self, rows: int) -> Floats:
        """Likewise, but small ones more often: of four draws one is above 0.56."""
        draws = self.uniform(rows)
        return draws * draws

    def happens(self, rows: int, share: float | Floats) -> Flags:
        """True for so large a share of the rows, or for each row with the share of its own."""
        return self.uniform(rows) < share

    def below(self, rows: int, ends: int | Numbers) -> Numbers:
        """Whole numbers from 0 up to, but not, `ends`."""
        return (self.uniform(rows) * ends).astype(np.int64)

    def pick(self, rows: int, shares: Sequence[float]) -> Numbers:
        """Positions in `shares`, each as often as its share says; the last one gets what is left."""
        return np.searchsorted(np.cumsum(np.array(shares[:-1])), self.uniform(rows), side="right").astype(np.int64)

    def counts(self, rates: Floats) -> Numbers:
        """Whole numbers that are the rates on average: each rate rounded down, or up as often as its rest says."""
        return (rates + self.uniform(len(rates))).astype(np.int64)
