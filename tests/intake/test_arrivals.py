"""Which deliveries are news, decided from labels and hashes alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from jobs.catalog.model import Delivery, Files, Source
from jobs.intake.arrivals import Sorted, sort_out
from jobs.intake.deliveries import Entry, State
from jobs.intake.inlet import Arrival, Landed, Part


def news(
    landed: dict[str, str],
    *known: tuple[str, str, State, int],
    delivery: Delivery = "append",
    replace: bool = False,
    dated: bool = True,
    anew: Collection[int] = (),
) -> Sorted:
    """What is news among `landed` (label: hash), given entries of (label, hash, state, delivery number)."""
    source = Source("order", "events", {}, time="at", delivery=delivery, origin=Files("{date}.csv", "csv"))
    arrivals = [Arrival(label, (Part(f"{label}.csv"),), content, dated) for label, content in sorted(landed.items())]
    entries = [
        Entry(place + 1, "order", label, state, number, content)
        for place, (label, content, state, number) in enumerate(known)
    ]
    return sort_out(source, Landed(tuple(arrivals)), entries, replace, anew)


def judged(found: Sorted) -> list[tuple[str, int, tuple[int, ...]]]:
    return [(one.arrival.label, one.delivery_no, one.replaces) for one in found.judge]


def test_what_was_never_seen_is_judged_under_the_next_number() -> None:
    found = news({"2026-11-22": "a", "2026-11-23": "b"}, ("2026-11-21", "z", "accepted", 4))
    assert judged(found) == [("2026-11-22", 5, ()), ("2026-11-23", 6, ())]


def test_known_bytes_are_passed_over_whatever_their_label() -> None:
    found = news({"2026-11-22": "a", "2026-11-23": "a"}, ("2026-11-22", "a", "accepted", 1))
    assert found == Sorted()


def test_what_was_refused_is_judged_again_under_its_number_because_the_catalog_may_have_changed() -> None:
    assert judged(news({"2026-11-22": "a"}, ("2026-11-22", "a", "refused", 3))) == [("2026-11-22", 3, ())]


def test_what_a_person_skipped_is_not_judged_again() -> None:
    assert news({"2026-11-22": "a"}, ("2026-11-22", "a", "refused", 1), ("2026-11-22", "a", "skipped", 1)) == Sorted()


def test_other_bytes_of_an_accepted_day_are_refused_unread() -> None:
    found = news({"2026-11-22": "b"}, ("2026-11-22", "a", "accepted", 1))
    assert not found.judge
    assert [(one.delivery_no, "other bytes" in why) for one, why in found.refuse] == [(2, True)]


def test_with_permission_they_replace_every_delivery_of_that_day_that_stands() -> None:
    found = news(
        {"2026-11-22": "c"}, ("2026-11-22", "a", "accepted", 1), ("2026-11-22", "b", "accepted", 2), replace=True
    )
    assert judged(found) == [("2026-11-22", 3, (1, 2))]


def test_without_a_day_new_bytes_of_a_path_are_a_new_delivery() -> None:
    found = news({"o.csv": "b"}, ("o.csv", "a", "accepted", 1), dated=False)
    assert judged(found) == [("o.csv", 2, ())]


def test_the_first_bytes_put_back_are_confirmed() -> None:
    found = news({"2026-11-22": "a"}, ("2026-11-22", "a", "accepted", 1), ("2026-11-22", "b", "refused", 2))
    assert [(entry.delivery_no, label) for entry, label in found.confirm] == [(1, "2026-11-22")]


def test_a_full_delivery_repeated_on_a_later_day_is_as_good_as_new() -> None:
    found = news({"2026-11-22": "a", "2026-11-23": "a"}, ("2026-11-22", "a", "accepted", 1), delivery="full")
    assert [(entry.delivery_no, label) for entry, label in found.confirm] == [(1, "2026-11-23")]
    assert not news({"2026-11-21": "a"}, ("2026-11-22", "a", "accepted", 1), delivery="full").confirm


Known = tuple[str, str, State, int]
A: Known = ("2026-11-22", "a", "accepted", 1)
B: Known = ("2026-11-22", "b", "accepted", 2)


@pytest.mark.parametrize("delivery", ["append", "full"])
def test_the_first_bytes_of_a_day_that_come_back_after_others_took_its_place_are_other_bytes(
    delivery: Delivery,
) -> None:
    back = news({"2026-11-22": "a"}, A, B, delivery=delivery)
    assert [(one.delivery_no, "other bytes" in why) for one, why in back.refuse] == [(3, True)]
    meant = news({"2026-11-22": "a"}, A, B, delivery=delivery, replace=True)
    assert judged(meant) == [("2026-11-22", 3, (1, 2))]


@pytest.mark.parametrize("delivery", ["append", "full"])
def test_a_file_without_a_day_that_is_as_it_was_once_is_a_new_delivery_too(delivery: Delivery) -> None:
    was: list[Known] = [("o.csv", "a", "accepted", 1), ("o.csv", "b", "accepted", 2)]
    assert judged(news({"o.csv": "a"}, *was, delivery=delivery, dated=False)) == [("o.csv", 3, ())]
    assert news({"o.csv": "b"}, *was, delivery=delivery, dated=False) == Sorted()


def test_a_known_file_without_a_day_under_the_name_of_another_one_is_passed_over() -> None:
    turned = news(
        {"1.csv": "c", "2.csv": "a"}, ("1.csv", "a", "accepted", 1), ("2.csv", "b", "accepted", 2), dated=False
    )
    assert judged(turned) == [("1.csv", 3, ())]


def test_what_is_read_anew_gets_a_number_and_takes_the_place_of_its_first_reading_whatever_the_file_is_called() -> None:
    known: list[Known] = [A, ("2026-11-23", "c", "accepted", 2), ("2026-11-24", "d", "accepted", 3)]
    again = news({"2026-11-22": "a", "2026-11-30": "c"}, *known, anew={1, 2, 3})
    assert judged(again) == [("2026-11-22", 4, (1,)), ("2026-11-23", 5, (2,))]
    assert not again.refuse


def test_a_delivery_that_lies_there_twice_is_read_anew_once() -> None:
    assert judged(news({"2026-11-22": "a", "2026-11-23": "a"}, A, anew={1})) == [("2026-11-22", 2, (1,))]


def test_bytes_that_count_twice_are_read_anew_for_each_time_they_count() -> None:
    known: list[Known] = [("o.csv", "a", "accepted", 1), ("o.csv", "b", "accepted", 2), ("o.csv", "a", "accepted", 3)]
    assert judged(news({"o.csv": "a"}, *known, dated=False, anew={1, 2, 3})) == [("o.csv", 4, (1,)), ("o.csv", 5, (3,))]


def test_a_second_reading_that_was_refused_is_no_refusal_and_is_tried_under_its_number() -> None:
    second = Entry(2, "order", "2026-11-22", "refused", 2, "a", replaces=(1,))
    source = Source("order", "events", {}, time="at", delivery="append", origin=Files("{date}.csv", "csv"))
    first = Entry(1, "order", "2026-11-22", "accepted", 1, "a")
    landed = Landed((Arrival("2026-11-22", (Part("22.csv"),), "a", True),))
    assert sort_out(source, landed, [first, second], replace=False) == Sorted()
    assert judged(sort_out(source, landed, [first, second], replace=False, anew={1})) == [("2026-11-22", 2, (1,))]
    newer = Entry(3, "order", "2026-11-23", "accepted", 3, "b")
    full = replace(source, delivery="full")
    assert sort_out(full, landed, [first, second, newer], replace=False) == Sorted()


def test_what_is_unfit_is_refused_unread() -> None:
    arrival = Arrival("2026-11-22", (Part("a.csv"), Part("b.csv")), "h", True, unfit="found 2 files, expected 1")
    found = sort_out(Source("order", "events", {}), Landed((arrival,)), [], replace=False)
    assert (found.judge, [why for _, why in found.refuse]) == ([], ["found 2 files, expected 1"])
