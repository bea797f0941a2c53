"""No word without a table: every condition, operator × type × missing value, aggregate and computed word has its cases."""

from __future__ import annotations

import csv
import io
from importlib import import_module
from pathlib import Path

import pytest

from jobs.language.aggregates import AGGREGATES
from jobs.language.conditions import CONDITIONS
from jobs.language.operators import BY_TYPE
from tests.meaning import seen, words
from tests.meaning.all_cases import ALL_CASES, ALL_TABLES
from tests.meaning.tables import Asked

SAID = {
    (kind, operator, against): True
    for case in ALL_CASES
    for kind, operator, against in seen.operators(case.table.documents(), case.case.where)
}


@pytest.mark.parametrize("pair", words.pairs(), ids="-".join)
def test_operator_of_a_type_has_a_case(pair: tuple[str, str]) -> None:
    assert (*pair, False) in SAID


@pytest.mark.parametrize("pair", words.column_pairs(), ids="-".join)
def test_operator_against_a_column_has_a_case(pair: tuple[str, str]) -> None:
    assert (*pair, True) in SAID


def _speaks_of_a_missing_value(case: Asked, kind: str, operator: str) -> bool:
    """Whether the case puts the operator to a column that some contact of its table lacks."""
    documents = case.table.documents()
    for source, condition in seen.conditions(case.case.where):
        if "attribute" not in condition or operator not in condition or source is not None:
            continue
        home, found = seen.type_of(documents, source, condition["attribute"])
        if found == kind and _lacks(case, home, condition["attribute"].split(".")[-1]):
            return True
    return False


def _lacks(case: Asked, source: str, name: str) -> bool:
    entry = case.table.documents()[source]["columns"][name]
    text = case.table.texts().get(source, "")
    raw = entry.get("latitude") or entry.get("column", name)
    return any(not row.get(raw) for row in csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("pair", words.pairs(), ids="-".join)
def test_operator_of_a_type_meets_a_missing_value(pair: tuple[str, str]) -> None:
    assert any(_speaks_of_a_missing_value(case, *pair) for case in ALL_CASES)


@pytest.mark.parametrize("word", words.CONDITIONS)
def test_condition_has_a_case(word: str) -> None:
    assert any(word in condition for case in ALL_CASES for _, condition in seen.conditions(case.case.where))


@pytest.mark.parametrize("word", words.AGGREGATES)
def test_aggregate_has_a_case(word: str) -> None:
    said = [found for case in ALL_CASES for found in seen.aggregates(case.table.documents(), case.case.where)]
    assert any(found[0] == word for found in said)


def test_minimum_maximum_distinct_and_latest_have_a_case_for_each_of_their_types() -> None:
    said = {found[:2] for case in ALL_CASES for found in seen.aggregates(case.table.documents(), case.case.where)}
    extremes = {"integer", "decimal", "float", "date", "timestamp"}
    equal = {"text", "choice", "integer", "decimal", "version", "boolean", "date", "timestamp"}
    wanted = {(word, kind) for word in ("minimum", "maximum") for kind in extremes}
    wanted |= {("distinct", kind) for kind in equal} | {("latest", kind) for kind in {*equal, "float"}}
    wanted |= {(word, kind) for word in ("sum", "average") for kind in ("integer", "decimal")}
    assert wanted <= said


@pytest.mark.parametrize("word", words.HAVING)
def test_having_has_a_case(word: str) -> None:
    havings = [node["having"] for case in ALL_CASES for node in seen.nodes(case.case.where) if "having" in node]
    assert any(word in having for having in havings)


@pytest.mark.parametrize("word", words.COMPUTED)
def test_computed_word_has_a_case(word: str) -> None:
    computed = [entry for table in ALL_TABLES for entry in table.documents().values() if entry["kind"] == "computed"]
    assert any(word in node for entry in computed for node in seen.nodes(entry["columns"]))


def test_every_table_of_this_folder_is_asked_of_every_voice() -> None:
    """A voice that asks tables by itself asks those of `all_cases`, none of which may be forgotten there."""
    modules = [import_module(f"tests.meaning.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")]
    written = {table.name for module in modules for table in vars(module).get("TABLES", [])}
    assert written == {table.name for table in ALL_TABLES}


def test_every_case_has_a_name_of_its_own() -> None:
    names = [str(case) for case in ALL_CASES]
    assert len(names) == len(set(names))


def test_the_words_covered_are_the_words_of_the_product() -> None:
    assert set(CONDITIONS) == set(words.CONDITIONS)
    assert set(AGGREGATES) == set(words.AGGREGATES)
    assert {(kind, word) for kind, own in BY_TYPE.items() for word in own} == set(words.pairs())
