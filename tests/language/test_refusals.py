"""What conditions refuse: one line for each rule, with the place and a part of the message."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any

import pytest

from tests.language.shop import problems_of

COUNTRY = {"attribute": "country", "is": "DE"}


def a(name: str, **operator: Any) -> dict[str, Any]:
    return {"attribute": name, **operator}


def e(**more: Any) -> dict[str, Any]:
    return {"event": "order", **more}


def nested(depth: int, inner: Any) -> Any:
    for _ in range(depth):
        inner = {"all": [inner]}
    return inner


def seq(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"sequence": list(steps), **more}


def square(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


VIEW = {"event": "product_view"}

TABLE: list[tuple[Any, str, str]] = [
    # the condition itself
    (5, "", "found 5, expected a condition: an object with one of all, any, not"),
    ([], "", "found an empty list, expected a condition"),
    ({}, "", "found an empty object, expected a condition"),
    ({"everyone": True, "all": []}, "", 'found "everyone" and "all" in one object, expected one condition'),
    ({"atribute": "country", "is": "DE"}, "/atribute", 'did you mean "attribute"?'),
    ({"and": [COUNTRY]}, "/and", 'did you mean "all"?'),
    ({"or": [COUNTRY]}, "/or", 'did you mean "any"?'),
    ({"zzzzzzz": 1}, "", 'found an object with "zzzzzzz", expected a condition'),
    ({"is": "DE"}, "", 'found "is" without "attribute", expected the attribute it is about'),
    # all, any, not, everyone
    ({"all": []}, "/all", "found an empty list, expected a list of conditions, at least one"),
    ({"any": {}}, "/any", "found an empty object, expected a list of conditions"),
    ({"all": [COUNTRY], "any_": 1}, "/any_", 'unknown key "any_" in the condition "all" — known here: "all"'),
    ({"not": []}, "/not", "found an empty list, expected a condition"),
    ({"not": COUNTRY, "is": 1}, "/is", 'unknown key "is" in the condition "not" — known here: "not"'),
    ({"everyone": False}, "/everyone", "found false, expected true"),
    ({"everyone": 1}, "/everyone", "found 1, expected true"),
    ({"all": [{"everyone": True}, 7]}, "/all/1", "found 7, expected a condition"),
    # attribute
    ({"attribute": 5, "is": "x"}, "/attribute", "found 5, expected the name of an attribute as text"),
    (a("contry", **{"is": "DE"}), "/attribute", 'found "contry", expected an attribute of the catalog — did you mean "country"?'),
    (a("product.category", **{"is": "shoes"}), "/attribute", 'found "product.category", expected an attribute of the contact; it is a column of the rows of "order": write {"event": "order", "where": {"attribute": "product.category", …}}'),
    (a("platform", **{"is": "ios"}), "/attribute", 'write {"related": "device", "where": {"attribute": "platform", …}}'),
    (a("contacts.country", **{"is": "DE"}), "/attribute", 'did you mean "country"?'),
    (a("tier", **{"is": "gold"}), "/attribute", 'did you mean "loyalty.tier"?'),
    (a("order.amount", more_than=5), "/attribute", 'write {"event": "order", …}'),
    (a("device.version", more_than="5"), "/attribute", 'write {"related": "device", …}'),
    (a("home_city", is_empty=True), "/attribute", "expected an attribute"),
    (a("country"), "", "found no operator, expected exactly one operator for country (text): is, is_not,"),
    (a("country", **{"is": "DE", "in": ["AT"]}), "", 'found "is" and "in", expected exactly one operator'),
    (a("country", iss="DE"), "/iss", 'found "iss", expected an operator for country (text) — did you mean "is"?'),
    (a("country", equals="DE"), "/equals", 'did you mean "is"?'),
    (a("country", more_than=5), "/more_than", 'found "more_than", expected an operator for country (text)'),
    (a("interests", **{"in": ["news"]}), "/in", 'did you mean "has_any"?'),
    (a("born", more_than="2000-01-01"), "/more_than", 'did you mean "after"?'),
    (a("seen_at", within="30d"), "/within", 'did you mean "within_last"?'),
    (a("country", wihtin_last="30d"), "/wihtin_last", 'found "wihtin_last", expected an operator for country (text)'),
    (a("country", is_empty="true"), "/is_empty", 'found "true", expected true or false, without quotes'),
    (a("country", is_empty=1), "/is_empty", "found 1, expected true or false"),
    # text, choice, choices
    (a("country", **{"is": 5}), "/is", 'found 5, expected a text; put it in quotes: "5"'),
    (a("country", **{"is": None}), "/is", 'found null, expected a value — did you mean "is_empty": true?'),
    (a("country", is_not=None), "/is_not", 'found null, expected a value — did you mean "is_empty": false?'),
    (a("country", **{"in": ["DE", None]}), "/in/1", 'did you mean "is_empty": true in a condition of its own?'),
    (a("children", **{"is": None}), "/is", 'did you mean "is_empty": true?'),
    (a("born", on=None), "/on", 'did you mean "is_empty": true?'),
    (a("opt_in", **{"is": None}), "/is", 'did you mean "is_empty": true?'),
    (a("app", less_than=None), "/less_than", 'did you mean "is_empty": true?'),
    (a("home", inside=None), "/inside", 'did you mean "is_empty": true?'),
    (a("country", is_empty=None), "/is_empty", "found null, expected true or false"),
    (e(latest={"of": "channel", "is": None}), "/latest/is", 'did you mean "is_empty": true?'),
    (e(count={"is": None}), "/count/is", "found null, expected a number"),
    (a("country", **{"is": True}), "/is", "found true, expected a text"),
    (a("country", **{"is": ""}), "/is", 'found an empty text, which is a missing value and never equal to anything — did you mean "is_empty"?'),
    (a("country", contains=""), "/contains", 'did you mean "is_empty"?'),
    (a("country", **{"in": ["DE", ""]}), "/in/1", 'did you mean "is_empty"?'),
    (a("country", **{"in": []}), "/in", "found an empty list, expected a list of values, at least one"),
    (a("country", **{"in": "DE"}), "/in", 'expected a list of values, at least one; put it in brackets: ["DE"]'),
    (a("country", **{"in": ["DE", 5]}), "/in/1", "found 5, expected a text"),
    (a("country", **{"is": ["DE"]}), "/is", "found a list, expected a text"),
    (a("country", **{"is": "x" * 1001}), "/is", "found a text of 1,001 characters, expected at most 1,000"),
    (a("country", **{"in": ["x"] * 10_001}), "/in", "found 10,001 values, expected at most 10,000"),
    (a("language", **{"is": "dee"}), "/is", 'found "dee", expected one of the values of language — did you mean "de"?'),
    (a("language", **{"in": ["de", "xx"]}), "/in/1", 'found "xx", expected one of the values of language'),
    (a("language", contains="d"), "/contains", "expected an operator for language (choice)"),
    (a("interests", has_any=["new"]), "/has_any/0", 'did you mean "news"?'),
    (a("interests", has_any="news"), "/has_any", "expected a list of values"),
    (a("interests", has_all=[]), "/has_all", "found an empty list"),
    # numbers
    (a("children", **{"is": "2"}), "/is", 'found "2", expected a number; without quotes: 2'),
    (a("children", **{"is": True}), "/is", "found true, expected a number"),
    (a("children", **{"in": [1, "2"]}), "/in/1", 'found "2", expected a number'),
    (a("children", between=[5, 1]), "/between", "found 5 before 1, expected the lower one first"),
    (a("children", between=[1]), "/between", "found a list of 1, expected a list of two"),
    (a("children", between=[1, 2, 3]), "/between", "found a list of 3, expected a list of two"),
    (a("children", between=5), "/between", "found 5, expected a list of two"),
    (a("score", **{"is": 5}), "/is", 'found "is", expected an operator for score (float)'),
    (a("score", **{"in": [5]}), "/in", 'found "in", expected an operator for score (float)'),
    (a("opt_in", **{"is": "true"}), "/is", "expected true or false, without quotes"),
    (a("opt_in", is_not=True), "/is_not", "expected an operator for opt_in (boolean)"),
    # versions
    (a("app", **{"is": "4.9-beta"}), "/is", "expected a version as text of digits and dots"),
    (a("app", at_least=4.9), "/at_least", 'put it in quotes: "4.9"'),
    (a("app", between=["5", "4"]), "/between", 'found "5" before "4"'),
    # dates and timestamps
    (a("born", on="2026-1-5"), "/on", 'expected a date as YYYY-MM-DD'),
    (a("born", on="tomorrow"), "/on", 'a day that moves with as_of is asked for by "days_ago": {"is": -1}'),
    (a("seen_at", before="today"), "/before", 'asked for by "days_ago": {"is": 0}'),
    (a("born", birthday="tomorrow"), "/birthday", 'did you mean "anniversary_within_next"?'),
    (a("born", birthday_tomorrow=True), "/birthday_tomorrow", 'did you mean "anniversary_within_next"?'),
    (a("seen_at", seen_tomorrow=True), "/seen_tomorrow", 'did you mean "within_next"?'),
    (a("born", on="2026-02-30"), "/on", "expected a day from 01 to 28 in 2026-02"),
    (a("born", on="2026-02-03T10:00"), "/on", "a time does not belong here"),
    (a("seen_at", on="2026-02-03 10:00"), "/on", 'did you mean "2026-02-03T10:00"?'),
    (a("born", within_last="12h"), "/within_last", 'found "12h", expected one of the units d, w, mo, y'),
    (a("born", within_last="0d"), "/within_last", "expected a whole number from 1 and a unit"),
    (a("born", within_last="51y"), "/within_last", 'expected at most "50y"'),
    (a("born", within_last=30), "/within_last", "found 30, expected a whole number from 1 and a unit"),
    (a("born", within_last="30 days"), "/within_last", 'did you mean "30d"?'),
    (a("born", between=["2026-02-02", "2026-02-01"]), "/between", "expected the lower one first"),
    (a("seen_at", between=["2026-02-01T10:00", "2026-02-01T09:00"]), "/between", "expected the lower one first"),
    (a("seen_at", between=["2026-02-02", "2026-02-01T23:59"]), "/between", "expected the lower one first"),
    (a("seen_at", between=["2026-02-01T10:00Z", "2026-02-01T10:30+01:00"]), "/between", "expected the lower one first"),
    (a("born", days_ago=5), "/days_ago", "found 5, expected an object with a numeric operator"),
    (a("born", days_ago={}), "/days_ago", "found no operator, expected exactly one operator for days_ago"),
    (a("born", days_ago={"at_leest": 5}), "/days_ago/at_leest", 'did you mean "at_least"?'),
    (a("born", days_ago={"is_empty": True}), "/days_ago/is_empty", 'found "is_empty", expected another operator'),
    (a("born", years_ago={"at_least": "18"}), "/years_ago/at_least", "without quotes: 18"),
    (a("born", years_ago={"at_least": {"attribute": "children"}}), "/years_ago/at_least", "expected a number"),
    (a("born", anniversary_within_next="184d"), "/anniversary_within_next", 'expected at most "183d"'),
    (a("born", anniversary_within_next="27w"), "/anniversary_within_next", 'expected at most "183d"'),
    (a("born", anniversary_within_next="1mo"), "/anniversary_within_next", "expected one of the units d, w"),
    (a("seen_at", anniversary_within_next="7d"), "/anniversary_within_next", "expected an operator for seen_at (timestamp)"),
    (a("born", weekday_in=["Sat"]), "/weekday_in/0", 'found "Sat", expected one of mon, tue'),
    (a("born", weekday_in=[6]), "/weekday_in/0", "found 6, expected one of mon, tue"),
    (a("born", weekday_in=[]), "/weekday_in", "found an empty list, expected a list of weekdays"),
    (a("born", month_in=[0]), "/month_in/0", "found 0, expected a whole number from 1 to 12"),
    (a("born", day_of_month_in=[32]), "/day_of_month_in/0", "from 1 to 31"),
    (a("born", hour_between=[8, 12]), "/hour_between", "expected an operator for born (date)"),
    (a("seen_at", hour_between=[22, 6]), "/hour_between", 'over midnight write "any" of two'),
    (a("seen_at", hour_between=[8, 8]), "/hour_between", "expected the lower one first"),
    (a("seen_at", hour_between=[8, 25]), "/hour_between/1", "from 0 to 24"),
    (a("seen_at", hour_between=[8.5, 12]), "/hour_between/0", "expected a whole number"),
    # points
    (a("home", within_radius={"latitude": 48.2, "longitude": 16.4}), "/within_radius", 'the key "km" is missing in within_radius: how far around, in kilometres'),
    (a("home", within_radius={"latitude": 48.2, "longitude": 16.4, "km": 0}), "/within_radius/km", "found 0, expected more than 0 km"),
    (a("home", within_radius={"latitude": 98.2, "longitude": 16.4, "km": 1}), "/within_radius/latitude", "from -90 to 90"),
    (a("home", within_radius={"lat": 48.2, "longitude": 16.4, "km": 1}), "/within_radius/lat", 'did you mean "latitude"?'),
    (a("home", within_radius=25), "/within_radius", "found 25, expected an object like"),
    (a("home", inside={"type": "Point", "coordinates": [1, 2]}), "/inside/type", 'found "Point", expected one of Polygon, MultiPolygon'),
    (a("home", inside={"type": "Polygon"}), "/inside", 'the key "coordinates" is missing in a polygon: rings of'),
    (a("home", inside=square((0, 0), (1, 0), (1, 1), (0, 1))), "/inside/coordinates/0", "last position is not its first"),
    (a("home", inside=square((0, 0), (1, 0), (0, 0))), "/inside/coordinates/0", "found 3 positions, expected a ring of at least 4"),
    (a("home", inside=square((0, 0), (1, 95), (1, 1), (0, 0))), "/inside/coordinates/0/1/1", "found 95, expected a number from -90 to 90"),
    (a("home", inside=square((170, 0), (-170, 0), (-170, 5), (170, 0))), "/inside/coordinates/0", "across the antimeridian"),
    (a("home", inside=square((0, 0), (1, 1), (2, 2), (0, 0))), "/inside/coordinates/0", "found a ring without an area"),
    (a("home", inside={"type": "Polygon", "coordinates": [[[0, 0, 5], [1, 0], [1, 1], [0, 0]]]}), "/inside/coordinates/0/0", "found a list of 3, expected a position"),
    (a("home", inside={"type": "MultiPolygon", "coordinates": []}), "/inside/coordinates", "expected a list of polygons"),
    # a column against a column
    (a("born", after={"attribute": "seen_at"}), "/after/attribute", "found seen_at (timestamp), expected another date to compare born with"),
    (a("country", **{"is": {"attribute": "language"}}), "/is/attribute", "found language (choice), expected another text"),
    (a("children", **{"is": {"attribute": "score"}}), "/is/attribute", 'floats have no "is"'),
    (a("country", **{"is": {"attribute": "countri"}}), "/is/attribute", 'did you mean "country"?'),
    (a("country", **{"in": {"attribute": "city"}}), "/in", '"in" does not compare with another column'),
    (a("country", starts_with={"attribute": "city"}), "/starts_with", "does not compare with another column"),
    (a("born", between={"attribute": "seen_at"}), "/between", "does not compare with another column"),
    (a("country", **{"is": {"contact": "city"}}), "/is/contact", 'the key "contact" does not belong in a column to compare with: it is for a row\'s where only'),
    (a("country", **{"is": {"attribute": "city", "fold": True}}), "/is/fold", 'unknown key "fold" in a column to compare with — known here: "attribute"'),
    # events and related rows
    ({"event": "ordr"}, "/event", 'found "ordr", expected a source of events — did you mean "order"?'),
    ({"event": 5}, "/event", "found 5, expected the name of a source of events as text"),
    ({"event": "device"}, "/event", 'asked by {"related": "device", …}'),
    ({"related": "order"}, "/related", 'asked by {"event": "order", …}'),
    ({"event": "loyalty"}, "/event", '{"attribute": "loyalty.<column>", …}'),
    ({"event": "product"}, "/event", "expected a source of events"),
    (e(withn="90d"), "/withn", 'did you mean "within"?'),
    (e(sum={"of": "amount", "at_least": 1}, count={"at_least": 1}), "", 'found "count" and "sum", expected at most one of them; put each into a condition of its own'),
    (e(count={}), "/count", "found no operator, expected exactly one operator for the count of order"),
    (e(count=5), "/count", "found 5, expected an object like"),
    (e(count="rows"), "/count", 'found "rows", expected an operator, like {"at_least": 1}; "count": "rows" is the word of a computed column'),
    (e(count={"of": "amount", "at_least": 1}), "/count/of", 'the key "of" does not belong in "count": it takes no column'),
    (e(count={"is_empty": True}), "/count/is_empty", 'found "is_empty", expected another operator'),
    (e(first={"is_empty": True}), "/first/is_empty", '"count": {"is": 0}'),
    (e(maximum={"of": "amount", "is_empty": True}), "/maximum/is_empty", 'like "count": {"is": 0}'),
    (e(count={"at_least": {"attribute": "children"}}), "/count/at_least", 'only after "attribute" is a column compared'),
    (e(sum={"at_least": 5}), "/sum", 'the key "of" is missing in "sum": the column that is aggregated'),
    (e(sum={"of": "amout", "at_least": 5}), "/sum/of", 'did you mean "amount"?'),
    (e(sum={"of": "channel", "at_least": 5}), "/sum/of", 'found channel (choice), expected a column of type integer or decimal for "sum"'),
    (e(sum={"of": "weight", "at_least": 5}), "/sum/of", "found weight (float)"),
    (e(average={"of": "ship_on", "after": "2026-01-01"}), "/average/of", "found ship_on (date)"),
    (e(minimum={"of": "channel", "is": "web"}), "/minimum/of", "found channel (choice)"),
    (e(distinct={"of": "weight", "at_least": 5}), "/distinct/of", "found weight (float)"),
    (e(distinct={"of": "tags", "at_least": 5}), "/distinct/of", "found tags (choices)"),
    (e(latest={"of": "tags", "has_any": ["gift"]}), "/latest/of", "found tags (choices)"),
    (e(latest={"of": "to", "is_empty": True}), "/latest/of", "found to (point)"),
    (e(latest={"of": "channel", "is": "post"}), "/latest/is", 'found "post", expected one of the values of latest of channel'),
    ({"related": "device", "days": {"at_least": 1}}, "/days", 'the key "days" does not belong in the condition "related": related rows have no time'),
    ({"related": "device", "first": {"after": "2026-01-01"}}, "/first", "related rows have no time of their own"),
    ({"related": "device", "latest": {"of": "version", "is": "1"}}, "/latest", "related rows have no time of their own"),
    ({"related": "device", "within": "90d"}, "/within", 'related rows have no time of their own; compare one of their dates in "where"'),
    # windows
    (e(within="90"), "/within", "expected a whole number from 1 and a unit"),
    (e(within="90m"), "/within", 'did you mean "90mo" (months)?'),
    (e(within=90), "/within", "found 90, expected a duration"),
    (e(within={}), "/within", 'found none, expected exactly one of "from" with "to", "days_ago" or "calendar" with "ago": which days count'),
    (e(within={"from": "2026-01-01"}), "/within", 'found "from", expected exactly one of "from" with "to", "days_ago" or "calendar" with "ago"'),
    (e(within={"from": "2026-01-02", "to": "2026-01-01"}), "/within", 'expected "from" on or before "to"'),
    (e(within={"from": "2026-01-01", "to": "2026-01-02T00:00"}), "/within/to", "a time does not belong here"),
    (e(within={"days_ago": [90, 30]}), "/within/days_ago", "expected the nearer day first"),
    (e(within={"days_ago": [-1, 30]}), "/within/days_ago/0", "from 0 to 18300"),
    (e(within={"days_ago": 30}), "/within/days_ago", "expected two whole numbers"),
    (e(within={"since": "2026-01-01"}), "/within/since", 'unknown key "since" in within — known here: "from", "to", "days_ago", "calendar", "ago"'),
    # a row's where
    (e(where={"event": "order"}), "/where/event", "expected one of all, any, not or attribute in a row's where"),
    (e(where={"everyone": True}), "/where/everyone", "in a row's where"),
    (e(where={"all": [{"segment": "x"}]}), "/where/all/0/segment", "in a row's where"),
    (e(where=a("country", **{"is": "DE"})), "/where/attribute", '{"contact": "country"} as the value'),
    (e(where=a("smart.orders", **{"is": 1})), "/where/attribute", '{"contact": "smart.orders"} as the value'),
    (e(where=a("product.categry", **{"is": "x"})), "/where/attribute", 'did you mean "product.category"?'),
    (e(where=a("city", **{"is": {"contact": "home_zipp"}})), "/where/is/contact", 'did you mean "home_zip"?'),
    (e(where=a("city", **{"is": {"contact": "city", "attribute": "city"}})), "/where/is", 'found "attribute" and "contact", expected exactly one'),
    # per and having
    (e(having={"count": {"at_least": 2}}), "/having", 'found "having" without "per"'),
    (e(per="order_id", sum={"of": "amount", "at_least": 2}), "/sum", 'found "sum" beside "per", expected none: beside "per" only "count" stands'),
    (e(per=[]), "/per", "found an empty list, expected a list of columns"),
    (e(per="weight"), "/per", 'found weight (float), expected a column of type'),
    (e(per=["order_id", "tags"]), "/per/1", "found tags (choices)"),
    (e(per="ordr_id"), "/per", 'did you mean "order_id"?'),
    (e(per="order_id", having={"first": {"after": "2026-01-01"}}), "/having/first", 'the key "first" does not belong in having: it is asked of all'),
    (e(per="order_id", having={}), "/having", 'found none, expected exactly one of "count", "days"'),
    (e(per="order_id", having={"count": {"at_least": 1}, "days": {"is": 1}}), "/having", 'found "count" and "days", expected exactly one'),
    # sequences
    (seq(VIEW), "/sequence", "found 1 step, expected a list of 2 to 10 steps"),
    (seq(*[VIEW] * 11), "/sequence", "found 11 steps"),
    (seq(VIEW, {"event": "order", "within": "7d"}), "/sequence/1/within", 'the key "within" does not belong in a step: it stands beside the steps'),
    (seq({**VIEW, "after_at_most": "7d"}, VIEW), "/sequence/0/after_at_most", 'the key "after_at_most" does not belong in the first step: nothing is before it'),
    (seq({**VIEW, "same": ["product_id"]}, VIEW), "/sequence/0/same", "does not belong in the first step: nothing is before it"),
    (seq(VIEW, {**VIEW, "after_at_most": "1mo"}), "/sequence/1/after_at_most", "expected one of the units h, d, w"),
    (seq(VIEW, {**VIEW, "absent": True}), "/sequence/1", 'found "absent" without "after_at_most"'),
    (seq(VIEW, {**VIEW, "absent": False, "after_at_most": "7d"}), "/sequence/1/absent", "found false, expected true"),
    (seq(VIEW, {**VIEW, "absent": True, "after_at_most": "7d"}, VIEW), "/sequence/1/absent", 'the key "absent" does not belong in this step: only the last one can be absent'),
    (seq(VIEW, {"where": a("city", **{"is": "x"})}), "/sequence/1", 'the key "event" is missing in a step: the source of'),
    (seq(VIEW, {"event": "order", "same": ["pieces"]}), "/sequence/1/same/0", "found pieces (text) of the step before and pieces (integer) of this one"),
    (seq(VIEW, {"event": "order", "same": ["city"]}), "/sequence/1/same/0", 'expected a column of product_view'),
    (seq(VIEW, {"event": "order", "same": []}), "/sequence/1/same", "found an empty list"),
    (seq(VIEW, {"event": "order", "same": "product_id"}), "/sequence/1/same", 'put it in brackets: ["product_id"]'),
    (seq(VIEW, {"event": "device"}), "/sequence/1/event", "expected a source of events"),
    (seq(VIEW, VIEW, within="1x"), "/within", "expected a whole number from 1 and a unit"),
    # segment, list, sample
    ({"segment": "Bad Id"}, "/segment", "expected the id of a segment: small letters"),
    ({"segment": "../x"}, "/segment", "expected the id of a segment"),
    ({"list": "Bad"}, "/list", "expected the id of a contact list"),
    ({"list": "x", "date": "2026-13-01"}, "/date", "expected a month from 01 to 12"),
    ({"list": "x", "dates": "2026-12-01"}, "/dates", 'did you mean "date"?'),
    ({"sample": {"share": [0, 10]}}, "/sample", 'the key "seed" is missing in sample: any text'),
    ({"sample": {"share": [10, 10], "seed": "a"}}, "/sample/share", "found 10 before 10, expected the lower one first"),
    ({"sample": {"share": [0, 101], "seed": "a"}}, "/sample/share/1", "expected a number from 0 to 100"),
    ({"sample": {"share": 10, "seed": "a"}}, "/sample/share", "expected two numbers"),
    ({"sample": {"share": [0, 10], "seed": ""}}, "/sample/seed", "expected a seed"),
    ({"sample": {"share": [0, 10], "seed": 5}}, "/sample/seed", "found 5, expected a text"),
    # limits
    (nested(16, COUNTRY), "/all/0" * 16, "found conditions nested 17 deep, expected at most 16"),
    (nested(15, e(where=COUNTRY)), "/all/0" * 15 + "/where", "found conditions nested 17 deep"),
    (nested(40, COUNTRY), "/all/0" * 16, "found conditions nested 17 deep"),
    ({"any": [COUNTRY] * 1000}, "", "found 1,001 conditions, expected at most 1,000"),
    ({"any": [e(where=a("city", **{"is": "x"}))] * 500}, "", "found 1,001 conditions"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "pointer", "message"), TABLE, ids=[f"{p or '/'}: {m[:50]}" for _, p, m in TABLE])
def test_a_wrong_condition_is_refused_at_its_place(where: Any, pointer: str, message: str) -> None:
    found = problems_of(where)
    assert len(found) == 1, found
    assert found[0][0] == pointer
    assert message in found[0][1]


def test_all_problems_of_a_condition_are_told_at_once() -> None:
    where = {
        "all": [
            a("contry", **{"is": "DE"}),
            {"not": e(withn="90d", where=a("amout", more_than=5))},
            {"any": [a("language", **{"in": ["xx", "yy"]}), a("children", **{"is": "2"})]},
        ]
    }
    assert [pointer for pointer, _ in problems_of(where)] == [
        "/all/0/attribute",
        "/all/1/not/withn",
        "/all/1/not/where/attribute",
        "/all/2/any/0/in/0",
        "/all/2/any/0/in/1",
        "/all/2/any/1/is",
    ]


def test_below_a_misspelled_word_problems_are_told_at_their_places() -> None:
    where = {
        "al": [a("contry", **{"is": "DE"}), {"atribute": "born", "within_last": "5m"}, {"evnt": "order", "withn": "5d"}]
    }
    assert [pointer for pointer, _ in problems_of(where)] == [
        "/al",
        "/al/0/attribute",
        "/al/1/atribute",
        "/al/1/within_last",
        "/al/2/evnt",
        "/al/2/withn",
    ]


def test_sixteen_conditions_deep_is_allowed() -> None:
    assert problems_of(nested(15, COUNTRY)) == []
    assert problems_of(nested(14, e(where=a("city", **{"is": "x"})))) == []


def test_a_thousand_conditions_are_allowed() -> None:
    assert problems_of({"any": [COUNTRY] * 999}) == []


def test_ten_thousand_values_of_a_thousand_characters_are_allowed() -> None:
    assert problems_of(a("country", **{"in": ["x"] * 10_000})) == []
    assert problems_of(a("country", **{"is": "x" * 1000})) == []
