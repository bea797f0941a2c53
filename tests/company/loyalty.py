"""Made up: the shop's loyalty club: who joined it, and every point that was earned, redeemed or lost since.

Points follow the real purchases: a dollar is a point (for collectors one and a half, cut to whole ones), credited a
fortnight after the purchase and pending until then. They expire at the end of their month a year later,
oldest first spent. Tier, balance and what expires next are worked out from the ledger, so the two never disagree.
Each person has a random stream of their own. Instants are local here, and UTC to the second where they are delivered.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from tests.company.people import Person
from tests.company.purchases import Purchase

SEED = "cdnow loyalty 1"
END = date(1998, 7, 1)
"""The day before which, by the shop's clock, everything happens."""
CREDITED_AFTER = timedelta(days=14)
WELCOME, CHECK_IN, REVIEW, BIRTHDAY = 100, 5, 25, 50
VOUCHERS = (500, 200, 100)
TIERS = (("bronze", 0), ("silver", 250), ("gold", 600), ("platinum", 1500))
"""By points ever earned; whoever has reached one stays in it."""


@dataclass(frozen=True)
class Entry:
    """A line of the ledger; `booked_at` by the shop's clock."""

    contact_id: str
    booked_at: datetime
    kind: str
    reason: str
    points: int


@dataclass
class Account:
    """A member's points while time passes. `lots` holds what is unspent, as [day it expires on, points], oldest first."""

    contact_id: str
    joined_on: date
    plan: str
    tier: int = 0
    tier_since: date = END
    earned: int = 0
    pending: int = 0
    lots: list[tuple[date, int]] = field(default_factory=list[tuple[date, int]])
    entries: list[Entry] = field(default_factory=list[Entry])

    @property
    def balance(self) -> int:
        return sum(points for _, points in self.lots)

    def earn(self, at: datetime, reason: str, points: int) -> None:
        self._write(at, "earned", reason, points)
        self.earned += points
        self.lots.append((_expiry(at.date()), points))
        while self.tier + 1 < len(TIERS) and self.earned >= TIERS[self.tier + 1][1]:
            self.tier += 1
            self.tier_since = at.date()

    def redeem(self, at: datetime, points: int) -> None:
        self._write(at, "redeemed", "voucher", points)
        while points:
            expires_on, left = self.lots.pop(0)
            if left > points:
                self.lots.insert(0, (expires_on, left - points))
            points -= min(left, points)

    def expire(self, before: date) -> None:
        """What has expired before this day goes, a line for each month."""
        while self.lots and self.lots[0][0] < before:
            expires_on = self.lots[0][0]
            points = sum(left for day, left in self.lots if day == expires_on)
            self._write(datetime.combine(expires_on, time(23, 59, 59)), "expired", "expiry", points)
            self.lots = [lot for lot in self.lots if lot[0] != expires_on]

    def expires_next(self) -> tuple[date, int] | None:
        """The next day on which points expire, and how many."""
        if not self.lots:
            return None
        expires_on = self.lots[0][0]
        return expires_on, sum(left for day, left in self.lots if day == expires_on)

    def _write(self, at: datetime, kind: str, reason: str, points: int) -> None:
        self.entries.append(Entry(self.contact_id, at, kind, reason, points))


def accounts(people: Sequence[Person], bought: Mapping[str, Sequence[Purchase]]) -> list[Account]:
    """Every member's account as it stands at the end, in the order of people."""
    opened = (_account(person, bought[person.contact_id]) for person in people)
    return [account for account in opened if account is not None]


def _account(person: Person, bought: Sequence[Purchase]) -> Account | None:
    random = Random(f"{SEED}:{person.contact_id}")
    if random.random() >= (0.85 if len(bought) > 1 else 0.42):
        return None
    account = Account(person.contact_id, _joined_on(random, person), "collectors" if random.random() < 0.15 else "club")
    account.tier_since = account.joined_on
    gains = sorted(_gains(random, account, person, bought))
    spends = random.random() * 0.3
    for number, (at, reason, points) in enumerate(gains):
        account.expire(at.date())
        account.earn(at, reason, points)
        redeemed_at = at + timedelta(seconds=60 + int(random.random() * 1800))
        voucher = next((size for size in VOUCHERS if size <= account.balance), None)
        before_the_next = number + 1 == len(gains) or redeemed_at < gains[number + 1][0]
        if voucher and before_the_next and random.random() < spends:
            account.redeem(redeemed_at, voucher)
    account.expire(END)
    return account


def _joined_on(random: Random, person: Person) -> date:
    """At the first purchase for two in five, for the others on any later day."""
    later = (END - timedelta(days=2) - person.registered_on).days
    days = 1 + int(random.random() * later)
    return person.registered_on + timedelta(days=0 if random.random() < 0.4 else days)


def _gains(
    random: Random, account: Account, person: Person, bought: Sequence[Purchase]
) -> Iterator[tuple[datetime, str, int]]:
    """(instant, reason, points) of everything that earns some; what is not credited yet becomes pending."""
    joined_on = account.joined_on
    days = (END - joined_on).days
    yield _moment(random, joined_on, first_hour=10), "welcome", WELCOME
    reviews = random.random() * random.random() * 0.8
    for purchase in bought:
        if purchase.ordered_on < joined_on:
            continue
        points = int(purchase.dollar_value.partition(".")[0])
        points = points * 3 // 2 if account.plan == "collectors" else points
        credited_on = purchase.ordered_on + CREDITED_AFTER
        if credited_on >= END:
            account.pending += points
        elif points:
            yield _moment(random, credited_on, first_hour=13), "purchase", points
        reviewed_on = purchase.ordered_on + timedelta(days=2 + int(random.random() * 25))
        if random.random() < reviews and reviewed_on < END:
            yield _moment(random, reviewed_on, first_hour=13), "review", REVIEW
    visits = int(random.random() * random.random() * random.random() * 58 * days / 500)
    for _ in range(visits):
        yield (
            _moment(random, joined_on + timedelta(days=int(random.random() * days)), first_hour=13),
            "check_in",
            CHECK_IN,
        )
    for year in (1997, 1998):
        if (birthday := _birthday(person, year)) and joined_on < birthday < END:
            yield datetime.combine(birthday, time(9)), "birthday", BIRTHDAY


def _moment(random: Random, day: date, first_hour: int) -> datetime:
    """Between this hour and ten in the evening, before anything expires; joining is over at one."""
    hours = 3 if first_hour == 10 else 9
    return datetime.combine(day, time(first_hour)) + timedelta(seconds=int(random.random() * hours * 3600))


def _birthday(person: Person, year: int) -> date | None:
    if not person.birth_date:
        return None
    born = date.fromisoformat(person.birth_date)
    return date(year, born.month, min(born.day, monthrange(year, born.month)[1]))


def _expiry(day: date) -> date:
    """The last day of the month, a year later."""
    return date(day.year + 1, day.month, monthrange(day.year + 1, day.month)[1])
