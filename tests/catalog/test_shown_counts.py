"""What is shown of numbers that hang on something sensitive, held against readers who know what every condition means.

Worlds are counts of people by their verdicts (t, f, u) on a few conditions: A is not sensitive, S and T are. Two readers:
one who only adds and subtracts, over random worlds; and one who knows the rule as well, over all small worlds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from jobs.catalog.shown_counts import ANY, AT_LEAST, Bounds, Branch, Shown, frequent, page, parts, share, vague, words

FEW = 3
"""Instead of 50, so that small worlds will do."""
Person = Mapping[str, str]
World = Sequence[tuple[Person, int]]
"""How many people of each class."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """A condition: one of A, S, T or its not ("-S"), or a tree of them."""

    leaf: str = ""
    joint: Literal["and", "or", ""] = ""
    children: tuple[Tree, ...] = ()

    @property
    def names(self) -> set[str]:
        return {self.leaf.removeprefix("-")} - {""} | {name for child in self.children for name in child.names}

    @property
    def sensitive(self) -> bool:
        return self.names != {"A"}

    def true(self, person: Person, assumed: bool | None = None) -> bool:
        """Whether it holds. `assumed`: sensitive leaves hold for everybody, or for nobody."""
        if self.children:
            holds = [child.true(person, assumed) for child in self.children]
            return all(holds) if self.joint == "and" else any(holds)
        if self.sensitive and assumed is not None:
            return assumed
        return person[self.leaf.removeprefix("-")] == ("f" if self.leaf.startswith("-") else "t")

    def count(self, world: World, assumed: bool | None = None) -> int:
        return sum(people for person, people in world if self.true(person, assumed))

    def bounds(self, world: World) -> Bounds | None:
        return Bounds(self.count(world, False), self.count(world, True)) if self.sensitive else None

    def branch(self, world: World) -> Branch:
        children = tuple(child.branch(world) for child in self.children)
        return Branch(self.count(world), self.bounds(world), self.joint, children)

    def walk(self) -> Iterator[Tree]:
        yield self
        for child in self.children:
            yield from child.walk()


def every(*children: Tree) -> Tree:
    return Tree("", "and", children)


def some(*children: Tree) -> Tree:
    return Tree("", "or", children)


A, NOT_A, S, NOT_S, T = map(Tree, ("A", "-A", "S", "-S", "T"))
OF_ONE = {
    "S": S,
    "not S": NOT_S,
    "A and S": every(A, S),
    "A without S": every(A, NOT_S),
    "A or S": some(A, S),
    "A or not S": some(A, NOT_S),
    "S alone in all": every(S),
}
FORMS = OF_ONE | {
    "S or its not": some(S, NOT_S),
    "S or T": some(S, T),
    "S and T": every(S, T),
    "A and (S or T)": every(A, some(S, T)),
    "(A and S) or T": some(every(A, S), T),
    "S where A, its not elsewhere": some(every(A, S), every(NOT_A, NOT_S)),
}


class Classes:
    """The classes that some conditions tell apart, and every group of them."""

    def __init__(self, names: set[str]) -> None:
        values = {name: "tfu" if name == "S" and "T" not in names else "tf" for name in sorted(names | {"A"})}
        self.people = [dict(zip(values, verdicts, strict=True)) for verdicts in product(*values.values())]
        self.groups = np.array(list(product((0, 1), repeat=len(self.people))))
        self.sides = [np.array([person["A"] == side for person in self.people]) for side in "tf"]
        self.plain = np.logical_and.reduce([(at := self.groups[:, s]).all(1) | ~at.any(1) for s in self.sides])

    def world(self, counts: Sequence[int]) -> World:
        return list(zip(self.people, counts, strict=True))

    def indicator(self, tree: Tree) -> list[int]:
        return [int(tree.true(person)) for person in self.people]

    def free(self, counts: Numbers) -> Numbers:
        """For each world and group how far its size hangs on the sensitive, A being known."""
        open_ = np.zeros((len(counts), len(self.groups)), np.int64)
        for side in self.sides:
            at = self.groups[:, side]
            open_ += counts[:, side].sum(1)[:, None] * (at.any(1) & ~at.all(1))
        return open_


# --- who adds and subtracts ----------------------------------------------------------------------------------------------


def told_by_sums(classes: Classes, counts: Sequence[int], exact: Sequence[Tree]) -> list[int]:
    """The sizes of the small groups that are a sum of exact numbers, how ever often each is taken; A's are all known."""
    rows = np.array([*classes.sides, *(classes.indicator(tree) for tree in exact)], float)
    away = np.eye(rows.shape[1]) - np.linalg.pinv(rows) @ rows
    reached = (np.abs(classes.groups @ away) < 1e-9).all(axis=1) & ~classes.plain
    sizes, free = classes.groups @ np.array(counts), classes.free(np.array([counts]))[0]
    return sizes[reached & (sizes < FEW) & (free > 0)].tolist()


def random_worlds(classes: Classes, seed: str) -> Iterator[list[int]]:
    """Half of them with one rare class, which is where numbers lie close to each other."""
    chosen = random.Random(seed)
    for number in range(400):
        counts = [chosen.choice((0, 1, 2, 3, 5, 8, 13, 21)) for _ in classes.people]
        if number % 2:
            counts = [count + 9 for count in counts]
            counts[chosen.randrange(len(counts))] = chosen.randrange(FEW)
        yield counts


@pytest.mark.parametrize("form", FORMS)
def test_no_sum_of_what_is_shown_of_a_whole_and_its_parts_is_a_small_group(form: str) -> None:
    tree, seen = FORMS[form], 0
    classes = Classes(tree.names)
    for counts in random_worlds(classes, form):
        shown = parts(tree.branch(classes.world(counts)), True, FEW)
        exact = [part for part, number in zip(tree.walk(), shown, strict=True) if isinstance(number, int)]
        assert told_by_sums(classes, counts, exact) == [], (counts, shown)
        seen += tree in exact
    assert seen > 20, "the whole is exact where nothing is small"


PAGES = {
    "A, and A without S": (A, every(A, NOT_S)),
    "S, and S in A": (S, every(A, S)),
    "S in A and elsewhere": (every(A, S), every(NOT_A, S)),
    "S, and S or T": (S, some(S, T)),
    "S, and T": (S, T),
    "S, and S without T": (S, every(S, Tree("-T"))),
    "S, and its not": (S, NOT_S),
}


@pytest.mark.parametrize("name", PAGES)
def test_no_sum_of_wholes_beside_each_other_is_a_small_group(name: str) -> None:
    trees, both = PAGES[name], 0
    classes = Classes({leaf for tree in trees for leaf in tree.names})
    for counts in random_worlds(classes, name):
        world = classes.world(counts)
        sizes = {str(number): tree.count(world) for number, tree in enumerate(trees)}
        bounds = {str(n): found for n, tree in enumerate(trees) if (found := tree.bounds(world)) is not None}
        shown = page(sizes, bounds, FEW)
        exact = [tree for number, tree in enumerate(trees) if isinstance(shown[str(number)], int)]
        assert told_by_sums(classes, counts, exact) == [], (counts, shown)
        both += len(exact) == len(trees)
    assert both > 20, "they are exact where nothing is small"


# --- who knows the rule as well ------------------------------------------------------------------------------------------


def small_worlds(classes: int, people: int) -> Numbers:
    """Every way to put up to so many people into the classes."""
    cuts = (np.diff([-1, *places]) - 1 for places in combinations(range(people + classes), classes))
    return np.array(list(cuts))


def told_by_the_rule(names: set[str], look: Callable[[World], Any], people: int = 10) -> list[str]:
    """The small groups that have one size in all worlds that look alike, the insensitive being the same in them."""
    classes = Classes(names)
    counts = small_worlds(len(classes.people), people)
    by_side = np.stack([counts[:, side].sum(1) for side in classes.sides])
    counts = counts[((by_side == 0) | (by_side >= FEW)).all(axis=0)]  # who picks a handful knows them
    alike: dict[Any, list[int]] = {}
    for number, row in enumerate(counts.tolist()):
        insensitive = tuple(int(counts[number, side].sum()) for side in classes.sides)
        alike.setdefault((insensitive, look(classes.world(row))), []).append(number)
    sizes, free = counts @ classes.groups.T, classes.free(counts)
    found: list[str] = []
    for shown, rows in alike.items():
        same = sizes[rows].min(axis=0) == sizes[rows].max(axis=0)
        found += [f"{shown}" for _ in np.flatnonzero(same & (sizes[rows[0]] < FEW) & (free[rows[0]] > 0))]
    return found


@pytest.mark.parametrize("form", OF_ONE)
@pytest.mark.parametrize("exact", [True, False])
def test_of_one_sensitive_condition_the_rule_itself_tells_nothing_more(form: str, exact: bool) -> None:
    tree = OF_ONE[form]
    assert told_by_the_rule(tree.names, lambda world: tuple(parts(tree.branch(world), exact, FEW))) == []


def test_both_readers_find_what_a_simpler_rule_would_tell() -> None:
    """Were a count only compared with 50 itself, A without S would give away how many of A are S."""
    without = every(A, NOT_S)

    def look(world: World) -> object:
        return "under" if without.count(world) < FEW else without.count(world)

    assert told_by_the_rule({"A", "S"}, look, people=6) != []
    assert told_by_sums(Classes({"A", "S"}), [1, 9, 0, 9, 9, 9], [without]) == [1]


@pytest.mark.parametrize("least", [0, 1, 49, 1000])
@pytest.mark.parametrize("room", [1, 2, 49, 50, 51, 52, 99, 100, 101, 300])
def test_words_for_a_number_stand_for_several(least: int, room: int) -> None:
    bounds = Bounds(least, least + room)
    numbers: dict[Shown, list[int]] = {}
    for count in range(least, least + room + 1):
        numbers.setdefault(vague(count, bounds), []).append(count)
    assert all(len(counts) > 1 for counts in numbers.values())
    assert all(
        count < least + AT_LEAST + 1 for word, counts in numbers.items() for count in counts if "under" in str(word)
    )


# --- what it looks like --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "bounds", "shown"),
    [
        (3, None, 3),  # nothing sensitive decides
        (0, Bounds(0, 1000), "under 50"),
        (49, Bounds(0, 1000), "under 50"),
        (50, Bounds(0, 1000), 50),
        (950, Bounds(0, 1000), 950),
        (951, Bounds(0, 1000), "50 or more"),  # 49 are out
        (1003, Bounds(1000, 5000), "under 1,050"),  # 1,000 are in anyway
        (1050, Bounds(1000, 5000), 1050),
        (3, Bounds(0, 5), "under 50"),
        (50, Bounds(0, 99), "50 or more"),
        (3, ANY, "under 50"),
    ],
)
def test_a_number_is_shown_where_both_groups_are_large(count: int, bounds: Bounds | None, shown: Shown) -> None:
    assert page({"a": count}, {} if bounds is None else {"a": bounds}) == {"a": shown}


def test_wholes_that_lie_close_to_each_other_are_both_vague() -> None:
    everybody = Bounds(0, 100_000)
    assert page({"a": 500, "b": 549, "c": 501}, {"a": everybody, "b": everybody}) == {
        "a": "50 or more",
        "b": "50 or more",
        "c": 501,
    }
    assert page({"a": 500, "b": 550}, {"a": everybody, "b": everybody}) == {"a": 500, "b": 550}
    assert page({"a": 500, "b": 99_480}, {"a": everybody, "b": everybody})["a"] == "50 or more"  # all but 20 are in one


def test_a_whole_is_exact_and_its_parts_are_vague() -> None:
    def of(whole: int, *below: int, plain: tuple[Branch, ...] = ()) -> list[Shown]:
        children = tuple(Branch(count, Bounds(0, 1000)) for count in below)
        return parts(Branch(whole, Bounds(0, 1000), "or", (*children, *plain)), exact=True)

    assert of(120, 110, 20, plain=(Branch(7),)) == [120, "50 or more", "under 50", 7]
    assert of(3, 1, 2) == ["under 50", "under 50", "under 50"]
    assert of(98, 49, 49) == [98, None, None]
    assert of(98, 98, 0) == [98, None, None], "which way it is, is not told either"
    assert of(105, 49, 49, plain=(Branch(7),)) == [105, None, None, 7]


def test_numbers_in_a_sentence() -> None:
    assert [words(1747), words("under 1,050"), words(None)] == ["1,747", "under 1,050", "None"]


def test_a_share_is_none_or_all_only_where_it_is_and_of_something_sensitive_in_words() -> None:
    assert [share(part, 1000) for part in (0, 1, 5, 500, 999, 1000)] == [0, 1, 1, 50, 99, 100]
    assert share(0, 0) is None
    assert [share(part, 1000, Bounds(0, 1000)) for part in (0, 49, 50, 1000)] == [
        "under 50",
        "under 50",
        *["50 or more"] * 2,
    ]


def test_words_that_few_contacts_have_are_not_told_and_none_of_what_is_sensitive() -> None:
    bearers = {"DE": 60, "AT": 50, "FR": 49}
    assert frequent(bearers, sensitive=False) == ["DE", "AT"]
    assert frequent(bearers, sensitive=True) == []
