"""How events get into a delivery: in the order of time, but a few late at the end, and a few collected twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

LATE_SHARE = 0.004
TWICE_SHARE = 0.001


def collected(rows: pa.Table, time: str, seed: int) -> pa.Table:
    """The rows by `time`, late ones last and then the same row again of some; always the same for the same seed."""
    random = np.random.Generator(np.random.PCG64(seed))
    rows = rows.sort_by([(time, "ascending"), ("event_id", "ascending")])
    late = random.random(len(rows)) < LATE_SHARE
    order = np.concatenate([np.flatnonzero(~late), np.flatnonzero(late)])
    twice = np.flatnonzero(random.random(len(rows)) < TWICE_SHARE)
    return rows.take(pa.array(np.concatenate([order, twice])))
