"""`new`: templates are listed and shown, a spec and its tests are written whole, and whatever is wrong is told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shop import Shop, run

DURATION = 'expected a whole number from 1 and a unit, h, d, w, mo or y, like "30d"'
SPENT: dict[str, Any] = {
    "version": 1,
    "template": "spent_at_least",
    "kind": "money",
    "sentence": "Spent {amount} EUR or more in the last {window} by {channels}",
    "parameters": {
        "amount": {"type": "decimal", "default": 100, "meaning": "The least sum"},
        "window": {"type": "duration", "default": "30d", "meaning": "How far back"},
        "channels": {"type": "values", "of": "order.channel", "default": ["web"], "meaning": "Where it was spent"},
    },
    "spec": {
        "name": "Spent {amount} in {window}",
        "owner": "crm",
        "where": {
            "event": "order",
            "where": {"attribute": "channel", "in": {"parameter": "channels"}},
            "within": {"parameter": "window"},
            "sum": {"of": "amount", "at_least": {"parameter": "amount"}},
        },
    },
    "as_of": "2026-11-24T00:00",
    "time_zone": "Europe/Vienna",
    "tests": [
        {
            "name": "the sum at the first instant of the window, a cent less, and a second too early",
            "data": {
                "contacts": [{"contact_id": "in"}, {"contact_id": "less"}, {"contact_id": "early"}],
                "order": [
                    {
                        "contact_id": "in",
                        "ordered_at": {"ago": {"parameter": "window"}},
                        "amount": {"parameter": "amount"},
                        "channel": {"parameter": "channels", "item": 0},
                    },
                    {
                        "contact_id": "less",
                        "ordered_at": {"ago": "1d"},
                        "amount": {"parameter": "amount", "plus": -0.01},
                        "channel": {"parameter": "channels", "item": 0},
                    },
                    {
                        "contact_id": "early",
                        "ordered_at": {"ago": {"parameter": "window"}, "plus": "-1s"},
                        "amount": {"parameter": "amount"},
                        "channel": {"parameter": "channels", "item": 0},
                    },
                ],
            },
            "members": ["in"],
        }
    ],
    "also": [{"amount": 0.5, "channels": ["store", "web"]}],
}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """The shop with one template."""
    shop.write("specs/templates/money/spent_at_least.json", json.dumps(SPENT))
    return shop


def written(shop: Shop) -> list[str]:
    return sorted(str(path.relative_to(shop.folder / "specs")) for path in (shop.folder / "specs").glob("*/*.json"))


def test_a_spec_and_its_tests_are_written_and_pass(stocked: Shop) -> None:
    ended = run(
        "new", "--template", "spent_at_least", "--set", "amount=250.50", "--set", "channels=store,web", "--json"
    )
    assert (ended.code, ended.err) == (0, "")
    id_ = "spent_at_least_250_50_store_web"
    spec = stocked.folder / "specs/money" / f"{id_}.json"
    assert ended.document == {
        "id": id_,
        "spec": str(spec),
        "tests": str(spec.with_name(f"{id_}.tests.json")),
        "sentence": "Spent 250.50 EUR or more in the last 30 days by store or web",
        "problems": [],
    }
    assert spec.read_text("utf-8") == (
        "{\n"
        '  "version": 1,\n'
        f'  "id": "{id_}",\n'
        '  "name": "Spent 250.50 in 30 days",\n'
        '  "owner": "crm",\n'
        '  "where": {\n'
        '    "event": "order",\n'
        '    "where": {"attribute": "channel", "in": ["store", "web"]},\n'
        '    "within": "30d",\n'
        '    "sum": {"of": "amount", "at_least": 250.50}\n'
        "  }\n"
        "}\n"
    )
    tests = json.loads(spec.with_name(f"{id_}.tests.json").read_text("utf-8"))
    # Vienna is an hour ahead of UTC in winter, two in summer: 25 October 2026 is the day of the change.
    assert tests["tests"][0]["data"]["order"] == [
        {"contact_id": "in", "ordered_at": "2026-10-25T00:00+02:00", "amount": 250.5, "channel": "store"},
        {"contact_id": "less", "ordered_at": "2026-11-23T00:00+01:00", "amount": 250.49, "channel": "store"},
        {"contact_id": "early", "ordered_at": "2026-10-24T23:59:59+02:00", "amount": 250.5, "channel": "store"},
    ]
    assert "1 passed, 0 failed" in run("test").out
    assert run("validate").code == 0


def test_people_are_told_what_it_says_and_where_it_lies(stocked: Shop) -> None:
    ended = run("new", "--template", "spent_at_least", "--id", "spenders")
    spec = stocked.folder / "specs/money/spenders.json"
    assert (ended.code, ended.out.splitlines()) == (
        0, ["Spent 100 EUR or more in the last 30 days by web.", str(spec), str(spec.with_name("spenders.tests.json"))],
    )  # fmt: skip


def test_id_folder_name_and_owner_may_be_said(stocked: Shop) -> None:
    ended = run(
        "new", "--template", "spent_at_least", "--id", "vips", "--folder", "crm", "--name", "VIPs", "--owner", "ada"
    )  # fmt: skip
    assert ended.code == 0
    assert written(stocked) == ["crm/vips.json", "crm/vips.tests.json"]
    spec = json.loads((stocked.folder / "specs/crm/vips.json").read_text("utf-8"))
    assert (spec["id"], spec["name"], spec["owner"]) == ("vips", "VIPs", "ada")
    assert "Spent 100 EUR or more in the last 30 days by web." in ended.out


def test_nothing_is_overwritten_and_no_id_is_taken_twice(stocked: Shop) -> None:
    stocked.spec("vips")
    stocked.write("specs/money/rich.tests.json", "{}")
    for id_, place in (("vips", "--id: "), ("rich", "rich.tests.json: ")):
        ended = run("new", "--template", "spent_at_least", "--id", id_)
        assert ended.code == 2
        assert place in ended.err
    assert written(stocked) == ["crm/vips.json", "money/rich.tests.json"]


def test_everything_that_is_wrong_with_what_was_asked_is_told_at_once(stocked: Shop) -> None:
    ended = run(
        "new", "--template", "spent_at_least", "--set", "amount=much", "--set", "window=30 days", "--set",
        "channels=web,shop,stor", "--set", "amont=3", "--set", "window", "--id", "VIP", "--name", " ",
    )  # fmt: skip
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines() == [
        "No spec can be made of the template spent_at_least:",
        '  --set amont: found "amont", expected a parameter of the template — did you mean "amount"?',
        '  --set window: found "window", expected key=value',
        '  --id: found "VIP", expected the id of a segment: small letters, digits and _, a letter first, at most 63 of them',
        '  --name: found " ", expected a text with something in it',
        '  --set amount: found "much", expected a number',
        f'  --set window: found "30 days", {DURATION} — did you mean "30d"?',
        '  --set channels#/1: found "shop", expected a value of order.channel — known here: "store", "web"',
        '  --set channels#/2: found "stor", expected a value of order.channel — did you mean "store"?',
    ]
    assert written(stocked) == []
    assert run("new", "--template", "spent_at_least", "--set", "amount=much", "--json").document == {
        "problems": [
            {"file": "--set amount", "pointer": "", "message": 'found "much", expected a number', "level": "error"}
        ]
    }


def test_what_only_the_language_knows_is_told_at_the_place_in_the_new_spec(stocked: Shop) -> None:
    ended = run("new", "--template", "spent_at_least", "--set", "amount=0", "--set", "window=999y", "--id", "rich")
    assert ended.code == 2
    assert '--set window: found "999y", expected at most "50y" (fifty years)' in ended.err
    ended = run("new", "--template", "spent_at_least", "--set", "amount=0", "--id", "rich")
    assert ended.code == 10
    path = Path("specs/money/rich.json")
    assert f"{stocked.folder / path}#/where: found conditions that a contact without any data satisfies" in ended.err
    assert written(stocked) == []


def test_a_spec_whose_tests_would_fail_is_not_written(shop: Shop) -> None:
    wrong = json.loads(json.dumps(SPENT))
    wrong["tests"][0]["members"] = ["in", "less"]
    shop.write("specs/templates/money/spent_at_least.json", json.dumps(wrong))
    ended = run("new", "--template", "spent_at_least", "--id", "rich")
    assert ended.code == 10
    assert "Its tests would not pass with these values, so nothing is written:" in ended.err
    assert "should be members: less" in ended.err
    assert written(shop) == []
    ended = run("test", "specs/templates/money/spent_at_least.json")
    assert ended.code == 10
    assert "(Spent 0.5 EUR or more in the last 30 days by store or web)" in ended.err


def test_a_segment_of_the_same_meaning_is_warned_of(stocked: Shop) -> None:
    assert run("new", "--template", "spent_at_least", "--id", "one").code == 0
    ended = run("new", "--template", "spent_at_least", "--id", "two")
    assert ended.code == 0
    assert "warning: " in ended.err
    assert "found the same meaning as one" in ended.err


def test_templates_are_listed_by_kind_and_shown_with_what_the_catalog_admits(stocked: Shop) -> None:
    entry = {
        "template": "spent_at_least",
        "kind": "money",
        "sentence": SPENT["sentence"],
        "parameters": ["amount", "window", "channels"],
    }
    assert run("new", "--list", "--json").document == [entry]
    assert run("new", "--list", "money", "--json").document == [entry]
    ended = run("new", "--list", "mony")
    assert (ended.code, ended.err) == (2, 'mony: there are no templates of such a kind — did you mean "money"?\n')
    shown = run("new", "--template", "spent_at_least", "--json").document
    assert shown["parameters"][2] == {
        "parameter": "channels",
        "type": "values of order.channel",
        "default": "web",
        "meaning": "Where it was spent",
        "values": "web, store",
    }
    last = run("new", "--template", "spent_at_least").out.splitlines()[-1]
    assert last == "python -m jobs new --template spent_at_least --set amount=100 --set window=30d --set channels=web"
    assert written(stocked) == []


def test_a_template_that_is_not_there_is_told_with_the_nearest(stocked: Shop) -> None:
    ended = run("new", "--template", "spend_at_least")
    assert ended.code == 2
    assert ended.err == '--template: found "spend_at_least", expected a template — did you mean "spent_at_least"?\n'
    stocked.write("specs/templates/money/broken.json", "{}")
    ended = run("new", "--template", "broken")
    assert ended.code == 2
    assert ended.err.startswith("The template broken cannot be used:\n")
    assert 'the key "template" is missing in a template' in ended.err


def test_new_without_a_template_says_what_to_write(shop: Shop) -> None:
    ended = run("new")
    assert (ended.code, ended.err) == (2, "new: expected --list [KIND], --template NAME, or --copy SPEC --id NEW.\n")


def test_validate_judges_templates_too_where_nothing_is_named(stocked: Shop) -> None:
    stocked.spec("germans")
    assert run("validate").out == "1 spec is right, 1 template is right.\n"
    broken = json.loads(json.dumps(SPENT))
    broken["spec"]["where"]["where"]["attribute"] = "chanel"
    broken["spec"]["version"] = 1
    broken["parameters"]["unused"] = {"type": "integer", "default": 1, "meaning": "nothing"}
    broken["also"] = [{"window": 3}]
    stocked.write("specs/templates/money/broken.json", json.dumps({**broken, "template": "broken"}))
    ended = run("validate", "--json")
    assert ended.code == 10
    told = {(problem["pointer"], problem["message"]) for problem in ended.document["problems"]}
    assert any(
        pointer == "/spec/version" and "does not belong in the spec of a template" in text for pointer, text in told
    )
    del broken["spec"]["version"]
    stocked.write("specs/templates/money/broken.json", json.dumps({**broken, "template": "broken"}))
    ended = run("validate", "--json")
    told = {(problem["pointer"], problem["message"]) for problem in ended.document["problems"]}
    assert ("/parameters/unused/default", 'found the parameter "unused", which nothing in the template uses') in told
    assert any(pointer == "/also/0/window" for pointer, _ in told)
    del broken["parameters"]["unused"], broken["also"]
    stocked.write("specs/templates/money/broken.json", json.dumps({**broken, "template": "broken"}))
    ended = run("validate")
    assert ended.code == 10
    assert '/broken.json#/spec/where/where/attribute: found "chanel", expected a column of order' in ended.err
    assert ended.out == "1 spec is right, 1 template is right, 1 file is not.\n"
