"""One delivery of the sample company: a path below the landing folder and its bytes, in the form of one kind of exporter."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
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


def packed_json_delivery(source: str, table: pa.Table) -> Delivery:
    """JSON Lines, gzipped: instants as UTC to the second; a line has no key for what is missing."""
    members = [_members(name, table[name].combine_chunks()) for name in table.column_names]
    lines = pc.binary_join_element_wise(*members, ",", null_handling="skip")
    text = "".join(f"{{{line}}}\n" for line in lines.to_pylist())
    return Delivery(
        f"{source}/{LABEL}.jsonl.gz", pa.Codec("gzip", compression_level=3).compress(text.encode(), asbytes=True)
    )


def _members(name: str, values: pa.Array) -> pa.Array:
    """`"name": value` for each value, null where there is none. Each different text is written once."""
    if pa.types.is_timestamp(values.type):
        values = pc.strftime(values.cast(pa.timestamp("s", "UTC")), '"%Y-%m-%dT%H:%M:%SZ"')
    elif pa.types.is_string(values.type):
        different = values.dictionary_encode()
        quoted = pa.array([json.dumps(word) for word in different.dictionary.to_pylist()])
        values = quoted.take(different.indices)
    return pc.binary_join_element_wise(f"{json.dumps(name)}:", values.cast(pa.string()), "")


def _text(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value)
