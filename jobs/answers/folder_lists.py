"""Contact lists of a folder: `lists/<name>.csv` and `lists/<name>@<date>.csv`, one column `contact_id`.

A condition with a date wants that one; without, the newest not after as_of's day, else the undated one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jobs.catalog.values.list_files import read_contact_ids
from jobs.errors import DataError, Problem
from jobs.language.atoms import InList
from jobs.language.specs import KnownLists
from jobs.plan.clock import date_of
from jobs.plan.run_plan import Clock
from jobs.syntax.literals import read_date
from jobs.syntax.spelling import is_id


@dataclass(frozen=True, eq=False)
class Lists:
    """The contact_ids on each list that was asked for."""

    by_reference: Mapping[InList, frozenset[str]] = field(default_factory=dict[InList, frozenset[str]])

    def ids(self, wanted: InList) -> frozenset[str]:
        return self.by_reference[wanted]


def known_lists(data: Path, clock: Clock) -> KnownLists:
    """The lists a folder of data holds, for judging specs. Files with other names are none."""
    dates: dict[str, set[date | None]] = {}
    for path in sorted((data / "lists").glob("*.csv")):
        name, at, written = path.name.removesuffix(".csv").partition("@")
        on = _date(written) if at else None
        if is_id(name) and (on is not None or not at):
            dates.setdefault(name, set()).add(on)
    return KnownLists(dates, date_of(clock.day))


def _date(written: str) -> date | None:
    try:
        return read_date(written)
    except ValueError:
        return None


def read_lists(data: Path, wanted: Iterable[InList], clock: Clock, problems: list[Problem]) -> Lists:
    """The lists asked for, all of them known; `problems` get what is wrong inside of one."""
    known = known_lists(data, clock)
    paths = {reference: data / "lists" / _file(reference, known) for reference in wanted}
    ids = {path: _ids(path, problems) for path in sorted(set(paths.values()))}
    return Lists({reference: ids[path] for reference, path in paths.items()})


def _file(reference: InList, known: KnownLists) -> str:
    wrong = known.wrong(reference.name, reference.on)
    assert not wrong, "an unknown list reached the plan"
    past = [on for on in known.dates[reference.name] if on is not None and on <= known.today]
    on = reference.on or max(past, default=None)
    return f"{reference.name}.csv" if on is None else f"{reference.name}@{on.isoformat()}.csv"


def _ids(path: Path, problems: list[Problem]) -> frozenset[str]:
    try:
        return frozenset(read_contact_ids(path))
    except DataError as error:
        problems += error.problems or [Problem(str(path), "", error.message.removeprefix(f"{path}: "))]
        return frozenset()
