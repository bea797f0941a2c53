"""The reference and the words of the terminal: nothing is missing in them, and every example in them is right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import UsageError
from jobs.language.aggregates import AGGREGATES
from jobs.language.conditions import CONDITIONS
from jobs.language.definitions import FILE
from jobs.language.operators import OPERATORS
from jobs.language.spec_schema import spec_schema
from jobs.language.vocabulary import TABLES, find, words
from jobs.syntax.objects import KeyTable
from tests.language.shop import read, spec

README = (Path(__file__).resolve().parents[2] / "segment_specs" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```json\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
INLINE = [found for found in re.findall(r"`(\{[^`]*\})`", README) if "…" not in found]
READERS = spec({"event": "email_click", "within": "30d"}, "newsletter_readers")
FILE_KEYS = {key.name for key in FILE.keys}
KNOWN = {"attribute": "country", "is": "DE"}


def errors(tree: dict[str, Any]) -> list[str]:
    """What is wrong with a whole spec, with some of its keys, or with a condition beside one about something known."""
    if "version" in tree and "where" in tree:
        whole = tree
    elif set(tree) & set(FILE_KEYS) and not set(tree) & set(CONDITIONS):
        whole = {**spec(KNOWN, str(tree.get("id", "s"))), **tree}
    else:
        whole = spec({"all": [tree, KNOWN]})
    return [str(problem) for problem in read(whole, READERS).errors]


@pytest.mark.parametrize("text", [*BLOCKS, *INLINE], ids=lambda text: text[:60].replace("\n", " "))
def test_an_example_of_the_reference_is_right(text: str) -> None:
    assert errors(json.loads(text)) == []


@pytest.mark.parametrize(
    "text", [text for text in BLOCKS if '"everyone"' in text or '"sequence"' in text], ids=lambda t: t[:40]
)
def test_a_remedy_of_the_reference_is_a_whole_where(text: str) -> None:
    assert [str(problem) for problem in read(spec(json.loads(text)), READERS).errors] == []


def test_the_remedy_for_missing_values_is_shown_as_a_whole_where_too() -> None:
    remedy = {"any": [{"attribute": "country", "is_not": "DE"}, {"attribute": "country", "is_empty": True}]}
    assert {"all": [{"everyone": True}, remedy]} in [json.loads(text) for text in BLOCKS]
    (problem,) = read(spec(remedy)).errors
    assert 'as in {"all": [{"everyone": true}, …]}' in problem.message


def test_the_reference_has_examples_of_every_condition_operator_and_aggregate() -> None:
    written = " ".join([*BLOCKS, *INLINE])
    table = re.findall(r"`([a-z_]+)`", README)
    for word in {*CONDITIONS, *(row.word for row in OPERATORS), *AGGREGATES, *FILE_KEYS}:
        assert word in table, f"{word} is not explained"
    for word in {*CONDITIONS, *AGGREGATES, "keep", "expect", "publish", "approved_by", "from"}:
        assert f'"{word}"' in written, f"{word} has no example"


@pytest.mark.parametrize(
    "word", sorted({key for part in spec_schema()["$defs"].values() for key in part.get("properties", {})})
)
def test_every_key_that_can_be_written_is_named_in_the_reference(word: str) -> None:
    assert re.search(rf'[`"]{word}[`"]', README)


@pytest.mark.parametrize("one", words(), ids=lambda one: f"{one.sort} {one.word} {' '.join(one.types)}")
def test_a_words_example_is_right_and_uses_the_word(one: Any) -> None:
    tree = json.loads(one.example)
    assert errors(tree) == []
    assert (f'"{one.word}":' in one.example) if one.sort != "unit of time" else (f'{one.word}"' in one.example)
    assert one.meaning.endswith(".")


OWN_SORTS = {*CONDITIONS, *AGGREGATES, *(row.word for row in OPERATORS)}


@pytest.mark.parametrize(
    "table",
    [*TABLES, *(condition.keys("condition") for condition in CONDITIONS.values())],
    ids=lambda table: table.what,
)
def test_every_key_is_a_word_with_the_meaning_that_the_reader_tells(table: KeyTable) -> None:
    told = {(word.word, word.meaning) for word in words()}
    assert {(key.name, key.meaning) for key in table.keys if key.name not in OWN_SORTS} <= told


def test_a_word_with_several_meanings_has_them_all() -> None:
    assert [one.sort for one in find("where")] == ["key of a segment", 'key of the condition "event"']
    assert {one.types for one in find("between")} == {
        ("integer", "decimal", "float"),
        ("version",),
        ("date", "timestamp"),
    }


@pytest.mark.parametrize("word", ["birthday", "birthday tomorrow", "Birthday"])
def test_a_word_of_everyday_life_leads_to_one_of_the_language(word: str) -> None:
    with pytest.raises(UsageError, match='did you mean "anniversary_within_next"'):
        find(word)


def test_an_unknown_word_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        UsageError, match='found "wihtin_last", expected a word of the language — did you mean "within_last"'
    ):
        find("wihtin_last")
