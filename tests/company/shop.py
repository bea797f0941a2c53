"""What all kinds of made-up data start from: the real purchases, and the made-up people who bought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tests.company.mailings import Mailings, send_mailings
from tests.company.people import Person, person
from tests.company.profiles import Profile, profile
from tests.company.purchases import Purchase, purchase_days, read_purchases


@dataclass(frozen=True)
class Shop:
    """Purchases as in the data; `days` holds each customer's, earliest first; people in the order of the data."""

    purchases: Sequence[Purchase]
    days: dict[str, list[date]]
    people: Sequence[Person]

    @cached_property
    def bought(self) -> dict[str, list[Purchase]]:
        """Each customer's purchases, in the order of the data."""
        bought: dict[str, list[Purchase]] = {customer: [] for customer in self.days}
        for purchase in self.purchases:
            bought[purchase.customer_id].append(purchase)
        return bought

    @cached_property
    def profiles(self) -> Sequence[Profile]:
        """What the customer file says beside; in the order of people."""
        return [profile(person) for person in self.people]

    @cached_property
    def mailings(self) -> Mailings:
        """Every newsletter sent, opened, clicked and bounced."""
        return send_mailings(self.people, self.days)


def open_shop() -> Shop:
    """Reads the data and makes up its people: one pass."""
    purchases = read_purchases()
    days = purchase_days(purchases)
    return Shop(purchases, days, [person(customer_id, each[0]) for customer_id, each in days.items()])
