"""Delivered things whose columns nobody has listed yet: their names, and their cells batch by batch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa

from jobs.catalog.csv_form import COMMAS, CsvForm
from jobs.catalog.model import Column, DeltaTable, Files, Format, Origin, Relation, Source
from jobs.catalog.types import TEXT
from jobs.catalog.values import FileNotes
from jobs.catalog.values.byte_streams import open_file as open_here
from jobs.catalog.values.csv_files import csv_cells, csv_header
from jobs.catalog.values.file_faults import file_fault
from jobs.catalog.values.json_lines import json_cells
from jobs.catalog.values.parquet_files import parquet_batches, parquet_columns
from jobs.catalog.values.source_files import CellBatches, arrow_cells
from jobs.errors import DataError, visible
from jobs.intake.databases.logins import read_login
from jobs.intake.databases.moments import open_session
from jobs.intake.databases.server_values import typed_batches
from jobs.intake.databases.sessions import Session, check_sentinels, describe_table, select_of
from jobs.intake.delta_log import DeltaState, NoSuchVersion, read_state
from jobs.intake.delta_versions import DeltaVersions
from jobs.lake.places import open_file as open_there

ENDINGS: dict[str, Format] = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl",
                              ".parquet": "parquet"}  # fmt: skip
DAY = re.compile(r"(?<![0-9])([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})(?![0-9])")
DATABASE = re.compile(r"jdbc:(?P<connection>[^/]+)/(?P<table>.+)")
REPLACES = (
    "delivery: full  # decide: each file replaces the one before; to add up, put a day into the files' names and {date} "
    "into path, and leave this line out"
)
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class DeliveredThing(Protocol):
    """Something that rows lie in."""

    @property
    def called(self) -> str:
        """As messages name it."""
        ...

    @property
    def word(self) -> str:
        """What a source of it may be called after."""
        ...

    @property
    def origin(self) -> Origin:
        """How a catalog says where it is."""
        ...

    @property
    def delivery(self) -> str:
        """The line of a catalog that says what a delivery of its events does, "" where nothing has to be said."""
        ...

    def columns(self) -> list[str]:
        """The names of its columns, in its order; those that are there twice, too."""
        ...

    def cells(self, source: Source) -> CellBatches:
        """The cells of a source's columns; `Miscut` where text is in another encoding than the one that is known."""
        ...


def plain_source(columns: Sequence[str]) -> Source:
    """A source that asks for these columns as they are."""
    listed = {f"c{place}": Column(f"c{place}", TEXT, raw=name) for place, name in enumerate(columns)}
    return Source("described", "related", listed, contact="")


def thing_of(asked: str, landing: str) -> DeliveredThing:
    """What `describe` was asked about: `jdbc:CONNECTION/TABLE`, a file, a folder of files, or a Delta table's folder.

    `landing`: what lies there is named from there.
    """
    if parts := DATABASE.fullmatch(asked):
        return DatabaseTable(parts["connection"], parts["table"])
    if "://" in asked and not asked.rpartition("/")[2].count("."):
        return DeltaFolder(asked, asked)
    if "://" in asked:
        return LandedFile((asked,), _under(asked, landing), _format((asked,)))
    path = Path(asked)
    if (path / "_delta_log").is_dir():
        whole, root = path.resolve(), Path(landing).resolve()
        return DeltaFolder(str(whole), str(whole.relative_to(root) if whole.is_relative_to(root) else whole))
    if path.is_dir():
        return _folder(path, landing)
    return LandedFile((asked,), _under(asked, landing), _format((asked,)))


def _folder(folder: Path, landing: str) -> DeliveredThing:
    """All files of a folder as one delivery: those of one ending."""
    paths = sorted(str(path) for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "_")))
    endings = {"".join(Path(path).suffixes[-2:]) if path.endswith(".gz") else Path(path).suffix for path in paths}
    if len(endings) != 1:
        found = f"files that end in {', '.join(sorted(map(visible, endings)))}" if endings else "no file"
        raise DataError(f"{visible(str(folder))}: found {found}, expected files of one format. Name one of them.")
    pattern = f"{_under(str(folder), landing)}/*{endings.pop()}"
    return LandedFile(tuple(paths), pattern, _format(paths))


def _under(path: str, landing: str) -> str:
    """The path under landing, or the last part of it where it lies elsewhere."""
    if "://" in path:
        inside = path.startswith(f"{landing.rstrip('/')}/")
        return path.removeprefix(f"{landing.rstrip('/')}/") if inside else path.rpartition("/")[2]
    whole, root = Path(path).resolve(), Path(landing).resolve()
    return str(whole.relative_to(root)) if whole.is_relative_to(root) else whole.name


def _format(paths: Sequence[str]) -> Format:
    """By the ending, else by what the first file begins with."""
    name = paths[0].removesuffix(".gz")
    if (known := ENDINGS.get(f".{name.rpartition('.')[2].lower()}")) is not None:
        return known
    with _opened(paths[0]) as file:
        start = file.read(64)
    if start.startswith(b"PAR1"):
        return "parquet"
    return "jsonl" if start.lstrip().startswith(b"{") else "csv"


def _opened(path: str) -> BinaryIO:
    if "://" not in path:
        return open_here(path)
    root, _, name = path.rpartition("/")
    try:
        return open_there(root, name)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise file_fault(path, f"the file cannot be read ({why})", "Check that it is there and readable.") from error


@dataclass
class LandedFile:
    """A file, or all files of one folder. `pattern` is its path under landing; `csv` is found out on the way."""

    paths: tuple[str, ...]
    pattern: str
    format: Format
    csv: CsvForm = COMMAS
    _keys: list[str] = field(default_factory=list[str])

    @property
    def called(self) -> str:
        return self.paths[0] if len(self.paths) == 1 else str(Path(self.paths[0]).parent)

    @property
    def word(self) -> str:
        name = self.pattern.rpartition("/")[2] if len(self.paths) == 1 else self.pattern.rpartition("/")[0]
        bare = DAY.sub("", name.partition(".")[0].rpartition("/")[2])
        folder = DAY.sub("", self.pattern).strip("/").split("/")[0]
        return bare if any(map(str.isalpha, bare)) else folder

    @property
    def origin(self) -> Files:
        path = re.sub(r"[{}]", "?", self.pattern)
        day = next((day for day in DAY.findall(path) if _is_day(day)), "")
        return Files(path.replace(day, "{date}") if day else path, self.format, csv=self.csv)

    @property
    def delivery(self) -> str:
        return "" if self.origin.dated else REPLACES

    def columns(self) -> list[str]:
        match self.format:
            case "csv":
                with _opened(self.paths[0]) as file:
                    _check_no_spreadsheet(self.paths[0], file)
                    names, self.csv = csv_header(self.paths[0], file, self.csv.encoding)
                return names
            case "parquet":
                with _opened(self.paths[0]) as file:
                    return parquet_columns(self.paths[0], file)
            case "jsonl":
                notes = FileNotes()
                for path in self.paths:
                    with _opened(path) as file:
                        for _ in json_cells(plain_source(()), path, file, notes):
                            pass
                return sorted(notes.keys)

    def cells(self, source: Source) -> CellBatches:
        for path in self.paths:
            with _opened(path) as file:
                match self.format:
                    case "csv":
                        yield from csv_cells(source, path, file, self.csv)
                    case "jsonl":
                        yield from json_cells(source, path, file, FileNotes())
                    case "parquet":
                        for batch in parquet_batches(source, path, file):
                            yield arrow_cells(batch, source), batch.num_rows


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _check_no_spreadsheet(path: str, file: BinaryIO) -> None:
    start = file.read(8)
    file.seek(0)
    if start.startswith(SPREADSHEETS) and not path.endswith(".gz"):
        raise file_fault(
            path, "found an office program's own file or an archive, expected text", "Save it there as CSV (UTF-8)."
        )


@dataclass
class DeltaFolder:
    """A Delta table of others, at its newest version. `path` is what the catalog calls it."""

    address: str
    path: str

    @property
    def called(self) -> str:
        return self.address

    @property
    def word(self) -> str:
        return self.address.rstrip("/").rpartition("/")[2]

    @property
    def origin(self) -> DeltaTable:
        return DeltaTable(self.path)

    @property
    def delivery(self) -> str:
        return "delivery: full  # decide: append, if the table only ever grows: then only new rows are read"

    def columns(self) -> list[str]:
        return list(self._state().types)

    def cells(self, source: Source) -> CellBatches:
        names = tuple(column.raw for column in source.columns.values())
        try:
            for batch in DeltaVersions("", DeltaTable(self.address), columns=names).rows(self._state()):
                yield arrow_cells(batch, source), batch.num_rows
        except (OSError, pa.ArrowException) as error:
            raise file_fault(self.address, "a file of the table cannot be read", "Have its owner repair it.") from error

    def _state(self) -> DeltaState:
        try:
            return read_state(self.address, None)
        except NoSuchVersion as error:
            raise DataError(f"{visible(self.address)}: {error}.") from error


@dataclass
class DatabaseTable:
    """A table or view behind a connection of Airflow's."""

    connection: str
    table: str

    @property
    def called(self) -> str:
        return f"{self.table} of {self.connection}"

    @property
    def word(self) -> str:
        return self.table.rpartition(".")[2]

    @property
    def origin(self) -> Relation:
        return Relation(self.connection, self.table)

    @property
    def delivery(self) -> str:
        return ""

    def columns(self) -> list[str]:
        session = self._session()
        try:
            return [column.name for column in describe_table(session, self.table)]
        finally:
            session.close()

    def cells(self, source: Source) -> CellBatches:
        session = self._session()
        try:
            columns = [column for column in describe_table(session, self.table) if column.name in _raw_names(source)]
            rows = session.batches(select_of(session, self.table, columns), columns)
            for batch in typed_batches(rows, columns, source):
                yield arrow_cells(batch, source), batch.num_rows
        finally:
            session.close()

    def _session(self) -> Session:
        session = open_session(read_login(self.connection), self.called)
        check_sentinels(session, self.called)
        return session


def _raw_names(source: Source) -> set[str]:
    return {column.raw for column in source.columns.values()}
