"""One file of a source, or batches that somebody else has read, as batches of its typed columns.

Streaming: a few megabytes at a time, whatever the file's size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, assert_never

import pyarrow as pa

from jobs.catalog.csv_form import CsvForm
from jobs.catalog.model import Catalog, Format, Source
from jobs.catalog.values.byte_streams import open_file
from jobs.catalog.values.cells import Cells, plain
from jobs.catalog.values.file_faults import Miscut, check_header
from jobs.catalog.values.file_stretches import FileNotes, FileStretch
from jobs.catalog.values.layout import delivered, wanted
from jobs.catalog.values.recut_files import recut
from jobs.catalog.values.typed_batches import Parser

CellBatches = Iterator[tuple[Mapping[str, Cells], int]]


def read_batches(
    source: Source,
    catalog: Catalog,
    path: Path | str,
    form: Format,
    account_zone: str,
    file: BinaryIO | None = None,
    notes: FileNotes | None = None,
    piece: FileStretch | None = None,
) -> Iterator[pa.RecordBatch]:
    """The rows of one file with the columns of `arrow_schema`. A file whose name ends in .gz is unpacked.

    `file` is the opened file where it is not on this machine (of Parquet one that can seek); `path` is then only its name.
    `piece`: only that one, of whole rows. With the last batch what is to be told of the file is in `notes`; of a piece it is
    what `remarks_on` is asked with once all are read.
    `DataError`, at the latest when the last batch is asked for, where the file cannot be split into rows and columns;
    `Unreachable` where reading breaks off.
    """
    assert source.name in catalog.sources
    told = notes or FileNotes()
    parser = Parser(source, account_zone, told.trials)
    opened = open_file(str(path)) if file is None else file
    with opened:
        try:
            for cells, rows in _split(source, str(path), form, catalog.csv_form(source), opened, told, piece):
                yield parser.parse(cells, rows)
        except Miscut as fault:
            raise fault if piece is not None else recut(source, account_zone, str(path), opened, fault) from None


def remarks_on(source: Source, path: str, form: Format, keys: Iterable[str]) -> list[str]:
    """What is to be told of a file that was read in pieces, by the keys of all its rows; `DataError` where it is refused."""
    if form != "jsonl":
        return []
    from jobs.catalog.values.json_lines import absent_columns

    return absent_columns(source, path, keys)


def parse_batches(
    source: Source,
    catalog: Catalog,
    batches: Iterable[pa.RecordBatch],
    account_zone: str,
    name: str,
    notes: FileNotes | None = None,
) -> Iterator[pa.RecordBatch]:
    """The same for rows that have types already, of a Delta table or over JDBC; `name` is theirs in messages."""
    assert source.name in catalog.sources
    parser = Parser(source, account_zone, None if notes is None else notes.trials)
    for batch in batches:
        check_header(name, batch.schema.names, delivered(source), "its columns")
        yield parser.parse(arrow_cells(batch, source), batch.num_rows)


def arrow_cells(batch: pa.RecordBatch, source: Source) -> dict[str, Cells]:
    """The source's columns of a typed batch, under their names in the data."""
    names = [name for name in wanted(source) if name in batch.schema.names]
    return {name: Cells(plain(batch.column(name))) for name in names}


def _split(
    source: Source,
    path: str,
    form: Format,
    csv_form: CsvForm,
    opened: BinaryIO,
    notes: FileNotes,
    piece: FileStretch | None,
) -> CellBatches:
    match form:
        case "csv":
            from jobs.catalog.values.csv_files import csv_cells

            yield from csv_cells(source, path, opened, csv_form, piece)
        case "jsonl":
            from jobs.catalog.values.json_lines import json_cells

            yield from json_cells(source, path, opened, notes, piece)
        case "parquet":
            from jobs.catalog.values.parquet_files import parquet_batches

            for batch in parquet_batches(source, path, opened, piece):
                yield arrow_cells(batch, source), batch.num_rows
        case _:
            assert_never(form)
