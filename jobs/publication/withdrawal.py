"""A run taken back: what it published counts nowhere any more, and what was in force before it is in force again.

One commit marks its rows of `segment_runs`; members, entered, left and what each row's status was stay as history. The row
tables follow. Taken back twice it is taken back once, with the first reason.
"""

from __future__ import annotations

import logging

import pyarrow as pa

from jobs.errors import Unreachable, UsageError
from jobs.lake.file_commits import replace_files, written
from jobs.lake.list_registry import read_registry
from jobs.lake.reads import last_number, table_rows
from jobs.lake.segment_runs import PUBLICATION, WITHDRAWN, SegmentRun, newest_run, read_segment_runs
from jobs.lake.table_files import write_table_file
from jobs.lake.tables import SEGMENT_RUNS
from jobs.publication.row_tables import ATTEMPTS, restore_row_tables
from jobs.runs.outcome import Outcome

log = logging.getLogger(__name__)


def withdraw(lake: str, run_no: int, reason: str) -> Outcome:
    """Takes a run back and restores `segments/<id>`; `UsageError` when it has published nothing."""
    for _ in range(ATTEMPTS):
        number = 1 + last_number(lake, SEGMENT_RUNS, PUBLICATION)
        if check_published(lake, run_no)[0].status == WITHDRAWN:
            break
        _mark(lake, run_no, reason, number)
    else:
        raise Unreachable(f"{lake}/segment_runs: others publish there without end. Run `withdraw` again alone.")
    restore_row_tables(lake)
    return outcome_of(lake, run_no)


def check_published(lake: str, run_no: int) -> list[SegmentRun]:
    """The run's rows; `UsageError` when there are none."""
    rows = read_segment_runs(lake, run_no)
    if not rows:
        raise UsageError(
            f"run {run_no} has published nothing, so there is nothing to take back. `runs` shows the runs."
        )
    return rows


def _mark(lake: str, run_no: int, reason: str, number: int) -> None:
    """The one commit; where somebody published since the number was read it does not take hold."""
    rows = table_rows(lake, SEGMENT_RUNS, filters=[("run_no", "=", run_no)])
    marked = [
        {**row, "status": WITHDRAWN, "withdrawn_status": row["status"], "withdrawn_by": reason}
        for row in rows
        if row["status"] != WITHDRAWN
    ]
    if marked:
        with written(f"{lake}/{SEGMENT_RUNS.path}"):
            file = write_table_file(lake, SEGMENT_RUNS, pa.Table.from_pylist(marked, SEGMENT_RUNS.schema).to_batches())
        replace_files(lake, SEGMENT_RUNS, [] if file is None else [file], ("run_no", run_no), (PUBLICATION, number))


def outcome_of(lake: str, run_no: int) -> Outcome:
    """What stands now."""
    row = read_segment_runs(lake, run_no)[0]
    newest = next((standing.run_no for standing in newest_run(read_segment_runs(lake))), None)
    lines = [f"run {run_no} is withdrawn: {row.withdrawn_by}"]
    lines.append("  nothing is published now" if newest is None else f"  the newest night is run {newest}")
    lists = [f"{listed.name} of {listed.date}" for listed in read_registry(lake) if listed.run_no == run_no]
    if lists:
        lines.append(f"  contact lists were frozen from it, and stay as they are: {', '.join(lists)}")
    details = {"run_no": run_no, "withdrawn": row.withdrawn_by, "newest_run_no": newest, "lists": lists}
    return Outcome(summary="\n".join(lines), details=details)
