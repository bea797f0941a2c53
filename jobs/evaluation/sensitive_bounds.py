"""What the size of each sensitive segment would be without the sensitive, so that nobody computes it back from its number.

Two more segments in the run's plan for each sensitive one: its condition if everything sensitive held for nobody, and for
everybody. They are counted and not kept. Names with a blank, which no segment's id has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jobs.kernel.cuts import kept
from jobs.language.atoms import AllOf, Everyone, Meaning
from jobs.plan.sensitive_parts import Sensitive

LEAST, MOST = " least", " most"


def bound_meanings(meanings: Iterable[Meaning], sensitive: Sensitive) -> list[Meaning]:
    """The two meanings of each sensitive segment."""
    bounds: list[Meaning] = []
    for meaning in meanings:
        if meaning.id in sensitive.segments:
            least, most = sensitive.without(AllOf((meaning.base, meaning.where)))
            bounds.append(Meaning(meaning.id + LEAST, Everyone(), least))
            bounds.append(Meaning(meaning.id + MOST, Everyone(), most))
    return bounds


def bounds_as_pins(
    meanings: Iterable[Meaning], sensitive: Sensitive, counts: Mapping[str, int]
) -> dict[str, list[int]]:
    """[least, most] members of each sensitive segment, after its keep; `counts` by the names of the two."""
    pins: dict[str, list[int]] = {}
    for meaning in meanings:
        if meaning.id in sensitive.segments:
            both = [counts.get(meaning.id + side, 0) for side in (LEAST, MOST)]
            keep = meaning.keep
            pins[meaning.id] = both if keep is None else [kept(keep, count) for count in both]
    return pins
