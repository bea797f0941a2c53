"""The catalog's parser as Spark's workers run it: one delivered file in, staged batches out.

Staged rows carry the number of their delivery, which columns are wrong and where. A file that cannot be split at all gives
one row that says so, because an exception in a worker would end the job and with it the other deliveries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from jobs.catalog.model import Catalog, Files, Source
from jobs.catalog.values import arrow_schema, read_batches
from jobs.catalog.values.layout import DELETED
from jobs.catalog.values.layout import PROBLEMS as TOLD
from jobs.errors import DataError
from jobs.lake.places import open_file
from jobs.lake.tables import DELIVERY_NO

WRONG = "_wrong"
PLACE = "_place"
FAULT = "_fault"
AT = pa.struct([pa.field("path", pa.string()), pa.field("row", pa.int64())])
MARKS = (pa.field(WRONG, pa.list_(pa.string())), pa.field(PLACE, AT), pa.field(FAULT, pa.string()))


@dataclass(frozen=True)
class Parser:
    """How one source's files are read; goes to Spark's workers whole."""

    catalog: Catalog
    source: Source
    account_zone: str

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of `sources/<source>`, the delivery's number apart."""
        whole = arrow_schema(self.source, self.catalog)
        return whole.remove(whole.get_field_index(TOLD))

    @property
    def staged_schema(self) -> pa.Schema:
        return pa.schema([pa.field(DELIVERY_NO, pa.int64()), *self.schema, *MARKS])

    @property
    def blamed(self) -> tuple[str, ...]:
        """Every column name that the parser's problems can begin with."""
        source = self.source
        names = (source.contact, source.time, *source.columns, *source.raw_texts, DELETED)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def files(self) -> Files:
        """Where its files lie; those of the source it reads the rows of, if that is another."""
        origin = self.catalog.origin_of(self.source)
        assert isinstance(origin, Files), f"{self.source.name} is not read from files"
        return origin

    @cached_property
    def readings(self) -> dict[str, str]:
        """For each stored column a hash of how its values are read: type, name in the data, zone, arithmetic."""
        return {name: self._reading(name) for name in self.schema.names}

    def staged_batches(self, landing: str, path: str, delivery_no: int) -> Iterator[pa.RecordBatch]:
        """The file's rows; a file that is no table ends with one row that says what is wrong with it."""
        before = 0
        try:
            with open_file(landing, path) as file:
                for batch in read_batches(
                    self.source, self.catalog, path, self.files.format, self.account_zone, file=file
                ):
                    yield self._staged(batch, path, delivery_no, before)
                    before += batch.num_rows
        except DataError as fault:
            yield self._fault(str(fault), delivery_no)

    def _staged(self, batch: pa.RecordBatch, path: str, delivery_no: int, before: int) -> pa.RecordBatch:
        rows = batch.num_rows
        told = batch.column(batch.schema.get_field_index(TOLD))
        values = {name: batch.column(batch.schema.get_field_index(name)) for name in self.schema.names}
        if told.null_count == rows:
            marks = [pa.nulls(rows, field.type) for field in MARKS]
        else:
            problems = told.to_pylist()
            wrong = [sorted({text.partition(":")[0] for text in each}) if each else None for each in problems]
            places = [{"path": path, "row": before + 1 + n} if each else None for n, each in enumerate(problems)]
            marks = [pa.array(wrong, MARKS[0].type), pa.array(places, MARKS[1].type), pa.nulls(rows, MARKS[2].type)]
        numbers = pa.repeat(pa.scalar(delivery_no, pa.int64()), rows)
        return pa.RecordBatch.from_arrays([numbers, *values.values(), *marks], schema=self.staged_schema)

    def _fault(self, message: str, delivery_no: int) -> pa.RecordBatch:
        row = dict.fromkeys(self.staged_schema.names) | {DELIVERY_NO: delivery_no, FAULT: message}
        return pa.RecordBatch.from_pylist([row], schema=self.staged_schema)

    def _reading(self, name: str) -> str:
        column = self.source.column(name.removeprefix("_raw_"))
        told: list[object] = [str(self.schema.field(name).type), self.files.format]
        if column is None:
            told.append(self.source.contact)
        else:
            zone = (self.source.time_zone or self.account_zone) if column.type.name == "timestamp" else ""
            derived = None if column.derive is None else str(column.derive.value)
            told += [str(column.type), column.raw, column.latitude, column.longitude, zone, derived]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
