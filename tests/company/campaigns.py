"""Made up: the mailings and text messages by name, what they were about, and what set them off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from tests.company.delivery import LABEL, Delivery
from tests.company.mailings import FIRST_TUESDAYS, newsletter_of

THEMES = {"01": "sale", "07": "sale", "11": "holiday", "12": "holiday", "03": "concerts", "06": "concerts"}
"""Month → what its newsletter is about; the others announce new releases."""

TITLES = {
    "sale": "The big sale",
    "holiday": "Gifts for the holidays",
    "concerts": "On tour",
    "new_releases": "Just out",
}


@dataclass(frozen=True)
class Campaign:
    """`kind`: sent to many at once, set off by a contact's date or deed, or part of a purchase."""

    campaign: str
    name: str
    category: str
    kind: str
    sent_on: str | None


SERVICE = (
    Campaign("order_confirmation", "Thank you for your order", "service", "transactional", None),
    Campaign("welcome", "Welcome to the shop", "service", "triggered", None),
    Campaign("birthday", "A present for your birthday", "occasion", "triggered", None),
    Campaign("come_back", "We miss you", "occasion", "triggered", None),
)


def newsletters() -> Iterator[Campaign]:
    for day in FIRST_TUESDAYS:
        theme = THEMES.get(day[5:7], "new_releases")
        yield Campaign(newsletter_of(day), f"{TITLES[theme]} {day[5:7]}/{day[:4]}", theme, "batch", day)


def campaign_delivery() -> Delivery:
    """JSON Lines, with `null` where a campaign has no day."""
    lines = [json.dumps(asdict(campaign)) for campaign in (*newsletters(), *SERVICE)]
    return Delivery(f"email_campaign/{LABEL}.jsonl", "".join(f"{line}\n" for line in lines).encode())
