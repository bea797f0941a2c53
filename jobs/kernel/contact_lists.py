"""Contact lists of a folder: `<name>.csv` and `<name>@<date>.csv`, one column `contact_id`.

A condition with a date wants that one; without, the newest not after as_of's day, else the undated one (rulings.md 60).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jobs.catalog.values.contact_lists import read_contact_ids
from jobs.errors import DataError, Problem, SpecError
from jobs.language.atoms import InList
from jobs.plan.clock import date_of
from jobs.syntax.words import did_you_mean


@dataclass(frozen=True, eq=False)
class Lists:
    """The contact_ids on each list that was asked for."""

    by_reference: Mapping[InList, frozenset[str]] = field(default_factory=dict[InList, frozenset[str]])

    def ids(self, wanted: InList) -> frozenset[str]:
        return self.by_reference[wanted]


def unknown_lists(folder: Path, wanted: Iterable[InList], day: int) -> dict[InList, str]:
    """Of the lists asked for those that are not there, with what is there instead."""
    names = _names(folder)
    return {one: _not_there(one, names, day) for one in wanted if _file_of(one, names, day) is None}


def read_lists(folder: Path, wanted: Iterable[InList], day: int, problems: list[Problem]) -> Lists:
    """The lists asked for; `SpecError` where one is not there, `problems` get what is wrong inside of one."""
    wanted = list(wanted)
    if not wanted:
        return Lists()
    missing = unknown_lists(folder, wanted, day)
    if missing:
        told = [Problem(str(folder), "", message) for message in missing.values()]
        raise SpecError("A contact list that a segment names is not there:", told)
    names = _names(folder)
    files = {reference: _file_of(reference, names, day) for reference in wanted}
    ids = {file: _ids(folder / f"{file}.csv", problems) for file in sorted({file for file in files.values() if file})}
    return Lists({reference: ids[file] for reference, file in files.items() if file})


def _names(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(".csv") for path in folder.glob("*.csv"))


def _file_of(reference: InList, names: list[str], day: int) -> str | None:
    if reference.on is not None:
        wanted = f"{reference.name}@{reference.on.isoformat()}"
        return wanted if wanted in names else None
    past = [name for name in names if (on := _date(name, reference.name)) is not None and on <= date_of(day)]
    if past:
        return max(past)
    return reference.name if reference.name in names else None


def _date(file: str, name: str) -> date | None:
    head, at, tail = file.partition("@")
    if not at or head != name or len(tail) != len("2026-11-24"):
        return None
    try:
        return date.fromisoformat(tail)
    except ValueError:
        return None


def _not_there(reference: InList, names: list[str], day: int) -> str:
    dated = [file for file in names if _date(file, reference.name) is not None]
    if reference.on is not None and (dated or reference.name in names):
        have = ", ".join(dated) or f"only an undated {reference.name}"
        return f'found no list "{reference.name}" dated {reference.on}, there is {have}'
    if dated:
        return f'found no list "{reference.name}" dated {date_of(day)} or before, only {", ".join(dated)}'
    known = sorted({file.partition("@")[0] for file in names})
    return f'found no list "{reference.name}", expected {reference.name}.csv{did_you_mean(reference.name, known)}'


def _ids(path: Path, problems: list[Problem]) -> frozenset[str]:
    try:
        return frozenset(read_contact_ids(path))
    except DataError as error:
        problems += error.problems or [Problem(str(path), "", error.message.removeprefix(f"{path}: "))]
        return frozenset()
