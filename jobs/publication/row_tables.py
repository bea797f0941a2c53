"""`segments/<id>`: the members now as rows, for warehouses. Each is replaced whole, by itself, and carries its run.

The tables follow `segment_runs`: after a run has become visible, or was taken back, each is brought to the publication in
force. A table that says the same already is left alone; a segment that publishes rows no longer, or has no spec any more,
loses its table. Each commit carries the table's number as it was before `segment_runs` was read, so of two at once that
decided on different rows the one that knew less does not take hold, and looks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from jobs.errors import Unreachable
from jobs.lake.creation import exists
from jobs.lake.file_commits import replace_files, written
from jobs.lake.identities import NamedContacts
from jobs.lake.member_rows import members_of, touched_since
from jobs.lake.reads import column_ranges, last_number
from jobs.lake.segment_runs import SegmentRun, counting, read_segment_runs, row_tables
from jobs.lake.small_files import remove_folder
from jobs.lake.table_files import ROW_GROUP_BYTES, TableFile, TableFileWriter
from jobs.lake.tables import INSTANT, segment_table
from jobs.runs.run import run_numbered
from jobs.runs.step_pins import PackPin

WRITER = "rows"
"""Under this name every commit to a segment's table is numbered."""

TABLES_AT_ONCE = 64
"""Tables whose files are written side by side: together they hold back a row group's rows."""

ATTEMPTS = 20
"""How often the tables are looked at again while others publish."""


def restore_row_tables(lake: str) -> None:
    """Brings every `segments/<id>` to what is in force; nothing is written where that is so already."""
    for _ in range(ATTEMPTS):
        # The numbers first: a table that changes after this, and before it is written below, refuses what is written.
        numbers = {id_: last_number(lake, segment_table(id_), WRITER) for id_ in row_tables(read_segment_runs(lake))}
        rows = read_segment_runs(lake)
        tables = {id_: publication for id_, publication in row_tables(rows).items() if id_ in numbers}
        stale = _stale(lake, tables, rows)
        for publications in _together(stale.values()):
            for id_, files in _written(lake, publications).items():
                replace_files(lake, segment_table(id_), files, once=(WRITER, numbers[id_] + 1))
        gone = [id_ for id_, publication in tables.items() if publication is None and exists(lake, segment_table(id_))]
        remove_row_tables(lake, gone)
        if not stale and not gone and set(row_tables(rows)) == set(numbers):
            return
    raise Unreachable(f"{lake}/segments: others publish there without end. Run the step again alone.")


def _stale(lake: str, tables: Mapping[str, SegmentRun | None], rows: Iterable[SegmentRun]) -> dict[str, SegmentRun]:
    """The publications that their tables do not hold."""
    published = {(row.segment, row.run_no) for row in counting(rows) if row.status == "published"}
    stale: dict[str, SegmentRun] = {}
    unsure: dict[int, dict[str, int]] = {}
    for id_, publication in tables.items():
        if publication is None:
            continue
        run_no = run_of_table(lake, id_)
        if run_no == publication.run_no or (
            not publication.members and run_no is None and exists(lake, segment_table(id_))
        ):
            continue
        stale[id_] = publication
        if run_no is not None and run_no < publication.run_no and (id_, run_no) in published:
            unsure.setdefault(publication.run_no, {})[id_] = run_no
    for run_no, since in unsure.items():
        for id_ in since.keys() - touched_since(lake, run_no, since):
            del stale[id_]
    return stale


def _together(publications: Iterable[SegmentRun]) -> Iterator[list[SegmentRun]]:
    """Those of one run, whose contacts are named from one pack, a few at a time."""
    by_run: dict[int, list[SegmentRun]] = {}
    for publication in publications:
        by_run.setdefault(publication.run_no, []).append(publication)
    for of_run in by_run.values():
        for first in range(0, len(of_run), TABLES_AT_ONCE):
            yield of_run[first : first + TABLES_AT_ONCE]


def _written(lake: str, publications: Sequence[SegmentRun]) -> dict[str, list[TableFile]]:
    """The members of these publications of one run as files of their tables, one each; none where nobody is a member."""
    run_no, as_of = publications[0].run_no, publications[0].as_of
    pack_no = run_numbered(lake, run_no).pinned(PackPin).pack_no
    ids = [publication.segment for publication in publications]
    with written(f"{lake}/segments"):
        writers = {
            id_: TableFileWriter(lake, segment_table(id_), group_bytes=ROW_GROUP_BYTES // len(ids)) for id_ in ids
        }
        for stretch in members_of(lake, run_no, ids):
            buckets = sorted(set(stretch.bucket))
            contacts = NamedContacts(lake, pack_no, buckets)
            for segment, bucket, bits in zip(stretch.segment, stretch.bucket, stretch.bits, strict=True):
                writers[segment].write(_rows(contacts.of(bucket, bits), run_no, as_of))
        files = {id_: writer.close() for id_, writer in writers.items()}
    return {id_: [] if file is None else [file] for id_, file in files.items()}


def _rows(ids: pa.StringArray, run_no: int, as_of: datetime) -> pa.RecordBatch:
    columns = [ids, pa.repeat(pa.scalar(run_no, pa.int64()), len(ids)), pa.repeat(pa.scalar(as_of, INSTANT), len(ids))]
    return pa.RecordBatch.from_arrays(columns, ["contact_id", "run_no", "as_of"])


def run_of_table(lake: str, segment: str) -> int | None:
    """The run whose members the table holds; None where there is no table or nobody is in it. Reads the log alone."""
    return max((high for _, high in column_ranges(lake, segment_table(segment), "run_no")), default=None)


def remove_row_tables(lake: str, segments: Iterable[str]) -> None:
    """Removes the tables of these segments, where there are any."""
    for segment in segments:
        remove_folder(lake, segment_table(segment).path)
