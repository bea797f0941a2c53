"""A folder of specs filled with ill will: problems with their places, never a traceback, no effect on other segments."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shop import GERMANS, Ended, Shop, run

TURNED = "Germ\u202egnp\u2066ans\u200f"
NAMES = ("${jndi:ldap://x/y}", "{{ conf }}", "{{ conf.get('core', 'fernet_key') }}", "$(touch owned)", "`touch owned`",
         "'; DROP TABLE contacts; --", "%s%n%d", "[bold red]x[/]", "<script>alert(1)</script>",
         TURNED, "\x1b[2J", "a\nb")  # fmt: skip


def problems(ended: Ended) -> list[tuple[str, str, str]]:
    """File name, pointer and message of `validate --json`; every message can be printed."""
    found = ended.document["problems"]
    assert all(problem["message"].isprintable() for problem in found)
    return [(Path(problem["file"]).name, problem["pointer"], problem["message"]) for problem in found]


def judged(shop: Shop) -> list[tuple[str, str, str]]:
    """The problems of the folder, in which `good` stands and stays good."""
    shop.spec("good")
    ended = run("validate", "specs", "--json")
    assert (ended.code, ended.err) == (10, "")
    told = run("validate", "specs")
    assert told.code == 10
    assert told.out.startswith("1 spec is right, ")
    assert all(line.isprintable() for line in told.err.splitlines())
    assert shop.attempt("specs/crm/good.json").document == {"good": ["ada", "bea"]}
    return problems(ended)


def test_a_link_is_told_and_not_followed(shop: Shop, tmp_path: Path) -> None:
    outside = tmp_path / "secret.json"
    outside.write_text(json.dumps({"version": 1, "id": "linked", "name": "Linked", "where": GERMANS}), "utf-8")
    (tmp_path / "specs" / "crm").mkdir(parents=True)
    (tmp_path / "specs" / "crm" / "linked.json").symlink_to(outside)
    (tmp_path / "specs" / "away").symlink_to("/etc")
    assert judged(shop) == [
        ("away", "", "found a link, expected a real folder; links are not followed"),
        ("linked.json", "", "found a link, expected a regular file; links are not followed"),
    ]
    ended = shop.attempt("specs/crm/linked.json", "specs/crm/good.json")
    assert (ended.code, ended.document) == (10, {"good": ["ada", "bea"]})


def test_a_pipe_does_not_make_anybody_wait(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "specs" / "crm").mkdir(parents=True)
    os.mkfifo(tmp_path / "specs" / "crm" / "pipe.json")
    assert judged(shop) == [("pipe.json", "", "found a pipe, expected a regular file")]
    ended = shop.attempt("specs/crm/pipe.json", "specs/crm/good.json")
    assert (ended.code, ended.document) == (10, {"good": ["ada", "bea"]})
    assert ended.err == "specs/crm/pipe.json: found a pipe, expected a regular file\n"


def test_tests_beside_a_spec_may_be_a_pipe_or_a_link_too(shop: Shop, tmp_path: Path) -> None:
    shop.spec("good")
    os.mkfifo(tmp_path / "specs" / "crm" / "good.tests.json")
    (tmp_path / "specs" / "crm" / "linked.tests.json").symlink_to("/etc/passwd")
    ended = run("test", "specs")
    assert (ended.code, ended.out) == (10, "")
    assert ended.err == (
        "Tests beside specs cannot be read:\n"
        "  specs/crm/good.tests.json: found a pipe, expected a regular file\n"
        "  specs/crm/linked.tests.json: found a link, expected a regular file; links are not followed\n"
    )


def test_five_megabytes_are_refused_by_their_size(shop: Shop) -> None:
    whole = {"version": 1, "id": "big", "name": "Big", "where": {"attribute": "country", "in": ["x" * 990] * 5300}}
    assert Path(shop.write("specs/crm/big.json", json.dumps(whole))).stat().st_size > 5_000_000
    ((name, pointer, message),) = judged(shop)
    assert (name, pointer) == ("big.json", "")
    assert "256 KiB" in message
    assert len(message) < 200


@pytest.mark.parametrize("text", ["[" * 100_000, '{"where":' * 20_000, '{"a":[' * 20_000 + "]}" * 20_000])
def test_a_hundred_thousand_brackets_are_one_problem(shop: Shop, text: str) -> None:
    shop.write("specs/crm/deep.json", text)
    ((name, pointer, message),) = judged(shop)
    assert (name, pointer) == ("deep.json", "")
    assert len(message) < 300


def test_conditions_a_thousand_deep_are_a_problem_with_a_place(shop: Shop) -> None:
    where: dict[str, Any] = GERMANS
    for _ in range(60):
        where = {"not": where}
    shop.spec("deep", where)
    assert any("16" in message for _, _, message in judged(shop))


@pytest.mark.parametrize("id_", ["../x", "..", "/etc/passwd", "a/b", "GOOD", "good\x00", "", ".hidden", "-rf", TURNED])
def test_an_id_that_is_no_id_is_refused_and_takes_nobodys_place(shop: Shop, id_: str) -> None:
    shop.spec("sly", {"everyone": True})
    shop.write("specs/crm/sly.json", json.dumps({"version": 1, "id": id_, "name": "x", "where": {"everyone": True}}))
    found = judged(shop)
    assert [name for name, _, _ in found] == ["sly.json"] * len(found)
    assert found[0][1] == "/id"


def test_two_files_of_one_id_are_both_refused_and_a_third_is_not(shop: Shop) -> None:
    shop.spec("fair")
    shop.write(
        "specs/sly/fair.json", json.dumps({"version": 1, "id": "fair", "name": "x", "where": {"everyone": True}})
    )
    assert judged(shop) == [
        (name, "/id", f'found the id "fair" in "specs/{other}/fair.json" too, expected one file for an id')
        for name, other in (("fair.json", "sly"), ("fair.json", "crm"))
    ]


@pytest.mark.parametrize("text", NAMES, ids=ascii)
def test_a_name_is_only_a_name(shop: Shop, text: str) -> None:
    path = shop.spec(
        "named", {"attribute": "country", "in": ["DE", text]}, name=text, owner=text, description=text, tags=[text]
    )
    ended = run("validate", "specs")
    assert (ended.code, ended.out, ended.err) == (0, "1 spec is right.\n", "")
    told = run("explain", path)
    assert told.code == 0
    assert all(line.isprintable() for line in told.out.splitlines())
    assert shop.attempt(path).document == {"named": ["ada", "bea"]}
    assert not (shop.folder / "owned").exists()


@pytest.mark.parametrize("text", NAMES, ids=ascii)
def test_where_a_word_belongs_it_is_a_problem_that_can_be_printed(shop: Shop, text: str) -> None:
    for number, where in enumerate(
        (
            {"attribute": text, "is": "x"},
            {"event": text},
            {text: 1},
            {"segment": text},
            {"event": "order", "within": text},
        )
    ):
        shop.spec(f"s{number}", where)
    assert {name for name, _, _ in judged(shop)} == {f"s{number}.json" for number in range(5)}


def test_a_files_name_cannot_rewrite_the_line_it_is_told_in(shop: Shop) -> None:
    shop.write("specs/crm/\u202egnp.json", "{}")
    shop.write("specs/crm/two\nlines.json", "{}")
    shop.write("specs/c\x1b[2Jrm/red.json", "{}")
    found = judged(shop)
    assert len({name for name, _, _ in found}) == 3


def test_no_utf_8_and_a_mark_at_the_start_are_told(shop: Shop) -> None:
    shop.spec("good")
    for name, data in (("latin", b'{"name": "\xfc"}'), ("marked", b"\xef\xbb\xbf{}"), ("utf16", "{}".encode("utf-16")),
                       ("nul", b"\x00" * 100), ("empty", b"")):  # fmt: skip
        (shop.folder / f"specs/crm/{name}.json").write_bytes(data)
    assert sorted({name for name, _, _ in judged(shop)}) == [
        "empty.json", "latin.json", "marked.json", "nul.json", "utf16.json"
    ]  # fmt: skip


def test_other_files_of_the_folder_are_not_specs(shop: Shop) -> None:
    for path in ("specs/README.md", "specs/crm/notes.txt", "specs/crm/.hidden.json", "specs/schema.json",
                 "specs/templates/new.json", "specs/crm/good.json~"):  # fmt: skip
        shop.write(path, "{{ not json")
    shop.spec("good")
    assert run("validate", "specs").out == "1 spec is right.\n"
    assert run("validate", "specs").err == ""


def test_everything_at_once_is_told_at_once(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "specs" / "crm").mkdir(parents=True)
    os.mkfifo(tmp_path / "specs" / "crm" / "pipe.json")
    (tmp_path / "specs" / "crm" / "linked.json").symlink_to("/etc/passwd")
    shop.write("specs/crm/deep.json", "[" * 100_000)
    shop.write("specs/crm/big.json", " " * 5_000_000)
    shop.spec("cycle", {"segment": "circle"})
    shop.spec("circle", {"segment": "cycle"})
    assert {name for name, _, _ in judged(shop)} == {
        "pipe.json", "linked.json", "deep.json", "big.json", "cycle.json", "circle.json"
    }  # fmt: skip
