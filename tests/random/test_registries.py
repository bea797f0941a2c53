"""No word of the language without a generator, and the generators reach every operator of every type."""

from __future__ import annotations

import pytest

from tests.meaning import seen, words
from tests.random import specs
from tests.random.aggregates import AGGREGATES
from tests.random.conditions import CONDITIONS
from tests.random.literals import wanted
from tests.random.moments import Moment
from tests.random.world import CONTACT, documents

MOMENT = Moment.at("2026-11-24T00:00", "Europe/Vienna")


@pytest.mark.parametrize("word", words.CONDITIONS)
def test_condition_has_a_strategy(word: str) -> None:
    assert word in CONDITIONS


@pytest.mark.parametrize("word", words.AGGREGATES)
def test_aggregate_has_a_strategy(word: str) -> None:
    assert word in AGGREGATES


@pytest.mark.parametrize("pair", words.pairs(), ids="-".join)
def test_operator_has_a_strategy(pair: tuple[str, str]) -> None:
    assert not wanted(*pair, MOMENT, ("a", "b")).is_empty


@pytest.mark.parametrize("kind", list(words.OPERATORS))
def test_type_has_a_column(kind: str) -> None:
    assert any(column.kind == kind for column in CONTACT)


def test_the_stream_says_every_word() -> None:
    drawn = [spec for batch in specs.drawn(2000, 20261124).values() for spec in batch]
    catalog = documents()
    operators = {found for spec in drawn for found in seen.operators(catalog, spec["where"])}
    assert {(*pair, False) for pair in words.pairs()} <= operators
    assert {(*pair, True) for pair in words.column_pairs()} <= operators
    said = {key for spec in drawn for node in seen.nodes(spec) for key in node}
    others = {
        "from",
        "keep",
        "percent",
        "lowest",
        "random",
        "per",
        "having",
        "within",
        "same",
        "absent",
        "date",
        "contact",
        "calendar",
        "ago",
        "ahead",
    }
    assert {*words.CONDITIONS, *words.AGGREGATES, *others} <= said
