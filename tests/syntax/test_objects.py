"""The one reader of objects: what it says of keys, and that JSON Schema, made of the same statement, says it too."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from jobs.syntax.nodes import Node, Problems
from jobs.syntax.objects import AtMostOne, Key, KeyTable, Needs, OneForm, exactly_one
from jobs.syntax.shapes import DATE, ID, TEXT, listed, per_cent, whole

NAME = Key("name", "What people call it. Short is good.", TEXT, required=True)
WIDTH = Key("width", "How wide it is, in cm.", whole(1), only=("door", "wall"), required=("wall",))
HINGES = Key("hinges", "How many hinges it hangs on.", whole(1, 9), only=("door",))
RED = Key("red", "The share of red.", per_cent(100))
SPOTS = Key("spots", "Where it has spots.", listed(ID, "places"))
FIRST = Key("from", "Its first day.", DATE)
LAST = Key("to", "Its last day.", DATE)
AGO = Key("ago", "How old it is.", whole(0))
THINGS = KeyTable(
    "a thing",
    (NAME, WIDTH, HINGES, RED, SPOTS, FIRST, LAST, AGO),
    "a thing like {name: door}",
    (OneForm(((FIRST, LAST), (AGO,)), "when it was made"), Needs(HINGES, WIDTH), AtMostOne((RED, SPOTS), "choose one")),
    elsewhere={"owner": "houses have owners"},
)
MADE = {"name": "n", "ago": 1}


def problems_of(tree: Any, kind: str | None = None) -> list[str]:
    problems = Problems()
    THINGS.read(Node(tree, "f"), problems, kind)
    return [str(problem).removeprefix("f") for problem in problems.found]


WRONG: list[tuple[Any, str]] = [
    ([], ": found an empty list, expected a thing like {name: door}"),
    ({**MADE, "widht": 5}, '#/widht: unknown key "widht" in a thing — did you mean "width"?'),
    (
        {**MADE, "zzz": 5},
        '#/zzz: unknown key "zzz" in a thing — known here: "name", "width", "hinges", "red", "spots", "from", "to", "ago"',
    ),
    ({**MADE, "owner": "o"}, '#/owner: the key "owner" does not belong in a thing: houses have owners'),
    ({"ago": 1}, ': the key "name" is missing in a thing: what people call it'),
    ({"naem": "x", "ago": 1}, '#/naem: unknown key "naem" in a thing — did you mean "name"?'),
    ({**MADE, "name": ""}, '#/name: found "", expected a text with something in it'),
    ({"name": "n"}, ': found none, expected exactly one of "from" with "to" or "ago": when it was made'),
    (
        {**MADE, "to": "2026-01-01"},
        ': found "to" and "ago", expected exactly one of "from" with "to" or "ago": when it was made',
    ),
    (
        {"name": "n", "to": "2026-01-01"},
        ': found "to", expected exactly one of "from" with "to" or "ago": when it was made',
    ),
    ({**MADE, "hinges": 2}, '#/hinges: found "hinges" without "width", expected both ("width": how wide it is, in cm)'),
    (
        {**MADE, "red": "5%", "spots": ["a"]},
        ': found "red" and "spots", expected at most one of them; choose one',
    ),
    ({**MADE, "red": "101%"}, '#/red: found "101%", expected per cent from 0% to 100% as text, like "1%" or "0.5%"'),
    ({**MADE, "red": 5}, '#/red: found 5, expected per cent from 0% to 100% as text, like "1%" or "0.5%"; write "5%"'),
    ({**MADE, "spots": "a"}, '#/spots: found "a", expected a list of places, at least one; put it in brackets: ["a"]'),
    ({**MADE, "spots": ["a", "b", "a"]}, '#/spots/2: found "a" a second time, expected each once'),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "message"), WRONG, ids=[message[:60] for _, message in WRONG])
def test_a_wrong_object_is_told_once_and_in_its_place(tree: Any, message: str) -> None:
    assert problems_of(tree) == [message]


@pytest.mark.parametrize(("tree", "message"), WRONG, ids=[message[:60] for _, message in WRONG])
def test_the_schema_marks_it_too(tree: Any, message: str) -> None:
    marked = list(jsonschema.Draft202012Validator(THINGS.schema()).iter_errors(tree))
    assert bool(marked) != ("101%" in message)  # a limit that stands in a text is the reader's alone


RIGHT: list[Any] = [
    MADE,
    {"name": "n", "from": "2026-01-01", "to": "2026-02-01", "width": 7, "hinges": 2, "red": "12.5%"},
    {**MADE, "spots": ["a", "b"]},
]


@pytest.mark.parametrize("tree", RIGHT, ids=str)
def test_a_right_object_is_read_and_fits_the_schema(tree: Any) -> None:
    assert problems_of(tree) == []
    jsonschema.Draft202012Validator(THINGS.schema()).validate(tree)


def test_the_values_are_those_that_are_right() -> None:
    fields = THINGS.read(Node({"name": 5, "ago": 3, "width": 2}, "f"), Problems())
    assert not fields.fine
    assert (fields.get(NAME), fields.get(AGO), fields.get(WIDTH), fields.get(RED)) == (None, 3, 2, None)
    assert (fields.wrote(NAME), fields.wrote(RED)) == (True, False)
    assert (fields.at(NAME).pointer, fields.at(RED).pointer) == ("/name", "")


def test_a_key_of_another_kind_is_told_whose_it_is() -> None:
    assert problems_of({**MADE, "width": 2, "hinges": 2}, "wall") == [
        '#/hinges: the key "hinges" does not belong in a thing of kind wall: only those of kind door have it'
    ]
    assert problems_of({**MADE, "width": 2}, "roof") == [
        '#/width: the key "width" does not belong in a thing of kind roof: only those of kind door or wall have it'
    ]
    assert problems_of(MADE, "wall") == [': the key "width" is missing in a thing of kind wall: how wide it is, in cm']
    assert problems_of(MADE, "door") == []


def test_a_kind_is_not_suggested_a_key_that_it_has_not() -> None:
    assert "did you mean" not in problems_of({**MADE, "hingse": 1}, "roof")[0]


def test_two_rules_of_one_word_both_hold_in_the_schema() -> None:
    table = KeyTable(
        "a pair", (NAME, RED, AGO), "a pair", (Needs(RED, AGO), Needs(AGO, RED), exactly_one(NAME, says="who"))
    )
    marks = jsonschema.Draft202012Validator(table.schema())
    assert [marks.is_valid({"name": "n", key: value}) for key, value in (("red", "5%"), ("ago", 1))] == [False, False]
    assert marks.is_valid({"name": "n", "red": "5%", "ago": 1})
