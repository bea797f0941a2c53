"""Aggregates over rows: windows, missing values, ties, several tiles; plain and compiled."""

from __future__ import annotations

import pytest

from jobs.language.atoms import (
    AllOf,
    AnyOf,
    Calendar,
    Compare,
    Missing,
    NotOf,
    Pair,
    Words,
)
from tests.kernel.world import (
    CHOICE,
    DATE,
    FLOAT,
    FOLDED,
    INTEGER,
    MONEY,
    TEXT,
    World,
    aggregate,
    at_least,
    at_most,
    attribute,
    catalog_of,
    column,
    contacts,
    counts,
    days,
    equal_to,
    events,
    is_word,
    last,
    less_than,
    meaning,
    micros,
    more_than,
    related,
    rows,
)

pytestmark = pytest.mark.usefixtures("loops")

AMOUNT = column("amount", MONEY)
CHANNEL = column("channel", CHOICE)

ORDERS = World(
    catalog_of(events(amount=MONEY, channel=CHOICE)),
    {
        "order": [
            (0, "2026-11-23T22:59:59", "10.00", "web"),  # the last second but one before as_of
            (0, "2026-11-23T23:00:00", "99.00", "web"),  # as_of itself (midnight in Vienna): does not exist
            (0, "2026-11-01T12:00", "5.50", "app"),
            (0, "2026-10-01T12:00", None, "web"),
            (1, "2026-11-10T12:00", "20.00", None),
            (1, "2026-11-10T12:00", "20.00", "store"),
            (2, "2026-01-01T00:00", "-3.00", "app"),
            (4, "2026-11-24T10:00", "1.00", "web"),  # after as_of
        ]
    },
)


def test_rows_at_or_after_as_of_do_not_exist() -> None:
    assert counts(ORDERS, aggregate("count")) == [[3, 4, 5], [2], [1], [0], []]


@pytest.mark.parametrize("rows_a_tile", [1, 2, 3, 8])
def test_several_tiles_are_one_source(rows_a_tile: int) -> None:
    world = World(ORDERS.catalog, ORDERS.rows, tile_rows=rows_a_tile)
    assert counts(world, aggregate("count")) == [[3, 4, 5], [2], [1], [0], []]
    assert world.members(Compare(aggregate("latest", CHANNEL), is_word("web"))) == [0]


def test_nested_windows_add_only_what_is_new() -> None:
    asked = [
        meaning(Compare(aggregate("count", over=rows(window=last(text))), at_least(2)), name)
        for name, text in (("day", "1d"), ("month", "30d"), ("quarter", "90d"), ("year", "1y"))
    ]
    assert ORDERS.segments(*asked) == {"day": [], "month": [0, 1], "quarter": [0, 1], "year": [0, 1]}


def test_a_window_ends_where_it_says() -> None:
    november = rows(window=days("2026-11-01", "2026-11-10"))
    assert counts(ORDERS, aggregate("count", over=november), 3) == [[2, 3, 4, 5], [0], [1]]
    nothing = rows(window=days("2026-12-01", "2026-12-31"))
    assert ORDERS.members(Compare(aggregate("count", over=nothing), equal_to(0))) == [0, 1, 2, 3, 4, 5]


def test_a_row_whose_where_is_unknown_is_not_counted() -> None:
    web = Compare(CHANNEL, is_word("web"))
    assert counts(ORDERS, aggregate("count", over=rows(where=web)), 3) == [[1, 2, 3, 4, 5], [], [0]]
    assert counts(ORDERS, aggregate("count", over=rows(where=NotOf(web))), 2) == [[3, 4, 5], [0, 1, 2]]
    missing = Compare(CHANNEL, Missing(wanted=True))
    assert ORDERS.members(Compare(aggregate("count", over=rows(where=missing)), at_least(1))) == [1]


def test_many_conditions_on_one_column_use_its_index() -> None:
    asked = [
        meaning(Compare(aggregate("count", over=rows(where=Compare(CHANNEL, test))), at_least(1)), name)
        for name, test in (
            ("web", is_word("web")), ("app", is_word("app")), ("store", is_word("store")),
            ("either", is_word("app", "store")), ("unheard", is_word("fax")), ("p", Words("contains", ("p",))),
        )
    ]  # fmt: skip
    cheap = AllOf((Compare(CHANNEL, is_word("web")), Compare(AMOUNT, at_most(10))))
    asked.append(meaning(Compare(aggregate("count", over=rows(where=cheap)), at_least(1)), "cheap"))
    assert ORDERS.segments(*asked) == {
        "app": [0, 2], "cheap": [0], "either": [0, 1, 2], "p": [0, 2], "store": [1], "unheard": [], "web": [0],
    }  # fmt: skip


def test_sum_of_nothing_is_zero_and_known() -> None:
    assert ORDERS.members(Compare(aggregate("sum", AMOUNT), equal_to(0))) == [3, 4, 5]
    assert ORDERS.members(Compare(aggregate("sum", AMOUNT), equal_to("15.5"))) == [0]
    assert ORDERS.members(Compare(aggregate("sum", AMOUNT), less_than(0))) == [2]
    only_missing = aggregate("sum", AMOUNT, rows(where=Compare(AMOUNT, Missing(wanted=True))))
    assert ORDERS.members(Compare(only_missing, equal_to(0))) == [0, 1, 2, 3, 4, 5]


def test_average_leaves_missing_values_out_and_is_unknown_of_none() -> None:
    average = aggregate("average", AMOUNT)
    assert ORDERS.members(Compare(average, equal_to("7.75"))) == [0]  # (10 + 5.5) / 2
    assert ORDERS.members(Compare(average, at_most(1000))) == [0, 1, 2]
    assert ORDERS.members(NotOf(Compare(average, equal_to(20)))) == [0, 2]  # 3, 4, 5: unknown


def test_extremes_and_who_has_none() -> None:
    assert ORDERS.members(Compare(aggregate("minimum", AMOUNT), equal_to("5.50"))) == [0]
    assert ORDERS.members(Compare(aggregate("maximum", AMOUNT), at_least(10))) == [0, 1]
    assert ORDERS.members(NotOf(Compare(aggregate("maximum", AMOUNT), at_least(10)))) == [2]


def test_first_and_last_are_instants_of_rows_before_as_of() -> None:
    on_the_last_day = at_least(micros("2026-11-22T23:00"))
    assert ORDERS.members(Compare(aggregate("last"), on_the_last_day)) == [0]
    assert ORDERS.members(Compare(aggregate("first"), equal_to(micros("2026-10-01T12:00")))) == [0]
    assert ORDERS.members(NotOf(Compare(aggregate("last"), on_the_last_day))) == [1, 2]


def test_latest_takes_the_greatest_of_one_instant_and_missing_is_least() -> None:
    latest = aggregate("latest", CHANNEL)
    assert ORDERS.members(Compare(latest, is_word("store"))) == [1]
    assert ORDERS.members(Compare(latest, Missing(wanted=True))) == [3, 4, 5]
    before = aggregate("latest", AMOUNT, rows(window=days("2026-09-01", "2026-10-31")))
    assert ORDERS.members(Compare(before, Missing(wanted=False))) == []  # the row is there, its amount is not


def test_days_are_local() -> None:
    world = World(
        catalog_of(events()),
        {
            "order": [
                (0, "2026-11-01T22:30"),  # 23:30 in Vienna
                (0, "2026-11-01T23:30"),  # 0:30 of the next day
                (0, "2026-11-02T22:59"),
                (1, "2026-10-24T22:00"),  # midnight of the day that has 25 hours
                (1, "2026-10-25T22:59"),  # its last minute
                (1, "2026-10-25T23:00"),  # midnight after it
            ]
        },
    )
    assert counts(world, aggregate("days"), 4) == [[2, 3, 4, 5], [], [0, 1], []]
    part = rows(window=last("24h"))
    assert counts(world, aggregate("days", over=part), 2) == [[0, 1, 2, 3, 4, 5], []]


def test_days_in_nested_windows_that_cut_a_day() -> None:
    world = World(
        catalog_of(events()), {"order": [(0, "2026-11-22T10:00"), (0, "2026-11-22T23:30"), (0, "2026-11-23T10:00")]}
    )
    asked = [
        meaning(Compare(aggregate("days", over=rows(window=last(text))), equal_to(number)), f"in_{text}")
        for text, number in (("14h", 1), ("24h", 1), ("48h", 2))
    ]
    assert world.segments(*asked) == {"in_14h": [0], "in_24h": [0], "in_48h": [0]}


def test_distinct_in_nested_windows() -> None:
    world = World(
        catalog_of(events(what=TEXT)),
        {"order": [(0, "2026-11-20", "a"), (0, "2026-11-10", "b"), (0, "2026-10-01", "a"), (0, "2026-09-01", "c")]},
    )
    what = column("what", TEXT)
    asked = [
        meaning(Compare(aggregate("distinct", what, rows(window=last(text))), equal_to(number)), f"in_{text}")
        for text, number in (("7d", 1), ("30d", 2), ("60d", 2), ("1y", 3))
    ]
    assert set(map(tuple, world.segments(*asked).values())) == {(0,)}
    ended = rows(window=days("2026-08-01", "2026-10-31"))
    assert world.members(Compare(aggregate("distinct", what, ended), equal_to(2))) == [0]


def test_related_rows_have_no_time() -> None:
    world = World(
        catalog_of(related(os=TEXT, bought=DATE, weight=FLOAT)),
        {
            "device": [
                (0, "ios", _day("2026-01-01"), 0.1),
                (0, "android", None, None),
                (3, "ios", _day("2026-12-31"), 0.3),
            ]
        },
    )
    ios = rows("device", Compare(column("os", TEXT), is_word("ios")))
    assert world.members(Compare(aggregate("count", over=ios), at_least(1))) == [0, 3]
    heaviest = aggregate("maximum", column("weight", FLOAT), rows("device"))
    assert world.members(Compare(heaviest, at_most("0.1"))) == [0]  # the nearest double of 0.1 is the data's
    weekday = rows("device", Compare(column("bought", DATE), Calendar("weekday", frozenset({3}))))
    assert world.members(Compare(aggregate("count", over=weekday), equal_to(1))) == [0, 3]  # both are Thursdays


def _day(text: str) -> object:
    from datetime import date

    return date.fromisoformat(text)


def test_a_row_can_be_compared_with_its_contact() -> None:
    world = World(
        catalog_of(events(city=FOLDED, amount=MONEY), contacts(home=TEXT, limit=INTEGER)),
        {
            "contacts": [(0, "WIEN", 10), (1, "Graz", None), (2, None, 5)],
            "order": [
                (0, "2026-11-01", "wien", "11"), (0, "2026-11-02", "Linz", "9"), (1, "2026-11-01", "Wien", "11"),
                (2, "2026-11-01", "Wien", "4"),
            ],
        },
    )  # fmt: skip
    at_home = Pair(column("city", FOLDED), "is", attribute("home", TEXT))
    above = Pair(column("amount", MONEY), "more_than", attribute("limit", INTEGER))
    assert world.members(Compare(aggregate("count", over=rows(where=at_home)), at_least(1))) == [0]
    assert world.members(Compare(aggregate("count", over=rows(where=NotOf(at_home))), equal_to(1))) == [0, 1]
    either = AnyOf((at_home, above))
    assert world.members(Compare(aggregate("count", over=rows(where=either)), equal_to(1))) == [0]


def test_the_sources_keep_cuts_rows_off() -> None:
    world = World(
        catalog_of(events(keep="30d")),
        {"order": [(0, "2026-10-24T21:59:59"), (1, "2026-10-24T22:00:00")]},  # midnight in Vienna, 30 days before
    )
    assert world.members(Compare(aggregate("count"), at_least(1))) == [1]
    assert world.members(Compare(aggregate("count", over=rows(window=last("90d"))), at_least(1))) == [1]
    assert world.members(Compare(aggregate("first"), more_than(0))) == [1]


def test_a_window_in_the_future_lets_no_future_row_into_others() -> None:
    world = World(catalog_of(events()), {"order": [(0, "2026-11-01"), (1, "2031-06-15T12:00")]})
    future = rows(window=days("2031-06-15", "2031-06-15"))
    asked = [
        meaning(Compare(aggregate("count"), at_least(1)), "ever"),
        meaning(Compare(aggregate("count", over=future), at_least(1)), "in_2031"),
        meaning(Compare(aggregate("last", over=future), more_than(0)), "last_in_2031"),
        meaning(Compare(aggregate("last"), more_than(0)), "last"),
    ]
    assert world.segments(*asked) == {"ever": [0], "in_2031": [], "last": [0], "last_in_2031": []}


def test_a_test_that_nothing_can_satisfy_is_false_and_known() -> None:
    never = equal_to("5.505")  # finer than a cent
    assert ORDERS.members(Compare(aggregate("count", over=rows(where=Compare(AMOUNT, never))), at_least(1))) == []
    others = aggregate("count", over=rows(where=NotOf(Compare(AMOUNT, never))))
    assert ORDERS.members(Compare(others, at_least(1))) == [0, 1, 2]
    assert ORDERS.members(NotOf(Compare(aggregate("sum", AMOUNT), never))) == [0, 1, 2, 3, 4, 5]
    both = rows(where=AllOf((Compare(CHANNEL, is_word("web")), Compare(AMOUNT, never))))
    assert ORDERS.members(Compare(aggregate("count", over=both), at_least(1))) == []
