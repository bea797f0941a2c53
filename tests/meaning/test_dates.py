"""Dates: fixed days, days relative to as_of, ages, anniversaries, the calendar. As_of is Tuesday, 24 November 2026."""

from __future__ import annotations

from decimal import Decimal

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

DATES = Table(
    "date",
    {"contacts": contacts(day="date")},
    {
        "contacts": """
contact_id,day
d1,1990-05-01
d2,2000-02-29
d3,
d4,2026-11-24
d5,2026-10-25
d6,2026-10-24
d7,2026-12-01
d8,2026-12-02
d9,1985-11-25
"""
    },
    [
        Case("date_on", {"attribute": "day", "on": "2026-11-24"}, "d4"),
        Case("date_not_on", {"not": {"attribute": "day", "on": "2026-11-24"}}, "d1 d2 d5 d6 d7 d8 d9"),
        Case("date_before", {"attribute": "day", "before": "2000-02-29"}, "d1 d9"),
        Case("date_on_or_before", {"attribute": "day", "on_or_before": "2000-02-29"}, "d1 d2 d9"),
        Case("date_after", {"attribute": "day", "after": "2026-11-24"}, "d7 d8"),
        Case("date_on_or_after", {"attribute": "day", "on_or_after": "2026-11-24"}, "d4 d7 d8"),
        Case("date_between", {"attribute": "day", "between": ["2026-10-25", "2026-11-24"]}, "d4 d5", "both ends in"),
        Case("date_not_between", {"not": {"attribute": "day", "between": ["1990-05-01", "2026-11-30"]}}, "d7 d8 d9"),
        Case("date_is_empty", anyone({"attribute": "day", "is_empty": True}), "d3"),
        Case("date_is_empty_false", {"attribute": "day", "is_empty": False}, "d1 d2 d4 d5 d6 d7 d8 d9"),
        Case("date_within_last", {"attribute": "day", "within_last": "30d"}, "d4 d5", "25 October … 24 November"),
        Case("date_within_last_31", {"attribute": "day", "within_last": "31d"}, "d4 d5 d6"),
        Case("date_within_last_week", {"attribute": "day", "within_last": "1w"}, "d4"),
        Case("date_within_last_month", {"attribute": "day", "within_last": "1mo"}, "d4 d5 d6", "from 24 October"),
        Case("date_within_last_36y", {"attribute": "day", "within_last": "36y"}, "d2 d4 d5 d6"),
        Case("date_within_last_37y", {"attribute": "day", "within_last": "37y"}, "d1 d2 d4 d5 d6"),
        Case("date_not_within_last", {"not": {"attribute": "day", "within_last": "30d"}}, "d1 d2 d6 d7 d8 d9"),
        Case("date_within_next", {"attribute": "day", "within_next": "7d"}, "d4 d7", "to 1 December"),
        Case("date_within_next_month", {"attribute": "day", "within_next": "1mo"}, "d4 d7 d8"),
        Case("date_more_than_ago", {"attribute": "day", "more_than_ago": "30d"}, "d1 d2 d6 d9"),
        Case("date_not_more_than_ago", {"not": {"attribute": "day", "more_than_ago": "30d"}}, "d4 d5 d7 d8"),
        Case("date_more_than_ahead", {"attribute": "day", "more_than_ahead": "7d"}, "d8"),
        Case(
            "date_not_more_than_ahead", {"not": {"attribute": "day", "more_than_ahead": "7d"}}, "d1 d2 d4 d5 d6 d7 d9"
        ),
        Case("date_days_zero", {"attribute": "day", "days_ago": {"is": 0}}, "d4"),
        Case("date_days_is_not", {"attribute": "day", "days_ago": {"is_not": 0}}, "d1 d2 d5 d6 d7 d8 d9"),
        Case("date_days_in", {"attribute": "day", "days_ago": {"in": [30, 31]}}, "d5 d6"),
        Case("date_days_not_in", {"attribute": "day", "days_ago": {"not_in": [0, 30, -8]}}, "d1 d2 d6 d7 d9"),
        Case("date_days_future", {"attribute": "day", "days_ago": {"less_than": 0}}, "d7 d8"),
        Case("date_days_at_most", {"attribute": "day", "days_ago": {"at_most": -8}}, "d8"),
        Case("date_days_more_than", {"attribute": "day", "days_ago": {"more_than": 30}}, "d1 d2 d6 d9"),
        Case("date_days_at_least", {"attribute": "day", "days_ago": {"at_least": Decimal("30.5")}}, "d1 d2 d6 d9"),
        Case("date_days_between", {"attribute": "day", "days_ago": {"between": [-7, 31]}}, "d4 d5 d6 d7"),
        Case("date_years_is", {"attribute": "day", "years_ago": {"is": 36}}, "d1"),
        Case("date_years_tomorrow", {"attribute": "day", "years_ago": {"is": 40}}, "d9", "41 tomorrow"),
        Case("date_years_at_least", {"attribute": "day", "years_ago": {"at_least": 26}}, "d1 d2 d9"),
        Case("date_years_at_most", {"attribute": "day", "years_ago": {"at_most": 0}}, "d4 d5 d6 d7 d8"),
        Case("date_years_unborn", {"attribute": "day", "years_ago": {"less_than": 0}}, "d7 d8", "-1, not 0"),
        Case("date_years_between", {"attribute": "day", "years_ago": {"between": [26, 36]}}, "d1 d2"),
        Case("date_not_years", {"not": {"attribute": "day", "years_ago": {"at_least": 26}}}, "d4 d5 d6 d7 d8"),
        Case(
            "date_anniversary_next", {"attribute": "day", "anniversary_within_next": "7d"}, "d4 d7 d9", "to 1 December"
        ),
        Case("date_anniversary_week", {"attribute": "day", "anniversary_within_next": "1w"}, "d4 d7 d9"),
        Case(
            "date_anniversary_next_183",
            {"attribute": "day", "anniversary_within_next": "183d"},
            "d1 d2 d4 d7 d8 d9",
            "to 26 May 2027; 29 February is kept on the 28th",
        ),
        Case("date_anniversary_last", {"attribute": "day", "anniversary_within_last": "30d"}, "d4 d5"),
        Case("date_anniversary_last_183", {"attribute": "day", "anniversary_within_last": "183d"}, "d4 d5 d6"),
        Case(
            "date_not_anniversary",
            {"not": {"attribute": "day", "anniversary_within_next": "7d"}},
            "d1 d2 d5 d6 d8",
        ),
        Case("date_weekday", {"attribute": "day", "weekday_in": ["sat", "sun"]}, "d5 d6"),
        Case("date_weekday_tuesday", {"attribute": "day", "weekday_in": ["tue"]}, "d1 d2 d4 d7"),
        Case("date_not_weekday", {"not": {"attribute": "day", "weekday_in": ["tue"]}}, "d5 d6 d8 d9"),
        Case("date_month", {"attribute": "day", "month_in": [2, 12]}, "d2 d7 d8"),
        Case("date_day_of_month", {"attribute": "day", "day_of_month_in": [1, 31]}, "d1 d7"),
        Case("date_not_month", {"not": {"attribute": "day", "month_in": [10, 11, 12]}}, "d1 d2"),
        Case("date_not_day_of_month", {"not": {"attribute": "day", "day_of_month_in": [24, 25]}}, "d1 d2 d7 d8"),
    ],
)

MAY = Table(
    "date_end_of_may",
    DATES.catalog,
    {
        "contacts": """
contact_id,day
m1,2026-02-28
m2,2026-02-27
m3,2026-04-30
m4,
m5,2026-06-30
m6,2026-07-01
m7,2025-05-31
m8,2026-05-31
"""
    },
    [
        Case("may_three_months", {"attribute": "day", "within_last": "3mo"}, "m1 m3 m8", "31 May - 3mo is 28 February"),
        Case("may_more_than_ago", {"attribute": "day", "more_than_ago": "3mo"}, "m2 m7"),
        Case("may_one_month", {"attribute": "day", "within_last": "1mo"}, "m3 m8", "from 30 April"),
        Case("may_next_month", {"attribute": "day", "within_next": "1mo"}, "m5 m8", "to 30 June"),
        Case("may_ahead", {"attribute": "day", "more_than_ahead": "1mo"}, "m6"),
        Case("may_a_year", {"attribute": "day", "within_last": "1y"}, "m1 m2 m3 m7 m8"),
        Case("may_last_of_month", {"attribute": "day", "day_of_month_in": [31]}, "m7 m8", "30 April is not the 31st"),
    ],
    as_of="2026-05-31T23:59:59.999999",
)

JANUARY = Table(
    "date_end_of_january",
    DATES.catalog,
    {"contacts": "contact_id,day\nj1,2026-02-28\nj2,2026-03-01\nj3,\nj4,2026-01-31\nj5,2024-02-29\nj6,2023-01-31\n"},
    [
        Case(
            "january_next_month", {"attribute": "day", "within_next": "1mo"}, "j1 j4", "31 January + 1mo: 28 February"
        ),
        Case(
            "january_birthday", {"attribute": "day", "anniversary_within_next": "28d"}, "j1 j4 j5 j6", "to 28 February"
        ),
        Case("january_birthday_27", {"attribute": "day", "anniversary_within_next": "27d"}, "j4 j6", "to 27 February"),
        Case("january_ages", {"attribute": "day", "years_ago": {"is": 3}}, "j6"),
    ],
    as_of="2026-01-31T00:00",
)

LEAP = Table(
    "date_28_february",
    DATES.catalog,
    {"contacts": "contact_id,day\ny1,2000-02-29\ny2,2000-03-01\ny3,\ny4,2001-02-28\n"},
    [
        Case("leap_age", {"attribute": "day", "years_ago": {"is": 26}}, "y1", "kept on 28 February in common years"),
        Case("leap_age_one_less", {"attribute": "day", "years_ago": {"is": 25}}, "y2 y4"),
        Case("leap_anniversary", {"attribute": "day", "anniversary_within_last": "1d"}, "y1 y4"),
    ],
    as_of="2026-02-28T00:00",
)

DELIVERIES = Table(
    "date_columns",
    {"contacts": contacts(promised="date", delivered="date", sent="timestamp", opened="timestamp")},
    {
        "contacts": """
contact_id,promised,delivered,sent,opened
p1,2026-11-01,2026-11-02,2026-11-01T10:00,2026-11-01T10:00:00.000001
p2,2026-11-02,2026-11-02,2026-11-01T10:00,2026-11-01T09:00:00Z
p3,2026-11-03,2026-11-02,2026-11-01T10:00,2026-10-31
p4,,2026-11-02,,2026-11-01
p5,2026-11-03,,2026-11-01,
"""
    },
    [
        Case("date_column_after", {"attribute": "delivered", "after": {"attribute": "promised"}}, "p1"),
        Case("date_column_on", {"attribute": "delivered", "on": {"attribute": "promised"}}, "p2"),
        Case("date_column_before", {"attribute": "delivered", "before": {"attribute": "promised"}}, "p3"),
        Case(
            "date_column_on_or_before", {"attribute": "delivered", "on_or_before": {"attribute": "promised"}}, "p2 p3"
        ),
        Case("date_column_on_or_after", {"attribute": "delivered", "on_or_after": {"attribute": "promised"}}, "p1 p2"),
        Case("date_column_not_after", {"not": {"attribute": "delivered", "after": {"attribute": "promised"}}}, "p2 p3"),
        Case("ts_column_after", {"attribute": "opened", "after": {"attribute": "sent"}}, "p1", "a microsecond"),
        Case("ts_column_on", {"attribute": "opened", "on": {"attribute": "sent"}}, "p2", "one instant: 09:00Z"),
        Case("ts_column_before", {"attribute": "opened", "before": {"attribute": "sent"}}, "p3"),
        Case("ts_column_on_or_before", {"attribute": "opened", "on_or_before": {"attribute": "sent"}}, "p2 p3"),
        Case("ts_column_on_or_after", {"attribute": "opened", "on_or_after": {"attribute": "sent"}}, "p1 p2"),
        Case("ts_column_not_on", {"not": {"attribute": "opened", "on": {"attribute": "sent"}}}, "p1 p3"),
    ],
)

TABLES = [DATES, MAY, JANUARY, LEAP, DELIVERIES]


@each_voice
@each_case(TABLES)
def test_dates_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
