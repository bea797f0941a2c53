"""Freezing: which members a list has, what makes two requests the same, what is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DONE, LIST_REFUSED, ListRefused
from jobs.lake.bitmaps import positions
from jobs.lake.claims import claim
from jobs.lake.list_registry import read_registry
from jobs.lake.member_rows import SegmentMembers
from jobs.lake.reads import table_rows
from jobs.lake.tables import LIST_BITS, LIST_REGISTRY
from jobs.lists.content_hash import MODULUS
from jobs.lists.frozen_list import attempt
from jobs.lists.listed_rows import rows_for_lists
from jobs.lists.requests import read_request
from jobs.runs.run import read_clock
from jobs.steps import freeze
from tests.steps.planted import Planted

# Numbers are given in this order: ada 0, bob 1, cyd 2, dan 3.
FIRST = [("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3)]
SECOND = [("ada", "DE", 1), ("cyd", "DE", 3), ("dan", "DE", 4)]  # bob left
KEYS = {"name", "date", "version", "state", "rows", "path", "segment", "content_hash"}


@dataclass
class Frozen:
    """A company after two nights; `germans` were 2 and are 3, `held` was published on the first night only."""

    planted: Planted

    def freeze(self, **words: Any) -> dict[str, Any]:
        asked = {"segment": "germans", "list_name": "news", "date": "1998-02-03", **words}
        as_of = asked.pop("as_of", "1998-02-02T12:00")
        outcome = freeze.run(self.planted.settings, as_of, **asked)
        assert outcome.exit_code == DONE
        return dict(outcome.details)

    def refusal(self, **words: Any) -> str:
        with pytest.raises(ListRefused) as refused:
            self.freeze(**words)
        assert refused.value.exit_code == LIST_REFUSED
        return str(refused.value)

    def ids(self, path: str) -> list[str]:
        from deltalake import DeltaTable

        return sorted(DeltaTable(path).to_pyarrow_table().column("contact_id").to_pylist())


@pytest.fixture(scope="module")
def frozen(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    planted = Planted(spark, tmp_path_factory.mktemp("frozen"))
    planted.spec("germans", {"attribute": "country", "is": "DE"}, publish="rows")
    planted.spec("held", {"attribute": "country", "is": "DE"}, expect={"change_at_most": "10%"})
    planted.deliver(FIRST)
    planted.night("1998-02-01T00:00")
    planted.deliver(SECOND)
    planted.night("1998-02-02T00:00")
    return Frozen(planted)


@pytest.fixture(scope="module")
def news(frozen: Frozen) -> dict[str, Any]:
    return frozen.freeze()


def test_a_list_has_the_members_of_the_newest_night(frozen: Frozen, news: dict[str, Any]) -> None:
    assert frozen.ids(news["path"]) == ["ada", "cyd", "dan"]
    assert {key: news[key] for key in KEYS - {"path", "content_hash"}} == {
        "name": "news", "date": "1998-02-03", "version": 1, "state": "frozen", "rows": 3, "segment": "germans",
    }  # fmt: skip
    assert news["path"].startswith(f"{frozen.planted.lake}/lists/news/1998-02-03-v1/")
    rows = [b"3:ada,", b"3:cyd,", b"3:dan,"]
    expected = sum(int.from_bytes(sha256(row).digest(), "big") for row in rows) % MODULUS
    assert news["content_hash"] == f"{expected:064x}"


def test_the_manifest_says_where_the_list_comes_from(frozen: Frozen, news: dict[str, Any]) -> None:
    entry = next(one for one in read_registry(frozen.planted.lake) if (one.name, one.version) == ("news", 1))
    manifest = json.loads(entry.manifest or "{}")
    told = ("run_no", "run_as_of", "frozen_as_of", "members", "rows", "distinct", "pack_no")
    assert {key: manifest[key] for key in told} == {
        "run_no": 2, "run_as_of": "1998-02-01T23:00:00+00:00", "frozen_as_of": "1998-02-02T11:00:00+00:00",
        "members": 3, "rows": 3, "distinct": 3, "pack_no": 2,
    }  # fmt: skip
    assert manifest["content_hash"] == news["content_hash"]
    assert manifest["columns"] == ["contact_id"]
    assert manifest["sources"] == ["contacts"]
    assert "ada" not in str(manifest)


def test_a_lists_bits_are_kept_so_that_it_can_be_a_condition(frozen: Frozen, news: dict[str, Any]) -> None:
    rows = table_rows(frozen.planted.lake, LIST_BITS, filters=[("name", "=", "news")])
    assert [(row["date"], row["version"], positions(row["bits"]).tolist(), row["members"]) for row in rows] == [
        (date(1998, 2, 3), 1, [0, 2, 3], 3)
    ]


def test_the_same_request_gives_the_same_list_even_days_later(frozen: Frozen, news: dict[str, Any]) -> None:
    assert frozen.freeze() == news
    assert frozen.freeze(as_of="1998-02-09T12:00") == news
    assert len(table_rows(frozen.planted.lake, LIST_REGISTRY, filters=[("name", "=", "news")])) == 1


def test_another_request_for_the_same_list_is_refused_with_both(frozen: Frozen, news: dict[str, Any]) -> None:
    assert frozen.refusal(segment="held", run_no=1) == (
        'news of 1998-02-03 (version 1) is for another request: found {"segment": "germans"}, '
        'this one is {"run": 1, "segment": "held"}. Take another name, or add --supersede to make version 2.'
    )


def test_a_next_version_supersedes_the_one_before_and_is_made_once(frozen: Frozen) -> None:
    first = frozen.freeze(list_name="twice")
    second = frozen.freeze(list_name="twice", segment="held", run_no=1, supersede=True)
    assert (second["version"], second["state"]) == (2, "frozen")
    assert frozen.ids(second["path"]) == ["ada", "bob"]  # of the run that was named, whatever its age
    assert frozen.freeze(list_name="twice", segment="held", run_no=1, supersede=True) == second
    assert frozen.freeze(list_name="twice", segment="held", run_no=1) == second
    third = frozen.freeze(list_name="twice", supersede=True)
    assert (third["version"], third["rows"]) == (3, 3)
    states = {one["version"]: one["state"] for one in rows_for_lists(frozen.planted.settings) if one["name"] == "twice"}
    assert states == {1: "superseded", 2: "superseded", 3: "frozen"}
    assert frozen.ids(first["path"]) == ["ada", "cyd", "dan"]  # never touched


def test_what_may_not_be_frozen_is_refused(frozen: Frozen) -> None:
    assert "segment held is held in run 2" in frozen.refusal(list_name="other", segment="held")
    assert "the newest night, run 2" in frozen.refusal(list_name="other", as_of="1998-02-03T02:01", date="1998-02-04")
    assert "its launch day has passed" in frozen.refusal(list_name="other", date="1998-02-01")
    assert "is today" in frozen.refusal(list_name="other", date="1998-02-02")
    assert [one.name for one in read_registry(frozen.planted.lake) if one.name == "other"] == []


def test_an_empty_segment_gives_an_empty_list(frozen: Frozen) -> None:
    planted = frozen.planted
    planted.spec("nobody", {"attribute": "country", "is": "FR"})
    planted.spec("on_news", {"all": [{"list": "news"}, {"attribute": "country", "is": "DE"}]})
    planted.spec("not_on_news", {"all": [{"not": {"list": "news"}}, {"attribute": "country", "is": "DE"}]})
    planted.deliver([("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3), ("dan", "DE", 4)])
    planted.night("1998-02-03T00:00")
    empty = frozen.freeze(list_name="empty", segment="nobody", as_of="1998-02-03T12:00", date="1998-02-04")
    assert (empty["rows"], empty["content_hash"]) == (0, "0" * 64)
    # And the list of before is a condition: news has ada, cyd and dan.
    assert planted.told(3)["on_news"][:2] == ("published", 2)
    assert planted.told(3)["not_on_news"][:2] == ("published", 1)


def test_of_two_attempts_at_once_one_wins_and_the_other_leaves_nothing(frozen: Frozen) -> None:
    planted = frozen.planted
    request = read_request("raced", "1998-02-03", "germans", run_no=2)
    pins = freeze.make_pins(planted.settings, request, read_clock(planted.settings, "1998-02-02T12:00"))
    open_claim = claim(planted.lake, request.key(1), request.fingerprint, pins.to_json())
    members = SegmentMembers(planted.lake, "germans", 2)
    first = attempt(planted.lake, request, 1, open_claim, members)
    second = attempt(planted.lake, request, 1, open_claim, members)
    assert first == second
    folders = [path.name for path in (Path(planted.lake) / "lists/raced/1998-02-03-v1").iterdir()]
    assert folders == [first.attempt]
    # The winner was killed before the registry: whoever comes next enters what it had settled.
    assert [one for one in read_registry(planted.lake) if one.name == "raced"] == []
    listed = frozen.freeze(list_name="raced", run_no=2)
    assert listed["path"].endswith(str(first.attempt))
