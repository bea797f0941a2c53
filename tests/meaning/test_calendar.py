"""Whole weeks, months, quarters and years around as_of, and how many days an anniversary is ahead."""

from __future__ import annotations

from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

DAY = {"contacts": contacts(day="date")}


def lies(unit: str, **periods: Any) -> dict[str, Any]:
    return {"attribute": "day", "in_calendar": {"unit": unit, **periods}}


def comes(**operator: Any) -> dict[str, Any]:
    return {"attribute": "day", "anniversary_days_ahead": operator}


# As_of is Tuesday, 24 November 2026.
DATES = Table(
    "calendar_date",
    DAY,
    {
        "contacts": """
contact_id,day
k1,2026-11-23
k2,2026-11-22
k3,2026-11-29
k4,2026-11-30
k5,2026-11-01
k6,2026-10-31
k7,2026-10-01
k8,2026-09-30
k9,2026-12-31
k10,2027-01-01
k11,2025-12-31
k12,
k13,0001-01-01
k14,9999-12-31
k15,2026-11-16
k16,2026-11-15
"""
    },
    [
        Case("calendar_week", lies("week", ago=0), "k1 k3", "Monday 23 to Sunday 29 November, today's and coming days"),
        Case("calendar_week_before", lies("week", ago=1), "k2 k15", "16 to 22 November"),
        Case("calendar_weeks_before", lies("week", ago=[1, 2]), "k2 k15 k16", "9 to 22 November"),
        Case("calendar_week_next", lies("week", ahead=1), "k4", "30 November to 6 December"),
        Case("calendar_weeks_next", lies("week", ahead=[1, 600]), "k4 k9 k10"),
        Case("calendar_month", lies("month", ago=0), "k1 k2 k3 k4 k5 k15 k16", "all of November"),
        Case("calendar_month_before", lies("month", ago=1), "k6 k7", "October"),
        Case("calendar_month_second", lies("month", ago=[2, 2]), "k8"),
        Case("calendar_months_before", lies("month", ago=[1, 2]), "k6 k7 k8"),
        Case("calendar_month_next", lies("month", ahead=1), "k9"),
        Case("calendar_months_next", lies("month", ahead=[1, 2]), "k9 k10"),
        Case("calendar_quarter", lies("quarter", ago=0), "k1 k2 k3 k4 k5 k6 k7 k9 k15 k16", "October to December"),
        Case("calendar_quarter_before", lies("quarter", ago=1), "k8"),
        Case("calendar_quarter_next", lies("quarter", ahead=1), "k10"),
        Case("calendar_year", lies("year", ago=0), "k1 k2 k3 k4 k5 k6 k7 k8 k9 k15 k16"),
        Case("calendar_year_before", lies("year", ago=1), "k11"),
        Case("calendar_years_next", lies("year", ahead=[1, 2]), "k10"),
        Case("calendar_600_years", lies("year", ago=[1, 600]), "k11", "from 1426"),
        Case("calendar_not_month", {"not": lies("month", ago=0)}, "k6 k7 k8 k9 k10 k11 k13 k14"),
        Case("ahead_is", comes(**{"is": 6}), "k4", "30 November"),
        Case("ahead_between", comes(between=[5, 6]), "k3 k4"),
        Case("ahead_over_new_year", comes(**{"in": [37, 38]}), "k9 k10 k11 k13 k14", "whatever the year"),
        Case("ahead_almost_a_year", comes(at_least=363), "k1 k2", "23 November is 364 days ahead, the 22nd 363"),
        Case("ahead_never_negative", comes(less_than=0), ""),
        Case("ahead_is_not", comes(is_not=37), "k1 k2 k3 k4 k5 k6 k7 k8 k10 k13 k15 k16"),
        Case("ahead_not", {"not": comes(at_most=38)}, "k1 k2 k5 k6 k7 k8 k15 k16"),
    ],
)

NEW_YEAR = Table(
    "calendar_new_year",
    DAY,
    {
        "contacts": """
contact_id,day
n1,2026-12-28
n2,2026-12-27
n3,2027-01-03
n4,2027-01-04
n5,
n6,2026-12-31
n7,2026-09-30
n8,2026-10-01
n9,2025-12-31
n10,2027-01-01
"""
    },
    [
        Case("new_year_week", lies("week", ago=0), "n1 n3 n6 n10", "Monday 28 December to Sunday 3 January"),
        Case("new_year_week_before", lies("week", ago=1), "n2"),
        Case("new_year_week_next", lies("week", ahead=1), "n4"),
        Case("new_year_month", lies("month", ago=0), "n3 n4 n10"),
        Case("new_year_month_before", lies("month", ago=1), "n1 n2 n6"),
        Case("new_year_quarter_before", lies("quarter", ago=1), "n1 n2 n6 n8"),
        Case("new_year_quarters_before", lies("quarter", ago=[1, 2]), "n1 n2 n6 n7 n8", "from 1 July 2026"),
        Case("new_year_quarter_a_year_before", lies("quarter", ago=5), "n9"),
        Case("new_year_year_before", lies("year", ago=1), "n1 n2 n6 n7 n8"),
        Case("new_year_two_years_before", lies("year", ago=2), "n9"),
        Case("new_year_ahead", comes(at_most=3), "n3 n4 n10"),
    ],
    as_of="2027-01-01T00:00",
)

BORN = "contact_id,day\nl1,2000-02-29\nl2,2000-02-28\nl3,2000-03-01\nl4,\nl5,1990-02-27\n"
LEAP_DAY = Table(
    "calendar_leap_day",
    DAY,
    {"contacts": f"{BORN}l6,2028-02-29\nl7,2027-02-28\n"},
    [
        Case("leap_day_ahead_today", comes(**{"is": 0}), "l1 l6", "only those of the 29th"),
        Case("leap_day_ahead_a_year", comes(**{"is": 365}), "l2 l7", "28 February 2029"),
        Case("leap_day_ahead_tomorrow", comes(**{"is": 1}), "l3"),
        Case("leap_day_ahead_364", comes(at_least=364), "l2 l5 l7"),
        Case("leap_day_month", lies("month", ago=0), "l6"),
        Case("leap_day_month_a_year_before", lies("month", ago=12), "l7"),
    ],
    as_of="2028-02-29T12:00",
)
COMMON_YEAR = Table(
    "calendar_27_february",
    DAY,
    {"contacts": BORN},
    [
        Case("common_year_ahead_today", comes(**{"is": 0}), "l5"),
        Case("common_year_ahead_tomorrow", comes(**{"is": 1}), "l1 l2", "29 February is kept on the 28th"),
        Case("common_year_ahead_march", comes(**{"is": 2}), "l3"),
    ],
    as_of="2027-02-27T23:59:59.999999",
)
MARCH_BEFORE_LEAP = Table(
    "calendar_1_march",
    DAY,
    {"contacts": BORN},
    [
        Case("march_ahead_365", comes(**{"is": 365}), "l1", "29 February 2028"),
        Case("march_ahead_364", comes(**{"is": 364}), "l2"),
        Case("march_ahead_today", comes(less_than=1), "l3"),
    ],
    as_of="2027-03-01T00:00",
)

STAMPS = Table(
    "calendar_timestamp",
    {"contacts": contacts(seen="timestamp")},
    {
        "contacts": """
contact_id,seen
t1,2026-11-24T09:59:59.999999
t2,2026-11-24T10:00
t3,2026-11-23T00:00
t4,2026-11-22T23:59:59.999999
t5,2026-11-22T23:00Z
t6,2026-11-01T00:00
t7,2026-10-31T23:59:59
t8,2026-10-31T23:30Z
t9,
t10,2026-11-30T22:59:59Z
t11,2026-12-01
"""
    },
    [
        Case(f"ts_calendar_{called}", {"attribute": "seen", "in_calendar": wanted}, members, why)
        for called, wanted, members, why in (
            ("week", {"unit": "week", "ago": 0}, "t1 t2 t3 t5", "its local day decides, as_of does not cut"),
            ("week_before", {"unit": "week", "ago": 1}, "t4", ""),
            ("month", {"unit": "month", "ago": 0}, "t1 t2 t3 t4 t5 t6 t8 t10", ""),
            ("month_before", {"unit": "month", "ago": 1}, "t7", ""),
            ("month_next", {"unit": "month", "ahead": 1}, "t11", ""),
            ("quarter", {"unit": "quarter", "ago": [0, 1]}, "t1 t2 t3 t4 t5 t6 t7 t8 t10 t11", ""),
            ("year_next", {"unit": "year", "ahead": 1}, "", ""),
        )
    ]
    + [Case("ts_calendar_not", {"not": {"attribute": "seen", "in_calendar": {"unit": "month", "ago": 0}}}, "t7 t11")],
    as_of="2026-11-24T10:00",
)

CLICKS = {
    "contacts": contacts(x="text"),
    "click": {"kind": "events", "time": "at", "columns": {"due": {"type": "date"}}},
}


def click(**keys: Any) -> dict[str, Any]:
    return {"event": "click", **keys}


def within(unit: str, ago: Any, **keys: Any) -> dict[str, Any]:
    return click(within={"calendar": unit, "ago": ago}, **keys)


OCTOBER: dict[str, Any] = {"in_calendar": {"unit": "month", "ago": 1}}
WINDOWS = Table(
    "calendar_windows",
    CLICKS,
    {
        "contacts": "contact_id,x\n" + "".join(f"w{n},\n" for n in range(1, 11)),
        "click": """
contact_id,at,due
w1,2026-11-24T09:59:59.999999,2026-10-31
w2,2026-11-24T10:00,2026-10-31
w3,2026-11-23T00:00,
w4,2026-11-22T23:59:59.999999,2026-11-01
w5,2026-10-31T23:59,2026-10-01
w6,2026-10-01T00:00,2026-09-30
w7,2026-09-30T23:59:59,2026-12-01
w9,2026-11-30T12:00,2026-10-15
w10,2026-10-31T10:00,2026-10-20
w10,2026-11-10T10:00,2026-11-20
""",
    },
    [
        Case("calendar_window_week", within("week", 0), "w1 w3", "this week so far: w2's row is at as_of"),
        Case("calendar_window_week_before", within("week", 1), "w4"),
        Case("calendar_window_month", within("month", 0), "w1 w3 w4 w10"),
        Case("calendar_window_month_before", within("month", 1), "w5 w6 w10"),
        Case("calendar_window_two_months", within("month", [0, 1]), "w1 w3 w4 w5 w6 w10"),
        Case("calendar_window_quarter", within("quarter", 0), "w1 w3 w4 w5 w6 w10"),
        Case("calendar_window_quarter_before", within("quarter", 1), "w7"),
        Case("calendar_window_year", within("year", 0), "w1 w3 w4 w5 w6 w7 w10"),
        Case("calendar_window_years", within("year", [1, 600]), ""),
        Case("calendar_window_none", anyone(within("month", 0, count={"is": 0})), "w2 w5 w6 w7 w8 w9"),
        Case("calendar_window_not", anyone({"not": within("quarter", [0, 1])}), "w2 w8 w9"),
        Case("calendar_window_twice", within("quarter", 0, count={"is": 2}), "w10"),
        Case("calendar_window_days", within("month", 0, days={"is": 1}), "w1 w3 w4 w10"),
        Case("calendar_first", click(first=OCTOBER), "w5 w6 w10"),
        Case("calendar_last", click(last=OCTOBER), "w5 w6"),
        Case("calendar_not_last", {"not": click(last=OCTOBER)}, "w1 w3 w4 w7 w10", "unknown where there is none"),
        Case("calendar_minimum", click(minimum={"of": "due", **OCTOBER}), "w1 w5 w10"),
        Case("calendar_maximum", click(maximum={"of": "due", **OCTOBER}), "w1 w5"),
        Case("calendar_latest", click(latest={"of": "due", **OCTOBER}), "w1 w5"),
        Case("calendar_ahead_latest", click(latest={"of": "due", "anniversary_days_ahead": {"is": 7}}), "w7"),
        Case("calendar_where_time", click(where={"attribute": "at", **OCTOBER}), "w5 w6 w10"),
        Case("calendar_where_date", click(where={"attribute": "due", **OCTOBER}), "w1 w5 w10"),
        Case(
            "calendar_where_ahead",
            click(where={"attribute": "due", "anniversary_days_ahead": {"at_least": 341}}),
            "w1 w4 w10",
            "31 October is 341 days ahead",
        ),
        Case(
            "calendar_sequence",
            {"sequence": [{"event": "click"}, {"event": "click"}], "within": {"calendar": "quarter", "ago": 0}},
            "w10",
        ),
        Case(
            "calendar_sequence_short",
            {"sequence": [{"event": "click"}, {"event": "click"}], "within": {"calendar": "month", "ago": 0}},
            "",
        ),
    ],
    as_of="2026-11-24T10:00",
)

# Monday midnight, eight days after the day of 25 hours.
CLOCK_CHANGE = Table(
    "calendar_clock_change",
    CLICKS,
    {
        "contacts": "contact_id,x\n" + "".join(f"c{n},\n" for n in range(1, 9)),
        "click": """
contact_id,at,due
c1,2026-10-31T22:59:59Z,
c2,2026-10-31T23:00:00Z,
c3,2026-09-30T22:00:00Z,
c4,2026-09-30T21:59:59Z,
c5,2026-10-25T22:59:59Z,
c6,2026-10-25T23:00:00Z,
c7,2026-11-01T22:59:59Z,
c8,2026-11-01T23:00:00Z,
""",
    },
    [
        Case("clock_month_before", within("month", 1), "c1 c3 c5 c6", "from +02:00 to +01:00"),
        Case("clock_month", within("month", 0), "c2 c7", "one day so far"),
        Case("clock_week", within("week", 0), "", "at its first instant nothing of it is over"),
        Case("clock_week_before", within("week", 1), "c1 c2 c6 c7"),
        Case("clock_long_week", within("week", 2), "c5", "19 to 25 October, its Sunday has 25 hours"),
        Case("clock_quarter_before", within("quarter", 1), "c4"),
    ],
    as_of="2026-11-02T00:00",
)
NEW_YORK = Table(
    "calendar_new_york",
    CLICKS,
    CLOCK_CHANGE.data,
    [
        Case(
            "new_york_month", within("month", 0), "c7 c8", "as_of is Sunday, 1 November, 19:30; its midnight was 04:00Z"
        ),
        Case("new_york_month_before", within("month", 1), "c1 c2 c5 c6"),
    ],
    as_of="2026-11-02T00:30Z",
    time_zone="America/New_York",
)

TABLES = [DATES, NEW_YEAR, LEAP_DAY, COMMON_YEAR, MARCH_BEFORE_LEAP, STAMPS, WINDOWS, CLOCK_CHANGE, NEW_YORK]


@each_voice
@each_case(TABLES)
def test_calendar_words_mean_what_they_say(case: Asked, voice: str) -> None:
    check(case, voice)
