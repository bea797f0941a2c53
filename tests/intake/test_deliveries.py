"""From the journal to what counts: order, replacement, refusals, age."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from jobs.catalog.model import Catalog, Delivery, Files, Gates, Source
from jobs.intake.deliveries import Entry, State, counted, failure, pinned_by, states
from jobs.plan.clock import make_clock
from jobs.plan.run_plan import Clock
from jobs.syntax.durations import Duration
from jobs.syntax.literals import Moment
from jobs.syntax.zones import zone_transitions


def source(delivery: Delivery, age: Duration | None = None) -> Source:
    gates = Gates(age_at_most=age)
    return Source("order", "events", {}, time="at", delivery=delivery, origin=Files("o/{date}.csv", "csv"), gates=gates)


def clock(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> Clock:
    return make_clock(Moment(datetime(year, month, day, hour, minute), None), zone_transitions("Europe/Vienna"))


AS_OF = clock(2026, 11, 24)


def journal(*lines: tuple[str, State, int], **more: Any) -> list[Entry]:
    """Entries of (label, state, delivery number) in this order, one row each."""
    return [
        Entry(place + 1, "order", label, state, number, f"hash{number}", 1, "append", reason="why", **more)
        for place, (label, state, number) in enumerate(lines)
    ]


def numbers(entries: list[Entry], delivery: Delivery) -> list[int | None]:
    return [entry.delivery_no for entry in counted(entries, source(delivery))]


def test_deliveries_count_in_order_of_their_days_not_of_arrival() -> None:
    entries = journal(("2026-11-23", "accepted", 1), ("2026-11-21", "accepted", 2), ("2026-11-22", "accepted", 3))
    assert numbers(entries, "append") == [2, 3, 1]
    assert numbers(entries, "full") == [1]


def test_without_a_day_the_last_to_arrive_is_the_newest() -> None:
    entries = journal(("o/b.csv", "accepted", 1), ("o/a.csv", "accepted", 2))
    assert numbers(entries, "append") == [1, 2]
    assert numbers(entries, "full") == [2]


def test_a_replaced_delivery_no_longer_counts() -> None:
    entries = journal(("2026-11-22", "accepted", 1), ("2026-11-23", "accepted", 2))
    entries.append(replace(entries[0], entry_no=3, delivery_no=3, replaces=(1,)))
    assert numbers(entries, "append") == [3, 2]


def test_a_refused_delivery_never_counts() -> None:
    assert numbers(journal(("2026-11-22", "accepted", 1), ("2026-11-23", "refused", 2)), "append") == [1]


def test_a_delivery_that_was_read_anew_and_refused_counts_no_longer() -> None:
    again = journal(("2026-11-21", "accepted", 1), ("2026-11-22", "accepted", 2), ("2026-11-21", "refused", 1))
    assert numbers(again, "append") == [2]
    assert failure(again, source("append"), AS_OF) == "delivery 2026-11-21 was refused: why"


@pytest.mark.parametrize("delivery", ["append", "full"])
def test_a_delivery_whose_second_reading_was_refused_counts_on_as_it_was_read(delivery: Delivery) -> None:
    first = journal(("2026-11-21", "accepted", 1))
    again = [*first, replace(first[0], entry_no=2, state="refused", delivery_no=2, replaces=(1,))]
    assert numbers(again, delivery) == [1]
    assert failure(again, source(delivery), AS_OF) is None
    assert states(again, Catalog({"order": source(delivery)}), AS_OF)["order"].refused == ()


def test_a_refused_day_fails_an_append_source_until_it_is_accepted() -> None:
    entries = journal(("2026-11-21", "accepted", 1), ("2026-11-22", "refused", 2), ("2026-11-23", "accepted", 3))
    assert failure(entries, source("append"), AS_OF) == "delivery 2026-11-22 was refused: why"
    entries.append(replace(entries[0], entry_no=4, label="2026-11-22", delivery_no=4))
    assert failure(entries, source("append"), AS_OF) is None


def test_a_refused_day_fails_an_append_source_until_a_person_skips_it() -> None:
    entries = journal(("2026-11-21", "accepted", 1), ("2026-11-22", "refused", 2), ("2026-11-22", "skipped", 2))
    assert failure(entries, source("append"), AS_OF) is None


def test_a_later_full_delivery_clears_a_refused_one_and_an_earlier_one_does_not() -> None:
    later = journal(("2026-11-22", "refused", 1), ("2026-11-23", "accepted", 2))
    assert failure(later, source("full"), AS_OF) is None
    earlier = journal(("2026-11-23", "refused", 1), ("2026-11-22", "accepted", 2))
    assert failure(earlier, source("full"), AS_OF) == "delivery 2026-11-23 was refused: why"


def test_a_source_without_any_delivery_has_failed_and_says_what_it_waits_for() -> None:
    assert (
        failure([], source("append"), AS_OF) == "no delivery yet: nothing has been accepted that matches o/{date}.csv"
    )


@pytest.mark.parametrize(
    ("age", "label", "fails"),
    [
        (Duration(24, "h"), "2026-11-23", False),  # delivered at midnight in Vienna, as_of is the next midnight
        (Duration(23, "h"), "2026-11-23", True),
        (Duration(1, "d"), "2026-11-23", False),
        (Duration(1, "d"), "2026-11-22", True),
        (Duration(1, "mo"), "2026-10-24", False),
        (Duration(1, "mo"), "2026-10-23", True),
    ],
)
def test_age_counts_from_as_of_back_to_the_deliverys_day(age: Duration, label: str, fails: bool) -> None:
    found = failure(journal((label, "accepted", 1)), source("append", age), AS_OF)
    assert (found is not None) == fails


def test_too_old_says_how_old_and_what_to_do() -> None:
    assert failure(journal(("2026-11-20", "accepted", 1)), source("append", Duration(36, "h")), AS_OF) == (
        "its newest delivery, 2026-11-20, is 96 hours old; age_at_most allows 36 hours. "
        "Deliver order anew, or change age_at_most in order.yaml."
    )


def test_the_age_of_a_delivery_without_a_day_counts_from_the_ingest_that_took_it() -> None:
    first = journal(("o.csv", "accepted", 1), as_of_us=AS_OF.as_of_us)
    again = [*first, replace(first[0], entry_no=2, as_of_us=clock(2026, 12, 24).as_of_us)]
    assert failure(again, source("append", Duration(36, "h")), clock(2026, 11, 25)) is None
    assert failure(again, source("append", Duration(36, "h")), clock(2026, 11, 26)) is not None


def test_a_night_pins_the_journals_end_and_the_deliveries_of_each_source() -> None:
    entries = journal(("2026-11-21", "accepted", 2), ("2026-11-20", "accepted", 1), ("2026-11-22", "refused", 3))
    catalog = Catalog({"order": source("append"), "sums": Source("sums", "computed", {})})
    found = states(entries, catalog, AS_OF)
    assert pinned_by(entries, found) == (3, {"order": (1, 2)}, {})
    assert (found["order"].rows, found["order"].newest) == (2, "2026-11-21")


def test_a_label_is_a_day_or_a_path() -> None:
    day, path = journal(("2026-11-21", "accepted", 1), ("o/x.csv", "accepted", 2))
    assert (day.day, path.day) == (date(2026, 11, 21), None)
