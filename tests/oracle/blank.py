"""Nobody by accident: whether a contact with no data at all would satisfy a spec (section 6.4).

The contact has an id and nothing else. A sample may fall either way for it, so every fall is tried; it is on no list; a
segment's `keep` is taken as keeping it; a quantile of a value it has is 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from tests.oracle import conditions, world
from tests.oracle.clock import Clock
from tests.oracle.sources import Catalog

GHOST = "nobody"
Spec = Mapping[str, Any]


def by_accident(spec: Spec, specs: Sequence[Spec], catalog: Catalog) -> bool:
    """Whether the spec is refused: no `from`, no `everyone` in it, and the contact without data satisfies it."""
    if "from" in spec or any("everyone" in node for node in _nodes(spec["where"])):
        return False
    samples = [node["sample"] for one in specs for node in _nodes(one["where"]) if "sample" in node]
    return any(_satisfied(spec, specs, catalog, fall) for fall in falls(samples))


def falls(samples: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, bool]]:
    """Every way in which the samples can fall: for each seed the contact's number lies between two edges of its shares."""
    edges = {one["seed"]: {Fraction(0)} for one in samples}
    for one in samples:
        edges[one["seed"]].update(Fraction(share) for share in one["share"] if share < 100)
    for places in product(*edges.values()):
        at = dict(zip(edges, places, strict=True))
        yield {repr(one): one["share"][0] <= at[one["seed"]] < one["share"][1] for one in samples}


def _satisfied(spec: Spec, specs: Sequence[Spec], catalog: Catalog, falls: Mapping[str, bool]) -> bool:
    lists = {key: [] for one in specs for node in _nodes(dict(one)) for key in _list_names(node)}
    built = world.build({one["id"]: one for one in specs}, catalog, {}, lists, Clock.at("2026-01-01T00:00", "UTC"))
    built.falls = falls

    def inside(name: str) -> bool:
        if name not in built.answers:
            one = built.specs[name]
            source = one.get("from", {})
            live = "list" not in source and ("segment" not in source or inside(source["segment"]))
            for node in _nodes(one["where"]):
                if "segment" in node:
                    inside(node["segment"])
            built.answers[name] = [GHOST] if live and conditions.verdict(built, one["where"], GHOST) is True else []
        return bool(built.answers[name])

    return inside(spec["id"])


def _list_names(node: Mapping[str, Any]) -> Iterator[str]:
    if "list" in node:
        yield f"{node['list']}@{node['date']}" if "date" in node else str(node["list"])


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)
