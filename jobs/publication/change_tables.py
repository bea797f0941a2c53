"""Who came and who went since the last publication: bitmaps for every segment, rows for those that publish rows.

Both tables are replaced for this run's number only, so that a killed publish can do it again. Neither is ever in memory
whole: bitmaps are compared, and people named, a stretch of buckets at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from jobs.lake.file_commits import replace_files, written
from jobs.lake.identities import NamedContacts
from jobs.lake.member_rows import as_words, changes
from jobs.lake.reads import may_hold
from jobs.lake.table_files import TableFileWriter
from jobs.lake.tables import CHANGE_ROWS, MEMBERSHIP_CHANGES
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


def write_changes(
    lake: str, run: Run, since: Mapping[str, int], as_rows: Collection[str], number: int
) -> dict[str, Change]:
    """Writes the changes since the run named for each segment, and counts them; those of the segments `as_rows` with the
    contacts' ids, too. `number`: that of the publication that they are decided for; what was decided for a later one
    stays."""
    tables = [
        table
        for table, segments in ((MEMBERSHIP_CHANGES, since), (CHANGE_ROWS, as_rows))
        if segments or may_hold(lake, table, "run_no", [run.run_no])
    ]
    if not tables:
        return {}
    counts = dict.fromkeys(since, Change())
    with written(lake):
        bitmaps, people = TableFileWriter(lake, MEMBERSHIP_CHANGES), TableFileWriter(lake, CHANGE_ROWS)
        for rows in changes(lake, run.run_no, since):
            for row in rows.select(["segment", "entered_members", "left_members"]).to_pylist():
                counts[row["segment"]] += Change(row["entered_members"], row["left_members"])
            for batch in rows.to_batches():
                bitmaps.write(batch)
            for batch in _people(lake, run, rows, as_rows):
                people.write(batch)
        files = {MEMBERSHIP_CHANGES.path: bitmaps.close(), CHANGE_ROWS.path: people.close()}
    for table in tables:
        file = files[table.path]
        where, once = ("run_no", run.run_no), (f"changes of run {run.run_no}", number)
        replace_files(lake, table, [] if file is None else [file], where, once)
    return counts


def _people(lake: str, run: Run, rows: pa.Table, segments: Collection[str]) -> Iterator[pa.RecordBatch]:
    """Who came and who went, of these segments; `rows` of `membership_changes` stand in order of bucket."""
    rows = rows.filter(pc.is_in(rows["segment"], pa.array(sorted(segments), pa.string())))
    places = list(zip(rows["bucket"].to_pylist(), rows["segment"].to_pylist(), strict=True))
    contacts = NamedContacts(lake, run.pinned(PackPin).pack_no, sorted({bucket for bucket, _ in places}))
    words = {change: as_words(rows[change].combine_chunks()) for change in CHANGES}
    for place, (bucket, segment) in enumerate(places):
        for change in CHANGES:
            yield _rows(run.run_no, segment, change, contacts.of(bucket, words[change][place]))


def _rows(run_no: int, segment: str, change: str, ids: pa.StringArray) -> pa.RecordBatch:
    same = [
        pa.repeat(pa.scalar(value, kind), len(ids)) for value, kind in ((run_no, pa.int64()), (segment, pa.string()))
    ]
    changed = pa.repeat(pa.scalar(change), len(ids))
    return pa.RecordBatch.from_arrays([*same, changed, ids], schema=CHANGE_ROWS.schema)
