"""What each condition means in atoms: one golden for each form of the language."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jobs.catalog.types import INTEGER, TIMESTAMP, ColumnType
from jobs.language.atoms import (
    Aggregate,
    AllOf,
    AnyOf,
    Calendar,
    Chain,
    Compare,
    Computed,
    ContactColumn,
    DaysAgo,
    DaySpan,
    Everyone,
    Formula,
    GroupCount,
    Having,
    InList,
    InSegment,
    Inside,
    Last,
    Missing,
    NotOf,
    Pair,
    Periods,
    Radius,
    RowColumn,
    Rows,
    Sample,
    Span,
    Spans,
    Step,
    TimeTest,
    VersionSpan,
    VersionSpans,
    Words,
)
from jobs.syntax.durations import Duration
from jobs.syntax.literals import Moment
from tests.language.shop import SOURCES, lowered, shop

TEXT, FOLDED, DATE, FLOAT = ColumnType("text"), ColumnType("text", fold=True), ColumnType("date"), ColumnType("float")
MONEY = ColumnType("decimal", 12, 2)
LANGUAGE = ColumnType("choice", values=("de", "en", "fr"))
INTERESTS = ColumnType("choices", values=("news", "sale", "vip"))
CHANNEL = ColumnType("choice", values=("web", "app", "store"))


def contact(name: str, column: ColumnType) -> ContactColumn:
    return ContactColumn("contacts", name, column)


COUNTRY, CITY, BORN, SEEN = (
    contact("country", TEXT),
    contact("city", FOLDED),
    contact("born", DATE),
    contact("seen_at", TIMESTAMP),
)
CHILDREN, CREDIT, SCORE = contact("children", INTEGER), contact("credit", MONEY), contact("score", FLOAT)
APP, HOME, OPT_IN = (
    contact("app", ColumnType("version")),
    contact("home", ColumnType("point")),
    contact("opt_in", ColumnType("boolean")),
)
AMOUNT, PRODUCT = RowColumn("amount", MONEY), RowColumn("product_id", TEXT)


def is_(value: Any, *words: str) -> Compare:
    return Compare(value, Words("in", words))


def numbers(value: Any, *spans: Span) -> Compare:
    return Compare(value, Spans(spans))


def time(value: Any, operator: Any, argument: Any) -> Compare:
    return Compare(value, TimeTest(operator, argument))


def orders(where: Formula | None = None, window: Any = None) -> Rows:
    return Rows("order", where, window)


def count(rows: Rows) -> Aggregate:
    return Aggregate(rows, "count", None, INTEGER)


SOME = Spans((Span(1, None),))
DAY = date(2026, 11, 24)


def a(name: str, **operator: Any) -> dict[str, Any]:
    return {"attribute": name, **operator}


def e(**more: Any) -> dict[str, Any]:
    return {"event": "order", **more}


GOLDEN: list[tuple[Any, Formula]] = [
    # trees
    ({"everyone": True}, Everyone()),
    ({"all": [a("country", **{"is": "DE"}), {"everyone": True}]}, AllOf((is_(COUNTRY, "DE"), Everyone()))),
    ({"any": [{"not": {"everyone": True}}]}, AnyOf((NotOf(Everyone()),))),
    ({"segment": "germans"}, InSegment("germans")),
    ({"list": "x"}, InList("x")),
    ({"list": "x", "date": "2026-11-24"}, InList("x", DAY)),
    ({"sample": {"share": [0, 0.5], "seed": "ab"}}, Sample(Decimal(0), Decimal("0.5"), "ab")),
    # words
    (a("country", is_empty=True), Compare(COUNTRY, Missing(True))),
    (a("country", is_empty=False), Compare(COUNTRY, Missing(False))),
    (a("country", **{"is": "DE"}), is_(COUNTRY, "DE")),
    (a("country", is_not="DE"), NotOf(is_(COUNTRY, "DE"))),
    (a("country", **{"in": ["DE", "AT", "DE"]}), is_(COUNTRY, "AT", "DE")),
    (a("country", not_in=["DE", "AT"]), NotOf(is_(COUNTRY, "AT", "DE"))),
    (a("country", contains="100%_*"), Compare(COUNTRY, Words("contains", ("100%_*",)))),
    (a("country", not_contains="D"), NotOf(Compare(COUNTRY, Words("contains", ("D",))))),
    (a("country", starts_with="D"), Compare(COUNTRY, Words("starts_with", ("D",)))),
    (a("country", ends_with="E"), Compare(COUNTRY, Words("ends_with", ("E",)))),
    (a("city", **{"is": "STRASSE e\u0301"}), is_(CITY, "strasse \u00e9")),
    (a("city", **{"in": ["Straße", "STRASSE"]}), is_(CITY, "strasse")),
    (a("city", contains="SS"), Compare(CITY, Words("contains", ("ss",)))),
    (a("language", **{"is": "de"}), is_(contact("language", LANGUAGE), "de")),
    (a("language", not_in=["de", "en"]), NotOf(is_(contact("language", LANGUAGE), "de", "en"))),
    (a("interests", has_any=["vip", "news"]), Compare(contact("interests", INTERESTS), Words("has_any", ("news", "vip")))),
    (a("interests", has_all=["vip", "news"]), Compare(contact("interests", INTERESTS), Words("has_all", ("news", "vip")))),
    (a("interests", has_none=["vip"]), NotOf(Compare(contact("interests", INTERESTS), Words("has_any", ("vip",))))),
    # numbers, booleans, versions
    (a("children", **{"is": 2}), numbers(CHILDREN, Span(2, 2))),
    (a("children", **{"is": 2.0}), numbers(CHILDREN, Span(2, 2))),
    (a("children", is_not=2), NotOf(numbers(CHILDREN, Span(2, 2)))),
    (a("children", **{"in": [3, 1, 3]}), numbers(CHILDREN, Span(1, 1), Span(3, 3))),
    (a("children", not_in=[3, 1]), NotOf(numbers(CHILDREN, Span(1, 1), Span(3, 3)))),
    (a("children", less_than=2), numbers(CHILDREN, Span(None, 2, True, False))),
    (a("children", at_most=2), numbers(CHILDREN, Span(None, 2))),
    (a("children", more_than=2.5), numbers(CHILDREN, Span(Decimal("2.5"), None, False, True))),
    (a("credit", at_least=0.1), numbers(CREDIT, Span(Decimal("0.1"), None))),
    (a("credit", between=[-5, 1e2]), numbers(CREDIT, Span(-5, 100))),
    (a("score", at_most=0.1), numbers(SCORE, Span(None, Decimal("0.1")))),
    (a("opt_in", **{"is": True}), numbers(OPT_IN, Span(1, 1))),
    (a("opt_in", **{"is": False}), numbers(OPT_IN, Span(0, 0))),
    (a("app", **{"is": "4.09.0"}), Compare(APP, VersionSpans((VersionSpan((4, 9), (4, 9)),)))),
    (a("app", is_not="4"), NotOf(Compare(APP, VersionSpans((VersionSpan((4,), (4,)),))))),
    (a("app", **{"in": ["4.10", "4.9"]}), Compare(APP, VersionSpans((VersionSpan((4, 9), (4, 9)), VersionSpan((4, 10), (4, 10)))))),
    (a("app", less_than="4.12.1"), Compare(APP, VersionSpans((VersionSpan(None, (4, 12, 1), True, False),)))),
    (a("app", between=["4", "5.0"]), Compare(APP, VersionSpans((VersionSpan((4,), (5,)),)))),
    # time
    (a("born", on="2026-11-24"), time(BORN, "on", DAY)),
    (a("born", between=["2026-11-24", "2026-11-24"]), time(BORN, "between", (DAY, DAY))),
    (a("born", within_last="30d"), time(BORN, "within_last", Duration(30, "d"))),
    (a("born", more_than_ahead="2mo"), time(BORN, "more_than_ahead", Duration(2, "mo"))),
    (a("born", anniversary_within_next="7d"), time(BORN, "anniversary_within_next", Duration(7, "d"))),
    (a("born", years_ago={"at_least": 18}), time(BORN, "years_ago", Spans((Span(18, None),)))),
    (a("born", in_calendar={"unit": "month", "ago": 1}), time(BORN, "in_calendar", Periods("month", -1, -1))),
    (a("seen_at", in_calendar={"unit": "week", "ago": [1, 3]}), time(SEEN, "in_calendar", Periods("week", -3, -1))),
    (a("seen_at", in_calendar={"unit": "year", "ahead": [1, 2]}), time(SEEN, "in_calendar", Periods("year", 1, 2))),
    (a("born", anniversary_days_ahead={"is": 7}), time(BORN, "anniversary_days_ahead", Spans((Span(7, 7),)))),
    (a("born", days_ago={"is_not": 3}), time(BORN, "days_ago", Spans((Span(None, 3, True, False), Span(3, None, False, True))))),
    (a("born", days_ago={"not_in": [1, 3]}),
     time(BORN, "days_ago", Spans((Span(None, 1, True, False), Span(1, 3, False, False), Span(3, None, False, True))))),
    (a("seen_at", before="2026-11-24T10:00"), time(SEEN, "before", Moment(datetime(2026, 11, 24, 10)))),
    (a("seen_at", on_or_after="2026-11-24T10:00+01:00"),
     time(SEEN, "on_or_after", Moment(datetime(2026, 11, 24, 10), timedelta(hours=1)))),
    (a("seen_at", within_last="24h"), time(SEEN, "within_last", Duration(24, "h"))),
    (a("seen_at", weekday_in=["sun", "sat"]), Compare(SEEN, Calendar("weekday", frozenset({5, 6})))),
    (a("seen_at", month_in=[12]), Compare(SEEN, Calendar("month", frozenset({12})))),
    (a("born", day_of_month_in=[31, 1]), Compare(BORN, Calendar("day", frozenset({1, 31})))),
    (a("seen_at", hour_between=[8, 12]), Compare(SEEN, Calendar("hour", frozenset({8, 9, 10, 11})))),
    (a("seen_at", hour_between=[22, 24]), Compare(SEEN, Calendar("hour", frozenset({22, 23})))),
    # points
    (a("home", within_radius={"latitude": 48.2, "longitude": 16.37, "km": 25}), Compare(HOME, Radius(48.2, 16.37, 25.0))),
    (a("home", inside={"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}),
     Compare(HOME, Inside((((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0))),),)))),
    # lookups and other sources
    (a("home_city.country", **{"is": "AT"}), is_(contact("home_city.country", TEXT), "AT")),
    (a("loyalty.plan.name", **{"is": "x"}), is_(ContactColumn("loyalty", "plan.name", TEXT), "x")),
    # a column against a column
    (a("delivered_on", after={"attribute": "promised_on"}), Pair(contact("delivered_on", DATE), "more_than", contact("promised_on", DATE))),
    (a("delivered_on", on={"attribute": "promised_on"}), Pair(contact("delivered_on", DATE), "is", contact("promised_on", DATE))),
    (a("seen_at", on_or_before={"attribute": "changed_at"}), Pair(SEEN, "at_most", contact("changed_at", TIMESTAMP))),
    (a("country", is_not={"attribute": "home_city.country"}), NotOf(Pair(COUNTRY, "is", contact("home_city.country", TEXT)))),
    (a("children", less_than={"attribute": "score"}), Pair(CHILDREN, "less_than", SCORE)),
    (a("opt_in", **{"is": {"attribute": "opt_in_sms"}}), Pair(OPT_IN, "is", contact("opt_in_sms", ColumnType("boolean")))),
    (a("language", **{"is": {"attribute": "spoken"}}),
     Pair(contact("language", LANGUAGE), "is", contact("spoken", ColumnType("choice", values=("de", "en", "it"))))),
    (e(where=a("city", is_not={"contact": "city"})),
     Compare(count(orders(NotOf(Pair(RowColumn("city", TEXT), "is", CITY)))), SOME)),
    # rows
    (e(), Compare(count(orders()), SOME)),
    (e(count={"at_least": 1}), Compare(count(orders()), SOME)),
    ({"related": "device", "count": {"is": 0}}, numbers(count(Rows("device")), Span(0, 0))),
    (e(count={"not_in": [1, 2]}), NotOf(numbers(count(orders()), Span(1, 1), Span(2, 2)))),
    (e(within="90d"), Compare(count(orders(window=Last(Duration(90, "d")))), SOME)),
    (e(within={"from": "2026-11-24", "to": "2026-11-24"}), Compare(count(orders(window=DaySpan(DAY, DAY))), SOME)),
    (e(within={"calendar": "quarter", "ago": [0, 1]}), Compare(count(orders(window=Periods("quarter", -1, 0))), SOME)),
    (e(within={"days_ago": [30, 90]}), Compare(count(orders(window=DaysAgo(30, 90))), SOME)),
    (e(where=a("ordered_at", weekday_in=["mon"])),
     Compare(count(orders(Compare(RowColumn("ordered_at", TIMESTAMP), Calendar("weekday", frozenset({0}))))), SOME)),
    (e(where={"not": a("product.brand.name", **{"is": "ACME"})}),
     Compare(count(orders(NotOf(is_(RowColumn("product.brand.name", FOLDED), "acme")))), SOME)),
    (e(days={"at_least": 2}), numbers(Aggregate(orders(), "days", None, INTEGER), Span(2, None))),
    (e(distinct={"of": "product.category", "at_most": 2}),
     numbers(Aggregate(orders(), "distinct", RowColumn("product.category", TEXT), INTEGER), Span(None, 2))),
    (e(sum={"of": "amount", "at_least": 200}), numbers(Aggregate(orders(), "sum", AMOUNT, MONEY), Span(200, None))),
    (e(average={"of": "pieces", "more_than": 2.5}),
     numbers(Aggregate(orders(), "average", RowColumn("pieces", INTEGER), INTEGER), Span(Decimal("2.5"), None, False, True))),
    (e(minimum={"of": "weight", "less_than": 0.1}),
     numbers(Aggregate(orders(), "minimum", RowColumn("weight", FLOAT), FLOAT), Span(None, Decimal("0.1"), True, False))),
    (e(maximum={"of": "ship_on", "within_last": "7d"}),
     time(Aggregate(orders(), "maximum", RowColumn("ship_on", DATE), DATE), "within_last", Duration(7, "d"))),
    (e(first={"between": ["2026-11-24", "2026-11-24"]}), time(Aggregate(orders(), "first", None, TIMESTAMP), "between", (DAY, DAY))),
    (e(last={"days_ago": {"at_most": 3}}), time(Aggregate(orders(), "last", None, TIMESTAMP), "days_ago", Spans((Span(None, 3),)))),
    (e(latest={"of": "channel", "is_empty": True}),
     Compare(Aggregate(orders(), "latest", RowColumn("channel", CHANNEL), CHANNEL), Missing(True))),
    (e(latest={"of": "channel", "is_not": "web"}),
     NotOf(is_(Aggregate(orders(), "latest", RowColumn("channel", CHANNEL), CHANNEL), "web"))),
    # groups
    (e(per="order_id"), Compare(GroupCount(orders(), (RowColumn("order_id", TEXT),), None, INTEGER), SOME)),
    (e(per=["order_id", "product.brand.name"], having={"sum": {"of": "amount", "at_least": 200}}, count={"at_least": 2}),
     numbers(
         GroupCount(
             orders(), (RowColumn("order_id", TEXT), RowColumn("product.brand.name", FOLDED)),
             Having("sum", AMOUNT, MONEY, Spans((Span(200, None),))), INTEGER,
         ),
         Span(2, None),
     )),
    (e(per="order_id", having={"count": {"is_not": 1}}),
     Compare(
         GroupCount(
             orders(), (RowColumn("order_id", TEXT),),
             Having("count", None, INTEGER, Spans((Span(None, 1, True, False), Span(1, None, False, True)))), INTEGER,
         ),
         SOME,
     )),
    # sequences
    ({"sequence": [{"event": "product_view"}, {"event": "order", "after_at_most": "7d", "same": ["product_id"]}], "within": "90d"},
     Chain(
         (Step("product_view"), Step("order", None, 7 * 86_400_000_000, False, ((RowColumn("product_id", FOLDED), PRODUCT),))),
         Last(Duration(90, "d")),
     )),
    ({"sequence": [{"event": "order", "where": a("paid", **{"is": True})}, {"event": "order", "after_at_most": "2w", "absent": True}]},
     Chain(
         (Step("order", numbers(RowColumn("paid", ColumnType("boolean")), Span(1, 1))), Step("order", None, 14 * 86_400_000_000, True)),
     )),
]  # fmt: skip


@pytest.mark.parametrize(("where", "expected"), GOLDEN, ids=[str(where)[:70] for where, _ in GOLDEN])
def test_a_condition_is_lowered_to_its_atoms(where: Any, expected: Formula) -> None:
    assert lowered(where) == expected
    assert hash(lowered(where)) == hash(expected)


def test_a_computed_column_is_one_atom_with_its_own_meaning_inside() -> None:
    found = lowered(a("smart.orders", **{"is": 2}))
    assert found == numbers(Computed("smart", "orders", INTEGER, count(orders())), Span(2, 2))


def test_a_negative_operator_over_groups_excludes_what_is_written() -> None:
    found = lowered(e(per="order_id", having={"count": {"not_in": [2, 1]}}))
    assert isinstance(found, Compare)
    assert isinstance(found.value, GroupCount)
    assert found.value.having is not None
    assert found.value.having.test == Spans(
        (Span(None, 1, True, False), Span(1, 2, False, False), Span(2, None, False, True))
    )


def test_equal_conditions_of_two_places_are_equal_atoms() -> None:
    twice = lowered({"all": [e(within="90d"), {"not": e(within="90d")}]})
    assert isinstance(twice, AllOf)
    assert isinstance(twice.children[1], NotOf)
    assert twice.children[0] == twice.children[1].child


def test_numbers_of_forty_digits_stay_exact() -> None:
    from tests.language.shop import only

    digits = "1234567890123456789012345678901234567.895"
    where = f'{{"version": 1, "id": "s", "name": "s", "where": {{"attribute": "credit", "at_least": {digits}}}}}'
    from tests.language.shop import read

    formula = read(where).valid["s"].meaning().where
    assert formula == numbers(CREDIT, Span(Decimal(digits), None))
    assert only(a("credit", at_least=5)).meaning().where == numbers(CREDIT, Span(5, None))


def test_the_shops_catalog_has_every_kind_and_every_type() -> None:
    kinds = {source["kind"] for source in SOURCES.values()}
    assert kinds == {"contacts", "attributes", "events", "related", "lookup", "computed"}
    columns = [column for source in shop().catalog.sources.values() for column in source.columns.values()]
    from jobs.catalog.types import TYPE_NAMES

    assert {column.type.name for column in columns} == set(TYPE_NAMES)
