"""Counts taken from rows while they are written, so that nothing is computed or read a second time."""

from __future__ import annotations

from typing import Any

from pyspark.sql import Observation, SparkSession

WAIT_MS = 300_000
"""For Spark to tell its listeners of what has happened already; it takes milliseconds unless it is very busy."""


def observed(spark: SparkSession, watched: Observation) -> dict[str, Any] | None:
    """What `watched` counted in a write that has returned; None when nothing was written, because it had been before.

    `Observation.get` alone would wait for ever then: Delta passes over a commit that repeats another one. Once Spark has
    told its listeners all that happened before this call, the answer is there or will never come.
    """
    gateway: Any = spark  # py4j's objects have no types
    gateway._jsc.sc().listenerBus().waitUntilEmpty(WAIT_MS)
    counts: Any = watched
    return watched.get if counts._jo.future().isCompleted() else None
