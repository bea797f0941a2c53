"""Sequences, `per` and `having`: each rule a few rows; plain and compiled."""

from __future__ import annotations

import pytest

from jobs.catalog.types import ColumnType
from jobs.language.atoms import (
    Chain,
    Compare,
    Computed,
    Formula,
    GroupCount,
    Having,
    Pair,
    Quantile,
    RowColumn,
    Step,
    Test,
    Window,
)
from tests.kernel.world import (
    CHOICE,
    FOLDED,
    INTEGER,
    MONEY,
    TEXT,
    VERSION,
    World,
    aggregate,
    at_least,
    attribute,
    catalog_of,
    column,
    contacts,
    days,
    equal_to,
    events,
    is_word,
    last,
    more_than,
    rows,
)

pytestmark = pytest.mark.usefixtures("loops")

HOUR = 3_600_000_000
VIEWED = column("product", TEXT)
BOUGHT = column("product", TEXT)
TWO = catalog_of(events("view", product=TEXT), events("order", product=TEXT))


def chain(world: World, *steps: Step, window: Window | None = None) -> list[int]:
    return world.members(Chain(steps, window))


def view(where: Formula | None = None) -> Step:
    return Step("view", where)


def order(hours: int | None = None, absent: bool = False, same: bool = False, where: Formula | None = None) -> Step:
    pairs = ((VIEWED, BOUGHT),) if same else ()
    return Step("order", where, None if hours is None else hours * HOUR, absent, pairs)


def two(views: list[tuple[int, str, str | None]], orders: list[tuple[int, str, str | None]]) -> World:
    return World(TWO, {"view": views, "order": orders})


def test_the_second_step_is_strictly_later() -> None:
    world = two(
        [(0, "2026-11-01T10:00", "a"), (1, "2026-11-01T10:00", "a"), (2, "2026-11-01T10:00", "a")],
        [(0, "2026-11-01T10:00", "a"), (1, "2026-11-01T10:00:01", "a"), (2, "2026-11-01T09:00", "a")],
    )
    assert chain(world, view(), order()) == [1]


def test_a_gap_counts_elapsed_time_with_its_end_in() -> None:
    world = two(
        [(position, "2026-10-24T12:00", "a") for position in range(3)],  # Vienna goes back an hour on the 25th
        [(0, "2026-10-25T12:00", "a"), (1, "2026-10-25T12:00:01", "a"), (2, "2026-10-24T13:00", "a")],
    )
    assert chain(world, view(), order(hours=24)) == [0, 2]


def test_any_earlier_row_will_do() -> None:
    world = two([(0, "2026-11-01", "a"), (0, "2026-11-05", "a")], [(0, "2026-11-05T12:00", "a")])
    assert chain(world, view(), order(hours=24)) == [0]


def test_three_steps_go_through_reached_rows_only() -> None:
    world = World(
        catalog_of(events("view", product=TEXT)),
        {
            "view": [
                (0, "2026-11-01", "a"), (0, "2026-11-02", "b"), (0, "2026-11-03", "c"),
                (1, "2026-11-01", "b"), (1, "2026-11-02", "a"), (1, "2026-11-03", "c"),
                (2, "2026-11-01", "a"), (2, "2026-11-10", "b"), (2, "2026-11-10T01:00", "c"),
            ]
        },
    )  # fmt: skip
    steps = [Step("view", Compare(VIEWED, is_word(word)), None if word == "a" else 48 * HOUR) for word in "abc"]
    assert chain(world, *steps) == [0]


def test_same_asks_for_that_product() -> None:
    world = two(
        [(0, "2026-11-01", "a"), (0, "2026-11-02", "b"), (1, "2026-11-01", "a"), (2, "2026-11-01", None)],
        [(0, "2026-11-03", "a"), (1, "2026-11-03", "b"), (2, "2026-11-03", None)],
    )
    assert chain(world, view(), order(same=True)) == [0]
    assert chain(world, view(), order()) == [0, 1, 2]


def test_same_compares_as_the_earlier_steps_column_does() -> None:
    catalog = catalog_of(events("view", product=FOLDED, app=VERSION), events("order", product=TEXT, app=VERSION))
    world = World(
        catalog,
        {
            "view": [(0, "2026-11-01", "Shoe", "4.9"), (1, "2026-11-01", "shoe", "4.9")],
            "order": [(0, "2026-11-02", "SHOE", "4.9.0"), (1, "2026-11-02", "shoe", "4.10")],
        },
    )
    pairs = ((column("product", FOLDED), column("product", TEXT)), (column("app", VERSION), column("app", VERSION)))
    assert chain(world, view(), Step("order", same=pairs)) == [0]


def test_same_without_fold_compares_the_text_as_it_is_written() -> None:
    catalog = catalog_of(events("view", product=TEXT), events("order", product=FOLDED))
    world = World(
        catalog,
        {
            "view": [(0, "2026-11-01", "Shoe"), (1, "2026-11-01", "shoe"), (2, "2026-11-01", "shoe")],
            "order": [(0, "2026-11-02", "Shoe"), (1, "2026-11-02", "SHOE"), (2, "2026-11-02", "shoe")],
        },
    )
    pairs = ((column("product", TEXT), column("product", FOLDED)),)
    assert chain(world, view(), Step("order", same=pairs)) == [0, 2]


def test_absent_looks_at_the_last_row_only() -> None:
    world = two(
        [
            (0, "2026-11-01", "a"),
            (1, "2026-11-01", "a"),
            (1, "2026-11-10", "a"),
            (2, "2026-11-10", "a"),
            (2, "2026-11-01", "a"),
        ],
        [(1, "2026-11-01T12:00", "a"), (2, "2026-11-10T12:00", "a")],
    )
    assert chain(world, view(), order(hours=24, absent=True)) == [0, 1]


def test_absent_waits_until_the_gap_has_ended() -> None:
    world = two(
        [(0, "2026-11-22T23:00", "a"), (1, "2026-11-22T23:00:01", "a"), (2, "2026-11-01T00:00", "a")],  # as_of 23:00Z
        [(2, "2026-11-02T00:00", "a")],
    )
    assert chain(world, view(), order(hours=24, absent=True)) == [0]  # 2: answered exactly at the gap's end


def test_absent_sees_rows_after_the_window() -> None:
    world = two([(0, "2026-11-10T12:00", "a"), (1, "2026-11-10T12:00", "a")], [(0, "2026-11-11T10:00", "a")])
    asked = days("2026-11-01", "2026-11-10")
    assert chain(world, view(), order(hours=24, absent=True), window=asked) == [1]
    assert chain(world, view(), order(hours=24), window=asked) == []


def test_absent_with_same_asks_each_combination() -> None:
    world = two(
        [
            (0, "2026-11-01", "a"),
            (0, "2026-11-02", "b"),
            (1, "2026-11-01", "a"),
            (2, "2026-11-01", None),
            (3, "2026-11-01", "a"),
        ],
        [(0, "2026-11-02T12:00", "b"), (1, "2026-11-01T12:00", "a"), (3, "2026-11-01T12:00", None)],
    )
    assert chain(world, view(), order(hours=24, absent=True, same=True)) == [0, 3]


def test_chains_of_related_conditions_and_windows() -> None:
    world = two([(0, "2026-08-01", "a"), (1, "2026-11-01", "a")], [(0, "2026-11-02", "a"), (1, "2026-11-02", "b")])
    assert chain(world, view(), order(), window=last("30d")) == [1]
    assert chain(world, view(), order(where=Compare(BOUGHT, is_word("a")))) == [0]


# --- groups ------------------------------------------------------------------------------------------------------------

BASKETS = World(
    catalog_of(events(order_id=TEXT, channel=CHOICE, amount=MONEY)),
    {
        "order": [
            (0, "2026-11-01", "x", "web", "150"),
            (0, "2026-11-01", "x", "web", "50"),
            (0, "2026-11-02", "y", "app", "199.99"),
            (1, "2026-11-01", "x", "web", "200"),
            (1, "2026-11-03", "z", "web", "300"),
            (1, "2026-11-04", None, "web", "900"),
            (2, "2026-01-01", "x", "web", None),
            (2, "2026-01-01", "x", "app", None),
        ]
    },
)


def groups(*per: RowColumn, having: Having | None = None, window: Window | None = None) -> GroupCount:
    return GroupCount(rows(window=window), per, having, INTEGER)


def amount_having(function: str, test: Test, kind: ColumnType = MONEY) -> Having:
    of = column("amount", MONEY) if function in ("sum", "average", "minimum", "maximum", "distinct") else None
    return Having(function, of, kind, test)  # pyright: ignore[reportArgumentType]


ORDER_ID, CHANNEL = column("order_id", TEXT), column("channel", CHOICE)


def test_groups_are_a_contacts_own() -> None:
    assert BASKETS.members(Compare(groups(ORDER_ID), equal_to(2))) == [0, 1]
    assert BASKETS.members(Compare(groups(ORDER_ID), equal_to(1))) == [2]
    assert BASKETS.members(Compare(groups(ORDER_ID, CHANNEL), equal_to(2))) == [0, 1, 2]
    assert BASKETS.members(Compare(groups(ORDER_ID), equal_to(0))) == [3, 4, 5]


def test_having_keeps_groups_whose_rows_satisfy_it() -> None:
    worth = amount_having("sum", at_least(200))
    assert BASKETS.members(Compare(groups(ORDER_ID, having=worth), equal_to(1))) == [0]
    assert BASKETS.members(Compare(groups(ORDER_ID, having=worth), equal_to(2))) == [1]
    lines = amount_having("count", at_least(2), INTEGER)
    assert BASKETS.members(Compare(groups(ORDER_ID, having=lines), at_least(1))) == [0, 2]
    fine = amount_having("average", more_than("199.98"))
    assert BASKETS.members(Compare(groups(ORDER_ID, having=fine), at_least(1))) == [0, 1]


def test_having_that_is_unknown_keeps_nothing() -> None:
    assert BASKETS.members(Compare(groups(ORDER_ID, having=amount_having("average", at_least(-999))), at_least(1))) == [
        0,
        1,
    ]
    assert BASKETS.members(Compare(groups(ORDER_ID, having=amount_having("maximum", at_least(-999))), at_least(1))) == [
        0,
        1,
    ]
    nothing = amount_having("sum", equal_to(0))
    assert BASKETS.members(Compare(groups(ORDER_ID, having=nothing), at_least(1))) == [2]


def test_groups_look_inside_the_window_only() -> None:
    assert BASKETS.members(Compare(groups(ORDER_ID, window=last("22d")), equal_to(1))) == [0, 1]
    days_ = amount_having("days", equal_to(1), INTEGER)
    assert BASKETS.members(Compare(groups(CHANNEL, having=days_), at_least(1))) == [0, 2]


def test_a_row_compared_with_a_contacts_quantile_waits_for_its_cut() -> None:
    world = World(
        catalog_of(contacts(points=INTEGER), events(level=INTEGER)),
        {
            "contacts": [(0, 10), (1, 20), (2, 30), (3, None)],
            "order": [(0, "2026-11-01", 1), (1, "2026-11-01", 1), (2, "2026-11-01", 3), (3, "2026-11-01", 1)],
        },
    )
    third = Computed("insight", "third", INTEGER, Quantile(attribute("points", INTEGER), 3))
    own_level = Pair(column("level", INTEGER), "is", third)
    assert world.members(Compare(aggregate("count", over=rows(where=own_level)), at_least(1))) == [0, 2]
