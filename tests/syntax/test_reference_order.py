"""References first, and every cycle: by graphlib, held against small graphs whose answer can be seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobs.syntax.reference_order import TOLD, in_order, pairs, way_round

NAMES = "abcdefgh"
GRAPHS = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4)).map(
    lambda refers: {name: [other for other in refers.get(name, []) if other in refers] for name in refers}
)


def on_a_cycle(refers: dict[str, list[str]], start: str) -> bool:
    """Whether a name is reached from itself: every way is walked."""
    reached: set[str] = set()
    waiting = list(refers[start])
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += refers[name]
    return start in reached


@given(GRAPHS)
def test_without_cycles_every_reference_comes_first_and_with_them_each_is_real(refers: dict[str, list[str]]) -> None:
    order, cycles = in_order(refers)
    assert sorted(order) == sorted(refers)
    told = {pair for cycle in cycles for pair in pairs(cycle)}
    assert all(other in refers[name] for name, other in told)
    assert sum(map(len, cycles)) == len(told), "a reference stands on one cycle at most"
    for name in refers:
        for other in refers[name]:
            assert (name, other) in told or order.index(other) < order.index(name)
    assert bool(cycles) == any(on_a_cycle(refers, name) for name in refers)
    assert {name for cycle in cycles for name in cycle} <= {name for name in refers if on_a_cycle(refers, name)}


def test_cycles_apart_from_each_other_are_all_told() -> None:
    refers = {"a": ["b"], "b": ["a"], "c": ["c"], "d": ["e", "a"], "e": ["f"], "f": ["d"], "g": ["d"]}
    _, cycles = in_order(refers)
    assert sorted(sorted(cycle) for cycle in cycles) == [["a", "b"], ["c"], ["d", "e", "f"]]


def test_a_cycle_is_told_from_where_one_stands() -> None:
    assert way_round(["a", "b", "c"], "b") == "b → c → a → b"
    assert way_round(list("abcdefgh"), "c") == "c → d → e → … → b → c"


def test_thousands_of_cycles_are_not_walked_one_by_one() -> None:
    refers = {f"s{number}": [f"s{number ^ 1}"] for number in range(2_000)} | {"alone": [], "above": ["alone"]}
    order, cycles = in_order(refers)
    assert len(cycles) == TOLD
    assert order.index("alone") < order.index("above")
    assert sorted(order) == sorted(refers)
