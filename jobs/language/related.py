"""`{"related": "device", …}`: counts or aggregates rows that name a contact and have no time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobs.language.rows_condition import RowsCondition


@dataclass(frozen=True)
class Related(RowsCondition):
    kind: ClassVar = "related"
    word: ClassVar[str] = "related"
    meaning: ClassVar[str] = "Counts or aggregates rows that name the contact, of a source without a time."
    example: ClassVar[str] = (
        '{"related": "device", "where": {"attribute": "platform", "is": "ios"}, "count": {"at_least": 2}}'
    )
