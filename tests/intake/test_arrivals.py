"""Which deliveries are news, decided from labels and hashes alone."""

from __future__ import annotations

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
) -> Sorted:
    """What is news among `landed` (label: hash), given entries of (label, hash, state, delivery number)."""
    source = Source("order", "events", {}, time="at", delivery=delivery, origin=Files("{date}.csv", "csv"))
    arrivals = [Arrival(label, (Part(f"{label}.csv"),), content, dated) for label, content in sorted(landed.items())]
    entries = [
        Entry(place + 1, "order", label, state, number, content)
        for place, (label, content, state, number) in enumerate(known)
    ]
    return sort_out(source, Landed(tuple(arrivals)), entries, replace)


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


def test_what_is_unfit_is_refused_unread() -> None:
    arrival = Arrival("2026-11-22", (Part("a.csv"), Part("b.csv")), "h", True, unfit="found 2 files, expected 1")
    found = sort_out(Source("order", "events", {}), Landed((arrival,)), [], replace=False)
    assert (found.judge, [why for _, why in found.refuse]) == ([], ["found 2 files, expected 1"])
