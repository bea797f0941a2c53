"""`why` on the rows of a folder: conditions with values and verdicts, in text and in JSON, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from jobs.__main__ import app
from jobs.errors import UsageError

CATALOG = {
    "contacts": """
version: 1
source: contacts
kind: contacts
columns:
  country: {type: choice, values: [AT, DE, FR]}
  points: {type: integer}
  born_on: {type: date}
  likes: {type: choices, values: [jazz, pop, rock]}
  home: {type: point, latitude: lat, longitude: lon}
""",
    "order": """
version: 1
source: order
kind: events
contact: customer_id
time: ordered_at
columns:
  amount: {type: "decimal(12,2)"}
  shop: {type: text}
""",
    "shop": """
version: 1
source: shop
kind: computed
columns:
  spent: {type: "decimal(6,2)", value: {event: order, sum: amount}}
  half: {type: integer, value: {quantile_of: shop.spent, groups: 2}}
  share: {type: "decimal(3,2)", value: {multiply: [points, 0.0333]}}
  size:
    type: text
    cases:
      - {is: small, when: {attribute: shop.spent, less_than: 10}}
      - {is: big, when: {attribute: shop.spent, at_least: 10}}
""",
}
ROWS = {
    "contacts": "contact_id,country,points,born_on,likes,lat,lon\n"
    "ada,DE,12,1980-02-29,pop|jazz,48.2,16.37\n"
    "bob,,3,,,,\n"
    "cyd,AT,,1990-01-01,rock,52.5,13.4\n",
    "order": "customer_id,ordered_at,amount,shop\n"
    "ada,2026-11-01T10:00:00+01:00,10.00,graz\n"
    "ada,2026-11-02T10:00:00+01:00,5.00,linz\n"
    "bob,2025-01-01T00:00:00Z,7.00,wien\n"
    "ada,2026-11-03T10:00:00+01:00,0.01,graz\n",
}
NEAR = {"latitude": 48.2, "longitude": 16.3, "km": 20}
SAMPLE = {"sample": {"share": [0, 100], "seed": "x"}}
SINCE = {"event": "order", "within": "90d"}


class Shop:
    """A catalog, specs and rows in one folder, and the verb asked of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in CATALOG.items():
            self._write(f"catalog/{name}.yaml", text)
        for name, text in ROWS.items():
            self._write(f"data/{name}.csv", text)

    def _write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def spec(self, id_: str, where: Any, **keys: Any) -> None:
        written = {"version": 1, "id": id_, "name": id_, "where": where, **keys}
        self._write(f"specs/{id_}.json", json.dumps(written))

    def why(self, id_: str, contact: str, *more: str) -> Result:
        found = ["why", str(self.root / "specs" / f"{id_}.json"), contact, "--data", str(self.root / "data")]
        found += ["--catalog", str(self.root / "catalog"), "--as-of", "2026-11-24T00:00"]
        return CliRunner().invoke(app, [*found, "--time-zone", "Europe/Vienna", *more])

    def told(self, id_: str, contact: str, *more: str) -> dict[str, Any]:
        result = self.why(id_, contact, "--json", *more)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def one(self, where: Any, contact: str) -> tuple[Any, str]:
        """Value and verdict of a single condition."""
        self.spec("s", where)
        condition = self.told("s", contact)["conditions"][-1]
        return condition["value"], condition["verdict"]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_each_condition_has_its_place_its_words_its_value_and_its_verdict(shop: Shop) -> None:
    shop.spec("german_buyers", {"all": [{"attribute": "country", "is": "DE"}, SINCE]})
    assert shop.told("german_buyers", "ada") == {
        "segment": "german_buyers",
        "contact": "ada",
        "member": True,
        "conditions": [
            {"pointer": "/where", "text": "all of these:", "value": None, "verdict": "true"},
            {"pointer": "/where/all/0", "text": "country is DE", "value": "DE", "verdict": "true"},
            {
                "pointer": "/where/all/1",
                "text": "at least one order in the last 90 days",
                "value": 3,
                "verdict": "true",
            },
        ],
        "would_have_to_change": [],
    }


def test_a_missing_value_makes_a_condition_unknown_and_the_whole_too(shop: Shop) -> None:
    shop.spec("s", {"all": [{"attribute": "country", "is_not": "DE"}, {"attribute": "points", "at_most": 5}]})
    told = shop.told("s", "bob")
    assert [(one["value"], one["verdict"]) for one in told["conditions"]] == [
        (None, "unknown"),
        (None, "unknown"),  # the country is missing
        (3, "true"),
    ]
    assert told["member"] is False
    assert told["would_have_to_change"] == ["/where/all/0"]


@pytest.mark.parametrize(
    ("where", "contact", "value", "verdict"),
    [
        ({"attribute": "born_on", "before": "1985-01-01"}, "ada", "1980-02-29", "true"),
        ({"not": {"attribute": "born_on", "is_empty": True}}, "bob", None, "false"),
        ({"attribute": "likes", "has_any": ["rock"]}, "ada", ["jazz", "pop"], "false"),
        ({"attribute": "home", "within_radius": NEAR}, "ada", [48.2, 16.37], "true"),
        ({"event": "order", "count": {"at_least": 4}}, "ada", 3, "false"),
        ({"event": "order", "sum": {"of": "amount", "at_least": 15}}, "ada", "15.01", "true"),
        ({"event": "order", "average": {"of": "amount", "more_than": 6}}, "ada", "5.003333", "false"),  # 15.01 / 3
        ({"event": "order", "average": {"of": "amount", "more_than": 6}}, "cyd", None, "unknown"),
        ({"event": "order", "latest": {"of": "shop", "is": "linz"}}, "ada", "graz", "false"),
        ({"event": "order", "last": {"after": "2026-11-02"}}, "ada", "2026-11-03T10:00:00+01:00", "true"),
        ({"event": "order", "per": ["shop"], "count": {"at_least": 2}}, "ada", 2, "true"),
        ({"attribute": "shop.spent", "at_least": 10}, "bob", "7.00", "false"),
        ({"attribute": "shop.size", "is": "big"}, "ada", "big", "true"),
        ({"attribute": "shop.half", "is": 2}, "ada", 2, "true"),
        ({"attribute": "points", "more_than": {"attribute": "shop.spent"}}, "ada", [12, "15.01"], "false"),
        ({"not": {"attribute": "country", "is": "DE"}}, "cyd", "AT", "true"),
        ({"all": [{"attribute": "points", "is": 1}, SAMPLE]}, "ada", True, "true"),
        ({"all": [{"attribute": "points", "is": 1}, {"not": SAMPLE}]}, "ada", True, "false"),
        ({"attribute": "shop.share", "at_least": 0.4}, "ada", "0.40", "true"),  # 12 times 0.0333 is 0.3996
    ],
)
def test_the_value_found_is_told_as_it_is(shop: Shop, where: Any, contact: str, value: Any, verdict: str) -> None:
    assert shop.one(where, contact) == (value, verdict)


def test_other_segments_are_asked_with_their_keep(shop: Shop) -> None:
    shop.spec("best", SINCE | {"within": "10y"}, keep={"count": 1, "by": "shop.spent"})
    shop.spec("not_best", {"not": {"segment": "best"}}, **{"from": {"segment": "best"}})
    assert [one["verdict"] for one in shop.told("not_best", "ada")["conditions"]] == ["true", "false"]
    assert [one["verdict"] for one in shop.told("not_best", "bob")["conditions"]] == ["false", "true"]


def test_a_keep_that_cuts_the_contact_off_is_what_would_have_to_change(shop: Shop) -> None:
    shop.spec("best", SINCE | {"within": "10y"}, keep={"count": 1, "by": "shop.spent"})
    told = shop.told("best", "bob")
    assert [(one["pointer"], one["verdict"]) for one in told["conditions"]] == [("/where", "true"), ("/keep", "false")]
    assert (told["member"], told["would_have_to_change"]) == (False, ["/keep"])
    assert shop.told("best", "ada")["conditions"][1]["verdict"] == "true"


def test_of_a_contact_list_only_its_members_are_asked(shop: Shop) -> None:
    shop._write("data/lists/vips.csv", "contact_id\nbob\n")
    shop.spec("s", {"attribute": "points", "at_least": 1}, **{"from": {"list": "vips"}})
    told = shop.told("s", "ada")
    assert [(one["pointer"], one["verdict"]) for one in told["conditions"]] == [("/from", "false"), ("/where", "true")]
    assert shop.told("s", "bob")["member"] is True


def test_the_text_shows_the_tree_and_what_would_have_to_change(shop: Shop) -> None:
    either = {"any": [{"attribute": "points", "at_least": 100}, {"attribute": "points", "is": 1}]}
    shop.spec("s", {"all": [{"attribute": "country", "is": "DE"}, either]})
    result = shop.why("s", "bob")
    assert result.exit_code == 0
    data = shop.root / "data"
    assert result.stdout.splitlines() == [
        f"bob is not a member of s, with the rows of {data} as of 2026-11-24T00:00.",
        "",
        "- all of these: → false",
        "  - country is DE → missing: unknown",
        "  - at least one of these: → false",
        "    - points is at least 100 → 3: false",
        "    - points is 1 → 3: false",
        "",
        "To be a member, this would have to change:",
        "- all of these:",
        "  - country is DE",
        "  - at least one of these:",
        "    - points is at least 100",
        "    - points is 1",
    ]


@pytest.mark.parametrize(
    ("shops", "contact", "steps", "verdict"),
    [
        (("graz", "linz"), "ada", 2, "true"),
        (("linz", "graz", "linz"), "ada", 2, "false"),  # linz on the 2nd, graz on the 3rd, and nothing after it
        (("graz", "wien"), "ada", 1, "false"),
        (("graz", "linz"), "bob", 0, "false"),
    ],
)
def test_a_sequence_shows_how_far_the_contact_came(
    shop: Shop, shops: tuple[str, ...], contact: str, steps: int, verdict: str
) -> None:
    sequence = {"sequence": [{"event": "order", "where": {"attribute": "shop", "is": name}} for name in shops]}
    assert shop.one(sequence, contact) == (steps, verdict)
    known = {"attribute": "country", "is_empty": False}
    turned = {"true": "false", "false": "true"}[verdict]
    assert shop.one({"all": [known, {"not": sequence}]}, contact) == (steps, turned)
    assert f"→ {steps} of {len(shops)} steps: {turned}" in shop.why("s", contact).stdout


def test_what_a_contact_is_in_is_said_beside_the_condition(shop: Shop) -> None:
    shop._write("data/lists/vips.csv", "contact_id\nbob\n")
    shop.spec("germans", {"attribute": "country", "is": "DE"})
    shop.spec("s", {"all": [{"not": {"segment": "germans"}}, {"list": "vips"}]}, **{"from": {"segment": "germans"}})
    assert shop.why("s", "ada").stdout.splitlines()[2:6] == [
        "- is one of the members of the segment germans → a member: true",
        "- all of these: → false",
        "  - not in the segment germans → a member: false",
        "  - on the list vips → not on it: false",
    ]
    assert [condition["value"] for condition in shop.told("s", "ada")["conditions"]] == [True, None, True, False]


def test_a_text_stands_in_quotes_so_that_a_blank_at_its_end_is_seen(shop: Shop) -> None:
    shop._write("data/order.csv", "customer_id,ordered_at,amount,shop\nada,2026-11-01T10:00:00Z,1,graz \n")
    shop.spec("s", {"event": "order", "latest": {"of": "shop", "is": "graz"}})
    assert 'is graz → "graz ": false' in shop.why("s", "ada").stdout
    assert shop.told("s", "ada")["conditions"][0]["value"] == "graz "


def test_a_value_that_was_rounded_says_from_what(shop: Shop) -> None:
    shop.spec("s", {"attribute": "shop.share", "at_least": 0.4})
    assert "→ 0.4, rounded from 0.3996: true" in shop.why("s", "ada").stdout
    assert shop.told("s", "ada")["conditions"][0]["unrounded"] == "0.399600"
    assert ", rounded" not in shop.why("s", "cyd").stdout
    shop.spec("s", {"event": "order", "average": {"of": "amount", "more_than": 6}})
    assert "→ about 5.003333: false" in shop.why("s", "ada").stdout  # 15.01 / 3
    assert "→ 7: true" in shop.why("s", "bob").stdout


@pytest.mark.parametrize(
    ("written", "zone", "shown"),
    [
        ("9999-12-31T23:59:59Z", "America/New_York", "9999-12-31T18:59:59-05:00"),
        ("9999-12-31T23:59:59Z", "Europe/Vienna", "9999-12-31T23:59:59+00:00"),  # the year 10000 in Vienna
        ("0001-01-01T00:00:00Z", "Europe/Vienna", "0001-01-01T01:05:21+01:05:21"),  # the sun's own time there
        ("0001-01-01T00:00:00Z", "America/New_York", "0001-01-01T00:00:00+00:00"),  # the year 0 in New York
    ],
)
def test_every_instant_that_can_be_stored_is_shown(shop: Shop, written: str, zone: str, shown: str) -> None:
    shop._write("catalog/contacts.yaml", CATALOG["contacts"] + "  seen_at: {type: timestamp}\n")
    shop._write("data/contacts.csv", f"contact_id,country,points,born_on,likes,lat,lon,seen_at\nada,,,,,,,{written}\n")
    shop.spec("s", {"attribute": "seen_at", "is_empty": False})
    assert shop.told("s", "ada", "--time-zone", zone)["conditions"][0]["value"] == shown
    assert f"→ {shown.replace('T', ' ')}: true" in shop.why("s", "ada", "--time-zone", zone).stdout


def test_rows_of_a_folder_belong_to_no_run(shop: Shop) -> None:
    shop.spec("s", {"attribute": "country", "is": "DE"})
    result = shop.why("s", "ada", "--run", "1")
    assert "--data goes with --as-of, and without --run" in str(result.exception)


def test_an_unknown_contact_is_refused_without_repeating_the_id(shop: Shop) -> None:
    shop.spec("s", {"attribute": "country", "is": "DE"})
    result = shop.why("s", "nobody@example.org")
    assert isinstance(result.exception, UsageError)
    assert "this contact id is not known" in str(result.exception)
    assert "nobody@example.org" not in str(result.exception) + result.output
