"""`test`: the tables beside specs pass, fail with names, or are told to be no tests; the shipped ones all pass."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from jobs.answers.spec_tests import FILE, TEST
from tests.cli.shop import Shop, run

CHECKOUT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(path for path in (CHECKOUT / "segment_specs").glob("*/*.json") if "." not in path.stem)
PEOPLE = {"contacts": [{"contact_id": "ada", "country": "DE"}, {"contact_id": "bea"}]}


def table_of(*tests: Mapping[str, Any], **keys: Any) -> str:
    return json.dumps({"version": 1, "as_of": "2026-11-24T00:00", "tests": tests, **keys})


def one(
    members: list[Any], data: Any = PEOPLE, name: str = "only who is known to be German", **keys: Any
) -> dict[str, Any]:
    return {"name": name, "data": data, "members": members, **keys}


def beside(shop: Shop, text: str, **spec: Any) -> str:
    """A spec with this tests file; the path of the tests."""
    shop.spec("germans", **spec)
    return shop.write("specs/crm/germans.tests.json", text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_segment_has_tests_beside_it(path: Path) -> None:
    assert path.with_suffix(".tests.json").is_file()


def test_the_tests_of_the_shipped_segments_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MUSTER_CONF", raising=False)
    ended = run("test", str(CHECKOUT / "segment_specs"), "--json")
    told = ended.document["tests"]
    assert [row for row in told if not row["passed"]] == []
    assert ended.code == 0
    assert len({row["file"] for row in told}) == len(SHIPPED)
    assert all(len(row["test"].split()) >= 5 for row in told), "a test's name is a sentence"


def test_a_test_that_passes_is_a_dot(shop: Shop) -> None:
    path = beside(shop, table_of(one(["ada"])))
    for named in (path, "specs/crm/germans.json", "specs"):
        ended = run("test", named)
        assert (ended.code, ended.err) == (0, "")
        assert re.fullmatch(r"\.\n1 passed, 0 failed in \d+\.\d s\n", ended.out)


def test_a_test_that_fails_says_who_should_be_and_who_should_not(shop: Shop) -> None:
    path = beside(shop, table_of(one(["ada"]), one(["bea"])))
    ended = run("test")
    assert ended.code == 10
    assert ended.out.startswith(".F\n1 passed, 1 failed in ")
    assert ended.err == (
        f"{shop.folder}/{path}: only who is known to be German\n  should not be members: ada; should be members: bea\n"
    )
    assert run("test", "--json").document == {
        "tests": [
            {
                "file": f"{shop.folder}/{path}",
                "test": "only who is known to be German",
                "passed": passed,
                "message": said,
            }
            for passed, said in ((True, ""), (False, "should not be members: ada; should be members: bea"))
        ]
    }


def test_a_test_of_a_broken_spec_fails_with_its_problems(shop: Shop) -> None:
    path = beside(shop, table_of(one(["ada"])), where={"attribute": "contry", "is": "DE"})
    ended = run("test", path)
    assert ended.code == 10
    assert ended.err == (
        f"{path}: only who is known to be German\n  germans cannot be used: "
        'found "contry", expected an attribute of the catalog — did you mean "country"?\n'
    )


def test_a_test_whose_rows_no_parser_takes_fails_without_their_values(shop: Shop) -> None:
    path = beside(shop, table_of(one([], {"contacts": [{"contact_id": "ada", "language": "klingon"}]})))
    ended = run("test", path)
    assert ended.code == 10
    assert "language" in ended.err
    assert "klingon" not in ended.err


def test_lists_dates_zones_and_segments_are_those_of_the_test(shop: Shop) -> None:
    shop.spec("buyers", {"event": "order", "within": "1d"})
    where = {"all": [{"segment": "buyers"}, {"list": "news"}]}
    orders = [{"contact_id": who, "ordered_at": "2026-11-22T23:30:00Z"} for who in ("ada", "bea")]
    data = {**PEOPLE, "order": orders}
    lists = {"news@2026-11-24": ["ada"], "news@2026-11-25": ["ada", "bea"]}
    path = beside(
        shop,
        table_of(
            one(["ada"], data, "yesterday begins at 23:00 UTC", lists=lists),
            one(["ada", "bea"], data, "a day later the newer list is there", lists=lists, as_of="2026-11-25T00:00"),
            time_zone="Europe/Vienna",
        ),
        where=where,
    )
    ended = run("test", path)
    assert ended.err == f"{path}: a day later the newer list is there\n  should be members: ada, bea\n"
    assert ended.code == 10


def test_ids_that_csv_must_quote_are_ids(shop: Shop) -> None:
    odd = ['a,"b"', "line\nbreak", "ünï", "=1+1"]
    people = {"contacts": [{"contact_id": who, "country": "DE"} for who in odd]}
    path = beside(shop, table_of(one(odd[:3], people, lists={"news": odd[:3]})), where={"list": "news"})
    ended = run("test", path)
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", ": line 1, column 2: "),
        ("[]", ": found an empty list, expected an object with version and tests"),
        (table_of(), "#/tests: found an empty list, expected a list of tests"),
        (table_of(one(["ada"]), version=2), "#/version: found 2, expected 1"),
        (table_of(one(["ada"]), test=1), '#/test: unknown key "test" in a tests file — did you mean "tests"?'),
        (table_of({"name": "x", "data": {}, "membres": []}), '#/tests/0/membres: unknown key "membres" in a test — did'),
        (table_of({"name": "x", "data": {}}),
         '#/tests/0: the key "members" is missing in a test: the ids that must come out, all of them'),
        (table_of({"name": "x", "data": [], "members": []}), "#/tests/0/data: found an empty list, expected keys with"),
        (table_of({"name": "x", "data": {}, "members": "ada"}), '#/tests/0/members: found "ada", expected a list of'),
        (table_of(one([], {"contact": []})), '#/tests/0/data/contact: found "contact", expected a source of the catalog'),
        (table_of(one([], {"contacts": ["ada"]})), "#/tests/0/data/contacts: found a list, expected a list of rows"),
        (table_of(one([], {"contacts": [{"contact_id": "ada", "contry": "DE"}]})),
         '#/tests/0/data/contacts/0/contry: found "contry", expected a column of contacts — did you mean "country"?'),
        (table_of(one(["ada"], lists={"../news": ["ada"]})),
         '#/tests/0/lists/..~1news: found the list "../news", expected name or name@date'),
        (table_of(one(["ada"], lists={"news": "ada"})), '#/tests/0/lists/news: found "ada", expected a list of contact ids'),
        (table_of(one(["ada"], lists=["ada"])), "#/tests/0/lists: found a list, expected lists of ids by name or name@date"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_tests_is_told_with_its_place(shop: Shop, text: str, said: str) -> None:
    path = beside(shop, text)
    ended = run("test", path)
    assert (ended.code, ended.out) == (10, "")
    lines = ended.err.splitlines()
    assert lines[0] == "Tests beside specs cannot be read:"
    assert all(line.startswith(f"  {path}") for line in lines[1:])
    assert said in ended.err


def test_all_files_that_are_no_tests_are_told_at_once(shop: Shop) -> None:
    beside(shop, "{")
    shop.write("specs/crm/others.tests.json", "[]")
    ended = run("test", "specs")
    assert ended.code == 10
    assert len(ended.err.splitlines()) == 3


def test_a_spec_without_tests_is_told_what_to_write(shop: Shop) -> None:
    ended = run("test", shop.spec("germans"))
    assert (ended.code, ended.out) == (10, "")
    assert ended.err == (
        "specs/crm/germans.tests.json: there are no tests of this spec. Write that file, or name another.\n"
    )


def test_tests_without_their_spec_fail(shop: Shop) -> None:
    path = shop.write("specs/crm/gone.tests.json", table_of(one([])))
    ended = run("test", path)
    assert ended.code == 10
    assert "gone.json" in ended.err


def test_a_name_cannot_rewrite_the_line_it_is_printed_in(shop: Shop) -> None:
    path = beside(shop, table_of(one(["\u202ebea\x1b[2J"], name="right\u202eto left")))
    ended = run("test", path)
    assert ended.code == 10
    assert all(line.isprintable() for line in ended.err.splitlines())
    assert "right\\u202eto left" in ended.err


def test_the_reference_explains_every_key_of_a_test() -> None:
    readme = (CHECKOUT / "segment_specs/README.md").read_text("utf-8")
    assert [key.name for key in TEST.keys if f"| `{key.name}` |" not in readme] == []
    assert [key.name for key in FILE.keys if f'"{key.name}"' not in readme] == []


def test_the_example_of_the_reference_passes(shop: Shop) -> None:
    readme = (CHECKOUT / "segment_specs/README.md").read_text("utf-8")
    examples = re.findall(r"^```jsonc\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    (example,) = (text for text in examples if '"tests"' in text)
    order = "version: 1\nsource: order\nkind: events\ntime: ordered_at\ncolumns: {pieces: {type: integer}}\n"
    shop.write("catalog/order.yaml", order)
    (shop.folder / "catalog/smart.yaml").unlink()
    shop.spec("shoe_fans", {"event": "order", "within": "90d", "sum": {"of": "pieces", "at_least": 2}})
    shop.write("specs/crm/shoe_fans.tests.json", example)
    assert run("test").code == 0
