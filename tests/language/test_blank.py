"""Nobody by accident: what a contact without any data may satisfy, and what is refused for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.language.shop import read, spec

EVERYONE = {"everyone": True}
NEVER = {"not": {"event": "order"}}
KNOWN = {"attribute": "country", "is": "DE"}


def attribute(name: str, **operator: Any) -> dict[str, Any]:
    return {"attribute": name, **operator}


def sample(low: float, high: float, seed: str = "a") -> dict[str, Any]:
    return {"sample": {"share": [low, high], "seed": seed}}


REFUSED: list[tuple[str, Any]] = [
    ("no rows", NEVER),
    ("a count of none", {"event": "order", "count": {"at_most": 3}}),
    ("a sum of none", {"event": "order", "sum": {"of": "amount", "less_than": 1}}),
    ("groups of none", {"event": "order", "per": "order_id", "count": {"is": 0}}),
    ("an empty column", attribute("country", is_empty=True)),
    ("an empty latest", {"event": "order", "latest": {"of": "channel", "is_empty": True}}),
    ("one of several", {"any": [KNOWN, NEVER]}),
    ("not on a list", {"not": {"list": "news"}}),
    ("not in a segment", {"not": {"segment": "germans"}}),
    ("a segment that holds everyone", {"segment": "all_contacts"}),
    ("a chain never begun", {"not": {"sequence": [{"event": "product_view"}, {"event": "order"}]}}),
    ("a computed count", attribute("smart.orders", **{"is": 0})),
    ("a quantile of a sum", attribute("smart.group", **{"is": 1})),
    ("a missing computed column", attribute("smart.stage", is_empty=True)),
    ("a sample alone", sample(0, 10)),
    ("the rest of a sample", {"not": sample(0, 10)}),
    ("a share and no rows", {"all": [sample(0, 10), NEVER]}),
    ("two shares that overlap", {"all": [sample(0, 60), sample(50, 100)]}),
    ("shares of two seeds", {"all": [sample(0, 50), sample(50, 100, "b")]}),
    ("a share through a segment", {"all": [{"segment": "half"}, NEVER]}),
]

ACCEPTED: list[tuple[str, Any]] = [
    ("a known value", KNOWN),
    ("another value", attribute("country", is_not="DE")),
    ("not a value", {"not": KNOWN}),
    ("a row", {"event": "order"}),
    ("a missing average is unknown", {"not": {"event": "order", "average": {"of": "amount", "more_than": 5}}}),
    ("a missing first is unknown", {"event": "order", "first": {"days_ago": {"is_not": 1}}}),
    ("no rows of somebody known", {"all": [NEVER, KNOWN]}),
    ("said to be everyone", {"all": [NEVER, EVERYONE]}),
    ("everyone anywhere", {"any": [NEVER, {"all": [EVERYONE, KNOWN]}]}),
    ("on a list", {"all": [NEVER, {"list": "news"}]}),
    ("in a segment", {"all": [NEVER, {"segment": "germans"}]}),
    ("not in what holds everyone", {"not": {"segment": "all_contacts"}}),
    ("the other quantiles", attribute("smart.group", **{"is": 5})),
    ("a quotient of none by none", attribute("smart.average", at_most=5)),
    ("a case", attribute("smart.stage", **{"is": "new"})),
    ("shares that have nothing in common", {"all": [sample(0, 50), sample(50, 100), NEVER]}),
    ("a share and its rest", {"all": [{"any": [sample(0, 50), KNOWN]}, {"any": [{"not": sample(0, 50)}, KNOWN]}]}),
    ("a column against itself", {"not": attribute("born", before={"attribute": "promised_on"})}),
]

OTHERS = (
    spec(KNOWN, "germans"),
    spec(EVERYONE, "all_contacts"),
    spec({"all": [sample(0, 50), EVERYONE]}, "half"),
)


@pytest.mark.parametrize("where", [where for _, where in REFUSED], ids=[name for name, _ in REFUSED])
def test_what_a_blank_contact_satisfies_is_refused(where: Any) -> None:
    found = read(spec(where), *OTHERS).errors
    assert [(problem.file, problem.pointer) for problem in found] == [("s.json", "/where")]
    assert 'a contact without any data satisfies, expected {"everyone": true} beside them' in found[0].message


@pytest.mark.parametrize("where", [where for _, where in ACCEPTED], ids=[name for name, _ in ACCEPTED])
def test_what_a_blank_contact_does_not_satisfy_is_accepted(where: Any) -> None:
    assert not read(spec(where), *OTHERS).errors


def test_from_makes_it_fine_because_nobody_without_data_is_there() -> None:
    assert not read(spec(NEVER, from_={"list": "news"})).errors
    assert not read(spec(NEVER, from_={"segment": "germans"}), *OTHERS).errors


def test_everyone_in_a_segment_that_is_referred_to_does_not_count() -> None:
    assert read(spec({"all": [{"segment": "all_contacts"}, NEVER]}), *OTHERS).errors


def test_keep_of_a_segment_that_is_referred_to_is_taken_as_keeping() -> None:
    kept = spec(KNOWN, "kept", keep={"count": 1, "by": "children"})
    assert read(spec({"not": {"segment": "kept"}}), kept).errors


def test_a_segment_inside_a_list_holds_no_blank_contact() -> None:
    inside = spec(NEVER, "inside", from_={"list": "news"})
    assert not read(spec({"segment": "inside"}), inside).errors
    assert read(spec({"not": {"segment": "inside"}}), inside).errors


def test_more_seeds_than_can_be_tried_are_taken_to_fall_either_way() -> None:
    parts = [{"any": [sample(0, 50, f"s{k}"), sample(50, 100, f"s{k}")]} for k in range(14)]
    assert read(spec({"all": [*parts, NEVER]})).errors
    assert not read(spec({"all": [*parts, KNOWN]})).errors
