"""The one way from a number of contacts to what people and programs are shown of it, where a sensitive column decides.

**What has to stay hidden.** Leave the sensitive conditions out: if they held for nobody, `least` contacts would be counted,
if they held for everybody, `most`. Both can be asked without anything sensitive, so take them as known. What a count then
tells is how many of those `most - least` contacts are in, and how many are out. Neither group may be told where it is
smaller than 50. (Of A without B, B sensitive, `most` is A; who is out is in B.)

**What is shown.** `exact` is the number itself, and only where both groups are 50 or more. Else it is vague: "under 50" or
"50 or more", counted from `least` ("under 1,050" where 1,000 are in anyway: adding contacts that one knows is no help).
Each of the two leaves more than one number possible.

**Several numbers beside each other.** The parts of a whole (`explain`) are vague, and only the whole may be exact, so there
is nothing to take from it; of true, false and unknown only the true is shown. Wholes on one page (`segments`) are exact
where their groups are 50 apart from those of every other one, for one may be a part of another. What is asked ad hoc is
vague: who may ask again, with a condition a little wider, would have the difference.

So no sum or difference of what is shown is the size of a small group. A range stays a range, and several ranges beside each
other can leave a narrow one. Numbers of different days are not set against each other, and the lake's tables hold what
they hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

AT_LEAST = 50
"""The smallest group of people that is published, or whose size is said, where a sensitive column decides."""

Shown = int | str | None
"""A number of contacts as it is shown, in tables and in JSON alike: itself, "under 50", "50 or more". None: not at all."""


@dataclass(frozen=True)
class Bounds:
    """What a count would be if its sensitive conditions held for nobody, and for everybody: `least` <= count <= `most`."""

    least: int
    most: int

    def groups(self, count: int) -> tuple[int, int]:
        """How many of those whom the sensitive decides are in, and how many are out."""
        return count - self.least, self.most - count

    def hides(self, count: int, at_least: int = AT_LEAST) -> bool:
        """Whether the number would tell the size of a group that is too small."""
        return self == ANY or min(self.groups(count)) < at_least

    def edge(self, at_least: int = AT_LEAST) -> int:
        """The first number that is told from the smaller ones: never `most` itself, which would stand alone."""
        edge = self.least + at_least
        return edge + 1 if edge == self.most else edge

    def vague(self, count: int, at_least: int = AT_LEAST) -> str:
        """The number in words that stand for several."""
        edge = self.edge(at_least)
        return f"under {edge:,}" if count < edge else f"{edge:,} or more"


ANY = Bounds(0, 1 << 62)
"""Where nobody has counted what the number would be without the sensitive: then it is never exact."""


def vague(count: int, bounds: Bounds | None) -> Shown:
    """What is asked ad hoc, and changes from day to day; the number itself where nothing sensitive decides (no bounds)."""
    return count if bounds is None else bounds.vague(count)


def page(counts: Mapping[str, int], bounds: Mapping[str, Bounds], at_least: int = AT_LEAST) -> dict[str, Shown]:
    """Wholes beside each other, by name; those without bounds hang on nothing sensitive."""
    groups = {name: bounds[name].groups(count) for name, count in counts.items() if name in bounds}
    large = [name for name in groups if not bounds[name].hides(counts[name], at_least)]

    def stands_apart(name: str) -> bool:
        pairs = (pair for other in large if other != name for pair in product(groups[name], groups[other]))
        return all(abs(mine - its) >= at_least for mine, its in pairs)

    exact = {name for name in large if stands_apart(name)}
    return {
        name: count if name not in bounds or name in exact else bounds[name].vague(count, at_least)
        for name, count in counts.items()
    }


@dataclass(frozen=True)
class Branch:
    """A part of one whole, and its own parts: all of them hold, or at least one does (`joint`). No bounds: not sensitive."""

    count: int
    bounds: Bounds | None = None
    joint: Literal["and", "or", ""] = ""
    children: tuple[Branch, ...] = ()

    def walk(self) -> Iterator[Branch]:
        """The branch and all below it, as they are read."""
        yield self
        for child in self.children:
            yield from child.walk()


def parts(whole: Branch, exact: bool, at_least: int = AT_LEAST) -> list[Shown]:
    """A whole and its parts in order. `exact`: the whole stands on a page of wholes as it is.

    Its sensitive parts are vague; they are not shown at all where they could pin each other at the ends of their ranges:
    98 contacts of whom two parts are "under 50" each would be 49 and 49.
    """
    as_it_is = whole.bounds is None or (exact and not whole.bounds.hides(whole.count, at_least))
    pinned = as_it_is and whole.bounds is not None and whole.count in _ends(whole, whole.count, at_least)

    def part(branch: Branch) -> Shown:
        if branch.bounds is None:
            return branch.count
        return None if pinned else branch.bounds.vague(branch.count, at_least)

    first = whole.count if as_it_is else part(whole)
    return [first, *(part(branch) for child in whole.children for branch in child.walk())]


MANY_ENDS = 10_000


def _ends(parts: Branch, limit: int, at_least: int) -> set[int]:
    """Every number up to a limit that a branch could have in one way only, by what is shown of its parts.

    It depends on nothing that is hidden: each part counts with both ranges that it could be shown as.
    """
    each = [_ends_of(child, limit, at_least) for child in parts.children]
    together = {0}
    for ends in each if parts.joint == "or" else ():
        together = {total + end for total in together for end in ends if total + end <= limit}
        if len(together) > MANY_ENDS:
            return {limit}
    return together.union(*each)


def _ends_of(branch: Branch, limit: int, at_least: int) -> set[int]:
    if branch.bounds is None:
        return {branch.count}
    edge = branch.bounds.edge(at_least)
    return {branch.bounds.least, edge - 1, edge, branch.bounds.most} | _ends(branch, limit, at_least)


def share(part: int, whole: int, bounds: Bounds | None = None) -> Shown:
    """How many per cent of a whole a part is; neither 0 nor 100 unless it is none or all. Where something sensitive decides,
    the part in words that stand for several numbers. None: of nothing."""
    if bounds is not None or not whole:
        return None if bounds is None else vague(part, bounds)
    return part if part == 0 else 100 if part == whole else min(99, max(1, round(100 * part / whole)))


def frequent(bearers: Mapping[str, int], sensitive: bool, at_least: int = AT_LEAST) -> list[str]:
    """The words that may be told of a column, of which each has so many contacts; of a sensitive one none."""
    return [] if sensitive else [word for word, contacts in bearers.items() if contacts >= at_least]


def words(shown: Shown) -> str:
    """In a sentence: `1,747`, `under 50`."""
    return f"{shown:,}" if isinstance(shown, int) else str(shown)
