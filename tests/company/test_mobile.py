"""The made-up app: devices, what was sent to them, what was done on them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.company.delivered import tables_of
from tests.company.test_web import one

FEEDS = {
    "app_install": "installed_at",
    "push_send": "sent_at",
    "push_open": "opened_at",
    "inapp_show": "shown_at",
    "inapp_click": "clicked_at",
    "app_event": "happened_at",
}
KEYS = dict.fromkeys(FEEDS, "message_id") | {"app_install": "device_id, installed_at", "app_event": "event_id"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    yield from tables_of(("contacts", "product", "device", *FEEDS), tmp_path_factory.mktemp("mobile"))


def test_there_are_about_half_a_million_rows(app: duckdb.DuckDBPyConnection) -> None:
    assert 0.4e6 < sum(one(app, f"select count(*) from {feed}") for feed in (*FEEDS, "device")) < 0.6e6


def test_a_third_of_the_customers_have_a_device_and_some_have_several(app: duckdb.DuckDBPyConnection) -> None:
    devices = "select contact_id, count(*) as devices from device group by all"
    assert one(app, "select count(*) - count(distinct device_id) from device") == 0
    assert one(app, "select count(*) from device anti join contacts using (contact_id)") == 0
    assert 0.3 < one(app, f"select count(*) from ({devices})") / 23_570 < 0.45
    assert 0.1 < one(app, f"select avg((devices > 1)::int) from ({devices})") < 0.3


@pytest.mark.parametrize("feed", FEEDS)
def test_everything_happens_on_its_owners_device_between_registration_and_the_end(
    app: duckdb.DuckDBPyConnection, feed: str
) -> None:
    time = f"{FEEDS[feed]}::timestamptz"
    outside = f"{time} < registered_on::date + interval 5 hour or {time} >= '1998-07-01 04:00'::timestamptz"
    assert one(app, f"select count(*) from {feed} anti join device using (device_id, contact_id)") == 0
    assert one(app, f"select count(*) from {feed} join contacts using (contact_id) where {outside}") == 0


@pytest.mark.parametrize("feed", FEEDS)
def test_some_rows_came_twice_as_the_same_rows(app: duckdb.DuckDBPyConnection, feed: str) -> None:
    rows = one(app, f"select count(*) from {feed}")
    different = one(app, f"select count(*) from (select distinct * from {feed})")
    assert one(app, f"select count(distinct ({KEYS[feed]})) from {feed}") == different
    assert 0.001 < (rows - different) / rows < 0.006


def test_nothing_happens_on_a_device_before_the_app_is_installed(app: duckdb.DuckDBPyConnection) -> None:
    installed = "select device_id, min(installed_at) as since from app_install group by all"
    for feed in FEEDS:
        early = f"{feed} left join ({installed}) using (device_id) where since is null or {FEEDS[feed]}::timestamptz < since"
        assert one(app, f"select count(*) from {early}") == 0


def test_opens_follow_sends_that_did_not_fail_and_clicks_follow_shows(app: duckdb.DuckDBPyConnection) -> None:
    for earlier, later in (("push_send", "push_open"), ("inapp_show", "inapp_click")):
        both = f"{later} join {earlier} as sent using (message_id, device_id, campaign)"
        assert (
            one(app, f"select count(*) from {later} anti join {earlier} using (message_id, device_id, campaign)") == 0
        )
        assert one(app, f"select count(*) from {both} where {later}.{FEEDS[later]} <= sent.{FEEDS[earlier]}") == 0
        assert 0.05 < one(app, f"select count(*) from {later}") / one(app, f"select count(*) from {earlier}") < 0.25
    opened = "push_open join push_send using (message_id)"
    assert one(app, f"select count(*) from {opened} where status = 'failed'") == 0


def test_people_differ_in_how_they_open(app: duckdb.DuckDBPyConnection) -> None:
    sent = "select device_id, count(*) as sent from push_send group by all having sent >= 20"
    opened = "select device_id, count(distinct message_id) as opened from push_open group by all"
    shares = f"select coalesce(opened, 0) / sent as share from ({sent}) left join ({opened}) using (device_id)"
    assert one(app, f"select avg((share = 0)::int) from ({shares})") > 0.15
    assert one(app, f"select avg((share > 0.25)::int) from ({shares})") > 0.1


def test_a_device_that_takes_no_push_gets_none_any_more(app: duckdb.DuckDBPyConnection) -> None:
    last = "select * from push_send join device using (device_id) where campaign = 'push_1998_06_18'"
    assert one(app, f"select avg((push_enabled = 'false')::int) from ({last})") < 0.05
    assert 0.2 < one(app, "select avg((push_enabled = 'false')::int) from device") < 0.35


def test_a_device_was_last_active_when_something_was_last_done_on_it(app: duckdb.DuckDBPyConnection) -> None:
    did = "select device_id, max(happened_at::timestamptz) as latest from app_event group by all"
    active = f"device join ({did}) using (device_id) where last_active_at is not null"
    assert one(app, f"select count(*) from {active} and last_active_at::bigint <> epoch_ms(latest)") == 0


def test_events_about_a_cd_name_it_and_others_lack_the_column(app: duckdb.DuckDBPyConnection) -> None:
    about = "name in ('song_played', 'wish_added')"
    assert one(app, f"select count(*) from app_event where product_id is not null and not {about}") == 0
    assert 0.97 < one(app, f"select avg((product_id is not null)::int) from app_event where {about}") < 1
    assert one(app, "select count(*) from app_event where (seconds is not null) <> (name = 'song_played')") == 0
    listed = "app_event left join product using (product_id) where app_event.product_id is not null"
    assert 0.99 < one(app, f"select avg((category is not null)::int) from {listed}") < 1


def test_some_of_what_a_device_may_not_tell_is_missing(app: duckdb.DuckDBPyConnection) -> None:
    for column in ("app_version", "os_version", "model", "language", "time_zone", "push_enabled", "last_active_at"):
        assert 0.003 < one(app, f"select avg(({column} is null)::int) from device") < 0.05, column
