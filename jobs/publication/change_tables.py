"""Who came and who went since the last publication: bitmaps for every segment, rows for those that publish rows.

Both tables are replaced for this run's number only, so that a killed publish can do it again. Neither is ever in memory
whole: bitmaps are compared, and people named, a stretch of buckets at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jobs.lake.file_commits import replace_files, written
from jobs.lake.file_rows import Filter
from jobs.lake.identities import NamedContacts
from jobs.lake.member_rows import as_words, changes, stretches
from jobs.lake.reads import may_hold, read_rows
from jobs.lake.table_files import TableFile, write_table_file
from jobs.lake.tables import CHANGE_ROWS, MEMBERSHIP_CHANGES, Table
from jobs.runs.run import Run
from jobs.runs.step_pins import PackPin

CHANGES = ("entered", "left")


@dataclass(frozen=True)
class Change:
    """How many came and went."""

    entered: int = 0
    left: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(self.entered + other.entered, self.left + other.left)


def write_changes(lake: str, run: Run, since: Mapping[str, int], number: int) -> dict[str, Change]:
    """Writes the changes since the run named for each segment, and counts them. `number`: that of the publication that
    they are decided for; what was decided for a later one stays."""
    if not since and not may_hold(lake, MEMBERSHIP_CHANGES, "run_no", [run.run_no]):
        return {}
    counts = dict.fromkeys(since, Change())

    def counted() -> Iterator[pa.RecordBatch]:
        for rows in changes(lake, run.run_no, since):
            for row in rows.select(["segment", "entered_members", "left_members"]).to_pylist():
                counts[row["segment"]] += Change(row["entered_members"], row["left_members"])
            yield from rows.to_batches()

    _replace(lake, MEMBERSHIP_CHANGES, counted(), run.run_no, number)
    return counts


def write_change_rows(lake: str, run: Run, segments: Collection[str], number: int) -> None:
    """Writes the same changes of these segments as rows with the contacts' ids; `number` as above."""
    if not segments and not may_hold(lake, CHANGE_ROWS, "run_no", [run.run_no]):
        return
    _replace(lake, CHANGE_ROWS, _people(lake, run, segments), run.run_no, number)


def _replace(lake: str, table: Table, rows: Iterator[pa.RecordBatch], run_no: int, number: int) -> None:
    with written(f"{lake}/{table.path}"):
        file = write_table_file(lake, table, rows)
    files: list[TableFile] = [] if file is None else [file]
    replace_files(lake, table, files, where=("run_no", run_no), once=(f"changes of run {run_no}", number))


def _people(lake: str, run: Run, segments: Collection[str]) -> Iterator[pa.RecordBatch]:
    ours: list[Filter] = [("run_no", "=", run.run_no), ("segment", "in", sorted(segments))]
    buckets = np.sort(read_rows(lake, MEMBERSHIP_CHANGES, ["bucket"], ours)["bucket"].to_numpy())
    contacts = NamedContacts(lake, run.pinned(PackPin).pack_no, np.unique(buckets).tolist())
    for stretch in stretches(buckets):
        some: Filter = ("bucket", "in", np.unique(buckets[stretch]).tolist())
        rows = read_rows(lake, MEMBERSHIP_CHANGES, ["bucket", "segment", *CHANGES], [*ours, some]).sort_by("bucket")
        words = {change: as_words(rows[change].combine_chunks()) for change in CHANGES}
        places = zip(rows["bucket"].to_pylist(), rows["segment"].to_pylist(), strict=True)
        for place, (bucket, segment) in enumerate(places):
            for change in CHANGES:
                yield _rows(run.run_no, segment, change, contacts.of(bucket, words[change][place]))


def _rows(run_no: int, segment: str, change: str, ids: pa.StringArray) -> pa.RecordBatch:
    same = [
        pa.repeat(pa.scalar(value, kind), len(ids)) for value, kind in ((run_no, pa.int64()), (segment, pa.string()))
    ]
    changed = pa.repeat(pa.scalar(change), len(ids))
    return pa.RecordBatch.from_arrays([*same, changed, ids], schema=CHANGE_ROWS.schema)
