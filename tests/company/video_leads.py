"""Made up: who asked to be told about the video shop, which opened in September 1997 beside the CDs, and who bought there.

All customers of the CDNOW data bought on the day they registered, so of CDs there are no leads; of videos there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tests.company.delivery import Delivery, csv_delivery
from tests.company.people import pick
from tests.company.shop import Shop

SEED = "cdnow video leads 1"
OPENED = date(1997, 9, 1)
LAST_DAY = date(1998, 6, 30)
CHANNELS = (("web_form", 0.5), ("checkout_box", 0.25), ("friend", 0.12), ("fair", 0.08), ("", 0.05))


def lead_deliveries(shop: Shop) -> Iterator[Delivery]:
    """One row for about a fifth of the customers, more of those who read newsletters' forms."""
    rows = (
        _lead(Random(f"{SEED}:{person.contact_id}"), person.contact_id, person.email_opt_in == "true")
        for person in shop.people
    )
    yield csv_delivery("video_lead", "contact_id,signed_up_on,channel,bought_on", filter(None, rows))


def _lead(random: Random, contact_id: str, opted_in: bool) -> tuple[str, date, str, date | str] | None:
    """None for who never asked. One in ten bought at once, one in six later."""
    if random.random() >= (0.28 if opted_in else 0.1):
        return None
    signed_up_on = OPENED + timedelta(days=int(random.random() * ((LAST_DAY - OPENED).days + 1)))
    fate, later = random.random(), 1 + int(random.random() * random.random() * 150)
    bought_on = signed_up_on + timedelta(days=0 if fate < 0.1 else later)
    bought = fate < 0.26 and bought_on <= LAST_DAY
    return contact_id, signed_up_on, pick(random, CHANNELS), bought_on if bought else ""
