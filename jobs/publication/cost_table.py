"""What each segment of the newest night cost the kernel, as it stands in `segment_runs` and as it is shown.

`own` is the time that no other segment needs: without the segment it would be saved. `shared` is its even part of the time
that others need, too. All own and shared parts together are the kernel's time of the run, on one core.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from jobs.lake.segment_runs import SegmentRun, read_segment_runs, standings
from jobs.runs.run_costs import RunCosts, SegmentCost

NOT_MEASURED = "not measured"
HEADINGS = ("id", "own ms", "shared ms", "own tiles", "own bitmaps", "columns of its own")


def cost_columns(costs: RunCosts | None, segment: str) -> dict[str, object]:
    """The columns of `segment_runs` about a segment's cost; none where it was not measured."""
    cost = None if costs is None else costs.segments.get(segment)
    if cost is None:
        return {}
    return {**asdict(cost), "own_columns": json.dumps(cost.own_columns)}


def cost_rows(lake: str) -> list[dict[str, Any]]:
    """One dict for each segment of the newest night, the dearest first; numbers null where it was not measured."""
    rows = [cost_row(row.segment, _stored(row)) | {"run_no": row.run_no} for row in _newest(lake)]
    return by_cost(rows)


def by_cost(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The dearest first: by what would be saved without it, then by its part of the rest."""
    return sorted(rows, key=lambda row: (-(row["own_seconds"] or 0), -(row["shared_seconds"] or 0), row["id"]))


def cost_row(segment: str, cost: SegmentCost | None) -> dict[str, Any]:
    """A segment's cost as programs get it."""
    if cost is None:
        return {"id": segment, "measured": False, **dict.fromkeys(field.name for field in fields(SegmentCost))}
    return {"id": segment, "measured": True, **asdict(cost), "own_columns": list(cost.own_columns)}


def cost_cells(row: Mapping[str, Any]) -> Sequence[object]:
    """The same as people get it, under `HEADINGS`."""
    if row["own_seconds"] is None:
        return (row["id"], NOT_MEASURED, NOT_MEASURED, "", "", "")
    return (
        row["id"],
        f"{row['own_seconds'] * 1000:,.2f}",
        f"{row['shared_seconds'] * 1000:,.2f}",
        size_words(row["own_tile_bytes"]),
        size_words(row["own_bitmap_bytes"]),
        ", ".join(row["own_columns"]),
    )


def total_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """What they come to together."""
    measured = [row for row in rows if row["own_seconds"] is not None]
    if not measured:
        return "No night has been measured yet. The next one is, as it is evaluated."
    own, shared = (sum(row[name] for row in measured) for name in ("own_seconds", "shared_seconds"))
    return f"Together {own + shared:,.3f} s of one core: {own:,.3f} s own, {shared:,.3f} s shared."


def size_words(size: int) -> str:
    """Bytes as people read them."""
    for unit, of_unit in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= of_unit:
            return f"{size / of_unit:,.1f} {unit}"
    return f"{size} B" if size else ""


def _newest(lake: str) -> list[SegmentRun]:
    now = standings(read_segment_runs(lake))
    return [standing.newest for standing in now.values() if standing.newest.status != "retired"]


def _stored(row: SegmentRun) -> SegmentCost | None:
    if row.own_seconds is None or row.shared_seconds is None:
        return None
    columns = tuple(json.loads(row.own_columns or "[]"))
    return SegmentCost(row.own_seconds, row.shared_seconds, row.own_tile_bytes or 0, row.own_bitmap_bytes or 0, columns)
