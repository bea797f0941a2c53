"""Made up: thirteen text messages to those who agreed to them, who was reached, who clicked and who wrote STOP.

Nothing is sent after STOP, nor after a number came back for good twice. Reports follow sends within hours, and a few
never come; clicks follow the report that a message was received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.company.collected import collected
from tests.company.mailings import END

SEED = 1998_31
INSTANT = pa.timestamp("us", tz="UTC")
FIRST = date(1998, 1, 8)
CAMPAIGNS = 13
"""Every other Thursday from the first one."""
CATEGORIES = ("new_releases", "sale", "concerts")
TITLES = {"new_releases": "New this week", "sale": "Two days only", "concerts": "On stage near you"}
STATES = ("received", "soft_bounce", "hard_bounce")
LINKS = ("shop", "offer", "tickets")


@dataclass(frozen=True)
class TextMessages:
    """A table a source, each as collected; `unsubscribes` stays in the order of time."""

    sends: pa.Table
    reports: pa.Table
    clicks: pa.Table
    unsubscribes: pa.Table


@dataclass(frozen=True)
class Sent:
    """One entry for each message; instants are microseconds UTC."""

    contact: np.ndarray
    campaign: np.ndarray
    at: np.ndarray


def days() -> list[date]:
    return [FIRST + timedelta(days=14 * number) for number in range(CAMPAIGNS)]


def campaign_of(day: date) -> str:
    return f"sms_{day:%Y_%m_%d}"


def campaign_table() -> list[tuple[str, str, str, date]]:
    """`campaign, name, category, sent_on`."""
    kinds = [CATEGORIES[number % len(CATEGORIES)] for number in range(CAMPAIGNS)]
    return [
        (campaign_of(day), f"{TITLES[kind]}, {day:%d %B}", kind, day) for day, kind in zip(days(), kinds, strict=True)
    ]


def send_text_messages(receivers: list[str]) -> TextMessages:
    """To these contacts, who agreed and whose number is there. A few array operations over people × campaigns."""
    random = np.random.Generator(np.random.PCG64(SEED))
    shape = (len(receivers), CAMPAIGNS)
    habits = random.random((len(receivers), 3))
    hard = random.random(shape) < np.where(habits[:, :1] < 0.04, 0.8, 0.002)
    soft = ~hard & (random.random(shape) < 0.03)
    stops = ~hard & ~soft & (random.random(shape) < np.where(habits[:, 1:2] < 0.1, 0.04, 0.002))
    sent = (_before(stops) == 0) & (_before(hard) < 2)
    contact, campaign = np.nonzero(sent)
    picks = (contact, campaign)
    messages = Sent(contact, campaign, _sent_at(campaign, random.random(len(contact))))
    state = np.where(hard[picks], 2, np.where(soft[picks], 1, 0))
    reported_at = messages.at + _spread(random.random(len(contact)), 3, 4 * 3600)
    reported = (random.random(len(contact)) > 0.015) & (reported_at < _micros_of_end())
    clicked_at = reported_at + _spread(random.random(len(contact)), 10, 2 * 86400)
    clicks = random.random(len(contact)) < (habits[:, 2] ** 2 * 0.35)[contact]
    clicked = reported & (state == 0) & clicks & (clicked_at < _micros_of_end())
    stopped_at = reported_at + _spread(random.random(len(contact)), 20, 3600)
    stopped = reported & stops[picks] & (stopped_at < _micros_of_end())
    link = np.minimum((random.random(len(contact)) * 4).astype(int), 2)
    everyone = np.ones(len(contact), bool)
    return TextMessages(
        collected(_rows("t", receivers, messages, everyone, {"sent_at": messages.at}), "sent_at", SEED + 1),
        collected(
            _rows("r", receivers, messages, reported, {"reported_at": reported_at}, state=(STATES, state)),
            "reported_at",
            SEED + 2,
        ),
        collected(
            _rows("k", receivers, messages, clicked, {"clicked_at": clicked_at}, link=(LINKS, link)),
            "clicked_at",
            SEED + 3,
        ),
        _rows("u", receivers, messages, stopped, {"unsubscribed_at": stopped_at}).sort_by("unsubscribed_at"),
    )


def _before(happened: np.ndarray) -> np.ndarray:
    """How often in the campaigns before."""
    return np.cumsum(happened, axis=1) - happened


def _sent_at(campaign: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """From noon in New York on, over an hour and a half."""
    midnights = np.array(days(), dtype="datetime64[us]").astype(np.int64)
    return midnights[campaign] + 16 * 3_600_000_000 + _spread(draws, 0, 5400, power=1)


def _spread(draws: np.ndarray, least_seconds: int, longest_seconds: int, power: int = 4) -> np.ndarray:
    """Microseconds in whole seconds, soon for most."""
    return (least_seconds + draws**power * longest_seconds).astype(np.int64) * 1_000_000


def _micros_of_end() -> int:
    return int(END.timestamp()) * 1_000_000


def _rows(
    letter: str,
    receivers: list[str],
    messages: Sent,
    mask: np.ndarray,
    time: dict[str, np.ndarray],
    **words: tuple[tuple[str, ...], np.ndarray],
) -> pa.Table:
    """`event_id, contact_id`, the time, `campaign` and one more column at most, of the messages in the mask."""
    chosen = np.flatnonzero(mask)
    names = [campaign_of(day) for day in days()]
    columns = {
        "event_id": pa.array([f"{letter}{index + 1:06}" for index in chosen]),
        "contact_id": pc.take(pa.array(receivers), pa.array(messages.contact[chosen])),
        **{name: pa.array(at[chosen]).cast(INSTANT) for name, at in time.items()},
        "campaign": pc.take(pa.array(names), pa.array(messages.campaign[chosen])),
        **{name: pc.take(pa.array(table), pa.array(codes[chosen])) for name, (table, codes) in words.items()},
    }
    return pa.table(columns)
