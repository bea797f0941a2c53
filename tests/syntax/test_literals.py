"""Dates, instants, versions, texts and numbers of specs: one spelling each, and a helpful word for the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from jobs.syntax.literals import (
    Moment,
    read_boolean,
    read_date,
    read_date_or_moment,
    read_moment,
    read_number,
    read_text,
    read_version,
    read_whole,
)
from jobs.syntax.nodes import Json
from jobs.syntax.zones import zone_transitions

A_DATE = 'expected a date as YYYY-MM-DD, like "2026-11-24"'
A_MOMENT = 'expected an instant as YYYY-MM-DDTHH:MM, like "2026-11-24T10:00", with an offset if you like'
A_VERSION = 'expected a version as text of digits and dots, like "4.12.1"'


def refusal(read: Callable[[Json], object], written: Json) -> str:
    with pytest.raises(ValueError, match="found") as refused:
        read(written)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-24", date(2026, 11, 24)),
        ("0001-01-01", date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2000-02-29", date(2000, 2, 29)),
    ],
)
def test_real_dates_are_read(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (20261124, f"found 20261124, {A_DATE}"),
        (None, f"found null, {A_DATE}"),
        ("", f'found "", {A_DATE}'),
        ("2026-1-5", f'found "2026-1-5", {A_DATE}'),
        ("20261124", f'found "20261124", {A_DATE}'),
        ("24.11.2026", f'found "24.11.2026", {A_DATE}'),
        ("2026-11-24 ", f'found "2026-11-24 ", {A_DATE}'),
        ("2026-11-24\n", f'found "2026-11-24\\u000a", {A_DATE}'),
        ("+2026-11-24", f'found "+2026-11-24", {A_DATE}'),
        ("12026-11-24", f'found "12026-11-24", {A_DATE}'),
        ("２０２６-11-24", f'found "２０２６-11-24", {A_DATE}'),
        ("2026-W48-2", f'found "2026-W48-2", {A_DATE}'),
        ("2026-11-24T10:00", f'found "2026-11-24T10:00", {A_DATE}; a time does not belong here'),
        ("0000-01-01", 'found "0000-01-01", expected a year from 0001 to 9999'),
        ("2026-13-01", f'found "2026-13-01", expected a month from 01 to 12; {A_DATE}'),
        ("2026-00-01", f'found "2026-00-01", expected a month from 01 to 12; {A_DATE}'),
        ("2026-02-29", 'found "2026-02-29", expected a day from 01 to 28 in 2026-02'),
        ("1900-02-29", 'found "1900-02-29", expected a day from 01 to 28 in 1900-02'),
        ("2024-02-30", 'found "2024-02-30", expected a day from 01 to 29 in 2024-02'),
        ("2026-12-32", 'found "2026-12-32", expected a day from 01 to 31 in 2026-12'),
        ("9999-12-00", 'found "9999-12-00", expected a day from 01 to 31 in 9999-12'),
    ],
)
def test_other_dates_are_refused(written: Json, message: str) -> None:
    assert refusal(read_date, written) == message


@pytest.mark.parametrize(
    ("text", "local", "offset_minutes", "again"),
    [
        ("2026-11-24T10:00", datetime(2026, 11, 24, 10), None, "2026-11-24T10:00"),
        ("2026-11-24T10:00:05", datetime(2026, 11, 24, 10, 0, 5), None, "2026-11-24T10:00:05"),
        ("2026-11-24T10:00:05.5", datetime(2026, 11, 24, 10, 0, 5, 500_000), None, "2026-11-24T10:00:05.500000"),
        ("2026-11-24T10:00:05.000001Z", datetime(2026, 11, 24, 10, 0, 5, 1), 0, "2026-11-24T10:00:05.000001Z"),
        ("2026-11-24T10:00+01:00", datetime(2026, 11, 24, 10), 60, "2026-11-24T10:00+01:00"),
        ("2026-11-24T10:00-03:30", datetime(2026, 11, 24, 10), -210, "2026-11-24T10:00-03:30"),
        ("2026-11-24T10:00-00:00", datetime(2026, 11, 24, 10), 0, "2026-11-24T10:00Z"),
        ("0001-01-01T00:00", datetime(1, 1, 1), None, "0001-01-01T00:00"),
        ("9999-12-31T23:59:59.999999-18:00", datetime(9999, 12, 31, 23, 59, 59, 999_999), -1080,
         "9999-12-31T23:59:59.999999-18:00"),
    ],
)  # fmt: skip
def test_moments_are_read(text: str, local: datetime, offset_minutes: int | None, again: str) -> None:
    offset = None if offset_minutes is None else timedelta(minutes=offset_minutes)
    assert read_moment(text) == Moment(local, offset)
    assert str(read_moment(text)) == again


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (5, f"found 5, {A_MOMENT}"),
        ("now", f'found "now", {A_MOMENT}'),
        ("2026-11-24", f'found "2026-11-24", {A_MOMENT}'),
        ("2026-11-24T10", f'found "2026-11-24T10", {A_MOMENT}'),
        ("2026-11-24T1000", f'found "2026-11-24T1000", {A_MOMENT}'),
        ("2026-11-24T10:00:05.", f'found "2026-11-24T10:00:05.", {A_MOMENT}'),
        ("2026-11-24T10:00\n", f'found "2026-11-24T10:00\\u000a", {A_MOMENT} — did you mean "2026-11-24T10:00"?'),
        ("2026-11-24 10:00", f'found "2026-11-24 10:00", {A_MOMENT} — did you mean "2026-11-24T10:00"?'),
        ("2026-11-24t10:00z", f'found "2026-11-24t10:00z", {A_MOMENT} — did you mean "2026-11-24T10:00Z"?'),
        ("2026-11-24T10:00+0100", f'found "2026-11-24T10:00+0100", {A_MOMENT} — did you mean "2026-11-24T10:00+01:00"?'),
        ("2026-11-24T10:00+01", f'found "2026-11-24T10:00+01", {A_MOMENT} — did you mean "2026-11-24T10:00+01:00"?'),
        ("2026-11-24T10:00:05,5", f'found "2026-11-24T10:00:05,5", {A_MOMENT} — did you mean "2026-11-24T10:00:05.5"?'),
        ("2026-02-30T10:00", 'found "2026-02-30T10:00", expected a day from 01 to 28 in 2026-02'),
        ("2026-11-24T24:00",
         'found "2026-11-24T24:00", expected hours from 00 to 23; the end of a day is 00:00 of the next'),
        ("2026-11-24T25:00", 'found "2026-11-24T25:00", expected a time from 00:00 to 23:59'),
        ("2026-11-24T10:60", 'found "2026-11-24T10:60", expected a time from 00:00 to 23:59'),
        ("2016-12-31T23:59:60Z",
         'found "2016-12-31T23:59:60Z", expected seconds from 00 to 59; leap seconds do not exist here'),
        ("2026-11-24T10:00:05.1234567", 'found "2026-11-24T10:00:05.1234567", expected at most six decimals of a second'),
        ("2026-11-24T10:00+18:01", 'found "2026-11-24T10:00+18:01", expected an offset from -18:00 to +18:00'),
        ("2026-11-24T10:00+01:60", 'found "2026-11-24T10:00+01:60", expected an offset from -18:00 to +18:00'),
    ],
)  # fmt: skip
def test_other_moments_are_refused(written: Json, message: str) -> None:
    assert refusal(read_moment, written) == message


def test_a_timestamp_takes_a_day_or_an_instant() -> None:
    assert read_date_or_moment("2026-11-24") == date(2026, 11, 24)
    assert read_date_or_moment("2026-11-24T10:00Z") == read_moment("2026-11-24T10:00Z")
    assert refusal(read_date_or_moment, "24.11.2026") == f'found "24.11.2026", {A_DATE}'
    assert 'did you mean "2026-11-24T10:00"?' in refusal(read_date_or_moment, "2026-11-24 10:00")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-24T10:00", "2026-11-24T09:00:00+00:00"),
        ("2026-07-01T10:00", "2026-07-01T08:00:00+00:00"),
        ("2026-03-29T02:30", "2026-03-29T01:30:00+00:00"),  # skipped: with the offset before, +1 h
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),  # twice: the first, +2 h
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-11-24T10:00-05:00", "2026-11-24T15:00:00+00:00"),
        ("2026-11-24T10:00:00.000001Z", "2026-11-24T10:00:00.000001+00:00"),
    ],
)
def test_a_moment_is_an_instant_in_the_accounts_zone_unless_it_says_its_offset(text: str, instant: str) -> None:
    expected = (datetime.fromisoformat(instant) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert read_moment(text).utc_us(zone_transitions("Europe/Vienna")) == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("4.12.1", (4, 12, 1)),
        ("4", (4,)),
        ("4.0", (4,)),
        ("4.0.0", (4,)),
        ("4.0.1", (4, 0, 1)),
        ("4.09", (4, 9)),
        ("0", ()),
        ("0.0", ()),
        ("00.01", (0, 1)),
        ("20260101120000", (20260101120000,)),
        ("1." + "9" * 18, (1, 999_999_999_999_999_999)),
    ],
)
def test_versions_are_numbers_between_dots(text: str, parts: tuple[int, ...]) -> None:
    assert read_version(text) == parts


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", f'found "", {A_VERSION}'),
        ("4.", f'found "4.", {A_VERSION}'),
        (".4", f'found ".4", {A_VERSION}'),
        ("4..9", f'found "4..9", {A_VERSION}'),
        ("4.9-beta", f'found "4.9-beta", {A_VERSION}'),
        ("v4.9", f'found "v4.9", {A_VERSION}'),
        ("-4", f'found "-4", {A_VERSION}'),
        ("4.9\n", f'found "4.9\\u000a", {A_VERSION}'),
        ("٤.٩", f'found "٤.٩", {A_VERSION}'),
        (Decimal("4.9"), f'found 4.9, {A_VERSION}; put it in quotes: "4.9"'),
        (4, f'found 4, {A_VERSION}; put it in quotes: "4"'),
        (True, f"found true, {A_VERSION}"),
        ("1." + "9" * 19, 'found "1.9999999999999999999", expected at most 18 digits between two dots'),
    ],
)
def test_other_versions_are_refused(written: Json, message: str) -> None:
    assert refusal(read_version, written) == message


def test_texts_have_at_most_a_thousand_characters() -> None:
    assert read_text("") == ""
    assert read_text("𝄞" * 1_000) == "𝄞" * 1_000
    assert refusal(read_text, "x" * 1_001) == "found a text of 1,001 characters, expected at most 1,000"
    assert refusal(read_text, 5) == 'found 5, expected a text; put it in quotes: "5"'
    assert refusal(read_text, None) == "found null, expected a text"
    assert refusal(read_text, ["a"]) == "found a list, expected a text"


def test_numbers_are_never_texts_or_truths() -> None:
    assert read_number(5) == 5
    assert read_number(Decimal("0.10")) == Decimal("0.1")
    assert refusal(read_number, "5") == 'found "5", expected a number; without quotes: 5'
    assert refusal(read_number, "-0.5") == 'found "-0.5", expected a number; without quotes: -0.5'
    assert refusal(read_number, "five") == 'found "five", expected a number'
    assert refusal(read_number, True) == "found true, expected a number"
    assert refusal(read_number, {}) == "found an empty object, expected a number"


def test_whole_numbers_have_no_point_and_keep_their_limits() -> None:
    assert read_whole(1, 1, 10) == 1
    assert read_whole(10, 1, 10) == 10
    assert read_whole(-7) == -7
    assert refusal(lambda value: read_whole(value, 1, 10), 0) == "found 0, expected a whole number from 1 to 10"
    assert refusal(lambda value: read_whole(value, 1, 10), 11) == "found 11, expected a whole number from 1 to 10"
    assert refusal(lambda value: read_whole(value, 1), 0) == "found 0, expected a whole number from 1"
    assert refusal(lambda value: read_whole(value, high=5), 6) == "found 6, expected a whole number up to 5"
    assert refusal(read_whole, Decimal("1.0")) == "found 1.0, expected a whole number"
    assert refusal(read_whole, True) == "found true, expected a whole number"
    assert refusal(read_whole, "1") == 'found "1", expected a whole number; without quotes: 1'


def test_truths_are_not_texts_or_numbers() -> None:
    assert read_boolean(False) is False
    assert refusal(read_boolean, "true") == 'found "true", expected true or false, without quotes'
    assert refusal(read_boolean, 1) == "found 1, expected true or false"
    assert refusal(read_boolean, None) == "found null, expected true or false"
