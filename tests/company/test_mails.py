"""Mails: what the service notes beside each event, service mails, and who asked for no more."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.company.mailings import END
from tests.company.test_company import at, files, rows, sent

NEWSLETTERS = {
    "email_send": ("sent_at,campaign", "7578eaffd38cbd9c93824d1e52a12743f4f93e087ea0a9bb1d351b01ebde2e7f"),
    "email_open": ("opened_at,campaign,program", "e59c8cc8564dbe28a09e199f2e545cd94cb2ddc82cc6c943d6cf8b1e46ef6dd4"),
    "email_click": ("clicked_at,campaign,link", "5413b8124ee04275433bf603b99c4cde87482e922bcfb44e9153d252fdc9dbff"),
    "email_bounce": ("bounced_at,campaign,reason", "54d51cdf591690443231554bec9eaf7a2c34be56f8c68f8656953564ced63d38"),
}
"""The columns, behind contact_id, that the first segments count, and the hash of a file of them alone, each event once."""


def table(source: str) -> pa.Table:
    return pq.read_table(pa.BufferReader(files()[source].content))


@pytest.mark.parametrize("source", NEWSLETTERS)
def test_newsletters_are_to_the_byte_what_they_were_before_they_had_more_columns(source: str) -> None:
    columns, sha_256 = NEWSLETTERS[source]
    header = ["contact_id", *columns.split(",")]
    events = {row["event_id"]: [row[column] for column in header] for row in rows(source)}
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([header, *events.values()])
    assert hashlib.sha256(file.getvalue().encode()).hexdigest() == sha_256


@pytest.mark.parametrize("source", [*NEWSLETTERS, "email_unsubscribe"])
def test_some_events_are_delivered_twice_and_then_as_the_same_row(source: str) -> None:
    events: dict[str, dict[str, str]] = {}
    assert all(events.setdefault(row["event_id"], row) == row for row in rows(source))
    assert 0 < len(rows(source)) - len(events) < 0.003 * len(events)


def test_every_campaign_that_events_name_can_be_looked_up() -> None:
    campaigns = {row["campaign"]: row for row in map(json.loads, files()["email_campaign"].content.splitlines())}
    assert Counter(row["kind"] for row in campaigns.values()) == {"batch": 18, "triggered": 3, "transactional": 1}
    assert {row["campaign"] for row in rows("email_send")} == {c for c, row in campaigns.items() if row["sent_on"]}
    assert set(table("service_email")["campaign"].to_pylist()) == {
        c for c, row in campaigns.items() if not row["sent_on"]
    }
    assert all(row["sent_at"][:10] == campaigns[row["campaign"]]["sent_on"] for row in rows("email_send"))


def test_a_tenth_to_a_quarter_of_opens_are_made_by_machines_and_mostly_the_same_ones() -> None:
    opens: dict[str, list[str]] = {}
    for row in rows("email_open"):
        opens.setdefault(row["contact_id"], []).append(row["privacy_open"])
    shares = [each.count("true") / len(each) for each in opens.values() if len(each) >= 5]
    assert 0.1 < sum(each.count("true") for each in opens.values()) / len(rows("email_open")) < 0.25
    assert sum(0.2 < share < 0.7 for share in shares) < len(shares) * 0.05
    assert 0.01 < sum(each.count("") for each in opens.values()) / len(rows("email_open")) < 0.03


def test_a_reader_has_one_platform_and_a_click_is_made_where_mails_are_opened() -> None:
    platforms: dict[str, set[str]] = {}
    for row in (*rows("email_open"), *rows("email_click")):
        platforms.setdefault(row["contact_id"], set()).add(row["platform"])
    assert all(len(each - {""}) <= 1 for each in platforms.values())
    assert set().union(*platforms.values()) == {"windows", "macintosh", "unix", "mobile", ""}


def test_the_category_of_a_link_is_the_links_own_and_of_new_releases_the_readers_music() -> None:
    likes = {row["contact_id"]: set(row["interests"].split("|")) for row in rows("contacts")}
    own = {"sale": {"offers"}, "charts": {"charts"}, "account": {"service"}, "unsubscribe": {"opt_out"}}
    music = [row for row in rows("email_click") if row["link"] == "new_releases"]
    assert all(row["link_category"] in own[row["link"]] for row in rows("email_click") if row["link"] in own)
    assert 0.35 < sum(row["link_category"] in likes[row["contact_id"]] for row in music) / len(music) < 0.8
    assert len(Counter(row["link_category"] for row in music)) == 8


def test_each_purchase_is_confirmed_on_its_day_in_new_york() -> None:
    mails = (
        table("service_email")
        .group_by("event_id")
        .aggregate([("contact_id", "one"), ("sent_at", "one"), ("campaign", "one")])
    )
    confirmed = mails.filter(pc.field("campaign_one") == "order_confirmation")
    local = pc.strftime(pc.cast(confirmed["sent_at_one"], pa.timestamp("us", tz="America/New_York")), "%Y-%m-%d")
    assert Counter(zip(confirmed["contact_id_one"].to_pylist(), local.to_pylist(), strict=True)) == Counter(
        (row["customer_id"], row["ordered_at"]) for row in rows("order")
    )


def test_service_mails_are_opened_after_sending_clicked_after_opening_and_all_before_the_end() -> None:
    mails = table("service_email")
    for earlier, later in (("sent_at", "opened_at"), ("opened_at", "clicked_at")):
        assert pc.all(pc.less(mails[earlier], mails[later])).as_py()
        assert pc.sum(pc.is_valid(mails[later])).as_py() > 1000
        assert not pc.any(pc.and_(pc.is_null(mails[earlier]), pc.is_valid(mails[later]))).as_py()
    assert all(pc.max(mails[time]).as_py() < END for time in ("sent_at", "opened_at", "clicked_at"))


def test_birthday_mails_come_on_birthdays_to_people_who_opted_in() -> None:
    people = {row["contact_id"]: row for row in rows("contacts")}
    mails = table("service_email").filter(pc.field("campaign") == "birthday")
    days = pc.strftime(mails["sent_at"], "%m-%d").to_pylist()
    assert len(days) > 5000
    assert {people[contact]["email_opt_in"] for contact in mails["contact_id"].to_pylist()} == {"true"}
    assert all(
        people[contact]["birth_date"][5:] == day
        for contact, day in zip(mails["contact_id"].to_pylist(), days, strict=True)
    )


def test_a_few_service_mails_come_late_and_none_with_two_rows_of_one_number() -> None:
    mails = table("service_email")
    at_ = pc.cast(mails["sent_at"], pa.int64()).to_numpy()
    assert (
        len(set(map(tuple, zip(*mails.to_pydict().values(), strict=True))))
        == pc.count_distinct(mails["event_id"]).as_py()
    )
    assert 0 < len(mails) - pc.count_distinct(mails["event_id"]).as_py() < 300
    assert (at_[1:] < at_[:-1]).sum() >= 1


def test_unsubscribing_follows_a_click_on_that_link_or_a_service_mail_to_someone_unwilling() -> None:
    clicks = {(row["contact_id"], row["campaign"]) for row in rows("email_click") if row["link"] == "unsubscribe"}
    unwilling = {row["contact_id"] for row in rows("contacts") if row["email_opt_in"] == "false"}
    for row in rows("email_unsubscribe"):
        if row["campaign"].startswith("newsletter_"):
            assert (row["contact_id"], row["campaign"]) in clicks
        else:
            assert row["contact_id"] in unwilling
        assert at(row["unsubscribed_at"]) < END


def test_complaints_are_few_follow_a_newsletter_that_arrived_and_come_mostly_from_the_same_people() -> None:
    sends = sent("email_send")
    returned = {(row["contact_id"], row["campaign"]) for row in rows("email_bounce")}
    complaints = {(row["contact_id"], row["campaign"]): at(row["complained_at"]) for row in rows("email_complaint")}
    assert 150 < len(complaints) < 500
    assert all(sends[key] < when < END for key, when in complaints.items())
    assert complaints.keys().isdisjoint(returned)
    assert sum(count > 1 for count in Counter(contact for contact, _ in complaints).values()) > 10
