"""Counts taken from rows while they are written, so that nothing is computed or read a second time."""

from __future__ import annotations

import time
from typing import Any

from pyspark.sql import Observation

WAIT_SECONDS = 30.0
"""Spark tells its listeners a moment after the commit; if it was busy, a little longer."""


def observed(watched: Observation) -> dict[str, Any] | None:
    """What `watched` counted in a write that has returned; None when nothing was written, because it had been before.

    `Observation.get` alone would wait for ever then: Delta passes over a commit that repeats another one.
    """
    gateway: Any = watched  # py4j's objects have no types
    future = gateway._jo.future()
    end = time.monotonic() + WAIT_SECONDS
    while not future.isCompleted():
        if time.monotonic() > end:
            return None
        time.sleep(0.01)
    return watched.get
