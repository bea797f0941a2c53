"""What a run knew, read again without Spark: `why` agrees with the published memberships, `explain` counts them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from jobs.__main__ import app
from jobs.errors import UsageError
from jobs.lake.bitmaps import positions
from jobs.lake.member_rows import members_of
from jobs.runs.run import run_numbered
from jobs.runs.step_pins import OpeningPin
from jobs.steps import evaluate
from tests.steps.planted import Planted

PEOPLE = [("ada", "DE", 10), ("bob", "AT", 20), ("cyd", None, None), ("dan", "FR", 30), ("eve", "DE", None)]
BOUGHT = [("ada", "1998-01-05", "10.00"), ("bob", "1998-01-06", "99.99"), ("bob", "1998-01-07", "0.01")]
SEGMENTS: dict[str, dict[str, Any]] = {
    "germans": {"where": {"attribute": "country", "is": "DE"}},
    "others": {"where": {"all": [{"not": {"segment": "germans"}}, {"attribute": "country", "is_not": "AT"}]}},
    "buyers": {"where": {"event": "order", "within": "90d", "sum": {"of": "amount", "at_least": 10}}},
    "upper_half": {"where": {"attribute": "shop.half", "is": 2}},
    "best": {"where": {"event": "order"}, "keep": {"count": 1, "by": "shop.spent"}},
    "rich": {"where": {"attribute": "points", "at_least": 5}, "from": {"segment": "best"}},
}


@dataclass
class Told:
    """One published night, and who is in which segment by it."""

    planted: Planted
    members: dict[str, set[str]]

    def ask(self, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
        settings = self.planted.settings
        for name, value in (("LAKE", settings.lake), ("SPECS", settings.specs), ("CATALOG", settings.catalog)):
            monkeypatch.setenv(f"MUSTER_{name}", str(value))
        monkeypatch.setenv("MUSTER_TIME_ZONE", settings.time_zone)
        return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def told(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Told:
    planted = Planted(spark, tmp_path_factory.mktemp("told"))
    for id_, keys in SEGMENTS.items():
        planted.spec(id_, **keys)
    planted.spec("held", {"attribute": "country", "is": "DE"}, expect={"at_least": 3})
    planted.deliver(PEOPLE, BOUGHT)
    planted.night("1998-02-01T00:00")
    members = {
        segment: {PEOPLE[place][0] for place in positions(bits.tobytes())}
        for stretch in members_of(planted.lake, 1, SEGMENTS)
        for segment, bits in zip(stretch.segment, stretch.bits, strict=True)
    }
    return Told(planted, {id_: members.get(id_, set()) for id_ in SEGMENTS})


@pytest.mark.parametrize("segment", SEGMENTS)
def test_why_says_member_of_exactly_the_published_members(
    told: Told, segment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: set[str] = set()
    for contact, _, _ in PEOPLE:
        answer = json.loads(told.ask(monkeypatch, "why", segment, contact, "--json").stdout)
        if answer["member"]:
            found.add(contact)
        conditions = {one["pointer"]: one["verdict"] for one in answer["conditions"]}
        holds = [conditions[place] for place in ("/from", "/where", "/keep") if place in conditions]
        assert answer["member"] == all(verdict == "true" for verdict in holds)
    assert found == told.members[segment]


def test_the_expected_members_are_there(told: Told) -> None:
    assert told.members == {
        "germans": {"ada", "eve"},
        "others": {"dan"},
        "buyers": {"ada", "bob"},
        "upper_half": {"ada", "bob"},  # 0, 0, 0, 10, 100
        "best": {"bob"},
        "rich": {"bob"},
    }


def test_values_come_from_the_pinned_tiles(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.loads(told.ask(monkeypatch, "why", "buyers", "bob", "--run", "1", "--json").stdout)
    assert [(one["value"], one["verdict"]) for one in answer["conditions"]] == [("100.00", "true")]


def test_what_was_held_is_told_only_for_the_run_that_is_named(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = told.ask(monkeypatch, "why", "held", "ada")
    assert "no run in" in str(refused.exception)
    answer = told.ask(monkeypatch, "why", "held", "ada", "--run", "1", "--json")
    assert json.loads(answer.stdout)["member"] is True
    assert answer.stderr == "Run 1: held is held; this is what the run found, not what is published.\n"


def test_the_text_names_the_run(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told.ask(monkeypatch, "why", "germans", "bob").stdout.splitlines()
    assert lines == [
        "bob is not a member of germans, by run 1 as of 1998-01-31T23:00Z.",
        "",
        "- country is DE → AT: false",
        "",
        "To be a member, this would have to change:",
        "- country is DE",
    ]


def test_explain_counts_each_branch_and_who_is_out_for_a_missing_value(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.planted.spec("fresh", {"all": [{"attribute": "points", "at_most": 20}, {"attribute": "shop.half", "is": 2}]})
    text = told.ask(monkeypatch, "explain", "fresh").stdout
    assert "- points is at most 20 → 2" in text
    assert "- shop.half is 2 → 2" in text
    assert text.splitlines()[-3:] == [
        "Counts, by run 1 as of 1998-01-31T23:00Z:",
        "- 5 contacts were asked, and for 2 of them the whole holds.",
        "- 0 are out only because a value is missing.",  # cyd and eve are below the half as well
    ]
    (whole,) = json.loads(told.ask(monkeypatch, "explain", "germans", "--json").stdout)["counts"]["conditions"]
    assert (whole["true"], whole["false"], whole["unknown"]) == (2, 2, 1)
    assert "→" not in told.ask(monkeypatch, "explain", "fresh", "--no-counts").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("germans", "zoe"), "this contact id is not known"),
        (("germns", "ada"), "no run in"),
        (("germans", "ada", "--run", "7"), "found 7, expected a run that"),
        (("germans", "ada", "--catalog", "x"), "a run has its own catalog and zone"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    told: Told, words: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = told.ask(monkeypatch, "why", *words)
    assert isinstance(result.exception, UsageError)
    assert message in str(result.exception)
    assert "zoe" not in str(result.exception)


def test_explain_counts_by_the_run_that_segments_shows(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by one that holds the segment back, nor by one that is evaluated and not published."""
    planted = told.planted
    planted.spec("germans", {"attribute": "country", "is": "DE"}, expect={"at_most": 2})
    planted.deliver([*PEOPLE, ("fay", "DE", 1)], BOUGHT)
    planted.night("1998-02-02T00:00")
    planted.deliver(PEOPLE[:1])
    planted.open("1998-02-03T00:00")
    evaluate.run(planted.settings, "1998-02-03T00:00")

    def counted(id_: str) -> tuple[int, int, int]:
        counts = json.loads(told.ask(monkeypatch, "explain", id_, "--json").stdout)["counts"]
        return counts["run_no"], counts["contacts"], counts["conditions"][0]["true"]

    shown = {row["id"]: row["members"] for row in json.loads(told.ask(monkeypatch, "segments", "--json").stdout)}
    assert counted("germans") == (1, 5, 2)
    assert counted("buyers") == (2, 6, 2)
    assert {id_: shown[id_] for id_ in ("germans", "buyers")} == {"germans": 2, "buyers": 2}
    planted.spec("fresh", {"attribute": "country", "is": "DE"})
    assert counted("fresh") == (2, 6, 3)


def test_explain_has_no_number_of_what_the_night_could_not_read(
    told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told.planted.night("1998-02-05T00:00", {"order": "delivery 1998-02-04 was refused: 3 rows"})
    monkeypatch.chdir(tmp_path)
    for id_, where in (("asked", {"event": "order"}), ("other", {"attribute": "country", "is": "DE"})):
        spec = {"version": 1, "id": id_, "name": id_, "where": where}
        (tmp_path / f"{id_}.json").write_text(json.dumps(spec))
    asked = told.ask(monkeypatch, "explain", "asked.json")
    assert ("→" in asked.stdout, asked.exit_code) == (False, 0)
    assert "has none: source order failed: delivery 1998-02-04 was refused: 3 rows" in asked.stderr
    assert "→" in told.ask(monkeypatch, "explain", "other.json").stdout


def test_a_run_whose_specs_are_gone_says_so(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Path(told.planted.lake) / "inputs" / f"{run_numbered(told.planted.lake, 1).pinned(OpeningPin).inputs}.json"
    away = kept.rename(told.planted.root / "away.json")
    result = told.ask(monkeypatch, "why", "germans", "ada", "--run", "1")
    away.rename(kept)
    assert str(result.exception) == "run 1: its specs are no longer kept. Ask a newer run, or none."
