"""A request to freeze: what was asked for, checked, in a form in which two requests can be compared.

The launch day and the name are the list's address; everything else is what must be equal for two requests to be the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from jobs.errors import UsageError
from jobs.syntax.literals import read_date
from jobs.syntax.spelling import is_id


@dataclass(frozen=True)
class Request:
    """`run_no`: the run a person named, None for the newest night. `supersede`: a next version is wanted."""

    name: str
    date: date
    segment: str
    run_no: int | None = None
    purpose: str | None = None
    channel: str | None = None
    supersede: bool = False

    @property
    def fingerprint(self) -> str:
        """Equal for requests that ask for the same list; readable, because a refusal shows both."""
        asked = {"segment": self.segment, "run": self.run_no, "purpose": self.purpose, "channel": self.channel}
        return json.dumps({key: value for key, value in asked.items() if value is not None}, sort_keys=True)

    def key(self, version: int) -> str:
        """Under which the request for one version is claimed."""
        return f"freeze/{self.name}/{self.date}/v{version}"


def read_request(
    name: str,
    written_date: str,
    segment: str,
    run_no: int | None = None,
    purpose: str | None = None,
    channel: str | None = None,
    supersede: bool = False,
) -> Request:
    """The request these words make. `UsageError` for a name or a date that cannot be one."""
    if not is_id(name):
        raise UsageError(f'--list: found "{name}", expected a-z, 0-9 and _, beginning with a letter, at most 63 long')
    if not is_id(segment):
        raise UsageError(f'--segment: found "{segment}", expected the id of a segment; `segments` shows them')
    try:
        day = read_date(written_date)
    except ValueError as error:
        raise UsageError(f"--date: {error}; it is the launch day in the account's time zone") from error
    return Request(name, day, segment, run_no, purpose or None, channel or None, supersede)
