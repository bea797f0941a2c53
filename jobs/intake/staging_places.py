"""What attempts to ingest have written and nobody knows yet: of each attempt and source a list of files.

The files lie in the source's own table, in a folder that is called after the attempt, and belong to it once a commit names
them. An attempt is called after the first number that its entries would have in the journal, and a token of its own. Of all
attempts of one number the journal hears one, so once it holds that number every attempt of it is settled: the one that was
heard has its rows taken in before anybody else begins, and of the others nothing will ever count. That is what a later
ingest removes: never the place of an attempt that may still be heard, and never a file that a table names.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from uuid import uuid4

import pyarrow as pa

from jobs.errors import Unreachable
from jobs.intake.deliveries import Entry
from jobs.lake.small_files import address, file_names, folders, read_file, remove_file, remove_folder, write_file
from jobs.lake.stored_files import files_at
from jobs.lake.table_files import TableFile
from jobs.lake.tables import DELIVERY_NO, Table, source_table

FOLDER = "staging"
LIST = "files.json"
BEGUN = "begun"
SOURCES = "sources"


@dataclass(frozen=True)
class StagingPlace:
    """The place of one attempt. `start` is the first number that its entries would have."""

    start: int
    token: str

    @property
    def attempt(self) -> str:
        """Its name, as the journal keeps it."""
        return f"{self.start:08d}-{self.token}"


def new_place(entries: Sequence[Entry]) -> StagingPlace:
    """A place that nobody else has, for an attempt that knows these entries."""
    return StagingPlace(1 + last_entry_no(entries), uuid4().hex[:12])


def staged_at(lake: str, attempt: str, source: str) -> str:
    """The address of what an attempt staged of a source."""
    return address(lake, f"{FOLDER}/{attempt}/{source}")


def begin(lake: str, place: StagingPlace) -> None:
    """Says that the attempt may leave files in tables from now on."""
    write_file(lake, f"{FOLDER}/{place.attempt}/{BEGUN}", b"")


def keep_staged(lake: str, attempt: str, table: Table, files: Mapping[int, Sequence[TableFile]]) -> None:
    """Writes the list of an attempt's files of one source, by the number of their delivery."""
    source = table.path.rpartition("/")[2]
    listed = [{"delivery_no": number, **asdict(file)} for number, each in sorted(files.items()) for file in each]
    columns = table.schema.remove(table.schema.get_field_index(DELIVERY_NO))
    schema = columns.serialize().to_pybytes().hex()
    write_file(lake, f"{FOLDER}/{attempt}/{source}/{LIST}", json.dumps({"schema": schema, "files": listed}).encode())


def read_staged(lake: str, attempt: str, source: str) -> tuple[Table, list[tuple[int, TableFile]]]:
    """The table as the attempt has written it, and its files, each with the number of its delivery."""
    written = json.loads(read_file(lake, f"{FOLDER}/{attempt}/{source}/{LIST}"))
    schema = pa.ipc.read_schema(pa.py_buffer(bytes.fromhex(written["schema"])))
    files = [(row.pop("delivery_no"), TableFile(**row)) for row in written["files"]]
    return source_table(source, schema), files


def is_staged(lake: str, attempt: str, source: str) -> bool:
    """Whether the list still lies there."""
    return source in folders(lake, f"{FOLDER}/{attempt}")


def settled_places(lake: str, entries: Sequence[Entry]) -> list[str]:
    """The attempts that left something behind and of which, by these entries, nothing more can count."""
    last = last_entry_no(entries)
    starts = {name: name.partition("-")[0] for name in folders(lake, FOLDER)}
    return [name for name, start in starts.items() if start.isdecimal() and int(start) <= last]


def forget_places(lake: str, attempts: Collection[str]) -> None:
    """Takes away what these attempts left and no table names; what cannot be removed now is left to a later ingest."""
    with suppress(Unreachable):
        for source in folders(lake, SOURCES) if attempts else ():
            for attempt in set(folders(lake, f"{SOURCES}/{source}")) & set(attempts):
                _forget_files(lake, source, attempt)
        for attempt in attempts:
            remove_folder(lake, f"{FOLDER}/{attempt}")


def _forget_files(lake: str, source: str, attempt: str) -> None:
    folder = f"{SOURCES}/{source}/{attempt}"
    named = {file.path for file in files_at(lake, source_table(source, pa.schema([])))}
    unnamed = [name for name in file_names(lake, folder) if f"{attempt}/{name}" not in named]
    for name in unnamed:
        remove_file(lake, f"{folder}/{name}")
    if not file_names(lake, folder):
        remove_folder(lake, folder)


def last_entry_no(entries: Iterable[Entry]) -> int:
    """The greatest number in the journal, 0 when it is empty."""
    return max((entry.entry_no for entry in entries), default=0)
