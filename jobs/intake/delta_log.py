"""A Delta table of others at one version: its id, its columns, its files; and what its commits did since another version.

Read from the log alone, by delta-rs and, of single commits, by their JSON: whether rows were only added says `dataChange`,
which the library does not tell. Nothing is written, and no file of rows is opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from pyarrow import fs

from jobs.errors import visible
from jobs.lake.places import filesystem, without_hadoop

READ_FEATURES = frozenset(
    (
        "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck", "typeWidening", "typeWidening-preview", "variantType",
        "variantType-preview",
        "deletionVectors", "columnMapping",  # of a table that may have them and has none
    )
)  # fmt: skip
"""What the protocol may ask of a reader and files are read rightly with all the same."""
MAPPING = "delta.columnMapping.mode"
PARTITION = "partition."
AT_ONCE = 8


class NoSuchVersion(Exception):
    """There is no table, no such version of it, or none that can be read here; the message says what to do."""


@dataclass(frozen=True)
class DeltaFile:
    """A file of rows, by its path under the table's root; `partition` has the texts of the partition columns."""

    path: str
    size: int
    partition: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


@dataclass(frozen=True)
class DeltaState:
    """A table at a version. `types` are Delta's names of the columns' types, `table` the id it was made with."""

    table: str
    version: int
    types: Mapping[str, str]
    files: tuple[DeltaFile, ...]


def read_state(address: str, version: int | None) -> DeltaState:
    """The table at this version, None: now. `NoSuchVersion` where it cannot be read, with why."""
    try:
        opened = DeltaTable(without_hadoop(address), version=version)
    except TableNotFoundError as error:
        raise NoSuchVersion(f"found no Delta table at {visible(address)}, expected one. Correct the path") from error
    except (DeltaError, OSError) as error:
        raise NoSuchVersion(_why_not(address, version, error)) from error
    _check_readable(opened)
    metadata = opened.metadata()
    types = {each.name: _type_name(each.type) for each in opened.schema().fields}
    return DeltaState(str(metadata.id), opened.version(), types, tuple(_files(opened)))


def _why_not(address: str, version: int | None, error: Exception) -> str:
    """A version that was never there, or is no more, is told with those there are."""
    try:
        newest = DeltaTable(without_hadoop(address)).version()
    except (DeltaError, OSError):
        newest = None
    if version is not None and newest is not None:
        gone = "its log is gone" if version <= newest else f"the newest is {newest}"
        return f"found no version {version} of the table ({gone}), expected one that is there; or say version: latest"
    return (
        f"the table cannot be read ({visible(str(error).partition(chr(10))[0])}). Check the address and who may read it"
    )


def _check_readable(opened: DeltaTable) -> None:
    """`NoSuchVersion` where its files say less, or more, than its rows are."""
    mode = opened.metadata().configuration.get(MAPPING) or "none"
    if mode != "none":
        raise NoSuchVersion(
            f"found a table with column mapping ({MAPPING} = {mode}), expected one whose files have its columns' names. "
            "Have its owner drop the feature (ALTER TABLE … DROP FEATURE columnMapping), or write a copy without it"
        )
    features = frozenset(opened.protocol().reader_features or ())
    if unread := sorted(features - READ_FEATURES):
        raise NoSuchVersion(
            f"found a table that asks its readers for {', '.join(map(visible, unread))}, which is not read here. Have its "
            "owner drop the feature (ALTER TABLE … DROP FEATURE …), or write a copy without it"
        )
    if "deletionVectors" in features and pa.table(opened.deletion_vectors()).num_rows:
        raise NoSuchVersion(
            "found deletion vectors, so that its files hold rows which are deleted; they are not read here. Have its owner "
            "run REORG TABLE … APPLY (PURGE), and set delta.enableDeletionVectors = false"
        )


def _type_name(kind: object) -> str:
    """`long`, `decimal(12,2)`; of nested ones the sort."""
    return str(getattr(kind, "type", kind))


def _files(opened: DeltaTable) -> Iterator[DeltaFile]:
    actions = pa.table(opened.get_add_actions(flatten=True))
    names = [name for name in actions.column_names if name.startswith(PARTITION)]
    for row in sorted(actions.select(["path", "size_bytes", *names]).to_pylist(), key=lambda row: row["path"]):
        partition = {name.removeprefix(PARTITION): _text(row[name]) for name in names}
        yield DeltaFile(unquote(row["path"]), row["size_bytes"], partition)


def _text(value: Any) -> str | None:
    """As the log writes a partition's value."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case date() | datetime():
            return value.isoformat()
        case _:
            return str(value)


# --- what happened in between --------------------------------------------------------------------------------------------


def added_since(address: str, after: int, upto: DeltaState) -> tuple[DeltaFile, ...] | None:
    """The files with the rows that were added after one version and up to another; None where rows also went or changed,
    or where the commits in between cannot all be read any more, or their files."""
    system, root = filesystem(address)
    numbers = range(after + 1, upto.version + 1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        commits = list(pool.map(lambda number: _commit(system, root, number), numbers))
    added: dict[str, DeltaFile] = {}
    for actions in commits:
        if actions is None or not _only_adds(actions):
            return None
        for action in actions:
            add = action.get("add")
            if add and add.get("dataChange", True):
                file = DeltaFile(unquote(add["path"]), add["size"], add.get("partitionValues") or {})
                added[file.path] = file
    standing = {file.path for file in upto.files}
    rewritten = [
        path for path in added if path not in standing
    ]  # put together with others since: they are there, or not
    return tuple(added.values()) if _all_there(system, root, rewritten) else None


def _only_adds(actions: Sequence[Mapping[str, Any]]) -> bool:
    for action in actions:
        if (action.get("remove") or {}).get("dataChange") or (action.get("add") or {}).get("deletionVector"):
            return False
    return True


def _commit(system: fs.FileSystem, root: str, version: int) -> list[Mapping[str, Any]] | None:
    """The actions of one commit; None where it is not there."""
    try:
        with system.open_input_stream(f"{root.rstrip('/')}/_delta_log/{version:020d}.json") as stream:
            return [json.loads(line) for line in stream.read().splitlines() if line.strip()]
    except FileNotFoundError:
        return None


def _all_there(system: fs.FileSystem, root: str, paths: Sequence[str]) -> bool:
    infos = system.get_file_info([f"{root.rstrip('/')}/{path}" for path in paths]) if paths else []
    return all(info.type == fs.FileType.File for info in infos)
