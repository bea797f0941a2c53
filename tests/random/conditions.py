"""A strategy for every condition word, over contacts and over rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.meaning import words
from tests.random import aggregates
from tests.random.literals import DURATIONS, HOURS, a_day, a_pair, calendar_window, wanted
from tests.random.moments import Moment
from tests.random.world import CONTACT, EVENTS, RELATED, ROW, SOURCES, Named

Condition = dict[str, Any]
Strategy = st.SearchStrategy[Condition]
NUMERIC = {"integer", "decimal", "float"}


@dataclass(frozen=True)
class Around:
    """What a condition may speak of: the moment, the segments and lists there are, how deep it may still go."""

    moment: Moment
    segments: tuple[str, ...] = ()
    lists: tuple[dict[str, Any], ...] = ()
    depth: int = 2

    @property
    def deeper(self) -> Around:
        return Around(self.moment, self.segments, self.lists, self.depth - 1)


def comparable(columns: Sequence[Named], column: Named, operator: str) -> list[Named]:
    """The columns that an operator may put beside this one."""
    kinds = NUMERIC if column.kind in NUMERIC else {column.kind}
    found = [other for other in columns if other.kind in kinds]
    if operator in ("is", "is_not"):
        found = [other for other in found if "float" not in (other.kind, column.kind)]
    return found


@st.composite
def comparison(draw: st.DrawFn, moment: Moment, columns: Sequence[Named], contact: bool) -> Condition:
    """`attribute` with any operator that its type has, over these columns; `contact` allows a contact's beside it."""
    kinds = {column.kind for column in columns}
    kind, operator = draw(st.sampled_from([pair for pair in words.pairs() if pair[0] in kinds]))
    column = draw(st.sampled_from([column for column in columns if column.kind == kind]))
    if (kind, operator) in words.column_pairs() and draw(st.integers(0, 2)) == 0:
        if contact and draw(st.booleans()):
            other = {"contact": draw(st.sampled_from(comparable(CONTACT, column, operator))).path}
        else:
            other = {"attribute": draw(st.sampled_from(comparable(columns, column, operator))).path}
        return {"attribute": column.path, operator: other}
    return {"attribute": column.path, operator: draw(wanted(kind, operator, moment, column.values))}


def attribute(around: Around) -> Strategy:
    return comparison(around.moment, CONTACT, False)


@st.composite
def row_where(draw: st.DrawFn, moment: Moment, source: str, depth: int = 1) -> Condition:
    """A condition over a row: `all`, `any`, `not`, `attribute`."""
    word = draw(st.sampled_from(["attribute", "attribute", "all", "any", "not"])) if depth else "attribute"
    inner = row_where(moment, source, depth - 1)
    if word in ("all", "any"):
        return {word: draw(st.lists(inner, min_size=1, max_size=3))}
    return {"not": draw(inner)} if word == "not" else draw(comparison(moment, ROW[source], True))


def window(moment: Moment) -> st.SearchStrategy[Any]:
    """The four forms of `within`; one in thirteen lies wholly in the future, whose rows do not exist."""
    days = a_pair(a_day(moment)).map(lambda both: {"from": both[0], "to": both[1]})
    ago = a_pair(st.sampled_from([0, 0, 1, 6, 7, 30, 89, 90, 400])).map(lambda both: {"days_ago": both})
    future = st.just({"from": moment.days[2].isoformat(), "to": "2031-06-15"})
    lasting = st.sampled_from(DURATIONS + HOURS)
    return st.sampled_from([lasting] * 4 + [days] * 3 + [ago] * 2 + [calendar_window()] * 3 + [future]).flatmap(
        lambda form: form
    )


@st.composite
def rows(draw: st.DrawFn, around: Around, word: str, sources: list[str]) -> Condition:
    source = draw(st.sampled_from(sources))
    condition: Condition = {word: source}
    if draw(st.booleans()):
        condition["where"] = draw(row_where(around.moment, source))
    if word == "event" and draw(st.booleans()):
        condition["within"] = draw(window(around.moment))
    return {**condition, **draw(aggregates.aggregate(around.moment, source, word == "event"))}


def event(around: Around) -> Strategy:
    return rows(around, "event", EVENTS)


def related(around: Around) -> Strategy:
    return rows(around, "related", RELATED)


GAPS = ["1h", "24h", "25h", "2d", "7d", "30d", "1w", "13w"]


def shared(first: str, second: str) -> list[str]:
    """The columns that two sources have in common, of one type, and that have an equality; their times apart."""
    own = {column.path: column.kind for column in ROW[first]}
    times = {SOURCES[first]["time"], SOURCES[second]["time"]}
    return [
        column.path
        for column in ROW[second]
        if own.get(column.path) == column.kind
        and column.kind not in ("float", "choices", "point")
        and column.path not in times
    ]


@st.composite
def sequence(draw: st.DrawFn, around: Around) -> Condition:
    steps: list[Condition] = []
    for place in range(draw(st.integers(2, 4))):
        step: Condition = {"event": draw(st.sampled_from(EVENTS))}
        if draw(st.integers(0, 2)) == 0:
            step["where"] = draw(row_where(around.moment, step["event"], 0))
        if place and draw(st.booleans()):
            step["after_at_most"] = draw(st.sampled_from(GAPS))
        common = shared(steps[-1]["event"], step["event"]) if place else []
        if common and draw(st.integers(0, 2)) == 0:
            step["same"] = draw(st.lists(st.sampled_from(common), min_size=1, max_size=2, unique=True))
        steps.append(step)
    if draw(st.booleans()):
        steps[-1] = {**steps[-1], "after_at_most": draw(st.sampled_from(GAPS)), "absent": True}
    within = {"within": draw(window(around.moment))} if draw(st.booleans()) else {}
    return {"sequence": steps, **within}


def segment(around: Around) -> Strategy:
    names = around.segments or ("nobody",)
    return st.sampled_from(names).map(lambda name: {"segment": name})


def on_list(around: Around) -> Strategy:
    return st.sampled_from(around.lists)


def sample(_: Around) -> Strategy:
    shares = a_pair(st.sampled_from([0, 5, 10, 33, 50, 75, 100])).filter(lambda pair: pair[0] < pair[1])
    return st.builds(
        lambda share, seed: {"sample": {"share": share, "seed": seed}}, shares, st.sampled_from(["a", "b2", "ü"])
    )


def everyone(_: Around) -> Strategy:
    return st.just({"everyone": True})


def all_of(around: Around) -> Strategy:
    return st.lists(condition(around.deeper), min_size=1, max_size=3).map(lambda children: {"all": children})


def any_of(around: Around) -> Strategy:
    return st.lists(condition(around.deeper), min_size=1, max_size=3).map(lambda children: {"any": children})


def not_of(around: Around) -> Strategy:
    return condition(around.deeper).map(lambda child: {"not": child})


CONDITIONS: dict[str, Callable[[Around], Strategy]] = {
    "all": all_of,
    "any": any_of,
    "not": not_of,
    "everyone": everyone,
    "attribute": attribute,
    "event": event,
    "related": related,
    "sequence": sequence,
    "segment": segment,
    "list": on_list,
    "sample": sample,
}
"""Word → the strategy of its conditions. A word of the language without a line here fails a test."""

NESTING = ["all", "any", "not"]
LEAVES = ["attribute"] * 5 + ["event"] * 5 + ["related", "sequence", "sequence", "segment", "list", "sample"]


def condition(around: Around) -> Strategy:
    """Any condition; the heavier words more often, everyone left to the spec."""
    pool = LEAVES + (NESTING * 2 if around.depth > 0 else [])
    if not around.segments:
        pool = [word for word in pool if word != "segment"]
    return st.sampled_from(pool).flatmap(lambda word: CONDITIONS[word](around))
