"""`{"event": "order", …}`: counts or aggregates what happened to a contact, rows with a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobs.language.rows_condition import RowsCondition


@dataclass(frozen=True)
class Event(RowsCondition):
    kind: ClassVar = "events"
    word: ClassVar[str] = "event"
    meaning: ClassVar[str] = "Counts or aggregates what happened to the contact: rows of a source with a time."
    example: ClassVar[str] = (
        '{"event": "order", "where": {"attribute": "product.category", "is": "shoes"}, "within": "90d", '
        '"sum": {"of": "amount", "at_least": 200}}'
    )
