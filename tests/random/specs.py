"""Whole specs, many of one world: each may refer to those before it.

The strategies are drawn straight from a seeded stream, without Hypothesis's search: that one looks for small failures, and
three specs in four that it draws would say `text is`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.control import BuildContext
from hypothesis.errors import StopTest
from hypothesis.internal.conjecture.data import ConjectureData

from tests.meaning.tables import EVERYONE
from tests.random.conditions import Around, condition
from tests.random.moments import Moment, moments
from tests.random.world import CONTACT

Spec = dict[str, Any]
KEPT_BY = [column.path for column in CONTACT if column.kind in ("integer", "decimal", "float", "date", "timestamp")]

EARLIER = tuple(f"s{n}" for n in range(90))


def references(moment: Moment) -> tuple[dict[str, Any], ...]:
    """The lists there are, with and without a date."""
    dates = [moment.days[place].isoformat() for place in (0, 2, 3)]
    return ({"list": "plain"}, {"list": "dated"}, *({"list": "dated", "date": day} for day in dates))


@st.composite
def keep(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = draw(
        st.one_of(
            st.integers(1, 12).map(lambda count: {"count": count}),
            st.sampled_from([1, 10, Decimal("33.3"), 50, Decimal("0.1"), 100]).map(
                lambda percent: {"percent": percent}
            ),
        )
    )
    if draw(st.integers(0, 3)) == 0:
        return {**found, "by": {"random": draw(st.sampled_from(["a", "seed"]))}}
    lowest = {"lowest": True} if draw(st.booleans()) else {}
    return {**found, "by": draw(st.sampled_from(KEPT_BY)), **lowest}


@st.composite
def spec(draw: st.DrawFn, moment: Moment, plain: bool = False) -> Spec:
    """One spec without an id: said of everyone, or inside a list or a segment; a plain one has only its `where`."""
    around = Around(moment, EARLIER, references(moment))
    found: Spec = {"version": 1, "id": "", "name": "random"}
    how = "plain" if plain else draw(st.sampled_from(["everyone", "everyone", "everyone", "list", "segment"]))
    if how == "list":
        found["from"] = draw(st.sampled_from(references(moment)))
    elif how == "segment":
        found["from"] = {"segment": draw(st.sampled_from(EARLIER))}
    where = draw(condition(around))
    found["where"] = {"all": [EVERYONE, where]} if how == "everyone" else where
    if not plain and draw(st.integers(0, 4)) == 0:
        found["keep"] = draw(keep())
    return found


def numbered(specs: Sequence[Spec]) -> list[Spec]:
    """The specs with ids, their references turned to specs before them; the first refer to a list instead."""
    return [{**_turned(spec, number), "id": f"s{number}"} for number, spec in enumerate(specs)]


def _turned(value: Any, number: int) -> Any:
    match value:
        case {"segment": str(name), **others}:
            return {"segment": f"s{int(name[1:]) % number}", **others} if number else {"list": "plain"}
        case dict():
            return {key: _turned(inner, number) for key, inner in value.items()}
        case list():
            return [_turned(inner, number) for inner in value]
        case _:
            return value


@cache
def drawn(count: int, seed: int, plain: bool = False) -> dict[Moment, list[Spec]]:
    """So many specs, each with its moment, from a seeded stream; by moment, since a world has but one."""
    found: dict[Moment, list[Spec]] = {}
    for number in range(count):
        data = ConjectureData(random=Random(f"{seed}-{number}"))
        with BuildContext(data, wrapped_test=drawn), suppress(StopTest):  # a filter that found nothing
            moment = data.draw(moments)
            found.setdefault(moment, []).append(data.draw(spec(moment, plain)))
    return found


def batches(specs: Mapping[Moment, Sequence[Spec]], size: int) -> Iterator[tuple[Moment, list[Spec]]]:
    """The specs in worlds of at most so many."""
    for moment, all_of_it in specs.items():
        for start in range(0, len(all_of_it), size):
            yield moment, numbered(all_of_it[start : start + size])
