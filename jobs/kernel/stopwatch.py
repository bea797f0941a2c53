"""How long a stage's work took, by what was done. Whatever passes between two laps is the later one's, so that nothing is
left out and all laps together are the whole.

A lap costs a third of a microsecond, and a bucket of a thousand segments has about a thousand of them in its 65 ms. What
went into compiling loops, or loading them, is nobody's who happened to need them first: it has a key of its own.
"""

from __future__ import annotations

from time import perf_counter_ns

from jobs.kernel.compiled import PREPARATION

WorkKey = tuple[str | int, ...]
"""What was done: a word and the numbers it is about (`work_units` has them all)."""
COMPILING: WorkKey = ("compile",)


class Stopwatch:
    """`spent`: nanoseconds by key."""

    __slots__ = ("_at", "_prepared", "spent")

    def __init__(self) -> None:
        self.spent: dict[WorkKey, int] = {}
        self._at = self._prepared = 0

    def start(self) -> None:
        self._at, self._prepared = perf_counter_ns(), PREPARATION.nanoseconds

    def lap(self, *key: str | int) -> None:
        """What has passed since the start or the lap before was for this."""
        now = perf_counter_ns()
        if PREPARATION.nanoseconds != self._prepared:
            prepared = PREPARATION.nanoseconds - self._prepared
            self.spent[COMPILING] = self.spent.get(COMPILING, 0) + prepared
            self._at, self._prepared = self._at + prepared, PREPARATION.nanoseconds
        self.spent[key] = self.spent.get(key, 0) + now - self._at
        self._at = now
