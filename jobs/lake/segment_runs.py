"""What was published, read from `segment_runs` without Spark: the newest word on each segment, and what is in force.

A run is visible when its rows stand there. Runs are in order of as_of, then of number: a run of an earlier day that was
published late does not become the newest. A run that somebody took back keeps its rows, as `withdrawn`, and counts nowhere.
Which publications are in force is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobs.lake.reads import read_rows
from jobs.lake.tables import SEGMENT_RUNS

COLUMNS = (
    "run_no", "segment", "as_of", "status", "reason", "members", "entered", "left", "spec_hash", "rows_path",
    "withdrawn_status", "withdrawn_by", "sensitive", "own_seconds", "shared_seconds", "own_tile_bytes", "own_bitmap_bytes",
    "own_columns",
)  # fmt: skip

PUBLICATION = "publication"
"""Under this name every commit to `segment_runs` is numbered. A commit carries the number after the one it was decided on,
so what was decided on less than stands there now is not written, and is decided again."""

WITHDRAWN = "withdrawn"
"""The status of every row of a run that somebody took back."""


@dataclass(frozen=True)
class SegmentRun:
    """One row of `segment_runs`. Of a withdrawn one: what its status was, and the reason of whoever took the run back."""

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
    withdrawn_status: str | None = None
    withdrawn_by: str | None = None
    sensitive: bool | None = None
    own_seconds: float | None = None
    shared_seconds: float | None = None
    own_tile_bytes: int | None = None
    own_bitmap_bytes: int | None = None
    own_columns: str | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.as_of, self.run_no)


def read_segment_runs(lake: str, run_no: int | None = None) -> list[SegmentRun]:
    """Every row, or those of one run, in order of as_of and run."""
    filters = None if run_no is None else [("run_no", "=", run_no)]
    table = read_rows(lake, SEGMENT_RUNS, COLUMNS, filters)
    columns: list[list[Any]] = [table.column(name).to_pylist() for name in COLUMNS]
    return sorted((SegmentRun(*row) for row in zip(*columns, strict=True)), key=lambda row: (row.place, row.segment))


def is_withdrawn(lake: str, run_no: int) -> bool:
    """Whether somebody took this run back."""
    return any(row.status == WITHDRAWN for row in read_segment_runs(lake, run_no))


def counting(rows: Iterable[SegmentRun]) -> list[SegmentRun]:
    """The rows of runs that nobody took back, in their order."""
    return [row for row in rows if row.status != WITHDRAWN]


def newest_run(rows: Iterable[SegmentRun]) -> list[SegmentRun]:
    """The rows of the newest run; none when there is none."""
    standing = counting(rows)
    newest = max((row.place for row in standing), default=None)
    return [row for row in standing if row.place == newest]


def last_published(rows: Iterable[SegmentRun], before: datetime | None = None) -> dict[str, SegmentRun]:
    """For each segment its newest published row, of all or of those with an earlier as_of than `before`."""
    published = (row for row in counting(rows) if row.status == "published")
    ordered = sorted(published, key=lambda row: row.place)
    return {row.segment: row for row in ordered if before is None or row.as_of < before}


@dataclass(frozen=True)
class Standing:
    """One segment now: `newest`, what the newest night says of it, and `publication`, whose members are in force."""

    newest: SegmentRun
    publication: SegmentRun | None


def standings(rows: Sequence[SegmentRun]) -> dict[str, Standing]:
    """Every segment of the newest night, by id. A retired segment has no publication in force."""
    published = last_published(rows)
    return {
        row.segment: Standing(row, None if row.status == "retired" else published.get(row.segment))
        for row in newest_run(rows)
    }


def run_in_force(rows: Sequence[SegmentRun], segment: str) -> int | None:
    """The run that whatever is shown of a segment comes from: that of its publication in force, else the newest night.

    None before the first publication.
    """
    standing = standings(rows).get(segment)
    if standing is not None and standing.publication is not None:
        return standing.publication.run_no
    return next((row.run_no for row in newest_run(rows)), None)


def row_tables(rows: Sequence[SegmentRun]) -> dict[str, SegmentRun | None]:
    """For each segment that ever published rows the publication that `segments/<id>` holds; None where none is to be."""
    now = standings(rows).values()
    in_force = [standing.publication for standing in now if standing.publication is not None]
    nowhere: dict[str, SegmentRun | None] = {row.segment: None for row in rows if row.rows_path}
    return {**nowhere, **{row.segment: row for row in in_force if row.rows_path}}
