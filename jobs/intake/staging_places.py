"""Where attempts to ingest stage their rows: each in a place of its own, `staging/<attempt>/<source>`.

An attempt is called after the first number that its entries would have in the journal, and a token of its own. Of all
attempts of one number the journal hears one, so once it holds that number every attempt of it is settled: the one that was
heard has its rows taken in before anybody else begins, and of the others nothing will ever count. That is what a later
ingest removes: never the place of an attempt that may still be heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

from jobs.errors import Unreachable
from jobs.intake.deliveries import Entry
from jobs.lake.small_files import address, folders, remove_folder

FOLDER = "staging"


@dataclass(frozen=True)
class StagingPlace:
    """The place of one attempt. `start` is the first number that its entries would have."""

    start: int
    token: str

    @property
    def attempt(self) -> str:
        """Its name, as the journal keeps it."""
        return f"{self.start:08d}-{self.token}"


def new_place(entries: Sequence[Entry]) -> StagingPlace:
    """A place that nobody else has, for an attempt that knows these entries."""
    return StagingPlace(1 + last_entry_no(entries), uuid4().hex[:12])


def staged_at(lake: str, attempt: str, source: str) -> str:
    """The address of what an attempt staged of a source."""
    return address(lake, f"{FOLDER}/{attempt}/{source}")


def is_staged(lake: str, attempt: str, source: str) -> bool:
    """Whether something still lies there."""
    return source in folders(lake, f"{FOLDER}/{attempt}")


def settled_places(lake: str, entries: Sequence[Entry]) -> list[str]:
    """The attempts that left something behind and of which, by these entries, nothing more can count."""
    last = last_entry_no(entries)
    starts = {name: name.partition("-")[0] for name in folders(lake, FOLDER)}
    return [name for name, start in starts.items() if start.isdecimal() and int(start) <= last]


def forget_places(lake: str, attempts: Iterable[str]) -> None:
    """Takes their files away; what cannot be removed now is left to a later ingest."""
    for attempt in attempts:
        with suppress(Unreachable):
            remove_folder(lake, f"{FOLDER}/{attempt}")


def last_entry_no(entries: Iterable[Entry]) -> int:
    """The greatest number in the journal, 0 when it is empty."""
    return max((entry.entry_no for entry in entries), default=0)
