"""The rows of a folder, for `try`: read, checked, numbered and evaluated like a lake's, without a lake.

`<source>.csv`, `.jsonl` or `.parquet` for each source (a missing file: no rows, and a warning where a segment asks for them;
the contacts source's must be there), and `lists/<name>.csv` or `lists/<name>@<date>.csv`. Everything wrong with the data is
reported at once. Contacts are numbered by contact_id, 32,768 a bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.answers.folder_files import ToldRows, as_delivered, belonging_of, file_names, files_of, missing_files
from jobs.answers.folder_lists import FolderLists, known_lists, read_lists
from jobs.catalog.model import Catalog, Source
from jobs.catalog.types import TIMESTAMP, ColumnType
from jobs.catalog.values import FileNotes, arrow_schema, read_batches, settle
from jobs.errors import DataError, Problem
from jobs.kernel.bucket import Given, Identity, contact_hashes
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.bucket_rows import BUCKET, RowBlock, Vector
from jobs.kernel.cuts import CutValue
from jobs.kernel.lookups import Lookups, block_columns, flatten_lookups
from jobs.kernel.program import Program, compile_program
from jobs.kernel.stages import LocalBuckets, find_cuts
from jobs.kernel.vectors import taken, vector_of
from jobs.language.atoms import InList, Quantile
from jobs.plan.run_plan import AS_WRITTEN, Plan

__all__ = ["FolderBucket", "FolderData", "evaluate_folder", "known_lists", "read_folder"]

CONTACT_ID = "contact_id"


@dataclass(frozen=True, eq=False)
class FolderData:
    """The typed rows of each source, and the contacts in code point order of their ids.

    `warnings`: files that were looked for or left unread, columns that a file lacks, and rows that name nobody.
    """

    catalog: Catalog
    tables: Mapping[str, pa.Table]
    contact_ids: pa.ChunkedArray
    lists: FolderLists
    warnings: tuple[Problem, ...] = ()

    def table(self, source: Source) -> pa.Table:
        return self.tables[source.name]

    @cached_property
    def numbers(self) -> dict[str, NDArray[np.int64]]:
        """For each source with contacts the number of each row's contact; -1: nobody's."""
        return {
            name: pc.index_in(table[CONTACT_ID], value_set=self.contact_ids).fill_null(-1).to_numpy().astype(np.int64)
            for name, table in self.tables.items()
            if CONTACT_ID in table.column_names
        }

    def lookups(self, columns: Mapping[str, Iterable[str]]) -> Lookups:
        return flatten_lookups(self.catalog, columns, self.table)

    def buckets(self, columns: Mapping[str, frozenset[str]]) -> Iterator[FolderBucket]:
        """All contacts, 32,768 at a time."""
        lookups = self.lookups(columns)
        for first in range(0, len(self.contact_ids), BUCKET):
            yield FolderBucket(self, columns, lookups, first)


@dataclass(frozen=True, eq=False)
class FolderBucket:
    """The contacts from number `first` on; both a bucket and its only part."""

    folder: FolderData
    columns: Mapping[str, frozenset[str]]
    lookups: Lookups
    first: int

    @cached_property
    def ids(self) -> list[str]:
        ids: list[str] = self.folder.contact_ids.slice(self.first, BUCKET).to_pylist()
        return ids + [""] * (-len(ids) % 64)

    def parts(self) -> Iterator[FolderBucket]:
        yield self

    def identity(self) -> Identity:
        live = np.array([contact_id != "" for contact_id in self.ids], np.bool_)
        return Identity(live, contact_hashes(self.ids), lambda: self.ids)

    def rows(self, source: str) -> RowBlock:
        catalog_source = self.folder.catalog.sources[source]
        table, number = self.folder.tables[source], self.folder.numbers[source]
        mine = np.flatnonzero((number >= self.first) & (number < self.first + BUCKET))
        position = (number[mine] - self.first).astype(np.int32)
        if catalog_source.time:
            time = vector_of(table[catalog_source.time], TIMESTAMP).values[mine].astype(np.int64)
            order = np.lexsort((position, time))
        else:
            time = None
            order = np.argsort(position, kind="stable")
        rows = mine[order]

        def read(name: str, kind: ColumnType) -> Vector:
            return taken(vector_of(table[name.removesuffix(AS_WRITTEN)], kind), rows)

        columns = block_columns(catalog_source, self.columns[source], read, self.lookups)
        return RowBlock(source, position[order], None if time is None else time[order], columns)

    def given(self, asked: Given) -> NDArray[np.bool_]:
        assert isinstance(asked, InList), "a folder has lists and no runs"
        listed = self.folder.lists.ids(asked)
        return np.array([contact_id in listed for contact_id in self.ids], np.bool_)


# --- reading -------------------------------------------------------------------------------------------------------------


def read_folder(plan: Plan, data: Path, account_zone: str) -> FolderData:
    """The rows of every source of the catalog, also of those no segment reaches: a folder is right or it is not.

    `DataError` holds every problem at once. `account_zone`: of timestamps without an offset, where their source names none.
    """
    catalog = plan.catalog
    problems: list[Problem] = []
    warnings: list[Problem] = []
    read = {
        name: _read_source(source, catalog, data, account_zone, problems, warnings)
        for name, source in sorted(catalog.sources.items())
        if not source.is_computed
    }
    ids = read[catalog.contacts.name].rows[CONTACT_ID]
    fine = not problems  # of contacts that are wrong themselves nobody can be missed
    lists = read_lists(data, plan.lists, plan.clock, problems)
    if fine:
        for each in [*_belongings(catalog, read, ids), *lists.belongings(ids)]:
            warnings += each.remarks
            problems += each.complaints
    if problems:
        raise DataError(f"The data in {data} cannot be used:", problems)
    warnings += missing_files(plan, data)
    tables = {name: each.rows for name, each in read.items()}
    return FolderData(catalog, tables, pc.take(ids, pc.sort_indices(ids)), lists, tuple(warnings))


def _belongings(catalog: Catalog, read: Mapping[str, _ReadSource], ids: pa.ChunkedArray) -> Iterator[ToldRows]:
    """Of each source with contacts whose its rows are, as they stood in its file. `ids` are the contacts'."""
    for name, each in read.items():
        source = catalog.sources[name]
        if source.has_contacts and not source.is_contacts:
            yield ToldRows(each.path, belonging_of(each.contact_ids, ids), source)


@dataclass(frozen=True, eq=False)
class _ReadSource:
    """A source's rows that exist; and of all rows in its file the contacts."""

    rows: pa.Table
    path: str = ""
    contact_ids: pa.ChunkedArray | None = None


def _read_source(
    source: Source, catalog: Catalog, data: Path, account_zone: str, problems: list[Problem], warnings: list[Problem]
) -> _ReadSource:
    """The rows that exist; none, and problems, where they cannot be used."""
    empty = _ReadSource(pa.Table.from_batches([], arrow_schema(source, catalog)))
    files = files_of(data, source)
    if len(files) > 1:
        both = " and ".join(path.name for path, _ in files)
        expected = f"expected one file for the source {source.rows_of}; remove one"
        problems.append(Problem(str(data), "", f"found {both}, {expected}"))
        return empty
    if not files:
        if source.is_contacts:
            expected = ", ".join(name for name in file_names(source) if not name.endswith(".gz"))
            found = f"found no file of the contacts source, expected one of {expected}{as_delivered(data, source)}"
            problems.append(Problem(str(data), "", found))
        return empty
    path, format_ = files[0]
    notes = FileNotes()
    try:
        batches = read_batches(source, catalog, path, format_, account_zone, notes=notes)
        table = pa.Table.from_batches(batches, empty.rows.schema)
    except DataError as error:
        problems += error.problems or [Problem(str(path), "", error.message.removeprefix(f"{path}: "))]
        return empty
    warnings += [Problem(str(path), "", remark, "warning") for remark in notes.remarks]
    settled = settle(source, table, notes.trials)
    problems += [Problem(str(path), "", problem) for problem in settled.problems]
    return _ReadSource(settled.rows, str(path), table[CONTACT_ID] if source.contact else None)


# --- evaluating ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FolderAnswers:
    """The members of every segment of the plan, ids in code point order, and the thresholds that quantiles came to."""

    members: Mapping[str, list[str]]
    quantiles: Mapping[Quantile, tuple[CutValue, ...]]


def evaluate_folder(plan: Plan, folder: FolderData) -> dict[str, list[str]]:
    """The members of every segment of the plan, ids in code point order."""
    return dict(answer_folder(plan, folder).members)


def answer_folder(plan: Plan, folder: FolderData) -> FolderAnswers:
    """The members, and what was decided about everybody on the way to them."""
    program = compile_program(plan)
    cuts = find_cuts(plan, program, LocalBuckets(program, lambda: folder.buckets(plan.columns)))
    members: dict[str, list[str]] = {segment: [] for segment in program.segments}
    errors: set[str] = set()
    for bucket in folder.buckets(plan.columns):
        answers = evaluate_bucket(program, bucket, cuts, plan.last_stage)
        errors |= answers.errors
        for segment, bits in zip(answers.segments, answers.bits, strict=True):
            chosen = np.flatnonzero(np.unpackbits(bits, bitorder="little"))
            members[segment] += [bucket.ids[position] for position in chosen]
    _stop_on_overflow(program, errors)
    thresholds = {program.quantiles[number]: values for number, values in cuts.quantiles.items()}
    return FolderAnswers(members, thresholds)


def _stop_on_overflow(program: Program, errors: Iterable[str]) -> None:
    columns = sorted(errors)
    if not columns:
        return
    problems: list[Problem] = []
    for column in columns:
        above = program.above(column)
        named = ", ".join(above[:5]) + (f" and {len(above) - 5} more" if len(above) > 5 else "")
        problems.append(
            Problem(column, "", f"a contact's value does not fit the column's type; widen it (used by {named})")
        )
    raise DataError("A computed column cannot hold its values:", problems)
