"""Made up: what the mail service notes of each newsletter event beside who, when and which.

Rows and their order are those of `mailings`; each gets an `event_id`, opens whether a machine made them and on which
platform, clicks the category of the link and the platform. At the end stand a few rows that the service handed over
twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from tests.company.people import Person

Row = tuple[object, ...]
MachineOf = dict[str, tuple[str, bool]]

TWICE_SHARE = 0.001
PLATFORMS = ("windows", "macintosh", "unix", "mobile")
PLATFORM_SHARES = {"desktop": (0.77, 0.17, 0.06, 0.0), "webmail": (0.7, 0.1, 0.05, 0.15)}
CATEGORIES = {"sale": "offers", "charts": "charts", "account": "service", "unsubscribe": "opt_out"}
"""Link → its category; new releases are of one kind of music."""
ANY_MUSIC = ("rock", "pop", "classical", "jazz", "hip_hop", "country", "soundtrack")


def with_ids(letter: str, rows: Sequence[Row], seed: int) -> list[Row]:
    """`event_id` behind each row, and a few rows again."""
    numbered = [(*row, f"{letter}{number:06}") for number, row in enumerate(rows, start=1)]
    twice = np.random.Generator(np.random.PCG64(seed)).random(len(rows)) < TWICE_SHARE
    return [*numbered, *(numbered[index] for index in np.flatnonzero(twice))]


def machines(people: Sequence[Person], programs: dict[str, str]) -> MachineOf:
    """Contact → the platform of their machine, and whether it opens mails by itself, for those with a mail program."""
    random = np.random.Generator(np.random.PCG64(1998_01))
    draws = random.random((len(people), 2))
    return {
        person.contact_id: (_platform(programs[person.contact_id], draw[0]), bool(draw[1] < 0.13))
        for person, draw in zip(people, draws, strict=True)
        if person.contact_id in programs
    }


def with_machines(opens: Sequence[tuple[str, datetime, str, str]], machine_of: MachineOf) -> list[Row]:
    """`privacy_open` and `platform` behind each open."""
    draws = np.random.Generator(np.random.PCG64(1998_02)).random((len(opens), 3))
    return [
        (*row, _by_machine(machine_of[row[0]][1], draw), machine_of[row[0]][0] if draw[2] > 0.05 else "")
        for row, draw in zip(opens, draws, strict=True)
    ]


def with_categories(
    clicks: Sequence[tuple[str, datetime, str, str]], people: Sequence[Person], machine_of: MachineOf
) -> list[Row]:
    """`link_category` and `platform` behind each click."""
    likes = {person.contact_id: person.interests.split("|") if person.interests else [] for person in people}
    draws = np.random.Generator(np.random.PCG64(1998_03)).random((len(clicks), 2))
    return [
        (*row, _category(row[3], likes[row[0]], draw[0]), machine_of[row[0]][0] if draw[1] > 0.04 else "")
        for row, draw in zip(clicks, draws, strict=True)
    ]


def _platform(program: str, draw: float) -> str:
    edges = np.cumsum(PLATFORM_SHARES[program])
    return PLATFORMS[int(np.searchsorted(edges, draw, side="right"))]


def _by_machine(opens_by_itself: bool, draw: Sequence[float]) -> str:
    if draw[1] < 0.02:
        return ""
    return "true" if draw[0] < (0.93 if opens_by_itself else 0.004) else "false"


def _category(link: str, likes: Sequence[str], draw: float) -> str:
    """Of new releases mostly music that the reader ticked."""
    if link in CATEGORIES:
        return CATEGORIES[link]
    if draw < 0.03:
        return ""
    choice = likes if likes and draw < 0.75 else ANY_MUSIC
    return choice[int(draw * 7919) % len(choice)]
