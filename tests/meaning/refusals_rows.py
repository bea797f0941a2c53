"""Specs refused for conditions over rows, sequences, references, keep, and for the file as a whole."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tests.meaning.refusals import Refusal, event, exactly, refused

COUNTRY: dict[str, Any] = {"attribute": "country", "is": "DE"}


def where(condition: Any) -> dict[str, Any]:
    return event(where=condition)


def steps(*following: dict[str, Any], first: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"sequence": [first or {"event": "view"}, *following]}


ROWS = [
    refused("event_unknown", {"event": "ordre"}, "/where/event", "order"),
    refused("event_is_related", {"event": "device"}, "/where/event"),
    refused("related_is_event", {"related": "order"}, "/where/related"),
    refused("event_is_attributes", {"event": "loyalty"}, "/where/event"),
    refused("two_aggregates", event(count={"is": 1}, days={"is": 1}), "/where", exact=True),
    refused("aggregate_two_operators", event(count={"at_least": 1, "at_most": 2}), "/where/count", exact=True),
    refused("aggregate_without_operator", event(sum={"of": "amount"}), "/where/sum", exact=True),
    refused("aggregate_without_of", event(sum={"at_least": 1}), "/where/sum", exact=True),
    refused("aggregate_unknown", event(total={"of": "amount", "at_least": 1}), "/where/total", exact=True),
    refused("count_of_rows", event(count="rows"), "/where/count"),
    refused("count_bare", event(count=5), "/where/count"),
    refused("count_is_empty", event(count={"is_empty": False}), "/where/count"),
    refused("first_is_empty", event(first={"is_empty": True}), "/where/first", "count"),
    refused("last_is_empty", event(last={"is_empty": False}), "/where/last", "count"),
    refused("maximum_is_empty", event(maximum={"of": "amount", "is_empty": True}), "/where/maximum", "count"),
    refused("sum_is_empty", event(sum={"of": "amount", "is_empty": True}), "/where/sum"),
    refused("average_is_empty", event(average={"of": "amount", "is_empty": True}), "/where/average"),
    refused("distinct_choices", event(distinct={"of": "labels", "at_least": 1}), "/where/distinct"),
    refused("distinct_point", event(distinct={"of": "spot", "at_least": 1}), "/where/distinct"),
    refused("distinct_float", event(distinct={"of": "rate", "at_least": 1}), "/where/distinct"),
    refused("latest_choices", event(latest={"of": "labels", "has_any": ["sale"]}), "/where/latest"),
    refused("latest_point", event(latest={"of": "spot", "is_empty": False}), "/where/latest"),
    refused("sum_of_text", event(sum={"of": "sku", "at_least": 1}), "/where/sum"),
    refused("sum_of_float", event(sum={"of": "rate", "at_least": 1}), "/where/sum"),
    refused("average_of_float", event(average={"of": "rate", "at_least": 1}), "/where/average"),
    refused("average_of_date", event(average={"of": "due", "on": "2026-01-01"}), "/where/average"),
    refused("minimum_of_text", event(minimum={"of": "sku", "is": "x"}), "/where/minimum"),
    refused("minimum_of_version", event(minimum={"of": "app", "at_least": "1"}), "/where/minimum"),
    refused("maximum_of_float_is", event(maximum={"of": "rate", "is": 1}), "/where/maximum"),
    refused("aggregate_of_unknown", event(sum={"of": "amout", "at_least": 1}), "/where/sum", "amount"),
    refused("related_within", {"related": "device", "within": "90d"}, "/where/within"),
    refused("related_days", {"related": "device", "days": {"is": 1}}, "/where/days"),
    refused("related_first", {"related": "device", "first": {"within_last": "1d"}}, "/where/first"),
    refused("related_latest", {"related": "device", "latest": {"of": "os", "is": "x"}}, "/where/latest"),
    refused("within_turned", event(within={"from": "2026-03-31", "to": "2026-01-01"}), "/where/within"),
    refused("within_only_from", event(within={"from": "2026-03-31"}), "/where/within"),
    refused("within_days_turned", event(within={"days_ago": [90, 30]}), "/where/within"),
    refused("within_days_negative", event(within={"days_ago": [-1, 30]}), "/where/within"),
    refused(
        "within_two_forms",
        event(within={"from": "2026-01-01", "to": "2026-01-02", "days_ago": [1, 2]}),
        "/where/within",
    ),
    refused("within_instant", event(within={"from": "2026-01-01T10:00", "to": "2026-01-02"}), "/where/within"),
    refused("within_number", event(within=90), "/where/within"),
    refused("where_event_inside", where({"event": "view"}), "/where/where"),
    refused("where_everyone_inside", where({"everyone": True}), "/where/where"),
    refused("where_segment_inside", where({"segment": "x"}), "/where/where"),
    refused("where_list_inside", where({"list": "news"}), "/where/where"),
    refused("where_sample_inside", where({"sample": {"share": [0, 1], "seed": "s"}}), "/where/where"),
    refused("where_contacts_column", where(COUNTRY), "/where/where/attribute"),
    refused("where_computed_column", where({"attribute": "insight.orders", "is": 1}), "/where/where/attribute"),
    refused("where_unknown_column", where({"attribute": "product.pric", "is": 1}), "/where/where/attribute", "price"),
    refused(
        "where_contact_unknown", where({"attribute": "sku", "is": {"contact": "cuntry"}}), "/where/where/is", "country"
    ),
    refused("where_unknown_key", where({"attribute": "sku", "si": "x"}), "/where/where/si", "is", exact=True),
    refused("per_float", event(per="rate"), "/where/per"),
    refused("per_choices", event(per="labels"), "/where/per"),
    refused("per_point", event(per=["sku", "spot"]), "/where/per"),
    refused("per_none", event(per=[]), "/where/per", exact=True),
    refused("per_unknown", event(per="sk"), "/where/per", "sku"),
    refused("per_beside_sum", event(per="sku", sum={"of": "amount", "at_least": 1}), "/where"),
    refused("having_without_per", event(having={"count": {"is": 1}}), "/where"),
    refused("having_latest", event(per="sku", having={"latest": {"of": "sku", "is": "x"}}), "/where/having"),
    refused("having_first", event(per="sku", having={"first": {"within_last": "1d"}}), "/where/having"),
    refused("having_two", event(per="sku", having={"count": {"is": 1}, "days": {"is": 1}}), "/where/having"),
    refused("having_none", event(per="sku", having={}), "/where/having"),
]

SEQUENCES = [
    refused("sequence_of_one", steps(), "/where/sequence"),
    refused("sequence_of_eleven", steps(*[{"event": "order"}] * 10), "/where/sequence"),
    refused(
        "gap_on_the_first",
        steps({"event": "order"}, first={"event": "view", "after_at_most": "1d"}),
        "/where/sequence/0",
    ),
    refused("absent_without_gap", steps({"event": "order", "absent": True}), "/where/sequence/1"),
    refused("absent_false", steps({"event": "order", "after_at_most": "1d", "absent": False}), "/where/sequence/1"),
    refused(
        "absent_not_last",
        steps({"event": "order", "after_at_most": "1d", "absent": True}, {"event": "view"}),
        "/where/sequence/1",
    ),
    refused("gap_in_months", steps({"event": "order", "after_at_most": "1mo"}), "/where/sequence/1/after_at_most"),
    refused("gap_in_years", steps({"event": "order", "after_at_most": "1y"}), "/where/sequence/1/after_at_most"),
    refused(
        "same_on_the_first", steps({"event": "order"}, first={"event": "view", "same": ["sku"]}), "/where/sequence/0"
    ),
    refused("same_of_two_types", steps({"event": "order", "same": ["items"]}), "/where/sequence/1/same"),
    refused("same_unknown", steps({"event": "order", "same": ["skus"]}), "/where/sequence/1/same", "sku"),
    refused("same_none", steps({"event": "order", "same": []}), "/where/sequence/1/same", exact=True),
    refused("same_only_one_has", steps({"event": "order", "same": ["amount"]}), "/where/sequence/1/same"),
    refused("step_related", steps({"related": "device"}), "/where/sequence/1"),
    refused("step_unknown_key", steps({"event": "order", "after": "1d"}), "/where/sequence/1/after", exact=True),
    refused("step_count", steps({"event": "order", "count": {"is": 1}}), "/where/sequence/1/count", exact=True),
]

REFERENCES = [
    refused("segment_unknown", {"segment": "gold"}, "/where/segment"),
    refused("segment_itself", {"segment": "segment_itself"}, "/where"),
    refused("list_unknown", {"list": "newz"}, "/where/list", "news"),
    refused("list_only_later", {"list": "future"}, "/where"),
    refused("list_date_not_there", {"list": "dated", "date": "2026-11-02"}, "/where"),
    refused("list_date_not_a_date", {"list": "dated", "date": "yesterday"}, "/where/date"),
    refused("share_empty", {"sample": {"share": [10, 10], "seed": "s"}}, "/where/sample/share"),
    refused("share_turned", {"sample": {"share": [20, 10], "seed": "s"}}, "/where/sample/share"),
    refused("share_negative", {"sample": {"share": [-1, 10], "seed": "s"}}, "/where/sample/share"),
    refused("share_over_100", {"sample": {"share": [0, 101], "seed": "s"}}, "/where/sample/share"),
    refused("sample_without_seed", {"sample": {"share": [0, 10]}}, "/where/sample", exact=True),
    refused("sensitive_without_approval", {"attribute": "income", "at_least": 1}, "", "approved_by"),
]


def file(called: str, pointer: str = "", says: str = "", /, **keys: Any) -> Refusal:
    """A spec that is refused for a key beside `where`."""
    return Refusal(called, 10, pointer=pointer, says=says, spec=keys)


def text(name: str, written: str, pointer: str = "", says: str = "") -> Refusal:
    """A file that is refused as it is written."""
    head = f'{{"version": 1, "id": "{name}", "name": "x", '
    return Refusal(name, 10, pointer=pointer, says=says, text=written.replace("HEAD", head))


FILES = [
    file("version_decimal", "/version", version=Decimal("1.0")),
    file("version_true", "/version", version=True),
    file("version_two", "/version", version=2),
    file("version_text", "/version", version="1"),
    exactly(file("version_missing", "", "version", version=None)),
    exactly(file("name_missing", "", "name", name=None)),
    exactly(file("id_missing", "", "id", id=None)),
    file("id_of_another_file", "/id", id="another"),
    file("id_with_capitals", "/id", id="Gold"),
    exactly(file("unknown_key", "/wher", "where", wher={})),
    file("publish_all", "/publish", publish="all"),
    exactly(file("keep_without_by", "/keep", "by", keep={"count": 5})),
    file("keep_by_text", "/keep/by", keep={"count": 5, "by": "country"}),
    file("keep_by_version", "/keep/by", keep={"count": 5, "by": "app"}),
    file("keep_by_choice", "/keep/by", keep={"count": 5, "by": "tier"}),
    file("keep_by_unknown", "/keep/by", "born", keep={"count": 5, "by": "borm"}),
    file("keep_lowest_random", "/keep", keep={"count": 5, "by": {"random": "s"}, "lowest": True}),
    file("keep_both", "/keep", keep={"count": 5, "percent": 5, "by": "n"}),
    file("keep_neither", "/keep", keep={"by": "n"}),
    file("keep_percent_zero", "/keep/percent", keep={"percent": 0, "by": "n"}),
    file("keep_percent_101", "/keep/percent", keep={"percent": 101, "by": "n"}),
    file("keep_count_fraction", "/keep/count", keep={"count": Decimal("2.5"), "by": "n"}),
    file("from_list_unknown", "/from", "news", **{"from": {"list": "newz"}}),
    file("from_segment_unknown", "/from", **{"from": {"segment": "gold"}}),
    file("from_both", "/from", **{"from": {"list": "news", "segment": "gold"}}),
    file("from_nothing", "/from", **{"from": {}}),
    exactly(file("expect_unknown", "/expect/atleast", "at_least", expect={"atleast": 1})),
    text("where_missing", 'HEAD"owner": "x"}', "", "where"),
    text("duplicate_key", 'HEAD"where": {"attribute": "n", "is": 1, "is": 2}}'),
    text("not_a_number", 'HEAD"where": {"attribute": "n", "is": NaN}}'),
    text("infinity", 'HEAD"where": {"attribute": "n", "is": Infinity}}'),
    text("trailing_comma", 'HEAD"where": {"attribute": "n", "is": 1,}}'),
    text("comment", 'HEAD"where": {"attribute": "n", "is": 1} /* one */}'),
    text("byte_order_mark", '\ufeffHEAD"where": {"attribute": "n", "is": 1}}'),
    text("leading_zero", 'HEAD"where": {"attribute": "n", "is": 01}}'),
    text("leading_plus", 'HEAD"where": {"attribute": "n", "is": +1}}'),
    text("empty_file", ""),
    text("a_list", "[]"),
    text("two_values", 'HEAD"where": {"attribute": "n", "is": 1}} {}'),
    text("hundred_thousand_brackets", "[" * 100_000),
    text("too_large", 'HEAD"description": "' + "x" * (256 * 1024) + '", "where": {"attribute": "n", "is": 1}}'),
]


def deep(levels: int) -> dict[str, Any]:
    return COUNTRY if levels == 1 else {"all": [deep(levels - 1)]}


LIMITS = [
    refused("seventeen_deep", deep(17), "/where"),
    refused(
        "rows_seventeen_deep",
        {"all": [event(where={"all": [json.loads(json.dumps(deep(15)).replace("country", "sku"))]})]},
    ),
    refused("too_many_conditions", {"any": [COUNTRY] * 1000}, ""),
]

ROW_REFUSALS: list[Refusal] = [*ROWS, *SEQUENCES, *REFERENCES, *FILES, *LIMITS]
