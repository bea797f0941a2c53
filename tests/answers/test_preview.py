"""`preview` and `history` count from tiles what `try` says of the same rows, and what the next night then publishes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from jobs.__main__ import app
from jobs.errors import UsageError
from tests.steps.planted import Planted

PEOPLE = [("ada", "DE", 10), ("bob", "AT", 20), ("cyd", None, None), ("dan", "FR", 30), ("eve", "DE", None)]
BOUGHT = [("ada", "1998-01-05", "10.00"), ("bob", "1998-01-06", "99.99"), ("bob", "1998-01-25", "0.01")]
NIGHT = "1998-02-01T00:00"


@pytest.fixture(scope="module")
def planted(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    planted = Planted(spark, tmp_path_factory.mktemp("previewed"))
    planted.spec("germans", {"attribute": "country", "is": "DE"})
    planted.spec("best", {"event": "order"}, keep={"count": 1, "by": "shop.spent"})
    planted.spec("rich", {"attribute": "points", "at_least": 5}, **{"from": {"segment": "germans"}})
    planted.spec("upper_half", {"attribute": "shop.half", "is": 2})
    planted.deliver(PEOPLE, BOUGHT)
    planted.night(NIGHT)
    return planted


def ask(planted: Planted, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    settings = planted.settings
    for name, value in (("LAKE", settings.lake), ("SPECS", settings.specs), ("CATALOG", settings.catalog)):
        monkeypatch.setenv(f"MUSTER_{name}", str(value))
    monkeypatch.setenv("MUSTER_TIME_ZONE", settings.time_zone)
    return CliRunner().invoke(app, list(words))


def answer(planted: Planted, monkeypatch: pytest.MonkeyPatch, *words: str) -> dict[str, Any]:
    ended = ask(planted, monkeypatch, *words, "--json")
    assert ended.exit_code == 0, ended.exception
    return json.loads(ended.stdout)


@pytest.mark.parametrize(("segment", "members"), [("germans", 2), ("best", 1), ("rich", 1), ("upper_half", 2)])
@pytest.mark.parametrize("exact", [True, False])
def test_what_is_published_would_not_change(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, segment: str, members: int, exact: bool
) -> None:
    told = answer(planted, monkeypatch, "preview", segment, *(["--exact"] if exact else []))
    assert (told["id"], told["count"], told["low"], told["high"], told["exact"]) == (
        segment, members, members, members, True,
    )  # fmt: skip
    if exact or segment != "best":
        assert (told["published_in"], told["entered"]["count"], told["left"]["count"]) == (1, 0, 0)
    else:
        assert (told["published_in"], told["entered"]) == (None, None)
        assert told["notes"] == ["A keep decides on everybody: who would enter and leave is told with --exact."]


def test_a_spec_that_nobody_has_published_is_counted_with_each_of_its_conditions(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = planted.spec("new", {"all": [{"segment": "germans"}, {"attribute": "points", "at_most": 15}]})
    told = answer(planted, monkeypatch, "preview", "new")
    assert (told["count"], told["published_in"], told["run_no"]) == (1, None, 1)
    assert [(each["pointer"], each["count"]) for each in told["conditions"]] == [
        ("/where", 1), ("/where/all/0", 2), ("/where/all/1", 1),
    ]  # fmt: skip
    lines = ask(planted, monkeypatch, "preview", str(file)).stdout.splitlines()
    assert lines[0] == "new: 1 contacts, by the tiles of run 1 as of 1998-01-31T23:00Z."
    assert "→ 2" in lines[3]
    file.unlink()


def test_another_meaning_of_a_published_id_says_who_would_enter_and_leave(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.spec("germans", {"attribute": "country", "in": ["AT", "FR", "DE"]})
    try:
        told = answer(planted, monkeypatch, "preview", "germans")
        assert (told["count"], told["entered"]["count"], told["left"]["count"]) == (4, 2, 0)
        # What refers to it is counted by the spec as it is now, not by the members of the night.
        assert answer(planted, monkeypatch, "preview", "rich")["count"] == 3
        text = ask(planted, monkeypatch, "preview", "germans").stdout
        assert "Against run 1, which is in force: 2 would enter, 0 leave." in text
    finally:
        planted.spec("germans", {"attribute": "country", "is": "DE"})


def test_history_counts_each_instant_as_a_run_of_then_would(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.spec("buyers", {"event": "order", "within": "10d"})
    told = answer(
        planted,
        monkeypatch,
        "history",
        "buyers",
        "--from",
        "1998-01-05T00:00",
        "--to",
        "1998-02-01T00:00",
        "--every",
        "1w",
    )
    # Orders on 5 (ada), 6 and 25 January (bob): none before the 5th ends, two by the 12th, nobody in the ten days
    # before the 19th but bob on the 25th.
    assert [(point["as_of"], point["count"]) for point in told["points"]] == [
        ("1998-01-05T00:00", 0), ("1998-01-12T00:00", 2), ("1998-01-19T00:00", 0), ("1998-01-26T00:00", 1),
    ]  # fmt: skip
    assert told["as_now"] == []
    assert answer(planted, monkeypatch, "history", "germans", "--every", "1mo")["points"][-1]["as_of"] == NIGHT
    text = ask(planted, monkeypatch, "history", "buyers", "--from", "1998-01-05T00:00", "--every", "1w").stdout
    assert " █ ▄" in text
    assert "As they are now: contacts." in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("preview", "germns"), 'did you mean "germans"?'),
        (("history", "germans", "--to", "1998-02-02T00:00"), "its tiles know nothing later"),
        (("history", "germans", "--from", "1998-03-02T00:00"), "expected an instant that is not after --to"),
        (("history", "germans", "--every", "soon"), "--every: found"),
        (("history", "germans", "--from", "1990-01-01T00:00", "--every", "1h"), "more than 1,000 instants"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    ended = ask(planted, monkeypatch, *words)
    assert message in str(ended.exception)


def test_a_changed_catalog_has_no_tiles_yet(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    file = planted.root / "catalog" / "contacts.yaml"
    before = file.read_text()
    file.write_text(before + "  plan: {type: text}\n")
    ended = ask(planted, monkeypatch, "preview", "germans")
    file.write_text(before)
    assert isinstance(ended.exception, UsageError)
    assert "the catalog has changed since run 1" in str(ended.exception)


def test_before_the_first_night_the_next_step_is_named(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    settings = planted.settings
    monkeypatch.setenv("MUSTER_LAKE", str(tmp_path / "empty"))
    monkeypatch.setenv("MUSTER_SPECS", str(settings.specs))
    monkeypatch.setenv("MUSTER_CATALOG", str(settings.catalog))
    ended = CliRunner().invoke(app, ["preview", "germans"])
    assert "no night has been published yet" in str(ended.exception)
