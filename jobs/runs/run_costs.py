"""What the segments of a run cost the kernel, as evaluate measured it, kept until it is published and for foretelling.

`costs/<run_no>.json` in the lake. Publishing takes each segment's row into `segment_runs`; the rates stay for whoever asks
what a spec would cost that no night has evaluated yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from jobs.kernel.work_shares import Rates
from jobs.lake.small_files import file_names, read_file, remove_file, write_file

FOLDER = "costs"


@dataclass(frozen=True)
class SegmentCost:
    """Of one segment: kernel seconds that nobody else needs, and its part of those that others need, too; bytes of tiles
    that are read, and of bitmaps that are worked on, for it alone; and the columns that nobody else asks for. Called as in
    `segment_runs`."""

    own_seconds: float
    shared_seconds: float
    own_tile_bytes: int
    own_bitmap_bytes: int
    own_columns: tuple[str, ...]


@dataclass(frozen=True)
class RunCosts:
    """`seconds`: all of the kernel's, on one core, which the segments' add up to; `bytes` of each source's tiles."""

    run_no: int
    seconds: float
    buckets: int
    bytes: Mapping[str, int]
    rates: Rates
    segments: Mapping[str, SegmentCost]


def keep_costs(lake: str, costs: RunCosts) -> None:
    """Writes them, over those of an earlier attempt at the same run."""
    row = {
        "seconds": costs.seconds,
        "buckets": costs.buckets,
        "bytes": dict(costs.bytes),
        "rates": {" ".join(kind): rate for kind, rate in costs.rates.by_kind.items()},
        "segments": {id_: asdict(cost) for id_, cost in costs.segments.items()},
    }
    write_file(lake, _path(costs.run_no), json.dumps(row).encode())


def kept_costs(lake: str, run_no: int) -> RunCosts | None:
    """Those of a run; None where it was not measured."""
    if run_no not in _kept(lake):
        return None
    row = json.loads(read_file(lake, _path(run_no)))
    return RunCosts(
        run_no,
        row["seconds"],
        row["buckets"],
        row["bytes"],
        Rates({tuple(words.split(" ")): rate for words, rate in row["rates"].items()}),
        {
            id_: SegmentCost(**{**cost, "own_columns": tuple(cost["own_columns"])})
            for id_, cost in row["segments"].items()
        },
    )


def newest_costs(lake: str) -> RunCosts | None:
    """Those of the last run that was measured."""
    kept = _kept(lake)
    return kept_costs(lake, max(kept)) if kept else None


def forget_costs(lake: str, before: int, but: Iterable[int]) -> None:
    """Removes those before a number but of these runs: also those of a number that its run has lost to a later one."""
    unwanted = {run_no for run_no in _kept(lake) if run_no < before}
    for run_no in unwanted - set(but):
        remove_file(lake, _path(run_no))


def _path(run_no: int) -> str:
    return f"{FOLDER}/{run_no}.json"


def _kept(lake: str) -> set[int]:
    names = (name.removesuffix(".json") for name in file_names(lake, FOLDER))
    return {int(name) for name in names if name.isdecimal()}
