"""One contact with far more events than all others together is answered as the others are."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from jobs.kernel.compiled import forced
from jobs.language.atoms import Chain, Compare, Formula, GroupCount, Having, Keep, Step
from tests.kernel.world import (
    INTEGER,
    TEXT,
    World,
    aggregate,
    at_least,
    catalog_of,
    column,
    contacts,
    events,
    last,
    meaning,
    rows,
)

HEAVY, PEOPLE, MANY, FEW = 3, 40, 40_000, 300
HOUR_US = 3_600_000_000
CATALOG = catalog_of(contacts(), events("visit", page=TEXT), events("buy", page=TEXT))
PAGE = column("page", TEXT)
Happened = tuple[int, datetime, str]


def drawn(seed: int) -> list[Happened]:
    """Events of a year: a few of everybody, very many of one."""
    dice = random.Random(seed)
    who = [HEAVY] * MANY + [dice.randrange(PEOPLE) for _ in range(FEW)]
    end = datetime(2026, 11, 23, tzinfo=UTC)
    return [(one, end - timedelta(seconds=dice.randrange(300 * 86_400)), f"p{dice.randrange(60)}") for one in who]


VISITS, BUYS = drawn(1), drawn(2)[MANY - 400 :]


def world(part_bytes: int) -> World:
    return World(CATALOG, {"visit": VISITS, "buy": BUYS}, PEOPLE, part_bytes=part_bytes)


def times(happened: list[Happened], page: bool) -> dict[tuple[int, str], list[datetime]]:
    """By contact, and by page where it matters, in order."""
    by_key: dict[tuple[int, str], list[datetime]] = {}
    for one, at, where in sorted(happened, key=lambda row: row[1]):
        by_key.setdefault((one, where if page else ""), []).append(at)
    return by_key


def followed(within: timedelta, page: bool) -> list[int]:
    """Whom a later purchase followed on a visit, at most so long after it."""
    bought = times(BUYS, page)
    members: set[int] = set()
    for (one, where), visits in times(VISITS, page).items():
        later = bought.get((one, where), [])
        for at in visits:
            place = bisect_right(later, at)
            if place < len(later) and later[place] - at <= within:
                members.add(one)
                break
    return sorted(members)


def counted(at_least_: int) -> list[int]:
    counts = Counter(one for one, _, _ in VISITS)
    return sorted(one for one, count in counts.items() if count >= at_least_)


def pages(visits_of_a_page: int, pages_: int) -> list[int]:
    kept = Counter(one for (one, _), count in Counter((one, where) for one, _, where in VISITS).items()
                   if count >= visits_of_a_page)  # fmt: skip
    return sorted(one for one, count in kept.items() if count >= pages_)


VISIT_COUNT = aggregate("count", over=rows("visit"))
THEN = Chain((Step("visit"), Step("buy", gap_us=2 * HOUR_US)), last("2y"))
THEN_SAME = Chain((Step("visit"), Step("buy", gap_us=48 * HOUR_US, same=((PAGE, PAGE),))), last("2y"))
PER_PAGE = GroupCount(rows("visit"), (PAGE,), Having("count", None, INTEGER, at_least(2)), INTEGER)
CASES: dict[str, tuple[Formula, list[int]]] = {
    "count": (Compare(VISIT_COUNT, at_least(9)), counted(9)),
    "distinct": (Compare(aggregate("distinct", PAGE, rows("visit")), at_least(8)),
                 sorted(one for one, n in Counter(one for one, _ in {(o, p) for o, _, p in VISITS}).items() if n >= 8)),
    "per page": (Compare(PER_PAGE, at_least(2)), pages(2, 2)),
    "sequence": (THEN, followed(timedelta(hours=2), page=False)),
    "sequence of one page": (THEN_SAME, followed(timedelta(hours=48), page=True)),
}  # fmt: skip


@pytest.mark.parametrize("part_bytes", [1 << 27, 100_000])
@pytest.mark.parametrize("compiled", [False, True])
def test_a_contact_of_very_many_events_is_one_like_the_others(part_bytes: int, compiled: bool) -> None:
    with forced(compiled):
        found = world(part_bytes).segments(*(meaning(where, name) for name, (where, _) in CASES.items()))
    assert found == {name: members for name, (_, members) in CASES.items()}
    assert all(HEAVY in members and len(members) < PEOPLE for members in found.values())


def test_a_keep_by_events_takes_the_heaviest_first() -> None:
    counts = Counter(one for one, _, _ in VISITS)
    found = world(100_000).segments(meaning(Compare(VISIT_COUNT, at_least(1)), keep=Keep(5, None, VISIT_COUNT)))
    assert found["s"] == sorted(sorted(counts, key=lambda one: (-counts[one], f"c{one}"))[:5])
