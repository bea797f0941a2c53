"""Things that may happen once: a claim fixes a request under a key, whoever comes first.

A claim is an insert-only MERGE on the key, because two of them leave one row where two appends leave two. It fixes the
request and not its owner: whoever brings the same fingerprint may attempt the work, in a place of the attempt's own, and
the first to `settle` wins. There are no heartbeats and no clocks. Safe on local disk, HDFS, ABFS and GCS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from pyspark.sql import SparkSession

from jobs.lake.commits import frame, merge
from jobs.lake.reads import table_rows
from jobs.lake.tables import CLAIMS

ClaimState = Literal["open", "done"]


@dataclass(frozen=True)
class Claim:
    """What the lake holds under a key: the request that came first, and once it is done, which attempt won.

    `result` is JSON: while open what the first claimant pinned for every attempt, when done what came out.
    """

    key: str
    fingerprint: str
    state: ClaimState
    attempt: str | None = None
    result: str | None = None


def claim(spark: SparkSession, lake: str, key: str, fingerprint: str, pins: str | None = None) -> Claim:
    """The claim that holds under `key` now: this one, or the one that was first. The caller compares fingerprints."""
    earlier = held(lake, key)
    if earlier is not None:
        return earlier
    rows = frame(spark, CLAIMS, [{"key": key, "fingerprint": fingerprint, "state": "open", "result": pins}])
    merge(spark, lake, CLAIMS, rows, "old.key = new.key", insert=True)
    return _certain(lake, key)


def settle(spark: SparkSession, lake: str, key: str, attempt: str, result: str) -> Claim:
    """The claim with the attempt that won: this one, unless another was done before it."""
    claimed = _certain(lake, key)
    if claimed.state == "done":
        return claimed
    done = {"key": key, "fingerprint": claimed.fingerprint, "state": "done", "attempt": attempt, "result": result}
    rows = frame(spark, CLAIMS, [done])
    merge(
        spark,
        lake,
        CLAIMS,
        rows,
        "old.key = new.key",
        update={name: f"new.{name}" for name in ("state", "attempt", "result")},
        update_when="old.state = 'open'",
    )
    return _certain(lake, key)


def held(lake: str, key: str) -> Claim | None:
    """The claim under this key, None where nobody claimed it."""
    rows = table_rows(lake, CLAIMS, filters=[("key", "=", key)])
    assert len(rows) <= 1, f"{len(rows)} claims of one key: the lake's log store does not keep writers apart"
    if not rows:
        return None
    row = rows[0]
    return Claim(row["key"], row["fingerprint"], cast(ClaimState, row["state"]), row["attempt"], row["result"])


def _certain(lake: str, key: str) -> Claim:
    claimed = held(lake, key)
    assert claimed is not None, "a claim that was merged is gone"
    return claimed
