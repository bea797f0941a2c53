"""What a delivery of a source must satisfy, where its catalog file says so."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.syntax.durations import Duration


@dataclass(frozen=True)
class Gates:
    """What a delivery must satisfy. Shares are 0-1, None where nothing was written."""

    rows_at_least: int | None = None
    age_at_most: Duration | None = None
    change_at_most: float | None = None
    unknown_contacts_at_most: float | None = None
    missing_contact_at_most: float | None = None
    missing_time_at_most: float | None = None
