"""The sample company's deliveries: the real part is the data as it is, the made-up part is plausible and never changes."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

from tests.company.delivery import Delivery
from tests.company.landing import LABEL, deliveries, make_landing
from tests.company.mailings import END
from tests.company.purchases import data_file

Row = dict[str, str]

# From these on, everybody's counts in README, specs and tests follow. A new hash here means: new counts there.
SHA_256 = {
    "contacts": "34d4923683486fd76d7ca7d7809b9e758a520b0df81be230e9798a5e4f7bfcb4",
    "order": "2ed64ad853723721b49b2d5f3a333fb1da0cd599a7435580d61de5e22894842d",
    "email_send": "7578eaffd38cbd9c93824d1e52a12743f4f93e087ea0a9bb1d351b01ebde2e7f",
    "email_open": "e59c8cc8564dbe28a09e199f2e545cd94cb2ddc82cc6c943d6cf8b1e46ef6dd4",
    "email_click": "5413b8124ee04275433bf603b99c4cde87482e922bcfb44e9153d252fdc9dbff",
    "email_bounce": "54d51cdf591690443231554bec9eaf7a2c34be56f8c68f8656953564ced63d38",
    "product": "91fb9e04e17cb704f02dc793945def0dde7293665eb06f0e91ec93d2fc2bd010",
    "loyalty": "da249de5c4ba046aeecaba38d646d45907b411357ce7c663a120eaf7139662bc",
    "points": "3797cf8ca79af8bca9fd86f6fd2f698237eed54eecdc0e92bc8b0535f3f8897d",
}


@cache
def files() -> dict[str, Delivery]:
    return {delivery.source: delivery for delivery in deliveries()}


@cache
def rows(source: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(files()[source].content.decode())))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def sent(source: str) -> dict[tuple[str, str], datetime]:
    """The earliest instant of a source for each (contact, campaign)."""
    time = {"email_send": "sent_at", "email_open": "opened_at"}[source]
    earliest: dict[tuple[str, str], datetime] = {}
    for row in rows(source):
        key = (row["contact_id"], row["campaign"])
        earliest[key] = min(at(row[time]), earliest.get(key, END))
    return earliest


def test_every_machine_makes_the_same_bytes() -> None:
    assert {name: hashlib.sha256(file.content).hexdigest() for name, file in files().items()} == SHA_256


def test_all_customers_and_purchases_of_the_data_are_there() -> None:
    assert len(rows("contacts")) == 23_570
    assert len({row["contact_id"] for row in rows("contacts")}) == 23_570
    assert len(rows("order")) == 69_659
    assert {row["customer_id"] for row in rows("order")} == {row["contact_id"] for row in rows("contacts")}


def test_purchases_are_the_data_digit_by_digit() -> None:
    data = [line.split() for line in data_file().read_text().splitlines()[1:]]
    assert [
        [row["customer_id"], row["ordered_at"].replace("-", ""), row["number_of_cds"], row["dollar_value"]]
        for row in rows("order")
    ] == data


def test_dollars_add_up_exactly() -> None:
    # 2,500,315.63 dollars and 167,881 CDs: known of the CDNOW data, and summed here without a float.
    assert sum(Decimal(row["dollar_value"]) for row in rows("order")) == Decimal("2500315.63")
    assert sum(int(row["number_of_cds"]) for row in rows("order")) == 167_881
    assert all(Decimal(row["dollar_value"]).as_tuple().exponent == -2 for row in rows("order"))


def test_registered_on_is_the_day_of_the_first_purchase() -> None:
    by_customer = groupby(rows("order"), key=lambda row: row["customer_id"])
    first = {customer: min(row["ordered_at"] for row in each) for customer, each in by_customer}
    assert {row["contact_id"]: row["registered_on"] for row in rows("contacts")} == first


def test_nothing_happens_at_or_after_the_end() -> None:
    assert max(row["ordered_at"] for row in rows("order")) == "1998-06-30" == LABEL
    for source, time in (("email_send", "sent_at"), ("email_open", "opened_at"), ("email_click", "clicked_at")):
        assert max(at(row[time]) for row in rows(source)) < END


def test_newsletters_go_to_people_who_opted_in_and_had_registered() -> None:
    people = {row["contact_id"]: row for row in rows("contacts")}
    assert {people[row["contact_id"]]["email_opt_in"] for row in rows("email_send")} == {"true"}
    assert all(people[row["contact_id"]]["registered_on"] < row["sent_at"][:10] for row in rows("email_send"))
    assert max(Counter((row["contact_id"], row["campaign"]) for row in rows("email_send")).values()) == 1


def test_opens_follow_sends_and_clicks_follow_opens() -> None:
    sends, opens = sent("email_send"), sent("email_open")
    assert all(at(row["opened_at"]) > sends[row["contact_id"], row["campaign"]] for row in rows("email_open"))
    assert all(at(row["clicked_at"]) > opens[row["contact_id"], row["campaign"]] for row in rows("email_click"))


def test_what_bounced_was_sent_and_never_opened() -> None:
    sends, opens = sent("email_send"), sent("email_open")
    bounces = {(row["contact_id"], row["campaign"]): at(row["bounced_at"]) for row in rows("email_bounce")}
    assert all(when > sends[key] for key, when in bounces.items())
    assert bounces.keys().isdisjoint(opens)


def test_after_a_hard_bounce_nothing_more_is_sent_and_the_address_is_not_valid() -> None:
    hard = {row["contact_id"]: at(row["bounced_at"]) for row in rows("email_bounce") if row["reason"] == "hard"}
    last = {contact: when for (contact, _), when in sorted(sent("email_send").items(), key=lambda item: item[1])}
    assert len(hard) > 300
    assert all(last[contact] < when for contact, when in hard.items())
    assert {row["contact_id"] for row in rows("contacts") if row["email_valid"] == "false"} == hard.keys()


def test_people_differ_in_how_they_read() -> None:
    got, opened = Counter(c for c, _ in sent("email_send")), Counter(c for c, _ in sent("email_open"))
    shares = [opened[contact] / count for contact, count in got.items() if count >= 12]
    assert sum(share == 0 for share in shares) > len(shares) * 0.1
    assert sum(share > 0.5 for share in shares) > len(shares) * 0.05
    assert 0.2 < len(rows("email_open")) / len(rows("email_send")) < 0.4


def test_some_values_are_missing_in_every_made_up_column() -> None:
    for column in ("country", "language", "gender", "birth_date", "email_opt_in", "email_valid", "interests"):
        missing = sum(row[column] == "" for row in rows("contacts"))
        assert 0.01 < missing / 23_570 < 0.45, column


def test_a_delivery_that_is_there_is_left_alone_and_a_changed_one_is_made_again(tmp_path: Path) -> None:
    assert set(make_landing(tmp_path).values()) == {True}
    order = tmp_path / "order" / f"{LABEL}.csv"
    order.write_text("damaged")
    assert make_landing(tmp_path) == {file.path: source == "order" for source, file in files().items()}
    assert order.read_bytes() == files()["order"].content
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == {
        file.path for file in files().values()
    }
