"""One delivery of the sample company: a path below the landing folder and its bytes, in the form of one kind of exporter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

LABEL = "1998-06-30"
"""The last day the deliveries hold; what a night with as_of 1998-07-01T00:00 takes in."""


@dataclass(frozen=True)
class Delivery:
    """`path` is `<source>/<LABEL>.<format>`, with `.gz` behind where it is packed."""

    path: str
    content: bytes

    @property
    def source(self) -> str:
        return self.path.partition("/")[0]


def csv_delivery(source: str, header: str, rows: Iterable[Sequence[object]]) -> Delivery:
    """Rows of Python's values: instants as UTC to the second, everything else as `str` writes it."""
    lines = io.StringIO()
    lines.write(header + "\n")
    csv.writer(lines, lineterminator="\n").writerows([_text(value) for value in row] for row in rows)
    return Delivery(f"{source}/{LABEL}.csv", lines.getvalue().encode())


def parquet_delivery(source: str, table: pa.Table) -> Delivery:
    """For the large feeds: typed columns, and the same bytes from the same table."""
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd")
    return Delivery(f"{source}/{LABEL}.parquet", content.getvalue())


def _text(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value)
