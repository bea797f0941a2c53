"""What was published, read from `segment_runs` without Spark: the newest word on each segment, and the last good one.

A run is visible when its rows stand there. Runs are in order of as_of, then of number: a run of an earlier day that was
published late does not become the newest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobs.lake.reads import read_rows
from jobs.lake.tables import SEGMENT_RUNS

COLUMNS = ("run_no", "segment", "as_of", "status", "reason", "members", "entered", "left", "spec_hash", "rows_path")


@dataclass(frozen=True)
class SegmentRun:
    """One row of `segment_runs`."""

    run_no: int
    segment: str
    as_of: datetime
    status: str
    reason: str | None
    members: int | None
    entered: int | None
    left: int | None
    spec_hash: str | None
    rows_path: str | None

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.as_of, self.run_no)


def read_segment_runs(lake: str, run_no: int | None = None) -> list[SegmentRun]:
    """Every row, or those of one run, in order of as_of and run."""
    filters = None if run_no is None else [("run_no", "=", run_no)]
    table = read_rows(lake, SEGMENT_RUNS, COLUMNS, filters)
    columns: list[list[Any]] = [table.column(name).to_pylist() for name in COLUMNS]
    return sorted((SegmentRun(*row) for row in zip(*columns, strict=True)), key=lambda row: (row.place, row.segment))


def newest_run(rows: list[SegmentRun]) -> list[SegmentRun]:
    """The rows of the newest run; none when there is none."""
    return [row for row in rows if row.place == rows[-1].place] if rows else []


def last_published(rows: list[SegmentRun], before: datetime | None = None) -> dict[str, SegmentRun]:
    """For each segment its newest published row, of all or of those with an earlier as_of than `before`."""
    return {row.segment: row for row in _published(rows) if before is None or row.as_of < before}


def _published(rows: list[SegmentRun]) -> Iterator[SegmentRun]:
    return (row for row in rows if row.status == "published")
