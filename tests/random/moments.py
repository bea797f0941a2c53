"""When a run is: zones and instants where days are short, long or begin late; and the days and instants around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.oracle.clock import Clock, period_starts

AS_OF = {
    "Europe/Vienna": [
        "2026-11-24T00:00",
        "2026-03-29T02:30",
        "2026-03-29T03:00",
        "2026-03-30T00:00",
        "2026-10-25T02:30",
        "2026-10-25T02:30+01:00",
        "2026-10-26T00:00",
        "2028-02-29T12:00",
        "2026-03-31T23:59:59.999999",
    ],
    "America/New_York": [
        "2026-03-08T02:30",
        "2026-03-09T00:00",
        "2026-11-01T01:30",
        "2026-11-01T01:30-05:00",
        "2026-11-02T00:00",
    ],
    "UTC": ["2026-01-01T00:00", "2027-01-03T23:30", "2027-02-28T10:00:00.5"],
    "Australia/Lord_Howe": ["2026-10-04T02:15", "2026-04-05T01:45", "2026-10-05T00:00", "2026-04-05T01:45+10:30"],
    "America/Sao_Paulo": ["2018-11-04T00:00", "2018-11-05T00:00", "2018-02-17T23:30", "2018-02-18T00:00"],
}
MICRO = timedelta(microseconds=1)
DAY = timedelta(days=1)
FAR = [date(2000, 2, 29), date(1990, 5, 1), date(1985, 12, 31), date(2024, 2, 29), date(2031, 6, 15)]
UNITS = ("week", "month", "quarter", "year")
OFFSETS = [
    0,
    1,
    -1,
    2,
    6,
    7,
    8,
    -7,
    29,
    30,
    31,
    -30,
    59,
    89,
    90,
    91,
    182,
    183,
    184,
    364,
    365,
    366,
    395,
    396,
    397,
    730,
    -365,
]


@dataclass(frozen=True)
class Moment:
    """A run's `as_of` and zone, with pools of days and instants at its edges."""

    as_of: str
    time_zone: str
    days: tuple[date, ...] = field(repr=False)
    instants: tuple[datetime, ...] = field(repr=False)

    @staticmethod
    def at(as_of: str, time_zone: str) -> Moment:
        clock = Clock.at(as_of, time_zone)
        days = [clock.today - n * DAY for n in OFFSETS] + FAR
        starts = [period_starts(day, unit) for day in (clock.today, clock.today - 92 * DAY) for unit in UNITS]
        days += [start - n * DAY for start in starts for n in (0, 1)]
        midnights = [clock.midnight(day) for day in (*days[: len(OFFSETS)], *starts)]
        hours = [clock.as_of + timedelta(hours=n) for n in (0, -1, 1, -2, -24, 24, -48, -168, 168, -720)]
        noons = [midnight + timedelta(hours=n, minutes=30) for midnight in midnights for n in (1, 2, 8, 12, 23)]
        edges = [edge + shift for edge in [*midnights, *hours] for shift in (-MICRO, timedelta(0), MICRO)]
        return Moment(as_of, time_zone, tuple(days), (*edges, *noons))

    def written(self, moment: datetime, how: int) -> str:
        """An instant as text: in UTC, with the zone's offset, or local where that says the same."""
        local = moment.astimezone(ZoneInfo(self.time_zone))
        plain = local.replace(tzinfo=None).isoformat()
        if (
            how == 0
            and datetime.fromisoformat(plain).replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC) == moment
        ):
            return plain
        if how == 1:
            return local.isoformat()
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


MOMENTS = {(zone, as_of): Moment.at(as_of, zone) for zone, instants in AS_OF.items() for as_of in instants}
moments: st.SearchStrategy[Moment] = st.sampled_from(list(MOMENTS.values()))
