"""A strategy for every aggregate word, with `per` and `having`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.meaning import words
from tests.random.literals import COUNTS, NUMBERS, numeric_condition, wanted
from tests.random.moments import Moment
from tests.random.world import ROW, Named

Part = st.SearchStrategy[dict[str, Any]]
SUMS = [*NUMBERS, 100, 200, 1000]
EXACT = {"integer", "decimal"}
EXTREMES = {*EXACT, "float", "date", "timestamp"}
EQUAL = {"text", "choice", "integer", "decimal", "version", "boolean", "date", "timestamp"}


def columns(source: str, kinds: set[str]) -> list[Named]:
    return [column for column in ROW[source] if column.kind in kinds]


def typed_operator(moment: Moment, column: Named, empty: bool) -> Part:
    """`{OP: v}` of a column's type; `is_empty` where it is allowed."""
    operators = [
        operator for kind, operator in words.pairs() if kind == column.kind and (empty or operator != "is_empty")
    ]
    return st.sampled_from(operators).flatmap(
        lambda operator: wanted(column.kind, operator, moment, column.values).map(lambda value: {operator: value})
    )


def of(source: str, kinds: set[str], condition: Callable[[Named], Part]) -> Part:
    """`{"of": column, OP: v}` over a column of one of these types."""
    return st.sampled_from(columns(source, kinds)).flatmap(
        lambda column: condition(column).map(lambda operator: {"of": column.path, **operator})
    )


AGGREGATES: dict[str, Callable[[Moment, str], Part]] = {
    "count": lambda moment, source: numeric_condition(COUNTS),
    "days": lambda moment, source: numeric_condition(COUNTS),
    "distinct": lambda moment, source: of(source, EQUAL, lambda _: numeric_condition(COUNTS)),
    "sum": lambda moment, source: of(source, EXACT, lambda _: numeric_condition(SUMS)),
    "average": lambda moment, source: of(source, EXACT, lambda _: numeric_condition(NUMBERS)),
    "minimum": lambda moment, source: of(source, EXTREMES, lambda column: typed_operator(moment, column, False)),
    "maximum": lambda moment, source: of(source, EXTREMES, lambda column: typed_operator(moment, column, False)),
    "first": lambda moment, source: typed_operator(moment, Named("", "timestamp"), False),
    "last": lambda moment, source: typed_operator(moment, Named("", "timestamp"), False),
    "latest": lambda moment, source: of(source, {*EQUAL, "float"}, lambda column: typed_operator(moment, column, True)),
}
"""Word → the strategy of what stands under it."""
EVENTS_ONLY = {"days", "first", "last", "latest"}


@st.composite
def aggregate(draw: st.DrawFn, moment: Moment, source: str, is_event: bool) -> dict[str, Any]:
    """Nothing, one aggregate, or groups."""
    allowed = [word for word in AGGREGATES if is_event or word not in EVENTS_ONLY]
    how = draw(st.sampled_from(["none", "one", "one", "one", "groups"]))
    if how == "none":
        return {}
    if how == "one":
        word = draw(st.sampled_from(allowed))
        return {word: draw(AGGREGATES[word](moment, source))}
    return draw(groups(moment, source, [word for word in allowed if word in words.HAVING]))


@st.composite
def groups(draw: st.DrawFn, moment: Moment, source: str, allowed: list[str]) -> dict[str, Any]:
    per = draw(st.lists(st.sampled_from([c.path for c in columns(source, EQUAL)]), min_size=1, max_size=2, unique=True))
    found: dict[str, Any] = {"per": per[0] if len(per) == 1 and draw(st.booleans()) else per}
    if draw(st.booleans()):
        word = draw(st.sampled_from(allowed))
        found["having"] = {word: draw(AGGREGATES[word](moment, source))}
    if draw(st.booleans()):
        found["count"] = draw(numeric_condition(COUNTS))
    return found
