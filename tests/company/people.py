"""Made up: what the shop's customer file says of each customer, beside the real day of the first purchase.

Each person has a random stream of their own, seeded by a fixed word and the customer's id, so one more column or one
more customer changes nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SEED = "cdnow people 1"

COUNTRIES = (("US", 0.78), ("CA", 0.08), ("GB", 0.05), ("DE", 0.03), ("AU", 0.02), ("JP", 0.02), ("", 0.02))
SPOKEN = {"US": "en", "CA": "en", "GB": "en", "AU": "en", "DE": "de", "JP": "ja", "": ""}
SECOND = {"US": "es", "CA": "fr", "GB": "en", "AU": "en", "DE": "en", "JP": "en", "": "en"}
GENDERS = (("female", 0.43), ("male", 0.47), ("other", 0.01), ("", 0.09))
OPT_INS = (("true", 0.58), ("false", 0.36), ("", 0.06))
INTERESTS = ("rock", "pop", "classical", "jazz", "hip_hop", "country", "soundtrack")
INTEREST_SHARES = (0.45, 0.38, 0.16, 0.14, 0.17, 0.12, 0.15)


@dataclass(frozen=True)
class Person:
    """A row of `contacts` but for email_valid, which the mailings decide. Missing values are empty."""

    contact_id: str
    registered_on: date
    country: str
    language: str
    gender: str
    birth_date: str
    email_opt_in: str
    interests: str


def person(contact_id: str, registered_on: date) -> Person:
    """The same person every time for the same id."""
    random = Random(f"{SEED}:{contact_id}")
    country = pick(random, COUNTRIES)
    return Person(
        contact_id=contact_id,
        registered_on=registered_on,
        country=country,
        language=_language(random, country),
        gender=pick(random, GENDERS),
        birth_date=_birth_date(random),
        email_opt_in=pick(random, OPT_INS),
        interests=_interests(random),
    )


def pick(random: Random, shares: Sequence[tuple[str, float]]) -> str:
    """One of the words, each with its share of the draws."""
    draw = random.random()
    for word, share in shares:
        draw -= share
        if draw < 0:
            return word
    return shares[-1][0]


def _language(random: Random, country: str) -> str:
    draw = random.random()
    if draw < 0.05:
        return ""
    return SECOND[country] if draw < 0.15 else SPOKEN[country]


def _birth_date(random: Random) -> str:
    """Ages 16 to 75 at the start of 1997, more young people than old; missing for 35 of 100."""
    missing = random.random() < 0.35
    years_in_days = int(random.random() * random.random() * 59 * 365)
    born = date(1981, 1, 1) - timedelta(days=1 + years_in_days)
    return "" if missing else born.isoformat()


def _interests(random: Random) -> str:
    """Several words joined by `|`; missing where nothing was ticked, and for 25 of 100 who never saw the form."""
    asked = random.random() >= 0.25
    ticked = [word for word, share in zip(INTERESTS, INTEREST_SHARES, strict=True) if random.random() < share]
    return "|".join(ticked) if asked else ""
