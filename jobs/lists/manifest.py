"""What a list says of itself: which request, which run, how many, and the hash that proves it is still the same rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jobs.lists.requests import Request

COLUMNS = ("contact_id",)
"""Hashed columns in order. The list's table also has `bucket`, which is ours and says nothing about anybody."""


@dataclass(frozen=True)
class Pins:
    """What the first to claim a request fixed for every attempt. Instants are ISO texts in UTC."""

    run_no: int
    run_as_of: str
    frozen_as_of: str
    members: int
    pack_no: int
    supersede: bool

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def read_pins(text: str | None) -> Pins:
    """The pins that a claim holds, be it open or done."""
    written: Mapping[str, Any] = json.loads(text or "{}")
    return Pins(**{name: written[name] for name in Pins.__dataclass_fields__})


@dataclass(frozen=True)
class Checked:
    """What was found where the rows were written."""

    rows: int
    distinct: int
    without_id: int
    content_hash: str


@dataclass(frozen=True)
class Manifest:
    """Everything about one version of a list but its rows."""

    request: Request
    version: int
    attempt: str
    pins: Pins
    checked: Checked
    run: Mapping[str, Any]

    @property
    def path(self) -> str:
        return list_path(self.request, self.version, self.attempt)

    def to_json(self) -> str:
        """One flat object: the pins' and the check's own keys among it, so that a done claim still holds its pins."""
        return json.dumps(
            {
                "name": self.request.name,
                "date": self.request.date.isoformat(),
                "version": self.version,
                "segment": self.request.segment,
                "purpose": self.request.purpose,
                "channel": self.request.channel,
                "attempt": self.attempt,
                "path": self.path,
                "columns": list(COLUMNS),
                **asdict(self.pins),
                **asdict(self.checked),
                **self.run,
            },
            sort_keys=True,
        )


def list_path(request: Request, version: int, attempt: str) -> str:
    """Where an attempt writes, under the lake's root; nobody else ever writes there."""
    return f"lists/{request.name}/{request.date}-v{version}/{attempt}"
