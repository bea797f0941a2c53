"""Durations: what may be written, what is said about everything else, and the words they become."""

from __future__ import annotations

import pytest

from jobs.syntax.durations import LIMITS, UNITS, Duration, read_duration, words
from jobs.syntax.nodes import Json

EXPECTED = 'expected a whole number from 1 and a unit, h, d, w, mo or y, like "30d"'

READ = [
    ("1h", Duration(1, "h"), "1 hour"),
    ("24h", Duration(24, "h"), "24 hours"),
    ("439200h", Duration(439_200, "h"), "439,200 hours"),
    ("1d", Duration(1, "d"), "1 day"),
    ("90d", Duration(90, "d"), "90 days"),
    ("18300d", Duration(18_300, "d"), "18,300 days"),
    ("1w", Duration(1, "w"), "1 week"),
    ("2650w", Duration(2_650, "w"), "2,650 weeks"),
    ("1mo", Duration(1, "mo"), "1 month"),
    ("600mo", Duration(600, "mo"), "600 months"),
    ("1y", Duration(1, "y"), "1 year"),
    ("50y", Duration(50, "y"), "50 years"),
]


@pytest.mark.parametrize(("text", "duration", "spoken"), READ)
def test_a_duration_is_read_and_spoken(text: str, duration: Duration, spoken: str) -> None:
    assert read_duration(text) == duration
    assert words(duration) == spoken
    assert str(duration) == text


REFUSED: list[tuple[Json, str]] = [
    ("", f'found "", {EXPECTED}'),
    ("d", f'found "d", {EXPECTED}'),
    ("30", f'found "30", {EXPECTED}'),
    (30, f"found 30, {EXPECTED}"),
    (None, f"found null, {EXPECTED}"),
    (True, f"found true, {EXPECTED}"),
    ("0d", f'found "0d", {EXPECTED}'),
    ("-1d", f'found "-1d", {EXPECTED}'),
    ("1.5d", f'found "1.5d", {EXPECTED}'),
    ("1e2d", f'found "1e2d", {EXPECTED}'),
    ("1y6mo", f'found "1y6mo", {EXPECTED}'),
    ("30d\n", f'found "30d\\u000a", {EXPECTED} — did you mean "30d"?'),
    ("030d", f'found "030d", {EXPECTED} — did you mean "30d"?'),
    ("+30d", f'found "+30d", {EXPECTED} — did you mean "30d"?'),
    (" 30d", f'found " 30d", {EXPECTED} — did you mean "30d"?'),
    ("30 days", f'found "30 days", {EXPECTED} — did you mean "30d"?'),
    ("30D", f'found "30D", {EXPECTED} — did you mean "30d"?'),
    ("2weeks", f'found "2weeks", {EXPECTED} — did you mean "2w"?'),
    ("3m", f'found "3m", {EXPECTED} — did you mean "3mo" (months)?'),
    ("٣d", f'found "٣d", {EXPECTED}'),
    ("439201h", 'found "439201h", expected at most "439200h" (fifty years)'),
    ("18301d", 'found "18301d", expected at most "18300d" (fifty years)'),
    ("2651w", 'found "2651w", expected at most "2650w" (fifty years)'),
    ("601mo", 'found "601mo", expected at most "600mo" (fifty years)'),
    ("51y", 'found "51y", expected at most "50y" (fifty years)'),
    ("9" * 10_000 + "d", f'found "{"9" * 39}…", expected at most "18300d" (fifty years)'),
]


@pytest.mark.parametrize(("written", "message"), REFUSED)
def test_anything_else_is_refused_with_what_was_found_and_expected(written: Json, message: str) -> None:
    with pytest.raises(ValueError, match="found") as refused:
        read_duration(written)
    assert str(refused.value) == message


def test_a_place_may_allow_some_units_only() -> None:
    assert read_duration("7d", ("h", "d", "w")) == Duration(7, "d")
    with pytest.raises(ValueError, match='found "1mo", expected one of the units h, d, w here'):
        read_duration("1mo", ("h", "d", "w"))


def test_no_duration_beyond_its_limit_can_be_built() -> None:
    for unit in UNITS:
        Duration(LIMITS[unit], unit)
        with pytest.raises(ValueError, match=f"expected 1{unit} to {LIMITS[unit]}{unit}"):
            Duration(LIMITS[unit] + 1, unit)
        with pytest.raises(ValueError, match=f"found 0{unit}"):
            Duration(0, unit)
