"""Deliveries as Spark's workers read them: one part of a delivery in, staged batches out.

Staged rows carry the number of their delivery, which columns are wrong and where. A part that cannot be split at all gives
one row that says so, and so does one that is written still, because an exception in a worker would end the job and with
it the other deliveries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from jobs.catalog.values.layout import DELETED, PROBLEMS
from jobs.errors import DataError
from jobs.intake.inlet import Inlet, Part, StillChanging
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO

WRONG = "_wrong"
PLACE = "_place"
FAULT = "_fault"
CHANGING = "_changing"
AT = pa.struct([pa.field("path", pa.string()), pa.field("row", pa.int64())])
MARKS = (
    pa.field(WRONG, pa.list_(pa.string())),
    pa.field(PLACE, AT),
    pa.field(FAULT, pa.string()),
    pa.field(CHANGING, pa.string()),
)


@dataclass(frozen=True)
class DeliveryReader:
    """How the deliveries of one source are read; goes to Spark's workers whole."""

    stored: StoredSource
    inlet: Inlet

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

    def staged_batches(self, delivery_no: int, part: Part) -> Iterator[pa.RecordBatch]:
        """The part's rows; one that is no table, or is changing, ends with one row that says so."""
        before = 0
        try:
            for batch in self.inlet.batches(self.stored, part):
                yield self._staged(batch, part.shown, delivery_no, before)
                before += batch.num_rows
        except DataError as fault:
            yield self._mark(FAULT, str(fault), delivery_no)
        except StillChanging as changing:
            yield self._mark(CHANGING, str(changing), delivery_no)

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
            nothing = pa.nulls(rows, pa.string())
            marks = [pa.array(wrong, MARKS[0].type), pa.array(places, MARKS[1].type), nothing, nothing]
        numbers = pa.repeat(pa.scalar(delivery_no, pa.int64()), rows)
        return pa.RecordBatch.from_arrays([numbers, *values.values(), *marks], schema=self.schema)

    def _mark(self, mark: str, message: str, delivery_no: int) -> pa.RecordBatch:
        row = dict.fromkeys(self.schema.names) | {DELIVERY_NO: delivery_no, mark: message}
        return pa.RecordBatch.from_pylist([row], schema=self.schema)
