"""Contacts, purchases, mails and text messages in the forms in which their systems export them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from tests.company.campaigns import campaign_delivery
from tests.company.delivery import LABEL, Delivery, csv_delivery, parquet_delivery
from tests.company.mail_refusals import complaints, unsubscribes
from tests.company.mailings import email_valid, hard_bounced
from tests.company.newsletter_details import machines, with_categories, with_ids, with_machines
from tests.company.service_mails import service_mails
from tests.company.shop import Shop
from tests.company.text_messages import campaign_table, send_text_messages

NEW_YORK = ZoneInfo("America/New_York")

CONTACT_COLUMNS = (
    "contact_id,registered_on,country,language,gender,birth_date,email_opt_in,email_valid,interests,"
    "first_name,last_name,email,city,postal_code,company,job,children,registered_from,own_time_zone,mobile_phone,"
    "sms_opt_in,catalog_until,profile_changed_on"
)


def contact_deliveries(shop: Shop) -> Iterator[Delivery]:
    """One row for each customer; whether the address takes mail is what the newsletters found."""
    bounced = hard_bounced(shop.mailings)
    rows = [
        (p.contact_id, p.registered_on, p.country, p.language, p.gender, p.birth_date, p.email_opt_in,
         email_valid(p.contact_id, bounced), p.interests, *astuple(profile))
        for p, profile in zip(shop.people, shop.profiles, strict=True)
    ]  # fmt: skip
    yield csv_delivery("contacts", CONTACT_COLUMNS, rows)


def order_deliveries(shop: Shop) -> Iterator[Delivery]:
    rows = [(p.customer_id, p.ordered_on, p.number_of_cds, p.dollar_value) for p in shop.purchases]
    yield csv_delivery("order", "customer_id,ordered_at,number_of_cds,dollar_value", rows)


def email_deliveries(shop: Shop) -> Iterator[Delivery]:
    """Newsletters as the mail service's CSV, everything else of mails as the shop's own system keeps it."""
    mailings = shop.mailings
    machine_of = machines(shop.people, {contact_id: program for contact_id, _, _, program in mailings.opens})
    opens = with_ids("o", with_machines(mailings.opens, machine_of), 1998_05)
    clicks = with_ids("c", with_categories(mailings.clicks, shop.people, machine_of), 1998_06)
    yield campaign_delivery()
    yield csv_delivery("email_send", "contact_id,sent_at,campaign,event_id", with_ids("s", mailings.sends, 1998_04))
    yield csv_delivery("email_open", "contact_id,opened_at,campaign,program,privacy_open,platform,event_id", opens)
    yield csv_delivery("email_click", "contact_id,clicked_at,campaign,link,link_category,platform,event_id", clicks)
    yield csv_delivery(
        "email_bounce", "contact_id,bounced_at,campaign,reason,event_id", with_ids("b", mailings.bounces, 1998_07)
    )
    service = service_mails(shop)
    yield parquet_delivery("service_email", service)
    unsubscribed = with_ids("u", unsubscribes(shop, service), 1998_08)
    yield csv_delivery("email_unsubscribe", "contact_id,unsubscribed_at,campaign,reason,event_id", unsubscribed)
    yield csv_delivery(
        "email_complaint",
        "contact_id,complained_at,campaign,told_by,event_id",
        with_ids("j", complaints(shop), 1998_09),
    )


def sms_deliveries(shop: Shop) -> Iterator[Delivery]:
    """Parquet, but for what people keep by hand: the campaigns, and who wrote STOP, in a file of an office program."""
    agreed = [
        person.contact_id
        for person, profile in zip(shop.people, shop.profiles, strict=True)
        if profile.sms_opt_in == "true"
    ]
    messages = send_text_messages(agreed)
    yield csv_delivery("sms_campaign", "campaign,name,category,sent_on", campaign_table())
    yield parquet_delivery("sms_send", messages.sends)
    yield parquet_delivery("sms_report", messages.reports)
    yield parquet_delivery("sms_click", messages.clicks)
    yield Delivery(f"sms_unsubscribe/{LABEL}.csv", _office_file(messages.unsubscribes).encode("windows-1252"))


def _office_file(unsubscribes: pa.Table) -> str:
    """Semicolons, days as in Germany, the clock of New York, and blanks behind the words."""
    lines = ["Nummer;contact_id;unsubscribed_at;Kampagne;Stichwort"]
    for row in unsubscribes.to_pylist():
        at = row["unsubscribed_at"].astimezone(NEW_YORK)
        lines.append(f"{row['event_id']};{row['contact_id']};{at:%d.%m.%Y %H:%M:%S};{row['campaign']} ;STOP ")
    return "".join(f"{line}\r\n" for line in lines)
