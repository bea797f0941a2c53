"""Made up: what stands in the databases of others: trips, subscriptions, tickets, calls, and answers to one question.

Tickets follow the real purchases by days; who had a ticket calls more often and scores the shop lower. Each person has a
random stream of their own for each table. Instants are UTC to the second, days the shop's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from tests.company.mailings import END
from tests.company.people import Person, pick
from tests.company.products import products
from tests.company.purchases import Purchase

SEED = "cdnow relational 1"
TODAY = date(1998, 7, 1)

BRANDS = (
    ("Anvil Records", "US", "independent", 1979), ("Aria Nova", "DE", "independent", 1988),
    ("Block Party", "US", "major", 1984), ("Blue Door", "GB", "independent", 1958), ("Bright Penny", "GB", "major", 1962),
    ("Gravel Road", "US", "independent", 1971), ("Kammerton", "DE", "major", 1898), ("Lamplight", "US", "independent", 1953),
    ("Northlight", "GB", "major", 1931), ("Parade", "US", "major", 1942), ("Silver Hall", "FR", "major", 1929),
    ("Turnstile", "US", "independent", 1991), ("Uptown Sessions", "US", "independent", 1949),
    ("Wagon Wheel", "US", "independent", 1966),
)  # fmt: skip
"""Every record label of the shop's products: name, country, kind, since when."""

FESTIVALS = (("glastonbury", 0.2), ("montreux", 0.18), ("new_orleans", 0.26), ("newport", 0.2), ("bayreuth", 0.16))
CLASSES = (("economy", 0.68), ("comfort", 0.22), ("first", 0.09), ("", 0.01))
DOLLARS = {"economy": 240, "comfort": 520, "first": 1140, "": 240}
STATES = (("confirmed", 0.86), ("cancelled", 0.09), ("requested", 0.05))
PLANS = (("cd_of_the_month", 0.55), ("magazine", 0.3), ("premium", 0.15))
CENTS_A_MONTH = {"cd_of_the_month": 1295, "magazine": 495, "premium": 2450}
MONTHS = (("6", 0.35), ("12", 0.5), ("24", 0.15))
TOPICS = (("damaged", 0.24), ("late", 0.3), ("wrong_cd", 0.16), ("billing", 0.14), ("return", 0.14), ("", 0.02))
OUTCOMES = (("solved", 0.55), ("promised_callback", 0.16), ("complaint", 0.12), ("not_reached", 0.12), ("", 0.05))
ASKED_ON = (
    date(1997, 4, 15),
    date(1997, 7, 15),
    date(1997, 10, 15),
    date(1998, 1, 15),
    date(1998, 4, 15),
    date(1998, 6, 16),
)


@dataclass(frozen=True)
class Customer:
    """Whom rows are made for."""

    person: Person
    bought: Sequence[Purchase]

    @property
    def contact_id(self) -> str:
        return self.person.contact_id

    def stream(self, table: str) -> Random:
        return Random(f"{SEED}:{table}:{self.contact_id}")

    def some_day(self, random: Random) -> date:
        """Any day since the first purchase."""
        first = self.person.registered_on
        return first + timedelta(days=int(random.random() * (TODAY - first).days))


def bookings(customers: Sequence[Customer]) -> Iterator[tuple[object, ...]]:
    """(booking_id, contact_id, festival, travel_class, booked_on, departs_on, status, price)."""
    number = 0
    for customer in customers:
        random = customer.stream("bookings")
        if random.random() >= (0.25 if len(customer.bought) > 1 else 0.15):
            continue
        for _ in range(1 + int(random.random() * random.random() * 4)):
            number += 1
            booked_on = customer.some_day(random)
            departs_on = booked_on + timedelta(days=7 + int(random.random() * 230))
            travel_class = pick(random, CLASSES)
            price = f"{DOLLARS[travel_class] + int(random.random() * 300)}.00"
            yield (
                number, customer.contact_id, pick(random, FESTIVALS), travel_class or None, booked_on, departs_on,
                pick(random, STATES), price,
            )  # fmt: skip


def subscriptions(customers: Sequence[Customer]) -> Iterator[tuple[object, ...]]:
    """(subscription_id, contact_id, plan, started_on, ends_on, renewed, contract_value); renewed ones go on the day after.
    `renewed` is missing where nobody has said yet."""
    number = 0
    for customer in customers:
        random = customer.stream("subscriptions")
        if random.random() >= 0.22:
            continue
        plan, months = pick(random, PLANS), int(pick(random, MONTHS))
        started_on: date | None = customer.some_day(random)
        while started_on is not None:
            number += 1
            ends_on = _months_after(started_on, months) - timedelta(days=1)
            decided = ends_on < TODAY + timedelta(days=60)
            renewed = random.random() < 0.55 if decided and random.random() < 0.8 else None
            value = CENTS_A_MONTH[plan] * months
            yield (
                number, customer.contact_id, plan, started_on, ends_on, renewed, f"{value // 100}.{value % 100:02}",
            )  # fmt: skip
            started_on = ends_on + timedelta(days=1) if renewed and ends_on + timedelta(days=1) < TODAY else None


def support_tickets(customers: Sequence[Customer]) -> Iterator[tuple[object, ...]]:
    """(ticket_id, contact_id, opened_at, product_id, topic, priority, status, closed_at), some days after a purchase."""
    number = 0
    for customer in customers:
        random = customer.stream("support_tickets")
        troubled = random.random() * random.random() * 0.35
        for purchase in customer.bought:
            if random.random() >= troubled:
                continue
            day = purchase.ordered_on + timedelta(days=1 + int(random.random() * 20))
            opened_at = _instant(random, day)
            if opened_at >= END:
                continue
            number += 1
            closed_at = opened_at + timedelta(hours=1 + int(random.random() * random.random() * 400))
            never = random.random() < 0.05 or closed_at >= END
            status = ("waiting" if random.random() < 0.3 else "open") if never else "closed"
            product = products()[int(random.random() * len(products()))].product_id
            yield (
                number, customer.contact_id, opened_at, product, pick(random, TOPICS) or None,
                1 + int(random.random() * 3), status, None if never else closed_at,
            )  # fmt: skip


def calls(customers: Sequence[Customer], tickets: Sequence[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    """(call_id, contact_id, started_at, direction, outcome, seconds): some of a few who like to call, some about tickets."""
    opened: dict[object, list[datetime]] = {}
    for ticket in tickets:
        assert isinstance(ticket[2], datetime)
        opened.setdefault(ticket[1], []).append(ticket[2])
    number = 0
    for customer in customers:
        random = customer.stream("calls")
        likes_to_call = random.random() < 0.12
        instants = [_instant(random, customer.some_day(random)) for _ in range(int(random.random() * 7))]
        instants = instants if likes_to_call else []
        for opened_at in opened.get(customer.contact_id, []):
            instants += [
                opened_at + timedelta(hours=1 + int(random.random() * 70)) for _ in range(int(random.random() * 3))
            ]
        for started_at in sorted(instants):
            if started_at < END:
                number += 1
                direction = "outbound" if random.random() < 0.2 else "inbound"
                seconds = 20 + int(random.random() * random.random() * 1800)
                yield (
                    number, customer.contact_id, started_at, direction, pick(random, OUTCOMES) or None, seconds
                )  # fmt: skip


def nps_answers(customers: Sequence[Customer], tickets: Sequence[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    """(answer_id, contact_id, answered_at, score, asked_by): would you recommend us, 0 to 10, asked every quarter."""
    troubled = {ticket[1] for ticket in tickets}
    number = 0
    for customer in customers:
        random = customer.stream("nps")
        answers, liking = random.random() * random.random() * 0.5, random.random()
        for day in ASKED_ON:
            if customer.person.registered_on >= day or random.random() >= answers:
                continue
            number += 1
            answered_at = _instant(random, day + timedelta(days=int(random.random() * 12)))
            score = min(10, 3 + int(liking * 6 + random.random() * 4) - (4 if customer.contact_id in troubled else 0))
            yield (
                f"N{number:05}",
                customer.contact_id,
                answered_at,
                max(0, score),
                "phone" if random.random() < 0.1 else "mail",
            )


def _months_after(day: date, months: int) -> date:
    """The same day so many months later; days beyond the 28th become it."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


def _instant(random: Random, day: date) -> datetime:
    """In the hours in which the shop's people work, 14:00 to 23:00 UTC."""
    return datetime(day.year, day.month, day.day, 14, tzinfo=UTC) + timedelta(seconds=int(random.random() * 9 * 3600))
