"""Made up: eighteen monthly newsletters, who got, opened and clicked them, and which came back.

A newsletter goes to everyone registered before it who opted in and whose address has not come back for good. Opens
follow sends, clicks follow opens, and each person has rates of their own; who bought again reads more. Nothing happens
at or after the end of the data (midnight of 1 July 1998 in New York). Times are UTC to the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from tests.company.people import Person, pick

SEED = "cdnow mailings 1"
END = datetime(1998, 7, 1, 4, tzinfo=UTC)
"""Midnight of 1 July 1998 in New York: the as_of of the demonstration."""

FIRST_TUESDAYS = (
    *("1997-01-07", "1997-02-04", "1997-03-04", "1997-04-01", "1997-05-06", "1997-06-03", "1997-07-01", "1997-08-05"),
    *("1997-09-02", "1997-10-07", "1997-11-04", "1997-12-02", "1998-01-06", "1998-02-03", "1998-03-03", "1998-04-07"),
    *("1998-05-05", "1998-06-02"),
)
LINKS = (("new_releases", 0.42), ("sale", 0.3), ("charts", 0.2), ("account", 0.06), ("unsubscribe", 0.02))


@dataclass(frozen=True)
class Habits:
    """A person's own rates, 0-1."""

    opens: float
    clicks: float
    hard_bounces: float
    webmail: bool


@dataclass
class Mailings:
    """Rows of the four sources, as (contact_id, instant, campaign, last column); sends have no last column."""

    sends: list[tuple[str, datetime, str]] = field(default_factory=list)
    opens: list[tuple[str, datetime, str, str]] = field(default_factory=list)
    clicks: list[tuple[str, datetime, str, str]] = field(default_factory=list)
    bounces: list[tuple[str, datetime, str, str]] = field(default_factory=list)


def send_mailings(people: Sequence[Person], buys: dict[str, list[date]]) -> Mailings:
    """The whole history, each source in the order of people, then of time of sending. One pass over people."""
    mailings = Mailings()
    for person in people:
        if person.email_opt_in == "true":
            _write_to(mailings, person, bought_again=len(buys[person.contact_id]) > 1)
    return mailings


def newsletter_of(day: str) -> str:
    """The name of the newsletter sent on that day."""
    return f"newsletter_{day[:4]}_{day[5:7]}"


def hard_bounced(mailings: Mailings) -> set[str]:
    """Contacts whose address came back for good."""
    return {contact_id for contact_id, _, _, reason in mailings.bounces if reason == "hard"}


def email_valid(contact_id: str, bounced: set[str]) -> str:
    """`false` after a hard bounce, else `true`, missing for 3 of 100 whose address was never checked."""
    if contact_id in bounced:
        return "false"
    return "" if Random(f"{SEED}:valid:{contact_id}").random() < 0.03 else "true"


def _habits(random: Random, bought_again: bool) -> Habits:
    liking = 1.0 if bought_again else 0.6
    reads = random.random() * liking
    return Habits(
        opens=0.0 if random.random() < 0.15 else reads * 0.75,
        clicks=random.random() * random.random() * 0.6,
        hard_bounces=0.08 if random.random() < 0.06 else 0.002,
        webmail=random.random() < 0.35,
    )


def _write_to(mailings: Mailings, person: Person, bought_again: bool) -> None:
    random = Random(f"{SEED}:{person.contact_id}")
    habits = _habits(random, bought_again)
    for day in FIRST_TUESDAYS:
        if person.registered_on < date.fromisoformat(day) and not _send(mailings, random, habits, person, day):
            return


def _send(mailings: Mailings, random: Random, habits: Habits, person: Person, day: str) -> bool:
    """One newsletter to one person; False when the address came back for good."""
    campaign = newsletter_of(day)
    sent_at = datetime.fromisoformat(f"{day}T14:00:00+00:00") + timedelta(seconds=int(random.random() * 5400))
    mailings.sends.append((person.contact_id, sent_at, campaign))
    bounce = random.random()
    if bounce < habits.hard_bounces + 0.008:
        reason = "hard" if bounce < habits.hard_bounces else "soft"
        after = timedelta(seconds=5 + int(random.random() * 7200))
        mailings.bounces.append((person.contact_id, sent_at + after, campaign, reason))
        return reason == "soft"
    if random.random() < habits.opens:
        _open(mailings, random, habits, person.contact_id, sent_at, campaign)
    return True


def _open(
    mailings: Mailings, random: Random, habits: Habits, contact_id: str, sent_at: datetime, campaign: str
) -> None:
    """The first open, soon for most, and for one in five a second one days later; each may bring a click."""
    program = "webmail" if habits.webmail else "desktop"
    at = sent_at
    for longest_seconds in (6 * 86400, 20 * 86400) if random.random() < 0.2 else (6 * 86400,):
        at += timedelta(seconds=30 + int(random.random() * random.random() * random.random() * longest_seconds))
        if at >= END:
            return
        mailings.opens.append((contact_id, at, campaign, program))
        clicked_at = at + timedelta(seconds=3 + int(random.random() * 600))
        if random.random() < habits.clicks and clicked_at < END:
            mailings.clicks.append((contact_id, clicked_at, campaign, pick(random, LINKS)))
