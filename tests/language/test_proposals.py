"""What a refusal proposes is itself accepted: every form of an aggregate, every word for a day."""

from __future__ import annotations

import json

import pytest

from jobs.language.aggregates import AGGREGATES
from jobs.language.time_arguments import DAYS_FROM_AS_OF
from tests.language.shop import problems_of

COUNTRY = {"attribute": "country", "is": "DE"}


@pytest.mark.parametrize("word", AGGREGATES)
def test_the_form_that_a_refusal_of_an_aggregate_proposes_is_accepted(word: str) -> None:
    ((_, message),) = problems_of({"event": "order", word: 5})
    proposed = message.partition("expected an object like ")[2].replace("<column>", "amount")
    assert problems_of({"all": [COUNTRY, {"event": "order", word: json.loads(proposed)}]}) == []


@pytest.mark.parametrize("day", DAYS_FROM_AS_OF)
def test_the_form_that_a_refusal_of_a_days_word_proposes_is_accepted(day: str) -> None:
    ((_, message),) = problems_of({"attribute": "born", "on": day})
    assert problems_of({"attribute": "born", **json.loads(f"{{{message.partition('is asked for by ')[2]}}}")}) == []
