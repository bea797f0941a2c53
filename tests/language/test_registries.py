"""The design, held: one condition a file and a registry line, one row an operator, pure Python, quick to import."""

from __future__ import annotations

import dataclasses
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.catalog.types import TYPE_NAMES
from jobs.language import conditions
from jobs.language.aggregates import AGGREGATES
from jobs.language.condition import Condition
from jobs.language.conditions import CONDITIONS
from jobs.language.operators import BY_TYPE, OPERATORS
from tests.language.shop import read, spec

ROOM = Path(conditions.__file__).parent


def classes_of_words(kind: type[Condition]) -> set[type[Condition]]:
    """Those below that no other class stands on: what two conditions share is no condition."""
    below = {leaf for subclass in kind.__subclasses__() for leaf in classes_of_words(subclass)}
    return below or {kind}


def test_every_subclass_is_registered_under_its_word() -> None:
    assert classes_of_words(Condition) == set(CONDITIONS.values())
    assert {word: condition.word for word, condition in CONDITIONS.items()} == {word: word for word in CONDITIONS}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=lambda condition: condition.word)
def test_a_condition_is_a_frozen_class_alone_in_a_file_of_one_screen(condition: type[Condition]) -> None:
    assert dataclasses.is_dataclass(condition)
    assert condition.__dataclass_params__.frozen  # type: ignore[attr-defined]
    file = Path(inspect.getfile(condition))
    assert len(file.read_text("utf-8").splitlines()) <= 100
    beside = {other for other in classes_of_words(Condition) if Path(inspect.getfile(other)) == file}
    assert beside == {condition}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=lambda condition: condition.word)
def test_a_conditions_example_is_read_and_described(condition: type[Condition]) -> None:
    readers = spec({"attribute": "country", "is": "DE"}, "newsletter_readers")
    found = read(spec({"any": [json.loads(condition.example), {"everyone": True}]}), readers)
    assert not found.errors
    told = found.valid["s"].where.describe().children[0]
    assert told.text
    assert told.pointer == "/where/any/0" + ("/not" if condition.word == "not" else "")
    assert told.formula == found.valid["s"].where.children[0].lower()  # type: ignore[attr-defined]


def test_no_operator_stands_twice_for_a_type() -> None:
    pairs = [(row.word, name) for row in OPERATORS for name in row.types]
    assert len(pairs) == len(set(pairs))
    assert {name for name in TYPE_NAMES if BY_TYPE[name]} == set(TYPE_NAMES)


def test_every_operator_and_aggregate_has_its_english() -> None:
    assert all(row.says and (row.denies or row.word == "is_empty") and row.meaning.endswith(".") for row in OPERATORS)
    assert all(aggregate.english and aggregate.meaning.endswith(".") for aggregate in AGGREGATES.values())


def test_importing_the_language_imports_nothing_heavy() -> None:
    program = (
        "import sys, jobs.language.specs, jobs.language.computed_columns, jobs.language.english, jobs.language.vocabulary\n"
        "print([name for name in ('numpy', 'pyarrow', 'pydantic', 'numba', 'pandas', 'pyspark', 'shapely', 'sqlglot')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOM.parent.parent
    )
    assert done.stdout.strip() == "[]"


def test_files_stay_readable() -> None:
    for file in ROOM.glob("*.py"):
        lines = file.read_text("utf-8").splitlines()
        assert len(lines) <= 400, file.name
        assert lines[0].startswith('"""'), file.name
