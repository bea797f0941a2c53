"""Where a contact stands: its number for life, and the bucket and position that the number means. Without Spark."""

from __future__ import annotations

import pyarrow.compute as pc

from jobs.catalog.values.layout import CONTACT_ID
from jobs.kernel.bucket_rows import BUCKET
from jobs.lake.reads import read_rows
from jobs.lake.tables import CONTACTS


def contact_number(lake: str, contact_id: str) -> int | None:
    """The number of a contact for life; None where none was ever given, or it was erased."""
    rows = read_rows(lake, CONTACTS, ["contact_no", CONTACT_ID])
    place = pc.index(rows[CONTACT_ID], contact_id).as_py()
    return None if place < 0 else rows["contact_no"][place].as_py()


def place_of(contact_no: int) -> tuple[int, int]:
    """Bucket and position."""
    return divmod(contact_no, BUCKET)
