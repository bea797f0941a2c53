"""Made up: who unsubscribed from mails, and who called one junk.

Unsubscribing follows a click on that link in a newsletter (most fill in the form behind it), or a service mail to someone
who wants no newsletters. The customer file lags behind both: nobody's opt-in changes by them, which segments have to mind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pyarrow as pa

from tests.company.mailings import END, Mailings
from tests.company.people import pick
from tests.company.shop import Shop

SEED = "cdnow refusals 1"
REASONS = (("too_many", 0.26), ("not_interested", 0.22), ("never_agreed", 0.09), ("other", 0.05), ("", 0.38))

Refusal = tuple[str, datetime, str, str]
"""Contact, instant, campaign; the last column is a reason or a mail service."""


def unsubscribes(shop: Shop, service: pa.Table) -> list[Refusal]:
    """In the order of time."""
    random = Random(SEED)
    rows = [row for row in _after_clicks(shop.mailings, random) if row[1] < END]
    unwilling = {person.contact_id for person in shop.people if person.email_opt_in == "false"}
    rows += [row for row in _after_service_mails(service, unwilling, random) if row[1] < END]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def complaints(shop: Shop) -> list[Refusal]:
    """Some few complain often, most never; what came back cannot be complained of."""
    random = Random(f"{SEED}:complaints")
    returned = {(contact, campaign) for contact, _, campaign, _ in shop.mailings.bounces}
    touchy = {person.contact_id for person in shop.people if random.random() < 0.04}
    rows: list[Refusal] = []
    for contact, sent_at, campaign in shop.mailings.sends:
        at = sent_at + timedelta(seconds=60 + int(random.random() ** 2 * 5 * 86400))
        complains = random.random() < (0.03 if contact in touchy else 0.0002)
        if complains and (contact, campaign) not in returned and at < END:
            rows.append((contact, at, campaign, pick(random, (("web_mail", 0.55), ("provider", 0.45)))))
    return sorted(rows, key=lambda row: (row[1], row[0]))


def _after_clicks(mailings: Mailings, random: Random) -> Iterator[Refusal]:
    for contact, clicked_at, campaign, link in mailings.clicks:
        if link == "unsubscribe" and random.random() < 0.85:
            yield (
                contact,
                clicked_at + timedelta(seconds=15 + int(random.random() * 400)),
                campaign,
                pick(random, REASONS),
            )


def _after_service_mails(service: pa.Table, unwilling: set[str], random: Random) -> Iterator[Refusal]:
    """At most one for each person."""
    columns = (service[name].to_pylist() for name in ("contact_id", "opened_at", "campaign"))
    left = set(unwilling)
    for contact, opened_at, campaign in zip(*columns, strict=True):
        if opened_at and contact in left and random.random() < 0.09:
            left.discard(contact)
            yield (
                contact,
                opened_at + timedelta(seconds=20 + int(random.random() * 900)),
                campaign,
                pick(random, REASONS),
            )
