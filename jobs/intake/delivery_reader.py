"""Deliveries as Spark's workers read them: one part of a delivery in, staged batches out.

Staged rows carry the number of their delivery, which columns are wrong and where. A part that cannot be split at all gives
one row that says so, and so does one that is written still, because an exception in a worker would end the job and with
it the other deliveries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from jobs.catalog.row_rules import CONTENT, Blame
from jobs.catalog.values.equality import content_texts
from jobs.catalog.values.layout import PROBLEMS
from jobs.catalog.values.typed_batches import possible_blames
from jobs.errors import DataError
from jobs.intake.inlet import Inlet, Part, StillChanging
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO

WRONG = "_wrong"
PLACE = "_place"
FAULT = "_fault"
CHANGING = "_changing"
REMARK = "_remark"
AT = pa.struct([pa.field("path", pa.string()), pa.field("row", pa.int64())])
MARKS = (
    pa.field(CONTENT, pa.string()),
    pa.field(WRONG, pa.list_(pa.string())),
    pa.field(PLACE, AT),
    pa.field(FAULT, pa.string()),
    pa.field(CHANGING, pa.string()),
    pa.field(REMARK, pa.string()),
)
NO_ROWS = (FAULT, CHANGING, REMARK)
"""Marks of staged rows that are none, but say something of a part."""


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
    def blames(self) -> tuple[Blame, ...]:
        """Everything that the parser may find wrong with a row's values."""
        return possible_blames(self.stored.source)

    def staged_batches(self, delivery_no: int, part: Part) -> Iterator[pa.RecordBatch]:
        """The part's rows; one that is no table, is changing, or is to be remarked on, ends with rows that say so."""
        before, remarks = 0, list[str]()
        try:
            for batch in self.inlet.batches(self.stored, part, remarks):
                yield self._staged(batch, part.shown, delivery_no, before)
                before += batch.num_rows
            yield from (self._mark(REMARK, f"{part.shown}: {remark}", delivery_no) for remark in remarks)
        except DataError as fault:
            yield self._mark(FAULT, str(fault), delivery_no)
        except StillChanging as changing:
            yield self._mark(CHANGING, str(changing), delivery_no)

    def _staged(self, batch: pa.RecordBatch, path: str, delivery_no: int, before: int) -> pa.RecordBatch:
        rows = batch.num_rows
        columns = {name: batch.column(place) for place, name in enumerate(batch.schema.names)}
        marks = {field.name: pa.nulls(rows, field.type) for field in MARKS}
        if self.stored.source.key:
            marks[CONTENT] = content_texts(self.stored.source, columns)
        if columns[PROBLEMS].null_count < rows:
            problems = columns[PROBLEMS].to_pylist()
            places = [{"path": path, "row": before + 1 + n} if each else None for n, each in enumerate(problems)]
            marks |= {WRONG: columns[PROBLEMS], PLACE: pa.array(places, AT)}
        marks[DELIVERY_NO] = pa.repeat(pa.scalar(delivery_no, pa.int64()), rows)
        staged = columns | marks
        return pa.RecordBatch.from_arrays([staged[name] for name in self.schema.names], schema=self.schema)

    def _mark(self, mark: str, message: str, delivery_no: int) -> pa.RecordBatch:
        row = dict.fromkeys(self.schema.names) | {DELIVERY_NO: delivery_no, mark: message}
        return pa.RecordBatch.from_pylist([row], schema=self.schema)
