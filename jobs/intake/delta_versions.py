"""Rows that come in from a Delta table of others: each version is a delivery, or what was added since the last one taken.

A delivery's id is the table's id and the version, `<table>@12`, or the versions it was added in, `<table>@9-12`: a version
never changes. A `full` source is read whole whenever the version has changed. Of the others only the rows are read that
commits have added since the version that was taken last, if they did nothing but add; else the whole table takes the place
of all that was taken before. All have one label, as new contents of one file have: the newest word on it counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from jobs.catalog.model import Delivery, DeltaTable
from jobs.catalog.values import FileNotes
from jobs.catalog.values.layout import wanted
from jobs.catalog.values.source_files import parse_batches
from jobs.errors import DataError, Unreachable, visible
from jobs.intake.delta_log import DeltaFile, DeltaState, NoSuchVersion, added_since, read_state
from jobs.intake.inlet import NOTHING_KNOWN, Arrival, KnownDeliveries, Landed, Part, StillChanging
from jobs.intake.landing import PIECE_BYTES, row_group_pieces
from jobs.lake.places import filesystem, open_file
from jobs.lake.stored_source import StoredSource

ROWS = 1 << 16
LABEL = "table"
"""Of every delivery: a version that is right makes good for one that was refused, wherever it lay."""
ID = re.compile(r"(?P<table>.+)@(?:(?P<after>[0-9]+)-)?(?P<version>[0-9]+)")


@dataclass(frozen=True)
class VersionId:
    """What a delivery holds: a version whole, or, with `after`, what was added behind that one."""

    table: str
    version: int
    after: int | None = None

    def __str__(self) -> str:
        return f"{self.table}@{'' if self.after is None else f'{self.after}-'}{self.version}"


def read_id(written: str) -> VersionId | None:
    """The id that a delivery of this kind has; None for that of another."""
    match = ID.fullmatch(written)
    if match is None:
        return None
    after = match["after"]
    return VersionId(match["table"], int(match["version"]), None if after is None else int(after))


@dataclass(frozen=True)
class DeltaVersions:
    """The table that a source's origin names. `columns` are those that the source needs, by their names in the table."""

    landing: str
    origin: DeltaTable
    delivery: Delivery = "full"
    columns: tuple[str, ...] = ()
    known: KnownDeliveries = NOTHING_KNOWN

    @property
    def address(self) -> str:
        """Where the table lies."""
        path = self.origin.path
        return path if path.startswith("/") or "://" in path else f"{self.landing.rstrip('/')}/{path}"

    @property
    def shown(self) -> str:
        """The table in messages."""
        return visible(self.origin.path)

    def arrived(self) -> Landed:
        """A table, or a version, that is not there is an arrival that is refused: nobody says that it will come."""
        try:
            now = read_state(self.address, self.origin.version)
        except NoSuchVersion as error:
            return Landed((Arrival(LABEL, (), f"none of {self.shown}: {error}", False, f"{self.shown}: {error}"),))
        again = [arrival for id_ in self.known.ids if id_ in self.known.anew and (arrival := self._again(id_))]
        newest = self._newest(now)
        return Landed((*again, *(each for each in newest if each.content_hash not in self.known.anew)))

    def _newest(self, now: DeltaState) -> list[Arrival]:
        """What there is beyond what was taken; what was taken last where the table is at that version still."""
        last = read_id(self.known.ids[-1]) if self.known.ids else None
        everything = replace(self._arrival(now, now.files), renews=self.delivery != "full")
        if last is None or self.known.replacing:
            return [everything]
        if (last.table, last.version) == (now.table, now.version):
            return [everything if self.delivery == "full" else self._arrival(now, (), last.after)]
        drift = self._drift(last, now)
        goes_on = last.table == now.table and last.version < now.version
        added = added_since(self.address, last.version, now) if goes_on and self.delivery != "full" else None
        if added is None:
            return [replace(everything, drift=drift)]
        return [replace(self._arrival(now, added, last.version), drift=drift)] if added or drift else []

    def rows(self, state: DeltaState) -> Iterator[pa.RecordBatch]:
        """All rows of the table at this version, in the columns that are asked for."""
        for part in self._arrival(state, state.files).parts:
            yield from self._rows(part, json.loads(part.content), self.columns)

    def _again(self, id_: str) -> Arrival | None:
        """A delivery that counts, as it was; None where its version cannot be read any more."""
        before = read_id(id_)
        if before is None:
            return None
        try:
            state = read_state(self.address, before.version)
        except NoSuchVersion:
            return None
        files = state.files if before.after is None else added_since(self.address, before.after, state)
        return self._arrival(state, files, before.after) if files is not None and state.table == before.table else None

    def _arrival(self, state: DeltaState, files: Sequence[DeltaFile], after: int | None = None) -> Arrival:
        parts = tuple(Part(file.path, file.size, self._about(state, file)) for file in files)
        return Arrival(LABEL, parts, str(VersionId(state.table, state.version, after)), False)

    def _about(self, state: DeltaState, file: DeltaFile) -> str:
        """What a worker has to know of a file beside its rows."""
        types = {name: state.types[name] for name in self.columns if name in state.types}
        partition = {name: text for name, text in file.partition.items() if name in types}
        return json.dumps({"version": state.version, "types": types, "partition": partition})

    def _drift(self, last: VersionId, now: DeltaState) -> str:
        """How the columns that the source needs are others than at the version taken last; "" where they are not, or
        where that version cannot be asked any more: then whatever is read is held to the catalog."""
        try:
            before = read_state(self.address, last.version)
        except NoSuchVersion:
            return ""
        if before.table != now.table:
            return ""
        gone = [name for name in self.columns if name in before.types and name not in now.types]
        both = [name for name in self.columns if name in before.types and name in now.types]
        retyped = [name for name in both if now.types[name] != before.types[name]]
        if not gone and not retyped:
            return ""
        new = [name for name in now.types if name not in before.types]
        told = [f"{visible(name)} is gone" for name in gone]
        told += [f"{visible(name)} was {before.types[name]} and is {now.types[name]}" for name in retyped]
        told += [f"{visible(name)} is new" for name in new]
        return f"{self.shown}: the table's columns are others than at version {last.version}: {', '.join(told)}"

    # --- rows, in workers ------------------------------------------------------------------------------------------------

    def check_sent(self) -> None:
        """Workers read as this process does."""

    def pieces(self, part: Part) -> Sequence[Part]:
        """A large file by its row groups."""
        if part.size <= PIECE_BYTES:
            return [part]
        try:
            with open_file(self.address, part.name) as file:
                footer = parquet.ParquetFile(file).metadata
                groups = [footer.row_group(number).num_rows for number in range(footer.num_row_groups)]
                return row_group_pieces(part, groups)
        except (OSError, pa.ArrowException):  # whoever reads it says what is wrong
            return [part]

    def check(self, part: Part) -> None:
        """Files of a version never change."""

    def remarks(self, stored: StoredSource, part: Part, keys: Collection[str]) -> list[str]:
        return []

    def batches(self, stored: StoredSource, part: Part, notes: FileNotes) -> Iterator[pa.RecordBatch]:
        about = json.loads(part.content)
        try:
            rows = self._rows(part, about, wanted(stored.source))
            name = f"{self.shown} of version {about['version']}"
            yield from parse_batches(stored.source, stored.catalog, rows, stored.account_zone, name)
        except FileNotFoundError as error:
            raise self._gone(part, about["version"]) from error
        except pa.ArrowException as error:
            advice = "Have the table's owner repair it."
            raise DataError(f"{self.shown}: {part.shown} is no whole Parquet file. {advice}") from error
        except OSError as error:
            raise Unreachable(
                f"{visible(f'{self.address}/{part.name}')}: the file cannot be read "
                f"({error.strerror or type(error).__name__}). Check the store and who may read it; then run the step again."
            ) from error

    def _rows(self, part: Part, about: Mapping[str, Any], names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The table's own columns: those that a file has, its partition's, and null for one that came after it."""
        system, root = filesystem(self.address)
        types: Mapping[str, str] = about["types"]
        with parquet.ParquetFile(
            system.open_input_file(f"{root.rstrip('/')}/{part.name}"), coerce_int96_timestamp_unit="us"
        ) as file:
            there = [name for name in names if name in types and name in file.schema_arrow.names]
            groups = range(part.first, part.end) if part.end is not None else None
            for batch in file.iter_batches(batch_size=ROWS, columns=there, row_groups=groups, use_threads=False):
                columns = {name: self._column(name, batch, about) for name in names if name in types}
                yield pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))

    def _column(self, name: str, batch: pa.RecordBatch, about: Mapping[str, Any]) -> pa.Array:
        kind: str = about["types"][name]
        if name in about["partition"]:
            return pa.repeat(partition_value(about["partition"][name], kind), batch.num_rows)
        if name not in batch.schema.names:
            return pa.nulls(batch.num_rows)
        column = batch.column(name)
        if kind == "timestamp" and pa.types.is_timestamp(column.type) and column.type.tz is None:
            # Spark writes instants so too (INT96): Delta's word for the column says which they are.
            return column.cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
        return column

    def _gone(self, part: Part, version: int) -> Exception:
        """A file that was taken away while it was read: a table that has gone on is read at its next version."""
        try:
            moved = self.origin.version is None and read_state(self.address, None).version != version
        except NoSuchVersion:
            moved = False
        if moved:
            return StillChanging(
                f"{self.shown} of a newer version: files of version {version} were gone when it was read"
            )
        return DataError(
            f"{self.shown}: files of version {version} are gone (vacuumed, or deleted). "
            "Say version: latest, or have its owner restore the table."
        )


def partition_value(text: str | None, kind: str) -> pa.Scalar:
    """A partition column's value from its text in the log."""
    if text is None or text == "":
        return pa.scalar(None)
    match kind.partition("(")[0]:
        case "date":
            return pa.scalar(date.fromisoformat(text), pa.date32())
        case "timestamp":
            moment = datetime.fromisoformat(text)
            return pa.scalar(moment if moment.tzinfo else moment.replace(tzinfo=UTC), pa.timestamp("us", tz="UTC"))
        case "timestamp_ntz":
            return pa.scalar(datetime.fromisoformat(text), pa.timestamp("us"))
        case "integer" | "long" | "short" | "byte":
            return pa.scalar(int(text), pa.int64())
        case "decimal":
            return pa.scalar(Decimal(text))
        case "float" | "double":
            return pa.scalar(float(text), pa.float64())
        case "boolean":
            return pa.scalar(text == "true", pa.bool_())
        case _:
            return pa.scalar(text, pa.string())
