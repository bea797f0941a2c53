"""Text messages: to whom they go, what is told of them, and that nothing follows a STOP."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.company.mailings import END
from tests.company.test_company import files, rows

Row = dict[str, Any]
TIMES = {"sms_send": "sent_at", "sms_report": "reported_at", "sms_click": "clicked_at"}


@cache
def events(source: str) -> dict[tuple[str, str], Row]:
    """(contact, campaign) → the row; a second different one would be a fault."""
    found: dict[tuple[str, str], Row] = {}
    for row in table(source).to_pylist():
        assert found.setdefault((row["contact_id"], row["campaign"]), row) == row
    return found


def table(source: str) -> pa.Table:
    return pq.read_table(pa.BufferReader(files()[source].content))


def stopped() -> list[tuple[str, str, datetime]]:
    """Contact, campaign, when they wrote STOP."""
    file = files()["sms_unsubscribe"].content.decode("windows-1252")
    lines = csv.DictReader(io.StringIO(file), delimiter=";")
    zone = ZoneInfo("America/New_York")
    return [
        (
            row["contact_id"],
            row["Kampagne"].strip(),
            datetime.strptime(row["unsubscribed_at"], "%d.%m.%Y %H:%M:%S").replace(tzinfo=zone),
        )
        for row in lines
    ]


def test_messages_go_to_people_who_agreed_and_gave_a_number() -> None:
    people = {row["contact_id"]: row for row in rows("contacts")}
    receivers = {contact for contact, _ in events("sms_send")}
    assert {people[contact]["sms_opt_in"] for contact in receivers} == {"true"}
    assert all(people[contact]["mobile_phone"] for contact in receivers)
    assert len(events("sms_send")) > 45_000


def test_reports_follow_sends_clicks_follow_what_was_received_and_all_comes_before_the_end() -> None:
    for source, time, before in (("sms_report", "reported_at", "sms_send"), ("sms_click", "clicked_at", "sms_report")):
        assert all(row[time] > events(before)[key][TIMES[before]] for key, row in events(source).items())
        assert pc.max(table(source)[time]).as_py() < END
    assert {events("sms_report")[key]["state"] for key in events("sms_click")} == {"received"}


def test_a_few_messages_are_never_told_of_and_the_states_have_their_shares() -> None:
    states = Counter(row["state"] for row in events("sms_report").values())
    total = len(events("sms_send"))
    assert 0.005 < (total - sum(states.values())) / total < 0.03
    assert 0.9 < states["received"] / total < 0.97
    assert 0.02 < states["soft_bounce"] / total < 0.05
    assert 0.004 < states["hard_bounce"] / total < 0.02


def test_nothing_is_sent_after_stop_nor_after_two_hard_bounces() -> None:
    last = dict(sorted(events("sms_send")))
    assert len(stopped()) > 150
    assert all(last[contact] == campaign for contact, campaign, _ in stopped())
    assert all(when > events("sms_send")[contact, campaign]["sent_at"] for contact, campaign, when in stopped())
    hard = Counter(contact for (contact, _), row in events("sms_report").items() if row["state"] == "hard_bounce")
    assert max(hard.values()) == 2


def test_campaigns_are_every_other_thursday_and_all_are_named() -> None:
    days = [datetime.fromisoformat(row["sent_on"]) for row in rows("sms_campaign")]
    assert {day.weekday() for day in days} == {3}
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {14}
    assert {campaign for _, campaign in events("sms_send")} == {row["campaign"] for row in rows("sms_campaign")}


@pytest.mark.parametrize("source", TIMES)
def test_a_few_rows_come_late_and_a_few_twice(source: str) -> None:
    times = table(source)[TIMES[source]].to_pylist()
    numbers = table(source)["event_id"].to_pylist()
    late = sum(later < earlier for earlier, later in pairwise(times))
    assert 0 < len(numbers) - len(set(numbers)) < 0.003 * len(numbers)
    assert late > 0
