"""Timestamps: instants against days, instants and durations, in zones whose clocks change."""

from __future__ import annotations

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

SEEN = {"contacts": contacts(seen="timestamp")}

STAMPS = Table(
    "timestamp",
    SEEN,
    {
        "contacts": """
contact_id,seen
s1,2026-11-24T09:59:59.999999
s2,2026-11-24T10:00:00
s3,
s4,2026-11-19T00:00:00
s5,2026-11-18T23:59:59
s6,2026-11-23T10:00
s7,2026-11-29T23:59:59
s8,2026-11-30T00:00
s9,2026-11-23T09:59:59Z
s10,2025-11-24
"""
    },
    [
        Case("ts_on_day", {"attribute": "seen", "on": "2026-11-24"}, "s1 s2"),
        Case("ts_on_instant", {"attribute": "seen", "on": "2026-11-24T10:00"}, "s2", "the instant, not the minute"),
        Case("ts_on_instant_utc", {"attribute": "seen", "on": "2026-11-24T09:00Z"}, "s2"),
        Case("ts_on_instant_offset", {"attribute": "seen", "on": "2026-11-24T10:00:00+02:00"}, ""),
        Case("ts_not_on", {"not": {"attribute": "seen", "on": "2026-11-24"}}, "s4 s5 s6 s7 s8 s9 s10"),
        Case("ts_before_day", {"attribute": "seen", "before": "2026-11-24"}, "s4 s5 s6 s9 s10"),
        Case("ts_before_instant", {"attribute": "seen", "before": "2026-11-24T10:00"}, "s1 s4 s5 s6 s9 s10"),
        Case("ts_on_or_before_day", {"attribute": "seen", "on_or_before": "2026-11-24"}, "s1 s2 s4 s5 s6 s9 s10"),
        Case(
            "ts_on_or_before_instant",
            {"attribute": "seen", "on_or_before": "2026-11-24T09:59:59.999999"},
            "s1 s4 s5 s6 s9 s10",
        ),
        Case("ts_after_day", {"attribute": "seen", "after": "2026-11-24"}, "s7 s8", "the whole day is over"),
        Case("ts_after_instant", {"attribute": "seen", "after": "2026-11-24T09:59"}, "s1 s2 s7 s8"),
        Case("ts_on_or_after_day", {"attribute": "seen", "on_or_after": "2026-11-24"}, "s1 s2 s7 s8"),
        Case("ts_on_or_after_instant", {"attribute": "seen", "on_or_after": "2026-11-24T10:00"}, "s2 s7 s8"),
        Case("ts_between_days", {"attribute": "seen", "between": ["2026-11-19", "2026-11-23"]}, "s4 s6 s9"),
        Case("ts_between_mixed", {"attribute": "seen", "between": ["2026-11-23T10:00", "2026-11-24"]}, "s1 s2 s6 s9"),
        Case(
            "ts_between_instants",
            {"attribute": "seen", "between": ["2026-11-24T10:00:00", "2026-11-30T00:00"]},
            "s2 s7 s8",
        ),
        Case("ts_not_between", {"not": {"attribute": "seen", "between": ["2026-11-19", "2026-11-24"]}}, "s5 s7 s8 s10"),
        Case("ts_is_empty", anyone({"attribute": "seen", "is_empty": True}), "s3"),
        Case("ts_is_empty_false", {"attribute": "seen", "is_empty": False}, "s1 s2 s4 s5 s6 s7 s8 s9 s10"),
        Case("ts_within_last", {"attribute": "seen", "within_last": "5d"}, "s1 s4 s6 s9", "from midnight of the 19th"),
        Case("ts_within_last_hours", {"attribute": "seen", "within_last": "24h"}, "s1 s6 s9"),
        Case("ts_within_last_year", {"attribute": "seen", "within_last": "1y"}, "s1 s4 s5 s6 s9 s10"),
        Case("ts_not_within_last", {"not": {"attribute": "seen", "within_last": "5d"}}, "s2 s5 s7 s8 s10"),
        Case("ts_within_next", {"attribute": "seen", "within_next": "5d"}, "s2 s7", "before midnight after the 29th"),
        Case("ts_within_next_hours", {"attribute": "seen", "within_next": "24h"}, "s2"),
        Case("ts_more_than_ago", {"attribute": "seen", "more_than_ago": "5d"}, "s5 s10"),
        Case("ts_more_than_ago_hours", {"attribute": "seen", "more_than_ago": "24h"}, "s4 s5 s10"),
        Case("ts_more_than_ahead", {"attribute": "seen", "more_than_ahead": "5d"}, "s8"),
        Case("ts_more_than_ahead_hours", {"attribute": "seen", "more_than_ahead": "24h"}, "s7 s8"),
        Case(
            "ts_not_more_than_ahead",
            {"not": {"attribute": "seen", "more_than_ahead": "5d"}},
            "s1 s2 s4 s5 s6 s7 s9 s10",
        ),
        Case(
            "ts_days_zero",
            {"attribute": "seen", "days_ago": {"is": 0}},
            "s1 s2",
            "as_of itself and later in the day too",
        ),
        Case("ts_days_one", {"attribute": "seen", "days_ago": {"is": 1}}, "s6 s9"),
        Case("ts_days_future", {"attribute": "seen", "days_ago": {"less_than": 0}}, "s7 s8"),
        Case("ts_days_at_least", {"attribute": "seen", "days_ago": {"at_least": 5}}, "s4 s5 s10"),
        Case("ts_not_days", {"not": {"attribute": "seen", "days_ago": {"at_least": 1}}}, "s1 s2 s7 s8"),
        Case("ts_years", {"attribute": "seen", "years_ago": {"is": 1}}, "s10"),
        Case("ts_years_at_least", {"attribute": "seen", "years_ago": {"at_least": 0}}, "s1 s2 s4 s5 s6 s9 s10"),
        Case("ts_weekday", {"attribute": "seen", "weekday_in": ["mon"]}, "s6 s8 s9 s10"),
        Case("ts_not_weekday", {"not": {"attribute": "seen", "weekday_in": ["mon", "tue"]}}, "s4 s5 s7"),
        Case("ts_month", {"attribute": "seen", "month_in": [11]}, "s1 s2 s4 s5 s6 s7 s8 s9 s10"),
        Case("ts_day_of_month", {"attribute": "seen", "day_of_month_in": [24, 30]}, "s1 s2 s8 s10"),
        Case("ts_hour", {"attribute": "seen", "hour_between": [9, 10]}, "s1", "local hours, the end is out"),
        Case("ts_hour_late", {"attribute": "seen", "hour_between": [10, 24]}, "s2 s5 s6 s7 s9", "s9 is 10:59:59 local"),
        Case("ts_hour_midnight", {"attribute": "seen", "hour_between": [0, 1]}, "s4 s8 s10"),
        Case("ts_not_hour", {"not": {"attribute": "seen", "hour_between": [1, 24]}}, "s4 s8 s10"),
    ],
    as_of="2026-11-24T10:00",
)

FOLD = Table(
    "timestamp_fold",
    SEEN,
    {
        "contacts": """
contact_id,seen
f1,2026-10-25T02:30
f2,2026-10-25T02:30+01:00
f3,2026-10-25T00:00Z
f4,2026-10-25T12:00
f5,2026-10-25T11:59:59
f6,
f7,2026-10-24T23:59:59
f8,2026-10-24T22:00:00Z
"""
    },
    [
        Case("fold_first_pass", {"attribute": "seen", "on": "2026-10-25T02:30"}, "f1", "00:30Z, the pass before"),
        Case("fold_second_pass", {"attribute": "seen", "after": "2026-10-25T02:30"}, "f2 f4 f5"),
        Case("fold_hours", {"attribute": "seen", "hour_between": [2, 3]}, "f1 f2 f3", "both passes are the hour 2"),
        Case(
            "fold_day", {"attribute": "seen", "on": "2026-10-25"}, "f1 f2 f3 f4 f5 f8", "25 hours; f8 is its midnight"
        ),
        Case("fold_24h", {"attribute": "seen", "within_last": "24h"}, "f4", "elapsed hours"),
        Case("fold_1d", {"attribute": "seen", "within_last": "1d"}, "f1 f2 f3 f4 f5 f8", "from the day's midnight"),
        Case("fold_days_ago", {"attribute": "seen", "days_ago": {"is": 2}}, "f7"),
    ],
    as_of="2026-10-26T12:00",
)

GAP = Table(
    "timestamp_gap",
    SEEN,
    {
        "contacts": """
contact_id,seen
g1,2026-03-29T02:30
g2,2026-03-29T03:30
g3,2026-03-28T11:00
g4,2026-03-28T10:59:59
g5,2026-03-29T01:59:59
g6,
g7,2026-03-29T12:00
"""
    },
    [
        Case(
            "gap_same_instant", {"attribute": "seen", "on": "2026-03-29T02:30"}, "g1 g2", "02:30 in the gap is 01:30Z"
        ),
        Case("gap_hour_three", {"attribute": "seen", "hour_between": [3, 4]}, "g1 g2", "the clock then shows 03:30"),
        Case("gap_hour_two", {"attribute": "seen", "hour_between": [2, 3]}, "", "there is no hour 2 on this day"),
        Case("gap_24h", {"attribute": "seen", "within_last": "24h"}, "g1 g2 g3 g5", "from 11:00 the day before"),
        Case("gap_next_hours", {"attribute": "seen", "within_next": "1h"}, "g7"),
        Case("gap_before", {"attribute": "seen", "before": "2026-03-29T03:00"}, "g3 g4 g5"),
    ],
    as_of="2026-03-29T12:00",
)

SAO_PAULO = Table(
    "timestamp_no_midnight",
    SEEN,
    {
        "contacts": """
contact_id,seen
h1,2018-11-03T23:59:59
h2,2018-11-04T00:00
h3,2018-11-04T00:30
h4,2018-11-04T01:00
h5,2018-11-04T02:59:59Z
h6,
h7,2018-11-04
"""
    },
    [
        Case(
            "sp_on",
            {"attribute": "seen", "on": "2018-11-04"},
            "h2 h3 h4 h7",
            "the day begins at 01:00, which is 03:00Z",
        ),
        Case("sp_before", {"attribute": "seen", "on": "2018-11-03"}, "h1 h5"),
        Case("sp_first_instant", {"attribute": "seen", "on": "2018-11-04T01:00"}, "h2 h4 h7"),
        Case("sp_hour", {"attribute": "seen", "hour_between": [0, 1]}, ""),
        Case("sp_within", {"attribute": "seen", "within_last": "1d"}, "h2 h3 h4 h7"),
    ],
    as_of="2018-11-05T00:00",
    time_zone="America/Sao_Paulo",
)

HALF_HOUR = Table(
    "timestamp_half_hour",
    SEEN,
    {
        "contacts": """
contact_id,seen
i1,2026-10-04T02:15
i2,2026-10-04T02:45
i3,2026-04-05T01:45
i4,2026-04-04T15:15Z
i5,
"""
    },
    [
        Case("lh_gap", {"attribute": "seen", "on": "2026-10-04T02:45"}, "i1 i2", "half an hour does not exist"),
        Case("lh_fold", {"attribute": "seen", "on": "2026-04-05T01:45"}, "i3", "+11:00, the pass before: 14:45Z"),
        Case("lh_fold_second", {"attribute": "seen", "hour_between": [1, 2]}, "i3 i4", "01:45 twice"),
        Case("lh_after", {"attribute": "seen", "between": ["2026-04-05T01:45:00.000001", "2026-04-05"]}, "i4"),
    ],
    as_of="2026-10-05T00:00Z",
    time_zone="Australia/Lord_Howe",
)

ZONED = Table(
    "timestamp_zone_of_source",
    {"contacts": {**contacts(seen="timestamp"), "time_zone": "America/New_York"}},
    {
        "contacts": """
contact_id,seen
z1,2026-11-23T18:00
z2,2026-11-23T17:59:59
z3,2026-11-24T00:00+01:00
z4,
z5,2026-11-24
"""
    },
    [
        Case(
            "zone_of_source",
            {"attribute": "seen", "on": "2026-11-24"},
            "z1 z3 z5",
            "18:00 in New York is midnight in Vienna",
        ),
        Case("zone_of_spec", {"attribute": "seen", "on": "2026-11-24T00:00"}, "z1 z3", "the account's zone"),
        Case("zone_of_bare_date", {"attribute": "seen", "on": "2026-11-24T06:00"}, "z5", "midnight in New York"),
    ],
    as_of="2026-11-24T12:00+01:00",
)

TABLES = [STAMPS, FOLD, GAP, SAO_PAULO, HALF_HOUR, ZONED]


@each_voice
@each_case(TABLES)
def test_timestamps_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
