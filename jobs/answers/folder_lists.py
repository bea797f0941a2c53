"""Contact lists of a folder: `lists/<name>.csv` and `lists/<name>@<date>.csv`, one column `contact_id`.

A condition with a date wants that one; without, the newest not after as_of's day, else the undated one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from jobs.answers.folder_files import ToldRows, belonging_of, unread_lists, visible_files
from jobs.catalog.values.list_files import read_contact_ids
from jobs.errors import DataError, Problem
from jobs.language.atoms import InList
from jobs.language.specs import KnownLists
from jobs.plan.clock import date_of
from jobs.plan.run_plan import Clock
from jobs.syntax.literals import read_date
from jobs.syntax.spelling import is_id


@dataclass(frozen=True, eq=False)
class FolderLists:
    """The contact_ids on each list that was asked for."""

    by_reference: Mapping[InList, frozenset[str]] = field(default_factory=dict[InList, frozenset[str]])
    by_path: Mapping[Path, frozenset[str]] = field(default_factory=dict[Path, frozenset[str]])

    def ids(self, wanted: InList) -> frozenset[str]:
        return self.by_reference[wanted]

    def belongings(self, contacts: pa.ChunkedArray) -> Iterator[ToldRows]:
        """Of each list whose its ids are."""
        for path, ids in self.by_path.items():
            yield ToldRows(str(path), belonging_of(pa.array(ids, pa.string()), contacts, "id"))


ENDINGS = (".csv", ".csv.gz")


def known_lists(data: Path, clock: Clock) -> KnownLists:
    """The lists a folder of data holds, for judging specs. Files with other names are none."""
    dates: dict[str, set[date | None]] = {}
    for path in visible_files(data / "lists"):
        if (named := _named(path)) is not None:
            name, on = named
            dates.setdefault(name, set()).add(on)
    return KnownLists(dates, date_of(clock.day))


def lists_left_unread(data: Path) -> list[Problem]:
    """A warning of the files beside lists whose names are no list's: a date of another form, another ending, capitals."""
    folder = data / "lists"
    return unread_lists(folder, (path for path in visible_files(folder) if _named(path) is None))


def _named(path: Path) -> tuple[str, date | None] | None:
    """The list and its date, if any, that a file's name says; None where it is no list's."""
    ending = next((ending for ending in reversed(ENDINGS) if path.name.endswith(ending)), None)
    if ending is None:
        return None
    name, at, written = path.name.removesuffix(ending).partition("@")
    on = _date(written) if at else None
    return (name, on) if is_id(name) and (on is not None or not at) else None


def _date(written: str) -> date | None:
    try:
        return read_date(written)
    except ValueError:
        return None


def read_lists(data: Path, wanted: Iterable[InList], clock: Clock, problems: list[Problem]) -> FolderLists:
    """The lists asked for, all of them known; `problems` get what is wrong inside of one."""
    lists = known_lists(data, clock)
    paths = {reference: path for reference in wanted if (path := _file(reference, lists, data, problems)) is not None}
    ids = {path: _ids(path, problems) for path in sorted(set(paths.values()))}
    return FolderLists({reference: ids[path] for reference, path in paths.items()}, ids)


def _file(reference: InList, lists: KnownLists, data: Path, problems: list[Problem]) -> Path | None:
    """The file of the list that is meant; None, and a problem, where there are two of it."""
    wrong = lists.wrong(reference.name, reference.on)
    assert not wrong, "an unknown list reached the plan"
    past = [on for on in lists.dates[reference.name] if on is not None and on <= lists.today]
    on = reference.on or max(past, default=None)
    stem = reference.name if on is None else f"{reference.name}@{on.isoformat()}"
    first, *others = (path for ending in ENDINGS if (path := data / "lists" / f"{stem}{ending}").exists())
    if others:
        both = f"{first.name} and {others[0].name}"
        problems.append(Problem(str(first.parent), "", f"found {both}, expected one file for the list; remove one"))
        return None
    return first


def _ids(path: Path, problems: list[Problem]) -> frozenset[str]:
    try:
        return frozenset(read_contact_ids(path))
    except DataError as error:
        problems += error.problems or [Problem(str(path), "", error.message.removeprefix(f"{path}: "))]
        return frozenset()
