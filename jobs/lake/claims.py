"""Things that may happen once: a claim fixes a request under a key, whoever comes first.

A claim is a commit that decides on the very rows it replaces, because two appends would leave two of one key. It fixes the
request and not its owner: whoever brings the same fingerprint may attempt the work, in a place of the attempt's own, and
the first to `settle` wins. There are no heartbeats and no clocks. Safe on local disk, HDFS, ABFS and GCS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import pyarrow as pa

from jobs.lake.file_commits import change_rows
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


def claim(lake: str, key: str, fingerprint: str, pins: str | None = None) -> Claim:
    """The claim that holds under `key` now: this one, or the one that was first. The caller compares fingerprints."""
    earlier = held(lake, key)
    if earlier is not None:
        return earlier
    opened = {"key": key, "fingerprint": fingerprint, "state": "open", "result": pins}

    def add(rows: pa.Table) -> pa.Table | None:
        claims = rows.to_pylist()
        return None if any(row["key"] == key for row in claims) else _table([*claims, opened])

    change_rows(lake, CLAIMS, add)
    return _certain(lake, key)


def settle(lake: str, key: str, attempt: str, result: str) -> Claim:
    """The claim with the attempt that won: this one, unless another was done before it."""
    done = {"state": "done", "attempt": attempt, "result": result}

    def finish(rows: pa.Table) -> pa.Table | None:
        claims = rows.to_pylist()
        if not any((row["key"], row["state"]) == (key, "open") for row in claims):
            return None
        return _table([{**row, **done} if row["key"] == key else row for row in claims])

    change_rows(lake, CLAIMS, finish)
    return _certain(lake, key)


def _table(claims: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(claims, CLAIMS.schema)


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
    assert claimed is not None, "a claim that was committed is gone"
    return claimed
