"""What conditions say in English, as they stand and denied by `not`; and whole explanations, one golden file a spec.

The goldens lie in explained/. After a change that is meant, `python -m tests.language.explained` writes them anew; read the
difference as the marketer will.
"""

# ruff: noqa: E501

from __future__ import annotations

import json
from typing import Any

import pytest

from jobs.language.aggregates import AGGREGATES
from jobs.language.atoms import NotOf
from jobs.language.conditions import CONDITIONS
from jobs.language.english import notes_on
from jobs.language.operators import OPERATORS
from tests.language.explained import FOLDER, explanations
from tests.language.shop import read, spec

LONG = [f"c{k}" for k in range(13)]


def a(name: str, **operator: Any) -> dict[str, Any]:
    return {"attribute": name, **operator}


def e(**more: Any) -> dict[str, Any]:
    return {"event": "order", **more}


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
VIEW = {"event": "product_view"}

TABLE: list[tuple[Any, str, str]] = [
    ({"everyone": True}, "every contact", "nobody"),
    ({"segment": "germans"}, "in the segment germans", "not in the segment germans"),
    ({"list": "news"}, "on the list news", "not on the list news"),
    ({"list": "news", "date": "2026-11-24"}, "on the list news of 2026-11-24", "not on the list news of 2026-11-24"),
    ({"sample": {"share": [0, 0.50], "seed": "ab 26"}}, 'in the random share from 0 to 0.5 per cent (seed "ab 26")', 'outside the random share from 0 to 0.5 per cent (seed "ab 26")'),
    # words
    (a("country", is_empty=True), "country is not known", "country is known"),
    (a("country", is_empty=False), "country is known", "country is not known"),
    (a("country", **{"is": "DE"}), "country is DE", "country is known and is not DE"),
    (a("country", **{"is": "New \"York\""}), 'country is "New \\"York\\""', 'country is known and is not "New \\"York\\""'),
    (a("country", is_not="DE"), "country is known and is not DE", "country is DE"),
    (a("country", **{"in": ["DE", "AT", "CH"]}), "country is DE, AT or CH", "country is known and is not DE, AT or CH"),
    (a("country", not_in=["DE", "AT"]), "country is known and is not DE or AT", "country is DE or AT"),
    (a("country", **{"in": LONG}), "country is c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 or 3 more", "country is known and is not c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 or 3 more"),
    (a("country", contains="x"), "country contains x", "country is known and does not contain x"),
    (a("country", not_contains="x"), "country is known and does not contain x", "country contains x"),
    (a("country", starts_with="x"), "country starts with x", "country is known and does not start with x"),
    (a("country", ends_with="x"), "country ends with x", "country is known and does not end with x"),
    (a("interests", has_any=["news", "vip"]), "interests includes news or vip", "interests is known and does not include news or vip"),
    (a("interests", has_all=["news", "vip"]), "interests includes news and vip", "interests is known and does not include all of news and vip"),
    (a("interests", has_none=["vip"]), "interests is known and does not include vip", "interests includes vip"),
    # numbers
    (a("children", **{"is": 2}), "children is 2", "children is known and is not 2"),
    (a("credit", less_than=1234.5), "credit is less than 1,234.5 EUR", "credit is known and is 1,234.5 EUR or more"),
    (a("credit", at_most=5.00), "credit is at most 5 EUR", "credit is known and is more than 5 EUR"),
    (a("score", more_than=0.1), "score is more than 0.1", "score is known and is 0.1 or less"),
    (a("children", at_least=1000), "children is at least 1,000", "children is known and is less than 1,000"),
    (a("credit", between=[1, 2]), "credit is between 1 and 2 EUR", "credit is known and is not between 1 and 2 EUR"),
    (a("app", at_least="4.9"), "app is at least 4.9", "app is known and is less than 4.9"),
    (a("opt_in", **{"is": False}), "opt_in is false", "opt_in is known and is not false"),
    # time
    (a("born", on="2026-11-24"), "born is on 2026-11-24", "born is known and is not on 2026-11-24"),
    (a("born", before="2026-11-24"), "born is before 2026-11-24", "born is known and is on or after 2026-11-24"),
    (a("born", on_or_before="2026-11-24"), "born is on or before 2026-11-24", "born is known and is after 2026-11-24"),
    (a("seen_at", after="2026-11-24T10:00"), "seen_at is after 2026-11-24 10:00", "seen_at is known and is on or before 2026-11-24 10:00"),
    (a("seen_at", on_or_after="2026-11-24T10:00Z"), "seen_at is on or after 2026-11-24 10:00Z", "seen_at is known and is before 2026-11-24 10:00Z"),
    (a("born", between=["2026-01-01", "2026-11-24"]), "born is from 2026-01-01 to 2026-11-24", "born is known and is not from 2026-01-01 to 2026-11-24"),
    (a("born", within_last="30d"), "born is today or in the last 30 days", "born is known and is neither today nor in the last 30 days"),
    (a("seen_at", within_last="1y"), "seen_at is in the last year", "seen_at is known and is not in the last year"),
    (a("born", within_next="1w"), "born is today or in the next week", "born is known and is neither today nor in the next week"),
    (a("seen_at", within_next="24h"), "seen_at is in the next 24 hours", "seen_at is known and is not in the next 24 hours"),
    (a("seen_at", more_than_ago="1y"), "seen_at is more than 1 year ago", "seen_at is known and is not more than 1 year ago"),
    (a("born", more_than_ahead="2mo"), "born is more than 2 months ahead", "born is known and is not more than 2 months ahead"),
    (a("born", days_ago={"between": [3, 5]}), "born is between 3 and 5 days ago", "born is known and is not between 3 and 5 days ago"),
    (a("born", days_ago={"is_not": 3}), "born is anything but 3 days ago", "born is known and is not anything but 3 days ago"),
    (a("born", years_ago={"at_least": 18}), "born is at least 18 full years ago", "born is known and is not at least 18 full years ago"),
    (a("born", in_calendar={"unit": "month", "ago": 0}), "born is in this calendar month", "born is known and is not in this calendar month"),
    (a("seen_at", in_calendar={"unit": "quarter", "ago": 1}), "seen_at is in the last calendar quarter", "seen_at is known and is not in the last calendar quarter"),
    (a("born", in_calendar={"unit": "year", "ago": 2}), "born is in the calendar year 2 years ago", "born is known and is not in the calendar year 2 years ago"),
    (a("born", in_calendar={"unit": "week", "ago": [1, 3]}), "born is in the last 3 calendar weeks", "born is known and is not in the last 3 calendar weeks"),
    (a("born", in_calendar={"unit": "week", "ago": [0, 1]}), "born is in this calendar week or the one before it", "born is known and is not in this calendar week or the one before it"),
    (a("born", in_calendar={"unit": "week", "ago": [0, 2]}), "born is in this calendar week or the 2 before it", "born is known and is not in this calendar week or the 2 before it"),
    (a("born", in_calendar={"unit": "month", "ago": [2, 4]}), "born is in the calendar months 2 to 4 months ago", "born is known and is not in the calendar months 2 to 4 months ago"),
    (a("born", in_calendar={"unit": "month", "ahead": 1}), "born is in the next calendar month", "born is known and is not in the next calendar month"),
    (a("born", in_calendar={"unit": "month", "ahead": [1, 2]}), "born is in the next 2 calendar months", "born is known and is not in the next 2 calendar months"),
    (a("born", in_calendar={"unit": "month", "ahead": [2, 3]}), "born is in the calendar months 2 to 3 months ahead", "born is known and is not in the calendar months 2 to 3 months ahead"),
    (a("born", anniversary_days_ahead={"is": 7}), "born comes round exactly 7 days ahead", "born is known and does not come round exactly 7 days ahead"),
    (a("born", anniversary_days_ahead={"between": [0, 7]}), "born comes round between 0 and 7 days ahead", "born is known and does not come round between 0 and 7 days ahead"),
    (a("born", anniversary_within_next="7d"), "born has its anniversary today or in the next 7 days", "born is known and does not have its anniversary today or in the next 7 days"),
    (a("born", anniversary_within_last="1w"), "born has its anniversary today or in the last week", "born is known and does not have its anniversary today or in the last week"),
    (a("seen_at", weekday_in=["sun", "sat"]), "seen_at falls on Saturday or Sunday", "seen_at is known and does not fall on Saturday or Sunday"),
    (a("born", month_in=[12, 1]), "born falls in January or December", "born is known and does not fall in January or December"),
    (a("born", day_of_month_in=[1]), "born falls on day 1 of the month", "born is known and does not fall on day 1 of the month"),
    (a("seen_at", hour_between=[8, 12]), "seen_at falls between 08:00 and 12:00", "seen_at is known and does not fall between 08:00 and 12:00"),
    # points
    (a("home", within_radius={"latitude": 48.2, "longitude": 16.37, "km": 25}), "home is within 25 km of 48.2, 16.37", "home is known and is not within 25 km of 48.2, 16.37"),
    (a("home", inside=SQUARE), "home lies in the drawn area (4 corners)", "home is known and does not lie in the drawn area (4 corners)"),
    # columns
    (a("delivered_on", after={"attribute": "promised_on"}), "delivered_on is after promised_on", "delivered_on and promised_on are known, and delivered_on is on or before promised_on"),
    (a("country", is_not={"attribute": "city"}), "country and city are known, and country is not city", "country is city"),
    # counts
    (e(), "at least one order", "no order"),
    (e(count={"at_most": 0}), "no order", "at least one order"),
    (e(count={"is": 0}, within="90d"), "no order in the last 90 days", "at least one order in the last 90 days"),
    (e(count={"is_not": 0}), "at least one order", "no order"),
    (e(count={"at_least": 2}), "at least 2 orders", "fewer than 2 orders"),
    (e(count={"less_than": 2}), "fewer than 2 orders", "at least 2 orders"),
    (e(count={"more_than": 1}), "more than 1 order", "at most 1 order"),
    (e(count={"is": 1}), "exactly 1 order", "the number of orders is not 1"),
    (e(count={"in": [0, 2]}), "exactly 0 or 2 orders", "the number of orders is not 0 or 2"),
    (e(count={"not_in": [1, 2]}), "the number of orders is not 1 or 2", "the number of orders is 1 or 2"),
    (e(count={"between": [1, 3]}, within={"days_ago": [30, 90]}), "between 1 and 3 orders 30 to 90 days ago", "the number of orders 30 to 90 days ago is not between 1 and 3"),
    ({"related": "device", "where": a("platform", **{"is": "ios"})}, "at least one device where platform is ios", "no device where platform is ios"),
    (e(within={"calendar": "month", "ago": 1}), "at least one order in the last calendar month", "no order in the last calendar month"),
    (e(within={"calendar": "quarter", "ago": 0}, count={"at_least": 2}), "at least 2 orders in this calendar quarter", "fewer than 2 orders in this calendar quarter"),
    (e(within={"from": "2026-01-01", "to": "2026-01-01"}), "at least one order on 2026-01-01", "no order on 2026-01-01"),
    (e(within="1h"), "at least one order in the last hour", "no order in the last hour"),
    (e(where={"any": [a("paid", **{"is": True}), {"all": [a("channel", **{"in": ["web", "app"]}), {"not": a("city", is_empty=True)}]}]}),
     "at least one order where paid is true or ((channel is web or app) and city is known)",
     "no order where paid is true or ((channel is web or app) and city is known)"),
    (e(where=a("city", is_not={"contact": "city"})),
     "at least one order where city and the contact's city are known, and city is not the contact's city",
     "no order where city and the contact's city are known, and city is not the contact's city"),
    # aggregates
    (e(days={"at_least": 2}, within="1y"), "the number of different days with orders in the last year is at least 2", "the number of different days with orders in the last year is less than 2"),
    (e(distinct={"of": "product.category", "at_least": 3}), "the number of different product.category in orders is at least 3", "the number of different product.category in orders is less than 3"),
    (e(sum={"of": "amount", "at_least": 200}, where=a("paid", **{"is": True})), "the sum of amount over orders where paid is true, is at least 200 EUR", "the sum of amount over orders where paid is true, is less than 200 EUR"),
    (e(average={"of": "amount", "less_than": 20}), "the average amount of orders is less than 20 EUR", "the average amount of orders is known and is 20 EUR or more"),
    (e(minimum={"of": "ship_on", "before": "2026-01-01"}), "the lowest ship_on of orders is before 2026-01-01", "the lowest ship_on of orders is known and is on or after 2026-01-01"),
    (e(maximum={"of": "weight", "at_most": 2}), "the highest weight of orders is at most 2", "the highest weight of orders is known and is more than 2"),
    (e(first={"within_last": "90d"}), "the first order is in the last 90 days", "the first order is known and is not in the last 90 days"),
    (e(last={"days_ago": {"between": [30, 60]}}), "the last order is between 30 and 60 days ago", "the last order is known and is not between 30 and 60 days ago"),
    (e(latest={"of": "channel", "is": "web"}), "the channel of the last order is web", "the channel of the last order is known and is not web"),
    (e(latest={"of": "channel", "is_empty": True}), "the channel of the last order is not known", "the channel of the last order is known"),
    # groups
    (e(per="order_id"), "at least one value of order_id among orders", "no value of order_id among orders"),
    (e(per=["order_id", "channel"], within="1y", count={"at_least": 3}), "at least 3 different combinations of order_id and channel among orders in the last year", "fewer than 3 different combinations of order_id and channel among orders in the last year"),
    (e(per="order_id", having={"sum": {"of": "amount", "at_least": 200}}, count={"at_least": 2}),
     "at least 2 different values of order_id among orders counting those where the sum of amount over orders is at least 200 EUR",
     "fewer than 2 different values of order_id among orders counting those where the sum of amount over orders is at least 200 EUR"),
    # sequences
    ({"sequence": [VIEW, e(after_at_most="7d", same=["product_id"])], "within": "90d"},
     "a product view, then an order with the same product_id at most 7 days later, in the last 90 days",
     "never: a product view, then an order with the same product_id at most 7 days later, in the last 90 days"),
    ({"sequence": [e(where=a("paid", **{"is": True})), VIEW, {**VIEW, "after_at_most": "24h", "absent": True}]},
     "an order where paid is true, then a product view later, then no product view within 24 hours of the last one",
     "it is not so: an order where paid is true, then a product view later, then no product view within 24 hours of the last one"),
    ({"sequence": [VIEW, e(after_at_most="7d", absent=True, same=["product_id", "channel"])]},
     "a product view, then for at least one product_id and channel no order with the same product_id and channel within 7 days of the last one",
     "it is not so: a product view, then for at least one product_id and channel no order with the same product_id and channel within 7 days of the last one"),
]  # fmt: skip


def described(where: Any, negated: bool) -> str:
    others = spec(a("country", **{"is": "DE"}), "germans")
    found = read(spec({"any": [{"not": where} if negated else where, {"everyone": True}]}), others)
    assert not found.errors, [str(problem) for problem in found.errors]
    return found.valid["s"].where.describe().children[0].inline()


@pytest.mark.parametrize(("where", "plain", "denied"), TABLE, ids=[plain[:70] for _, plain, _ in TABLE])
def test_a_condition_says_what_it_means_and_what_missing_does(where: Any, plain: str, denied: str) -> None:
    assert described(where, False) == plain
    assert described(where, True) == denied


def test_the_table_has_every_condition_operator_and_aggregate() -> None:
    written = json.dumps([where for where, _, _ in TABLE])
    words = {*CONDITIONS, *(operator.word for operator in OPERATORS), *AGGREGATES} - {"all", "any", "not"}
    assert {word for word in words if f'"{word}"' not in written} == set()


def test_a_tree_is_told_as_lines_below_each_other_and_not_reaches_its_leaves() -> None:
    where = {"not": {"any": [a("country", **{"is": "DE"}), {"all": [e(), a("born", is_empty=True)]}]}}
    phrase = read(spec({"all": [where, {"everyone": True}]})).valid["s"].where.describe().children[0]
    assert (phrase.text, phrase.joint) == ("all of these:", "and")
    assert [child.text for child in phrase.children] == ["country is known and is not DE", "at least one of these:"]
    assert [child.text for child in phrase.children[1].children] == ["no order", "born is known"]
    assert phrase.pointer == "/where/all/0/not"


def test_every_phrase_says_exactly_its_formula() -> None:
    where = {"not": {"any": [a("country", **{"is": "DE"}), {"not": e()}]}}
    phrase = read(spec({"all": [where, a("born", is_empty=False)]})).valid["s"].where.describe().children[0]
    first, second = phrase.children
    assert first.formula == NotOf(read(spec(a("country", **{"is": "DE"}))).valid["s"].meaning().where)
    assert second.formula == read(spec(e())).valid["s"].meaning().where
    assert [part.pointer for part in phrase.walk()] == [
        "/where/all/0/not",
        "/where/all/0/not/any/0",
        "/where/all/0/not/any/1/not",
    ]


EXPLAINED = explanations()


@pytest.mark.parametrize("name", sorted(EXPLAINED))
def test_an_explanation_is_as_it_was_signed(name: str) -> None:
    assert EXPLAINED[name] == (FOLDER / f"{name}.txt").read_text("utf-8")


def test_there_are_forty_explanations_and_none_of_a_spec_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(EXPLAINED)
    assert len(EXPLAINED) >= 40


@pytest.mark.parametrize(
    ("recent", "earlier", "told"),
    [
        (e(within="30d"), e(within={"days_ago": [30, 60]}), True),
        (e(within="30d"), e(within={"days_ago": [31, 60]}), False),
        (e(within="2w"), e(within={"days_ago": [14, 60]}), True),
        (a("seen_at", within_last="30d"), a("seen_at", days_ago={"between": [30, 60]}), True),
        (a("born", within_last="30d"), a("born", days_ago={"at_least": 30}), True),
        (a("born", within_last="30d"), a("born", days_ago={"more_than": 30}), False),
    ],
)
def test_a_day_that_two_spans_have_in_common_is_told(recent: Any, earlier: Any, told: bool) -> None:
    specs = read(spec({"all": [recent, earlier]}))
    notes = " ".join(notes_on(specs.valid["s"]))
    assert ("both ends count" in notes) is told
