"""The JSON Schema for editors: current, accepting all that the reader accepts, marking what can be seen without a catalog."""

# ruff: noqa: E501

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from jobs.language.conditions import CONDITIONS
from jobs.language.spec_schema import PATH, spec_schema, text
from tests.language.shop import spec
from tests.language.test_english import TABLE
from tests.language.test_files import FILE_TABLE
from tests.language.test_lowering import GOLDEN

VALIDATOR = Draft202012Validator(spec_schema())
SHIPPED = sorted((Path(__file__).resolve().parents[2] / "segment_specs").glob("*/*.json"))


def faults(tree: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(tree)]


def test_the_file_is_what_the_registries_say_now() -> None:
    assert PATH.read_text("utf-8") == text(), "run `python -m jobs.language.spec_schema`"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(spec_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_segment_fits(path: Path) -> None:
    if not path.name.endswith(".tests.json"):
        assert faults(json.loads(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("where", [*(where for where, *_ in TABLE), *(where for where, _ in GOLDEN)])
def test_what_the_reader_accepts_fits(where: Any) -> None:
    assert faults(spec(where)) == []


@pytest.mark.parametrize("word", CONDITIONS)
def test_every_condition_is_described_with_an_example_that_fits(word: str) -> None:
    described = spec_schema()["$defs"][f"condition_{word}"]
    assert described["description"] == CONDITIONS[word].meaning
    assert [faults(spec(example)) for example in described["examples"]] == [[]]


NOT_SEEN = ("found country (text)", "found app (version)", "expected an attribute", '"at_least" 5 above', "as the file is named",
            '"at_least" 1 above', '"approved_by" is missing')  # fmt: skip
"""Refused for what the catalog says, or for two values together: no schema sees that."""


@pytest.mark.parametrize(
    ("tree", "message"), [(tree, message) for tree, _, message in FILE_TABLE], ids=lambda value: str(value)[:40]
)
def test_a_wrong_key_of_a_file_is_marked(tree: Any, message: str) -> None:
    unseen = any(part in message for part in NOT_SEEN) or message in ('"device.serial"', '"health"')
    assert bool(faults(tree)) != unseen


WRONG: list[Any] = [
    5, {}, {"everyone": False}, {"all": []}, {"not": [{"everyone": True}]}, {"all": [{"everyone": True}], "any": []},
    {"attribute": "x"}, {"attribute": "x", "is": "a", "in": ["b"]}, {"attribute": "x", "iss": "a"}, {"attribute": "x", "is": ""},
    {"attribute": "x", "within_last": "30"}, {"attribute": "x", "in": []}, {"attribute": "x", "between": [1]},
    {"attribute": "x", "days_ago": {"at_leest": 1}}, {"attribute": "x", "is": {"contact": "y"}},
    {"event": "order", "withn": "90d"}, {"event": "order", "sum": {"at_least": 5}}, {"event": "order", "count": "rows"},
    {"event": "order", "sum": {"of": "a", "at_least": 5}, "count": {"at_least": 5}}, {"event": "order", "having": {"count": {"is": 1}}},
    {"event": "order", "per": "a", "sum": {"of": "a", "at_least": 5}}, {"event": "order", "first": {"is_empty": True}},
    {"event": "order", "where": {"segment": "x"}}, {"related": "device", "within": "90d"}, {"related": "device", "days": {"is": 1}},
    {"sequence": [{"event": "a"}]}, {"sequence": [{"event": "a"}, {"event": "b", "absent": True}]},
    {"segment": "A b"}, {"list": "x", "date": "1-1-2026"}, {"sample": {"share": [0], "seed": "a"}},
]  # fmt: skip


@pytest.mark.parametrize("where", WRONG, ids=str)
def test_a_wrong_condition_is_marked(where: Any) -> None:
    assert faults(spec(where))
