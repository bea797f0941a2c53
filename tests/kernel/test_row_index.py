"""Conditions on columns of numbers that many conditions test: bands of an index give the rows that a plain look gives."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from jobs.catalog.types import ColumnType
from jobs.kernel import working_rows
from jobs.language.atoms import AllOf, Compare, Function, Meaning
from tests.kernel.world import CHOICE as CHANNELS
from tests.kernel.world import (
    FLOAT,
    INTEGER,
    World,
    aggregate,
    at_least,
    at_most,
    catalog_of,
    column,
    equal_to,
    events,
    is_word,
    meaning,
    rows,
    spans,
)

LARGEST, LEAST = (1 << 63) - 1, -(1 << 63)
PEOPLE, ROWS = 64, 600


def drawn(values: Sequence[float | int | None]) -> list[tuple[int, str, float | int | None, str]]:
    """Rows of made-up people: (position, time, number, channel)."""
    random = np.random.default_rng(17)
    places, channels = random.integers(0, len(values), ROWS), random.integers(0, 2, ROWS)
    days = sorted(random.integers(1, 24, ROWS).tolist())
    who = random.integers(0, PEOPLE, ROWS)
    return [
        (int(position), f"2026-11-{day:02}", values[place], ("web", "app")[channel])
        for position, day, place, channel in zip(who, days, places, channels, strict=True)
    ]


def agree(
    kind: ColumnType, values: Sequence[float | int | None], bounds: Sequence[tuple[float | int, float | int]]
) -> None:
    """A count of the rows in each of the intervals, alone and beside a channel, is that of a count by hand."""
    data = drawn(values)
    world = World(catalog_of(events(points=kind, channel=CHANNELS)), {"order": data}, people=PEOPLE)
    asked: list[Meaning] = []
    expected: dict[str, list[int]] = {}
    for number, (low, high) in enumerate(bounds):
        inside = Compare(column("points", kind), spans((low, high)))
        web = Compare(column("channel", CHANNELS), is_word("web"))
        for name, where in (("all", inside), ("web", AllOf((inside, web)))):
            id_ = f"{name}_{number}"
            asked.append(meaning(Compare(aggregate("count", None, rows(where=where)), at_least(3)), id_))
            counts = Counter(
                position
                for position, _, value, channel in data
                if value is not None and low <= value <= high and (name == "all" or channel == "web")
            )
            expected[id_] = sorted(position for position, count in counts.items() if count >= 3)
    assert world.segments(*asked) == expected
    assert any(expected.values()), "nobody at all is no test"


@pytest.mark.usefixtures("loops")
def test_whole_numbers_between_bounds() -> None:
    agree(INTEGER, [None, -3, 0, 1, 2, 5, 40], [(1, 5), (2, 2), (-9, 0), (5, 900), (-9, 900), (3, 4)])


@pytest.mark.usefixtures("loops")
def test_whole_numbers_at_the_ends_of_64_bits() -> None:
    values = [None, LEAST, LEAST + 1, -1, 0, LARGEST - 1, LARGEST]
    agree(
        INTEGER, values, [(LEAST, LEAST), (LARGEST, LARGEST), (LEAST, LARGEST), (0, LARGEST), (LEAST, -1), (LEAST, 0)]
    )


@pytest.mark.usefixtures("loops")
def test_all_that_is_known_is_one_band() -> None:
    agree(INTEGER, [None, LEAST, 0, LARGEST], [(LEAST, LARGEST)] * 3)


@pytest.mark.usefixtures("loops")
def test_doubles_between_bounds() -> None:
    tiny = math.nextafter(0.5, 1)
    values = [None, -0.0, 0.0, 0.5, tiny, 1e300, -1e300]
    agree(FLOAT, values, [(0.0, 0.5), (tiny, tiny), (0.5, 0.5), (-1e300, 0.0), (0.0, 1e300), (-0.0, tiny)])


@pytest.mark.usefixtures("loops")
def test_the_double_behind_an_end_is_out() -> None:
    values = [None, 0.25, 0.5, math.nextafter(0.5, 1), 0.75]
    agree(FLOAT, values, [(0.0, 0.5), (-1.0, 0.5), (0.25, 0.5)])


@pytest.mark.usefixtures("loops")
def test_intervals_in_two_pieces() -> None:
    """As `is_not` and `in` make them; what lies between the pieces is nobody's."""
    points = column("points", INTEGER)
    data = [(position, "2026-11-01", position) for position in range(10)] + [(10, "2026-11-01", None)]
    world = World(catalog_of(events(points=INTEGER)), {"order": data}, people=11)
    pieces = {
        "outside": ((None, 3), (5, None)),
        "two": ((2, 2), (8, 9)),
        "touching": ((0, 4), (5, 6)),
        "all": ((None, None),),
    }
    asked = [
        meaning(Compare(aggregate("count", None, rows(where=Compare(points, spans(*ends)))), at_least(1)), id_)
        for id_, ends in pieces.items()
    ]
    assert world.segments(*asked) == {
        "outside": [0, 1, 2, 3, 5, 6, 7, 8, 9],
        "two": [2, 8, 9],
        "touching": [0, 1, 2, 3, 4, 5, 6],
        "all": list(range(10)),
    }


@pytest.mark.usefixtures("loops")
def test_many_bands_are_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = [(k, 200) for k in range(100)] + [(k, k) for k in range(100)]
    values: Sequence[float | int | None] = [None, *range(0, 100, 9)]
    assert len(bounds) > working_rows.MANY_SLICES
    agree(INTEGER, values, bounds)
    monkeypatch.setattr(working_rows, "MANY_SLICES", 10**6)
    agree(INTEGER, values, bounds)


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize(("function", "worst"), [("minimum", LARGEST), ("maximum", LEAST)])
def test_an_extreme_as_bad_as_a_number_can_be_is_seen(function: Function, worst: int) -> None:
    points = column("points", INTEGER)
    data = [(0, "2026-11-01", worst), (1, "2026-11-01", None), (1, "2026-11-02", 7), (2, "2026-11-01", None)]
    world = World(catalog_of(events(points=INTEGER)), {"order": data})
    value = aggregate(function, points)
    assert world.members(Compare(value, equal_to(worst))) == [0]
    assert world.members(Compare(value, at_most(LARGEST))) == [0, 1]
    assert world.members(Compare(value, at_least(8 if function == "maximum" else worst))) == (
        [] if function == "maximum" else [0]
    )
