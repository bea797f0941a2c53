"""Which conditions are sensitive, and a formula without knowing them."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.language.atoms import AllOf, AnyOf, Everyone, Formula, InList, InSegment, NotOf
from jobs.plan.sensitive_parts import NOBODY, Sensitive
from tests.language.shop import lowered, read, shop, spec

GERMAN = {"attribute": "country", "is": "DE"}
ILL = {"attribute": "health", "is": "ill"}
CONDITIONS: list[tuple[Any, bool]] = [
    (GERMAN, False),
    (ILL, True),
    ({"not": {"all": [GERMAN, ILL]}}, True),
    ({"attribute": "health", "is_empty": True}, True),
    ({"attribute": "smart.ill", "is": True}, True),  # a column computed from a sensitive one
    ({"attribute": "smart.stage", "is": "new"}, False),
    ({"related": "device", "where": {"attribute": "serial", "starts_with": "7"}}, True),
    ({"related": "device", "where": {"attribute": "platform", "is": "ios"}}, False),
    ({"related": "device", "distinct": {"of": "serial", "at_least": 2}}, True),
    ({"related": "device", "per": "serial", "count": {"at_least": 2}}, True),
    ({"event": "order", "where": {"attribute": "city", "is": {"contact": "health"}}}, True),
    ({"event": "order", "sum": {"of": "amount", "at_least": 2}}, False),
    ({"sequence": [{"event": "product_view"}, {"event": "order", "after_at_most": "7d"}]}, False),
    ({"segment": "germans"}, False),
    ({"list": "vips"}, False),
]


@pytest.mark.parametrize(("where", "sensitive"), CONDITIONS, ids=lambda value: str(value)[:60])
def test_a_condition_is_sensitive_where_the_spec_is(where: Any, sensitive: bool) -> None:
    """The language finds it by the names that are written, this by the atoms: both for the same conditions."""
    assert Sensitive(shop().catalog).decides(lowered(where)) is sensitive
    whole = read(spec({"any": [where, {"everyone": True}]}, approved_by="the tests"), spec(GERMAN, "germans"))
    assert bool(whole.valid["s"].sensitive) is sensitive


def test_segments_and_lists_are_sensitive_by_name() -> None:
    sensitive = Sensitive(shop().catalog, frozenset({"ill"}), frozenset({InList("patients")}))
    told = {asked: sensitive.decides(asked) for asked in (InSegment("ill"), InSegment("x"), InList("patients"))}
    assert told == {InSegment("ill"): True, InSegment("x"): False, InList("patients"): True}


def test_a_formula_without_its_sensitive_conditions() -> None:
    sensitive = Sensitive(shop().catalog, frozenset({"ill"}))
    german, ill = lowered(GERMAN), InSegment("ill")
    cases: list[tuple[Formula, Formula, Formula]] = [
        (german, german, german),
        (ill, NOBODY, Everyone()),
        (NotOf(ill), NotOf(Everyone()), NotOf(NOBODY)),
        (AllOf((german, NotOf(ill))), AllOf((german, NotOf(Everyone()))), AllOf((german, NotOf(NOBODY)))),
        (AnyOf((german, ill)), AnyOf((german, NOBODY)), AnyOf((german, Everyone()))),
    ]
    assert [sensitive.without(formula) for formula, _, _ in cases] == [(least, most) for _, least, most in cases]
