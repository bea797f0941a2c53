"""Deliveries as Spark's workers read them: one delivered file in, staged batches out.

Staged rows carry the number of their delivery, which columns are wrong and where. A file that cannot be split at all gives
one row that says so, because an exception in a worker would end the job and with it the other deliveries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from jobs.catalog.model import Files
from jobs.catalog.values import read_batches
from jobs.catalog.values.layout import DELETED, PROBLEMS
from jobs.errors import DataError
from jobs.lake.places import open_file
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO

WRONG = "_wrong"
PLACE = "_place"
FAULT = "_fault"
AT = pa.struct([pa.field("path", pa.string()), pa.field("row", pa.int64())])
MARKS = (pa.field(WRONG, pa.list_(pa.string())), pa.field(PLACE, AT), pa.field(FAULT, pa.string()))


@dataclass(frozen=True)
class DeliveryReader:
    """How the deliveries of one source are read; goes to Spark's workers whole."""

    stored: StoredSource

    @property
    def schema(self) -> pa.Schema:
        """The columns of a staged row: its delivery's number, the values, and what is wrong with them."""
        return pa.schema([pa.field(DELIVERY_NO, pa.int64()), *self.stored.schema, *MARKS])

    @property
    def blamed(self) -> tuple[str, ...]:
        """Every column name that the parser's problems can begin with."""
        source = self.stored.source
        names = (source.contact, source.time, *source.columns, *source.raw_texts, DELETED)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def files(self) -> Files:
        """Where its files lie; those of the source it reads the rows of, if that is another."""
        origin = self.stored.catalog.origin_of(self.stored.source)
        assert isinstance(origin, Files), f"{self.stored.source.name} is not read from files"
        return origin

    def staged_batches(self, landing: str, path: str, delivery_no: int) -> Iterator[pa.RecordBatch]:
        """The file's rows; a file that is no table ends with one row that says what is wrong with it."""
        before = 0
        stored = self.stored
        try:
            with open_file(landing, path) as file:
                for batch in read_batches(
                    stored.source, stored.catalog, path, self.files.format, stored.account_zone, file=file
                ):
                    yield self._staged(batch, path, delivery_no, before)
                    before += batch.num_rows
        except DataError as fault:
            yield self._fault(str(fault), delivery_no)

    def _staged(self, batch: pa.RecordBatch, path: str, delivery_no: int, before: int) -> pa.RecordBatch:
        rows = batch.num_rows
        problems = batch.column(batch.schema.get_field_index(PROBLEMS))
        values = {name: batch.column(batch.schema.get_field_index(name)) for name in self.stored.schema.names}
        if problems.null_count == rows:
            marks = [pa.nulls(rows, field.type) for field in MARKS]
        else:
            texts = problems.to_pylist()
            wrong = [sorted({text.partition(":")[0] for text in each}) if each else None for each in texts]
            places = [{"path": path, "row": before + 1 + n} if each else None for n, each in enumerate(texts)]
            marks = [pa.array(wrong, MARKS[0].type), pa.array(places, MARKS[1].type), pa.nulls(rows, MARKS[2].type)]
        numbers = pa.repeat(pa.scalar(delivery_no, pa.int64()), rows)
        return pa.RecordBatch.from_arrays([numbers, *values.values(), *marks], schema=self.schema)

    def _fault(self, message: str, delivery_no: int) -> pa.RecordBatch:
        row = dict.fromkeys(self.schema.names) | {DELIVERY_NO: delivery_no, FAULT: message}
        return pa.RecordBatch.from_pylist([row], schema=self.schema)
