"""Contacts, purchases and newsletters as the shop's exports write them: strict CSV."""

from __future__ import annotations

from collections.abc import Iterator

from tests.company.delivery import Delivery, csv_delivery
from tests.company.mailings import email_valid, hard_bounced
from tests.company.shop import Shop

CONTACT_COLUMNS = "contact_id,registered_on,country,language,gender,birth_date,email_opt_in,email_valid,interests"


def contact_deliveries(shop: Shop) -> Iterator[Delivery]:
    """One row for each customer; whether the address takes mail is what the newsletters found."""
    bounced = hard_bounced(shop.mailings)
    rows = [
        (p.contact_id, p.registered_on, p.country, p.language, p.gender, p.birth_date, p.email_opt_in,
         email_valid(p.contact_id, bounced), p.interests) for p in shop.people
    ]  # fmt: skip
    yield csv_delivery("contacts", CONTACT_COLUMNS, rows)


def order_deliveries(shop: Shop) -> Iterator[Delivery]:
    rows = [(p.customer_id, p.ordered_on, p.number_of_cds, p.dollar_value) for p in shop.purchases]
    yield csv_delivery("order", "customer_id,ordered_at,number_of_cds,dollar_value", rows)


def email_deliveries(shop: Shop) -> Iterator[Delivery]:
    mailings = shop.mailings
    yield csv_delivery("email_send", "contact_id,sent_at,campaign", mailings.sends)
    yield csv_delivery("email_open", "contact_id,opened_at,campaign,program", mailings.opens)
    yield csv_delivery("email_click", "contact_id,clicked_at,campaign,link", mailings.clicks)
    yield csv_delivery("email_bounce", "contact_id,bounced_at,campaign,reason", mailings.bounces)
