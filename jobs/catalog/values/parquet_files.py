"""Parquet files: only the source's columns are read, in the types they have there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from jobs.catalog.model import Source
from jobs.catalog.values.file_faults import check_header, file_fault
from jobs.catalog.values.file_stretches import FileStretch
from jobs.catalog.values.layout import delivered, wanted

ROWS = 1 << 16


def row_groups(file: BinaryIO) -> list[int]:
    """How many rows each row group has. `DataError` where it is no whole Parquet file."""
    try:
        footer = parquet.ParquetFile(file).metadata
        return [footer.row_group(number).num_rows for number in range(footer.num_row_groups)]
    except (pa.ArrowException, OSError) as error:
        raise file_fault("", "the file is no whole Parquet file", "Deliver it again.") from error


def parquet_columns(path: str, file: BinaryIO) -> list[str]:
    """The names of the columns. `DataError` where it is no whole Parquet file."""
    try:
        return list(parquet.ParquetFile(file).schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise file_fault(path, "the file is no whole Parquet file", "Deliver it again.") from error


def parquet_batches(
    source: Source, path: str, file: BinaryIO, piece: FileStretch | None = None
) -> Iterator[pa.RecordBatch]:
    """The source's columns, up to 65,536 rows at a time, of a piece's row groups or of all. `DataError` where it is no whole
    Parquet file."""
    try:
        opened = parquet.ParquetFile(file)
        check_header(path, opened.schema_arrow.names, delivered(source), "its schema")
        there = [name for name in wanted(source) if name in opened.schema_arrow.names]
        groups = None if piece is None else range(piece.first, piece.end)
        yield from opened.iter_batches(batch_size=ROWS, columns=there, row_groups=groups)
    except (pa.ArrowException, OSError) as error:
        raise file_fault(path, "the file is no whole Parquet file", "Deliver it again.") from error
