"""What the customer file says beside: every column is there for many and missing for some, and no two columns disagree."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date

import pytest

from tests.company.cities import cities_in
from tests.company.profiles import LAST_DAY
from tests.company.shop_exports import CONTACT_COLUMNS
from tests.company.test_company import at, rows

SHARES = {
    "first_name": 0.97, "last_name": 0.98, "email": 0.97, "city": 0.94, "postal_code": 0.9, "company": 0.2, "job": 0.6,
    "children": 0.58, "registered_from": 0.93, "own_time_zone": 0.94, "mobile_phone": 0.36, "sms_opt_in": 0.32,
    "catalog_until": 0.34, "profile_changed_on": 0.55,
}  # fmt: skip


def test_the_columns_that_the_first_segments_ask_for_are_to_the_byte_what_they_were() -> None:
    header = CONTACT_COLUMNS.split(",")[:9]
    lines = [",".join(header), *(",".join(row[column] for column in header) for row in rows("contacts"))]
    content = "".join(f"{line}\n" for line in lines).encode()
    assert hashlib.sha256(content).hexdigest() == "34d4923683486fd76d7ca7d7809b9e758a520b0df81be230e9798a5e4f7bfcb4"


@pytest.mark.parametrize(("column", "share"), SHARES.items())
def test_a_column_is_there_for_as_many_as_it_should(column: str, share: float) -> None:
    assert sum(row[column] != "" for row in rows("contacts")) / 23_570 == pytest.approx(share, abs=0.015)


def test_addresses_are_everybodys_own_and_known_of_all_who_agreed_to_newsletters() -> None:
    addresses = [row["email"] for row in rows("contacts") if row["email"]]
    assert len(set(addresses)) == len(addresses)
    assert all(row["email"] for row in rows("contacts") if row["email_opt_in"] == "true")
    assert all(address.rpartition(".")[2] in ("com", "net", "org", "example") for address in addresses)
    assert all(address.isascii() and address.count("@") == 1 for address in addresses)


def test_a_zone_is_that_of_a_city_of_the_country() -> None:
    zones = {
        (country, city.name, city.time_zone)
        for country in ("US", "CA", "GB", "DE", "AU", "JP")
        for city in cities_in(country).cities
    }
    homes = {(row["country"], row["city"], row["own_time_zone"]) for row in rows("contacts") if row["city"]}
    assert homes <= zones
    assert len(Counter(zone for _, _, zone in homes)) > 30
    assert not any(row["own_time_zone"] or row["postal_code"] for row in rows("contacts") if not row["city"])


def test_nobody_agreed_to_text_messages_without_a_number() -> None:
    assert not any(row["sms_opt_in"] for row in rows("contacts") if not row["mobile_phone"])
    assert {row["sms_opt_in"] for row in rows("contacts") if row["mobile_phone"]} == {"true", "false", ""}


def test_catalogs_run_out_in_the_past_today_and_in_the_future() -> None:
    ends = Counter(
        (end > LAST_DAY) - (end < LAST_DAY)
        for end in (date.fromisoformat(row["catalog_until"]) for row in rows("contacts") if row["catalog_until"])
    )
    assert ends[-1] > 1000
    assert ends[0] > 3
    assert ends[1] > 1000


def test_profiles_changed_after_registration_and_before_the_end() -> None:
    changed = [row for row in rows("contacts") if row["profile_changed_on"]]
    assert all(row["registered_on"] <= row["profile_changed_on"] <= "1998-06-30" for row in changed)
    assert at(max(row["profile_changed_on"] for row in changed)).date() == LAST_DAY
