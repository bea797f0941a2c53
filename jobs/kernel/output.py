"""Where sweeps write: the bitmaps of their tests, and the arrays they add up in, used again by the next sweep."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.loops import Answers


@dataclass(frozen=True, eq=False)
class Output:
    """Where a sweep's tests are written, and the arrays it adds up in, which every sweep uses again."""

    width: int
    bits: NDArray[np.uint8]
    everyone: NDArray[np.bool_]
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])

    def filled(self, name: str, dtype: Any, value: int | float = 0) -> NDArray[Any]:
        """An array of one value a position. The next call of the same name takes it away again."""
        array = self.arrays.get(name)
        if array is None or array.dtype != dtype:
            array = self.arrays[name] = np.empty(self.width, dtype)
        array.fill(value)
        return array

    @cached_property
    def answers(self) -> Answers:
        """Where tests write, as the loops take it: each test sets every flag itself."""
        return Answers(np.empty(self.width, np.uint8), self.bits)


def new_output(width: int, bits: NDArray[np.uint8]) -> Output:
    return Output(width, bits, np.ones(width, np.bool_))
