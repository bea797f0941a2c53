"""Whose rows they are: the numbers that rows carry since they came in, and those of contacts who have got one since.

Only of rows that came before their contact, or before `ingest` gave numbers, is the id read and looked up; files have such
rows in row groups of their own. Of somebody who was erased no row carries the number any longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.values.layout import CONTACT_ID
from jobs.lake.contact_lookup import ContactIndex, keep_index, numbers_of_few
from jobs.lake.contacts import erased_numbers
from jobs.lake.moved_rows import whole
from jobs.lake.stored_files import FilePiece, complete_runs
from jobs.lake.tables import CONTACT_NO, Table
from jobs.lake.workers import Workers


@dataclass(frozen=True)
class CarriedNumbers:
    """Numbers as of the version of `contacts` that `index` is of; goes to workers whole."""

    index: ContactIndex
    erased: tuple[int, ...] = ()

    def runs(self, lake: str, table: Table, piece: FilePiece) -> Iterator[tuple[FilePiece, bool]]:
        """The piece in runs of row groups, and whether every row of a run carries the number of somebody who has not been
        erased: then no id need be read."""
        return complete_runs(lake, table, piece, CONTACT_NO, self.erased)

    def of(self, rows: pa.Table) -> pa.Array:
        """int64: the number of each row's contact, null where nobody has it. Without `CONTACT_NO` all are looked up."""
        if CONTACT_NO not in rows.column_names:
            return numbers_of_few(self.index, whole(rows[CONTACT_ID]))
        carried = whole(rows[CONTACT_NO])
        if self.erased:
            of_erased = pc.is_in(carried, pa.array(self.erased, pa.int64()))
            carried = pc.if_else(of_erased, pa.scalar(None, pa.int64()), carried)
        if not carried.null_count:
            return carried
        lacking = pc.is_null(carried)
        return pc.replace_with_mask(
            carried, lacking, numbers_of_few(self.index, whole(rows[CONTACT_ID]).filter(lacking))
        )


def row_numbers(workers: Workers, lake: str, version: int) -> CarriedNumbers:
    """The numbers as of a version of `contacts`."""
    return CarriedNumbers(keep_index(workers, lake, version), tuple(erased_numbers(lake, version)))
