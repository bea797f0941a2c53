"""Made up, all of it: no browser took messages in 1997. Browsers that were asked, and what was sent to those that said yes.

A third of the customers were asked in one of the shop's two sites. A yes holds for a year, or for good. Messages go out
every third Wednesday; most show, and a few are clicked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from tests.company.delivery import Delivery, csv_delivery, parquet_delivery
from tests.company.draws import Draws, Flags, Numbers
from tests.company.feeds import (
    DAY,
    END_SECONDS,
    HOUR,
    Crowd,
    arrived,
    campaign_names,
    crowd_of,
    drawn_words,
    send_out,
    whole_numbers,
    words,
)
from tests.company.shop import Shop

SEED = 1997_21
MESSAGES = np.arange(854_564_400, END_SECONDS, 21 * DAY)
"""Every third Wednesday from 29 January 1997 on, 14:00 in New York in winter."""

DOMAINS = (("shop.cdnow.example", 0.8), ("magazine.cdnow.example", 0.2))
BROWSERS = (("chrome", 0.52), ("safari", 0.2), ("firefox", 0.13), ("edge", 0.11), ("opera", 0.04))
PLATFORMS = (("windows", 0.5), ("macos", 0.2), ("android", 0.26), ("linux", 0.04))
NEVER = 4_000_000_000
BROWSER_COLUMNS = "browser_id,contact_id,domain,browser,platform,permission,granted_on,expires_on"


@dataclass(frozen=True, eq=False)
class Browsers:
    """One of each array for each browser. `expires_at` is the end of a yes; NEVER of one for good."""

    person: Numbers
    answered_at: Numbers
    expires_at: Numbers
    granted: Flags

    @property
    def ids(self) -> pa.Array:
        return pa.array([f"b{number:05}" for number in range(1, len(self.person) + 1)])


def webpush_deliveries(shop: Shop) -> Iterator[Delivery]:
    crowd, draws = crowd_of(shop, SEED), Draws(SEED + 1)
    browsers = _browsers(crowd, draws)
    yield csv_delivery("browser", BROWSER_COLUMNS, _browser_rows(crowd, browsers, draws))
    for source, rows in _messages(crowd, browsers, draws).items():
        yield parquet_delivery(source, rows)


def _browsers(crowd: Crowd, draws: Draws) -> Browsers:
    """One in ten was asked in a second browser, too. Four of five said yes, and one in six of them for good."""
    asked = draws.happens(crowd.size, np.where(crowd.orders > 1, 0.4, 0.24))
    person = np.repeat(np.arange(crowd.size), asked * (1 + draws.happens(crowd.size, 0.1)))
    since = crowd.registered_at[person] + 8 * HOUR
    answered_at = since + (draws.uniform(len(person)) * ((END_SECONDS - since) // DAY)).astype(np.int64) * DAY
    ends = np.where(draws.happens(len(person), 1 / 6), NEVER, answered_at + 365 * DAY)
    return Browsers(person, answered_at, ends, draws.happens(len(person), 0.8))


def _browser_rows(crowd: Crowd, browsers: Browsers, draws: Draws) -> Iterator[Sequence[object]]:
    """As the service exports them: days as Americans write them, and `never` where a yes does not expire."""
    rows = len(browsers.person)
    answered = [_american_day(at) for at in browsers.answered_at.tolist()]
    ends = ["never" if at == NEVER else _american_day(at) for at in browsers.expires_at.tolist()]
    texts = [
        browsers.ids.to_pylist(),
        words(browsers.person, crowd.contact_ids).to_pylist(),
        drawn_words(DOMAINS, rows, draws).to_pylist(),
        _known(drawn_words(BROWSERS, rows, draws, missing=0.02)),
        _known(drawn_words(PLATFORMS, rows, draws, missing=0.02)),
        np.where(browsers.granted, "granted", "denied").tolist(),
        [day if granted else "" for day, granted in zip(answered, browsers.granted, strict=True)],
        [day if granted else "" for day, granted in zip(ends, browsers.granted, strict=True)],
    ]
    return zip(*texts, strict=True)


def _messages(crowd: Crowd, browsers: Browsers, draws: Draws) -> dict[str, pa.Table]:
    until = np.where(browsers.granted, browsers.expires_at, browsers.answered_at)
    browser, message = send_out(MESSAGES, browsers.answered_at, until)
    keys = {
        "message_id": whole_numbers(np.arange(len(browser)) + 1),
        "contact_id": words(browsers.person[browser], crowd.contact_ids),
        "browser_id": words(browser, browsers.ids),
        "campaign": words(message, campaign_names("webpush", MESSAGES)),
    }
    sent_at = MESSAGES[message] + draws.below(len(browser), 20 * 60)
    shown = np.flatnonzero(draws.happens(len(browser), 0.76))
    shown_at = sent_at[shown] + 1 + (draws.small(len(shown)) * 3 * DAY).astype(np.int64)
    likes = draws.small(len(browsers.person)) * 0.36
    clicked = np.flatnonzero(draws.happens(len(shown), likes[browser[shown]]))
    clicked_at = shown_at[clicked] + 2 + draws.below(len(clicked), 90)
    return {
        "webpush_send": arrived("sent_at", sent_at, keys, draws),
        "webpush_show": arrived("shown_at", shown_at, _of(keys, shown), draws),
        "webpush_click": arrived("clicked_at", clicked_at, _of(keys, shown[clicked]), draws),
    }


def _of(columns: dict[str, pa.Array], rows: Numbers) -> dict[str, pa.Array]:
    return {name: column.take(pa.array(rows)) for name, column in columns.items()}


def _known(column: pa.Array) -> list[str]:
    return ["" if word is None else word for word in column.to_pylist()]


def _american_day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%m/%d/%Y}"
