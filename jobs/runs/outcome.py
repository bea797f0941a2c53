"""What every step gives back: its exit code, one line for a person, and details for a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.errors import DONE


@dataclass(frozen=True)
class Outcome:
    """How a step went. `details` holds counts and reasons, never a contact's id or value."""

    exit_code: int = DONE
    summary: str = ""
    details: Mapping[str, object] = field(default_factory=dict[str, object])
