"""Contact lists as files: one column, `contact_id`, and nothing else (`lists/<name>.csv` of a folder for `try`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pyarrow as pa

from jobs.catalog.values.byte_streams import open_file
from jobs.catalog.values.cells import Cells
from jobs.catalog.values.csv_files import text_batches
from jobs.catalog.values.csv_text import StrictText
from jobs.catalog.values.file_faults import file_fault
from jobs.catalog.values.layout import CONTACT_ID


def read_contact_ids(path: Path) -> Iterator[str]:
    """The ids on the list in a CSV file, in its order, as often as they are there. `DataError` for any other file."""
    name = str(path)
    with open_file(name) as file:
        text = StrictText(name, file)
        if text.header() not in (CONTACT_ID, f'"{CONTACT_ID}"'):
            raise file_fault(
                name,
                f"found another header, expected the one column {CONTACT_ID}",
                "A contact list holds the ids of contacts, one a line, under that header.",
            )
        for batch in text_batches(name, text, 1, ["c0"]):
            ids: pa.Array = Cells(batch.column(0)).texts().drop_null()
            yield from cast("list[str]", ids.to_pylist())
