"""The one place where a clock is looked at: to refuse an as_of that is ahead of it.

A run of a later day would stand before every night until then: its publications would be the newest. An as_of of any day
that has come is fine, and nothing but as_of says what a run computes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from jobs.errors import UsageError
from jobs.settings import Settings, read_settings


def settings_for(as_of: str, ahead: bool) -> Settings:
    """The settings of a verb that works on a run; `UsageError` when its as_of has not come and nobody says it is meant."""
    from jobs.runs.run import EPOCH, read_clock

    settings = read_settings()
    clock = read_clock(settings, as_of)
    now = datetime.now(UTC)
    if not ahead and clock.as_of_us > (now - EPOCH) // now.resolution:
        raise UsageError(
            f"--as-of {as_of} is ahead of the clock, which shows {now:%Y-%m-%dT%H:%MZ}: a run of a day to come stands "
            "before every night until then. Take an instant that has come, or add --ahead if this one is meant."
        )
    return settings
