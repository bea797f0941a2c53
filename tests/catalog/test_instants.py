"""Times of the data: offsets, the zone of the source or the account, the two odd hours of a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.catalog.made import column, read

AT = "kind: events\ntime: at\ncolumns: {}\n"


def instants(*texts: str, zone: str = "Europe/Vienna", keys: str = AT) -> list[str]:
    table = read(keys, "contact_id,at\n" + "".join(f"c1,{text}\n" for text in texts), zone=zone)
    assert column(table, "_problems") == [None] * len(texts)
    return [moment.astimezone(UTC).isoformat().replace("+00:00", "Z") for moment in column(table, "at")]


def test_a_local_time_is_read_in_the_accounts_zone() -> None:
    assert instants("2026-01-15T10:00", "2026-07-15T10:00:00.25") == [
        "2026-01-15T09:00:00Z",
        "2026-07-15T08:00:00.250000Z",
    ]


def test_the_sources_zone_comes_before_the_accounts() -> None:
    assert instants("2026-07-15T10:00", keys=AT + "time_zone: America/New_York\n") == ["2026-07-15T14:00:00Z"]


def test_an_offset_says_everything() -> None:
    assert instants("2026-07-15T10:00Z", "2026-07-15T10:00+05:30", "2026-07-15T10:00:01-18:00") == [
        "2026-07-15T10:00:00Z",
        "2026-07-15T04:30:00Z",
        "2026-07-16T04:00:01Z",
    ]


def test_all_spellings_may_stand_in_one_column() -> None:
    assert instants("2026-07-15", "2026-07-15T10:00", "2026-07-15T10:00Z", "2026-07-15T10:00:00.000001") == [
        "2026-07-14T22:00:00Z",
        "2026-07-15T08:00:00Z",
        "2026-07-15T10:00:00Z",
        "2026-07-15T08:00:00.000001Z",
    ]


def test_a_bare_date_is_local_midnight() -> None:
    assert instants("1998-06-30", "1998-01-01", zone="America/New_York") == [
        "1998-06-30T04:00:00Z",
        "1998-01-01T05:00:00Z",
    ]


def test_a_day_without_midnight_begins_when_the_clock_goes_on() -> None:
    # In Beirut 27 March 2022 began at 01:00 of summer time, at the instant that 00:00 of winter time would have been.
    assert instants("2022-03-27", zone="Asia/Beirut") == ["2022-03-26T22:00:00Z"]


def test_skipped_and_repeated_times_have_the_offset_before_the_change() -> None:
    assert instants("2026-03-29T01:59", "2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T03:00") == [
        "2026-03-29T00:59:00Z",
        "2026-03-29T01:00:00Z",  # 02:00 and 02:30 are not there: read at +01:00
        "2026-03-29T01:30:00Z",
        "2026-03-29T01:00:00Z",
    ]
    assert instants("2026-10-25T01:59", "2026-10-25T02:00", "2026-10-25T02:59", "2026-10-25T03:00") == [
        "2026-10-24T23:59:00Z",
        "2026-10-25T00:00:00Z",  # the first pass, at +02:00
        "2026-10-25T00:59:00Z",
        "2026-10-25T02:00:00Z",
    ]


PLACEHOLDERS = [
    # as it is delivered, the zone of its source, and the instant if it is one that can be stored
    ("9999-12-31T23:59:59Z", "Europe/Vienna", "9999-12-31T23:59:59Z"),
    ("9999-12-31T23:59:59Z", "America/New_York", "9999-12-31T23:59:59Z"),
    ("9999-12-31T23:59:59", "Europe/Vienna", "9999-12-31T22:59:59Z"),
    ("9999-12-31T23:59:59", "America/New_York", None),  # 10000-01-01T04:59:59Z
    ("9999-12-31", "America/New_York", "9999-12-31T05:00:00Z"),
    ("9999-12-31T23:59-01:00", "UTC", None),
    ("0001-01-01T00:00Z", "America/New_York", "0001-01-01T00:00:00Z"),
    ("0001-01-01T00:00Z", "Europe/Vienna", "0001-01-01T00:00:00Z"),
    ("0001-01-01T00:00", "Europe/Vienna", None),  # 0000-12-31T22:54:39Z
    ("0001-01-01", "Europe/Vienna", None),
    ("0001-01-01", "America/New_York", "0001-01-01T04:56:02Z"),
    ("0001-01-01T00:00+01:00", "UTC", None),
]


@pytest.mark.parametrize(("text", "zone", "instant"), PLACEHOLDERS)
def test_an_instant_outside_the_years_of_utc_is_refused_for_just_that_in_every_zone(
    text: str, zone: str, instant: str | None
) -> None:
    if instant:
        assert instants(text, zone=zone) == [instant]
        return
    for beside in ("2026-01-15T10:00", "2026-01-15T10:00Z", "2026-01-15"):  # whatever else stands in the column
        table = read(AT, f"contact_id,at\nc1,{text}\nc1,{beside}\n", zone=zone)
        assert column(table, "_problems") == [["at: outside the years 0001 to 9999 of UTC"], None]
        assert column(table, "at")[0] is None


ZONES = ["Europe/Vienna", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]


@settings(max_examples=60, deadline=None)
@given(
    walls=st.lists(st.datetimes(datetime(1975, 1, 1), datetime(2036, 1, 1)), min_size=1, max_size=20),
    zone=st.sampled_from(ZONES),
)
@example(walls=[datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30)], zone="Europe/Vienna")
def test_local_times_agree_with_pythons_own_zones(walls: list[datetime], zone: str) -> None:
    """fold=0 of zoneinfo is the same rule: the offset in force before the change."""
    expected = [wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC) for wall in walls]
    table = read(AT, "contact_id,at\n" + "".join(f"c1,{wall.isoformat()}\n" for wall in walls), zone=zone)
    assert [moment.astimezone(UTC) for moment in column(table, "at")] == expected


@pytest.mark.parametrize("zone", ["Europe/Vienna", "Pacific/Kiritimati", "America/Adak"])
def test_every_day_of_five_centuries_is_a_date(zone: str) -> None:
    first = date(1600, 1, 1)
    days = [first + timedelta(days=n * 37) for n in range(5000)]
    table = read(
        "kind: related\ncolumns: {d: {type: date}}\n", "contact_id,d\n" + "".join(f"c,{d}\n" for d in days), zone=zone
    )
    assert column(table, "d") == days
