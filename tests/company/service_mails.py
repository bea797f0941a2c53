"""Made up: the mails that the shop's own system sends to one person because of something that happened to them.

A confirmation for each purchase and a welcome after the first go to everybody; birthday mails and "we miss you", three
months after the latest purchase, only to people who opted in. One row a mail, with when it was first opened and clicked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tests.company.collected import collected
from tests.company.mailings import END, hard_bounced
from tests.company.people import Person
from tests.company.shop import Shop

SEED = 1998_11
LAST_DAY = date(1998, 6, 30)
COME_BACK_AFTER = timedelta(days=90)
OPENS = {"order_confirmation": 0.62, "welcome": 0.5, "birthday": 0.4, "come_back": 0.22}
CLICKS = {"order_confirmation": 0.08, "welcome": 0.2, "birthday": 0.3, "come_back": 0.25}
"""Of those that were opened; both shares are halved and more by a person's own."""

Mail = tuple[str, str, date]
"""Contact, campaign, local day."""


def service_mails(shop: Shop) -> pa.Table:
    """`event_id, contact_id, sent_at, campaign, opened_at, clicked_at`, as collected."""
    mails = [mail for person in shop.people for mail in _mails_to(person, shop.days[person.contact_id])]
    random = np.random.Generator(np.random.PCG64(SEED))
    sent = _sent(mails, random.random(len(mails)))
    opened = _opened(mails, sent, hard_bounced(shop.mailings), random.random((len(mails), 2)))
    clicked = _clicked(mails, opened, random.random((len(mails), 2)))
    instant = pa.timestamp("us", tz="UTC")
    rows = pa.table(
        {
            "event_id": [f"m{number:06}" for number in range(1, len(mails) + 1)],
            "contact_id": [contact for contact, _, _ in mails],
            "sent_at": pa.array(sent, instant),
            "campaign": [campaign for _, campaign, _ in mails],
            "opened_at": pa.array(opened, instant),
            "clicked_at": pa.array(clicked, instant),
        }
    )
    return collected(rows, "sent_at", SEED)


def _mails_to(person: Person, days: list[date]) -> Iterator[Mail]:
    yield from ((person.contact_id, "order_confirmation", day) for day in days)
    if days[0] < LAST_DAY:
        yield person.contact_id, "welcome", days[0] + timedelta(days=1)
    if person.email_opt_in == "true":
        yield from ((person.contact_id, "birthday", day) for day in _birthdays(person, days[0]))
        yield from ((person.contact_id, "come_back", day) for day in _silent_days(days))


def _birthdays(person: Person, registered_on: date) -> Iterator[date]:
    for year in (1997, 1998):
        if person.birth_date and person.birth_date[5:] != "02-29":
            day = date.fromisoformat(f"{year}-{person.birth_date[5:]}")
            if registered_on < day <= LAST_DAY:
                yield day


def _silent_days(days: list[date]) -> Iterator[date]:
    """Three months after a purchase that no other followed."""
    for bought_on, next_on in pairwise([*days, date.max]):
        if bought_on + COME_BACK_AFTER < min(next_on, LAST_DAY):
            yield bought_on + COME_BACK_AFTER


def _sent(mails: list[Mail], draws: np.ndarray) -> list[datetime]:
    """Confirmations at any hour of the local day, everything else in the morning."""
    return [
        datetime(day.year, day.month, day.day, 13, tzinfo=UTC)
        + timedelta(seconds=int(draw * (46_000 if campaign == "order_confirmation" else 3_600)))
        for (_, campaign, day), draw in zip(mails, draws, strict=True)
    ]


def _opened(mails: list[Mail], sent: list[datetime], unreachable: set[str], draws: np.ndarray) -> list[datetime | None]:
    """Soon for most; never by those whose address came back for good, nor after the end."""
    random = np.random.Generator(np.random.PCG64(SEED + 1))
    reads = dict(zip(dict.fromkeys(contact for contact, _, _ in mails), random.random(len(mails)), strict=False))
    opened: list[datetime | None] = []
    for (contact, campaign, _), sent_at, draw in zip(mails, sent, draws, strict=True):
        at = sent_at + timedelta(seconds=40 + int(draw[1] ** 3 * 4 * 86400))
        opens = contact not in unreachable and draw[0] < OPENS[campaign] * (0.4 + 0.6 * reads[contact])
        opened.append(at if opens and at < END else None)
    return opened


def _clicked(mails: list[Mail], opened: list[datetime | None], draws: np.ndarray) -> list[datetime | None]:
    clicked: list[datetime | None] = []
    for (_, campaign, _), at, draw in zip(mails, opened, draws, strict=True):
        clicked_at = at + timedelta(seconds=4 + int(draw[1] * 900)) if at else None
        clicked.append(clicked_at if clicked_at and draw[0] < CLICKS[campaign] and clicked_at < END else None)
    return clicked
