"""Order of references, stages and columns of a plan."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from jobs.catalog.model import Catalog, Column, Lookup, Source
from jobs.catalog.types import INTEGER, TIMESTAMP, ColumnType
from jobs.language.atoms import (
    Aggregate,
    AllOf,
    Compare,
    Computed,
    ContactColumn,
    Everyone,
    Formula,
    InSegment,
    Keep,
    Last,
    Meaning,
    Pair,
    Quantile,
    RowColumn,
    Rows,
    Span,
    Spans,
    Words,
)
from jobs.plan.clock import make_clock
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Plan
from jobs.syntax.durations import Duration
from jobs.syntax.literals import Moment
from jobs.syntax.zones import zone_transitions

TEXT = ColumnType("text")
MONEY = ColumnType("decimal", 12, 2)
CATALOG = Catalog(
    {
        "contacts": Source("contacts", "contacts", {"country": Column("country", TEXT)}),
        "order": Source(
            "order",
            "events",
            {"amount": Column("amount", MONEY), "product_id": Column("product_id", TEXT)},
            lookups={"product": Lookup("product", "product", "product_id")},
            time="ordered_at",
            keep=Duration(3, "y"),
        ),
        "product": Source("product", "lookup", {"category": Column("category", TEXT)}, key=("product_id",)),
    }
)
CLOCK = make_clock(Moment(datetime(2026, 11, 24)), zone_transitions("UTC"))
COUNTRY = Compare(ContactColumn("contacts", "country", TEXT), Words("in", ("DE",)))
REVENUE = Computed(
    "smart", "revenue", MONEY, Aggregate(Rows("order"), "sum", RowColumn("amount", MONEY), MONEY)
)  # fmt: skip
FIFTH = Computed("smart", "fifth", INTEGER, Quantile(REVENUE, 5))
BEST = Compare(FIFTH, Spans((Span(5, 5),)))


def plan(*segments: tuple[str, Formula, Keep | None]) -> Plan:
    return make_plan((Meaning(id_, Everyone(), where, keep) for id_, where, keep in segments), CATALOG, CLOCK)


def test_referenced_segments_come_first_whatever_their_names() -> None:
    found = plan(("a", InSegment("b"), None), ("b", InSegment("c"), None), ("c", COUNTRY, None))
    assert [meaning.id for meaning in found.segments] == ["c", "b", "a"]


def test_without_quantile_and_keep_there_is_one_pass() -> None:
    found = plan(("a", COUNTRY, None), ("b", InSegment("a"), None))
    assert [stage.segments for stage in found.stages] == [("a", "b")]


def test_a_quantile_needs_a_pass_before_what_uses_it() -> None:
    found = plan(("best", BEST, None), ("here", COUNTRY, None))
    assert [stage.segments for stage in found.stages] == [("here",), ("best",)]
    assert [len(stage.quantiles) for stage in found.stages] == [1, 0]


def test_a_kept_segment_is_final_one_pass_after_its_cut_and_its_users_with_it() -> None:
    top = Keep(10, None, REVENUE)
    found = plan(("top", COUNTRY, top), ("user", InSegment("top"), None), ("top_of_top", InSegment("top"), top))
    assert [stage.keeps for stage in found.stages] == [("top",), ("top_of_top",), ()]
    assert [stage.segments for stage in found.stages] == [(), ("top", "user"), ("top_of_top",)]


def test_a_quantile_over_kept_segments_members_waits_for_both() -> None:
    found = plan(("half", BEST, Keep(None, Decimal(50), None, seed="s")))
    assert [stage.keeps for stage in found.stages] == [(), ("half",), ()]


def test_a_quantile_beside_a_row_is_cut_before_the_rows_are_asked() -> None:
    cheap = Pair(RowColumn("amount", MONEY), "less_than", FIFTH)
    found = plan(("a", Compare(Aggregate(Rows("order", cheap), "count", None, INTEGER), Spans((Span(1, None),))), None))
    assert [(len(stage.quantiles), stage.segments) for stage in found.stages] == [(1, ()), (0, ("a",))]


def test_columns_are_those_that_conditions_over_contacts_and_rows_name() -> None:
    dear = Pair(RowColumn("product.category", TEXT), "is", ContactColumn("contacts", "country", TEXT))
    late = Compare(RowColumn("ordered_at", TIMESTAMP), Spans((Span(0, None),)))
    rows = Rows("order", AllOf((dear, late)), Last(Duration(30, "d")))
    found = plan(("a", Compare(Aggregate(rows, "count", None, INTEGER), Spans((Span(1, None),))), None))
    assert found.columns == {"contacts": {"country"}, "order": {"product.category"}}


def test_rows_older_than_the_source_keeps_are_cut_at_midnight() -> None:
    expected = Moment(datetime(2023, 11, 24)).utc_us(CLOCK.zone)
    assert plan(("a", COUNTRY, None)).keep_cut_us == {"order": expected}
