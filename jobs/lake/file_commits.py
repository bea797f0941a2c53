"""Commits of files that are written already: all of them or none, once where that is asked for, by delta-rs.

A commit is one file of the log that is put only where there is none. Whoever is second reads what came between and tries
again; a transaction that is in the log by then is not committed again. A commit takes milliseconds and no JVM.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, RemoveAction
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from jobs.errors import Unreachable
from jobs.lake.creation import ensure, location
from jobs.lake.file_rows import rows_of_files
from jobs.lake.object_stores import require_put_if_absent
from jobs.lake.places import filesystem, without_hadoop
from jobs.lake.table_files import TableFile, write_table_file
from jobs.lake.tables import Table

ATTEMPTS = 100
"""How often a commit is tried while others come first; each time somebody else's has gone through."""


class _OvertakenError(Exception):
    """Another commit was put where this one was to go."""


def put_rows(
    lake: str, table: Table, rows: Iterable[Mapping[str, object]], once: tuple[str, int] | None = None
) -> bool:
    """One commit with a few rows of ours, columns they lack null; False when `once` has been committed before."""
    return put_table(lake, table, pa.Table.from_pylist([dict(row) for row in rows], table.schema), once)


def put_table(lake: str, table: Table, rows: pa.Table, once: tuple[str, int] | None = None) -> bool:
    """The same with rows that are columns already; the table has no partitions."""
    ensure(lake, table)
    with written(location(lake, table)):
        file = write_table_file(lake, table, rows.to_batches())
    return add_files(lake, table, [] if file is None else [file], once)


def change_rows(lake: str, table: Table, change: Callable[[pa.Table], pa.Table | None]) -> bool:
    """One commit after which a small table holds what `change` made of its rows; False when it gave None.

    `change` is asked again, with the rows as they are then, whenever another commit came first: it decides on what it
    replaces and on nothing older. Reads and writes the whole table.
    """
    ensure(lake, table)
    return _tried(location(lake, table), lambda address: _change(lake, address, table, change))


def replace_files(
    lake: str,
    table: Table,
    files: Sequence[TableFile],
    where: tuple[str, int] | None = None,
    once: tuple[str, int] | None = None,
) -> bool:
    """One commit after which the table, or its rows with this number in a statistics column, are those of `files`; False
    when `once` has been committed before.

    A number that is one more than the writer's last when something was read makes the commit conditional: it takes hold
    only if nobody has committed under that name since. Other rows of a file that holds some of both are written anew.
    """
    ensure(lake, table)
    return _tried(location(lake, table), lambda address: _replace(lake, address, table, files, where, once))


def last_commit(lake: str, table: Table, writer: str) -> tuple[int, int]:
    """The number of the table's last commit, and the writer's own last number as of it (0: none); made where missing."""
    ensure(lake, table)
    with written(location(lake, table)):
        opened = DeltaTable(without_hadoop(location(lake, table)))
        return opened.version(), opened.transaction_version(writer) or 0


def exchange_files_after(
    lake: str,
    table: Table,
    version: int,
    old: Collection[str],
    files: Sequence[TableFile],
    once: tuple[str, int] | None = None,
) -> bool:
    """One commit right after `version` that takes the files of these paths out of the table and adds these; False, and no
    commit, when any other one has come since. The table has no partitions."""
    address = location(lake, table)
    with written(address):
        opened = DeltaTable(without_hadoop(address))
        if opened.version() != version:
            return False
        try:
            _commit(opened, table, [*_removed(opened, old), *(_added(file) for file in files)], once)
        except _OvertakenError:
            return False
    return True


def add_files(lake: str, table: Table, files: Sequence[TableFile], once: tuple[str, int] | None = None) -> bool:
    """One commit that adds these files to the table; False when `once` (writer, number) has been committed before.

    A number not above the writer's last counts as committed. Files of a commit that was not made are nobody's.
    """
    ensure(lake, table)
    return _tried(location(lake, table), lambda address: _add(address, table, files, once))


def _tried(address: str, attempt: Callable[[str], bool]) -> bool:
    retrying = Retrying(
        retry=retry_if_exception_type(_OvertakenError), stop=stop_after_attempt(ATTEMPTS), wait=wait_random(0, 0.05)
    )
    try:
        return retrying(attempt, address)
    except RetryError as error:
        raise Unreachable(
            f"{address}: others commit without end, {ATTEMPTS} of theirs came first. Run the step again alone."
        ) from error


def _add(address: str, table: Table, files: Sequence[TableFile], once: tuple[str, int] | None) -> bool:
    with written(address):
        opened = DeltaTable(without_hadoop(address))
        if _is_committed(opened, once):
            return False
        _commit(_with_columns(opened, table), table, [_added(file) for file in files], once)
    return True


def _is_committed(opened: DeltaTable, once: tuple[str, int] | None) -> bool:
    return once is not None and (opened.transaction_version(once[0]) or 0) >= once[1]


def _replace(
    lake: str,
    address: str,
    table: Table,
    files: Sequence[TableFile],
    where: tuple[str, int] | None,
    once: tuple[str, int] | None,
) -> bool:
    with written(address):
        opened = DeltaTable(without_hadoop(address))
        if _is_committed(opened, once):
            return False
        opened = _with_columns(opened, table)
        old, rest = (None, []) if where is None else _without(lake, opened, table, *where)
        _commit(opened, table, [*_removed(opened, old), *(_added(file) for file in [*rest, *files])], once)
    return True


def _without(
    lake: str, opened: DeltaTable, table: Table, column: str, number: int
) -> tuple[list[str], list[TableFile]]:
    """The files that hold rows with this number, and new ones for their other rows."""
    old: list[str] = []
    rest: list[TableFile] = []
    for file in pa.table(opened.get_add_actions(flatten=True)).to_pylist():
        low, high = file.get(f"min.{column}"), file.get(f"max.{column}")
        if low is not None and high is not None and not low <= number <= high:
            continue
        if low is None or low != high:
            rows = rows_of_files(opened, table.schema.names, paths=[file["path"]])
            others = rows.filter(pc.fill_null(pc.not_equal(rows[column], number), True))
            if others.num_rows == rows.num_rows:
                continue
            kept = write_table_file(lake, table, others.cast(table.schema).to_batches())
            rest += [] if kept is None else [kept]
        old.append(file["path"])
    return old, rest


def _with_columns(opened: DeltaTable, table: Table) -> DeltaTable:
    """The table with every column that is to be written; those it lacks come by a commit of their own, before."""
    stored = {field.name for field in opened.schema().fields}
    lacking = [field for field in Schema.from_arrow(table.schema).fields if field.name not in stored]
    if not lacking:
        return opened
    version = opened.version()
    try:
        opened.alter.add_columns(lacking)
    except DeltaError as error:
        if DeltaTable(opened.table_uri).version() > version:
            raise _OvertakenError from error
        raise
    return DeltaTable(opened.table_uri)


def _change(lake: str, address: str, table: Table, change: Callable[[pa.Table], pa.Table | None]) -> bool:
    with written(address):
        # The columns first: what is read must be of the very version that the commit follows.
        opened = _with_columns(DeltaTable(without_hadoop(address)), table)
        changed = change(rows_of_files(opened, table.schema.names))
        if changed is None:
            return False
        file = write_table_file(lake, table, changed.cast(table.schema).to_batches())
        _commit(opened, table, [*_removed(opened), *([] if file is None else [_added(file)])], None)
    return True


def _commit(
    opened: DeltaTable, table: Table, actions: Sequence[AddAction | RemoveAction], once: tuple[str, int] | None
) -> None:
    """The next version of what was opened, or `_OvertakenError` where another one took its place."""
    transactions = None if once is None else [Transaction(*once)]
    try:
        opened.create_write_transaction(
            list(actions),
            mode="append",
            schema=table.schema,
            partition_by=list(table.partitions) or None,
            commit_properties=CommitProperties(max_commit_retries=0, app_transactions=transactions),
        )
    except CommitFailedError as error:
        if DeltaTable(opened.table_uri).version() > opened.version():
            raise _OvertakenError from error
        raise


def _removed(opened: DeltaTable, paths: Collection[str] | None = None) -> list[RemoveAction]:
    """That the files of these paths, or all of them, belong to the table no longer."""
    stored = pa.table(opened.get_add_actions())
    sizes = dict(zip(stored["path"].to_pylist(), stored["size_bytes"].to_pylist(), strict=True))
    old, now = sizes.keys() if paths is None else paths, _now_ms()
    return [
        RemoveAction(path, data_change=True, deletion_timestamp=now, size=sizes[path], partition_values={})
        for path in sorted(old)
    ]


def _added(file: TableFile) -> AddAction:
    return AddAction(file.path, file.size, dict(file.partition), _now_ms(), True, file.statistics)


def _now_ms() -> int:
    return int(time.time() * 1000)


@contextmanager
def written(address: str) -> Iterator[None]:
    """Turns a place that cannot be written into `Unreachable`, exit 30."""
    try:
        yield
    except (DeltaError, OSError) as error:
        # Of the system's own faults its own word: Arrow's text repeats the path, and more.
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise Unreachable(
            f"{address}: cannot be written ({reason}). Check that the folder is yours and has room, "
            "or set MUSTER_LAKE to another one; then run the step again."
        ) from error


def check_writable(lake: str) -> None:
    """Nothing when the lake's root can be made and written, and two commits cannot both win; else `Unreachable` or
    `SettingsError` (`object_stores`), before any work is done."""
    require_put_if_absent(lake)
    system, root = filesystem(lake)
    # A name of its own: another process's probe may be gone by then.
    probe = f"{root.rstrip('/')}/.writable-{uuid4().hex}"
    with written(lake):
        system.create_dir(root, recursive=True)
        system.open_output_stream(probe).close()
        system.delete_file(probe)
