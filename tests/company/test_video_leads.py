"""Who asked for the video shop: some bought at once, some later, most not yet."""

from __future__ import annotations

import csv
import io
from functools import cache

from tests.company.shop import open_shop
from tests.company.video_leads import lead_deliveries


@cache
def rows() -> list[dict[str, str]]:
    (delivery,) = lead_deliveries(open_shop())
    return list(csv.DictReader(io.StringIO(delivery.content.decode())))


def test_about_a_fifth_of_the_customers_asked_each_once() -> None:
    people = {person.contact_id for person in open_shop().people}
    assert {row["contact_id"] for row in rows()} <= people
    assert len({row["contact_id"] for row in rows()}) == len(rows())
    assert 0.15 < len(rows()) / len(people) < 0.25


def test_all_asked_since_the_video_shop_opened_and_nobody_bought_before_asking_or_after_the_end() -> None:
    assert min(row["signed_up_on"] for row in rows()) == "1997-09-01"
    assert max(row["signed_up_on"] for row in rows()) == "1998-06-30"
    assert all(row["signed_up_on"] <= row["bought_on"] <= "1998-06-30" for row in rows() if row["bought_on"])


def test_a_tenth_bought_at_once_a_few_more_later_and_most_not_yet() -> None:
    bought = [row for row in rows() if row["bought_on"]]
    at_once = [row for row in bought if row["bought_on"] == row["signed_up_on"]]
    assert 0.07 < len(at_once) / len(rows()) < 0.13
    assert 0.1 < (len(bought) - len(at_once)) / len(rows()) < 0.2


def test_the_channel_is_missing_for_a_few() -> None:
    assert 0.02 < sum(row["channel"] == "" for row in rows()) / len(rows()) < 0.08
