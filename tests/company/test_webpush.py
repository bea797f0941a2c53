"""The made-up messages of browsers: who was asked, who said yes and until when, what was sent, seen and clicked."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.company.delivered import tables_of
from tests.company.test_web import one

FEEDS = {"webpush_send": "sent_at", "webpush_show": "shown_at", "webpush_click": "clicked_at"}
GRANTED = "strptime(granted_on, '%m/%d/%Y')"
EXPIRES = "strptime(nullif(expires_on, 'never'), '%m/%d/%Y')"


@pytest.fixture(scope="module")
def push(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    yield from tables_of(("contacts", "browser", *FEEDS), tmp_path_factory.mktemp("webpush"))


def test_there_are_about_a_hundred_thousand_rows(push: duckdb.DuckDBPyConnection) -> None:
    assert 0.8e5 < sum(one(push, f"select count(*) from {feed}") for feed in (*FEEDS, "browser")) < 1.6e5


def test_a_third_of_the_customers_were_asked_and_four_of_five_said_yes(push: duckdb.DuckDBPyConnection) -> None:
    assert one(push, "select count(*) - count(distinct browser_id) from browser") == 0
    assert one(push, "select count(*) from browser anti join contacts using (contact_id)") == 0
    assert 0.25 < one(push, "select count(distinct contact_id) from browser") / 23_570 < 0.4
    assert 0.75 < one(push, "select avg((permission = 'granted')::int) from browser") < 0.85


def test_a_yes_has_its_day_and_holds_for_a_year_or_for_good(push: duckdb.DuckDBPyConnection) -> None:
    assert one(push, "select count(*) from browser where (granted_on is not null) <> (permission = 'granted')") == 0
    assert one(push, "select count(*) from browser where (expires_on is not null) <> (permission = 'granted')") == 0
    assert one(push, f"select count(*) from browser where {EXPIRES} <> {GRANTED} + interval 365 day") == 0
    assert one(push, f"select count(*) from browser where {GRANTED} >= '1998-07-01'") == 0
    early = f"browser join contacts using (contact_id) where {GRANTED} < registered_on::date"
    assert one(push, f"select count(*) from {early}") == 0
    assert 0.1 < one(push, "select avg((expires_on = 'never')::int) from browser where permission = 'granted'") < 0.25


def test_some_yeses_have_expired_and_some_are_about_to(push: duckdb.DuckDBPyConnection) -> None:
    assert one(push, f"select count(*) from browser where {EXPIRES} <= '1998-07-01'") > 500
    assert one(push, f"select count(*) from browser where {EXPIRES} between '1998-07-02' and '1998-07-31'") > 100


def test_messages_go_only_where_a_yes_holds(push: duckdb.DuckDBPyConnection) -> None:
    sent = "webpush_send join browser using (browser_id, contact_id)"
    assert one(push, "select count(*) from webpush_send anti join browser using (browser_id, contact_id)") == 0
    assert one(push, f"select count(*) from {sent} where permission = 'denied' or sent_at::date < {GRANTED}") == 0
    assert one(push, f"select count(*) from {sent} where sent_at::date >= {EXPIRES}") == 0


def test_a_message_is_shown_after_it_is_sent_and_clicked_after_it_is_shown(push: duckdb.DuckDBPyConnection) -> None:
    for earlier, later, least, most in (
        ("webpush_send", "webpush_show", 0.6, 0.9),
        ("webpush_show", "webpush_click", 0.05, 0.2),
    ):
        keys = "message_id, browser_id, contact_id, campaign"
        wrong = f"{later}.{FEEDS[later]} <= earlier.{FEEDS[earlier]}"
        assert one(push, f"select count(*) from {later} anti join {earlier} using ({keys})") == 0
        assert one(push, f"select count(*) from {later} join {earlier} as earlier using ({keys}) where {wrong}") == 0
        assert least < one(push, f"select count(*) from {later}") / one(push, f"select count(*) from {earlier}") < most


@pytest.mark.parametrize("feed", FEEDS)
def test_some_messages_came_twice_as_the_same_rows_and_none_after_the_end(
    push: duckdb.DuckDBPyConnection, feed: str
) -> None:
    rows = one(push, f"select count(*) from {feed}")
    different = one(push, f"select count(*) from (select distinct * from {feed})")
    assert one(push, f"select count(distinct message_id) from {feed}") == different
    assert 0.001 < (rows - different) / rows < 0.006
    assert one(push, f"select count(*) from {feed} where {FEEDS[feed]} >= '1998-07-01 04:00'::timestamptz") == 0
