"""Which values of a type are one: what `latest`, `distinct` and computed texts take for equal; plain and compiled."""

from __future__ import annotations

import pytest

from jobs.catalog.types import ColumnType
from jobs.language.atoms import Compare, Computed, Missing, VersionSpan, VersionSpans
from tests.kernel.world import (
    FOLDED,
    INTEGER,
    MONEY,
    STAMP,
    TEXT,
    VERSION,
    World,
    aggregate,
    catalog_of,
    column,
    counts,
    events,
    instant,
    is_word,
)

pytestmark = pytest.mark.usefixtures("loops")


def test_latest_of_versions_compares_parts() -> None:
    world = World(
        catalog_of(events(app=VERSION)),
        {
            "order": [
                (0, "2026-11-01", "4.9"),
                (0, "2026-11-01", "4.12"),
                (1, "2026-11-01", "4.09"),
                (1, "2026-11-01", None),
            ]
        },
    )
    latest = aggregate("latest", column("app", VERSION))
    assert world.members(Compare(latest, _version((4, 12)))) == [0]
    assert world.members(Compare(latest, _version((4, 9)))) == [1]


def _version(parts: tuple[int, ...]) -> VersionSpans:
    return VersionSpans((VersionSpan(parts, parts),))


@pytest.mark.parametrize(
    ("kind", "values", "distinct"),
    [
        (TEXT, ["a", "A", "a", None], 2),
        (FOLDED, ["Straße", "STRASSE", "strasse", None], 1),
        (VERSION, ["4.9", "4.9.0", "4.09", "4.10"], 2),
        (MONEY, ["1.00", "1", "1.10", None], 2),
        (INTEGER, [7, 7, -7, None], 2),
        (STAMP, ["2026-01-01T00:00", "2026-01-01T00:00", None, None], 1),
    ],
    ids=["text", "folded", "version", "decimal", "integer", "timestamp"],
)
def test_distinct_uses_the_types_own_equality(kind: ColumnType, values: list[object], distinct: int) -> None:
    if kind.name == "timestamp":
        values = [instant(one) if isinstance(one, str) else None for one in values]
    world = World(
        catalog_of(events(what=kind)),
        {"order": [*((0, "2026-11-01", one) for one in values), (1, "2026-11-01", values[0])]},
    )
    assert counts(world, aggregate("distinct", column("what", kind)), 4)[distinct] == ([0, 1] if distinct == 1 else [0])


@pytest.mark.parametrize("rows_a_tile", [1, 10])
def test_a_computed_text_folds_as_its_own_column_says(rows_a_tile: int) -> None:
    world = World(
        catalog_of(events(city=FOLDED, street=TEXT)),
        {
            "order": [
                (0, "2026-11-01", "Wien", "Am Hof"), (1, "2026-11-01", "WIEN", "AM HOF"), (2, "2026-11-01", None, None),
                (3, "2026-11-01", "B", None), (3, "2026-11-01", "a", None),  # one instant: folded, b is the greater
            ]
        },
        tile_rows=rows_a_tile,
    )  # fmt: skip
    plain = Computed("insight", "plain", TEXT, aggregate("latest", column("city", FOLDED)))
    assert world.members(Compare(plain, is_word("Wien"))) == [0]
    assert world.members(Compare(plain, is_word("B"))) == [3]
    assert world.members(Compare(aggregate("latest", column("city", FOLDED)), is_word("wien"))) == [0, 1]
    folding = Computed("insight", "folding", FOLDED, aggregate("latest", column("street", TEXT)))
    assert world.members(Compare(folding, is_word("am hof"))) == [0, 1]
    assert world.members(Compare(folding, Missing(wanted=True))) == [2, 3, 4, 5]
