"""Made up, all of it: nobody had an app or a push message in 1997. Devices, what they were sent, and what was done on them.

A third of the customers have the shop's app on one device or more. Every other Thursday a push message goes to the devices
that take it; opens follow sends. Messages in the app show when it is opened, clicks follow them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.company.delivery import Delivery, csv_delivery, packed_json_delivery, parquet_delivery
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
    open_shelf,
    send_out,
    whole_numbers,
    words,
)
from tests.company.shop import Shop

SEED = 1997_11
PUSHES = np.arange(854_661_600, END_SECONDS, 14 * DAY)
"""Every other Thursday from 30 January 1997 on, 17:00 in New York in winter."""

APPS = (("shop", 0.78), ("radio", 0.22))
PLATFORMS = (("ios", 0.52), ("android", 0.48))
APP_VERSIONS = (("4.12.1", 0.38), ("4.12", 0.16), ("4.10.3", 0.14), ("4.9", 0.14), ("4.2.1", 0.1), ("3.8.0", 0.08))
OS_VERSIONS = {
    "ios": (("17.4.1", 0.4), ("16.7", 0.3), ("15.8.2", 0.2), ("12.5", 0.1)),
    "android": (("14", 0.35), ("13", 0.3), ("12.1", 0.2), ("9", 0.15)),
}
MODELS = {
    "ios": (("iPhone 15", 0.3), ("iPhone 13", 0.35), ("iPhone SE", 0.2), ("iPad Air", 0.15)),
    "android": (("Pixel 8", 0.3), ("Galaxy S23", 0.4), ("Galaxy A14", 0.2), ("Moto G", 0.1)),
}
LANGUAGES = (("en", 0.85), ("es", 0.07), ("fr", 0.04), ("de", 0.03), ("ja", 0.01))
TIME_ZONES = (
    *(("America/New_York", 0.42), ("America/Chicago", 0.23), ("America/Denver", 0.07), ("America/Los_Angeles", 0.18)),
    *(("Europe/London", 0.05), ("Europe/Berlin", 0.03), ("Asia/Tokyo", 0.02)),
)
EVENTS = (
    *(("app_opened", 0.5), ("song_played", 0.24), ("wish_added", 0.09)),
    *(("store_searched", 0.09), ("playlist_shared", 0.05), ("ticket_alert_set", 0.03)),
)
EVENT_NAMES = [name for name, _ in EVENTS]
MESSAGES = (
    ("welcome_back", 0.3),
    ("spring_sale", 0.2),
    ("new_releases", 0.25),
    ("rate_the_app", 0.1),
    ("jazz_week", 0.15),
)
DEVICE_COLUMNS = (
    "device_id,contact_id,app,platform,app_version,os_version,model,language,time_zone,push_enabled,last_active_at"
)


@dataclass(frozen=True, eq=False)
class Devices:
    """One of each array for each device; `person` is a position in the crowd, `platform` one in PLATFORMS."""

    person: Numbers
    platform: Numbers
    installed_at: Numbers
    used_until: Numbers
    takes_push: Flags

    @property
    def ids(self) -> pa.Array:
        return pa.array([f"d{number:05}" for number in range(1, len(self.person) + 1)])


@dataclass(frozen=True, eq=False)
class Use:
    """One of each array for each thing done in the app; `device` is a position in the devices, `name` one in EVENT_NAMES."""

    device: Numbers
    name: Numbers
    at: Numbers


def mobile_deliveries(shop: Shop) -> Iterator[Delivery]:
    crowd, draws = crowd_of(shop, SEED), Draws(SEED + 1)
    devices = _devices(crowd, draws)
    use = _use(devices, draws)
    mobile = Mobile(crowd, devices, draws)
    yield csv_delivery("device", DEVICE_COLUMNS, mobile.device_rows(use))
    yield parquet_delivery("app_install", mobile.installs())
    pushes, opens = mobile.pushes()
    yield parquet_delivery("push_send", pushes)
    yield parquet_delivery("push_open", opens)
    shows, clicks = mobile.in_app(use)
    yield parquet_delivery("inapp_show", shows)
    yield parquet_delivery("inapp_click", clicks)
    yield packed_json_delivery("app_event", mobile.app_events(use))


@dataclass(frozen=True, eq=False)
class Mobile:
    """The feeds of these devices."""

    crowd: Crowd
    devices: Devices
    draws: Draws

    def device_rows(self, use: Use) -> Iterator[Sequence[object]]:
        """As the app's server exports them: instants in milliseconds since 1970. Some devices never told a thing or two."""
        devices, draws = self.devices, self.draws
        rows = len(devices.person)
        last_active_at = devices.installed_at.copy()
        np.maximum.at(last_active_at, use.device, use.at)
        platform = devices.platform
        columns = (
            devices.ids,
            words(devices.person, self.crowd.contact_ids),
            drawn_words(APPS, rows, draws),
            words(platform, [name for name, _ in PLATFORMS]),
            drawn_words(APP_VERSIONS, rows, draws, missing=0.01),
            _by_platform(OS_VERSIONS, platform, draws),
            _by_platform(MODELS, platform, draws),
            drawn_words(LANGUAGES, rows, draws, missing=0.03),
            drawn_words(TIME_ZONES, rows, draws, missing=0.02),
            words(devices.takes_push.astype(np.int64), ["false", "true"], draws.happens(rows, 0.03)),
            whole_numbers(last_active_at * 1_000, draws.happens(rows, 0.02)),
        )
        texts = [["" if value is None else value for value in column.to_pylist()] for column in columns]
        return zip(*texts, strict=True)

    def installs(self) -> pa.Table:
        """The first install of each device, and for one in eight a second one later."""
        devices, draws = self.devices, self.draws
        again = np.flatnonzero(draws.happens(len(devices.person), 0.125))
        later = devices.installed_at[again] + (draws.uniform(len(again)) * 200 * DAY).astype(np.int64)
        device = np.concatenate([np.arange(len(devices.person)), again])
        at = np.concatenate([devices.installed_at, later])
        return self._feed("installed_at", device, at, {})

    def pushes(self) -> tuple[pa.Table, pa.Table]:
        """What was sent while a device took pushes, whether it arrived, and who opened it within two days."""
        devices, draws = self.devices, self.draws
        until = np.where(devices.takes_push, END_SECONDS, _between(devices.installed_at, END_SECONDS, draws))
        device, push = send_out(PUSHES, devices.installed_at, until)
        sent_at = PUSHES[push] + draws.below(len(device), 40 * 60)
        failed = draws.happens(len(device), 0.03)
        keys = {
            "message_id": whole_numbers(np.arange(len(device)) + 1),
            "campaign": words(push, campaign_names("push", PUSHES)),
        }
        sends = {
            **keys,
            "status": words(failed.astype(np.int64), ["delivered", "failed"], draws.happens(len(device), 0.01)),
        }
        likes = draws.small(len(devices.person)) * 0.4
        opens = np.flatnonzero(~failed & draws.happens(len(device), likes[device]))
        opened_at = sent_at[opens] + 20 + (draws.small(len(opens)) * 2 * DAY).astype(np.int64)
        opened = {name: column.take(pa.array(opens)) for name, column in keys.items()}
        return (
            self._feed("sent_at", device, sent_at, sends),
            self._feed("opened_at", device[opens], opened_at, opened),
        )

    def in_app(self, use: Use) -> tuple[pa.Table, pa.Table]:
        """A message that shows seconds after the app was opened, and a click on it for some."""
        draws = self.draws
        shown = np.flatnonzero((use.name == EVENT_NAMES.index("app_opened")) & draws.happens(len(use.name), 0.85))
        shown_at = use.at[shown] + 1 + draws.below(len(shown), 5)
        keys = {
            "message_id": whole_numbers(np.arange(len(shown)) + 1),
            "campaign": drawn_words(MESSAGES, len(shown), draws),
        }
        likes = draws.small(len(self.devices.person)) * 0.5
        clicks = np.flatnonzero(draws.happens(len(shown), likes[use.device[shown]]))
        clicked_at = shown_at[clicks] + 1 + draws.below(len(clicks), 60)
        clicked = {name: column.take(pa.array(clicks)) for name, column in keys.items()}
        return (
            self._feed("shown_at", use.device[shown], shown_at, keys),
            self._feed("clicked_at", use.device[shown][clicks], clicked_at, clicked),
        )

    def app_events(self, use: Use) -> pa.Table:
        """Which CD and for how many seconds: of what is about one. Other events lack the columns."""
        draws, rows = self.draws, len(use.name)
        shelf = open_shelf()
        product = shelf.draw(draws, self.crowd.taste[self.devices.person[use.device]])
        about_cd = np.isin(use.name, [EVENT_NAMES.index("song_played"), EVENT_NAMES.index("wish_added")])
        played = use.name == EVENT_NAMES.index("song_played")
        columns = {
            "event_id": whole_numbers(np.arange(rows) + 1),
            "name": words(use.name, EVENT_NAMES),
            "product_id": words(product, shelf.ids, ~about_cd | draws.happens(rows, 0.01)),
            "seconds": whole_numbers(5 + (draws.uniform(rows) * 300).astype(np.int64), ~played),
        }
        return self._feed("happened_at", use.device, use.at, columns)

    def _feed(self, time: str, device: Numbers, at: Numbers, columns: dict[str, pa.Array]) -> pa.Table:
        keys = {
            "contact_id": words(self.devices.person[device], self.crowd.contact_ids),
            "device_id": words(device, self.devices.ids),
        }
        return arrived(time, at, {**keys, **columns}, self.draws)


def _devices(crowd: Crowd, draws: Draws) -> Devices:
    """One in five owners has two, one in thirty three. Not every device is still in use."""
    owns = draws.happens(crowd.size, np.where(crowd.orders > 1, 0.48, 0.26))
    more = draws.uniform(crowd.size)
    person = np.repeat(np.arange(crowd.size), owns * (1 + (more < 0.2) + (more < 0.033)))
    installed_at = _between(crowd.registered_at[person] + 9 * HOUR, END_SECONDS - DAY, draws)
    return Devices(
        person=person,
        platform=draws.pick(len(person), [share for _, share in PLATFORMS]),
        installed_at=installed_at,
        used_until=np.where(draws.happens(len(person), 0.45), END_SECONDS, _between(installed_at, END_SECONDS, draws)),
        takes_push=draws.happens(len(person), 0.74),
    )


def _use(devices: Devices, draws: Draws) -> Use:
    """What was done on the devices, in order of time."""
    device = np.repeat(np.arange(len(devices.person)), draws.counts(52 * draws.small(len(devices.person))))
    at = _between(devices.installed_at[device], devices.used_until[device], draws)
    order = np.argsort(at, kind="stable")
    return Use(device[order], draws.pick(len(device), [share for _, share in EVENTS]), at[order])


def _between(since: Numbers, until: Numbers | int, draws: Draws) -> Numbers:
    """An instant for each row, from `since` up to `until`."""
    return since + (draws.uniform(len(since)) * (until - since)).astype(np.int64)


def _by_platform(of: Mapping[str, Sequence[tuple[str, float]]], platform: Numbers, draws: Draws) -> pa.Array:
    """A word for each device, drawn from those of its platform."""
    drawn = [drawn_words(of[name], len(platform), draws, missing=0.01).cast(pa.string()) for name, _ in PLATFORMS]
    return pc.choose(pa.array(platform), *drawn)
