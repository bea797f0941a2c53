"""Clock changes: readings of skipped and repeated times, days as intervals, and the tables against Python's zoneinfo."""

from __future__ import annotations

import io
import pickle
import pkgutil
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.syntax.nodes import Json
from jobs.syntax.zones import DAY_US, Zone, read_zone_name, zone_names, zone_transitions

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# Each has something of its own: rules south of the equator, changes at midnight, before it, a minute after it, a day
# left out, a day lived twice, negative summer time, half-hour changes, Ramadan, rules beyond 24 h, no changes at all.
SPECIAL = [
    "Europe/Vienna", "America/New_York", "America/Sao_Paulo", "Asia/Beirut", "America/Toronto", "America/St_Johns",
    "Pacific/Apia", "America/Juneau", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza",
    "America/Nuuk", "Pacific/Kwajalein", "America/Havana", "Atlantic/Azores", "Asia/Kathmandu", "Africa/Monrovia",
    "Antarctica/Troll", "Asia/Tehran", "America/Asuncion", "Europe/Amsterdam", "Asia/Manila", "UTC", "Etc/GMT+12",
]  # fmt: skip


def us(text: str) -> int:
    return (datetime.fromisoformat(f"{text}+00:00") - EPOCH) // MICROSECOND


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def second_opinion(name: str) -> ZoneInfo:
    data = pkgutil.get_data("tzdata", f"zoneinfo/{name}")
    assert data is not None
    return ZoneInfo.from_file(io.BytesIO(data), key=name)


@pytest.mark.parametrize(
    ("name", "wall", "instant"),
    [
        ("Europe/Vienna", "2026-01-15T12:00", "2026-01-15T11:00"),
        ("Europe/Vienna", "2026-07-15T12:00", "2026-07-15T10:00"),
        ("Europe/Vienna", "2026-03-29T01:59:59.999999", "2026-03-29T00:59:59.999999"),
        ("Europe/Vienna", "2026-03-29T02:00", "2026-03-29T01:00"),  # skipped: the offset before, +1
        ("Europe/Vienna", "2026-03-29T02:30", "2026-03-29T01:30"),
        ("Europe/Vienna", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Vienna", "2026-10-25T01:59", "2026-10-24T23:59"),
        ("Europe/Vienna", "2026-10-25T02:30", "2026-10-25T00:30"),  # lived twice: the first pass, +2
        ("Europe/Vienna", "2026-10-25T03:00", "2026-10-25T02:00"),
        ("America/New_York", "1998-07-01T00:00", "1998-07-01T04:00"),
        ("America/New_York", "1998-04-05T02:30", "1998-04-05T07:30"),
        ("America/New_York", "1998-10-25T01:30", "1998-10-25T05:30"),
        ("Europe/Vienna", "1800-01-01T00:00", "1799-12-31T22:54:39"),  # local mean time, +1:05:21
        ("Africa/Monrovia", "1970-01-01T00:00", "1970-01-01T00:44:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45"),  # skipped half hour: +10:30
        ("Asia/Kathmandu", "2026-01-01T00:00", "2025-12-31T18:15"),
        ("UTC", "0001-01-01T00:00", "0001-01-01T00:00"),
        ("UTC", "9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999"),
    ],
)
def test_skipped_and_repeated_times_have_the_offset_before_the_change(name: str, wall: str, instant: str) -> None:
    assert zone_transitions(name).to_utc_us(local(wall)) == us(instant)


@pytest.mark.parametrize(
    ("name", "which", "start"),
    [
        ("Europe/Vienna", "2026-03-29", "2026-03-28T23:00"),
        ("Europe/Vienna", "2026-03-30", "2026-03-29T22:00"),  # the day before had 23 hours
        ("Europe/Vienna", "2026-10-26", "2026-10-25T23:00"),  # 25 hours
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00"),  # midnight skipped: begins at 01:00
        ("America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00"),
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00"),  # at midnight back to 23:00: the 17th has 25 hours
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00"),
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),  # 23:30 became 00:30: begins at the change
        (
            "America/St_Johns",
            "2006-10-29",
            "2006-10-29T02:30",
        ),  # a minute later back to 23:01: it has begun all the same
        ("America/St_Johns", "2006-10-30", "2006-10-30T03:30"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00"),  # 01:00 became 00:00: the first of two midnights
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # the day that Samoa left out: empty
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00"),
        ("UTC", "1970-01-01", "1970-01-01T00:00"),
    ],
)
def test_a_day_starts_at_its_first_instant(name: str, which: str, start: str) -> None:
    assert zone_transitions(name).midnight_us(day(which)) == us(start)


@pytest.mark.parametrize(
    ("name", "instant", "which"),
    [
        ("Europe/Vienna", "2026-03-28T22:59:59.999999", "2026-03-28"),
        ("Europe/Vienna", "2026-03-28T23:00", "2026-03-29"),
        ("America/Sao_Paulo", "2018-02-18T02:30", "2018-02-17"),  # the hour before midnight, for the second time
        ("America/St_Johns", "2006-10-29T02:29:59", "2006-10-28"),
        ("America/St_Johns", "2006-10-29T02:30:30", "2006-10-29"),
        ("America/St_Johns", "2006-10-29T03:00", "2006-10-29"),  # the clock says the 28th, 23:30, again
        ("Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00", "2011-12-31"),
        ("Europe/Vienna", "1969-12-31T22:59", "1969-12-31"),
    ],
)
def test_an_instant_belongs_to_one_day(name: str, instant: str, which: str) -> None:
    assert zone_transitions(name).local_day(us(instant)) == day(which)


@pytest.mark.parametrize("name", SPECIAL)
def test_days_are_intervals_between_midnights(name: str) -> None:
    zone = zone_transitions(name)
    for change in zone.instants_us[:300]:
        first = change // DAY_US - 3
        starts = [zone.midnight_us(number) for number in range(first, first + 7)]
        assert starts == sorted(starts)
        for number, start, end in zip(range(first, first + 6), starts, starts[1:], strict=False):
            if start < end:
                assert zone.local_day(start) == zone.local_day(end - 1) == zone.local_day((start + end) // 2) == number


@pytest.mark.parametrize("name", SPECIAL)
def test_offsets_and_readings_agree_with_zoneinfo_at_every_change(name: str) -> None:
    zone, other = zone_transitions(name), second_opinion(name)
    for change in [*zone.instants_us[:260], *zone.instants_us[260::501]][:-1]:
        for instant in (change - 1, change, change + 1_800_000_000):
            assert zone.offset_us(instant) == offset_us(other, instant)
            for minutes in (-90, 0, 29, 90):
                wall = zone.local_time(instant) + timedelta(minutes=minutes)
                assert zone.to_utc_us(wall) == (wall.replace(tzinfo=other) - EPOCH) // MICROSECOND


def offset_us(zone: ZoneInfo, instant: int) -> int:
    offset = (EPOCH + instant * MICROSECOND).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // MICROSECOND


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(zone_names())), st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)))
def test_any_time_in_any_zone_agrees_with_zoneinfo(name: str, wall: datetime) -> None:
    zone, other = zone_transitions(name), second_opinion(name)
    instant = (wall.replace(tzinfo=other) - EPOCH) // MICROSECOND
    assert zone.to_utc_us(wall) == instant
    assert zone.offset_us(instant) == offset_us(other, instant)
    days = zone.local_day(instant)
    assert zone.midnight_us(days) <= instant < zone.midnight_us(days + 1)


def test_every_table_of_every_zone_rises() -> None:
    files = {pkgutil.get_data("tzdata", f"zoneinfo/{name}"): name for name in sorted(zone_names())}  # many are links
    assert len(files) > 300
    for name in files.values():
        zone = zone_transitions(name)
        assert len(zone.offsets_us) == len(zone.instants_us) + 1
        for table in (zone.instants_us, zone.walls_us, zone.day_instants_us):
            assert all(left < right for left, right in pairwise(table)), name


def test_rules_go_on_to_the_year_9999() -> None:
    vienna = zone_transitions("Europe/Vienna")
    assert vienna.to_utc_us(local("9999-07-01T12:00")) == us("9999-07-01T10:00")
    assert vienna.to_utc_us(local("9999-12-31T23:00")) == us("9999-12-31T22:00")
    assert zone_transitions("UTC").instants_us == ()


def test_a_zone_travels_and_is_known_by_its_name() -> None:
    zone = zone_transitions("Europe/Vienna")
    copy: Zone = pickle.loads(pickle.dumps(zone))  # noqa: S301 - how Spark carries it
    assert copy == zone
    assert hash(copy) == hash(zone)
    assert copy.instants_us == zone.instants_us
    assert repr(zone) == "Zone(name='Europe/Vienna')"
    assert zone_transitions("Europe/Vienna") is zone


EXPECTED = 'expected a time zone of the IANA list, like "Europe/Vienna"'


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Europe/Viena", f'found "Europe/Viena", {EXPECTED} — did you mean "Europe/Vienna"?'),
        ("europe/vienna", f'found "europe/vienna", {EXPECTED} — did you mean "Europe/Vienna"?'),
        ("Vienna", f'found "Vienna", {EXPECTED} — did you mean "Europe/Vienna"?'),
        ("../../../etc/localtime", f'found "../../../etc/localtime", {EXPECTED}'),
        ("/etc/localtime", f'found "/etc/localtime", {EXPECTED}'),
        ("localtime", f'found "localtime", {EXPECTED}'),
        ("", f'found "", {EXPECTED}'),
        ("+01:00", f'found "+01:00", {EXPECTED}'),
        (1, 'found 1, expected a time zone like "Europe/Vienna"'),
        (None, 'found null, expected a time zone like "Europe/Vienna"'),
    ],
)
def test_names_that_tzdata_does_not_have_are_refused(written: Json, message: str) -> None:
    with pytest.raises(ValueError, match="found") as refused:
        read_zone_name(written)
    assert str(refused.value) == message


def test_the_machines_own_zones_are_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONTZPATH", "/nowhere")
    zone_transitions.cache_clear()
    assert zone_transitions("Europe/Vienna").to_utc_us(local("2026-01-01T00:00")) == us("2025-12-31T23:00")
