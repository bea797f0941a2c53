"""`where-used`, `rename`, `remove` and `new --copy`: what refers to what, and files changed all or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shop import Shop, run

ODD = """{"version":1, "id":"rich_germans",
      "name": "Rich,  Germans", "where":{"all":[ {"segment":"germans"},{"attribute":"smart.revenue","at_least":1e2} ] } }
"""
CHOSEN = {
    "version": 1,
    "template": "in_segment",
    "kind": "combined",
    "sentence": "In {segment}",
    "parameters": {"segment": {"type": "segment", "default": "germans", "meaning": "Which"}},
    "spec": {"name": "In {segment}", "where": {"all": [{"segment": {"parameter": "segment"}}, {"segment": "germans"}]}},
    "as_of": "2026-11-24T00:00",
    "time_zone": "Etc/UTC",
    "tests": [
        {
            "name": "who is in the segment",
            "data": {"contacts": [{"contact_id": "in"}, {"contact_id": "out"}]},
            "segments": {"{segment}": ["in"], "germans": ["in"]},
            "members": ["in"],
        }
    ],
    "also": [{"segment": "rich_germans"}],
}
TESTS = {
    "version": 1,
    "as_of": "2026-11-24T00:00",
    "tests": [{
        "name": "German and rich, whoever is German",
        "data": {
            "contacts": [{"contact_id": "ada"}, {"contact_id": "bea"}],
            "order": [{"contact_id": who, "ordered_at": "2026-11-01", "amount": 100} for who in ("ada", "bea")],
        },
        "segments": {"germans": ["ada"]},
        "members": ["ada"],
    }],
}  # fmt: skip


@pytest.fixture
def linked(shop: Shop) -> Shop:
    """germans, whom rich_germans and a template refer to, and who_are_new, that refers to rich_germans by `from`."""
    shop.spec("germans")
    shop.write("specs/crm/germans.tests.json", json.dumps({
        "version": 1, "as_of": "2026-11-24T00:00",
        "tests": [{"name": "who is known to be German", "data": {"contacts": [{"contact_id": "ada", "country": "DE"}]},
                   "members": ["ada"]}],
    }))  # fmt: skip
    shop.write("specs/money/rich_germans.json", ODD)
    shop.write("specs/money/rich_germans.tests.json", json.dumps(TESTS, indent=3))
    shop.spec("who_are_new", {"attribute": "born", "is_empty": False}, **{"from": {"segment": "rich_germans"}})
    shop.write("specs/templates/combined/in_segment.json", json.dumps(CHOSEN))
    return shop


def files(shop: Shop) -> dict[str, str]:
    return {
        str(path.relative_to(shop.folder)): path.read_text("utf-8")
        for path in sorted((shop.folder / "specs").rglob("*"))
        if path.is_file()
    }


def test_a_test_may_say_who_is_in_a_segment(linked: Shop) -> None:
    assert run("test").code == 0
    assert run("test", "specs/templates").code == 0
    assert run("validate").out == "3 specs are right, 1 template is right.\n"


def test_where_a_segment_is_used_is_told_place_by_place(linked: Shop) -> None:
    specs = linked.folder / "specs"
    assert run("where-used", "germans", "--json").document == {
        "name": "germans",
        "references": [
            {"role": role, "name": name, "file": str(specs / file), "pointer": pointer}
            for role, name, file, pointer in (
                ("spec", "rich_germans", "money/rich_germans.json", "/where/all/0/segment"),
                ("test", "rich_germans", "money/rich_germans.tests.json", "/tests/0/segments/germans"),
                ("template", "in_segment", "templates/combined/in_segment.json", "/parameters/segment/default"),
                ("template", "in_segment", "templates/combined/in_segment.json", "/spec/where/all/1/segment"),
                ("template", "in_segment", "templates/combined/in_segment.json", "/tests/0/segments/germans"),
            )
        ],
        "through": [{"id": "who_are_new", "way": ["rich_germans", "germans"]}],
        "lists": [],
    }
    assert "spec who_are_new, through rich_germans → germans" in run("where-used", "germans").out
    assert run("where-used", "who_are_new").out == "Nothing uses who_are_new.\n"


def test_where_a_source_or_a_column_is_used_counts_what_is_computed_from_it(linked: Shop) -> None:
    used = {"segments": ["rich_germans"], "columns": ["smart.revenue"], "sources": [], "templates": []}
    for name in ("order", "order.amount"):
        assert run("where-used", name, "--json").document == {"name": name, **used}
    assert run("where-used", "order.channel", "--json").document["segments"] == []
    assert run("where-used", "smart.revenue", "--json").document["segments"] == ["rich_germans"]
    assert run("where-used", "contacts", "--json").document["segments"] == ["germans", "who_are_new"]
    assert run("where-used", "contacts.country", "--json").document["segments"] == ["germans"]
    for wrong, told in (("germns", '"germans"'), ("order.amont", '"amount"'), ("ordr", '"order"')):
        ended = run("where-used", wrong)
        assert ended.code == 2
        assert told in ended.err


def test_a_spec_that_is_wrong_is_named_because_nobody_knows_what_it_uses(linked: Shop) -> None:
    linked.spec("broken", {"attribute": "contry", "is": "DE"})
    ended = run("where-used", "order")
    assert ended.code == 0
    assert ended.err == "warning: broken: left out, for it has problems of its own; validate tells them\n"


def test_a_segment_is_renamed_with_all_that_refers_to_it_and_nothing_else_changes(linked: Shop) -> None:
    before = files(linked)
    ended = run("rename", "germans", "people_in_germany", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.document["references"]) == 5
    after = files(linked)
    assert sorted(after) == sorted(path.replace("/germans.", "/people_in_germany.") for path in before)
    assert after["specs/money/rich_germans.json"] == ODD.replace('"germans"', '"people_in_germany"')
    for old, new in (("rich_germans.tests", "rich_germans.tests"), ("rich_germans", "rich_germans")):
        path = f"specs/money/{new}.json"
        assert after[path] == before[f"specs/money/{old}.json"].replace('"germans"', '"people_in_germany"')
    template = "specs/templates/combined/in_segment.json"
    assert after[template] == before[template].replace('"germans"', '"people_in_germany"')
    assert after["specs/crm/people_in_germany.tests.json"] == before["specs/crm/germans.tests.json"]
    assert json.loads(after["specs/crm/people_in_germany.json"])["id"] == "people_in_germany"
    assert run("validate").out == "3 specs are right, 1 template is right.\n"
    assert run("test").code == 0
    assert run("where-used", "people_in_germany", "--json").document["through"][0]["id"] == "who_are_new"


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("germns", "x", 10, 'germns: there is no such spec — did you mean "germans"?'),
        ("germans", "rich_germans", 2, 'found "rich_germans", the id of '),
        ("germans", "Germans", 2, '--id: found "Germans", expected the id of a segment'),
    ],
)
def test_a_name_that_cannot_be_had_changes_nothing(linked: Shop, old: str, new: str, code: int, told: str) -> None:
    before = files(linked)
    ended = run("rename", old, new)
    assert ended.code == code
    assert told in ended.err
    assert files(linked) == before


def test_a_file_that_cannot_be_read_may_refer_to_anything_so_nothing_is_renamed_or_removed(linked: Shop) -> None:
    linked.write("specs/crm/half.json", '{"version": 1, ')
    before = files(linked)
    for words in (("rename", "germans", "people"), ("remove", "who_are_new")):
        ended = run(*words)
        assert ended.code == 10
        assert "these files might refer to it:" in ended.err
        assert "half.json" in ended.err
    assert files(linked) == before


def test_files_that_cannot_be_changed_leave_all_as_they_were(linked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(linked)
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if target.name == "people.tests.json":
            raise OSError(28, "No space left on device", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    ended = run("rename", "germans", "people")
    assert ended.code == 2
    assert "people.tests.json: cannot be changed (No space left on device), so nothing is." in ended.err
    assert files(linked) == before


def test_nothing_is_removed_that_others_refer_to(linked: Shop) -> None:
    ended = run("remove", "germans")
    assert ended.code == 10
    assert ended.err == (
        "germans is not removed, because it is referred to by the spec rich_germans, the test rich_germans and the template "
        "in_segment. Change those first.\n"
    )
    assert run("remove", "rich_germans").code == 10
    ended = run("remove", "who_are_new", "--json")
    assert ended.code == 0
    assert ended.document["gone"] == [str(linked.folder / "specs/crm/who_are_new.json")]
    assert run("validate").out == "2 specs are right, 1 template is right.\n"


def test_a_copy_keeps_the_words_and_the_tests_and_has_an_id_of_its_own(linked: Shop) -> None:
    ended = run(
        "new", "--copy", "rich_germans", "--id", "richer", "--folder", "crm", "--name", "Richer", "--owner", "ada"
    )
    assert ended.code == 0
    after = files(linked)
    assert after["specs/crm/richer.json"] == (
        ODD.replace('"rich_germans"', '"richer"').replace('"Rich,  Germans"', '"Richer",\n  "owner": "ada"')
    )
    assert after["specs/crm/richer.tests.json"] == after["specs/money/rich_germans.tests.json"]
    assert run("test").code == 0
    assert "found the same meaning as" in run("validate").err
    for words in (("--id", "germans"), ("--id", "richer"), (), ("--id", "new", "--set", "a=b")):
        before = files(linked)
        assert run("new", "--copy", "rich_germans", *words).code == 2
        assert files(linked) == before
