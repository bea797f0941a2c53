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
    "contacts": "9e06cde7b21cb2e36371f215a9ae0d201e6fd6517e0cbdd7adfb216292b4ef61",
    "order": "2ed64ad853723721b49b2d5f3a333fb1da0cd599a7435580d61de5e22894842d",
    "email_campaign": "8c8845b5549e5c919d513d5ce8ab8c8eef1157fad9f9cec41d58d4885b3e0f04",
    "email_send": "56ccce3fd565d863f45d91cde9f2ec63b2db5e8dd852ccec0c14232985bf47ab",
    "email_open": "b2ff396cc8bcf6fc60f463e13badb490382f5be0ebcacb2ccd283aae9fd5b170",
    "email_click": "f1bc50e62851a76fdfc08190cb79a206d8abccd3eff86686415ad44601e17201",
    "email_bounce": "53aa60e9f29430e900eb524e5567099e3d713c576073e69ee30bb91da4c14470",
    "service_email": "dc3e8de92c291e327efaa94f07c892de9df0ce2ed3826fde845721f85f4e5298",
    "email_unsubscribe": "4e4bccb192ab4e70947fef632dc111ad2b1e43c7ecd99d17ac14360d3a28d460",
    "email_complaint": "279d3c6fc5a74e3a008bd0e09025a7a1ad5fb6e5fe286689020cbf99152fdb67",
    "sms_campaign": "617f745457d4e55507e7fe2c1b768a19181c2a79f11e85fe18e0d61ee2229ab8",
    "sms_send": "2a6944b4dfee5f4c41e1bf24e352b01928f87dab69b7e1b47ff3a7984ac8201d",
    "sms_report": "ce35c54d23569bf6e8ebb482ec0ad6bac8c61f406af1a7e6356372492948600e",
    "sms_click": "ebb9bb76b6e38b0b83b407b6bf5c21a7cf097b91dbe170e23642f80c49994736",
    "sms_unsubscribe": "6e6563f902cba61cc386e77c2c54b0d16afc080f47ebf0c13a08a6cfebfab663",
    "product": "91fb9e04e17cb704f02dc793945def0dde7293665eb06f0e91ec93d2fc2bd010",
    "loyalty": "da249de5c4ba046aeecaba38d646d45907b411357ce7c663a120eaf7139662bc",
    "points": "3797cf8ca79af8bca9fd86f6fd2f698237eed54eecdc0e92bc8b0535f3f8897d",
    "store": "072280115dc326e25513840d1d3550bfdc8870096c4dbd12968dd3ed04f47761",
    "order_line": "ba18f6949fee432210285652bea3f0bda3c65258b70b2e7057d02db73dedc4a7",
    "order_refund": "166f35f02133634be10a7d7ebab8f2444157de1990cc9d805e3ddf1b9777ff52",
    "email_response_place": "70599fa62d8d0cf558fa6fd385ec7abfd88709ba3864123173224fbb86615f9d",
    "video_lead": "c007a5148c4730ef97417f48ab0d3664caab11b789ae381e7e41bf7b55be5012",
    "web_session": "883c6e1e4ca9a5abb2cd8b97d1b994bf8217af14a4e237245daba4e1448e5065",
    "page_view": "08f51b4b6c2997af674b19522f231f6e22ca817c15880677c2e0fbc60727c599",
    "product_view": "ba673b7851cdb86ec0984d50d5f2b73510c46c252efe45e14d8dbdf7f93be79b",
    "category_view": "2bbd118fbc5b5ee8ac38f6c9fb04717d3fcd76836154c7e97cb25e0842188aa5",
    "cart_update": "6e9595e58f75e2788c73d530d3a9db09f7609852c608e45b5dde713acdf5a56c",
    "checkout": "6587dd9ac06291a7d94fe0562e345571ed9b35c88835b058a9ea9d03925d5a75",
    "web_tag": "9b7761f55bae5ad78fd95a3d23d90656ceea9bdbbf1f0b151848af3ee5eef00d",
    "device": "9b551b72d849d8cae1294b42aaf46e12d1bc578e269293492b4848c27f28b864",
    "app_install": "6967cd770573224ca661fa269f97f9dc17630d6f95e5d452810ca0d79243598e",
    "push_send": "eea5de5693b19e3b88fd45b2f92867fa55d3c16d213c9a8702d9cdd77d1bc8d7",
    "push_open": "8b63ebd15fafd7b7f78cb01a261ae04c4e5f670ab42b1af26346ec4e7cd8f319",
    "inapp_show": "c847e2c3635bf310c70e5df5a94301ce2a93300552d66f022a82d77944c1d09a",
    "inapp_click": "f17fb0536ee981aa1a94f97c6261b63f3ac87437b2e7eb3226bee905fb3cab7d",
    "app_event": "34df70d8877a0d3777b0a95b36c1eb2952d37222f89a20da0acad9c7c0433024",
    "browser": "e9b0f58a7b60cd46943de0dcee462e5e4d9decbb557eee207aef93c5e8858ebd",
    "webpush_send": "2b502930a64bdfa31703d4bb11282f234e045ebdcbcbc696059d6554596fbdc5",
    "webpush_show": "2d1fe5e4767eabf171ba0e3f8f016e7c4f0fbb678a2d72213ea8acd69859d25e",
    "webpush_click": "e333edaf8be37ce4115c3674df2ca1ce34daeb7ec0adc63022bebc9f2b8f4404",
    "nps": "a64779e4fa58056de20f5a82142658f36007196d0f30e92f7d2ea9e561e9fdeb",
}


@cache
def files() -> dict[str, Delivery]:
    """By source; of a Delta table its one file of rows."""
    return {delivery.source: delivery for delivery in deliveries() if "/_delta_log/" not in delivery.path}


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
    sends = {row["event_id"]: (row["contact_id"], row["campaign"]) for row in rows("email_send")}
    assert max(Counter(sends.values()).values()) == 1


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
    paths = {file.path for file in files().values()} | {"nps/_delta_log/00000000000000000000.json"}
    assert make_landing(tmp_path) == {path: path.startswith("order/") for path in paths}
    assert order.read_bytes() == files()["order"].content
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == paths
