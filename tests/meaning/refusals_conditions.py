"""Specs refused for a condition on the contact: keys, operators, literals, and whoever would be a member by accident."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.meaning.refusals import Refusal, event, refused
from tests.meaning.tables import anyone


def of(attribute: str, **operator: Any) -> dict[str, Any]:
    return {"attribute": attribute, **operator}


def duration(text: Any) -> dict[str, Any]:
    return of("seen", within_last=text)


def polygon(*ring: list[Any]) -> dict[str, Any]:
    return of("home", inside={"type": "Polygon", "coordinates": [list(ring)]})


def near(**circle: Any) -> dict[str, Any]:
    return of("home", within_radius={"latitude": 0, "longitude": 0, "km": 1, **circle})


def share(low: int, high: int) -> dict[str, Any]:
    return {"sample": {"share": [low, high], "seed": "s"}}


SHARE = {"share": [0, 10], "seed": "s"}

DURATIONS: dict[str, Any] = {
    "zero": "0d",
    "years": "51y",
    "months": "601mo",
    "days": "18301d",
    "weeks": "2651w",
    "hours": "439201h",
    "bare": "90",
    "unit_alone": "d",
    "fraction": "1.5d",
    "negative": "-1d",
    "number": 30,
    "unknown_unit": "3m",
}

LONGEST = {"years": "50y", "months": "600mo", "days": "18300d", "weeks": "2650w", "hours": "439200h"}

SHAPES = [
    refused(
        "unknown_operator",
        {"all": [of("born", wihtin_last="30d")]},
        "/where/all/0/wihtin_last",
        "within_last",
        exact=True,
    ),
    refused("unknown_condition", {"atribute": "n", "is": 1}, "/where", "attribute"),
    refused("two_operators", of("n", at_least=1, at_most=5), "/where", exact=True),
    refused("no_operator", of("n"), "/where", exact=True),
    refused("two_conditions", {"everyone": True, "segment": "x"}, "/where"),
    refused("empty_where", {}, "/where", exact=True),
    refused("where_is_a_list", [of("n", **{"is": 1})], "/where"),
    refused("all_of_nothing", {"all": []}, "/where/all", exact=True),
    refused("any_of_nothing", {"any": []}, "/where/any", exact=True),
    refused("all_of_one_object", {"all": of("n", **{"is": 1})}, "/where/all"),
    refused("not_of_a_list", {"not": [of("n", **{"is": 1})]}, "/where/not"),
    refused("everyone_false", {"everyone": False}, "/where/everyone"),
    refused("unknown_attribute", of("contry", **{"is": "DE"}), "/where/attribute", "country"),
    refused("unknown_source", of("loyality.points", **{"is": 1}), "/where/attribute", "loyalty"),
    refused("unknown_column_of_source", of("loyalty.point", **{"is": 1}), "/where/attribute", "points"),
    refused("contacts_named", of("contacts.country", **{"is": "DE"}), "/where/attribute", "country"),
    refused("column_of_events", of("order.amount", at_least=1), "/where/attribute"),
    refused("attribute_not_text", of("n", **{"is": 1}) | {"attribute": 5}, "/where/attribute"),
]

LITERALS = [
    refused("empty_list", of("country", **{"in": []}), "/where/in", exact=True),
    refused("empty_text", of("country", **{"is": ""}), "/where/is", "is_empty"),
    refused("empty_text_contains", of("country", contains=""), "/where/contains", "is_empty"),
    refused("empty_text_in_list", of("country", **{"in": ["DE", ""]}), "/where/in/1", "is_empty"),
    refused("between_turned", of("n", between=[5, 1]), "/where/between"),
    refused("between_turned_dates", of("born", between=["2026-02-01", "2026-01-01"]), "/where/between"),
    refused("between_turned_versions", of("app", between=["4.12", "4.9"]), "/where/between"),
    refused("between_turned_instants", of("seen", between=["2026-01-02T00:00", "2026-01-01"]), "/where/between"),
    refused("between_one", of("n", between=[1]), "/where/between"),
    refused("between_three", of("n", between=[1, 2, 3]), "/where/between"),
    refused("number_as_text", of("n", **{"is": "5"}), "/where/is"),
    refused("text_as_number", of("country", **{"is": 5}), "/where/is"),
    refused("boolean_as_text", of("opt_in", **{"is": "true"}), "/where/is"),
    refused("boolean_as_number", of("opt_in", **{"is": 1}), "/where/is"),
    refused("number_as_boolean", of("n", **{"is": True}), "/where/is"),
    refused("null", of("country", **{"is": None}), "/where/is"),
    refused("is_empty_text", of("country", is_empty="yes"), "/where/is_empty"),
    refused("outside_the_values", of("tier", **{"is": "golt"}), "/where/is", "gold"),
    refused("outside_the_values_in_list", of("tier", **{"in": ["gold", "golt"]}), "/where/in/1", "gold"),
    refused("outside_the_values_of_choices", of("tags", has_any=["sales"]), "/where/has_any/0", "sale"),
    refused("choices_without_list", of("tags", has_any="sale"), "/where/has_any"),
    refused("version_with_suffix", of("app", at_least="4.9-beta"), "/where/at_least"),
    refused("version_with_hole", of("app", at_least="4..9"), "/where/at_least"),
    refused("version_as_number", of("app", at_least=Decimal("4.9")), "/where/at_least"),
    refused("date_not_iso", of("born", on="24.11.2026"), "/where/on"),
    refused("date_short", of("born", on="2026-1-5"), "/where/on"),
    refused("date_not_there", of("born", on="2026-02-30"), "/where/on"),
    refused("instant_on_a_date", of("born", on="2026-11-24T10:00"), "/where/on"),
    refused("instant_with_a_blank", of("seen", on="2026-11-24 10:00"), "/where/on"),
    refused("instant_too_fine", of("seen", on="2026-11-24T10:00:00.1234567"), "/where/on"),
    refused("number_too_great", of("amt", at_most=Decimal("1E+40")), "/where/at_most"),
    refused("number_a_bomb", of("amt", at_most=Decimal("1E+999999999")), "/where/at_most"),
    refused("number_too_long", of("amt", at_most=Decimal("0." + "1" * 41)), "/where/at_most"),
    refused("text_too_long", of("country", **{"is": "x" * 1001}), "/where/is"),
    refused("list_too_long", of("n", **{"in": list(range(10_001))}), "/where/in"),
    refused(
        "lone_surrogate",
        None,
        "",
        text='{"version": 1, "id": "lone_surrogate", "name": "x", "where": {"attribute": "country", "is": "\\ud800"}}',
    ),
]

OPERATORS = [
    refused("contains_of_a_number", of("n", contains="5"), "/where/contains"),
    refused("less_than_of_a_text", of("country", less_than="M"), "/where/less_than"),
    refused("contains_of_a_choice", of("tier", contains="gold"), "/where/contains"),
    refused("is_of_choices", of("tags", **{"is": "sale"}), "/where/is"),
    refused("is_of_a_float", of("score", **{"is": 1}), "/where/is"),
    refused("is_not_of_a_float", of("score", is_not=1), "/where/is_not"),
    refused("in_of_a_float", of("score", **{"in": [1]}), "/where/in"),
    refused("not_in_of_a_float", of("score", not_in=[1]), "/where/not_in"),
    refused("is_of_a_date", of("born", **{"is": "2026-11-24"}), "/where/is"),
    refused("is_not_of_a_boolean", of("opt_in", is_not=True), "/where/is_not"),
    refused("in_of_a_boolean", of("opt_in", **{"in": [True]}), "/where/in"),
    refused("is_of_a_point", of("home", **{"is": "x"}), "/where/is"),
    refused("hour_of_a_date", of("born", hour_between=[8, 12]), "/where/hour_between"),
    refused("anniversary_of_a_timestamp", of("seen", anniversary_within_next="7d"), "/where/anniversary_within_next"),
    refused("hours_of_a_date", of("born", within_last="24h"), "/where/within_last"),
    refused("hours_over_midnight", of("seen", hour_between=[22, 6]), "/where/hour_between"),
    refused("hours_equal", of("seen", hour_between=[8, 8]), "/where/hour_between"),
    refused("hours_beyond_24", of("seen", hour_between=[8, 25]), "/where/hour_between"),
    refused("hours_with_fraction", of("seen", hour_between=[Decimal("8.5"), 9]), "/where/hour_between"),
    refused("weekday_unknown", of("born", weekday_in=["sunday"]), "/where/weekday_in/0", "sun"),
    refused("weekday_none", of("born", weekday_in=[]), "/where/weekday_in", exact=True),
    refused("month_thirteen", of("born", month_in=[13]), "/where/month_in/0"),
    refused("day_zero", of("born", day_of_month_in=[0]), "/where/day_of_month_in/0"),
    refused("day_thirty_two", of("born", day_of_month_in=[32]), "/where/day_of_month_in/0"),
    refused("anniversary_in_months", of("born", anniversary_within_next="1mo"), "/where/anniversary_within_next"),
    refused("anniversary_too_far", of("born", anniversary_within_next="184d"), "/where/anniversary_within_next"),
    refused("anniversary_weeks_too_far", of("born", anniversary_within_last="27w"), "/where/anniversary_within_last"),
    refused("days_ago_of_a_number", of("n", days_ago={"is": 1}), "/where/days_ago"),
    refused(
        "days_ago_two_operators", of("born", days_ago={"at_least": 1, "at_most": 2}), "/where/days_ago", exact=True
    ),
    refused(
        "days_ago_unknown_operator",
        of("born", days_ago={"atleast": 1}),
        "/where/days_ago/atleast",
        "at_least",
        exact=True,
    ),
    refused("days_ago_bare", of("born", days_ago=5), "/where/days_ago"),
    refused("days_ago_is_empty", of("born", days_ago={"is_empty": True}), "/where/days_ago"),
    *[refused(f"duration_{name}", duration(text), "/where/within_last") for name, text in DURATIONS.items()],
    refused("radius_zero", near(km=0), "/where/within_radius"),
    refused("radius_negative", near(km=-1), "/where/within_radius"),
    refused("radius_latitude", near(latitude=91), "/where/within_radius"),
    refused(
        "radius_missing_km",
        of("home", within_radius={"latitude": 0, "longitude": 0}),
        "/where/within_radius",
        exact=True,
    ),
    refused("polygon_unclosed", polygon([0, 0], [1, 0], [1, 1], [0, 1]), "/where/inside"),
    refused("polygon_latitude", polygon([0, 0], [1, 0], [1, 91], [0, 0]), "/where/inside"),
    refused("polygon_short", polygon([0, 0], [1, 0], [0, 0]), "/where/inside"),
    refused("polygon_type", of("home", inside={"type": "Point", "coordinates": [0, 0]}), "/where/inside"),
]

COLUMNS = [
    refused("column_of_another_type", of("country", **{"is": {"attribute": "n"}}), "/where/is"),
    refused("column_text_and_choice", of("country", **{"is": {"attribute": "tier"}}), "/where/is"),
    refused("column_date_and_timestamp", of("born", before={"attribute": "seen"}), "/where/before"),
    refused("column_unknown", of("n", **{"is": {"attribute": "nn"}}), "/where/is", "n"),
    refused("column_float_is", of("n", **{"is": {"attribute": "score"}}), "/where/is"),
    refused("column_float_is_not", of("amt", is_not={"attribute": "score"}), "/where/is_not"),
    refused("column_in_a_list", of("n", **{"in": [{"attribute": "n"}]}), "/where/in"),
    refused("column_between", of("n", between=[0, {"attribute": "n"}]), "/where/between"),
    refused("column_contains", of("country", contains={"attribute": "nick"}), "/where/contains"),
    refused("column_in_days_ago", of("born", days_ago={"is": {"attribute": "n"}}), "/where/days_ago"),
    refused("column_in_count", event(count={"at_least": {"attribute": "n"}}), "/where/count"),
    refused("column_in_sum", event(sum={"of": "amount", "at_least": {"contact": "amt"}}), "/where/sum"),
    refused("contact_outside_a_row", of("country", **{"is": {"contact": "nick"}}), "/where/is"),
    refused("column_of_choices", of("tags", **{"is": {"attribute": "tags"}}), "/where/is"),
]

BY_ACCIDENT = [
    refused("accident_not", {"not": event()}, "/where", "everyone"),
    refused("accident_count", event(count={"at_most": 5}), "/where", "everyone"),
    refused("accident_is_empty", of("country", is_empty=True), "/where", "everyone"),
    refused("accident_sum", event(sum={"of": "amount", "less_than": 100}), "/where", "everyone"),
    refused("accident_sum_is_zero", event(sum={"of": "amount", "at_least": 0}), "/where", "everyone"),
    refused("accident_days", event(days={"is": 0}), "/where", "everyone"),
    refused("accident_distinct", event(distinct={"of": "sku", "at_most": 0}), "/where", "everyone"),
    refused("accident_groups", event(per="sku", count={"is": 0}), "/where", "everyone"),
    refused("accident_latest", event(latest={"of": "sku", "is_empty": True}), "/where", "everyone"),
    refused("accident_any", {"any": [of("country", **{"is": "DE"}), {"not": event()}]}, "/where", "everyone"),
    refused("accident_sequence", {"not": {"sequence": [{"event": "view"}, {"event": "order"}]}}, "/where", "everyone"),
    refused("accident_list", {"not": {"list": "news"}}, "/where", "everyone"),
    refused("accident_sample", {"sample": SHARE}, "/where", "everyone"),
    refused("accident_not_sample", {"not": {"sample": SHARE}}, "/where", "everyone"),
    refused("accident_computed", of("insight.orders", **{"is": 0}), "/where", "everyone"),
    refused("accident_quantile", of("insight.group", **{"is": 1}), "/where", "everyone"),
    refused("accident_computed_empty", of("insight.last_at", is_empty=True), "/where", "everyone"),
    refused("accident_not_not", {"not": {"not": {"not": event()}}}, "/where", "everyone"),
    refused("accident_not_is_empty", {"not": of("country", is_empty=False)}, "/where", "everyone"),
]

ACCEPTED: list[tuple[str, Any]] = [
    ("unknown_is_not_yes", of("country", is_not="DE")),
    ("not_of_unknown", {"not": of("country", **{"is": "DE"})}),
    ("all_with_a_known_one", {"all": [of("country", **{"is": "DE"}), {"not": event()}]}),
    ("not_everyone", {"not": {"everyone": True}}),
    ("everyone_deep_inside", {"any": [{"not": event()}, {"all": [{"everyone": True}, of("n", **{"is": 1})]}]}),
    ("sample_of_the_known", {"all": [{"sample": SHARE}, of("country", is_empty=False)]}),
    ("average_of_nobody", event(average={"of": "amount", "less_than": 5})),
    ("not_average_of_nobody", {"not": event(average={"of": "amount", "at_least": 5})}),
    ("quantile_of_the_missing", of("insight.debt_group", **{"is": 1})),
    ("quantile_high", of("insight.group", **{"is": 5})),
    ("column_with_itself", of("n", **{"is": {"attribute": "n"}})),
    ("accident_with_everyone", anyone({"not": event()})),
    *[(f"longest_{unit}", of("seen", within_last=text)) for unit, text in LONGEST.items()],
    ("thousand_conditions", {"any": [of("n", **{"is": n}) for n in range(999)]}),
    ("thousand_characters", of("country", **{"is": "😀" * 1000})),
    ("ten_thousand_values", of("n", **{"in": list(range(10_000))})),
    ("forty_digits", of("amt", at_least=Decimal("1" * 40))),
    (
        "samples_that_exclude_each_other",
        {"all": [share(0, 5), share(5, 9)]},
    ),
    ("hours_of_the_whole_day", of("seen", hour_between=[0, 24])),
    ("anniversary_of_half_a_year", of("born", anniversary_within_last="183d")),
    ("count_zero_and_event", {"all": [event(), event(where=of("items", **{"is": 7}), count={"is": 0})]}),
]
"""Conditions that a contact without data does not satisfy, or that say `everyone`: these are good."""

CONDITIONS: list[Refusal] = [*SHAPES, *LITERALS, *OPERATORS, *COLUMNS, *BY_ACCIDENT]
